"""Groups, and who is in them."""

import re
from collections.abc import Callable
from typing import Any

from asking import allow, refused
from in_process import InProcess

ClientOf = Callable[..., Any]


def names(groups: list[dict[str, Any]]) -> list[str]:
    return [group["GroupName"] for group in groups]


def members(iam: Any, group: str) -> list[str]:
    return [user["UserName"] for user in iam.get_group(GroupName=group)["Users"]]


def test_create_group_returns_the_whole_group(house: InProcess, iam: Any) -> None:
    group = iam.create_group(GroupName="Readers", Path="/teams/")["Group"]
    assert re.fullmatch(r"AGPA[A-Z2-7]{17}", group.pop("GroupId"))
    assert group == {
        "GroupName": "Readers",
        "Path": "/teams/",
        "Arn": f"arn:aws:iam::{house.account_id}:group/teams/Readers",
        "CreateDate": house.clock.now,
    }


def test_group_names_are_unique_whatever_their_case(iam: Any) -> None:
    iam.create_group(GroupName="Readers")
    assert refused(iam.create_group, GroupName="readers") == (
        "EntityAlreadyExists",
        "Group with name readers already exists.",
    )


def test_a_user_and_a_group_may_have_the_same_name(iam: Any) -> None:
    iam.create_group(GroupName="ops")
    iam.create_user(UserName="ops")


def test_groups_are_listed_by_path_and_page_by_page(iam: Any) -> None:
    for name, path in (("c", "/x/"), ("a", "/x/"), ("b", "/y/")):
        iam.create_group(GroupName=name, Path=path)
    assert names(iam.list_groups(PathPrefix="/x/")["Groups"]) == ["a", "c"]
    pages = list(iam.get_paginator("list_groups").paginate(PaginationConfig={"PageSize": 3}))
    assert [names(page["Groups"]) for page in pages] == [["a", "Administrators", "b"], ["c"]]


def test_the_users_of_a_group_come_page_by_page(iam: Any) -> None:
    iam.create_group(GroupName="readers")
    for name in ("carol", "alice", "bob"):
        iam.create_user(UserName=name, Tags=[{"Key": "a", "Value": "b"}])
        iam.add_user_to_group(GroupName="readers", UserName=name)
    first = iam.get_group(GroupName="readers", MaxItems=2)
    assert [user["UserName"] for user in first["Users"]] == ["alice", "bob"]
    assert all("Tags" not in user for user in first["Users"])
    rest = iam.get_group(GroupName="readers", MaxItems=2, Marker=first["Marker"])
    assert [user["UserName"] for user in rest["Users"]] == ["carol"]
    assert rest["IsTruncated"] is False
    assert rest["Group"] == first["Group"]


def test_adding_twice_and_removing_twice_is_no_mistake(iam: Any) -> None:
    iam.create_group(GroupName="readers")
    iam.create_user(UserName="alice")
    for _ in range(2):
        iam.add_user_to_group(GroupName="readers", UserName="alice")
        assert members(iam, "readers") == ["alice"]
    for _ in range(2):
        iam.remove_user_from_group(GroupName="readers", UserName="alice")
        assert members(iam, "readers") == []


def test_the_user_is_looked_for_before_the_group(iam: Any) -> None:
    iam.create_group(GroupName="readers")
    no_user = ("NoSuchEntity", "The user with name nobody cannot be found.")
    no_group = ("NoSuchEntity", "The group with name nowhere cannot be found.")
    for operation in (iam.add_user_to_group, iam.remove_user_from_group):
        assert refused(operation, GroupName="readers", UserName="nobody") == no_user
        assert refused(operation, GroupName="nowhere", UserName="nobody") == no_user
        assert refused(operation, GroupName="nowhere", UserName="admin") == no_group


def test_a_user_is_in_ten_groups_at_most(iam: Any) -> None:
    iam.create_user(UserName="alice")
    for number in range(11):
        iam.create_group(GroupName=f"group{number:02}")
    for number in range(10):
        iam.add_user_to_group(GroupName=f"group{number:02}", UserName="alice")
    assert refused(iam.add_user_to_group, GroupName="group10", UserName="alice") == (
        "LimitExceeded",
        "Cannot exceed quota for GroupsPerUser: 10",
    )
    assert len(iam.list_groups_for_user(UserName="alice")["Groups"]) == 10


def test_an_account_has_three_hundred_groups_at_most(iam: Any) -> None:
    for number in range(299):
        iam.create_group(GroupName=f"group{number}")
    assert refused(iam.create_group, GroupName="one-more") == (
        "LimitExceeded",
        "Cannot exceed quota for GroupsPerAccount: 300",
    )


def test_a_group_gives_its_members_its_permissions_at_once(iam: Any, client_of: ClientOf) -> None:
    alice = client_of("alice")
    iam.create_group(GroupName="readers")
    iam.put_group_policy(GroupName="readers", PolicyName="list", PolicyDocument=allow("iam:ListUsers"))
    assert refused(alice.list_users)[0] == "AccessDenied"
    iam.add_user_to_group(GroupName="readers", UserName="alice")
    alice.list_users()
    iam.remove_user_from_group(GroupName="readers", UserName="alice")
    assert refused(alice.list_users)[0] == "AccessDenied"


def test_a_renamed_group_keeps_its_members_and_policies(house: InProcess, iam: Any, client_of: ClientOf) -> None:
    alice = client_of("alice")
    before = iam.create_group(GroupName="readers")["Group"]
    iam.put_group_policy(GroupName="readers", PolicyName="list", PolicyDocument=allow("iam:ListUsers"))
    iam.add_user_to_group(GroupName="readers", UserName="alice")
    iam.update_group(GroupName="readers", NewGroupName="Lookers", NewPath="/teams/")
    after = iam.get_group(GroupName="lookers")["Group"]
    assert after["GroupId"] == before["GroupId"]
    assert after["Arn"] == f"arn:aws:iam::{house.account_id}:group/teams/Lookers"
    alice.list_users()
    assert refused(iam.get_group, GroupName="readers")[0] == "NoSuchEntity"


def test_renaming_a_group_needs_the_permission_on_both_names(house: InProcess, iam: Any, client_of: ClientOf) -> None:
    iam.create_group(GroupName="readers")
    arn = f"arn:aws:iam::{house.account_id}:group/"
    bob = client_of("bob", allow("iam:UpdateGroup", arn + "readers"))
    code, message = refused(bob.update_group, GroupName="readers", NewGroupName="Administrators2")
    assert code == "AccessDenied"
    assert f"on resource: {arn}Administrators2" in message


def test_a_group_cannot_take_the_name_of_another(iam: Any) -> None:
    iam.create_group(GroupName="readers")
    assert refused(iam.update_group, GroupName="readers", NewGroupName="administrators") == (
        "EntityAlreadyExists",
        "Group with name administrators already exists.",
    )
    assert refused(iam.update_group, GroupName="nowhere", NewGroupName="x")[0] == "NoSuchEntity"


def test_delete_group_says_what_has_to_go_first(iam: Any) -> None:
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="admin")
    iam.put_group_policy(GroupName="readers", PolicyName="list", PolicyDocument=allow("iam:ListUsers"))
    assert refused(iam.delete_group, GroupName="readers") == (
        "DeleteConflict",
        "Cannot delete entity, must remove users from group first.",
    )
    iam.remove_user_from_group(GroupName="readers", UserName="admin")
    assert refused(iam.delete_group, GroupName="readers")[1] == "Cannot delete entity, must delete policies first."
    iam.delete_group_policy(GroupName="readers", PolicyName="list")
    iam.delete_group(GroupName="readers")
    assert refused(iam.delete_group, GroupName="readers") == (
        "NoSuchEntity",
        "The group with name readers cannot be found.",
    )


def test_c14_a_group_created_again_is_empty(iam: Any) -> None:
    old = iam.create_group(GroupName="readers")["Group"]
    iam.delete_group(GroupName="readers")
    assert iam.create_group(GroupName="readers")["Group"]["GroupId"] != old["GroupId"]
    assert members(iam, "readers") == []


def test_list_groups_for_user_is_authorized_on_the_user(house: InProcess, iam: Any, client_of: ClientOf) -> None:
    arn = f"arn:aws:iam::{house.account_id}:user/${{aws:username}}"
    alice = client_of("alice", allow("iam:ListGroupsForUser", arn))
    assert alice.list_groups_for_user(UserName="alice")["Groups"] == []
    assert refused(alice.list_groups_for_user, UserName="admin")[0] == "AccessDenied"


def test_another_accounts_group_is_not_there(house: InProcess, iam: Any) -> None:
    iam.create_group(GroupName="readers")
    other = house.client("iam", house.standalone("other@example.com", "Other"))
    assert refused(other.get_group, GroupName="readers")[0] == "NoSuchEntity"
    assert names(other.list_groups()["Groups"]) == ["Administrators"]
