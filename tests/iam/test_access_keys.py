"""Access keys: whose they are, how many, when they work and when they were used."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from asking import allow, refused, trust
from in_process import InProcess

ClientOf = Callable[..., Any]
NewUser = Callable[..., dict[str, str]]

OWN_KEYS = allow("iam:*AccessKey*", "arn:aws:iam::*:user/${aws:username}")


def test_a_secret_is_shown_once(house: InProcess, iam: Any) -> None:
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    assert re.fullmatch(r"AKIA[A-Z2-7]{16}", key["AccessKeyId"])
    assert re.fullmatch(r"[A-Za-z0-9+/]{40}", key["SecretAccessKey"])
    assert (key["UserName"], key["Status"], key["CreateDate"]) == ("alice", "Active", house.clock.now)
    assert iam.list_access_keys(UserName="alice") | {"ResponseMetadata": None} == {
        "AccessKeyMetadata": [{name: key[name] for name in ("UserName", "AccessKeyId", "Status", "CreateDate")}],
        "IsTruncated": False,
        "ResponseMetadata": None,
    }


def test_a_user_has_two_keys_at_most(iam: Any) -> None:
    iam.create_user(UserName="alice")
    first = iam.create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]
    iam.create_access_key(UserName="alice")
    iam.update_access_key(UserName="alice", AccessKeyId=first, Status="Inactive")
    assert refused(iam.create_access_key, UserName="alice") == (
        "LimitExceeded",
        "Cannot exceed quota for AccessKeysPerUser: 2",
    )
    iam.delete_access_key(UserName="alice", AccessKeyId=first)
    iam.create_access_key(UserName="alice")


def test_a_user_rotates_their_own_key_without_naming_themselves(
    house: InProcess, client_of: ClientOf, new_user: NewUser
) -> None:
    old = new_user("alice", OWN_KEYS)
    alice = house.client("iam", old)
    new = alice.create_access_key()["AccessKey"]
    assert new["UserName"] == "alice"
    alice.delete_access_key(AccessKeyId=old["aws_access_key_id"])
    assert refused(alice.list_access_keys)[0] == "InvalidClientTokenId"
    keys = house.client("iam", new).list_access_keys()["AccessKeyMetadata"]
    assert [key["AccessKeyId"] for key in keys] == [new["AccessKeyId"]]


def test_a_user_may_act_without_a_name_where_only_their_own_arn_is_allowed(client_of: ClientOf) -> None:
    alice = client_of("alice", OWN_KEYS)
    assert len(alice.list_access_keys()["AccessKeyMetadata"]) == 1
    assert len(alice.list_access_keys(UserName="alice")["AccessKeyMetadata"]) == 1


def test_c4_a_user_cannot_make_or_touch_keys_of_others(iam: Any, client_of: ClientOf) -> None:
    alice = client_of("alice", OWN_KEYS)
    key = iam.list_access_keys(UserName="admin")["AccessKeyMetadata"][0]["AccessKeyId"]
    for operation, arguments in (
        (alice.create_access_key, {}),
        (alice.list_access_keys, {}),
        (alice.update_access_key, {"AccessKeyId": key, "Status": "Inactive"}),
        (alice.delete_access_key, {"AccessKeyId": key}),
    ):
        assert refused(operation, UserName="admin", **arguments)[0] == "AccessDenied"


def test_c4_a_key_of_another_user_is_not_found_under_ones_own_name(iam: Any, client_of: ClientOf) -> None:
    alice = client_of("alice", OWN_KEYS)
    key = iam.list_access_keys(UserName="admin")["AccessKeyMetadata"][0]["AccessKeyId"]
    missing = ("NoSuchEntity", f"The Access Key with id {key} cannot be found.")
    assert refused(alice.delete_access_key, AccessKeyId=key) == missing
    assert refused(alice.update_access_key, UserName="alice", AccessKeyId=key, Status="Inactive") == missing
    iam.list_users()


def test_c5_a_key_of_another_account_is_not_found(house: InProcess, iam: Any) -> None:
    other = house.client("iam", house.standalone("other@example.com", "Other"))
    key = iam.list_access_keys()["AccessKeyMetadata"][0]["AccessKeyId"]
    assert refused(other.delete_access_key, UserName="admin", AccessKeyId=key)[0] == "NoSuchEntity"
    assert refused(other.update_access_key, AccessKeyId=key, Status="Inactive")[0] == "NoSuchEntity"
    iam.list_users()


def test_c1_whoever_is_limited_cannot_make_a_key_that_is_not(house: InProcess, iam: Any, client_of: ClientOf) -> None:
    bound = client_of("bound", allow("*"), PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert refused(bound.create_access_key)[0] == "AccessDenied"
    assert refused(bound.create_access_key, UserName="admin")[0] == "AccessDenied"
    role = iam.create_role(RoleName="powerful", AssumeRolePolicyDocument=trust(house.account_id))["Role"]
    iam.put_role_policy(RoleName="powerful", PolicyName="all", PolicyDocument=allow("*"))
    session = house.client("sts").assume_role(
        RoleArn=role["Arn"], RoleSessionName="limited", Policy=allow("iam:ListUsers")
    )
    limited = house.client("iam", session["Credentials"])
    limited.list_users()
    assert refused(limited.create_access_key, UserName="admin")[0] == "AccessDenied"
    assert refused(limited.create_access_key)[0] == "AccessDenied"


def test_t16_an_inactive_key_stops_at_once_and_works_again_when_active(
    iam: Any, house: InProcess, new_user: NewUser
) -> None:
    key = new_user("alice", allow("iam:ListUsers"))
    alice = house.client("iam", key)
    alice.list_users()
    iam.update_access_key(UserName="alice", AccessKeyId=key["aws_access_key_id"], Status="Inactive")
    assert refused(alice.list_users) == (
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    )
    statuses = [one["Status"] for one in iam.list_access_keys(UserName="alice")["AccessKeyMetadata"]]
    assert statuses == ["Inactive"]
    iam.update_access_key(UserName="alice", AccessKeyId=key["aws_access_key_id"], Status="Active")
    alice.list_users()


def test_t16_a_deleted_key_stops_at_once(iam: Any, house: InProcess, new_user: NewUser) -> None:
    key = new_user("alice", allow("iam:ListUsers"))
    alice = house.client("iam", key)
    alice.list_users()
    iam.delete_access_key(UserName="alice", AccessKeyId=key["aws_access_key_id"])
    assert refused(alice.list_users)[0] == "InvalidClientTokenId"


def test_a_status_is_active_or_inactive(iam: Any, new_user: NewUser) -> None:
    key = new_user("alice")["aws_access_key_id"]
    assert refused(iam.update_access_key, UserName="alice", AccessKeyId=key, Status="Expired")[0] == "InvalidInput"
    assert refused(iam.update_access_key, UserName="alice", AccessKeyId=key, Status="Off")[0] == "ValidationError"


def test_the_root_user_has_keys_of_its_own(house: InProcess, iam: Any, root: Any) -> None:
    key = root.create_access_key()["AccessKey"]
    assert "UserName" not in key
    listed = root.list_access_keys()["AccessKeyMetadata"]
    assert len(listed) == 2
    assert all("UserName" not in one for one in listed)
    assert refused(root.create_access_key)[0] == "LimitExceeded"
    again = house.client("iam", key)
    assert again.get_user()["User"]["UserId"] == house.account_id
    root.delete_access_key(AccessKeyId=key["AccessKeyId"])
    assert refused(again.get_user)[0] == "InvalidClientTokenId"


def test_no_user_reaches_the_root_users_keys(iam: Any, root: Any) -> None:
    key = root.list_access_keys()["AccessKeyMetadata"][0]["AccessKeyId"]
    assert refused(iam.delete_access_key, AccessKeyId=key)[0] == "NoSuchEntity"
    assert refused(iam.delete_access_key, UserName="root", AccessKeyId=key)[0] == "NoSuchEntity"


@pytest.mark.parametrize("operation", ["create_access_key", "list_access_keys"])
def test_keys_of_nobody_cannot_be_made_or_listed(iam: Any, operation: str) -> None:
    assert refused(getattr(iam, operation), UserName="nobody") == (
        "NoSuchEntity",
        "The user with name nobody cannot be found.",
    )


def test_the_last_use_of_a_key_is_remembered(house: InProcess, iam: Any, new_user: NewUser) -> None:
    key = new_user("alice", allow("iam:ListUsers"))
    answer = iam.get_access_key_last_used(AccessKeyId=key["aws_access_key_id"])
    assert answer["UserName"] == "alice"
    assert answer["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}
    house.clock.advance(60)
    house.client("iam", key, region="eu-west-1").list_users()
    house.tick()
    assert iam.get_access_key_last_used(AccessKeyId=key["aws_access_key_id"])["AccessKeyLastUsed"] == {
        "LastUsedDate": house.clock.now,
        "ServiceName": "iam",
        "Region": "eu-west-1",
    }


def test_the_last_use_of_a_foreign_key_is_denied_as_of_one_that_never_was(house: InProcess, iam: Any) -> None:
    foreign = house.standalone("other@example.com", "Other")["aws_access_key_id"]
    arn = f"arn:aws:iam::{house.account_id}:user/admin"
    for key in (foreign, "AKIAIOSFODNN7EXAMPLE"):
        assert refused(iam.get_access_key_last_used, AccessKeyId=key) == (
            "AccessDenied",
            f"User: {arn} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key {key}",
        )


def test_the_last_use_is_authorized_on_the_keys_owner(iam: Any, client_of: ClientOf) -> None:
    alice = client_of("alice", OWN_KEYS)
    own = alice.list_access_keys()["AccessKeyMetadata"][0]["AccessKeyId"]
    admins = iam.list_access_keys()["AccessKeyMetadata"][0]["AccessKeyId"]
    alice.get_access_key_last_used(AccessKeyId=own)
    assert refused(alice.get_access_key_last_used, AccessKeyId=admins)[0] == "AccessDenied"


def test_a_stored_secret_opens_only_under_its_own_key_id(house: InProcess, new_user: NewUser) -> None:
    from sqlalchemy import select, update

    from keystead.storage.schema.iam import access_keys

    alice, bob = new_user("alice", allow("*")), new_user("bob")
    store = house.keystead.house.store

    def swap(tx: Any) -> None:
        sealed = select(access_keys.c.secret).where(access_keys.c.id == bob["aws_access_key_id"])
        stolen = tx.execute(sealed).scalar_one()
        mine = access_keys.c.id == alice["aws_access_key_id"]
        tx.execute(update(access_keys).where(mine).values(secret=stolen))
        tx.changed()

    store.write(swap)
    forged = {**alice, "aws_secret_access_key": bob["aws_secret_access_key"]}
    assert refused(house.client("iam", forged).list_users)[0] == "InternalFailure"
