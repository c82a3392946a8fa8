"""Write results and errors as the protocol of their service sends them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from keystead.wire import json_output, xml_output
from keystead.wire.errors import AwsError, wire_form
from keystead.wire.http import HttpRequest, HttpResponse
from keystead.wire.model import Operation, Protocol, ServiceModel
from keystead.wire.routing import Routed

_JSON: Final = "application/json"
_CONTENT_TYPES: Final = {"query": "text/xml", "json": "application/x-amz-json-1.1", "rest-json": _JSON}
# AWS answers what belongs to no operation in a namespace that is no service's.
_FAULT_NAMESPACE: Final = "http://webservices.amazon.com/AWSFault/2005-15-09"
_MESSAGE_MEMBERS: Final = ("message", "Message")


def wants_json(request: HttpRequest) -> bool:
    """Tell whether a request asks a query service for JSON, as aws-iam-authenticator does of GetCallerIdentity."""
    accepted = ",".join(request.all("accept")).lower().split(",")
    return any(media.partition(";")[0].strip() == _JSON for media in accepted)


def serialize(routed: Routed, result: Mapping[str, Any], request_id: str, *, as_json: bool = False) -> HttpResponse:
    """Return the answer that carries a result; a result that does not fit the model raises.

    `as_json` asks a query service for JSON; the others are not moved by it.
    """
    operation = routed.operation
    as_json = as_json and operation.service.protocol == "query"
    body = (_json_body(operation) if as_json else _body_writer(operation))(result, request_id)
    content_type = _JSON if as_json else _CONTENT_TYPES[operation.service.protocol]
    status = operation.model.http.get("responseCode", 200)
    return HttpResponse(status, (("content-type", content_type), ("x-amzn-requestid", request_id)), body)


@cache
def _body_writer(operation: Operation) -> Callable[[Mapping[str, Any], str], bytes]:
    shape = operation.model.output_shape
    if operation.service.protocol == "query":
        return _xml_body(operation, shape)
    if shape is None:
        return lambda result, _request_id: _nothing(result, b"{}")
    payload = shape.serialization.get("payload")
    write = json_output.writer(shape)
    if payload:
        spelled = shape.members[payload].serialization.get("name", payload)
        return lambda result, _request_id: json_output.dumps(write(result)[spelled])
    return lambda result, _request_id: json_output.dumps(write(result))


def _nothing(result: Mapping[str, Any], written: bytes) -> bytes:
    if result:
        raise ValueError(f"an operation without output has no {sorted(result)}")
    return written


def _xml_body(operation: Operation, shape: Any) -> Callable[[Mapping[str, Any], str], bytes]:
    name = operation.name
    wrapper = shape.serialization["resultWrapper"] if shape else ""
    start = f'<{name}Response xmlns="{operation.service.xml_namespace}">' + (f"<{wrapper}>" if shape else "")
    middle = (f"</{wrapper}>" if shape else "") + "<ResponseMetadata><RequestId>"
    end = f"</RequestId></ResponseMetadata></{name}Response>"
    write = xml_output.writer(shape) if shape else lambda result: _nothing(result, b"").decode()

    def body(result: Mapping[str, Any], request_id: str) -> bytes:
        return f"{start}{write(result)}{middle}{request_id}{end}".encode()

    return body


@cache
def _json_body(operation: Operation) -> Callable[[Mapping[str, Any], str], bytes]:
    """Compile the JSON form of a query operation's answer: the elements of its XML as members."""
    shape = operation.model.output_shape
    write = json_output.writer(shape) if shape else None

    def body(result: Mapping[str, Any], request_id: str) -> bytes:
        inside: dict[str, Any] = {"ResponseMetadata": {"RequestId": request_id}}
        if write is None:
            _nothing(result, b"")
        else:
            inside = {shape.serialization["resultWrapper"]: write(result), **inside}
        return json_output.dumps({f"{operation.name}Response": inside})

    return body


def serialize_error(
    routed_or_protocol: Routed | ServiceModel | Protocol, error: AwsError, request_id: str, *, as_json: bool = False
) -> HttpResponse:
    """Return the answer that carries an error, for a routed request or for what `service_of` says of the others.

    `as_json` asks a query service for JSON; the others are not moved by it.
    """
    service = routed_or_protocol.service if isinstance(routed_or_protocol, Routed) else routed_or_protocol
    protocol = service if isinstance(service, str) else service.protocol
    model = None if isinstance(service, str) else service
    code, status = wire_form(error, protocol)
    fields = _fields(model, code, error, request_id)
    headers = [("content-type", _CONTENT_TYPES[protocol]), ("x-amzn-requestid", request_id)]
    if protocol == "query" and as_json:
        headers[0] = ("content-type", _JSON)
        return HttpResponse(status, tuple(headers), _json_error(code, error, fields, request_id))
    if protocol == "query":
        return HttpResponse(status, tuple(headers), _xml_error(model, code, error, fields, request_id))
    if protocol == "rest-json":
        headers.append(("x-amzn-errortype", code))
        return HttpResponse(status, tuple(headers), json_output.dumps(fields))
    return HttpResponse(status, tuple(headers), json_output.dumps({"__type": code, **fields}))


def _fields(service: ServiceModel | None, code: str, error: AwsError, request_id: str) -> dict[str, Any]:
    """Return message and further members as the error's shape spells them."""
    shape = service.error_shape(code) if service else None
    if shape is None:
        return {"message": error.message} if error.message else {}
    given = dict(error.fields)
    spelled = next((name for name in (*_MESSAGE_MEMBERS, "error_description") if name in shape.members), "")
    if spelled and error.message:
        given.setdefault(spelled, error.message)
    if "RequestId" in shape.members:
        given.setdefault("RequestId", request_id)
    # A member in a header is account's `errorType`, which is the code that every rest-json error carries there.
    written = {
        name: _error_member(shape, name)(value)
        for name, value in given.items()
        if "location" not in shape.members[name].serialization
    }
    if not spelled and error.message:
        written["message"] = error.message
    return written


@cache
def _error_member(shape: Any, name: str) -> json_output.Writer:
    """Compile one member of an error. None is required: the errors that all services share carry a message only."""
    return json_output.writer(shape.members[name])


def _json_error(code: str, error: AwsError, fields: Mapping[str, Any], request_id: str) -> bytes:
    message = {"Message": error.message} if error.message else {}
    further = {name: value for name, value in fields.items() if name not in _MESSAGE_MEMBERS}
    body = {"Error": {"Type": error.fault, "Code": code, **message, **further}, "RequestId": request_id}
    return json_output.dumps(body)


def _xml_error(
    service: ServiceModel | None, code: str, error: AwsError, fields: Mapping[str, Any], request_id: str
) -> bytes:
    namespace = service.xml_namespace if service and code != "InvalidAction" else _FAULT_NAMESPACE
    message = f"<Message>{xml_output.escape(error.message)}</Message>" if error.message else ""
    further = "".join(
        f"<{name}>{xml_output.escape(str(value))}</{name}>"
        for name, value in fields.items()
        if name not in _MESSAGE_MEMBERS
    )
    return (
        f'<ErrorResponse xmlns="{namespace}"><Error><Type>{error.fault}</Type><Code>{xml_output.escape(code)}</Code>'
        f"{message}{further}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    ).encode()
