"""A strict JSON reader that keeps positions.  Knows nothing of policies.

Python's own reader takes the last of two equal keys, NaN, lone surrogates and numbers of any length, and runs out of
stack on deep nesting; each of these has let a policy mean something else than its author read.
"""

from __future__ import annotations

import json.decoder
import re
from typing import Final, TypeAlias, Union

MAX_DEPTH: Final = 16
MAX_NUMBER: Final = 64
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_WORDS: Final[tuple[tuple[str, bool | None], ...]] = (("true", True), ("false", False), ("null", None))

Json: TypeAlias = Union["JsonObject", "JsonArray", "JsonNumber", str, bool, None]


class JsonObject(dict[str, "Json"]):
    """An object that remembers where it and its values stood."""

    __slots__ = ("offset", "offsets")

    def __init__(self, offset: int) -> None:
        """Begin an empty object at an offset of the text."""
        super().__init__()
        self.offset = offset
        self.offsets: dict[str, int] = {}


class JsonArray(list["Json"]):
    """An array that remembers where it and its items stood."""

    __slots__ = ("offset", "offsets")

    def __init__(self, offset: int) -> None:
        """Begin an empty array at an offset of the text."""
        super().__init__()
        self.offset = offset
        self.offsets: list[int] = []


class JsonNumber(str):
    """A number as it was written: a policy compares it as text."""

    __slots__ = ()


class JsonError(Exception):
    """Text that is not the JSON a policy may be."""

    def __init__(self, detail: str, offset: int) -> None:
        """Keep what is wrong and at which offset."""
        super().__init__(detail)
        self.detail = detail
        self.offset = offset


def read(text: str) -> Json:
    """Read one JSON value and nothing after it.

    Errors: JsonError for anything else, also duplicate keys, NaN, a byte order mark, lone surrogates, deep nesting.
    """
    value, end = _value(text, _skip(text, 0), 0)
    end = _skip(text, end)
    if end != len(text):
        message = "text after the end of the document"
        raise JsonError(message, end)
    return value


def place(text: str, offset: int) -> tuple[int, int]:
    """Turn an offset into a 1-based line and column."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _skip(text: str, offset: int) -> int:
    found = _SPACE.match(text, offset)
    return found.end() if found else offset


def _value(text: str, offset: int, depth: int) -> tuple[Json, int]:
    if depth > MAX_DEPTH:
        message = f"nested deeper than {MAX_DEPTH} levels"
        raise JsonError(message, offset)
    first = text[offset : offset + 1]
    if first == '"':
        return _string(text, offset)
    if first == "{":
        return _object(text, offset, depth)
    if first == "[":
        return _array(text, offset, depth)
    for word, value in _WORDS:
        if text.startswith(word, offset):
            return value, offset + len(word)
    return _number(text, offset)


def _string(text: str, offset: int) -> tuple[str, int]:
    if text[offset : offset + 1] != '"':
        message = "expected a string"
        raise JsonError(message, offset)
    try:
        value, end = json.decoder.scanstring(text, offset + 1, True)  # type: ignore[attr-defined]  # typeshed leaves it out
    except ValueError as error:
        message = "not a valid string"
        raise JsonError(message, offset) from error
    if not value.isascii() and _SURROGATE.search(value):
        message = "a lone surrogate is not a character"
        raise JsonError(message, offset)
    return value, end


def _number(text: str, offset: int) -> tuple[JsonNumber, int]:
    found = _NUMBER.match(text, offset, offset + MAX_NUMBER + 1)
    if found is None:
        message = "expected a value"
        raise JsonError(message, offset)
    if found.end() - offset > MAX_NUMBER:
        message = f"a number longer than {MAX_NUMBER} characters"
        raise JsonError(message, offset)
    return JsonNumber(found.group()), found.end()


def _object(text: str, offset: int, depth: int) -> tuple[JsonObject, int]:
    result = JsonObject(offset)
    here = _skip(text, offset + 1)
    if text.startswith("}", here):
        return result, here + 1
    while True:
        key, end = _string(text, here)
        if key in result:
            message = f"duplicate key `{key[:80]}`"
            raise JsonError(message, here)
        start = _skip(text, _expect(text, _skip(text, end), ":"))
        result[key], end = _value(text, start, depth + 1)
        result.offsets[key] = start
        here = _skip(text, end)
        if text.startswith("}", here):
            return result, here + 1
        here = _skip(text, _expect(text, here, ","))


def _array(text: str, offset: int, depth: int) -> tuple[JsonArray, int]:
    result = JsonArray(offset)
    here = _skip(text, offset + 1)
    if text.startswith("]", here):
        return result, here + 1
    while True:
        item, end = _value(text, here, depth + 1)
        result.append(item)
        result.offsets.append(here)
        here = _skip(text, end)
        if text.startswith("]", here):
            return result, here + 1
        here = _skip(text, _expect(text, here, ","))


def _expect(text: str, offset: int, mark: str) -> int:
    if not text.startswith(mark, offset):
        message = f"expected `{mark}`"
        raise JsonError(message, offset)
    return offset + 1
