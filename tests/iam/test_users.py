"""Users: their names, paths, tags and ends."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from asking import allow, refused
from in_process import InProcess
from keystead.services.iam import rules

ClientOf = Callable[..., Any]
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def names(answer: dict[str, Any]) -> list[str]:
    return [user["UserName"] for user in answer["Users"]]


def test_create_user_returns_the_whole_user(house: InProcess, iam: Any) -> None:
    user = iam.create_user(UserName="alice", Path="/people/", Tags=[{"Key": "Team", "Value": "Blue"}])["User"]
    assert re.fullmatch(r"AIDA[A-Z2-7]{17}", user.pop("UserId"))
    assert user == {
        "UserName": "alice",
        "Path": "/people/",
        "Arn": f"arn:aws:iam::{house.account_id}:user/people/alice",
        "CreateDate": house.clock.now,
        "Tags": [{"Key": "Team", "Value": "Blue"}],
    }


def test_the_path_of_a_user_is_a_slash_unless_given(iam: Any) -> None:
    assert iam.create_user(UserName="alice")["User"]["Path"] == "/"


def test_user_names_are_unique_whatever_their_case_and_keep_it(iam: Any) -> None:
    iam.create_user(UserName="Alice")
    assert refused(iam.create_user, UserName="aLICE") == (
        "EntityAlreadyExists",
        "User with name aLICE already exists.",
    )
    assert iam.get_user(UserName="alice")["User"]["UserName"] == "Alice"


def test_another_account_may_have_a_user_of_the_same_name(house: InProcess, iam: Any) -> None:
    other = house.client("iam", house.standalone("other@example.com", "Other"))
    first = iam.create_user(UserName="alice")["User"]
    second = other.create_user(UserName="alice")["User"]
    assert first["UserId"] != second["UserId"]
    assert first["Arn"] != second["Arn"]


def test_t28_user_names_are_of_awss_characters_only(iam: Any) -> None:
    for name in ("аlice", "ali\u200bce", "alicé", "ali ce", "alice/bob", "alice\n", "ﬀ"):
        code, message = refused(iam.create_user, UserName=name)
        assert (code, "userName" in message) == ("ValidationError", True), name


def test_get_user_answers_about_the_caller_without_a_name(client_of: ClientOf) -> None:
    alice = client_of("alice", allow("iam:GetUser", "arn:aws:iam::*:user/${aws:username}"))
    assert alice.get_user()["User"]["UserName"] == "alice"


def test_get_user_answers_about_the_root_user_to_itself(house: InProcess, root: Any) -> None:
    assert root.get_user()["User"] == {
        "UserId": house.account_id,
        "Arn": f"arn:aws:iam::{house.account_id}:root",
        "CreateDate": house.clock.now,
    }


def test_get_user_needs_a_name_from_a_role(house: InProcess, iam: Any) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": house.account_id}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=document)["Role"]
    iam.put_role_policy(RoleName="reader", PolicyName="all", PolicyDocument=allow("iam:*"))
    session = house.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="session")["Credentials"]
    assert refused(house.client("iam", session).get_user) == (
        "ValidationError",
        "Must specify userName when calling with non-User credentials",
    )


@pytest.mark.parametrize("operation", ["get_user", "delete_user", "list_user_tags", "list_groups_for_user"])
def test_a_user_who_is_not_there_cannot_be_found(iam: Any, operation: str) -> None:
    assert refused(getattr(iam, operation), UserName="nobody") == (
        "NoSuchEntity",
        "The user with name nobody cannot be found.",
    )


def test_list_users_is_in_order_of_names_and_without_tags(iam: Any) -> None:
    iam.create_user(UserName="carol", Tags=[{"Key": "a", "Value": "b"}])
    iam.create_user(UserName="Bob")
    answer = iam.list_users()
    assert names(answer) == ["admin", "Bob", "carol"]
    assert answer["IsTruncated"] is False
    assert all("Tags" not in user and "PermissionsBoundary" not in user for user in answer["Users"])


def test_list_users_is_filtered_by_the_start_of_the_path(iam: Any) -> None:
    iam.create_user(UserName="alice", Path="/division/a/")
    iam.create_user(UserName="bob", Path="/div/")
    assert names(iam.list_users(PathPrefix="/div")) == ["alice", "bob"]
    assert names(iam.list_users(PathPrefix="/div/")) == ["bob"]
    assert names(iam.list_users(PathPrefix="/other/")) == []


def test_users_are_listed_page_by_page(iam: Any) -> None:
    for name in ("alice", "bob", "carol", "dave"):
        iam.create_user(UserName=name)
    pages = list(iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 2}))
    assert [names(page) for page in pages] == [["admin", "alice"], ["bob", "carol"], ["dave"]]
    assert [page["IsTruncated"] for page in pages] == [True, True, False]


def test_a_marker_is_good_only_for_its_account_and_operation(house: InProcess, iam: Any) -> None:
    iam.create_user(UserName="alice")
    marker = iam.list_users(MaxItems=1)["Marker"]
    other = house.client("iam", house.standalone("other@example.com", "Other"))
    invalid = ("ValidationError", "Invalid Marker.")
    assert refused(iam.list_users, Marker="nonsense") == invalid
    assert refused(iam.list_groups, Marker=marker) == invalid
    assert refused(other.list_users, Marker=marker) == invalid


def test_update_user_renames_and_moves_the_same_user(house: InProcess, iam: Any) -> None:
    before = iam.create_user(UserName="alice", Tags=[{"Key": "Team", "Value": "Blue"}])["User"]
    iam.update_user(UserName="alice", NewUserName="alicia", NewPath="/people/")
    after = iam.get_user(UserName="alicia")["User"]
    assert after["Arn"] == f"arn:aws:iam::{house.account_id}:user/people/alicia"
    assert (after["UserId"], after["Tags"]) == (before["UserId"], before["Tags"])
    assert refused(iam.get_user, UserName="alice")[0] == "NoSuchEntity"


def test_a_user_may_change_the_case_of_its_name_but_not_take_anothers(iam: Any) -> None:
    iam.create_user(UserName="alice")
    iam.create_user(UserName="bob")
    iam.update_user(UserName="alice", NewUserName="Alice")
    assert names(iam.list_users()) == ["admin", "Alice", "bob"]
    assert refused(iam.update_user, UserName="bob", NewUserName="ALICE") == (
        "EntityAlreadyExists",
        "User with name ALICE already exists.",
    )


def test_renaming_needs_the_permission_on_both_names(house: InProcess, client_of: ClientOf) -> None:
    arn = f"arn:aws:iam::{house.account_id}:user/"
    alice = client_of("alice", allow("iam:UpdateUser", arn + "alice"))
    code, message = refused(alice.update_user, UserName="alice", NewUserName="bob")
    assert code == "AccessDenied"
    assert f"on resource: {arn}bob" in message
    assert refused(alice.update_user, UserName="alice", NewPath="/boss/")[0] == "AccessDenied"


def test_a_renamed_user_keeps_its_key_and_is_known_by_its_new_name(
    house: InProcess, client_of: ClientOf, iam: Any
) -> None:
    alice = client_of("alice", allow("iam:GetUser"))
    iam.update_user(UserName="alice", NewUserName="alicia")
    assert alice.get_user()["User"]["UserName"] == "alicia"


def test_delete_user_says_what_has_to_go_first(iam: Any) -> None:
    iam.create_user(UserName="alice")
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="alice")
    iam.attach_user_policy(UserName="alice", PolicyArn=READ)
    iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=allow("iam:GetUser"))
    key = iam.create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]

    def conflict() -> str:
        code, message = refused(iam.delete_user, UserName="alice")
        assert code == "DeleteConflict"
        return message

    assert conflict() == "Cannot delete entity, must delete access keys first."
    iam.delete_access_key(UserName="alice", AccessKeyId=key)
    assert conflict() == "Cannot delete entity, must delete policies first."
    iam.delete_user_policy(UserName="alice", PolicyName="own")
    assert conflict() == "Cannot delete entity, must detach all policies first."
    iam.detach_user_policy(UserName="alice", PolicyArn=READ)
    assert conflict() == "Cannot delete entity, must remove users from group first."
    iam.remove_user_from_group(GroupName="readers", UserName="alice")
    iam.delete_user(UserName="alice")
    assert refused(iam.get_user, UserName="alice")[0] == "NoSuchEntity"


def test_c14_a_user_created_again_is_another_user_with_nothing_of_the_old(house: InProcess, iam: Any) -> None:
    old = iam.create_user(UserName="alice", Tags=[{"Key": "Team", "Value": "Blue"}])["User"]
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    old_self = house.client("sts", {"AccessKeyId": key["AccessKeyId"], "SecretAccessKey": key["SecretAccessKey"]})
    assert old_self.get_caller_identity()["UserId"] == old["UserId"]
    iam.delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="alice")
    new = iam.create_user(UserName="alice")["User"]
    assert new["UserId"] != old["UserId"]
    assert iam.list_user_tags(UserName="alice")["Tags"] == []
    assert iam.list_access_keys(UserName="alice")["AccessKeyMetadata"] == []
    assert refused(old_self.get_caller_identity)[0] == "InvalidClientTokenId"


def test_create_user_sets_a_boundary_that_exists(iam: Any) -> None:
    iam.create_user(UserName="alice", PermissionsBoundary=READ)
    assert iam.get_user(UserName="alice")["User"]["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": READ,
    }
    missing = "arn:aws:iam::aws:policy/NoSuchPolicy"
    assert refused(iam.create_user, UserName="bob", PermissionsBoundary=missing) == (
        "NoSuchEntity",
        f"Scope ARN: {missing} does not exist or is not attachable.",
    )


def test_creating_users_can_be_allowed_only_with_a_boundary(client_of: ClientOf) -> None:
    condition = {"StringEquals": {"iam:PermissionsBoundary": READ}}
    delegate = client_of("delegate", allow("iam:CreateUser", **condition))
    assert refused(delegate.create_user, UserName="free")[0] == "AccessDenied"
    delegate.create_user(UserName="bound", PermissionsBoundary=READ)


def test_creating_a_user_with_tags_needs_the_permission_to_tag(client_of: ClientOf) -> None:
    delegate = client_of("delegate", allow("iam:CreateUser"))
    code, message = refused(delegate.create_user, UserName="bob", Tags=[{"Key": "a", "Value": "b"}])
    assert code == "AccessDenied"
    assert "iam:TagUser" in message
    delegate.create_user(UserName="bob")


def test_a_request_to_create_is_judged_by_its_tags_and_path(house: InProcess, client_of: ClientOf) -> None:
    condition = {"StringEquals": {"aws:RequestTag/Team": "Blue"}}
    resource = f"arn:aws:iam::{house.account_id}:user/blue/*"
    delegate = client_of("delegate", allow(["iam:CreateUser", "iam:TagUser"], resource, **condition))
    blue = {"Path": "/blue/", "Tags": [{"Key": "team", "Value": "Blue"}]}
    delegate.create_user(UserName="bob", **blue)
    assert refused(delegate.create_user, UserName="eve", **blue | {"Path": "/red/"})[0] == "AccessDenied"
    assert refused(delegate.create_user, UserName="eve", Path="/blue/")[0] == "AccessDenied"


def test_t29_tag_keys_of_users_differ_in_more_than_case_and_keep_the_last_case(iam: Any) -> None:
    iam.create_user(UserName="alice", Tags=[{"Key": "Team", "Value": "Blue"}])
    iam.tag_user(UserName="alice", Tags=[{"Key": "TEAM", "Value": "Red"}, {"Key": "Rank", "Value": ""}])
    assert iam.list_user_tags(UserName="alice")["Tags"] == [
        {"Key": "Rank", "Value": ""},
        {"Key": "TEAM", "Value": "Red"},
    ]
    twice = [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]
    assert refused(iam.tag_user, UserName="alice", Tags=twice) == (
        "InvalidInput",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    )


def test_untag_user_does_not_mind_case_or_keys_that_are_not_there(iam: Any) -> None:
    iam.create_user(UserName="alice", Tags=[{"Key": "Team", "Value": "Blue"}, {"Key": "Rank", "Value": "1"}])
    iam.untag_user(UserName="alice", TagKeys=["team", "nothing"])
    assert iam.list_user_tags(UserName="alice")["Tags"] == [{"Key": "Rank", "Value": "1"}]


def test_a_tag_key_cannot_be_awss_own(iam: Any) -> None:
    iam.create_user(UserName="alice")
    for key in ("aws:team", "AWS:Team"):
        assert refused(iam.tag_user, UserName="alice", Tags=[{"Key": key, "Value": "x"}])[0] == "InvalidInput"


def test_a_user_has_fifty_tags_at_most(iam: Any) -> None:
    iam.create_user(UserName="alice", Tags=[{"Key": f"k{n}", "Value": "v"} for n in range(50)])
    assert refused(iam.tag_user, UserName="alice", Tags=[{"Key": "more", "Value": "v"}])[0] == "LimitExceeded"
    iam.tag_user(UserName="alice", Tags=[{"Key": "K0", "Value": "changed"}])


@pytest.mark.parametrize("key", ["iam:ResourceTag/Team", "aws:ResourceTag/team"])
def test_who_may_be_deleted_can_depend_on_their_tags(iam: Any, client_of: ClientOf, key: str) -> None:
    iam.create_user(UserName="blue", Tags=[{"Key": "Team", "Value": "Blue"}])
    iam.create_user(UserName="red", Tags=[{"Key": "Team", "Value": "Red"}])
    janitor = client_of("janitor", allow("iam:DeleteUser", StringEquals={key: "Blue"}))
    assert refused(janitor.delete_user, UserName="red")[0] == "AccessDenied"
    janitor.delete_user(UserName="blue")


def test_a_denial_does_not_tell_whether_the_user_exists(iam: Any, client_of: ClientOf) -> None:
    iam.create_user(UserName="there")
    mallory = client_of("mallory", allow("iam:GetUser", "arn:aws:iam::*:user/mallory"))
    found, missing = (refused(mallory.get_user, UserName=name) for name in ("there", "never"))
    assert found[0] == missing[0] == "AccessDenied"
    assert found[1].replace("there", "never") == missing[1]


def test_a_denial_calls_the_resource_as_aws_does(house: InProcess, client_of: ClientOf) -> None:
    mallory = client_of("mallory")
    account = f"arn:aws:iam::{house.account_id}"
    sentence = "User: {}:user/mallory is not authorized to perform: {} on resource: {} because no identity-based policy allows the {} action"
    for operation, arguments, action, resource in (
        (mallory.get_user, {"UserName": "admin"}, "iam:GetUser", "user admin"),
        (mallory.get_user, {}, "iam:GetUser", "user mallory"),
        (mallory.create_access_key, {"UserName": "admin"}, "iam:CreateAccessKey", "user admin"),
        (mallory.get_group, {"GroupName": "Administrators"}, "iam:GetGroup", "group Administrators"),
        (mallory.get_role, {"RoleName": "boss"}, "iam:GetRole", "role boss"),
        (mallory.list_roles, {}, "iam:ListRoles", f"{account}:role/"),
        (mallory.get_policy, {"PolicyArn": READ}, "iam:GetPolicy", f"policy {READ}"),
        (mallory.create_policy, {"PolicyName": "all", "PolicyDocument": "{}"}, "iam:CreatePolicy", "policy all"),
        (mallory.list_policies, {}, "iam:ListPolicies", "policy path /"),
        (mallory.create_user, {"UserName": "eve"}, "iam:CreateUser", f"{account}:user/eve"),
        (mallory.list_users, {}, "iam:ListUsers", f"{account}:user/"),
        (mallory.list_groups, {"PathPrefix": "/x/"}, "iam:ListGroups", f"{account}:group/x/"),
        (mallory.list_virtual_mfa_devices, {}, "iam:ListVirtualMFADevices", f"{account}:mfa/"),
        (mallory.get_account_summary, {}, "iam:GetAccountSummary", "*"),
    ):
        assert refused(operation, **arguments) == ("AccessDenied", sentence.format(account, action, resource, action))


def test_an_account_has_so_many_users_and_no_more(iam: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rules.USERS_PER_ACCOUNT == 5000
    monkeypatch.setattr(rules, "USERS_PER_ACCOUNT", 2)
    iam.create_user(UserName="alice")
    assert refused(iam.create_user, UserName="bob") == ("LimitExceeded", "Cannot exceed quota for UsersPerAccount: 2")
