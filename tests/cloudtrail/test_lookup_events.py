import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError
from sqlalchemy import func, select

from in_process import InProcess
from keystead.storage.schema.cloudtrail import events as table


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def lookup(house: InProcess, credentials: Mapping[str, str] | None = None, **attribute: str) -> list[Any]:
    attributes = [{"AttributeKey": key, "AttributeValue": value} for key, value in attribute.items()]
    found: list[Any] = house.client("cloudtrail", credentials).lookup_events(LookupAttributes=attributes)["Events"]
    return found


def contents(event: Any) -> Any:
    return json.loads(event["CloudTrailEvent"])


def code_of(operation: Callable[..., Any], **parameters: Any) -> str:
    with pytest.raises(ClientError) as raised:
        operation(**parameters)
    code: str = raised.value.response["Error"]["Code"]
    return code


def test_a_change_is_recorded_as_cloudtrail_records_it(house: InProcess) -> None:
    answer = house.client("iam").create_user(UserName="alice", Path="/team/")
    (event,) = lookup(house, EventName="CreateUser")
    user = answer["User"]
    assert event["Username"] == "admin"
    assert event["ReadOnly"] == "false"
    assert event["EventSource"] == "iam.amazonaws.com"
    assert event["EventTime"] == house.clock.now
    assert {"ResourceType": "AWS::IAM::User", "ResourceName": "alice"} in event["Resources"]
    assert {"ResourceType": "AWS::IAM::User", "ResourceName": user["Arn"]} in event["Resources"]
    record = contents(event)
    assert record.pop("userAgent").startswith("Boto3/")
    assert record.pop("eventID") == event["EventId"] == str(uuid.UUID(event["EventId"]))
    identity = record.pop("userIdentity")
    assert identity == {
        "type": "IAMUser",
        "principalId": identity["principalId"],
        "arn": f"arn:aws:iam::{house.account_id}:user/admin",
        "accountId": house.account_id,
        "accessKeyId": house.admin["aws_access_key_id"],
        "userName": "admin",
    }
    assert record == {
        "eventVersion": "1.11",
        "eventTime": "2026-11-23T12:00:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateUser",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "127.0.0.1",
        "requestParameters": {"userName": "alice", "path": "/team/"},
        "responseElements": {
            "user": {
                "path": "/team/",
                "userName": "alice",
                "userId": user["UserId"],
                "arn": user["Arn"],
                "createDate": "Nov 23, 2026, 12:00:00 PM",
            }
        },
        "requestID": answer["ResponseMetadata"]["RequestId"],
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "eventCategory": "Management",
        "recipientAccountId": house.account_id,
    }


def test_a_read_says_what_was_asked_and_not_what_was_answered(house: InProcess) -> None:
    house.client("iam", region="eu-central-1").get_user(UserName="admin")
    (event,) = lookup(house, EventName="GetUser")
    record = contents(event)
    assert event["ReadOnly"] == "true"
    assert record["requestParameters"] == {"userName": "admin"}
    assert record["responseElements"] is None
    assert record["awsRegion"] == "us-east-1"
    house.client("sts", region="eu-central-1").get_caller_identity()
    assert contents(lookup(house, EventName="GetCallerIdentity")[0])["awsRegion"] == "eu-central-1"


def test_refusals_and_failures_are_recorded_with_their_reason(house: InProcess) -> None:
    iam = house.client("iam")
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    assert code_of(house.client("iam", key).create_user, UserName="eve") == "AccessDenied"
    assert code_of(iam.get_user, UserName="nobody") == "NoSuchEntity"
    assert code_of(iam.create_user, UserName="not a name") == "ValidationError"
    assert code_of(house.client("organizations", key).list_roots) == "AccessDeniedException"
    organizations, denied = lookup(house, Username="alice")
    assert contents(organizations)["errorCode"] == "AccessDenied"
    record = contents(denied)
    assert record["errorCode"] == "AccessDenied"
    assert "is not authorized to perform: iam:CreateUser" in record["errorMessage"]
    assert record["requestParameters"] == {"userName": "eve"}
    assert record["responseElements"] is None
    missing = contents(lookup(house, EventName="GetUser")[0])
    assert missing["errorCode"] == "NoSuchEntityException"
    assert missing["errorMessage"] == "The user with name nobody cannot be found."
    assert "errorCode" in contents(lookup(house, EventName="CreateUser")[0])


def test_c46_every_answered_call_is_in_the_history(house: InProcess) -> None:
    other = house.standalone("other@example.com", "Other")
    house.client("iam").list_users()
    house.client("organizations").create_organization(FeatureSet="ALL")
    code_of(house.client("sts").get_web_identity_token, Audience=["a"], SigningAlgorithm="RS256")
    code_of(house.client("cloudtrail").describe_trails)
    mine = {event["EventName"] for event in lookup(house)}
    assert mine == {"ListUsers", "CreateOrganization", "GetWebIdentityToken", "DescribeTrails"}
    assert lookup(house, other) == []
    (looked,) = lookup(house, other)
    assert looked["EventName"] == "LookupEvents"


def test_an_assumed_role_in_another_account_is_told_to_both(house: InProcess) -> None:
    other = house.standalone("other@example.com", "Other")
    iam, account = house.client("iam", other), house.client("sts", other).get_caller_identity()["Account"]
    trust = document({"Effect": "Allow", "Principal": {"AWS": house.account_id}, "Action": "sts:AssumeRole"})
    arn = iam.create_role(RoleName="Guest", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    answer = house.client("sts").assume_role(RoleArn=arn, RoleSessionName="visit")
    code_of(house.client("sts").assume_role, RoleArn=arn + "x", RoleSessionName="visit")
    refusal, mine = lookup(house, EventName="AssumeRole")
    (theirs,) = lookup(house, other, EventName="AssumeRole")
    assert "errorCode" in contents(refusal)
    own, foreign = contents(mine), contents(theirs)
    assert own["sharedEventID"] == foreign["sharedEventID"]
    assert own["eventID"] != foreign["eventID"]
    assert (own["recipientAccountId"], foreign["recipientAccountId"]) == (house.account_id, account)
    assert foreign["userIdentity"] == {
        "type": "AWSAccount",
        "principalId": own["userIdentity"]["principalId"],
        "accountId": house.account_id,
    }
    assert own["resources"] == [{"accountId": account, "type": "AWS::IAM::Role", "ARN": arn}]
    assert own["readOnly"]
    assert own["requestParameters"] == {"roleArn": arn, "roleSessionName": "visit"}
    credentials = own["responseElements"]["credentials"]
    assert credentials == {
        "accessKeyId": answer["Credentials"]["AccessKeyId"],
        "expiration": "Nov 23, 2026, 1:00:00 PM",
    }
    assert "Username" not in theirs
    assert "AccessKeyId" not in theirs


def test_a_session_says_where_it_came_from(house: InProcess) -> None:
    trust = document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": house.account_id},
            "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"],
        }
    )
    role = house.client("iam").create_role(RoleName="R", AssumeRolePolicyDocument=trust)["Role"]
    sts = house.client("sts")
    session = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="visit", SourceIdentity="alice")["Credentials"]
    house.clock.advance(5)
    house.client("sts", session).get_caller_identity()
    (event,) = lookup(house, Username="visit")
    assert contents(event)["userIdentity"] == {
        "type": "AssumedRole",
        "principalId": f"{role['RoleId']}:visit",
        "arn": f"arn:aws:sts::{house.account_id}:assumed-role/R/visit",
        "accountId": house.account_id,
        "accessKeyId": session["AccessKeyId"],
        "sessionContext": {
            "attributes": {"creationDate": "2026-11-23T12:00:00Z", "mfaAuthenticated": "false"},
            "sessionIssuer": {
                "type": "Role",
                "principalId": role["RoleId"],
                "arn": role["Arn"],
                "accountId": house.account_id,
                "userName": "R",
            },
            "sourceIdentity": "alice",
        },
    }
    federated = sts.get_federation_token(Name="bob")["Credentials"]
    plain = sts.get_session_token()["Credentials"]
    house.client("sts", federated).get_caller_identity()
    house.client("sts", plain).get_caller_identity()
    identity = contents(lookup(house, Username="bob")[0])["userIdentity"]
    assert (identity["type"], identity["sessionContext"]["sessionIssuer"]["userName"]) == ("FederatedUser", "admin")
    identity = contents(lookup(house, AccessKeyId=plain["AccessKeyId"])[0])["userIdentity"]
    assert (identity["type"], identity["userName"]) == ("IAMUser", "admin")
    assert "sessionIssuer" not in identity["sessionContext"]


def test_t72_secrets_are_never_in_the_history(house: InProcess) -> None:
    iam, sts = house.client("iam"), house.client("sts")
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")["VirtualMFADevice"]
    code_of(
        iam.enable_mfa_device,
        UserName="alice",
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1="918273",
        AuthenticationCode2="546372",
    )
    code_of(house.client("sts", key).get_session_token, SerialNumber=device["SerialNumber"], TokenCode="605948")
    session = sts.get_session_token()["Credentials"]
    secrets = [
        key["SecretAccessKey"],
        device["Base32StringSeed"].decode(),
        session["SecretAccessKey"],
        session["SessionToken"],
        "918273",
        "546372",
        "605948",
    ]
    history = "".join(event["CloudTrailEvent"] for event in lookup(house))
    assert "CreateVirtualMFADevice" in history
    assert [secret for secret in secrets if secret in history] == []
    assert key["AccessKeyId"] in history


def test_t72_line_breaks_in_what_callers_write_stay_escaped(house: InProcess) -> None:
    broken = '{\n"x": "\r\n{\\"eventName\\": \\"Forged\\"}"}'
    code_of(house.client("iam").create_policy, PolicyName="p", PolicyDocument=broken)
    (event,) = lookup(house, EventName="CreatePolicy")
    assert "\n" not in event["CloudTrailEvent"]
    assert "\r" not in event["CloudTrailEvent"]
    assert contents(event)["requestParameters"]["policyDocument"] == broken


def test_t72_without_a_place_to_audit_nothing_changes(house: InProcess) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    iam = house.client("iam")
    house.keystead.house.audit.write, kept = full_disk, house.keystead.house.audit.write  # type: ignore[method-assign]
    assert code_of(iam.create_user, UserName="alice") == "InternalFailure"
    house.keystead.house.audit.write = kept  # type: ignore[method-assign]
    assert code_of(iam.get_user, UserName="alice") == "NoSuchEntity"


def test_personal_names_of_organizations_are_hidden_as_aws_hides_them(house: InProcess) -> None:
    organizations = house.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    organizations.create_account(Email="payments@example.com", AccountName="Payments")
    record = contents(lookup(house, EventName="CreateAccount")[0])
    assert record["requestParameters"] == {"email": "****", "accountName": "****"}
    assert record["responseElements"]["createAccountStatus"]["accountName"] == "****"


def test_what_organizations_makes_is_found_by_its_id(house: InProcess) -> None:
    organizations = house.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    content = document({"Effect": "Deny", "Action": "sqs:*", "Resource": "*"})
    policy = organizations.create_policy(Type="SERVICE_CONTROL_POLICY", Name="p", Description="", Content=content)
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=root, Name="Unit")["OrganizationalUnit"]
    summary = policy["Policy"]["PolicySummary"]
    assert [event["EventName"] for event in lookup(house, ResourceName=summary["Id"])] == ["CreatePolicy"]
    assert [event["EventName"] for event in lookup(house, ResourceName=unit["Arn"])] == ["CreateOrganizationalUnit"]


def make_events(house: InProcess, count: int) -> None:
    iam = house.client("iam")
    for _ in range(count):
        iam.list_users()


def test_pages_are_newest_first_and_stable_while_events_arrive(house: InProcess) -> None:
    iam, cloudtrail = house.client("iam"), house.client("cloudtrail")
    for number in range(7):
        iam.create_user(UserName=f"user-{number}")
        house.clock.advance(number % 2)
    wanted = {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "CreateUser"}], "MaxResults": 3}
    names, token = [], {}
    while True:
        page = cloudtrail.lookup_events(**wanted, **token)
        names += [contents(event)["requestParameters"]["userName"] for event in page["Events"]]
        iam.create_user(UserName=f"late-{len(names)}")
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert names == [f"user-{number}" for number in reversed(range(7))]


def test_the_default_page_holds_fifty_events(house: InProcess) -> None:
    make_events(house, 51)
    page = house.client("cloudtrail").lookup_events()
    assert len(page["Events"]) == 50
    rest = house.client("cloudtrail").lookup_events(NextToken=page["NextToken"])
    assert len(rest["Events"]) == 1
    assert "NextToken" not in rest


def test_a_page_token_is_bound_to_its_query_and_its_account(house: InProcess) -> None:
    make_events(house, 3)
    other = house.standalone("other@example.com", "Other")
    cloudtrail = house.client("cloudtrail")
    token = cloudtrail.lookup_events(MaxResults=1)["NextToken"]
    username = [{"AttributeKey": "Username", "AttributeValue": "admin"}]
    for client, parameters in (
        (cloudtrail, {"NextToken": token, "LookupAttributes": username}),
        (cloudtrail, {"NextToken": token, "StartTime": house.clock.now}),
        (cloudtrail, {"NextToken": token[:-2] + "AA"}),
        (cloudtrail, {"NextToken": "1' OR 1=1"}),
        (house.client("cloudtrail", other), {"NextToken": token}),
    ):
        assert code_of(client.lookup_events, **parameters) == "InvalidNextTokenException"
    assert cloudtrail.lookup_events(MaxResults=2, NextToken=token)["Events"]


def test_each_attribute_finds_its_events(house: InProcess) -> None:
    iam = house.client("iam")
    arn = iam.create_role(
        RoleName="R",
        AssumeRolePolicyDocument=document(
            {"Effect": "Allow", "Principal": {"AWS": house.account_id}, "Action": "sts:AssumeRole"}
        ),
    )["Role"]["Arn"]
    house.client("sts").assume_role(RoleArn=arn, RoleSessionName="visit")
    iam.list_roles()
    (created,) = lookup(house, EventName="CreateRole")

    def names(**attribute: str) -> list[str]:
        return [event["EventName"] for event in lookup(house, **attribute)]

    assert names(EventId=created["EventId"]) == ["CreateRole"]
    assert names(EventSource="sts.amazonaws.com") == ["AssumeRole"]
    assert names(ReadOnly="false") == ["CreateRole"]
    assert names(ReadOnly="true")[-2:] == ["ListRoles", "AssumeRole"]
    assert names(ResourceName=arn) == ["AssumeRole", "CreateRole"]
    assert names(ResourceName="R") == ["CreateRole"]
    assert names(ResourceType="AWS::STS::AssumedRole") == ["AssumeRole"]
    assert set(names(AccessKeyId=house.admin["aws_access_key_id"])) >= {"CreateRole", "AssumeRole", "ListRoles"}
    for nothing in ({"EventId": "x"}, {"ResourceName": 'R"'}, {"Username": "%"}):
        assert names(**nothing) == []


def test_a_time_range_includes_both_ends(house: InProcess) -> None:
    start = house.clock.now
    for name in ("first", "second", "third"):
        house.client("iam").create_user(UserName=name)
        house.clock.advance(10.5)
    cloudtrail = house.client("cloudtrail")

    def found(**bounds: dt.datetime) -> list[str]:
        page = cloudtrail.lookup_events(**bounds)["Events"]
        return [
            contents(event)["requestParameters"]["userName"] for event in page if event["EventName"] == "CreateUser"
        ]

    second, third = start + dt.timedelta(seconds=10), start + dt.timedelta(seconds=21)
    assert found() == ["third", "second", "first"]
    assert found(StartTime=second) == ["third", "second"]
    assert found(StartTime=second, EndTime=second) == ["second"]
    assert found(EndTime=second) == ["second", "first"]
    assert found(StartTime=third + dt.timedelta(seconds=1)) == []
    assert code_of(cloudtrail.lookup_events, StartTime=third, EndTime=second) == "InvalidTimeRangeException"


def test_a_lookup_takes_one_attribute_that_makes_sense(house: InProcess) -> None:
    cloudtrail = house.client("cloudtrail")
    by_name = {"AttributeKey": "EventName", "AttributeValue": "CreateUser"}
    wrong = {"AttributeKey": "ReadOnly", "AttributeValue": "maybe"}
    assert code_of(cloudtrail.lookup_events, LookupAttributes=[by_name, by_name]) == "InvalidLookupAttributesException"
    assert code_of(cloudtrail.lookup_events, LookupAttributes=[wrong]) == "InvalidLookupAttributesException"
    for page_size in (0, 51):
        assert code_of(cloudtrail.lookup_events, MaxResults=page_size) == "ValidationException"
    assert cloudtrail.lookup_events(EventCategory="insight")["Events"] == []


def test_a_resource_is_found_beyond_the_first_window(house: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    from keystead.services.cloudtrail import store

    monkeypatch.setattr(store, "_SEARCHED", 4)
    house.client("iam").create_user(UserName="alice")
    make_events(house, 9)
    pages = house.client("cloudtrail").get_paginator("lookup_events")
    wanted = [{"AttributeKey": "ResourceName", "AttributeValue": "alice"}]
    found = [event for page in pages.paginate(LookupAttributes=wanted) for event in page["Events"]]
    assert [event["EventName"] for event in found] == ["CreateUser"]


def test_events_are_kept_for_ninety_days(house: InProcess) -> None:
    house.client("iam").create_user(UserName="alice")
    house.clock.advance(89 * 86_400)
    house.tick()
    assert lookup(house, EventName="CreateUser")
    house.clock.advance(2 * 86_400)
    for _ in range(3):
        house.tick()
    with house.keystead.house.store.read() as tx:
        kept = tx.execute(select(func.count()).select_from(table).where(table.c.name == "CreateUser")).scalar_one()
    assert kept == 0


def test_only_permission_opens_the_history(house: InProcess) -> None:
    iam = house.client("iam")
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    assert code_of(house.client("cloudtrail", key).lookup_events) == "AccessDeniedException"
