"""Permissions boundaries of users and roles."""

from collections.abc import Callable
from typing import Any

import pytest

from asking import allow, refused, trust

ClientOf = Callable[..., Any]
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"
AUDIT = "arn:aws:iam::aws:policy/SecurityAudit"
HOLDERS = pytest.mark.parametrize("kind", ["user", "role"])


class Holder:
    """A user or role named `holder`, and the operations on its boundary."""

    def __init__(self, iam: Any, kind: str) -> None:
        """Create it."""
        self._iam, self._kind = iam, kind
        self.name = {f"{kind.capitalize()}Name": "holder"}
        extra = {"AssumeRolePolicyDocument": trust({"Service": "ec2.amazonaws.com"})} if kind == "role" else {}
        getattr(iam, f"create_{kind}")(**self.name, **extra)

    def operations(self, client: Any) -> tuple[Callable[..., Any], Callable[..., Any]]:
        """Return put and delete."""
        put = getattr(client, f"put_{self._kind}_permissions_boundary")
        return put, getattr(client, f"delete_{self._kind}_permissions_boundary")

    def boundary(self) -> str | None:
        """Return the ARN of its boundary."""
        shown = getattr(self._iam, f"get_{self._kind}")(**self.name)[self._kind.capitalize()]
        found: str | None = shown.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        return found


@HOLDERS
def test_a_boundary_is_set_replaced_and_deleted(iam: Any, kind: str) -> None:
    holder = Holder(iam, kind)
    put, delete = holder.operations(iam)
    put(**holder.name, PermissionsBoundary=READ)
    put(**holder.name, PermissionsBoundary=AUDIT)
    assert holder.boundary() == AUDIT
    delete(**holder.name)
    assert holder.boundary() is None
    assert refused(delete, **holder.name)[0] == "NoSuchEntity"


@HOLDERS
def test_only_a_policy_that_exists_can_be_a_boundary(iam: Any, kind: str) -> None:
    holder = Holder(iam, kind)
    put, _ = holder.operations(iam)
    missing = READ + "ToNothing"
    assert refused(put, **holder.name, PermissionsBoundary=missing)[0] == "NoSuchEntity"
    linked = "arn:aws:iam::aws:policy/aws-service-role/AWSOrganizationsServiceTrustPolicy"
    assert refused(put, **holder.name, PermissionsBoundary=linked)[0] == "PolicyNotAttachable"
    assert refused(put, **holder.name, PermissionsBoundary="arn:aws:iam::aws:user/x")[0] == "InvalidInput"
    assert holder.boundary() is None


@HOLDERS
def test_setting_is_judged_by_the_new_boundary_and_deleting_by_the_present_one(
    iam: Any, client_of: ClientOf, kind: str
) -> None:
    holder = Holder(iam, kind)
    condition = {"StringEquals": {"iam:PermissionsBoundary": READ}}
    put, delete = holder.operations(client_of("delegate", allow("iam:*PermissionsBoundary", **condition)))
    assert refused(put, **holder.name, PermissionsBoundary=AUDIT)[0] == "AccessDenied"
    assert refused(delete, **holder.name)[0] == "AccessDenied"
    put(**holder.name, PermissionsBoundary=READ)
    delete(**holder.name)
    admin_put, _ = holder.operations(iam)
    admin_put(**holder.name, PermissionsBoundary=AUDIT)
    assert refused(delete, **holder.name)[0] == "AccessDenied"


def test_t16_a_boundary_limits_at_once(iam: Any, client_of: ClientOf) -> None:
    alice = client_of("alice", allow("iam:*"))
    alice.list_users()
    policy = iam.create_policy(PolicyName="limit", PolicyDocument=allow("iam:GetUser"))["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=policy)
    code, message = refused(alice.list_users)
    assert (code, "no permissions boundary allows" in message) == ("AccessDenied", True)
    alice.get_user()
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=allow("iam:ListUsers"), SetAsDefault=True)
    alice.list_users()
    assert refused(alice.get_user)[0] == "AccessDenied"
    iam.delete_user_permissions_boundary(UserName="alice")
    alice.get_user()
