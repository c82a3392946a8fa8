"""A working day with the AWS CLI, unmodified."""

from __future__ import annotations

import json
import re
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from clients.cli import Cli
from live import Server, make_client

NOBODY = "An error occurred (NoSuchEntity) when calling the GetUser operation: The user with name {} cannot be found."
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


def a_name() -> str:
    return f"cli-{uuid.uuid4().hex[:12]}"


def finished(aws: Cli, creation_id: str) -> Any:
    """Ask until the account is made, as the documentation says to."""
    arguments = ("organizations", "describe-create-account-status", "--create-account-request-id", creation_id)
    for _ in range(20):
        status = aws.json(*arguments)["CreateAccountStatus"]
        if status["State"] != "IN_PROGRESS":
            return status
        time.sleep(0.1)
    raise TimeoutError(creation_id)


@pytest.mark.usefixtures("organization")
def test_create_account_answers_at_once_and_is_done_a_moment_later(aws: Cli) -> None:
    name = a_name()
    command = ("organizations", "create-account", "--email", f"{name}@example.com", "--account-name", name)
    asked = aws.json(*command)["CreateAccountStatus"]
    assert asked.keys() == {"Id", "AccountName", "State", "RequestedTimestamp"}
    assert (asked["State"], asked["AccountName"]) == ("IN_PROGRESS", name)
    done = finished(aws, asked["Id"])
    assert (done["State"], done["Id"]) == ("SUCCEEDED", asked["Id"])
    account = ("organizations", "describe-account", "--account-id", done["AccountId"])
    assert aws.text(*account, "--query", "Account.[Name,Status,JoinedMethod]", "--output", "text") == (
        f"{name}\tACTIVE\tCREATED\n"
    )


@pytest.mark.usefixtures("organization")
def test_every_output_format_shows_the_same_organization(aws: Cli, server: Server) -> None:
    command = ("organizations", "describe-organization")
    organization = aws.json(*command)["Organization"]
    assert organization["MasterAccountId"] == server.account_id
    assert organization["AvailablePolicyTypes"] == [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]
    arn = f"arn:aws:organizations::{server.account_id}:organization/{organization['Id']}"
    assert organization["Arn"] == arn
    for shown in ("text", "table"):
        printed = aws.text(*command, "--output", shown)
        assert arn in printed
        assert organization["MasterAccountEmail"] in printed


def test_pages_of_any_size_hold_the_same_users(aws: Cli, server: Server) -> None:
    iam, path = make_client(server.url, "iam", server.admin), f"/{a_name()}/"
    names = [f"{a_name()}-{number}" for number in range(5)]
    for name in names:
        iam.create_user(UserName=name, Path=path)
    command = ("iam", "list-users", "--path-prefix", path, "--query", "Users[].UserName")
    assert aws.json(*command, "--page-size", "2") == sorted(names)
    page = aws.json("iam", "list-users", "--path-prefix", path, "--max-items", "3", "--page-size", "2")
    assert [user["UserName"] for user in page["Users"]] == sorted(names)[:3]
    assert aws.json(*command, "--starting-token", page["NextToken"]) == sorted(names)[3:]
    assert aws.json(*command[:4], "--max-items", "2", "--no-paginate")["IsTruncated"] is True


def test_waiters_see_what_was_just_made(aws: Cli, server: Server) -> None:
    name = a_name()
    iam = make_client(server.url, "iam", server.admin)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
    arn = iam.create_policy(PolicyName=name, PolicyDocument=policy)["Policy"]["Arn"]
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    assert aws.text("iam", "wait", "role-exists", "--role-name", name) == ""
    assert aws.text("iam", "wait", "policy-exists", "--policy-arn", arn) == ""
    command = ("iam", "create-user", "--user-name", name, "--query", "User.CreateDate", "--output", "text")
    date = aws.text(*command)
    assert aws.text("iam", "wait", "user-exists", "--user-name", name) == ""
    # Scripts parse it with a fixed format.
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n", date)


def test_refusals_read_as_they_do_on_aws(aws: Cli) -> None:
    name = a_name()
    assert aws.refusal("iam", "get-user", "--user-name", name).endswith(NOBODY.format(name))
    assert aws.refusal("iam", "create-role", "--role-name", name, "--assume-role-policy-document", "{").endswith(
        "An error occurred (MalformedPolicyDocument) when calling the CreateRole operation: "
        "This policy contains invalid Json"
    )
    wrong = aws.with_env(AWS_SECRET_ACCESS_KEY="wrong")
    assert "(SignatureDoesNotMatch) when calling the ListUsers" in wrong.refusal("iam", "list-users")
    assert "(InvalidSignatureException) when calling the ListRoots" in wrong.refusal("organizations", "list-roots")
    unsigned = aws.refusal("iam", "list-users", "--no-sign-request")
    assert unsigned.endswith("when calling the ListUsers operation: Request is missing Authentication Token")


def test_what_is_not_here_is_said_by_its_name_and_asked_for_once(aws: Cli) -> None:
    assert aws.refusal("cloudtrail", "describe-trails").endswith(
        "An error occurred (NotImplemented) when calling the DescribeTrails operation: "
        "cloudtrail:DescribeTrails is not implemented by Keystead yet."
    )
    for service, operation in (("s3api", "list-buckets"), ("dynamodb", "list-tables")):
        told = aws.refusal(service, operation)
        assert told.endswith(f"Could not find the service {service.removesuffix('api')}.")


def test_the_endpoint_of_one_service_alone_can_be_set(aws: Cli, server: Server) -> None:
    elsewhere = aws.with_env(AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_ENDPOINT_URL_IAM=server.url)
    assert elsewhere.json("iam", "get-user")["User"]["UserName"] == "admin"
    key, secret = server.admin.values()
    aws.configure(
        f"[profile here]\nregion = eu-central-1\nendpoint_url = {server.url}\n"
        f"aws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
    )
    by_profile = aws.without_env("AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION")
    assert by_profile.json("sts", "get-caller-identity", "--profile", "here")["Account"] == server.account_id


def test_a_denial_explains_itself_when_asked(aws: Cli, server: Server) -> None:
    name = a_name()
    iam = make_client(server.url, "iam", server.admin)
    iam.create_user(UserName=name)
    key = aws.json("iam", "create-access-key", "--user-name", name)["AccessKey"]
    as_user = aws.with_env(AWS_ACCESS_KEY_ID=key["AccessKeyId"], AWS_SECRET_ACCESS_KEY=key["SecretAccessKey"])
    refused = as_user("iam", "list-users", "--debug")
    found = re.search(r"'x-keystead-authorization-message': '([^']+)'", refused.err)
    assert found, refused.err
    command = ("sts", "decode-authorization-message", "--encoded-message", found[1])
    explained = json.loads(aws.text(*command, "--query", "DecodedMessage", "--output", "text"))
    assert explained["allowed"] is False
    assert explained["context"]["action"] == "iam:ListUsers"
    assert explained["context"]["principal"]["arn"].endswith(f":user/{name}")


@pytest.mark.parametrize(("method", "start"), [("Base32StringSeed", rb"[A-Z2-7]{64}"), ("QRCodePNG", rb"\x89PNG\r\n")])
def test_the_seed_of_a_virtual_mfa_device_goes_into_a_file(aws: Cli, tmp_path: Path, method: str, start: bytes) -> None:
    name, file = a_name(), tmp_path / "seed"
    command = ("iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", name)
    made = aws.json(*command, "--outfile", str(file), "--bootstrap-method", method)
    assert made["VirtualMFADevice"].keys() == {"SerialNumber"}
    assert re.match(start, file.read_bytes())


def test_the_history_has_the_command_that_was_just_run(aws: Cli) -> None:
    name = a_name()
    aws.text("iam", "create-user", "--user-name", name, "--tags", "Key=team,Value=ops")
    by_name = f"AttributeKey=ResourceName,AttributeValue={name}"
    (event,) = aws.json("cloudtrail", "lookup-events", "--lookup-attributes", by_name)["Events"]
    assert (event["EventName"], event["Username"], event["ReadOnly"]) == ("CreateUser", "admin", "false")
    record = json.loads(event["CloudTrailEvent"])
    assert record["requestParameters"] == {"userName": name, "tags": [{"key": "team", "value": "ops"}]}
    assert record["userAgent"].startswith("aws-cli/")
    assert record["eventID"] == event["EventId"]
