"""Sessions are worth what their keys and issuers are worth; an identity is an id that no one ever gets again."""

import dataclasses
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from botocore import auth
from sqlalchemy import insert, select

from asking import allow, refused, trust
from in_process import InProcess
from keystead.credentials import keyring
from keystead.credentials.keyring import DataKey, KeyringError, MasterKey
from keystead.gateway.app import Keystead
from keystead.settings import Settings
from keystead.storage.schema.core import data_keys
from organizing import Organization

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def change_keys(house: InProcess, change: Any) -> None:
    """Change the data keys in the database, as an operator's rotation does."""
    master = MasterKey(house.settings.master_key)

    def work(tx: Any) -> None:
        found = tx.execute(select(data_keys).order_by(data_keys.c.id)).all()
        kept = change(master, [DataKey(row.id, row.wrapped, row.state, row.created) for row in found])
        tx.execute(data_keys.delete())
        tx.execute(insert(data_keys), [dataclasses.asdict(key) for key in kept])

    house.keystead.house.store.write(work)


def role_session(house: InProcess) -> Any:
    return house.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{house.account_id}:role/Worker", RoleSessionName="session"
    )["Credentials"]


@pytest.fixture
def worker(house: InProcess) -> None:
    """A role of the management account that its principals may take."""
    iam = house.client("iam")
    iam.create_role(RoleName="Worker", AssumeRolePolicyDocument=trust(house.account_id))
    iam.attach_role_policy(RoleName="Worker", PolicyArn=ADMINISTRATOR)


@pytest.mark.usefixtures("worker")
def test_t13_sessions_survive_a_rotation_and_die_with_the_key_that_sealed_them(house: InProcess) -> None:
    old = role_session(house)
    change_keys(house, lambda master, keys: keyring.rotate(master, keys, house.clock.now, os.urandom))
    rotated = house.neighbour()
    assert rotated.client("iam", old).list_users()["Users"]
    new = role_session(rotated)
    assert rotated.client("iam", new).list_users()["Users"]
    change_keys(house, lambda _, keys: keyring.delete(keys, 1))
    after = house.neighbour()
    assert refused(after.client("iam", old).list_users)[0] == "InvalidClientTokenId"
    assert after.client("iam", new).list_users()["Users"]
    for node in (after, rotated):
        node.close()


@pytest.mark.usefixtures("worker")
def test_t13_a_stolen_copy_of_the_database_is_worth_nothing_without_its_master_key(
    house: InProcess, tmp_path: Path
) -> None:
    session = role_session(house)
    thief = tmp_path / "thief"
    thief.mkdir()
    with house.keystead.house.store.locked():
        for file in tmp_path.glob("keystead.db*"):
            shutil.copy(file, thief / file.name)
    settings = dataclasses.replace(Settings.for_tests(thief), master_key=b"x" * 32)
    with pytest.raises(KeyringError):
        Keystead.open(settings, clock=house.clock, random=os.urandom)
    key = house.admin["aws_secret_access_key"]
    stolen = b"".join(file.read_bytes() for file in thief.iterdir())
    assert house.admin["aws_access_key_id"].encode() in stolen
    assert key.encode() not in stolen
    assert session["SecretAccessKey"].encode() not in stolen
    another = tmp_path / "another"
    another.mkdir()
    real = auth.get_current_datetime
    other = InProcess(another)
    assert refused(other.client("sts", session).get_caller_identity)[0] == "InvalidClientTokenId"
    other.close()
    auth.get_current_datetime = real


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("key", ["aws:Team", "AWS:team", "aws:PrincipalTag/Team"])
def test_t15_nobody_passes_a_tag_that_is_awss_own(house: InProcess, key: str) -> None:
    sts = house.client("sts")
    tags = [{"Key": key, "Value": "x"}]
    arn = f"arn:aws:iam::{house.account_id}:role/Worker"
    iam = house.client("iam")
    document = json.loads(trust(house.account_id))
    document["Statement"][0]["Action"] = ["sts:AssumeRole", "sts:TagSession"]
    iam.update_assume_role_policy(RoleName="Worker", PolicyDocument=json.dumps(document))
    sts.assume_role(RoleArn=arn, RoleSessionName="xx", Tags=[{"Key": "Team", "Value": "x"}])
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="xx", Tags=tags)[0] == "InvalidParameterValue"
    assert refused(sts.get_federation_token, Name="guest", Tags=tags)[0] == "InvalidParameterValue"


@pytest.mark.usefixtures("worker")
def test_c1_a_restricted_session_makes_no_credentials_beyond_its_own_limits(house: InProcess) -> None:
    """It may list, so it can neither make a key, nor a session, nor an identity, nor widen what it is."""
    arn = f"arn:aws:iam::{house.account_id}:role/Worker"
    session = house.client("sts").assume_role(RoleArn=arn, RoleSessionName="xx", Policy=allow("iam:List*"))
    iam = house.client("iam", session["Credentials"])
    sts = house.client("sts", session["Credentials"])
    assert iam.list_users()["Users"]
    attempts: list[tuple[Any, dict[str, Any]]] = [
        (iam.create_access_key, {"UserName": "admin"}),
        (iam.update_access_key, {"AccessKeyId": house.admin["aws_access_key_id"], "Status": "Inactive"}),
        (iam.create_user, {"UserName": "mallory"}),
        (iam.put_user_policy, {"UserName": "admin", "PolicyName": "p", "PolicyDocument": allow("*")}),
        (iam.put_role_policy, {"RoleName": "Worker", "PolicyName": "p", "PolicyDocument": allow("*")}),
        (iam.update_assume_role_policy, {"RoleName": "Worker", "PolicyDocument": trust("*")}),
        (iam.delete_role_permissions_boundary, {"RoleName": "Worker"}),
        (iam.create_virtual_mfa_device, {"VirtualMFADeviceName": "d"}),
        (iam.create_service_linked_role, {"AWSServiceName": "organizations.amazonaws.com"}),
        (sts.assume_role, {"RoleArn": arn, "RoleSessionName": "xx"}),
        (sts.get_session_token, {}),
        (sts.get_federation_token, {"Name": "guest"}),
    ]
    for attempt, parameters in attempts:
        assert refused(attempt, **parameters)[0] == "AccessDenied"


def test_c4_making_a_key_for_another_user_needs_permission_on_that_user(house: InProcess) -> None:
    iam = house.client("iam")
    iam.create_user(UserName="alice")
    own = f"arn:aws:iam::{house.account_id}:user/alice"
    iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=allow("iam:*AccessKey*", own))
    alice = house.client("iam", iam.create_access_key(UserName="alice")["AccessKey"])
    for name in ("admin", "nobody"):
        assert refused(alice.create_access_key, UserName=name)[0] == "AccessDenied"
        assert refused(alice.list_access_keys, UserName=name)[0] == "AccessDenied"
    assert alice.create_access_key()["AccessKey"]["UserName"] == "alice"


def test_t36_an_account_that_is_made_again_is_another_account(house: InProcess) -> None:
    org = Organization(house)
    first = org.account("Payments")
    iam = house.client("iam")
    iam.create_role(RoleName="ForPayments", AssumeRolePolicyDocument=trust(first))
    iam.attach_role_policy(RoleName="ForPayments", PolicyArn=ADMINISTRATOR)
    arn = f"arn:aws:iam::{house.account_id}:role/ForPayments"
    sts = org.member("sts", first)
    sts.assume_role(RoleArn=arn, RoleSessionName="before")
    org.api.close_account(AccountId=first)
    org.finish()
    house.clock.advance(91 * 24 * 3600)
    house.tick()
    second = org.account("Payments", Email="payments-again@example.com")
    assert second != first
    again = org.member("sts", second)
    assert refused(again.assume_role, RoleArn=arn, RoleSessionName="after")[0] == "AccessDenied"
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="after")[0] in {"ExpiredToken", "InvalidClientTokenId"}


def test_c12_roles_of_one_name_in_two_accounts_are_two_roles(house: InProcess) -> None:
    org = Organization(house)
    accounts = [org.account("Blue"), org.account("Red")]
    sessions = [org.assume(account) for account in accounts]
    for account, session in zip(accounts, sessions, strict=True):
        for _ in range(2):
            assert house.client("sts", session).get_caller_identity()["Account"] == account
    blue, red = (house.client("iam", session) for session in sessions)
    blue.create_user(UserName="only-blue")
    assert red.list_users()["Users"] == []


def test_t37_a_trust_in_part_of_the_organization_follows_every_move_at_once(house: InProcess) -> None:
    org = Organization(house)
    inside, outside = org.ou("Inside"), org.ou("Outside")
    member = org.account("Payments")
    org.api.move_account(AccountId=member, SourceParentId=org.root, DestinationParentId=inside)
    path = f"{org.id}/{org.root}/{inside}/*"
    condition = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": path}}
    iam = house.client("iam")
    iam.create_role(RoleName="ForInside", AssumeRolePolicyDocument=trust("*", **condition))
    call = {"RoleArn": f"arn:aws:iam::{house.account_id}:role/ForInside", "RoleSessionName": "xx"}
    sts = org.member("sts", member)
    sts.assume_role(**call)
    org.api.move_account(AccountId=member, SourceParentId=inside, DestinationParentId=outside)
    assert refused(sts.assume_role, **call)[0] == "AccessDenied"
    org.api.move_account(AccountId=member, SourceParentId=outside, DestinationParentId=inside)
    sts.assume_role(**call)


def test_t51b_another_role_name_is_honoured_and_no_other_role_is_made(house: InProcess) -> None:
    org = Organization(house)
    member = org.account("Payments", RoleName="BreakGlass")
    assert refused(org.assume, account_id=member)[0] == "AccessDenied"
    roles = house.client("iam", org.assume(member, "BreakGlass")).list_roles()["Roles"]
    assert [role["RoleName"] for role in roles] == ["BreakGlass"]
