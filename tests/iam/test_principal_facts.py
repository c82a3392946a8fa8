"""What authorization reads of users and roles, and how it fails: closed."""

from collections.abc import Callable
from typing import Any

import pytest

from asking import allow, refused, trust
from in_process import InProcess
from keystead.policy import PolicyKind
from keystead.services import iam as room
from keystead.services.iam import rules
from keystead.services.iam.records import Attachment
from keystead.services.iam.store.attachments import add_attachment

ClientOf = Callable[..., Any]
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def test_the_facts_of_a_user_say_where_each_policy_hangs(house: InProcess, iam: Any) -> None:
    user = iam.create_user(UserName="alice", Tags=[{"Key": "a", "Value": "b"}], PermissionsBoundary=READ)["User"]
    group = iam.create_group(GroupName="readers")["Group"]
    iam.add_user_to_group(GroupName="readers", UserName="alice")
    iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=allow("s3:*"))
    iam.attach_group_policy(GroupName="readers", PolicyArn=READ)
    with house.keystead.house.store.read() as tx:
        facts = room.user_facts(tx, house.account_id, user["UserId"])
        assert room.user_facts(tx, "123456789012", user["UserId"]) is None
        assert room.role_facts(tx, house.account_id, user["UserId"]) is None
    assert facts is not None
    assert facts.boundary is not None
    sources = [found.source for found in (*facts.policies, facts.boundary)]
    assert [(source.kind, source.name, source.owner) for source in sources] == [
        (PolicyKind.IDENTITY, "own", user["Arn"]),
        (PolicyKind.IDENTITY, READ, group["Arn"]),
        (PolicyKind.BOUNDARY, READ, user["Arn"]),
    ]
    assert (facts.arn, facts.tags) == (user["Arn"], {"a": "b"})


def test_the_facts_of_a_role_are_found_by_its_exact_name(house: InProcess, iam: Any) -> None:
    document = trust(f"arn:aws:iam::{house.account_id}:user/admin")
    role = iam.create_role(RoleName="Builder", Path="/ci/", AssumeRolePolicyDocument=document)["Role"]
    admin = iam.get_user(UserName="admin")["User"]["UserId"]
    with house.keystead.house.store.read() as tx:
        facts = room.role_facts(tx, house.account_id, role["RoleId"])
        assert facts == room.role_facts_by_name(tx, house.account_id, "Builder")
        assert room.role_facts_by_name(tx, house.account_id, "builder") is None
    assert facts is not None
    assert (facts.arn, facts.path, facts.service_linked, facts.max_session_duration) == (
        role["Arn"],
        "/ci/",
        False,
        3600,
    )
    assert (admin in facts.trust, ":user/admin" in facts.trust) == (True, False)


def test_a_policy_that_cannot_be_read_denies_everything(house: InProcess, client_of: ClientOf, iam: Any) -> None:
    alice = client_of("alice", allow("iam:*"))
    alice.list_users()
    gone = "arn:aws:iam::aws:policy/WithdrawnByAws"
    user_id = iam.get_user(UserName="alice")["User"]["UserId"]

    def attach(tx: Any) -> None:
        add_attachment(tx, Attachment(user_id, house.account_id, gone, house.clock.now))
        tx.changed(house.account_id)

    house.keystead.house.store.write(attach)
    code, message = refused(alice.list_users)
    assert (code, "explicit deny in an identity-based policy" in message) == ("AccessDenied", True)
    iam.detach_user_policy(UserName="alice", PolicyArn=gone)
    alice.list_users()


def test_a_managed_policy_is_its_accounts_own_or_awss(house: InProcess, iam: Any) -> None:
    own = iam.create_policy(PolicyName="own", PolicyDocument=allow("s3:*"))["Policy"]["Arn"]
    with house.keystead.house.store.read() as tx:
        assert room.managed_policy_document(tx, house.account_id, own) == allow("s3:*")
        assert room.managed_policy_document(tx, "123456789012", own) is None
        assert room.managed_policy_document(tx, "123456789012", READ)
        assert room.managed_policy_document(tx, house.account_id, READ + "None") is None


@pytest.mark.parametrize("quota", ["ROLES_PER_ACCOUNT", "POLICIES_PER_ACCOUNT"])
def test_an_account_has_quotas(iam: Any, monkeypatch: pytest.MonkeyPatch, quota: str) -> None:
    monkeypatch.setattr(rules, quota, 1)
    document = trust({"Service": "ec2.amazonaws.com"})
    expected = {
        "ROLES_PER_ACCOUNT": "Cannot exceed quota for RolesPerAccount: 1",
        "POLICIES_PER_ACCOUNT": "Cannot exceed quota for PoliciesPerAccount: 1",
    }

    def create(name: str) -> None:
        if quota == "ROLES_PER_ACCOUNT":
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
        else:
            iam.create_policy(PolicyName=name, PolicyDocument=allow("s3:*"))

    create("first")
    assert refused(create, name="second") == ("LimitExceeded", expected[quota])
