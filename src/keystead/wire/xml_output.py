"""Compile, for each operation of a query service, the function that writes its result as XML.

What the model does not know, and what it requires and is not there, is a programming error and raises.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from keystead.wire import timestamps
from keystead.wire.model import UnsupportedModelError

Writer = Callable[[Any], str]

_SPECIAL: Final = re.compile("[&<>\"'\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff]")
# Everything but what needs to be looked at: most text is this alone, and a class of few ranges is matched fast.
_PLAIN: Final = re.compile("[ !#$%(-;=?-~]*")
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}
# XML 1.0 has no way to write these characters, not even as a reference.
_UNWRITABLE: Final = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")


def escape(text: str) -> str:
    """Return text as XML carries it; characters that XML cannot carry become U+FFFD."""
    return text if _PLAIN.fullmatch(text) else _SPECIAL.sub(_entity, text)


def _entity(found: re.Match[str]) -> str:
    character = found.group()
    if character in _ENTITIES:
        return _ENTITIES[character]
    return "�" if _UNWRITABLE.match(character) else f"&#{ord(character)};"


def writer(shape: Any) -> Writer:
    """Compile the writer of a shape: from the value to the inside of its element."""
    if shape.serialization.keys() & {"flattened", "name", "xmlAttribute", "timestampFormat"}:
        raise UnsupportedModelError(f"{shape.name}: {dict(shape.serialization)} is in no query model we speak")
    match shape.type_name:
        case "structure":
            return _structure(shape)
        case "list":
            return _list(shape)
        case "map":
            return _map(shape)
        case kind:
            return _SCALARS[kind]


def _structure(shape: Any) -> Writer:
    members = [(name, f"<{name}>", f"</{name}>", writer(member)) for name, member in shape.members.items()]
    names, required = frozenset(shape.members), shape.required_members

    @lru_cache(maxsize=64)
    def present(given: tuple[str, ...]) -> list[tuple[str, str, str, Writer]]:
        """Return the members that a result has, in the model's order; an operation's results have few combinations."""
        for name in required:
            if name not in given:
                raise ValueError(f"{shape.name} needs {name}")
        if not names.issuperset(given):
            raise ValueError(f"{shape.name} has no {sorted(set(given) - names)}")
        return [member for member in members if member[0] in given]

    def write(value: Mapping[str, Any]) -> str:
        # None says on purpose that AWS leaves the member out, whatever the model requires.
        return "".join(
            [
                f"{start}{write_member(item)}{end}"
                for name, start, end, write_member in present(tuple(value))
                if (item := value[name]) is not None
            ]
        )

    return write


def _list(shape: Any) -> Writer:
    write_item = writer(shape.member)

    def write(value: list[Any]) -> str:
        if not isinstance(value, (list, tuple)):
            raise TypeError(f"{shape.name} is a list")
        return "".join([f"<member>{write_item(item)}</member>" for item in value])

    return write


def _map(shape: Any) -> Writer:
    write_key, write_value = writer(shape.key), writer(shape.value)

    def write(value: Mapping[str, Any]) -> str:
        return "".join(
            [f"<entry><key>{write_key(k)}</key><value>{write_value(v)}</value></entry>" for k, v in value.items()]
        )

    return write


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} is no string")
    return escape(value)


def _integer(value: Any) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{type(value).__name__} is no integer")
    return str(value)


def _double(value: Any) -> str:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise TypeError(f"{type(value).__name__} is no number")
    return repr(value)


def _boolean(value: Any) -> str:
    if not isinstance(value, bool):
        raise TypeError(f"{type(value).__name__} is no boolean")
    return "true" if value else "false"


def _timestamp(value: datetime) -> str:
    # Every query service that we speak gives whole seconds, and scripts parse them with a fixed format.
    return timestamps.to_iso8601(value.replace(microsecond=0))


def _blob(value: bytes) -> str:
    return b64encode(value).decode("ascii")


_SCALARS: Final[dict[str, Writer]] = {
    "string": _string,
    "character": _string,
    "integer": _integer,
    "long": _integer,
    "float": _double,
    "double": _double,
    "boolean": _boolean,
    "timestamp": _timestamp,
    "blob": _blob,
}
