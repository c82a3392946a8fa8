"""Service-linked roles: AWS's own in an account."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from asking import allow, refused, trust
from in_process import InProcess

ClientOf = Callable[..., Any]
SERVICE = "organizations.amazonaws.com"
NAME = "AWSServiceRoleForOrganizations"
POLICY = "arn:aws:iam::aws:policy/aws-service-role/AWSOrganizationsServiceTrustPolicy"


@pytest.fixture
def alone(house: InProcess) -> Any:
    """The IAM client of an administrator whose account is in no organization."""
    return house.client("iam", house.standalone("alone@example.com", "Alone"))


@pytest.fixture
def role(alone: Any) -> dict[str, Any]:
    """The service-linked role of Organizations in that account."""
    created: dict[str, Any] = alone.create_service_linked_role(AWSServiceName=SERVICE)["Role"]
    return created


def test_a_service_linked_role_comes_with_its_path_trust_and_policy(alone: Any, role: dict[str, Any]) -> None:
    assert role["RoleName"] == NAME
    assert role["Path"] == f"/aws-service-role/{SERVICE}/"
    assert role["Arn"].endswith(f":role/aws-service-role/{SERVICE}/{NAME}")
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Service": SERVICE}
    assert alone.list_attached_role_policies(RoleName=NAME)["AttachedPolicies"] == [
        {"PolicyName": "AWSOrganizationsServiceTrustPolicy", "PolicyArn": POLICY}
    ]
    assert alone.get_role(RoleName=NAME)["Role"]["Description"].startswith(
        "Service-linked role used by AWS Organizations"
    )


def test_there_is_one_of_a_service_and_no_suffix(alone: Any, role: dict[str, Any]) -> None:
    assert refused(alone.create_service_linked_role, AWSServiceName=SERVICE) == (
        "InvalidInput",
        f"Service role name {NAME} has been taken in this account, please try a different suffix.",
    )
    assert refused(alone.create_service_linked_role, AWSServiceName=SERVICE, CustomSuffix="two") == (
        "InvalidInput",
        f"Custom suffix is not allowed for {SERVICE}",
    )
    assert refused(alone.create_service_linked_role, AWSServiceName="nobody.amazonaws.com")[0] == "InvalidInput"


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("delete_role", {}),
        ("update_assume_role_policy", {"PolicyDocument": trust("*")}),
        ("update_role", {"MaxSessionDuration": 7200}),
        ("put_role_policy", {"PolicyName": "p", "PolicyDocument": allow("s3:*")}),
        ("delete_role_policy", {"PolicyName": "p"}),
        ("attach_role_policy", {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
        ("detach_role_policy", {"PolicyArn": POLICY}),
        ("put_role_permissions_boundary", {"PermissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
        ("delete_role_permissions_boundary", {}),
    ],
)
def test_nobody_changes_a_service_linked_role(
    alone: Any, role: dict[str, Any], operation: str, arguments: dict[str, Any]
) -> None:
    assert refused(getattr(alone, operation), RoleName=NAME, **arguments) == (
        "UnmodifiableEntity",
        f"Cannot perform the operation on the protected role '{NAME}' - this role is only modifiable by AWS",
    )


def test_its_description_and_tags_are_the_accounts_own(alone: Any, role: dict[str, Any]) -> None:
    alone.update_role(RoleName=NAME, Description="one")
    alone.update_role_description(RoleName=NAME, Description="two")
    alone.tag_role(RoleName=NAME, Tags=[{"Key": "a", "Value": "b"}])
    shown = alone.get_role(RoleName=NAME)["Role"]
    assert (shown["Description"], shown["Tags"]) == ("two", [{"Key": "a", "Value": "b"}])


def test_nobody_in_an_account_takes_its_service_linked_role(house: InProcess, alone: Any, role: dict[str, Any]) -> None:
    sts = house.client("sts")
    assert refused(sts.assume_role, RoleArn=role["Arn"], RoleSessionName="test")[0] == "AccessDenied"


def test_it_is_deleted_when_the_service_does_not_need_it(alone: Any, role: dict[str, Any]) -> None:
    task = alone.delete_service_linked_role(RoleName=NAME)["DeletionTaskId"]
    assert re.fullmatch(rf"task/aws-service-role/{SERVICE}/{NAME}/[0-9a-f-]{{36}}", task)
    assert alone.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
    assert refused(alone.get_role, RoleName=NAME)[0] == "NoSuchEntity"
    assert alone.create_service_linked_role(AWSServiceName=SERVICE)["Role"]["RoleId"] != role["RoleId"]


def test_it_stays_while_the_account_is_in_an_organization(house: InProcess, iam: Any) -> None:
    house.client("organizations").create_organization()
    if NAME not in {role["RoleName"] for role in iam.list_roles()["Roles"]}:
        iam.create_service_linked_role(AWSServiceName=SERVICE)
    task = iam.delete_service_linked_role(RoleName=NAME)["DeletionTaskId"]
    status = iam.get_service_linked_role_deletion_status(DeletionTaskId=task)
    assert (status["Status"], "organization" in status["Reason"]["Reason"]) == ("FAILED", True)
    iam.get_role(RoleName=NAME)


def test_only_service_linked_roles_go_this_way(house: InProcess, alone: Any, role: dict[str, Any]) -> None:
    alone.create_role(RoleName="mine", AssumeRolePolicyDocument=trust({"Service": "ec2.amazonaws.com"}))
    for name in ("mine", "none"):
        assert refused(alone.delete_service_linked_role, RoleName=name)[0] == "NoSuchEntity"
    task = alone.delete_service_linked_role(RoleName=NAME)["DeletionTaskId"]
    other = house.client("iam")
    for client, asked in ((alone, task[:-1] + "x"), (other, task)):
        assert refused(client.get_service_linked_role_deletion_status, DeletionTaskId=asked)[0] == "NoSuchEntity"


def test_creating_one_can_be_allowed_for_one_service(client_of: ClientOf) -> None:
    resource = f"arn:aws:iam::*:role/aws-service-role/{SERVICE}/{NAME}"
    delegate = client_of(
        "delegate", allow("iam:CreateServiceLinkedRole", resource, StringEquals={"iam:AWSServiceName": SERVICE})
    )
    assert refused(delegate.create_service_linked_role, AWSServiceName="sso.amazonaws.com")[0] == "AccessDenied"
    delegate.create_service_linked_role(AWSServiceName=SERVICE)
