"""Stand in for the SDK: the real botocore builds the requests and reads the answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from botocore.awsrequest import HeadersDict, create_request_object, prepare_request_dict
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from keystead.wire import HttpRequest, HttpResponse, Operation, ServiceModel, load

FORM = ("content-type", "application/x-www-form-urlencoded; charset=utf-8")


def request_of(operation: Operation, params: dict[str, Any]) -> HttpRequest:
    made = create_serializer(operation.service.protocol, include_validation=False).serialize_to_request(
        params, operation.model
    )
    prepare_request_dict(made, endpoint_url="http://127.0.0.1:5397")
    prepared = create_request_object(made).prepare()
    url = urlsplit(prepared.url)
    headers = tuple((name.lower(), _text(value)) for name, value in prepared.headers.items())
    body = prepared.body or b""
    return HttpRequest(
        method=prepared.method,
        path=url.path,
        query=url.query,
        headers=headers,
        body=body if isinstance(body, bytes) else body.encode(),
        source_ip="127.0.0.1",
        secure=False,
    )


def answer_of(operation: Operation, response: HttpResponse) -> dict[str, Any]:
    answer = _parsed(operation.service, response, operation.model.output_shape)
    metadata = answer.pop("ResponseMetadata")
    assert metadata["RequestId"] == "request-1"
    return answer


def error_of(service: ServiceModel, response: HttpResponse, code: str = "") -> dict[str, Any]:
    """Return what botocore makes of an error; with a code, also the members of its shape."""
    answer = _parsed(service, response, None)
    shape = service.error_shape(code) if code else None
    if shape is not None:
        answer |= _parsed_error_shape(service, response, shape)
    return answer


def _parsed(service: ServiceModel, response: HttpResponse, shape: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = create_parser(service.protocol).parse(_raw(response), shape)
    return parsed


def _parsed_error_shape(service: ServiceModel, response: HttpResponse, shape: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = create_parser(service.protocol).parse(_raw(response), shape)
    return parsed


def _raw(response: HttpResponse) -> dict[str, Any]:
    return {"status_code": response.status, "headers": HeadersDict(dict(response.headers)), "body": response.body}


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def form(body: dict[str, str] | str, query: str = "", method: str = "POST", path: str = "/") -> HttpRequest:
    text = body if isinstance(body, str) else urlencode(body)
    return HttpRequest(method, path, query, (FORM,), text.encode(), "127.0.0.1", secure=False)


def target(name: str, body: bytes, content_type: str = "application/x-amz-json-1.1") -> HttpRequest:
    headers = (("content-type", content_type), ("x-amz-target", name))
    return HttpRequest("POST", "/", "", headers, body, "127.0.0.1", secure=False)


def operations() -> list[Operation]:
    from keystead.wire.routing import rooms

    return [operation for service in rooms() for operation in service.operations.values()]


def named(room: str, name: str) -> Operation:
    return load(room).operations[name]
