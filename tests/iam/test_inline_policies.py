"""Inline policies of users, groups and roles."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from asking import allow, refused, trust
from in_process import InProcess

ClientOf = Callable[..., Any]
DOCUMENT = allow("s3:GetObject")
HOLDERS = pytest.mark.parametrize(("kind", "limit"), [("user", 2048), ("group", 5120), ("role", 10240)])


class Holder:
    """A user, group or role named `holder`, and the operations on its inline policies."""

    def __init__(self, iam: Any, kind: str) -> None:
        """Create it."""
        self._iam, self._kind = iam, kind
        self.name = {f"{kind.capitalize()}Name": "holder"}
        extra = {"AssumeRolePolicyDocument": trust({"Service": "ec2.amazonaws.com"})} if kind == "role" else {}
        self.operation("create")(**self.name, **extra)

    def operation(self, verb: str, noun: str = "") -> Callable[..., Any]:
        """Return `verb_kind_noun` of the client."""
        operation: Callable[..., Any] = getattr(self._iam, "_".join(filter(None, (verb, self._kind, noun))))
        return operation

    def put(self, name: str, document: str = DOCUMENT) -> None:
        """Write an inline policy."""
        self.operation("put", "policy")(**self.name, PolicyName=name, PolicyDocument=document)

    def names(self, **paging: Any) -> list[str]:
        """List them."""
        found: list[str] = self.operation("list", "policies")(**self.name, **paging)["PolicyNames"]
        return found


@HOLDERS
def test_inline_policies_are_written_shown_and_deleted(iam: Any, kind: str, limit: int) -> None:
    holder = Holder(iam, kind)
    holder.put("b")
    holder.put("a")
    holder.put("b", allow("s3:PutObject", "arn:aws:s3:::a b/*"))
    assert holder.names() == ["a", "b"]
    shown = holder.operation("get", "policy")(**holder.name, PolicyName="b")
    assert shown.pop("ResponseMetadata")
    assert shown == {
        **holder.name,
        "PolicyName": "b",
        "PolicyDocument": json.loads(allow("s3:PutObject", "arn:aws:s3:::a b/*")),
    }
    holder.operation("delete", "policy")(**holder.name, PolicyName="b")
    assert holder.names() == ["a"]


@HOLDERS
def test_what_is_not_there_cannot_be_found(iam: Any, kind: str, limit: int) -> None:
    holder = Holder(iam, kind)
    for verb in ("get", "delete"):
        operation = holder.operation(verb, "policy")
        expected = ("NoSuchEntity", f"The {kind} policy with name none cannot be found.")
        assert refused(operation, **holder.name, PolicyName="none") == expected
        nobody = dict.fromkeys(holder.name, "nobody")
        expected = ("NoSuchEntity", f"The {kind} with name nobody cannot be found.")
        assert refused(operation, **nobody, PolicyName="none") == expected


@HOLDERS
def test_all_inline_policies_of_one_holder_share_a_quota(iam: Any, kind: str, limit: int) -> None:
    holder = Holder(iam, kind)
    fixed = len(allow("s3:").replace(" ", ""))
    half = json.dumps(json.loads(allow("s3:" + "a" * (limit // 2 - fixed))), indent=4)
    holder.put("first", half)
    holder.put("second", half)
    holder.put("second", half)
    message = f"Maximum policy size of {limit} bytes exceeded for {kind} holder"
    put = holder.operation("put", "policy")
    assert refused(put, **holder.name, PolicyName="third", PolicyDocument=DOCUMENT) == ("LimitExceeded", message)
    larger = half.replace("s3:", "s3:a")
    assert refused(put, **holder.name, PolicyName="second", PolicyDocument=larger) == ("LimitExceeded", message)
    assert holder.names() == ["first", "second"]


@HOLDERS
def test_an_inline_policy_has_to_be_an_identity_policy(iam: Any, kind: str, limit: int) -> None:
    holder = Holder(iam, kind)
    for document in (trust("*"), "no JSON", '{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}'):
        code, _ = refused(holder.operation("put", "policy"), **holder.name, PolicyName="bad", PolicyDocument=document)
        assert code == "MalformedPolicyDocument", document
    assert holder.names() == []


@HOLDERS
def test_names_of_inline_policies_come_in_pages(iam: Any, kind: str, limit: int) -> None:
    holder = Holder(iam, kind)
    for number in range(5):
        holder.put(f"p{number}")
    first = holder.operation("list", "policies")(**holder.name, MaxItems=3)
    assert (first["PolicyNames"], first["IsTruncated"]) == (["p0", "p1", "p2"], True)
    assert holder.names(Marker=first["Marker"]) == ["p3", "p4"]


def test_names_of_inline_policies_tell_cases_apart(iam: Any) -> None:
    holder = Holder(iam, "user")
    holder.put("a")
    holder.put("A")
    assert holder.names() == ["A", "a"]


def test_t16_an_inline_policy_of_a_group_is_in_force_for_its_members_at_once(iam: Any, client_of: ClientOf) -> None:
    alice = client_of("alice")
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="alice")
    assert refused(alice.list_users)[0] == "AccessDenied"
    iam.put_group_policy(GroupName="readers", PolicyName="list", PolicyDocument=allow("iam:ListUsers"))
    alice.list_users()
    deny = allow("iam:ListUsers").replace("Allow", "Deny")
    iam.put_user_policy(UserName="alice", PolicyName="deny", PolicyDocument=deny)
    code, message = refused(alice.list_users)
    assert (code, "with an explicit deny in an identity-based policy" in message) == ("AccessDenied", True)
    iam.delete_user_policy(UserName="alice", PolicyName="deny")
    alice.list_users()
    iam.delete_group_policy(GroupName="readers", PolicyName="list")
    assert refused(alice.list_users)[0] == "AccessDenied"


def test_writing_policies_can_be_allowed_for_those_within_a_boundary_only(
    house: InProcess, iam: Any, client_of: ClientOf
) -> None:
    boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    delegate = client_of("delegate", allow("iam:*RolePolicy", StringEquals={"iam:PermissionsBoundary": boundary}))
    document = trust(house.account_id)
    iam.create_role(RoleName="free", AssumeRolePolicyDocument=document)
    iam.create_role(RoleName="bound", AssumeRolePolicyDocument=document, PermissionsBoundary=boundary)
    arguments = {"PolicyName": "own", "PolicyDocument": DOCUMENT}
    for name in ("free", "missing"):
        assert refused(delegate.put_role_policy, RoleName=name, **arguments)[0] == "AccessDenied"
    delegate.put_role_policy(RoleName="bound", **arguments)
    delegate.delete_role_policy(RoleName="bound", PolicyName="own")
