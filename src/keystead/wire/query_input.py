"""Compile, for each operation of a query service, the function that turns its parameters into the input.

Source: recorded answers of AWS STS for numbers; unknown parameters are ignored, as AWS does.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from typing import Any, Final

from keystead.wire import timestamps
from keystead.wire.errors import AwsError
from keystead.wire.form import Tree, numbered
from keystead.wire.model import UnsupportedModelError

Reader = Callable[[Any], Any]

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,32}(?:\.[0-9]{1,32})?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_BITS: Final = {"integer": 31, "long": 63}


def reader(shape: Any) -> Reader:
    """Compile the reader of a shape: from a value or a tree of parameters to the value that the model means."""
    if shape.serialization.get("flattened") or shape.serialization.get("name"):
        raise UnsupportedModelError(f"{shape.name}: renamed or flattened members are in no query model we speak")
    match shape.type_name:
        case "structure":
            return _structure(shape)
        case "list":
            return _list(shape)
        case "map":
            return _map(shape)
        case kind:
            return _leaf(_SCALARS[kind])


def scalar(shape: Any) -> Reader:
    """Return the reader of a scalar that stands alone, in a query string or a header."""
    return _leaf(_SCALARS[shape.type_name])


def _structure(shape: Any) -> Reader:
    members = [(name, reader(member)) for name, member in shape.members.items()]

    def read(node: Tree | str) -> dict[str, Any]:
        if isinstance(node, str):
            if node:
                raise AwsError("MalformedInput", "Expected a structure, found a value.")
            return {}
        return {name: read_member(node[name]) for name, read_member in members if name in node}

    return read


def _list(shape: Any) -> Reader:
    read_item = reader(shape.member)

    def read(node: Tree | str) -> list[Any]:
        return [read_item(item) for item in numbered(_inside(node, "member"))]

    return read


def _map(shape: Any) -> Reader:
    read_key, read_value = reader(shape.key), reader(shape.value)

    def read(node: Tree | str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for entry in numbered(_inside(node, "entry")):
            if not isinstance(entry, dict) or entry.keys() != {"key", "value"}:
                raise AwsError("MalformedInput", "An entry of a map needs its key and its value.")
            key = read_key(entry["key"])
            if key in found:
                raise AwsError("MalformedInput", "A map has the same key twice.")
            found[key] = read_value(entry["value"])
        return found

    return read


def _inside(node: Tree | str, wrapper: str) -> Tree:
    """Return the numbered elements below a list or map; `Name=` is how SDKs send an empty one."""
    if node == "":
        return {}
    if isinstance(node, str) or node.keys() != {wrapper} or isinstance(node[wrapper], str):
        raise AwsError("MalformedInput", f"Expected a list of {wrapper}.N.")
    inside: Tree = node[wrapper]
    return inside


def _leaf(convert: Callable[[str], Any]) -> Reader:
    def read(node: Tree | str) -> Any:
        if not isinstance(node, str):
            raise AwsError("MalformedInput", "Expected a value, found a structure.")
        return convert(node)

    return read


def _integer(kind: str) -> Callable[[str], int]:
    least, most = -(2 ** _BITS[kind]), 2 ** _BITS[kind] - 1

    def convert(text: str) -> int:
        if not text:
            raise AwsError("MalformedInput", "missing value for decimal type")
        if not _INTEGER.fullmatch(text) or not least <= (value := int(text)) <= most:
            raise AwsError("MalformedInput", "")
        return value

    return convert


def _double(text: str) -> float:
    if not _DECIMAL.fullmatch(text) or (value := float(text)) in {float("inf"), float("-inf")}:
        raise AwsError("MalformedInput", "")
    return value


def _boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise AwsError("MalformedInput", "")
    return text == "true"


def _timestamp(text: str) -> Any:
    try:
        return timestamps.from_text(text)
    except ValueError as error:
        raise AwsError("MalformedInput", "") from error


def _blob(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise AwsError("MalformedInput", "") from error


_SCALARS: Final[dict[str, Callable[[str], Any]]] = {
    "string": str,
    "character": str,
    "integer": _integer("integer"),
    "long": _integer("long"),
    "float": _double,
    "double": _double,
    "boolean": _boolean,
    "timestamp": _timestamp,
    "blob": _blob,
}
