"""What every request goes through, seen from outside, in each of AWS's protocols."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from sqlalchemy import select

from in_process import InProcess
from keystead.storage.schema import iam as iam_tables
from keystead.wire.http import HttpRequest

NOBODY = {"aws_access_key_id": "AKIAIOSFODNN7NOBODY0", "aws_secret_access_key": "x" * 40}


def refused(error: Any) -> tuple[str, int]:
    return error.value.response["Error"]["Code"], error.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_an_unknown_key_is_refused_in_the_words_of_each_protocol(house: InProcess) -> None:
    with pytest.raises(ClientError) as query:
        house.client("sts", NOBODY).get_caller_identity()
    with pytest.raises(ClientError) as json_protocol:
        house.client("organizations", NOBODY).describe_organization()
    assert refused(query) == ("InvalidClientTokenId", 403)
    assert refused(json_protocol)[0] == "UnrecognizedClientException"


def test_a_wrong_secret_is_refused_and_nothing_is_done(house: InProcess) -> None:
    forged = {**house.admin, "aws_secret_access_key": "x" * 40}
    with pytest.raises(ClientError) as error:
        house.client("iam", forged).create_user(UserName="mallory")
    assert refused(error) == ("SignatureDoesNotMatch", 403)
    with house.keystead.house.store.read() as tx:
        names = tx.execute(select(iam_tables.users.c.name)).scalars().all()
    assert names == ["admin"]


def test_a_request_without_a_signature_is_refused(house: InProcess) -> None:
    request = HttpRequest(
        method="POST",
        path="/",
        query="",
        headers=(("host", "127.0.0.1"), ("content-type", "application/x-www-form-urlencoded")),
        body=b"Action=GetCallerIdentity&Version=2011-06-15",
        source_ip="127.0.0.1",
        secure=False,
    )
    response = house.keystead.handle(request)
    assert response.status == 403
    assert b"MissingAuthenticationToken" in response.body


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("iam", "generate_credential_report", {}),
        ("organizations", "describe_effective_policy", {"PolicyType": "TAG_POLICY"}),
        ("account", "list_regions", {}),
        ("identitystore", "list_users", {"IdentityStoreId": "d-1234567890"}),
    ],
)
def test_what_is_known_but_not_built_says_so_by_name(
    house: InProcess, service: str, operation: str, parameters: dict[str, str]
) -> None:
    with pytest.raises(ClientError) as error:
        getattr(house.client(service), operation)(**parameters)
    assert refused(error) == ("NotImplemented", 501)
    spelled = "".join(part.capitalize() for part in operation.split("_"))
    assert spelled in error.value.response["Error"]["Message"]


def test_every_answer_carries_a_request_id(house: InProcess) -> None:
    answer = house.client("sts").get_caller_identity()["ResponseMetadata"]
    assert answer["RequestId"] == answer["HTTPHeaders"]["x-amzn-requestid"]


def test_any_region_name_will_do(house: InProcess) -> None:
    for region in ("us-east-1", "eu-central-2", "mars-north-7"):
        assert house.client("sts", region=region).get_caller_identity()["Account"] == house.account_id


def test_a_denial_is_in_the_audit_log_and_says_why_to_who_may_know(house: InProcess) -> None:
    iam = house.client("iam")
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    with pytest.raises(ClientError) as error:
        house.client("iam", key).create_user(UserName="bob")
    assert refused(error) == ("AccessDenied", 403)
    sealed = error.value.response["ResponseMetadata"]["HTTPHeaders"]["x-keystead-authorization-message"]
    decoded = json.loads(house.client("sts").decode_authorization_message(EncodedMessage=sealed)["DecodedMessage"])
    assert decoded["allowed"] is False
    assert decoded["context"]["action"] == "iam:CreateUser"
    events = house.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateUser"}]
    )["Events"]
    codes = {json.loads(event["CloudTrailEvent"]).get("errorCode") for event in events}
    assert "AccessDenied" in codes


def test_an_internal_error_denies_and_shows_nothing(house: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object, **__: object) -> None:
        message = "secret detail"
        raise RuntimeError(message)

    monkeypatch.setattr("keystead.gateway.authorize.decide", explode)
    with pytest.raises(ClientError) as error:
        house.client("iam").create_user(UserName="bob")
    assert refused(error) == ("InternalFailure", 500)
    assert "secret detail" not in str(error.value)
    house.keystead.flush()
    monkeypatch.undo()
    events = house.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateUser"}]
    )["Events"]
    recorded = [json.loads(event["CloudTrailEvent"]) for event in events]
    assert [event["errorCode"] for event in recorded] == ["InternalFailure"]
    assert "secret detail" not in json.dumps(recorded)


def test_t66_stale_memory_refuses_to_decide(house: InProcess) -> None:
    house.keystead.house.store.feed.close()
    with pytest.raises(ClientError) as error:
        house.client("sts").get_caller_identity()
    assert refused(error) == ("ServiceUnavailable", 503)
