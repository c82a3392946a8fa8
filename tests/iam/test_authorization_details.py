"""The whole account at once: who is there, and what they may do."""

import json
from typing import Any

import pytest

from asking import allow, refused, trust
from in_process import InProcess

READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"
LISTS = {
    "UserDetailList": "UserName",
    "GroupDetailList": "GroupName",
    "RoleDetailList": "RoleName",
    "Policies": "PolicyName",
}


def names(answer: dict[str, Any]) -> list[str]:
    return [found[name] for kind, name in LISTS.items() for found in answer[kind]]


@pytest.fixture
def furnished(house: InProcess, iam: Any) -> Any:
    """An account with one of everything; its client."""
    own = iam.create_policy(PolicyName="own", Description="ours", PolicyDocument=allow("s3:*"))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=own, PolicyDocument=allow("s3:Get*"), SetAsDefault=True)
    iam.create_user(UserName="alice", Tags=[{"Key": "Team", "Value": "Blue"}], PermissionsBoundary=READ)
    iam.put_user_policy(UserName="alice", PolicyName="inline", PolicyDocument=allow("iam:GetUser"))
    iam.create_group(GroupName="readers")
    iam.attach_group_policy(GroupName="readers", PolicyArn=own)
    iam.add_user_to_group(GroupName="readers", UserName="alice")
    iam.add_user_to_group(GroupName="Administrators", UserName="alice")
    iam.create_role(RoleName="builder", AssumeRolePolicyDocument=trust(f"arn:aws:iam::{house.account_id}:user/alice"))
    iam.attach_role_policy(RoleName="builder", PolicyArn=own)
    iam.put_role_policy(RoleName="builder", PolicyName="inline", PolicyDocument=allow("s3:Put*"))
    return iam


def test_everything_is_there_in_order_of_kinds_and_names(furnished: Any) -> None:
    answer = furnished.get_account_authorization_details()
    assert names(answer) == [
        "admin",
        "alice",
        "Administrators",
        "readers",
        "builder",
        "own",
        "AdministratorAccess",
        "ReadOnlyAccess",
    ]
    assert answer["IsTruncated"] is False


def test_a_user_is_shown_with_policies_groups_tags_and_boundary(house: InProcess, furnished: Any) -> None:
    _, alice = furnished.get_account_authorization_details(Filter=["User"])["UserDetailList"]
    user = furnished.get_user(UserName="alice")["User"]
    assert alice == {
        **{name: user[name] for name in ("Path", "UserName", "UserId", "Arn", "CreateDate", "Tags")},
        "PermissionsBoundary": user["PermissionsBoundary"],
        "UserPolicyList": [{"PolicyName": "inline", "PolicyDocument": json.loads(allow("iam:GetUser"))}],
        "GroupList": ["Administrators", "readers"],
        "AttachedManagedPolicies": [],
    }


def test_a_group_and_a_role_are_shown_with_their_policies(house: InProcess, furnished: Any) -> None:
    own = {"PolicyName": "own", "PolicyArn": f"arn:aws:iam::{house.account_id}:policy/own"}
    answer = furnished.get_account_authorization_details(Filter=["Group", "Role"])
    assert answer["GroupDetailList"][1]["AttachedManagedPolicies"] == [own]
    (builder,) = answer["RoleDetailList"]
    assert builder["AttachedManagedPolicies"] == [own]
    assert builder["RolePolicyList"] == [{"PolicyName": "inline", "PolicyDocument": json.loads(allow("s3:Put*"))}]
    assert (builder["InstanceProfileList"], builder["RoleLastUsed"], builder["Tags"]) == ([], {}, [])
    principal = builder["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
    assert principal == {"AWS": f"arn:aws:iam::{house.account_id}:user/alice"}


def test_policies_are_shown_with_their_documents(furnished: Any) -> None:
    (own,) = furnished.get_account_authorization_details(Filter=["LocalManagedPolicy"])["Policies"]
    assert (own["AttachmentCount"], own["DefaultVersionId"], own["Description"]) == (2, "v2", "ours")
    assert [(one["VersionId"], one["IsDefaultVersion"]) for one in own["PolicyVersionList"]] == [
        ("v2", True),
        ("v1", False),
    ]
    assert own["PolicyVersionList"][1]["Document"] == json.loads(allow("s3:*"))
    admin, read = furnished.get_account_authorization_details(Filter=["AWSManagedPolicy"])["Policies"]
    assert [one["IsDefaultVersion"] for one in read["PolicyVersionList"]] == [True]
    assert (read["AttachmentCount"], read["PermissionsBoundaryUsageCount"]) == (0, 1)
    assert admin["PolicyVersionList"][0]["Document"]["Statement"][0]["Action"] == "*"


def test_pages_run_through_all_kinds(furnished: Any) -> None:
    whole = names(furnished.get_account_authorization_details())
    paged: list[str] = []
    marker: dict[str, str] = {}
    for _ in whole:
        answer = furnished.get_account_authorization_details(MaxItems=3, **marker)
        assert len(names(answer)) <= 3
        paged += names(answer)
        if not answer["IsTruncated"]:
            break
        marker = {"Marker": answer["Marker"]}
    assert paged == whole
    assert refused(furnished.get_account_authorization_details, Marker="forged")[0] == "ValidationError"


def test_another_account_is_not_in_it(house: InProcess, furnished: Any) -> None:
    other = house.client("iam", house.standalone("other@example.com", "Other"))
    assert names(other.get_account_authorization_details()) == ["admin", "Administrators", "AdministratorAccess"]
