"""Paging: opaque tokens that are sealed, and bound to who asked what."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import TypeVar

from keystead.services.call import Call

T = TypeVar("T")

_MAC_BYTES = 16


class InvalidPageToken(Exception):
    """The token is not one that this caller was given for this operation."""


def page(
    call: Call, items: Sequence[T], key: Callable[[T], str], token: str | None, limit: int
) -> tuple[list[T], str | None]:
    """Return at most `limit` items after the one that `token` names, and the token of the next page, if there is one.

    `items` are in ascending order of `key`, which is unique among them. An item that is gone by the next call costs
    nothing: the page starts after its place.

    Errors: InvalidPageToken, which the caller words as its service does.
    """
    rest = list(items) if token is None else _after(items, key, unseal(call, token))
    if len(rest) <= limit:
        return rest, None
    return rest[:limit], seal(call, key(rest[limit - 1]))


def _after(items: Sequence[T], key: Callable[[T], str], last: str) -> list[T]:
    return [item for item in items if key(item) > last]


def _mac(call: Call, last: bytes, query: str) -> bytes:
    scope = f"{call.account_id}\0{call.service}\0{call.operation}\0{query}".encode()
    secret = call.house.keyring.derive(b"paging")
    return hmac.new(secret, scope + b"\0" + last, hashlib.sha256).digest()[:_MAC_BYTES]


def seal(call: Call, last: str, query: str = "") -> str:
    """Return a token for the place after `last`; where a service binds tokens to their query, it is good only there."""
    raw = last.encode()
    return base64.urlsafe_b64encode(_mac(call, raw, query) + raw).decode().rstrip("=")


def unseal(call: Call, token: str, query: str = "") -> str:
    """Return the place that a token was made for.

    Errors: InvalidPageToken.
    """
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        mac, last = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        text = last.decode()
    except ValueError as error:
        raise InvalidPageToken from error
    if not hmac.compare_digest(mac, _mac(call, last, query)):
        raise InvalidPageToken
    return text
