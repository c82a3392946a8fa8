"""Read the parameters of a query-protocol request: one flat list of names and values, from the URL and the body.

Owns what makes a name ambiguous. AWS takes the first of two equal names; here a name that comes from both places, or an
`Action` or `Version` that is doubled or differently cased, is refused, so that no two readers can differ about it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from keystead.wire.errors import AwsError
from keystead.wire.http import HttpRequest

# AWS's largest honest request (SimulateCustomPolicy, 1,000 actions and resources) is far below.
MAX_PARAMETERS: Final = 5_000
# The deepest name in any model has eight parts.
_MAX_PARTS: Final = 24
_SHORT: Final = 256
_FORM: Final = "application/x-www-form-urlencoded"
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_INDEX: Final = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
# Every way to write Action and Version but the right one.
_MISSPELLED: Final = frozenset(
    "".join(letters) for word in ("action", "version") for letters in product(*((c, c.upper()) for c in word))
) - {"Action", "Version"}

Tree = dict[str, Any]  # name part -> value, or the tree below it


def parameters(request: HttpRequest) -> dict[str, str]:
    """Return every parameter of the request, decoded, the first of equal names; a body that is no form says nothing.

    Errors: MalformedQueryString, InvalidQueryParameter.
    """
    sent = query_parameters(request)
    if request.body:
        if request.method != "POST" or not _is_form(request):
            return {}
        body = _decode(_text(request.body))
        twice = sent and sent.keys() & body.keys()
        if twice:
            raise _refused(f"{min(twice)[:64]} is in the query string and in the body.")
        sent |= body
    if not sent.keys().isdisjoint(_MISSPELLED):
        raise _refused("Action and Version are spelled with a capital first letter only.")
    return sent


def query_parameters(request: HttpRequest) -> dict[str, str]:
    """Return the parameters of the URL alone, decoded, the first of equal names."""
    return _decode(request.query)


def _is_form(request: HttpRequest) -> bool:
    return (request.header("content-type") or "").partition(";")[0].strip().lower() == _FORM


def _text(body: bytes) -> str:
    try:
        return body.decode("ascii")
    except UnicodeDecodeError as error:
        raise _malformed("The body has characters that are not percent-encoded.") from error


def _refused(why: str) -> AwsError:
    return AwsError("InvalidQueryParameter", why)


def _malformed(why: str) -> AwsError:
    return AwsError("MalformedQueryString", why)


def _decode(text: str) -> dict[str, str]:
    if not text:
        return {}
    if text.count("&") >= MAX_PARAMETERS:
        raise _malformed("The request has too many parameters.")
    if _BAD_ESCAPE.search(text):
        raise _malformed("The query string has an invalid percent-encoding.")
    found: dict[str, str] = {}
    doubled = False
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if "%" in pair or "+" in pair:
            name, value = _plain(name), _plain_short(value) if len(value) <= _SHORT else _plain(value)
        if name in found:
            doubled = doubled or name in {"Action", "Version"}
        elif name:
            found[name] = value
    if doubled:
        raise _refused("Action or Version is given more than once.")
    return found


@lru_cache(maxsize=1024)
def _plain_short(text: str) -> str:
    # Short values that need decoding are ARNs, and the same ones again and again.
    return _plain(text)


def _plain(text: str) -> str:
    if "%" not in text:
        return text.replace("+", " ")
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed("A parameter is not UTF-8.") from error


def tree(flat: Mapping[str, str]) -> Tree:
    """Return the parameters by the parts of their names: Tags.member.1.Key becomes three levels."""
    root: Tree = {}
    for name, value in flat.items():
        if "." not in name:
            if isinstance(root.setdefault(name, value), dict):
                raise _ambiguous(name)
            continue
        parts = name.split(".", _MAX_PARTS)
        if len(parts) > _MAX_PARTS:
            raise AwsError("MalformedInput", f"The parameter {name[:64]} is nested too deep.")
        node = root
        for part in parts[:-1]:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                raise _ambiguous(name)
        if node.setdefault(parts[-1], value) is not value:
            raise _ambiguous(name)
    return root


def _ambiguous(name: str) -> AwsError:
    return AwsError("MalformedInput", f"The parameter {name[:64]} is both a value and a structure.")


def numbered(node: Tree) -> list[Any]:
    """Return the elements of a list in order. Their numbers are 1, 2, 3, ... without a gap."""
    for index in node:
        if not _INDEX.fullmatch(index) or int(index) > len(node):
            raise AwsError("MalformedInput", f"{index[:64]} is not the next index of its list.")
    return [node[str(number)] for number in range(1, len(node) + 1)]
