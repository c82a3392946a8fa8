"""Seal and open the encoded authorization messages of denials, for sts:DecodeAuthorizationMessage.

Owns the sealing only; what a message says is written by whoever decides. The message is bound to the account that was
refused, so that nobody else's DecodeAuthorizationMessage opens it.
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from keystead.credentials.ids import Random
from keystead.credentials.keyring import Keyring, SealError
from keystead.wire.shapes.sts import InvalidAuthorizationMessageException

# A message explains one decision. The model's own limit on the encoded text is 10,240 characters.
_MOST_BYTES: Final = 1 << 20
_MOST_TEXT: Final = 10_240


def seal(keyring: Keyring, account_id: str, message: bytes, random: Random) -> str:
    """Seal a message for one account as URL-safe text.

    Errors: ValueError for a message that would not fit into what DecodeAuthorizationMessage takes.
    """
    sealed = keyring.seal("authorization-message", account_id.encode(), zlib.compress(message, 6), random)
    text = urlsafe_b64encode(sealed).decode().rstrip("=")
    if len(text) > _MOST_TEXT or len(message) > _MOST_BYTES:
        raise ValueError("the authorization message is too long to be decoded again")
    return text


def open(keyring: Keyring, account_id: str, text: str) -> bytes:  # noqa: A001 -- read as messages.open
    """Open a message that was sealed for this account.

    Errors: InvalidAuthorizationMessageException.
    """
    try:
        sealed = decode_text(text)
        packed = keyring.unseal("authorization-message", account_id.encode(), sealed)
        return _inflate(packed)
    except (SealError, ValueError, zlib.error):
        raise InvalidAuthorizationMessageException("The encoded message is not valid.") from None


def decode_text(text: str) -> bytes:
    """Decode unpadded URL-safe base64 that has exactly one spelling.

    Errors: ValueError.
    """
    raw = text.encode("ascii")
    content = urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))
    # Python's decoder skips foreign characters and ignores spare bits: a flipped character must not go unnoticed.
    if urlsafe_b64encode(content).rstrip(b"=") != raw:
        raise ValueError("not the one spelling of this value")
    return content


def _inflate(packed: bytes) -> bytes:
    inflater = zlib.decompressobj()
    message = inflater.decompress(packed, _MOST_BYTES)
    if not inflater.eof:
        raise ValueError("too long")
    return message
