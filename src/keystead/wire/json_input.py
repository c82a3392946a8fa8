"""Compile, for each operation of a JSON or rest-json service, the function that turns JSON into the input.

Unknown members are ignored and null is absent, as on AWS; a value of the wrong JSON type is a SerializationException.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import Any, Final

from keystead.wire import timestamps
from keystead.wire.errors import AwsError

Reader = Callable[[Any], Any]

_MAX_INTEGER: Final = {"integer": 2**31 - 1, "long": 2**63 - 1}
# How AWS names the Java type that a member wants.
_WANTED: Final = {
    "string": "a String",
    "character": "a String",
    "integer": "an Integer",
    "long": "a Long",
    "float": "a Float",
    "double": "a Double",
    "boolean": "a Boolean",
    "timestamp": "a Date",
    "blob": "a Blob",
}


def reader(shape: Any) -> Reader:
    """Compile the reader of a shape: from what JSON said to the value that the model means."""
    match shape.type_name:
        case "structure" if getattr(shape, "is_document_type", False):
            return lambda value: value
        case "structure":
            return _structure(shape)
        case "list":
            return _list(shape)
        case "map":
            return _map(shape)
        case kind:
            return _SCALARS[kind]


def wrong_type(value: Any, kind: str) -> AwsError:
    """Return AWS's error for a JSON value where the model has another kind of shape."""
    match value:
        case dict():
            message = "Start of structure or map found where not expected."
        case list():
            message = "Start of list found where not expected"
        case _ if kind in {"structure", "map", "list"}:
            message = "Unexpected field type"
        case bool():
            message = f"{str(value).upper()}_VALUE can not be converted to {_WANTED[kind]}"
        case str():
            message = f"STRING_VALUE can not be converted to {_WANTED[kind]}"
        case _:
            message = f"NUMBER_VALUE can not be converted to {_WANTED[kind]}"
    return AwsError("MalformedInput", message)


def _structure(shape: Any) -> Reader:
    members = [(name, member.serialization.get("name", name), reader(member)) for name, member in shape.members.items()]

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise wrong_type(value, "structure")
        return {
            name: read_member(item)
            for name, spelled, read_member in members
            if (item := value.get(spelled)) is not None
        }

    return read


def _list(shape: Any) -> Reader:
    read_item = reader(shape.member)

    def read(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise wrong_type(value, "list")
        if None in value:
            raise AwsError("MalformedInput", "A list has a null element.")
        return [read_item(item) for item in value]

    return read


def _map(shape: Any) -> Reader:
    read_item = reader(shape.value)

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise wrong_type(value, "map")
        if None in value.values():
            raise AwsError("MalformedInput", "A map has a null value.")
        return {key: read_item(item) for key, item in value.items()}

    return read


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise wrong_type(value, "string")
    return value


def _integer(kind: str) -> Reader:
    most = _MAX_INTEGER[kind]

    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not -most - 1 <= value <= most:
            raise wrong_type(value, kind)
        return value

    return read


def _double(value: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise wrong_type(value, "double")
    return float(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise wrong_type(value, "boolean")
    return value


def _timestamp(value: Any) -> Any:
    try:
        if isinstance(value, str):
            return timestamps.from_text(value)
        return timestamps.from_number(_double(value))
    except ValueError as error:
        raise wrong_type(value, "timestamp") from error


def _blob(value: Any) -> bytes:
    try:
        return b64decode(_string(value), validate=True)
    except ValueError as error:
        raise wrong_type(value, "blob") from error


_SCALARS: Final[dict[str, Reader]] = {
    "string": _string,
    "character": _string,
    "integer": _integer("integer"),
    "long": _integer("long"),
    "float": _double,
    "double": _double,
    "boolean": _boolean,
    "timestamp": _timestamp,
    "blob": _blob,
}
