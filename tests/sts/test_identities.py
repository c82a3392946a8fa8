import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from in_process import Credentials, InProcess

Maker = Callable[..., Any]

HEADER = "x-keystead-authorization-message"
DECODE = {"Effect": "Allow", "Action": "sts:DecodeAuthorizationMessage", "Resource": "*"}


def test_get_caller_identity_cannot_be_denied(house: InProcess, user: Maker) -> None:
    alice = user("alice", {"Effect": "Deny", "Action": "*", "Resource": "*"})
    user_id = house.client("iam").get_user(UserName="alice")["User"]["UserId"]
    identity = house.client("sts", alice).get_caller_identity()
    identity.pop("ResponseMetadata")
    arn = f"arn:aws:iam::{house.account_id}:user/alice"
    assert identity == {"UserId": user_id, "Account": house.account_id, "Arn": arn}


def test_the_identity_of_root_is_its_account(house: InProcess, root: Credentials) -> None:
    identity = house.client("sts", root).get_caller_identity()
    assert identity["UserId"] == identity["Account"] == house.account_id
    assert identity["Arn"] == f"arn:aws:iam::{house.account_id}:root"


def test_an_access_key_tells_its_account_even_when_it_is_gone(house: InProcess, user: Maker, refused: Maker) -> None:
    sts = house.client("sts")
    other = house.standalone("other@example.com", "Other")
    account = house.client("sts", other).get_caller_identity()["Account"]
    assert sts.get_access_key_info(AccessKeyId=other["aws_access_key_id"])["Account"] == account
    key = user("alice")
    house.client("iam").delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
    assert sts.get_access_key_info(AccessKeyId=key["AccessKeyId"])["Account"] == house.account_id
    assert refused(sts.get_access_key_info, AccessKeyId="NOTAKEYNOTAKEYNOTAKE")[0] == "ValidationError"


def encoded_message(operation: Callable[..., Any], **parameters: Any) -> str:
    try:
        operation(**parameters)
    except ClientError as error:
        message: str = error.response["ResponseMetadata"]["HTTPHeaders"][HEADER]
        return message
    raise AssertionError("it was allowed")


def test_a_denial_carries_its_explanation(house: InProcess, user: Maker) -> None:
    deny = {"Sid": "NoListing", "Effect": "Deny", "Action": "iam:List*", "Resource": "*"}
    alice = user("alice", deny, DECODE)
    encoded = encoded_message(house.client("iam", alice).list_users)
    decoded = house.client("sts", alice).decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"]
    explained = json.loads(decoded)
    assert (explained["allowed"], explained["explicitDeny"]) == (False, True)
    (statement,) = explained["matchedStatements"]["items"]
    assert (statement["statementId"], statement["effect"]) == ("NoListing", "DENY")
    assert explained["context"]["action"] == "iam:ListUsers"
    assert explained["context"]["principal"]["arn"].endswith(":user/alice")
    keys = {item["key"] for item in explained["context"]["conditions"]["items"]}
    assert {"aws:username", "aws:sourceip", "aws:currenttime"} <= keys


def test_an_explanation_opens_only_in_its_account_and_only_with_permission(
    house: InProcess, user: Maker, refused: Maker
) -> None:
    alice = user("alice")
    encoded = encoded_message(house.client("iam", alice).list_users)
    assert refused(house.client("sts", alice).decode_authorization_message, EncodedMessage=encoded)[0] == "AccessDenied"
    other = house.standalone("other@example.com", "Other")
    for client, text in ((house.client("sts", other), encoded), (house.client("sts"), encoded[:-2] + "AA")):
        code, _ = refused(client.decode_authorization_message, EncodedMessage=text)
        assert code == "InvalidAuthorizationMessageException"
    assert house.client("sts").decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"]


def test_an_explanation_says_nothing_of_another_account(house: InProcess, user: Maker, role: Maker) -> None:
    other = house.standalone("other@example.com", "Other")
    trust = [
        {"Effect": "Allow", "Principal": {"AWS": house.account_id}, "Action": "sts:AssumeRole"},
        {"Sid": "Hidden", "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
    ]
    arn = role("Refusing", *trust, by=other, Tags=[{"Key": "Secret", "Value": "tag-value"}])
    alice = user("alice", DECODE, {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"})
    sts = house.client("sts", alice)

    def explained(name: str) -> Any:
        encoded = encoded_message(sts.assume_role, RoleArn=arn.replace("Refusing", name), RoleSessionName="xx")
        return json.loads(sts.decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"])

    real, missing = explained("Refusing"), explained("Missing")
    assert json.dumps(real).replace("Refusing", "Missing") == json.dumps(missing)
    assert not real["explicitDeny"]


def test_an_explanation_is_never_too_long_to_be_decoded(house: InProcess, user: Maker, role: Maker) -> None:
    account = house.account_id
    trust = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
    tags = [
        {"Key": f"{n:03}" + house.keystead.house.random(60).hex(), "Value": house.keystead.house.random(120).hex()}
        for n in range(50)
    ]
    arn = role("Tagged", trust, Tags=tags)
    encoded = encoded_message(house.client("sts", user("alice")).assume_role, RoleArn=arn, RoleSessionName="xx")
    decoded = house.client("sts").decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"]
    assert json.loads(decoded)["context"]["resource"] == arn
