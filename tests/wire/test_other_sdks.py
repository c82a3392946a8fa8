"""What SDKs generated from AWS's Smithy models (JavaScript, Go, Rust, Kotlin) send and read otherwise than botocore."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from keystead.wire import AwsError, Routed, route, serialize, serialize_error
from wire.sdk import named, target


@pytest.mark.parametrize("prefix", ["CloudTrail_20131101", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"])
def test_cloudtrail_is_called_by_its_short_target_too(prefix: str) -> None:
    routed = route(target(f"{prefix}.LookupEvents", b"{}"), "cloudtrail")
    assert (routed.service.room, routed.operation.name) == ("cloudtrail", "LookupEvents")


def test_the_error_for_a_service_that_is_not_here_names_it() -> None:
    with pytest.raises(AwsError) as caught:
        route(target("DynamoDB_20120810.ListTables", b"{}"), "dynamodb")
    body = json.loads(serialize_error("json", caught.value, "r").body)
    assert body == {"__type": "UnknownOperationException", "message": "Could not find the service dynamodb."}


def test_query_services_give_times_in_whole_seconds_as_aws_does() -> None:
    operation = named("iam", "GetRole")
    role = {
        "Path": "/", "RoleName": "x", "RoleId": "AROA", "Arn": "arn:aws:iam::1:role/x",
        "CreateDate": datetime(2026, 11, 23, 19, 52, 34, 987_654, tzinfo=UTC),
    }  # fmt: skip
    body = serialize(Routed(operation.service, operation), {"Role": role}, "r").body
    assert b"<CreateDate>2026-11-23T19:52:34Z</CreateDate>" in body
