"""Query services answer as JSON whoever asks for it: that is how aws-iam-authenticator reads GetCallerIdentity."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from keystead.wire import AwsError, HttpRequest, Routed, load, serialize, serialize_error, wants_json
from wire.sdk import named


def asking(accept: str | None, path: str = "/") -> HttpRequest:
    headers = () if accept is None else (("accept", accept),)
    return HttpRequest("GET", path, "", headers, b"", "127.0.0.1", secure=False)


@pytest.mark.parametrize(
    "accept",
    ["application/json", "Application/JSON; q=0.9", "application/json, text/plain, */*", "text/html,application/json"],
)
def test_whoever_accepts_json_wants_json(accept: str) -> None:
    assert wants_json(asking(accept))


@pytest.mark.parametrize("accept", [None, "", "*/*", "text/xml", "application/jsonlines", "application/xml"])
def test_everybody_else_wants_xml(accept: str | None) -> None:
    assert not wants_json(asking(accept))


def test_get_caller_identity_as_json_looks_as_on_aws() -> None:
    operation = named("sts", "GetCallerIdentity")
    result = {"UserId": "AIDA", "Account": "123456789012", "Arn": "arn:aws:x"}
    response = serialize(Routed(operation.service, operation), result, "request-1", as_json=True)
    assert response.headers == (("content-type", "application/json"), ("x-amzn-requestid", "request-1"))
    assert json.loads(response.body) == {
        "GetCallerIdentityResponse": {
            "GetCallerIdentityResult": {"UserId": "AIDA", "Account": "123456789012", "Arn": "arn:aws:x"},
            "ResponseMetadata": {"RequestId": "request-1"},
        }
    }


def test_times_are_numbers_and_lists_are_lists() -> None:
    operation = named("iam", "ListAccessKeys")
    created = datetime(2026, 11, 23, 19, 52, 34, tzinfo=UTC)
    result = {"AccessKeyMetadata": [{"UserName": "a", "CreateDate": created}], "IsTruncated": False}
    response = serialize(Routed(operation.service, operation), result, "r", as_json=True)
    assert json.loads(response.body)["ListAccessKeysResponse"]["ListAccessKeysResult"] == {
        "AccessKeyMetadata": [{"UserName": "a", "CreateDate": 1795463554}],
        "IsTruncated": False,
    }


def test_an_operation_without_output_has_no_result_member() -> None:
    operation = named("iam", "DeleteRole")
    response = serialize(Routed(operation.service, operation), {}, "r", as_json=True)
    assert json.loads(response.body) == {"DeleteRoleResponse": {"ResponseMetadata": {"RequestId": "r"}}}


def test_an_error_as_json_names_type_code_and_message() -> None:
    error = AwsError("InvalidClientTokenId", 'No "key".', status=403)
    response = serialize_error(load("sts"), error, "r", as_json=True)
    assert (response.status, dict(response.headers)["content-type"]) == (403, "application/json")
    assert json.loads(response.body) == {
        "Error": {"Type": "Sender", "Code": "InvalidClientTokenId", "Message": 'No "key".'},
        "RequestId": "r",
    }


def test_services_that_speak_json_anyway_are_as_ever() -> None:
    operation = named("organizations", "DeleteOrganization")
    routed = Routed(operation.service, operation)
    assert serialize(routed, {}, "r", as_json=True) == serialize(routed, {}, "r")
    error = AwsError("AccessDenied", "No.")
    assert serialize_error(load("organizations"), error, "r", as_json=True) == serialize_error(
        load("organizations"), error, "r"
    )
