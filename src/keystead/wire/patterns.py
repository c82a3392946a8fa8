r"""Compile the model's patterns, which are Java regular expressions, to Python ones that accept the same strings.

AWS matches whole values (`Matcher.matches`). Java's `\w`, `\d` and `\s` are ASCII; `\p{L}` is a Unicode category; `.`
stops at five line terminators; a `\uD800\uDC00` pair is one character; and `\u10000` is U+1000 and a zero. The last one
matters: by it STS refuses an emoji in an ARN, as AWS was recorded to do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from itertools import chain
from typing import Final

# Beyond these ranges there are only unassigned and private characters and no letter, mark, number or sign; a test
# compares them with all of Unicode, so a newer Python that assigns more is noticed.
_ASSIGNED: Final = (range(0x33480), range(0xE0000, 0xE0200))
_TOKEN: Final = re.compile(
    r"\\p\{(?P<category>[A-Z])\}"
    r"|\\u(?P<high>D[89AB][0-9A-F]{2})\\u(?P<low>D[C-F][0-9A-F]{2})"
    r"|(?P<escape>\\.)"
    r"|(?P<open>\[\^?)"
    r"|(?P<close>\])"
    r"|(?P<dot>\.)",
)
_ANY_BUT_LINE_ENDS: Final = "[^\\n\\r\\u0085\\u2028\\u2029]"


@cache
def matcher(pattern: str) -> Callable[[str], object | None]:
    """Return a function that is truthy for exactly the strings that the Java pattern matches as a whole."""
    return re.compile(to_python(pattern), re.ASCII).fullmatch


def to_python(pattern: str) -> str:
    """Return the Python form of a Java pattern."""
    dot_all = pattern.startswith("(?s)")
    pieces: list[str] = []
    inside = False
    position = 0
    for token in _TOKEN.finditer(pattern):
        pieces.append(pattern[position : token.start()])
        position = token.end()
        text = token.group()
        match token.lastgroup:
            case "category":
                ranges = _category(token["category"])
                text = ranges if inside else f"[{ranges}]"
            case "low":
                text = f"\\U{_code_point(token['high'], token['low']):08x}"
            case "open" if not inside:
                inside = True
            case "close":
                inside = False
            case "dot" if not inside and not dot_all:
                text = _ANY_BUT_LINE_ENDS
            case _:
                pass
        pieces.append(text)
    return "".join(pieces) + pattern[position:]


def _code_point(high: str, low: str) -> int:
    return 0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00)


@cache
def _category(letter: str) -> str:
    """Return the inside of a character class with every character of a major Unicode category."""
    return "".join(
        f"\\U{first:08x}-\\U{last:08x}"
        for first, last in _runs(point for point in chain(*_ASSIGNED) if unicodedata.category(chr(point))[0] == letter)
    )


def _runs(points: Iterable[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for point in points:
        if runs and runs[-1][1] == point - 1:
            runs[-1] = (runs[-1][0], point)
        else:
            runs.append((point, point))
    return runs
