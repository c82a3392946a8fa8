"""Whoever was given nothing can do nothing: every operation that is built, called by everyone who has no right to it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from asking import allow, trust
from in_process import Credentials, InProcess
from keystead.services.registry import Operation, _operations, all_operations
from keystead.storage import snapshot
from keystead.wire import model
from wire.examples import value

# Nobody needs a permission for these: AWS lets everyone ask who they are, and every IAM user begin a session of their own.
FREE = {("sts", "GetCallerIdentity"), ("sts", "GetSessionToken")}

OPERATIONS = [operation for operation in all_operations() if (operation.service, operation.name) not in FREE]
# What AWS asks for besides the operation's own action.
ALSO_NEEDED = {("organizations", "CreateOrganization"): ["iam:CreateServiceLinkedRole"]}
CALLERS = ("user", "limited role session", "federated user", "stranger")


class Doors:
    """One house, everyone who has no right in it, and a way to knock at every operation."""

    def __init__(self, house: InProcess) -> None:
        self.house = house
        self.iam = house.client("iam")
        # Rich enough that most operations would have something to change.
        organizations = house.client("organizations")
        organizations.create_organization()
        self.root = organizations.list_roots()["Roots"][0]["Id"]
        organizations.create_organizational_unit(ParentId=self.root, Name="Unit")
        self.credentials: dict[str, Credentials] = {
            "user": self.user("nobody", None),
            "limited role session": self._limited_session(),
            "federated user": self._federated(),
            "stranger": self._stranger(),
        }
        self.granted = self.user("granted", None)
        self._clients: dict[tuple[str, str], Any] = {}

    def user(self, name: str, document: str | None) -> Credentials:
        """Make an IAM user with a key."""
        self.iam.create_user(UserName=name)
        if document is not None:
            self.iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
        key: Credentials = self.iam.create_access_key(UserName=name)["AccessKey"]
        return key

    def _limited_session(self) -> Credentials:
        role = self.iam.create_role(RoleName="Everything", AssumeRolePolicyDocument=trust(self.house.account_id))[
            "Role"
        ]
        self.iam.put_role_policy(RoleName="Everything", PolicyName="own", PolicyDocument=allow("*"))
        taken: Credentials = self.house.client("sts").assume_role(
            RoleArn=role["Arn"], RoleSessionName="limited", Policy=allow("s3:GetObject")
        )["Credentials"]
        return taken

    def _federated(self) -> Credentials:
        taken: Credentials = self.house.client("sts").get_federation_token(Name="guest", Policy=allow("s3:GetObject"))[
            "Credentials"
        ]
        return taken

    def _stranger(self) -> Credentials:
        iam = self.house.client("iam", self.house.standalone("stranger@example.org", "Stranger"))
        iam.create_user(UserName="stranger")
        key: Credentials = iam.create_access_key(UserName="stranger")["AccessKey"]
        return key

    def knock(self, caller: str, operation: Operation, parameters: Mapping[str, Any]) -> tuple[str, str]:
        """Call an operation; return the error's code and message, or nothing if it was done."""
        credentials = self.granted if caller == "granted" else self.credentials[caller]
        found = (caller, operation.service)
        if found not in self._clients:
            self._clients[found] = self.house.client(operation.service, credentials)
        try:
            getattr(self._clients[found], xform_name(operation.name))(**parameters)
        except ClientError as refused:
            return refused.response["Error"]["Code"], refused.response["Error"]["Message"]
        return "", ""

    def rows(self) -> str:
        """Return every row of every table but the audit log, which grows with every refusal."""
        with self.house.keystead.house.store.read() as tx:
            tables = json.loads(snapshot.take(tx))
        tables.pop("cloudtrail_events")
        return json.dumps(tables)

    def put_back(self, kept: str) -> None:
        """Return every table to what it was."""

        def restore(tx: Any) -> None:
            snapshot.restore(tx, kept)
            tx.changed()

        self.house.keystead.house.store.write(restore)


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """One house for all: nothing may change in it, and every test makes sure of that."""
    house = InProcess(tmp_path_factory.mktemp("house"))
    yield Doors(house)
    house.close()


def minimal(operation: Operation, doors: Doors) -> dict[str, Any]:
    """Return input that every constraint of the model accepts: what is required, and no more."""
    shape = model.load(operation.service).operations[operation.name].model.input_shape
    rng = Random(f"{operation.service}:{operation.name}")
    known = {
        "PolicyDocument": allow("s3:GetObject"),
        "AssumeRolePolicyDocument": trust(doors.house.account_id),
        "PolicyArn": f"arn:aws:iam::{doors.house.account_id}:policy/Some",
        "PermissionsBoundary": f"arn:aws:iam::{doors.house.account_id}:policy/Some",
        "RoleArn": f"arn:aws:iam::{doors.house.account_id}:role/Everything",
        "SerialNumber": f"arn:aws:iam::{doors.house.account_id}:mfa/some",
        "Target": {"Id": "123456789012", "Type": "ACCOUNT"},
        "UserName": "granted",
        "AccessKeyId": doors.granted["AccessKeyId"],
        "ParentId": doors.root,
        "RootId": doors.root,
    }
    return {
        name: known[name] if name in known else value(shape.members[name], rng, depth=6)
        for name in (shape.required_members if shape is not None else ())
    }


def named(operation: Operation) -> str:
    return f"{operation.service}:{operation.name}"


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
def test_nobody_does_anything_without_permission(doors: Doors, operation: Operation) -> None:
    before = doors.rows()
    parameters = minimal(operation, doors)
    for caller in CALLERS:
        code, message = doors.knock(caller, operation, parameters)
        assert code in {"AccessDenied", "AccessDeniedException"}, (caller, code, message)
    assert doors.rows() == before


def the_only_statements(doors: Doors, *statements: dict[str, Any]) -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    doors.iam.put_user_policy(UserName="granted", PolicyName="own", PolicyDocument=document)


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
def test_c3_an_operation_needs_exactly_the_action_of_its_name(doors: Doors, operation: Operation) -> None:
    """Its action alone is enough to be let in; every action but that one is not."""
    action = named(operation)
    kept, parameters = doors.rows(), minimal(operation, doors)
    the_only_statements(doors, {"Effect": "Allow", "NotAction": action, "Resource": "*"})
    before = doors.rows()
    code, message = doors.knock("granted", operation, parameters)
    assert code in {"AccessDenied", "AccessDeniedException"}
    assert f"perform: {action} " in message
    assert doors.rows() == before

    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    the_only_statements(doors, everything, {"Effect": "Deny", "Action": action, "Resource": "*"})
    before = doors.rows()
    code, message = doors.knock("granted", operation, parameters)
    assert code in {"AccessDenied", "AccessDeniedException"}
    assert f"perform: {action} " in message
    assert "explicit deny" in message
    assert doors.rows() == before

    also = ALSO_NEEDED.get((operation.service, operation.name), [])
    the_only_statements(doors, {"Effect": "Allow", "Action": [action, *also], "Resource": "*"})
    code, message = doors.knock("granted", operation, parameters)
    assert "not authorized to perform" not in message, (code, message)
    assert code not in {"InternalFailure", "ServiceUnavailable"}
    doors.put_back(kept)


def test_an_operation_that_names_nothing_to_authorize_is_done_for_nobody(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    careless = replace(_operations["iam", "CreateUser"], authorizes=lambda _call, _request: ())
    monkeypatch.setitem(_operations, ("iam", "CreateUser"), careless)
    before = doors.rows()
    for client in (doors.iam, doors.house.client("iam", doors.credentials["user"])):
        with pytest.raises(ClientError) as refused:
            client.create_user(UserName="mallory")
        assert refused.value.response["Error"]["Code"] == "InternalFailure"
    assert doors.rows() == before
