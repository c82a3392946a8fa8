"""Roles taken by a profile: the client itself calls AssumeRole, keeps the session and renews it."""

from __future__ import annotations

import datetime as dt
import json
import os
import pty
import select
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import pyotp
import pytest

from clients.cli import SECONDS, Cli
from live import Server, make_client


@dataclass(frozen=True, slots=True)
class Alice:
    """A user who may take any role, and the name of a role that only waits for its conditions."""

    name: str
    role: str
    role_arn: str
    key: Mapping[str, str]

    def credentials(self) -> str:
        """Return ~/.aws/credentials with her key."""
        return "[alice]\n" + "".join(f"{name} = {value}\n" for name, value in self.key.items())


def allow(action: str, **further: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **further}]})


def trust(server: Server, **condition: Any) -> str:
    principal = {"AWS": f"arn:aws:iam::{server.account_id}:root"}
    return allow("sts:AssumeRole", Principal=principal, **({"Condition": condition} if condition else {}))


@pytest.fixture
def alice(server: Server) -> Alice:
    iam, name = make_client(server.url, "iam", server.admin), f"alice-{uuid.uuid4().hex[:12]}"
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="go", PolicyDocument=allow("sts:AssumeRole", Resource="*"))
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(server), MaxSessionDuration=7200)["Role"]["Arn"]
    made = iam.create_access_key(UserName=name)["AccessKey"]
    key = {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}
    return Alice(name, name, arn, key)


@pytest.fixture
def profiles(aws: Cli) -> Cli:
    """The AWS CLI without keys in its environment."""
    return aws.without_env("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def test_a_profile_takes_its_role_with_all_its_settings(profiles: Cli, alice: Alice, server: Server) -> None:
    iam = make_client(server.url, "iam", server.admin)
    document = trust(server, StringEquals={"sts:ExternalId": "42/x", "sts:RoleSessionName": "at-work"})
    iam.update_assume_role_policy(RoleName=alice.role, PolicyDocument=document)
    base = f"role_arn = {alice.role_arn}\nsource_profile = alice\n"
    profiles.configure(
        f"[profile right]\n{base}external_id = 42/x\nrole_session_name = at-work\nduration_seconds = 7200\n"
        f"[profile wrong]\n{base}external_id = 43\nrole_session_name = at-work\n",
        alice.credentials(),
    )
    who = profiles.json("sts", "get-caller-identity", "--profile", "right")
    assert who["Arn"] == f"arn:aws:sts::{server.account_id}:assumed-role/{alice.role}/at-work"
    (kept,) = (profiles.home / ".aws" / "cli" / "cache").iterdir()
    until = dt.datetime.fromisoformat(json.loads(kept.read_text())["Credentials"]["Expiration"])
    assert dt.timedelta(hours=1) < until - dt.datetime.now(dt.UTC) <= dt.timedelta(hours=2)
    refused = profiles.refusal("sts", "get-caller-identity", "--profile", "wrong")
    assert "(AccessDenied) when calling the AssumeRole operation" in refused
    assert refused.endswith(
        f"is not authorized to perform: sts:AssumeRole on resource: {alice.role_arn} "
        "because no role trust policy allows the sts:AssumeRole action"
    )


def test_a_profile_asks_for_the_mfa_code_that_its_role_wants(profiles: Cli, alice: Alice, server: Server) -> None:
    iam = make_client(server.url, "iam", server.admin)
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=alice.name)["VirtualMFADevice"]
    serial, codes = device["SerialNumber"], pyotp.TOTP(device["Base32StringSeed"].decode())
    now = dt.datetime.now(dt.UTC)
    iam.enable_mfa_device(
        UserName=alice.name,
        SerialNumber=serial,
        AuthenticationCode1=codes.at(now - dt.timedelta(seconds=30)),
        AuthenticationCode2=codes.at(now),
    )
    iam.update_assume_role_policy(
        RoleName=alice.role, PolicyDocument=trust(server, Bool={"aws:MultiFactorAuthPresent": "true"})
    )
    base = f"role_arn = {alice.role_arn}\nsource_profile = alice\n"
    profiles.configure(f"[profile without]\n{base}[profile with]\n{base}mfa_serial = {serial}\n", alice.credentials())
    assert "(AccessDenied)" in profiles.refusal("sts", "get-caller-identity", "--profile", "without")
    # A code works once: the next one is the first that this device has not shown yet.
    said = at_a_terminal(
        profiles, codes.at(now + dt.timedelta(seconds=30)), "sts", "get-caller-identity", "--profile", "with"
    )
    assert f"Enter MFA code for {serial}:" in said
    assert f"assumed-role/{alice.role}/" in said


def at_a_terminal(aws: Cli, typed: str, *arguments: str) -> str:
    """Run `aws …` at a terminal, type a line when it asks for one, and return all that was shown."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, "-m", "awscli", *arguments], dict(aws.env))  # noqa: S606 -- the real CLI, at a terminal
    shown, answered = b"", False
    while select.select([terminal], [], [], SECONDS)[0]:
        try:
            more = os.read(terminal, 4096)
        except OSError:
            # Linux says so when the other side is closed.
            break
        shown += more
        if b": " in shown and not answered:
            answered = True
            os.write(terminal, f"{typed}\n".encode())
    os.close(terminal)
    os.waitpid(child, 0)
    return shown.decode()


def test_a_role_is_taken_from_a_role_and_by_a_process(profiles: Cli, alice: Alice, server: Server) -> None:
    iam = make_client(server.url, "iam", server.admin)
    second = f"{alice.role}-second"
    only_from_the_first = allow("sts:AssumeRole", Principal={"AWS": alice.role_arn})
    arn = iam.create_role(RoleName=second, AssumeRolePolicyDocument=only_from_the_first)["Role"]["Arn"]
    iam.put_role_policy(RoleName=alice.role, PolicyName="on", PolicyDocument=allow("sts:AssumeRole", Resource=arn))
    process = profiles.home / "credentials.sh"
    query = "Credentials.{Version:`1`,AccessKeyId:AccessKeyId,SecretAccessKey:SecretAccessKey,SessionToken:SessionToken,Expiration:Expiration}"
    take = f"sts assume-role --profile alice --role-arn {alice.role_arn} --role-session-name by-process"
    process.write_text(f"#!/bin/sh\nexec {sys.executable} -m awscli {take} --query '{query}' --output json\n")
    process.chmod(0o700)
    profiles.configure(
        f"[profile first]\nrole_arn = {alice.role_arn}\nsource_profile = alice\n"
        f"[profile second]\nrole_arn = {arn}\nsource_profile = first\nrole_session_name = chained\n"
        f"[profile process]\ncredential_process = {process}\n",
        alice.credentials(),
    )
    command = ("sts", "get-caller-identity", "--query", "Arn", "--output", "text", "--profile")
    sessions = f"arn:aws:sts::{server.account_id}:assumed-role"
    assert profiles.text(*command, "second") == f"{sessions}/{second}/chained\n"
    assert profiles.text(*command, "process") == f"{sessions}/{alice.role}/by-process\n"


def test_boto3_renews_the_session_of_a_profile(
    profiles: Cli, alice: Alice, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles.configure(
        f"[profile work]\nrole_arn = {alice.role_arn}\nsource_profile = alice\nregion = us-east-1\n"
        f"endpoint_url = {server.url}\nduration_seconds = 900\n",
        alice.credentials(),
    )
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(profiles.home / ".aws" / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(profiles.home / ".aws" / "credentials"))
    session = boto3.Session(profile_name="work")
    credentials = session.get_credentials()
    # The SDK renews whatever ends within 15 minutes, so this profile's sessions at every look.
    keys = {credentials.get_frozen_credentials().access_key for _ in range(3)}
    assert len(keys) == 3
    assert f"assumed-role/{alice.role}/" in session.client("sts").get_caller_identity()["Arn"]
