"""Managed policies attached to users, groups and roles."""

from collections.abc import Callable
from typing import Any

import pytest

from asking import allow, refused, trust
from in_process import InProcess

ClientOf = Callable[..., Any]
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"
AUDIT = "arn:aws:iam::aws:policy/SecurityAudit"
HOLDERS = pytest.mark.parametrize("kind", ["user", "group", "role"])


class Holder:
    """A user, group or role named `holder`, and the operations on what is attached to it."""

    def __init__(self, iam: Any, kind: str) -> None:
        """Create it."""
        self.name = {f"{kind.capitalize()}Name": "holder"}
        extra = {"AssumeRolePolicyDocument": trust({"Service": "ec2.amazonaws.com"})} if kind == "role" else {}
        getattr(iam, f"create_{kind}")(**self.name, **extra)
        self.attach = getattr(iam, f"attach_{kind}_policy")
        self.detach = getattr(iam, f"detach_{kind}_policy")
        self.list = getattr(iam, f"list_attached_{kind}_policies")

    def names(self, **arguments: Any) -> list[str]:
        """List the names of what is attached."""
        return [policy["PolicyName"] for policy in self.list(**self.name, **arguments)["AttachedPolicies"]]


@HOLDERS
def test_policies_are_attached_listed_and_detached(iam: Any, kind: str) -> None:
    holder = Holder(iam, kind)
    own = iam.create_policy(PolicyName="own", Path="/ci/", PolicyDocument=allow("s3:*"))["Policy"]["Arn"]
    for arn in (READ, own, AUDIT, READ):
        holder.attach(**holder.name, PolicyArn=arn)
    assert holder.list(**holder.name)["AttachedPolicies"] == [
        {"PolicyName": "own", "PolicyArn": own},
        {"PolicyName": "ReadOnlyAccess", "PolicyArn": READ},
        {"PolicyName": "SecurityAudit", "PolicyArn": AUDIT},
    ]
    assert holder.names(PathPrefix="/ci/") == ["own"]
    first = holder.list(**holder.name, MaxItems=2)
    assert first["IsTruncated"] is True
    assert holder.names(Marker=first["Marker"]) == ["SecurityAudit"]
    assert iam.get_policy(PolicyArn=READ)["Policy"]["AttachmentCount"] == 1
    holder.detach(**holder.name, PolicyArn=READ)
    assert holder.names() == ["own", "SecurityAudit"]


@HOLDERS
def test_a_policy_that_is_not_attached_cannot_be_detached(iam: Any, kind: str) -> None:
    holder = Holder(iam, kind)
    expected = ("NoSuchEntity", f"Policy {READ} was not found.")
    assert refused(holder.detach, **holder.name, PolicyArn=READ) == expected
    odd = "arn:aws:iam::aws:user/ReadOnlyAccess"
    for operation in (holder.attach, holder.detach):
        assert refused(operation, **holder.name, PolicyArn=odd) == ("InvalidInput", f"ARN {odd} is not valid.")


@HOLDERS
def test_a_policy_that_does_not_exist_or_is_not_for_customers_cannot_be_attached(iam: Any, kind: str) -> None:
    holder = Holder(iam, kind)
    missing = READ + "ToNothing"
    assert refused(holder.attach, **holder.name, PolicyArn=missing) == (
        "NoSuchEntity",
        f"Policy {missing} does not exist or is not attachable.",
    )
    linked = "arn:aws:iam::aws:policy/aws-service-role/AWSOrganizationsServiceTrustPolicy"
    assert refused(holder.attach, **holder.name, PolicyArn=linked) == (
        "PolicyNotAttachable",
        "Cannot attach a Service Role Policy to a Customer Role.",
    )
    assert holder.names() == []


@HOLDERS
def test_ten_managed_policies_are_the_most(iam: Any, kind: str) -> None:
    holder = Holder(iam, kind)
    arns = [
        iam.create_policy(PolicyName=f"p{number}", PolicyDocument=allow("s3:*"))["Policy"]["Arn"]
        for number in range(11)
    ]
    for arn in arns[:10]:
        holder.attach(**holder.name, PolicyArn=arn)
    holder.attach(**holder.name, PolicyArn=arns[0])
    quota = {"user": "PoliciesPerUser", "group": "PoliciesPerGroup", "role": "PoliciesPerRole"}[kind]
    expected = ("LimitExceeded", f"Cannot exceed quota for {quota}: 10")
    assert refused(holder.attach, **holder.name, PolicyArn=arns[10]) == expected


@HOLDERS
def test_which_policies_may_be_attached_can_be_limited(iam: Any, client_of: ClientOf, kind: str) -> None:
    holder = Holder(iam, kind)
    action = f"iam:*{kind.capitalize()}Policy"
    delegate = client_of("delegate", allow(action, "arn:aws:iam::*:*/holder", ArnEquals={"iam:PolicyARN": READ}))
    attach, detach = (getattr(delegate, f"{verb}_{kind}_policy") for verb in ("attach", "detach"))
    assert refused(attach, **holder.name, PolicyArn=AUDIT)[0] == "AccessDenied"
    attach(**holder.name, PolicyArn=READ)
    iam_attached = holder.names()
    detach(**holder.name, PolicyArn=READ)
    assert (iam_attached, holder.names()) == (["ReadOnlyAccess"], [])
    missing = dict.fromkeys(holder.name, "missing")
    assert refused(attach, **missing, PolicyArn=READ)[0] == "AccessDenied"


def test_attaching_can_be_allowed_for_those_within_a_boundary_only(
    house: InProcess, iam: Any, client_of: ClientOf
) -> None:
    delegate = client_of("delegate", allow("iam:AttachRolePolicy", StringEquals={"iam:PermissionsBoundary": AUDIT}))
    document = trust(house.account_id)
    iam.create_role(RoleName="free", AssumeRolePolicyDocument=document)
    iam.create_role(RoleName="bound", AssumeRolePolicyDocument=document, PermissionsBoundary=AUDIT)
    assert refused(delegate.attach_role_policy, RoleName="free", PolicyArn=READ)[0] == "AccessDenied"
    delegate.attach_role_policy(RoleName="bound", PolicyArn=READ)


def test_t16_a_detached_policy_is_out_of_force_at_once(iam: Any, client_of: ClientOf) -> None:
    alice = client_of("alice")
    iam.attach_user_policy(UserName="alice", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    alice.list_users()
    iam.detach_user_policy(UserName="alice", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    assert refused(alice.list_users)[0] == "AccessDenied"
