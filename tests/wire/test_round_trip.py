"""Every operation of every model, both ways, with the real botocore as the other side."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from keystead.wire import (
    AwsError,
    Operation,
    Routed,
    ServiceModel,
    parse,
    route,
    serialize,
    serialize_error,
    service_of,
)
from keystead.wire.routing import rooms
from wire.examples import value
from wire.sdk import answer_of, error_of, operations, request_of

ROUNDS = 12


def _id(thing: Operation | ServiceModel) -> str:
    return f"{thing.service.room}.{thing.name}" if isinstance(thing, Operation) else thing.room


@pytest.mark.parametrize("operation", operations(), ids=_id)
def test_input_that_botocore_sends_arrives_unchanged(operation: Operation) -> None:
    rng = Random(operation.name)
    shape = operation.model.input_shape
    for _ in range(ROUNDS if shape else 1):
        params = value(shape, rng) if shape else {}
        request = request_of(operation, params)
        scope = None if operation.unsigned else operation.service.signing_name
        routed = route(request, scope)
        assert routed.operation is operation
        assert parse(routed, request) == params
        assert service_of(request, scope) is operation.service


@pytest.mark.parametrize("operation", operations(), ids=_id)
def test_output_arrives_at_botocore_unchanged(operation: Operation) -> None:
    rng = Random(operation.name)
    shape = operation.model.output_shape
    for _ in range(ROUNDS if shape else 1):
        result = value(shape, rng) if shape else {}
        response = serialize(Routed(operation.service, operation), result, "request-1")
        assert response.status == 200
        assert dict(response.headers)["x-amzn-requestid"] == "request-1"
        assert answer_of(operation, response) == result


@pytest.mark.parametrize("service", rooms(), ids=_id)
def test_every_modelled_error_arrives_at_botocore(service: ServiceModel) -> None:
    rng = Random(service.name)
    assert service.model.error_shapes
    for shape in service.model.error_shapes:
        fields = {
            name: value(member, rng)
            for name, member in shape.members.items()
            if name not in {"message", "Message", "error_description", "RequestId", "errorType"}
        }
        error = AwsError(shape.error_code, "No <such> & thing: 日本", status=418, fields=fields)
        response = serialize_error(service, error, "request-1")
        answer = error_of(service, response, shape.error_code)
        assert response.status == 418
        assert answer["Error"]["Code"] == shape.error_code
        assert _message(answer) == "No <such> & thing: 日本"
        assert answer["ResponseMetadata"]["RequestId"] == "request-1"
        if service.protocol != "query":
            assert {name: answer[name] for name in fields} == fields


def _message(answer: dict[str, Any]) -> Any:
    return answer["Error"]["Message"] or answer.get("error_description")


@pytest.mark.parametrize(
    ("room", "code", "status", "wire_code"),
    [
        ("iam", "AccessDenied", 403, "AccessDenied"),
        ("organizations", "AccessDenied", 400, "AccessDeniedException"),
        ("account", "AccessDenied", 403, "AccessDeniedException"),
        ("signin", "AccessDenied", 403, "AccessDeniedException"),
        ("sts", "InvalidClientTokenId", 403, "InvalidClientTokenId"),
        ("organizations", "InvalidClientTokenId", 400, "UnrecognizedClientException"),
        ("account", "InvalidClientTokenId", 403, "UnrecognizedClientException"),
        ("iam", "SignatureDoesNotMatch", 403, "SignatureDoesNotMatch"),
        ("cloudtrail", "SignatureDoesNotMatch", 400, "InvalidSignatureException"),
        ("cloudtrail", "ExpiredToken", 400, "ExpiredTokenException"),
        ("cloudtrail", "MissingAuthenticationToken", 400, "MissingAuthenticationTokenException"),
        ("cloudtrail", "IncompleteSignature", 400, "IncompleteSignatureException"),
        ("identitystore", "ValidationError", 400, "ValidationException"),
        ("iam", "ValidationError", 400, "ValidationError"),
        ("iam", "Throttling", 400, "Throttling"),
        ("organizations", "Throttling", 400, "ThrottlingException"),
        ("account", "Throttling", 429, "ThrottlingException"),
        ("organizations", "ServiceUnavailable", 503, "ServiceUnavailable"),
        ("iam", "InternalFailure", 500, "InternalFailure"),
        ("organizations", "InternalFailure", 500, "InternalFailure"),
        ("iam", "NotImplemented", 501, "NotImplemented"),
        ("organizations", "NotImplemented", 501, "NotImplemented"),
        ("sso", "NotImplemented", 501, "NotImplemented"),
    ],
)
def test_shared_errors_have_each_protocols_code_and_status(room: str, code: str, status: int, wire_code: str) -> None:
    service = next(service for service in rooms() if service.room == room)
    response = serialize_error(service, AwsError(code, "Because."), "request-1")
    answer = error_of(service, response)
    assert (response.status, answer["Error"]["Code"], answer["Error"]["Message"]) == (status, wire_code, "Because.")


def test_a_fault_of_the_server_says_receiver() -> None:
    service = next(service for service in rooms() if service.room == "iam")
    assert b"<Type>Receiver</Type>" in serialize_error(service, AwsError("InternalFailure", ""), "r").body
    assert b"<Type>Sender</Type>" in serialize_error(service, AwsError("AccessDenied", ""), "r").body


def test_an_error_without_a_service_is_written_in_its_protocol() -> None:
    error = AwsError("InvalidAction", "Could not find operation X for version 1")
    assert serialize_error("query", error, "r").body == (
        b'<ErrorResponse xmlns="http://webservices.amazon.com/AWSFault/2005-15-09"><Error><Type>Sender</Type>'
        b"<Code>InvalidAction</Code><Message>Could not find operation X for version 1</Message></Error>"
        b"<RequestId>r</RequestId></ErrorResponse>"
    )
    assert (
        serialize_error("json", AwsError("UnknownOperation", ""), "r").body == b'{"__type":"UnknownOperationException"}'
    )
