"""The only SQL of this room, one module per kind of thing.

`find_…` gives None for what is not there; `get_…` raises AWS's NoSuchEntity.
"""
