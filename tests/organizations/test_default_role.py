"""T51b: the role that lets the management account into the accounts it makes, and into no others."""

import json
from typing import Any

import pytest

from asking import allow, refused
from organizing import Organization

DEFAULT = "OrganizationAccountAccessRole"


def alice(org: Organization) -> tuple[Any, dict[str, str]]:
    """Create a user of the management account without permissions: the IAM client of the administrator, and her key."""
    iam = org.house.client("iam")
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    return iam, {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}


@pytest.mark.parametrize(("arguments", "name"), [({}, DEFAULT), ({"RoleName": "BreakGlass"}, "BreakGlass")])
def test_t51b_a_created_account_has_exactly_the_one_role(
    org: Organization, arguments: dict[str, str], name: str
) -> None:
    account_id = org.account("Payments", **arguments)
    iam = org.house.client("iam", org.assume(account_id, name))
    (role,) = iam.list_roles()["Roles"]
    assert (role["RoleName"], role["Path"]) == (name, "/")
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{org.house.account_id}:root"},
            "Action": "sts:AssumeRole",
        }
    ]
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert [found["PolicyArn"] for found in attached] == ["arn:aws:iam::aws:policy/AdministratorAccess"]
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == []
    assert iam.list_users()["Users"] == []
    assert iam.list_groups()["Groups"] == []
    assert iam.list_policies(Scope="Local")["Policies"] == []


def test_t51b_the_management_account_has_no_such_role(org: Organization) -> None:
    org.account("Payments")
    names = [role["RoleName"] for role in org.house.client("iam").list_roles()["Roles"]]
    assert names == ["AWSServiceRoleForOrganizations"]


def test_t51b_a_management_user_needs_the_permission_on_exactly_that_role(org: Organization) -> None:
    payments, research = org.account("Payments"), org.account("Research", RoleName="BreakGlass")
    iam, key = alice(org)
    assert refused(org.assume, account_id=payments, by=key)[0] == "AccessDenied"
    document = allow("sts:AssumeRole", f"arn:aws:iam::{payments}:role/{DEFAULT}")
    iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=document)
    org.assume(payments, by=key)
    assert refused(org.assume, account_id=research, role_name="BreakGlass", by=key)[0] == "AccessDenied"
    iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=allow("sts:AssumeRole"))
    org.assume(payments, by=key)
    org.assume(research, "BreakGlass", by=key)


def test_t51b_taking_the_role_drops_the_callers_own_permissions(org: Organization) -> None:
    payments = org.account("Payments")
    member = org.member("iam", payments)
    member.create_role(RoleName="Local", AssumeRolePolicyDocument=allow_trust(payments))
    assert sorted(role["RoleName"] for role in member.list_roles()["Roles"]) == ["Local", DEFAULT]
    assert refused(org.member("organizations", payments).list_accounts)[0] == "AccessDeniedException"
    # The caller's own credentials still do what they did.
    org.api.list_accounts()


def test_t51b_a_sibling_cannot_take_the_role_whatever_it_writes_for_itself(org: Organization) -> None:
    payments, research = org.account("Payments"), org.account("Research")
    assert refused(org.assume, account_id=research, by=org.assume(payments))[0] == "AccessDenied"
    iam = org.member("iam", payments)
    iam.create_user(UserName="eve")
    iam.attach_user_policy(UserName="eve", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    key = iam.create_access_key(UserName="eve")["AccessKey"]
    eve = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    assert refused(org.assume, account_id=research, by=eve)[0] == "AccessDenied"


def test_t51b_an_invited_account_gets_no_role_and_one_made_by_hand_is_as_good(org: Organization) -> None:
    account_id, _, iam = org.join()
    assert iam.list_roles()["Roles"] == []
    absent = refused(org.assume, account_id=account_id)
    assert absent == refused(org.assume, account_id=account_id)
    assert absent[0] == "AccessDenied"
    iam.create_role(RoleName=DEFAULT, AssumeRolePolicyDocument=allow_trust(org.house.account_id))
    iam.attach_role_policy(RoleName=DEFAULT, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert org.member("iam", account_id).list_users()["Users"][0]["UserName"] == "admin"


def test_t51_a_member_cannot_read_its_siblings(org: Organization) -> None:
    payments, research = org.account("Payments"), org.account("Research")
    api = org.member("organizations", payments)
    for account_id in (research, payments, "999999999999"):
        assert refused(api.describe_account, AccountId=account_id)[0] == "AccessDeniedException"


def allow_trust(account_id: str) -> str:
    """Return a trust policy for the principals of an account."""
    trusted = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [trusted]})
