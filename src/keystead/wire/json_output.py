"""Compile, for each operation of a JSON or rest-json service, the function that makes its result ready for JSON.

What the model does not know, and what it requires and is not there, is a programming error and raises.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any, Final

from keystead.wire import timestamps
from keystead.wire.model import UnsupportedModelError

Writer = Callable[[Any], Any]
# The writers of structures under way or done, by shape name: Organizations' handshake resources contain themselves.
Known = dict[str, Writer]

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def dumps(value: Any) -> bytes:
    """Return a value as JSON in UTF-8."""
    return _ENCODER.encode(value).encode("utf-8")


def writer(shape: Any, known: Known | None = None) -> Writer:
    """Compile the writer of a shape: from the value to what JSON can say."""
    known = {} if known is None else known
    match shape.type_name:
        case "structure" if getattr(shape, "is_document_type", False):
            return lambda value: value
        case "structure":
            return _structure(shape, known)
        case "list":
            return _list(shape, known)
        case "map":
            return _map(shape, known)
        case "timestamp":
            return _timestamp(shape)
        case kind:
            return _SCALARS[kind]


def _structure(shape: Any, known: Known) -> Writer:
    name = shape.name
    if name in known:
        return lambda value: known[name](value)  # noqa: PLW0108 -- the writer is looked up when it is ready
    known[name] = _not_ready
    if any("location" in member.serialization for member in shape.members.values()):
        raise UnsupportedModelError(f"{shape.name}: an output member outside the body is in no model we speak")
    members = [
        (name, member.serialization.get("name", name), writer(member, known)) for name, member in shape.members.items()
    ]
    names, required = frozenset(shape.members), frozenset(shape.required_members)

    def write(value: Mapping[str, Any]) -> dict[str, Any]:
        written: dict[str, Any] = {}
        for name, spelled, write_member in members:
            item = value.get(name)
            if item is not None:
                written[spelled] = write_member(item)
            elif name in required and name not in value:
                # None says on purpose that AWS leaves the member out, whatever the model requires.
                raise ValueError(f"{shape.name} needs {name}")
        if not names.issuperset(value):
            raise ValueError(f"{shape.name} has no {sorted(value.keys() - names)}")
        return written

    known[shape.name] = write
    return write


def _not_ready(_value: Any) -> Any:
    raise AssertionError("a writer is used while it is compiled")


def _list(shape: Any, known: Known) -> Writer:
    write_item = writer(shape.member, known)

    def write(value: list[Any]) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            raise TypeError(f"{shape.name} is a list")
        return [write_item(item) for item in value]

    return write


def _map(shape: Any, known: Known) -> Writer:
    write_key, write_value = writer(shape.key, known), writer(shape.value, known)
    return lambda value: {write_key(key): write_value(item) for key, item in value.items()}


def _timestamp(shape: Any) -> Writer:
    return {
        "unixTimestamp": timestamps.to_number,
        "iso8601": timestamps.to_iso8601,
        "rfc822": timestamps.to_rfc822,
    }[shape.serialization.get("timestampFormat", "unixTimestamp")]


def _exactly(*kinds: type) -> Writer:
    def write(value: Any) -> Any:
        if type(value) not in kinds and (isinstance(value, bool) or not isinstance(value, kinds)):
            raise TypeError(f"{type(value).__name__} is no {kinds[0].__name__}")
        return value

    return write


def _blob(value: bytes) -> str:
    return b64encode(value).decode("ascii")


_SCALARS: Final[dict[str, Writer]] = {
    "string": _exactly(str),
    "character": _exactly(str),
    "integer": _exactly(int),
    "long": _exactly(int),
    "float": _exactly(float, int),
    "double": _exactly(float, int),
    "boolean": _exactly(bool),
    "blob": _blob,
}
