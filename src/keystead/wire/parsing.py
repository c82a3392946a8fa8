"""Read the input of an operation from its request, in the operation's protocol, and check every constraint.

Each operation is compiled once, when it is first called.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final, NamedTuple

from keystead.wire import form, json_input, query_input
from keystead.wire.constraints import Check, Violation, checker
from keystead.wire.errors import AwsError
from keystead.wire.http import HttpRequest
from keystead.wire.model import Operation, UnsupportedModelError
from keystead.wire.routing import Routed
from keystead.wire.strict_json import MalformedJsonError, loads
from keystead.wire.validation import refusal

Read = Callable[[Routed, HttpRequest], dict[str, Any]]

_JSON_TYPES: Final = frozenset({"application/x-amz-json-1.0", "application/x-amz-json-1.1"})
_REST_TYPES: Final = frozenset({"application/json", *_JSON_TYPES})


class _Plan(NamedTuple):
    read: Read
    check: Check | None


def parse(routed: Routed, request: HttpRequest) -> dict[str, Any]:
    """Return the input with AWS's member names, every constraint of the model checked.

    Errors: SerializationException or MalformedInput for what cannot be read, the service's validation error otherwise.
    """
    plan = _plan(routed.operation)
    params = plan.read(routed, request)
    if plan.check is not None:
        found: list[Violation] = []
        plan.check(params, None, found)
        if found:
            raise refusal(routed.service.room, found)
    return params


@cache
def _plan(operation: Operation) -> _Plan:
    shape = operation.model.input_shape
    if shape is None:
        return _Plan(lambda _routed, _request: {}, None)
    compilers = {"query": _query, "json": _json, "rest-json": _rest}
    return _Plan(compilers[operation.service.protocol](shape), checker(shape))


def _query(shape: Any) -> Read:
    read = query_input.reader(shape)
    return lambda routed, _request: read(form.tree(routed.form))


def _json(shape: Any) -> Read:
    read = json_input.reader(shape)
    return lambda _routed, request: read(_body(request, _JSON_TYPES))


def _body(request: HttpRequest, types: frozenset[str]) -> Any:
    """Return what the body says; no body says nothing."""
    declared = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if not request.body and declared in {*types, ""}:
        return {}
    if declared not in types:
        raise AwsError("UnsupportedMediaType", f"The content type must be {min(types)}.")
    try:
        return loads(request.body)
    except MalformedJsonError as error:
        raise AwsError("MalformedInput", "") from error


def _rest(shape: Any) -> Read:
    """Compile the reader of a rest-json input: some members in the query string or headers, the others in the body."""
    located = [_located(name, member) for name, member in shape.members.items() if "location" in member.serialization]
    payload = shape.serialization.get("payload")
    has_body = len(located) < len(shape.members)
    read_body = json_input.reader(shape.members[payload] if payload else shape)
    outside = {name for name, _, _, _ in located}

    def read(_routed: Routed, request: HttpRequest) -> dict[str, Any]:
        params: dict[str, Any] = {}
        if has_body:
            body = read_body(_body(request, _REST_TYPES))
            params = {payload: body} if payload else {k: v for k, v in body.items() if k not in outside}
        query = form.query_parameters(request)
        for name, location, spelled, convert in located:
            text = _header(request, spelled) if location == "header" else query.get(spelled)
            if text is not None:
                params[name] = convert(text)
        return params

    return read


def _located(name: str, member: Any) -> tuple[str, str, str, Callable[[Any], Any]]:
    location, spelled = member.serialization["location"], member.serialization.get("name", name)
    if location not in {"header", "querystring"} or member.type_name in {"structure", "list", "map", "timestamp"}:
        raise UnsupportedModelError(f"{name}: a {member.type_name} in the {location} is in no model we speak")
    convert = query_input.scalar(member)
    return name, location, spelled.lower() if location == "header" else spelled, convert


def _header(request: HttpRequest, name: str) -> str | None:
    values = request.all(name)
    if len(values) > 1:
        raise AwsError("MalformedInput", f"The header {name} is given more than once.")
    return values[0] if values else None
