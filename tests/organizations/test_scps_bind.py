"""T50: whom service control policies bind, at every level, from which moment on."""

import json
from typing import Any

import pytest

from asking import refused
from in_process import InProcess
from organizing import DENY_CREATE_USER, Organization

FULL = "p-FullAWSAccess"


def statement(effect: str, **more: Any) -> str:
    """Return a policy of one statement."""
    body = {"Effect": effect, "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [body]})


@pytest.fixture
def member(org: Organization) -> tuple[str, Any]:
    """A member account under enabled SCPs, and the IAM client of its administrator."""
    org.enable()
    account_id, _, iam = org.join()
    return account_id, iam


def test_t50_a_deny_binds_administrators_at_every_level_and_names_itself(
    org: Organization, member: tuple[str, Any]
) -> None:
    account_id, iam = member
    unit = org.ou("Finance")
    org.api.move_account(AccountId=account_id, SourceParentId=org.root, DestinationParentId=unit)
    policy_id = org.policy()
    arn = org.api.describe_policy(PolicyId=policy_id)["Policy"]["PolicySummary"]["Arn"]
    for level, target in enumerate((org.root, unit, account_id)):
        org.api.attach_policy(PolicyId=policy_id, TargetId=target)
        code, message = refused(iam.create_user, UserName="eve")
        assert code == "AccessDenied"
        assert f"with an explicit deny in a service control policy: {arn}" in message
        org.api.detach_policy(PolicyId=policy_id, TargetId=target)
        iam.create_user(UserName=f"user{level}")


def test_t50_the_root_user_of_a_member_is_bound(org: Organization, member: tuple[str, Any]) -> None:
    account_id, _ = member
    key = org.house.keystead.create_root_key(account_id)
    credentials = {"aws_access_key_id": key.access_key_id, "aws_secret_access_key": key.secret_access_key}
    root = org.house.client("iam", credentials)
    org.api.attach_policy(PolicyId=org.policy(), TargetId=org.root)
    assert refused(root.create_user, UserName="eve")[0] == "AccessDenied"
    root.list_users()


def test_t50_the_management_account_is_not_bound(org: Organization, member: tuple[str, Any]) -> None:
    policy_id = org.policy()
    for target in (org.root, org.house.account_id):
        org.api.attach_policy(PolicyId=policy_id, TargetId=target)
    org.house.client("iam").create_user(UserName="alice")


def test_t50_moving_out_of_the_denied_unit_frees_at_once(org: Organization, member: tuple[str, Any]) -> None:
    account_id, iam = member
    unit = org.ou("Denied")
    org.api.attach_policy(PolicyId=org.policy(), TargetId=unit)
    iam.create_user(UserName="before")
    org.api.move_account(AccountId=account_id, SourceParentId=org.root, DestinationParentId=unit)
    assert refused(iam.create_user, UserName="within")[0] == "AccessDenied"
    org.api.move_account(AccountId=account_id, SourceParentId=unit, DestinationParentId=org.root)
    iam.create_user(UserName="after")


def test_t50_every_level_needs_an_allow(org: Organization, member: tuple[str, Any]) -> None:
    account_id, iam = member
    only_lists = org.policy("Lists", statement("Allow", Action="iam:List*"))
    for target in (account_id, org.root):
        org.api.attach_policy(PolicyId=only_lists, TargetId=target)
        org.api.detach_policy(PolicyId=FULL, TargetId=target)
        iam.list_users()
        code, message = refused(iam.create_user, UserName="eve")
        assert code == "AccessDenied"
        assert "because no service control policy allows the iam:CreateUser action" in message
        org.api.attach_policy(PolicyId=FULL, TargetId=target)
        org.api.detach_policy(PolicyId=only_lists, TargetId=target)
    iam.create_user(UserName="eve")


@pytest.mark.parametrize(
    "content",
    [
        statement("Allow", NotAction="iam:CreateUser"),
        statement("Allow", Action="*", Condition={"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}),
        statement("Allow", Action=["iam:*Users", "iam:G*t*"]),
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","NotResource":"arn:aws:iam::*:user/*"}]}',
    ],
)
def test_t50_the_new_grammar_allows_only_what_it_says(org: Organization, member: tuple[str, Any], content: str) -> None:
    account_id, iam = member
    iam.create_user(UserName="before")
    org.api.attach_policy(PolicyId=org.policy("New", content), TargetId=account_id)
    org.api.detach_policy(PolicyId=FULL, TargetId=account_id)
    assert refused(iam.create_user, UserName="eve")[0] == "AccessDenied"


def test_t50_an_updated_document_binds_at_once(org: Organization, member: tuple[str, Any]) -> None:
    _, iam = member
    policy_id = org.policy("Guard", statement("Deny", Action="iam:DeleteUser"))
    org.api.attach_policy(PolicyId=policy_id, TargetId=org.root)
    iam.create_user(UserName="before")
    org.api.update_policy(PolicyId=policy_id, Content=DENY_CREATE_USER)
    assert refused(iam.create_user, UserName="eve")[0] == "AccessDenied"
    org.api.disable_policy_type(RootId=org.root, PolicyType="SERVICE_CONTROL_POLICY")
    iam.create_user(UserName="eve")


def test_t50_a_change_binds_on_every_node_at_once(org: Organization) -> None:
    org.enable()
    account_id = org.account("Payments")
    node: InProcess = org.house.neighbour()
    iam = node.client("iam", org.assume(account_id))
    iam.create_user(UserName="before")
    org.api.attach_policy(PolicyId=org.policy(), TargetId=org.root)
    assert refused(iam.create_user, UserName="eve")[0] == "AccessDenied"
    node.close()


def test_resource_control_policies_bind_the_resources_of_members_only(org: Organization) -> None:
    org.enable("RESOURCE_CONTROL_POLICY")
    account_id = org.account("Payments")
    org.assume(account_id)
    deny = statement("Deny", Action="sts:AssumeRole", Principal="*")
    org.api.attach_policy(PolicyId=org.policy("NoRoles", deny, "RESOURCE_CONTROL_POLICY"), TargetId=org.root)
    assert refused(org.assume, account_id=account_id)[0] == "AccessDenied"
    # A role of the management account itself stays open.
    trust = json.loads(statement("Allow", Action="sts:AssumeRole", Principal={"AWS": org.house.account_id}))
    del trust["Statement"][0]["Resource"]
    org.house.client("iam").create_role(RoleName="Own", AssumeRolePolicyDocument=json.dumps(trust))
    org.assume(org.house.account_id, "Own")
