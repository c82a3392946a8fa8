"""Tables of organizations."""
