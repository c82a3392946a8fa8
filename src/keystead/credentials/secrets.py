"""Keep small secrets encrypted at rest: access key secrets and seeds of authenticator apps.

They must be recovered to compute an HMAC, so they cannot be hashed. Each is bound to its owner: moved to another row,
it does not open.
"""

from __future__ import annotations

from keystead.credentials.ids import Random
from keystead.credentials.keyring import Keyring, SealError, sealing_key_id

SecretError = SealError


def encrypt(keyring: Keyring, owner: bytes, secret: bytes, random: Random) -> bytes:
    """Encrypt a secret for its owner, such as b"access-key:AKIA…"."""
    return keyring.seal("secret", owner, secret, random)


def decrypt(keyring: Keyring, owner: bytes, sealed: bytes) -> bytes:
    """Decrypt a secret of this owner.

    Errors: SecretError for another owner, a damaged value, or a deleted data key.
    """
    return keyring.unseal("secret", owner, sealed)


def key_id_of(sealed: bytes) -> int:
    """Return the data key that a secret is under, so that it can be moved before that key is deleted.

    Errors: SecretError if it is not a sealed value.
    """
    return sealing_key_id(sealed)
