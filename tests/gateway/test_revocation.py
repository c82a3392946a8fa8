"""T16: whatever is taken away is gone with the next request, on the node that took it and on every other."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from in_process import Credentials, InProcess

ALLOW = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]})
DENY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
NOTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})


@pytest.fixture
def other_node(house: InProcess) -> Iterator[InProcess]:
    """A second process over the same database, with the same clock."""
    node = house.neighbour()
    yield node
    node.close()


def alice(house: InProcess) -> tuple[Credentials, str]:
    iam = house.client("iam")
    iam.create_user(UserName="alice")
    iam.create_group(GroupName="Team")
    iam.put_group_policy(GroupName="Team", PolicyName="All", PolicyDocument=ALLOW)
    iam.add_user_to_group(GroupName="Team", UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    return key, key["AccessKeyId"]


def deny_by_boundary(iam: Any) -> None:
    policy = iam.create_policy(PolicyName="Narrow", PolicyDocument=NOTHING)["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=policy)


def delete_the_user(iam: Any, key_id: str) -> None:
    iam.delete_access_key(UserName="alice", AccessKeyId=key_id)
    iam.remove_user_from_group(GroupName="Team", UserName="alice")
    iam.delete_user(UserName="alice")


WAYS: dict[str, Callable[[Any, str], object]] = {
    "the key is deleted": lambda iam, key: iam.delete_access_key(UserName="alice", AccessKeyId=key),
    "the key is deactivated": lambda iam, key: iam.update_access_key(
        UserName="alice", AccessKeyId=key, Status="Inactive"
    ),
    "the user is deleted": delete_the_user,
    "the user leaves the group": lambda iam, _: iam.remove_user_from_group(GroupName="Team", UserName="alice"),
    "the group's policy is deleted": lambda iam, _: iam.delete_group_policy(GroupName="Team", PolicyName="All"),
    "a deny is put on the user": lambda iam, _: iam.put_user_policy(
        UserName="alice", PolicyName="No", PolicyDocument=DENY
    ),
    "a boundary is set": lambda iam, _: deny_by_boundary(iam),
}


@pytest.mark.parametrize("way", WAYS)
def test_t16_a_user_is_refused_on_the_next_request_after(house: InProcess, other_node: InProcess, way: str) -> None:
    key, key_id = alice(house)
    for node in (house, other_node):
        node.client("iam", key).list_users()
    WAYS[way](house.client("iam"), key_id)
    for node in (house, other_node):
        with pytest.raises(ClientError) as error:
            node.client("iam", key).list_users()
        assert error.value.response["Error"]["Code"] in {"AccessDenied", "InvalidClientTokenId"}


def role_session(house: InProcess) -> Credentials:
    iam = house.client("iam")
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{house.account_id}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    arn = iam.create_role(RoleName="Worker", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="Worker", PolicyName="All", PolicyDocument=ALLOW)
    session: Credentials = house.client("sts").assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    return session


def delete_the_role(iam: Any) -> None:
    iam.delete_role_policy(RoleName="Worker", PolicyName="All")
    iam.delete_role(RoleName="Worker")


REVOKE_OLDER = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-11-23T12:00:30Z"}},
        }
    ],
}
ROLE_WAYS: dict[str, Callable[[Any], object]] = {
    "the role is deleted": delete_the_role,
    "the role's policy is deleted": lambda iam: iam.delete_role_policy(RoleName="Worker", PolicyName="All"),
    "older sessions are revoked": lambda iam: iam.put_role_policy(
        RoleName="Worker", PolicyName="AWSRevokeOlderSessions", PolicyDocument=json.dumps(REVOKE_OLDER)
    ),
}


@pytest.mark.parametrize("way", ROLE_WAYS)
def test_t16_a_live_role_session_is_refused_on_the_next_request_after(
    house: InProcess, other_node: InProcess, way: str
) -> None:
    session = role_session(house)
    for node in (house, other_node):
        node.client("iam", session).list_users()
    ROLE_WAYS[way](house.client("iam"))
    for node in (house, other_node):
        with pytest.raises(ClientError) as error:
            node.client("iam", session).list_users()
        assert error.value.response["Error"]["Code"] in {"AccessDenied", "InvalidClientTokenId"}


def test_c14_a_role_made_again_under_the_same_name_does_not_revive_old_sessions(house: InProcess) -> None:
    session = role_session(house)
    delete_the_role(house.client("iam"))
    role_session(house)
    with pytest.raises(ClientError) as error:
        house.client("sts", session).get_caller_identity()
    assert error.value.response["Error"]["Code"] == "InvalidClientTokenId"


def test_t17_a_key_that_died_while_its_request_waited_changes_nothing(house: InProcess) -> None:
    """The caller is looked up again under the write lock, so a request that was let in cannot outlive its key."""
    key, key_id = alice(house)
    keystead = house.keystead
    original = keystead.house.store.write

    def write_after_the_key_died(work: Any) -> Any:
        keystead.house.store.write = original  # type: ignore[method-assign]
        house.client("iam").delete_access_key(UserName="alice", AccessKeyId=key_id)
        return original(work)

    keystead.house.store.write = write_after_the_key_died  # type: ignore[method-assign]
    with pytest.raises(ClientError) as error:
        house.client("iam", key).create_user(UserName="too-late")
    assert error.value.response["Error"]["Code"] == "InvalidClientTokenId"
    assert {user["UserName"] for user in house.client("iam").list_users()["Users"]} == {"admin", "alice"}
