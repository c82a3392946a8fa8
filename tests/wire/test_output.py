"""Results and errors are written so that nothing in a value can change what the answer says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystead.wire import AwsError, HttpResponse, Routed, load, serialize, serialize_error
from keystead.wire.shapes import organizations as org
from keystead.wire.timestamps import from_text, to_iso8601, to_number, to_rfc822
from wire.sdk import answer_of, error_of, named


def written(room: str, name: str, result: dict[str, Any]) -> HttpResponse:
    operation = named(room, name)
    return serialize(Routed(operation.service, operation), result, "request-1")


def test_get_caller_identity_looks_as_on_aws() -> None:
    response = written("sts", "GetCallerIdentity", {"UserId": "AIDA", "Account": "123456789012", "Arn": "arn:aws:x"})
    assert response.headers == (("content-type", "text/xml"), ("x-amzn-requestid", "request-1"))
    assert response.body == (
        b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        b"<UserId>AIDA</UserId><Account>123456789012</Account><Arn>arn:aws:x</Arn></GetCallerIdentityResult>"
        b"<ResponseMetadata><RequestId>request-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )


def test_an_operation_without_output_has_no_result_element() -> None:
    assert written("iam", "DeleteRole", {}).body == (
        b'<DeleteRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata>'
        b"<RequestId>request-1</RequestId></ResponseMetadata></DeleteRoleResponse>"
    )
    assert written("organizations", "DeleteOrganization", {}).body == b"{}"


def test_members_that_are_none_are_left_out_and_empty_ones_are_kept() -> None:
    result = {"Tags": [], "IsTruncated": False, "Marker": None}
    assert answer_of(named("iam", "ListRoleTags"), written("iam", "ListRoleTags", result)) == {
        "Tags": [],
        "IsTruncated": False,
    }


@pytest.mark.parametrize(
    ("room", "name", "result"),
    [
        ("sts", "GetCallerIdentity", {"Acount": "1"}),
        ("sts", "GetCallerIdentity", {"Account": 123456789012}),
        ("iam", "GetRole", {}),
        ("iam", "GetRole", {"Role": {"RoleName": "x"}}),
        ("iam", "DeleteRole", {"Role": "x"}),
        ("iam", "ListRoleTags", {"Tags": "x"}),
        ("iam", "ListRoleTags", {"Tags": [], "IsTruncated": "false"}),
        ("iam", "GetAccountSummary", {"SummaryMap": {"Users": "1"}}),
        ("organizations", "DescribeOrganization", {"Organisation": {}}),
        ("organizations", "DescribeAccount", {"Account": {"Id": 1}}),
        ("organizations", "DescribeAccount", {"Account": {"JoinedTimestamp": datetime(2026, 1, 1)}}),  # noqa: DTZ001 -- that is the mistake
        ("organizations", "DeleteOrganization", {"x": 1}),
        ("organizations", "ListRoots", {"Roots": {}}),
        ("account", "PutAlternateContact", {"x": 1}),
    ],
)
def test_a_result_that_does_not_fit_the_model_is_a_programming_error(
    room: str, name: str, result: dict[str, Any]
) -> None:
    with pytest.raises((TypeError, ValueError)):
        written(room, name, result)


def test_an_error_with_a_member_that_its_shape_has_not_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        serialize_error(load("organizations"), org.InvalidInputException("x", Reasn="y"), "r")


def test_a_generated_error_carries_the_models_code_status_and_members() -> None:
    error = org.ConstraintViolationException("Too many.", Reason="ACCOUNT_NUMBER_LIMIT_EXCEEDED")
    service = load("organizations")
    response = serialize_error(service, error, "r")
    assert json.loads(response.body) == {
        "__type": "ConstraintViolationException",
        "Message": "Too many.",
        "Reason": "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
    }


def test_rest_json_errors_name_their_code_in_the_header() -> None:
    response = serialize_error(load("account"), AwsError("AccessDenied", "No."), "r")
    assert dict(response.headers)["x-amzn-errortype"] == "AccessDeniedException"
    assert json.loads(response.body) == {"message": "No."}


def test_oauth_errors_carry_their_message_as_a_description() -> None:
    error = AwsError("InvalidRequestException", "Why.", fields={"error": "invalid_request"})
    body = json.loads(serialize_error(load("sso_oidc"), error, "r").body)
    assert body == {"error": "invalid_request", "error_description": "Why."}


def test_identity_store_errors_carry_the_request_id() -> None:
    body = json.loads(serialize_error(load("identitystore"), AwsError("ValidationError", "Why."), "request-1").body)
    assert body == {"__type": "ValidationException", "Message": "Why.", "RequestId": "request-1"}


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(text=st.text())
def test_no_text_breaks_out_of_xml(text: str) -> None:
    body = written("sts", "GetCallerIdentity", {"Arn": text}).body
    root = ET.fromstring(body)  # noqa: S314 -- our own answer
    assert [child.tag.rpartition("}")[2] for child in root] == ["GetCallerIdentityResult", "ResponseMetadata"]
    found = root[0][0].text or ""
    assert len(found) == len(text)
    assert all(mine in {sent, "\ufffd"} for mine, sent in zip(found, text, strict=True))
    error = serialize_error(load("sts"), AwsError("ValidationError", text), "r")
    assert error_of(load("sts"), error)["Error"]["Code"] == "ValidationError"


@pytest.mark.parametrize(
    "text", ["\r\n\t", "\x85\x9f\x7f", "</Arn><Arn>x", "]]>", "&amp;", "😀\u2028", "\ud800", "\x00\x1b\ufffe"]
)
def test_line_ends_and_markup_arrive_whole_and_what_xml_cannot_carry_is_replaced(text: str) -> None:
    operation = named("sts", "GetCallerIdentity")
    found = answer_of(operation, written("sts", "GetCallerIdentity", {"Arn": text}))["Arn"]
    assert found == "".join("\ufffd" if c in "\x00\x1b\ufffe\ud800" else c for c in text)


def test_a_lone_surrogate_is_never_written_as_json() -> None:
    with pytest.raises(UnicodeEncodeError):
        written("organizations", "DescribeAccount", {"Account": {"Name": "\ud800"}})


def test_times_are_written_in_utc_and_without_a_fraction_where_there_is_none() -> None:
    moment = datetime(2026, 11, 23, 21, 52, 34, tzinfo=timezone(timedelta(hours=2)))
    assert to_iso8601(moment) == "2026-11-23T19:52:34Z"
    assert to_iso8601(moment.replace(microsecond=120_000)) == "2026-11-23T19:52:34.120Z"
    assert to_rfc822(moment) == "Mon, 23 Nov 2026 19:52:34 GMT"
    assert to_number(moment) == 1795463554
    assert to_number(moment.replace(microsecond=120_000)) == 1795463554.12


@pytest.mark.parametrize(
    "text",
    [
        "1795463554",
        "1795463554.0",
        "2026-11-23T19:52:34Z",
        "2026-11-23T21:52:34+02:00",
        "Mon, 23 Nov 2026 19:52:34 GMT",
    ],
)
def test_times_are_read_in_every_form(text: str) -> None:
    assert from_text(text) == datetime(2026, 11, 23, 19, 52, 34, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "x", "2026-11-23T19:52:34", "2026-02-30", "99999999999999", "20261123T195234Z", "24:00"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- the message is the parser's own
        from_text(text)
