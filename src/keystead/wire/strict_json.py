"""Read JSON so strictly that a text has one meaning only, in time and memory that its size bounds.

Refused: duplicate keys, NaN and Infinity, numbers that no service takes, lone surrogates, a byte order mark, text that
is not UTF-8, depth over 100, and more elements than any request of any SDK has.
"""

from __future__ import annotations

import json
import math
import re
from itertools import accumulate
from typing import Any, Final, NoReturn

MAX_DEPTH: Final = 100
# Commas and opening brackets, those in strings included. Reading so many takes some 20 ms.
MAX_ELEMENTS: Final = 50_000
# Longer numbers than these cannot be a 64-bit integer or a double written by any serializer.
_MAX_INTEGER_DIGITS: Final = 20
_MAX_FLOAT_DIGITS: Final = 64

_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_DELTA: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


class MalformedJsonError(ValueError):
    """The text is not JSON, or not JSON with one meaning."""


def loads(text: bytes) -> Any:
    """Return what the text says; raise MalformedJsonError if that is not certain."""
    if text.count(b",") + text.count(b"{") + text.count(b"[") > MAX_ELEMENTS:
        raise MalformedJsonError("too many elements")
    if _depth(text) > MAX_DEPTH:
        raise MalformedJsonError("nested too deep")
    try:
        value = _DECODER.decode(text.decode("utf-8"))
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except MalformedJsonError:
        raise
    except (ValueError, RecursionError) as error:
        raise MalformedJsonError("not JSON") from error
    return value


def _depth(text: bytes) -> int:
    """Return how deep brackets nest outside strings. The cheap count first: it settles every honest request."""
    if text.count(b"{") + text.count(b"[") <= MAX_DEPTH:
        return 0
    brackets = _STRING.sub(b"", text).translate(None, _NOT_BRACKETS)
    return max(accumulate(map(_DELTA.__getitem__, brackets)), default=0)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedJsonError("duplicate key")
    return found


def _integer(digits: str) -> int:
    if len(digits) > _MAX_INTEGER_DIGITS:
        raise MalformedJsonError("number too long")
    return int(digits)


def _float(digits: str) -> float:
    if len(digits) > _MAX_FLOAT_DIGITS or not math.isfinite(value := float(digits)):
        raise MalformedJsonError("number too large")
    return value


def _constant(name: str) -> NoReturn:
    raise MalformedJsonError(f"{name} is not JSON")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
)
