"""Know who is calling: signatures, access keys, sealed session tokens, secrets at rest, authenticator codes.

Owns every use of cryptography for credentials. Knows no storage, no service and no policy: keys, records, the clock
and randomness come in as arguments. It may import `keystead.wire.errors`, `.http` and `.shapes`, nothing else of ours.
"""
