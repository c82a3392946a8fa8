"""Wildcards and ARNs, matched in bounded time.  Never a regular expression made from a policy.

A pattern is cut at its stars into chunks, which are then looked for from left to right: the first place where a chunk
fits is always as good as a later one, so there is nothing to try twice.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, TypeAlias

_LOWER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
ARN_COLONS: Final = 5


class Wild(Enum):
    """What a pattern has besides characters."""

    ANY = "*"
    ONE = "?"


Token: TypeAlias = str | Wild  # One character, or a wildcard.
Chunk: TypeAlias = str | tuple[Token, ...]  # Text without stars; a tuple when it has question marks.
Chunks: TypeAlias = tuple[Chunk, ...]


def ascii_lower(text: str) -> str:
    """Lower-case the letters A to Z alone, so that no look-alike of another script becomes one of them."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def tokens_of(pattern: str) -> list[Token]:
    """Take a pattern apart, reading `*` and `?` as wildcards."""
    return [Wild.ANY if char == "*" else Wild.ONE if char == "?" else char for char in pattern]


def chunks_of(tokens: list[Token]) -> Chunks:
    """Cut tokens at the stars."""
    chunks: list[list[Token]] = [[]]
    for token in tokens:
        if token is Wild.ANY:
            chunks.append([])
        else:
            chunks[-1].append(token)
    return tuple(_chunk(part) for part in chunks)


def glob(pattern: str) -> Chunks:
    """Compile a pattern whose `*` and `?` run across everything."""
    if "?" not in pattern:
        return tuple(pattern.split("*"))
    return chunks_of(tokens_of(pattern))


def matches(chunks: Chunks, text: str, start: int = 0) -> bool:
    """Tell whether chunks, with a star between each two, make up the text from `start` on."""
    first = chunks[0]
    if len(chunks) == 1:
        return len(text) - start == len(first) and _fits(first, text, start)
    last = chunks[-1]
    end = len(text) - len(last)
    here = start + len(first)
    if here > end or not _fits(first, text, start) or not _fits(last, text, end):
        return False
    for chunk in chunks[1:-1]:
        found = _find(chunk, text, here, end)
        if found < 0:
            return False
        here = found + len(chunk)
    return True


class ArnGlob:
    """A resource pattern: `*` and `?` stay inside a segment, but a star that ends a segment may run on past colons.

    `rest` are the chunks after the fifth colon, where colons are ordinary characters.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """

    __slots__ = ("_segments",)

    def __init__(self, segments: list[str]) -> None:
        """Prepare the segments before the resource part."""
        self._segments = tuple(
            (matches_segment, segment.endswith("*")) for segment in segments for matches_segment in (glob(segment),)
        )

    def matches(self, text: str, rest: Chunks) -> bool:
        """Tell whether the segments and then `rest` make up the text."""
        starts = [0]
        for chunks, runs_on in self._segments:
            starts = _advance(text, starts, chunks, runs_on=runs_on)
            if not starts:
                return False
        first = rest[0]
        if len(rest) == 1:
            return len(text) - len(first) in starts and _fits(first, text, len(text) - len(first))
        # What follows the first chunk begins with a star: the earliest start leaves it the most room.
        for start in starts:
            if _fits(first, text, start):
                return matches(rest, text, start)
        return False


def _advance(text: str, starts: list[int], chunks: Chunks, *, runs_on: bool) -> list[int]:
    reached: list[int] = []
    for start in starts:
        colon = text.find(":", start)
        if colon < 0 or not matches(chunks, text[start:colon]):
            continue
        if runs_on:
            return _colons_from(text, colon)  # Whatever a later start reaches is among these.
        reached.append(colon + 1)
    return reached


def _colons_from(text: str, colon: int) -> list[int]:
    reached = []
    while colon >= 0:
        reached.append(colon + 1)
        colon = text.find(":", colon + 1)
    return reached


def _chunk(tokens: list[Token]) -> Chunk:
    texts = [token for token in tokens if isinstance(token, str)]
    return "".join(texts) if len(texts) == len(tokens) else tuple(tokens)


def _fits(chunk: Chunk, text: str, start: int) -> bool:
    if isinstance(chunk, str):
        return text.startswith(chunk, start)
    if start < 0 or start + len(chunk) > len(text):
        return False
    return all(token is Wild.ONE or token == text[start + index] for index, token in enumerate(chunk))


def _find(chunk: Chunk, text: str, start: int, end: int) -> int:
    if isinstance(chunk, str):
        return text.find(chunk, start, end)
    for here in range(start, end - len(chunk) + 1):
        if _fits(chunk, text, here):
            return here
    return -1
