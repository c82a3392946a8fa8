"""Write a request in the canonical form of Signature Version 4, for services that are not S3.

Owns the form, and nothing about who may sign what. Works on the raw path and query: whatever is routed and parsed is
what was signed.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

SIGNATURE_PARAMETER = "X-Amz-Signature"


def canonical_path(path: str) -> str:
    """Return a raw path normalized and encoded once more: `//` and `.` vanish, `..` climbs, `%` becomes `%25`."""
    if path == "/":
        return path
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    trailing = "/" if kept and path.endswith("/") else ""
    return quote(f"/{'/'.join(kept)}{trailing}", safe="/~")


def is_plain_path(path: str) -> bool:
    """Tell whether normalizing leaves a path as it is, or leaves nothing of it.

    Two paths that normalize to one carry the same signature. Where the path means something, the router would see
    another request than the one that was signed, so only the path that names nothing may be spelled in several ways.
    """
    if path == "/":
        return True
    if not path.startswith("/"):
        return False
    segments = path.split("/")
    if not any(segment in {"", ".", ".."} for segment in segments[1:-1]) and segments[-1] not in {".", ".."}:
        return True
    return canonical_path(path) == "/"


def canonical_query(query: str) -> str:
    """Return a raw query sorted by name and then by value, exactly as it is spelled, without the signature."""
    if not query:
        return ""
    return _sorted(pair.partition("=")[::2] for pair in query.split("&"))


def encoded_query(query: str) -> str:
    """Return the canonical query of a client that leaves reserved characters bare on the wire but signs them encoded.

    `+` is a space, as it is for whoever parses the query. Escapes stay as they are spelled: a changed byte is a
    changed signature.
    """
    pairs = (pair.partition("=")[::2] for pair in query.split("&"))
    return _sorted((_encoded(name), _encoded(value)) for name, value in pairs)


def _encoded(text: str) -> str:
    return quote(text.replace("+", " "), safe="%~")


def _sorted(pairs: Iterable[tuple[str, str]]) -> str:
    return "&".join(f"{name}={value}" for name, value in sorted(pairs) if name != SIGNATURE_PARAMETER)


def canonical_headers(names: Iterable[str], headers: Mapping[str, str]) -> str:
    """Return the signed headers, one a line, each value trimmed and its runs of spaces made one."""
    return "".join([f"{name}:{' '.join(headers[name].split())}\n" for name in names])
