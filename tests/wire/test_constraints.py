"""Broken constraints are answered in AWS's words. Most of STS's answers here are recorded from AWS."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from keystead.wire import AwsError, load, parse, route, serialize_error
from wire.sdk import error_of, form, named, request_of, target

ARN = "arn:aws:iam::123456789012:role/Admin"
ARN_PATTERN = r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+"


def refused(room: str, name: str, params: dict[str, Any]) -> AwsError:
    operation = named(room, name)
    request = request_of(operation, params)
    scope = None if operation.unsigned else operation.service.signing_name
    with pytest.raises(AwsError) as caught:
        parse(route(request, scope), request)
    return caught.value


def one(value: str, member: str, rule: str) -> str:
    return f"1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {rule}"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"RoleArn": None}, one("null", "roleArn", "Member must not be null")),
        (
            {"RoleArn": ""},
            f"2 validation errors detected: Value '' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: {ARN_PATTERN}; Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20",
        ),
        (
            {"RoleArn": "not-an-arn"},
            one("'not-an-arn'", "roleArn", "Member must have length greater than or equal to 20"),
        ),
        (
            {"RoleArn": "é" * 2049},
            one(f"'{'é' * 2049}'", "roleArn", "Member must have length less than or equal to 2048"),
        ),
        (
            {"RoleArn": "😀" * 2048},
            one(f"'{'😀' * 2048}'", "roleArn", f"Member must satisfy regular expression pattern: {ARN_PATTERN}"),
        ),
        (
            {"RoleSessionName": "a" * 65},
            one(f"'{'a' * 65}'", "roleSessionName", "Member must have length less than or equal to 64"),
        ),
        (
            {"RoleSessionName": ""},
            one("''", "roleSessionName", "Member must have length greater than or equal to 2"),
        ),
        (
            {"RoleSessionName": "bad/name"},
            one("'bad/name'", "roleSessionName", r"Member must satisfy regular expression pattern: [\w+=,.@-]*"),
        ),
        (
            {"DurationSeconds": "-1"},
            one("'-1'", "durationSeconds", "Member must have value greater than or equal to 900"),
        ),
        (
            {"DurationSeconds": "2147483647"},
            one("'2147483647'", "durationSeconds", "Member must have value less than or equal to 43200"),
        ),
        (
            {"Tags.member.1.Key": "", "Tags.member.1.Value": "x"},
            r"2 validation errors detected: Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+; Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
        ({"Tags.member.1.Key": "k"}, one("null", "tags.1.member.value", "Member must not be null")),
        (
            {"TransitiveTagKeys.member.1": "k" * 129},
            one(
                f"'[{'k' * 129}]'",
                "transitiveTagKeys",
                r"Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+]",
            ),
        ),
    ],
)
def test_assume_role_answers_as_aws_was_recorded_to(change: dict[str, str | None], message: str) -> None:
    params = {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": ARN, "RoleSessionName": "me", **change}
    request = form({name: value for name, value in params.items() if value is not None})
    with pytest.raises(AwsError) as caught:
        parse(route(request, "sts"), request)
    assert (caught.value.code, caught.value.status, caught.value.message) == ("ValidationError", 400, message)


@pytest.mark.parametrize(("sent", "read"), [("900", 900), ("+900", 900), ("0900", 900), ("43200", 43200)])
def test_integers_are_read_as_aws_reads_them(sent: str, read: int) -> None:
    assert duration(sent) == read


@pytest.mark.parametrize("sent", ["abc", "900.0", "2147483648", "-2147483649", "9" * 5000, " 900", "٩٠٠", "0x384"])
def test_what_is_no_integer_is_malformed_input(sent: str) -> None:
    with pytest.raises(AwsError) as caught:
        duration(sent)
    assert (caught.value.code, caught.value.status) == ("MalformedInput", 400)


def test_an_empty_integer_is_malformed_input_in_awss_words() -> None:
    with pytest.raises(AwsError, match="missing value for decimal type"):
        duration("")


def duration(sent: str) -> Any:
    params = {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": ARN, "RoleSessionName": "me"}
    request = form(params | {"DurationSeconds": sent})
    return parse(route(request, "sts"), request)["DurationSeconds"]


@pytest.mark.parametrize(
    ("room", "name", "params", "rule"),
    [
        ("iam", "CreateRole", {"RoleName": "a b", "AssumeRolePolicyDocument": "{}"}, r"'a b' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+"),
        ("iam", "CreateRole", {"AssumeRolePolicyDocument": "{}"}, "Value null at 'roleName' failed to satisfy constraint: Member must not be null"),
        ("iam", "CreateRole", {"RoleName": "x" * 65, "AssumeRolePolicyDocument": "{}"}, "Member must have length less than or equal to 64"),
        ("iam", "UpdateAccessKey", {"AccessKeyId": "A" * 20, "Status": "active"}, "'active' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive"),
        ("iam", "TagRole", {"RoleName": "r", "Tags": [{"Key": "k", "Value": "v"}] * 51}, "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50"),
        ("iam", "UploadSSHPublicKey", {"UserName": "u"}, "Value null at 'sSHPublicKeyBody' failed to satisfy constraint: Member must not be null"),
        ("iam", "ListUsers", {"MaxItems": 0}, "'0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1"),
        ("cloudtrail", "LookupEvents", {"MaxResults": 51}, "'51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50"),
        ("sso_admin", "DescribeInstance", {"InstanceArn": "x"}, "at 'instanceArn' failed to satisfy constraint: Member must have length greater than or equal to 10"),
        ("identitystore", "DescribeUser", {"IdentityStoreId": "d-1234567890"}, "Value null at 'userId' failed to satisfy constraint: Member must not be null"),
        ("account", "GetPrimaryEmail", {"AccountId": "12"}, r"'12' at 'accountId' failed to satisfy constraint: Member must satisfy regular expression pattern: \d{12}"),
    ],
)  # fmt: skip
def test_each_service_words_its_constraints(room: str, name: str, params: dict[str, Any], rule: str) -> None:
    error = refused(room, name, params)
    assert error.code == "ValidationError"
    assert rule in error.message
    assert error.message.split(" ", 1)[0].isdecimal()


@pytest.mark.parametrize(
    ("params", "reason", "message"),
    [
        ({"AccountName": "a"}, "INPUT_REQUIRED", "You must include a value for all required parameters."),
        ({"AccountName": "a", "Email": "x" * 10}, "INVALID_PATTERN", "You provided a value that does not match the required pattern."),
        ({"AccountName": "a" * 51, "Email": "a@b.cd"}, "MAX_LENGTH_EXCEEDED", "You provided a string parameter that is longer than allowed."),
        ({"AccountName": "a", "Email": "a@b.cd", "RoleName": "a/b"}, "INVALID_PATTERN", "You provided a value that does not match the required pattern."),
        ({"AccountName": "a", "Email": "a@b.cd", "IamUserAccessToBilling": "x"}, "INVALID_ENUM", "You specified an invalid value."),
    ],
)  # fmt: skip
def test_organizations_answers_with_its_own_error_and_a_reason(
    params: dict[str, str], reason: str, message: str
) -> None:
    error = refused("organizations", "CreateAccount", params)
    assert (error.code, error.message, error.fields) == ("InvalidInputException", message, {"Reason": reason})
    service = load("organizations")
    answer = error_of(service, serialize_error(service, error, "r"), error.code)
    assert answer["Error"] == {"Message": message, "Code": "InvalidInputException"}
    assert answer["Reason"] == reason


def test_account_lists_the_wrong_members() -> None:
    error = refused("account", "PutContactInformation", {"ContactInformation": {"FullName": "x"}})
    service = load("account")
    answer = error_of(service, serialize_error(service, error, "r"), "ValidationException")
    assert answer["reason"] == "fieldValidationFailed"
    assert "contactInformation.addressLine1" in {item["name"] for item in answer["fieldList"]}


def test_a_sensitive_value_is_never_repeated() -> None:
    error = refused("iam", "ChangePassword", {"OldPassword": "hunter2hunter2", "NewPassword": "p" * 129})
    assert error.message.startswith(
        "1 validation error detected: Value at 'newPassword' failed to satisfy constraint: "
    )
    assert "ppp" not in error.message
    assert "hunter2" not in error.message


def test_an_answer_to_much_nonsense_is_short_and_counts_it_all() -> None:
    error = refused("iam", "TagRole", {"RoleName": "r", "Tags": [{"Key": "", "Value": ""}] * 1000})
    assert error.message.startswith("2001 validation errors detected: ")
    assert len(error.message) < 40_000


def test_a_union_takes_exactly_one_member() -> None:
    grant: dict[str, dict[str, str]] = {"RefreshToken": {}, "TokenExchange": {}}
    arn = "arn:aws:sso::123456789012:application/ssoins-1234567890123456/apl-1234567890123456"
    params = {"ApplicationArn": arn, "GrantType": "refresh_token", "Grant": grant}
    request = target("SWBExternalService.PutApplicationGrant", json.dumps(params).encode())
    with pytest.raises(AwsError, match="exactly one member"):
        parse(route(request, "sso"), request)


def test_all_violations_are_counted() -> None:
    error = refused("iam", "CreateRole", {"Path": "x", "RoleName": "", "MaxSessionDuration": 1})
    assert error.message.startswith("5 validation errors detected: ")
    assert error.message.count("failed to satisfy constraint") == 5


def test_a_far_too_long_value_is_refused_quickly() -> None:
    began = time.process_time()
    refused("sts", "AssumeRole", {"RoleArn": "x" * 900_000, "RoleSessionName": "me"})
    assert time.process_time() - began < 0.2
