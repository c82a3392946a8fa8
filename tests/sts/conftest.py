"""People and roles, made in one line each, through boto3."""

import datetime as dt
import json
import os
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from botocore.exceptions import ClientError

from in_process import Credentials, InProcess
from keystead.services.iam import create_root_key

Refusal = Callable[..., tuple[str, str]]

EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trusting(*principals: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "sts:AssumeRole"} | more


@pytest.fixture
def user(house: InProcess) -> Callable[..., Credentials]:
    """Make an IAM user with a key, and an inline policy if statements are given."""

    def make(name: str, *statements: dict[str, Any], by: Credentials | None = None) -> Credentials:
        iam = house.client("iam", by)
        iam.create_user(UserName=name)
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(*statements))
        key: Credentials = iam.create_access_key(UserName=name)["AccessKey"]
        return key

    return make


@pytest.fixture
def role(house: InProcess) -> Callable[..., str]:
    """Make a role from its trust statements, with an inline policy if `allows` is given; return its ARN."""

    def make(name: str, *trust: dict[str, Any], allows: Any = None, by: Credentials | None = None, **more: Any) -> str:
        iam = house.client("iam", by)
        created = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(*trust), **more)
        if allows is not None:
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(allows))
        arn: str = created["Role"]["Arn"]
        return arn

    return make


@pytest.fixture
def root(house: InProcess) -> Credentials:
    """Return a key of the management account's root user."""
    inside = house.keystead.house
    key_id, secret = inside.store.write(
        lambda tx: create_root_key(tx, house.account_id, keyring=inside.keyring, now=house.clock.now, random=os.urandom)
    )
    return {"AccessKeyId": key_id, "SecretAccessKey": secret}


@pytest.fixture
def device(house: InProcess) -> Callable[[str], tuple[str, pyotp.TOTP]]:
    """Give a user a virtual MFA device; the codes used to enable it are in the past."""

    def make(user_name: str) -> tuple[str, pyotp.TOTP]:
        iam = house.client("iam")
        created = iam.create_virtual_mfa_device(VirtualMFADeviceName=user_name)["VirtualMFADevice"]
        totp = pyotp.TOTP(created["Base32StringSeed"].decode())
        first, second = totp.at(house.clock.now - dt.timedelta(seconds=30)), totp.at(house.clock.now)
        serial: str = created["SerialNumber"]
        iam.enable_mfa_device(
            UserName=user_name, SerialNumber=serial, AuthenticationCode1=first, AuthenticationCode2=second
        )
        house.clock.advance(60)
        return serial, totp

    return make


@pytest.fixture
def refused() -> Refusal:
    """Call something that must be refused, and return the error's code and message."""

    def call(operation: Callable[..., Any], **parameters: Any) -> tuple[str, str]:
        with pytest.raises(ClientError) as raised:
            operation(**parameters)
        error = raised.value.response["Error"]
        return error["Code"], error["Message"]

    return call


@pytest.fixture
def assume(house: InProcess) -> Callable[..., Any]:
    """Take a role and return what AssumeRole answers."""

    def take(credentials: Credentials, arn: str, session: str = "session", **more: Any) -> Any:
        return house.client("sts", credentials).assume_role(RoleArn=arn, RoleSessionName=session, **more)

    return take
