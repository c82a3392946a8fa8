"""Refuse header fields that two readers could read differently.

Owns what is a safe header for a signed request; the connection's own rules (lengths, folding, framing) are the HTTP
server's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from keystead.credentials.refusals import incomplete

# Headers that decide something: never twice, and never under a second spelling.
_SINGLE_HEADERS: Final = frozenset({"authorization", "content-length", "content-type", "date", "host"})
AMZ: Final = "x-amz-"
_BEARER_HEADER: Final = "x-amz-sso_bearer_token"  # AWS's own underscore


def unambiguous(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Return the headers by name, refusing whatever could be read in two ways."""
    headers = dict(pairs)
    text = "".join(map("".join, pairs))
    if not (text.isascii() and text.isprintable()):
        _check_characters(pairs)
    if "_" in "".join(headers):
        _check_underscores(headers)
    if len(headers) != len(pairs):
        for name in _duplicates(name for name, _ in pairs):
            # A duplicate that decides nothing may be there, as proxies make them, but nobody can have signed it.
            del headers[name]
    return headers


def _decides(name: str) -> bool:
    return name in _SINGLE_HEADERS or name.startswith(AMZ)


def _check_characters(pairs: tuple[tuple[str, str], ...]) -> None:
    """Refuse control characters anywhere (a tab is a space), and anything but ASCII in headers that decide."""
    for name, value in pairs:
        if not (name.isascii() and name.isprintable()) or any(c < " " or c == "\x7f" for c in value.replace("\t", " ")):
            raise incomplete("A header of the request has a character that is not allowed.")
        if not value.isascii() and _decides(name):
            raise incomplete(f"The header '{name}' has a character that is not ASCII.")


def _check_underscores(headers: Iterable[str]) -> None:
    # Some servers and proxies read x_amz_date as x-amz-date.
    for name in headers:
        if "_" in name and name != _BEARER_HEADER and _decides(name.replace("_", "-")):
            raise incomplete(f"The header '{name}' is not allowed.")


def _duplicates(names: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    found: set[str] = set()
    for name in names:
        if name in seen and _decides(name):
            raise incomplete(f"The header '{name}' occurs more than once.")
        (found if name in seen else seen).add(name)
    return found
