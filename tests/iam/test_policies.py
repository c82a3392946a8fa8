"""Managed policies: the account's own, their versions, tags and uses."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from asking import allow, refused, trust
from in_process import InProcess

ClientOf = Callable[..., Any]
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"
DOCUMENT = allow("s3:GetObject")


@pytest.fixture
def arn(iam: Any) -> str:
    """A managed policy of the account."""
    created: str = iam.create_policy(PolicyName="reader", PolicyDocument=DOCUMENT)["Policy"]["Arn"]
    return created


def names(answer: dict[str, Any]) -> list[str]:
    return [policy["PolicyName"] for policy in answer["Policies"]]


def versions(iam: Any, arn: str) -> dict[str, bool]:
    return {one["VersionId"]: one["IsDefaultVersion"] for one in iam.list_policy_versions(PolicyArn=arn)["Versions"]}


def test_create_policy_returns_the_policy_without_its_description(house: InProcess, iam: Any) -> None:
    tags = [{"Key": "Team", "Value": "Blue"}]
    policy = iam.create_policy(
        PolicyName="reader", Path="/ci/", Description="reads", PolicyDocument=DOCUMENT, Tags=tags
    )["Policy"]
    assert re.fullmatch(r"ANPA[A-Z2-7]{17}", policy["PolicyId"])
    facts = {
        "PolicyName": "reader",
        "PolicyId": policy["PolicyId"],
        "Arn": f"arn:aws:iam::{house.account_id}:policy/ci/reader",
        "Path": "/ci/",
        "DefaultVersionId": "v1",
        "AttachmentCount": 0,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "CreateDate": house.clock.now,
        "UpdateDate": house.clock.now,
    }
    assert policy == facts | {"Tags": tags}
    assert iam.get_policy(PolicyArn=policy["Arn"])["Policy"] == facts | {"Tags": tags, "Description": "reads"}
    assert iam.list_policies(Scope="Local")["Policies"] == [facts]


def test_policy_names_are_unique_whatever_case_and_path(iam: Any, arn: str) -> None:
    assert refused(iam.create_policy, PolicyName="READER", Path="/ci/", PolicyDocument=DOCUMENT) == (
        "EntityAlreadyExists",
        "A policy called READER already exists. Duplicate names are not allowed.",
    )


def test_a_managed_policy_has_to_be_an_identity_policy(iam: Any) -> None:
    for document in (trust("*"), "[]", "no JSON", DOCUMENT.replace("Allow", "allow"), DOCUMENT.replace("s3:", "s3-")):
        code, message = refused(iam.create_policy, PolicyName="bad", PolicyDocument=document)
        assert (code, bool(message)) == ("MalformedPolicyDocument", True), document
    assert iam.list_policies(Scope="Local")["Policies"] == []


def test_the_size_of_a_managed_policy_is_counted_without_white_space(iam: Any) -> None:
    spare = 6144 - len(allow("s3:").replace(" ", ""))
    for name, actions in (("fits", "s3:" + "a" * spare), ("long", "s3:" + "a" * (spare + 1))):
        document = json.dumps(json.loads(allow(actions)), indent=8)
        if name == "fits":
            iam.create_policy(PolicyName=name, PolicyDocument=document)
            continue
        expected = ("LimitExceeded", "Cannot exceed quota for PolicySize: 6144")
        assert refused(iam.create_policy, PolicyName=name, PolicyDocument=document) == expected


def test_documents_come_back_as_they_were_written(iam: Any) -> None:
    written = json.dumps(json.loads(allow("s3:GetObject", "arn:aws:s3:::ü +%&/*")), indent=3, ensure_ascii=False)
    arn = iam.create_policy(PolicyName="odd", PolicyDocument=written)["Policy"]["Arn"]
    # botocore decodes what IAM percent-encodes: without that it would not be a dictionary.
    assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"] == json.loads(written)


@pytest.mark.parametrize("operation", ["get_policy", "delete_policy", "list_policy_versions", "list_policy_tags"])
def test_a_policy_that_is_not_there_cannot_be_found(house: InProcess, iam: Any, operation: str) -> None:
    missing = f"arn:aws:iam::{house.account_id}:policy/none"
    expected = ("NoSuchEntity", f"Policy {missing} was not found.")
    assert refused(getattr(iam, operation), PolicyArn=missing) == expected
    odd = f"arn:aws:iam::{house.account_id}:user/admin"
    assert refused(getattr(iam, operation), PolicyArn=odd) == ("InvalidInput", f"ARN {odd} is not valid.")


def test_a_policy_of_another_account_is_out_of_reach(house: InProcess, arn: str) -> None:
    other = house.client("iam", house.standalone("other@example.com", "Other"))
    for operation in (other.get_policy, other.delete_policy, other.list_entities_for_policy):
        assert refused(operation, PolicyArn=arn)[0] == "AccessDenied"
    assert refused(other.attach_user_policy, UserName="admin", PolicyArn=arn) == (
        "NoSuchEntity",
        f"Policy {arn} does not exist or is not attachable.",
    )


def test_a_policy_has_five_versions_whose_numbers_are_never_given_again(iam: Any, arn: str) -> None:
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=DOCUMENT)
    assert refused(iam.create_policy_version, PolicyArn=arn, PolicyDocument=DOCUMENT) == (
        "LimitExceeded",
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
    )
    iam.delete_policy_version(PolicyArn=arn, VersionId="v5")
    new = iam.create_policy_version(PolicyArn=arn, PolicyDocument=DOCUMENT)["PolicyVersion"]
    assert (new["VersionId"], new["IsDefaultVersion"]) == ("v6", False)
    assert list(versions(iam, arn)) == ["v6", "v4", "v3", "v2", "v1"]
    assert "Document" not in new


def test_the_version_in_force_can_be_changed_but_not_deleted(iam: Any, arn: str) -> None:
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=allow("s3:PutObject"), SetAsDefault=True)
    assert versions(iam, arn) == {"v2": True, "v1": False}
    assert refused(iam.delete_policy_version, PolicyArn=arn, VersionId="v2") == (
        "DeleteConflict",
        "Cannot delete the default version of a policy.",
    )
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    assert versions(iam, arn) == {"v2": False, "v1": True}
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    for missing in ("v2", "v99", "v1.x", "v" + "9" * 5000):
        for operation in (iam.get_policy_version, iam.delete_policy_version, iam.set_default_policy_version):
            assert refused(operation, PolicyArn=arn, VersionId=missing) == (
                "NoSuchEntity",
                f"Policy {arn} version {missing} does not exist or is not attachable.",
            )


def test_what_a_version_allows_is_in_force_at_once(iam: Any, client_of: ClientOf, arn: str) -> None:
    alice = client_of("alice")
    iam.attach_user_policy(UserName="alice", PolicyArn=arn)
    assert refused(alice.list_users)[0] == "AccessDenied"
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=allow("iam:ListUsers"))
    assert refused(alice.list_users)[0] == "AccessDenied"
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    alice.list_users()
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    assert refused(alice.list_users)[0] == "AccessDenied"


def test_delete_policy_says_what_has_to_go_first(iam: Any, arn: str) -> None:
    iam.attach_user_policy(UserName="admin", PolicyArn=arn)
    in_use = ("DeleteConflict", "Cannot delete a policy attached to entities.")
    assert refused(iam.delete_policy, PolicyArn=arn) == in_use
    iam.detach_user_policy(UserName="admin", PolicyArn=arn)
    iam.create_user(UserName="bound", PermissionsBoundary=arn)
    assert refused(iam.delete_policy, PolicyArn=arn) == in_use
    iam.delete_user(UserName="bound")
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=DOCUMENT)
    assert refused(iam.delete_policy, PolicyArn=arn) == (
        "DeleteConflict",
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    )
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy(PolicyArn=arn)
    assert refused(iam.get_policy, PolicyArn=arn)[0] == "NoSuchEntity"


def test_nobody_changes_a_policy_of_aws(iam: Any, root: Any) -> None:
    for client in (iam, root):
        assert refused(client.delete_policy, PolicyArn=READ)[0] == "AccessDenied"
        assert refused(client.create_policy_version, PolicyArn=READ, PolicyDocument=DOCUMENT)[0] == "AccessDenied"
        assert refused(client.set_default_policy_version, PolicyArn=READ, VersionId="v1")[0] == "AccessDenied"
        assert refused(client.delete_policy_version, PolicyArn=READ, VersionId="v1")[0] == "AccessDenied"
        assert refused(client.tag_policy, PolicyArn=READ, Tags=[{"Key": "a", "Value": "b"}])[0] == "AccessDenied"


def test_list_policies_by_scope_path_and_use(iam: Any, arn: str) -> None:
    iam.create_policy(PolicyName="other", Path="/ci/", PolicyDocument=DOCUMENT)
    iam.attach_user_policy(UserName="admin", PolicyArn=arn)
    iam.create_user(UserName="bound", PermissionsBoundary=READ)
    assert names(iam.list_policies(Scope="Local")) == ["other", "reader"]
    assert names(iam.list_policies(Scope="Local", PathPrefix="/ci/")) == ["other"]
    assert names(iam.list_policies(Scope="Local", OnlyAttached=True)) == ["reader"]
    assert names(iam.list_policies(Scope="AWS", OnlyAttached=True)) == ["AdministratorAccess"]
    assert names(iam.list_policies(PolicyUsageFilter="PermissionsBoundary")) == ["ReadOnlyAccess"]
    assert names(iam.list_policies(PolicyUsageFilter="PermissionsPolicy")) == ["AdministratorAccess", "reader"]


def test_list_policies_pages_through_all_of_them_once(iam: Any, arn: str) -> None:
    iam.create_policy(PolicyName="ReadOnlyAccess", PolicyDocument=DOCUMENT)
    everything = iam.list_policies(MaxItems=1000)
    listed, marker = everything["Policies"], everything.get("Marker")
    while marker:
        more = iam.list_policies(MaxItems=1000, Marker=marker)
        listed, marker = listed + more["Policies"], more.get("Marker")
    paged = [policy for page in iam.get_paginator("list_policies").paginate() for policy in page["Policies"]]
    assert paged == listed
    assert len({policy["Arn"] for policy in listed}) == len(listed)
    assert [policy["Arn"] for policy in listed].count(arn) == 1


def test_t29_tags_of_policies_tell_cases_apart(iam: Any, arn: str) -> None:
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "Team", "Value": "Blue"}, {"Key": "TEAM", "Value": "Red"}])
    assert iam.list_policy_tags(PolicyArn=arn)["Tags"] == [
        {"Key": "TEAM", "Value": "Red"},
        {"Key": "Team", "Value": "Blue"},
    ]
    iam.untag_policy(PolicyArn=arn, TagKeys=["team", "TEAM"])
    assert iam.list_policy_tags(PolicyArn=arn)["Tags"] == [{"Key": "Team", "Value": "Blue"}]


def test_who_may_change_a_policy_can_depend_on_its_tags(iam: Any, client_of: ClientOf, arn: str) -> None:
    delegate = client_of("delegate", allow("iam:CreatePolicyVersion", StringEquals={"aws:ResourceTag/Team": "Blue"}))
    assert refused(delegate.create_policy_version, PolicyArn=arn, PolicyDocument=DOCUMENT)[0] == "AccessDenied"
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "Team", "Value": "Blue"}])
    delegate.create_policy_version(PolicyArn=arn, PolicyDocument=DOCUMENT)


def test_creating_a_policy_with_tags_needs_the_permission_to_tag(client_of: ClientOf) -> None:
    delegate = client_of("delegate", allow("iam:CreatePolicy", StringEquals={"aws:RequestTag/Team": "Blue"}))
    blue = {"PolicyName": "p", "PolicyDocument": DOCUMENT, "Tags": [{"Key": "Team", "Value": "Blue"}]}
    code, message = refused(delegate.create_policy, **blue)
    assert (code, "iam:TagPolicy" in message) == ("AccessDenied", True)


def test_list_entities_for_policy_tells_attachments_from_boundaries(iam: Any, arn: str) -> None:
    iam.create_group(GroupName="readers")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust({"Service": "ec2.amazonaws.com"}))
    iam.create_user(UserName="bound", Path="/people/", PermissionsBoundary=arn)
    iam.attach_group_policy(GroupName="readers", PolicyArn=arn)
    iam.attach_role_policy(RoleName="reader", PolicyArn=arn)
    iam.attach_user_policy(UserName="admin", PolicyArn=arn)

    def entities(**arguments: Any) -> list[str]:
        answer = iam.list_entities_for_policy(PolicyArn=arn, **arguments)
        found = [*answer["PolicyGroups"], *answer["PolicyRoles"], *answer["PolicyUsers"]]
        return [one.get("GroupName") or one.get("RoleName") or one["UserName"] for one in found]

    assert entities() == ["readers", "reader", "admin", "bound"]
    assert entities(EntityFilter="User") == ["admin", "bound"]
    assert entities(EntityFilter="LocalManagedPolicy") == []
    assert entities(PathPrefix="/people/") == ["bound"]
    assert entities(PolicyUsageFilter="PermissionsPolicy") == ["readers", "reader", "admin"]
    assert entities(PolicyUsageFilter="PermissionsBoundary") == ["bound"]
    first = iam.list_entities_for_policy(PolicyArn=arn, MaxItems=3)
    assert [len(first[kind]) for kind in ("PolicyGroups", "PolicyRoles", "PolicyUsers")] == [1, 1, 1]
    rest = iam.list_entities_for_policy(PolicyArn=arn, MaxItems=3, Marker=first["Marker"])
    assert [user["UserName"] for user in rest["PolicyUsers"]] == ["bound"]
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (policy["AttachmentCount"], policy["PermissionsBoundaryUsageCount"]) == (3, 1)
