"""Make values of the model's shapes that satisfy every constraint, at random and reproducibly."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from random import Random
from re import _constants as codes  # type: ignore[attr-defined]  # the only parser of Python's own patterns
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from keystead.wire import patterns

# Harmless and harmful to a careless writer: markup, line ends, quotes, beyond ASCII and beyond the first plane.
_TEXT = "abcXYZ019 -_./:=+@,<>&\"'%#?;\t\n\r\\éß日本😀"
_SMALL = {"L": "a-zA-Zé日", "N": "0-9", "Z": " ", "M": "\\u0301", "S": "+$", "P": "!?"}
_HEADER = "abcXYZ019-_"


class ImpossibleError(Exception):
    """No value was found that satisfies the model."""


def value(shape: Any, rng: Random, depth: int = 0, *, plain: bool = False) -> Any:
    """Return a value; deep down only what is required, so that shapes which contain themselves end."""
    match shape.type_name:
        case "structure" if getattr(shape, "is_document_type", False):
            return {"any": ["thing", 1, {"at": "all"}]}
        case "structure":
            return _structure(shape, rng, depth, plain=plain)
        case "list":
            return [value(shape.member, rng, depth + 1, plain=plain) for _ in range(_size(shape, rng, depth))]
        case "map":
            # The query protocol cannot say that a map is there and empty.
            keys = {value(shape.key, rng, depth + 1, plain=plain) for _ in range(max(1, _size(shape, rng, depth)))}
            return {key: value(shape.value, rng, depth + 1, plain=plain) for key in sorted(keys)}
        case _:
            return _scalar(shape, rng, plain=plain)


def _structure(shape: Any, rng: Random, depth: int, *, plain: bool) -> dict[str, Any]:
    names = list(shape.members)
    if getattr(shape, "is_tagged_union", False):
        chosen = [rng.choice(names)]
    else:
        share = 0.0 if depth > 5 else rng.choice((0.0, 0.5, 1.0))
        chosen = [name for name in names if name in shape.required_members or rng.random() < share]
        if depth and not chosen and names:
            # The query protocol cannot say that a structure is there and empty.
            chosen = [next((name for name in names if shape.members[name].type_name == "string"), names[0])]
    return {
        name: value(shape.members[name], rng, depth + 1, plain=plain or "location" in shape.members[name].serialization)
        for name in chosen
    }


def _size(shape: Any, rng: Random, depth: int) -> int:
    least = shape.metadata.get("min", 0)
    most = shape.metadata.get("max", least + 3)
    return int(min(most, max(least, 0 if depth > 5 else rng.randint(0, 3))))


def _scalar(shape: Any, rng: Random, *, plain: bool) -> Any:
    metadata = shape.metadata
    match shape.type_name:
        case "boolean":
            return rng.random() < 0.5
        case "integer" | "long":
            least = metadata.get("min", 0)
            return rng.choice((least, metadata.get("max", least + 100_000)))
        case "float" | "double":
            return rng.choice((0.25, 0.5, 1.0))
        case "timestamp":
            return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=rng.randint(0, 10**7))
        case "blob":
            return rng.randbytes(max(metadata.get("min", 0), rng.randint(0, 40)))
        case _:
            return string(metadata, rng, plain=plain)


def string(metadata: dict[str, Any], rng: Random, *, plain: bool = False) -> str:
    if "enum" in metadata:
        return str(rng.choice(metadata["enum"]))
    least = metadata.get("min", 0)
    most = metadata.get("max", least + 40)
    if "pattern" not in metadata:
        alphabet = _HEADER if plain else _TEXT
        return "".join(rng.choice(alphabet) for _ in range(min(most, least + rng.randint(1 if plain else 0, 12))))
    most = metadata.get("max", 10_000)
    tree = parser.parse(_reduced(metadata["pattern"]), re.ASCII)
    # Negative: every repetition exactly so often, for lengths that luck does not find.
    for spread in (2, 2, 6, 6, -least, 20, -most, 60, 300, 3000) * 6:
        found = "".join(_pieces(tree, rng, spread))
        if least <= len(found) <= most and patterns.matcher(metadata["pattern"])(found):
            return found
    raise ImpossibleError(metadata)


def _reduced(pattern: str) -> str:
    """Return the Python pattern with a handful of characters for each Unicode category."""
    return patterns.to_python(re.sub(r"\\p\{([A-Z])\}", lambda m: _few(m, pattern), pattern))


def _few(found: re.Match[str], pattern: str) -> str:
    before = pattern[: found.start()].replace("\\[", "").replace("\\]", "")
    few = _SMALL[found[1]]
    return few if before.count("[") > before.count("]") else f"[{few}]"


def _pieces(tree: Any, rng: Random, spread: int) -> list[str]:
    pieces: list[str] = []
    for code, argument in tree:
        match code:
            case codes.LITERAL:
                pieces.append(chr(argument))
            case codes.NOT_LITERAL | codes.ANY:
                pieces.append("x")
            case codes.IN:
                pieces.append(_from_class(argument, rng))
            case codes.MAX_REPEAT | codes.MIN_REPEAT:
                least, most, inner = argument
                often = rng.randint(least, min(most, least + spread)) if spread > 0 else max(least, min(most, -spread))
                for _ in range(often):
                    pieces += _pieces(inner, rng, spread)
            case codes.SUBPATTERN:
                pieces += _pieces(argument[3], rng, spread)
            case codes.BRANCH:
                pieces += _pieces(rng.choice(argument[1]), rng, spread)
            case _:  # anchors and look-ahead: the caller checks the whole
                pass
    return pieces


_CLASSES = {
    codes.CATEGORY_WORD: "azAZ09_",
    codes.CATEGORY_DIGIT: "0189",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_NOT_SPACE: "az-",
    codes.CATEGORY_NOT_WORD: "- ",
    codes.CATEGORY_NOT_DIGIT: "az",
}


def _from_class(members: Any, rng: Random) -> str:
    if members[0][0] is codes.NEGATE:
        return rng.choice("azAZ019")
    code, argument = rng.choice(members)
    match code:
        case codes.LITERAL:
            return chr(argument)
        case codes.RANGE:
            return _writable(rng.randint(argument[0], min(argument[1], argument[0] + 200)))
        case _:
            return rng.choice(_CLASSES[argument])


def _writable(point: int) -> str:
    return "a" if 0xD800 <= point <= 0xDFFF else chr(point)
