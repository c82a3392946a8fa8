"""Privilege escalation, path by path: exactly these permissions make an administrator, and none of them can be missing.

Paths of iam and sts as pathfinding.cloud and Rhino Security Labs collect them; those that need a console password wait
for it to exist.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from asking import allow, trust
from in_process import InProcess

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
EVERYTHING = allow("*")
NOTHING = allow("s3:GetObject")
EC2 = trust({"Service": "ec2.amazonaws.com"})


class Attack:
    """An account with things to abuse, and an attacker in it: the user `mallory`, or a session of the role `pod`."""

    def __init__(self, house: InProcess) -> None:
        """Furnish the account."""
        self.house, self.admin = house, house.client("iam")
        self.account = house.account_id
        admin = self.admin
        self.policy = {
            name: admin.create_policy(PolicyName=name, PolicyDocument=NOTHING)["Policy"]["Arn"]
            for name in ("hers", "weak", "closed")
        }
        admin.create_policy_version(PolicyArn=self.policy["hers"], PolicyDocument=EVERYTHING)
        self.mallory = admin.create_user(UserName="mallory")["User"]["Arn"]
        admin.create_group(GroupName="hers")
        admin.add_user_to_group(GroupName="hers", UserName="mallory")
        admin.attach_user_policy(UserName="mallory", PolicyArn=self.policy["hers"])
        self.role = {
            name: admin.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
            for name, document in {
                "weak": trust(self.account),
                "open": trust(self.account),
                "pod": trust(self.account),
                "strong": EC2,
                "closed": EC2,
            }.items()
        }
        for name in ("weak", "closed"):
            admin.attach_role_policy(RoleName=name, PolicyArn=self.policy[name])
        for name in ("open", "strong"):
            admin.attach_role_policy(RoleName=name, PolicyArn=ADMIN)
        for name in ("boss", "busy-boss"):
            admin.create_user(UserName=name)
            admin.attach_user_policy(UserName=name, PolicyArn=ADMIN)
        self.old_key = admin.create_access_key(UserName="busy-boss")["AccessKey"]["AccessKeyId"]
        admin.create_access_key(UserName="busy-boss")
        admin.create_user(UserName="neighbour")

    def begin_as_user(self, permissions: list[str]) -> None:
        """Be mallory with these permissions."""
        document = allow(permissions) if permissions else NOTHING
        self.admin.put_user_policy(UserName="mallory", PolicyName="own", PolicyDocument=document)
        self.become(self.admin.create_access_key(UserName="mallory")["AccessKey"])

    def begin_as_role(self, permissions: list[str]) -> None:
        """Be a session of the role `pod` with these permissions."""
        document = allow(permissions) if permissions else NOTHING
        self.admin.put_role_policy(RoleName="pod", PolicyName="own", PolicyDocument=document)
        sts = self.house.client("sts")
        self.become(sts.assume_role(RoleArn=self.role["pod"], RoleSessionName="attack")["Credentials"])

    def begin_behind_boundary(self, permissions: list[str]) -> None:
        """Be mallory the administrator, with a boundary that leaves these permissions."""
        self.begin_as_user(["*"])
        document = allow(permissions) if permissions else NOTHING
        boundary = self.admin.create_policy(PolicyName="boundary", PolicyDocument=document)["Policy"]["Arn"]
        self.admin.put_user_permissions_boundary(UserName="mallory", PermissionsBoundary=boundary)

    def begin_behind_deny(self, permissions: list[str]) -> None:
        """Be mallory the administrator, denied all but these permissions."""
        self.begin_as_user(["*"])
        statement = {"Effect": "Deny", "NotAction": permissions or ["s3:GetObject"], "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.admin.put_user_policy(UserName="mallory", PolicyName="deny", PolicyDocument=document)

    def become(self, credentials: dict[str, Any]) -> None:
        """Go on with other credentials."""
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        held = {name: credentials[name] for name in names if name in credentials}
        self.iam, self.sts = self.house.client("iam", held), self.house.client("sts", held)

    def assume(self, name: str) -> None:
        """Go on as a role."""
        arn = f"arn:aws:iam::{self.account}:role/{name}"
        self.become(self.sts.assume_role(RoleArn=arn, RoleSessionName="attack")["Credentials"])

    def take_key_of(self, name: str) -> None:
        """Go on as a user, with a new key of theirs."""
        self.become(self.iam.create_access_key(UserName=name)["AccessKey"])

    def retrust(self, name: str, principal: str) -> None:
        """Make a role trust someone else."""
        self.iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust(principal))

    def rewrite(self, name: str) -> None:
        """Give a managed policy a version that allows everything."""
        self.iam.create_policy_version(PolicyArn=self.policy[name], PolicyDocument=EVERYTHING, SetAsDefault=True)

    def succeeds(self, steps: "tuple[Step, ...]") -> bool:
        """Take every step and then do what only an administrator can; say whether it went through."""
        try:
            for step in steps:
                step(self)
            self.iam.create_user(UserName="proof")
        except ClientError as error:
            if error.response["Error"]["Code"] != "AccessDenied":
                raise
            return False
        return True


Step = Callable[[Attack], Any]
Begin = Callable[[Attack, list[str]], None]


@dataclass(frozen=True)
class Path:
    """What an attacker may do, and does."""

    name: str
    permissions: tuple[str, ...]
    steps: tuple[Step, ...]
    begin: Begin = field(default=Attack.begin_as_user)


PATHS = (
    Path("CreatePolicyVersion", ("iam:CreatePolicyVersion",), (lambda a: a.rewrite("hers"),)),
    Path(
        "SetDefaultPolicyVersion",
        ("iam:SetDefaultPolicyVersion",),
        (lambda a: a.iam.set_default_policy_version(PolicyArn=a.policy["hers"], VersionId="v2"),),
    ),
    Path("CreateAccessKey", ("iam:CreateAccessKey",), (lambda a: a.take_key_of("boss"),)),
    Path(
        "DeleteAccessKey and CreateAccessKey",
        ("iam:DeleteAccessKey", "iam:CreateAccessKey"),
        (
            lambda a: a.iam.delete_access_key(UserName="busy-boss", AccessKeyId=a.old_key),
            lambda a: a.take_key_of("busy-boss"),
        ),
    ),
    Path(
        "PutUserPolicy",
        ("iam:PutUserPolicy",),
        (lambda a: a.iam.put_user_policy(UserName="mallory", PolicyName="new", PolicyDocument=EVERYTHING),),
    ),
    Path(
        "AttachUserPolicy",
        ("iam:AttachUserPolicy",),
        (lambda a: a.iam.attach_user_policy(UserName="mallory", PolicyArn=ADMIN),),
    ),
    Path(
        "PutGroupPolicy",
        ("iam:PutGroupPolicy",),
        (lambda a: a.iam.put_group_policy(GroupName="hers", PolicyName="new", PolicyDocument=EVERYTHING),),
    ),
    Path(
        "AttachGroupPolicy",
        ("iam:AttachGroupPolicy",),
        (lambda a: a.iam.attach_group_policy(GroupName="hers", PolicyArn=ADMIN),),
    ),
    Path(
        "AddUserToGroup",
        ("iam:AddUserToGroup",),
        (lambda a: a.iam.add_user_to_group(GroupName="Administrators", UserName="mallory"),),
    ),
    Path("AssumeRole", ("sts:AssumeRole",), (lambda a: a.assume("open"),)),
    Path(
        "UpdateAssumeRolePolicy for oneself",
        ("iam:UpdateAssumeRolePolicy",),
        (lambda a: a.retrust("strong", a.mallory), lambda a: a.assume("strong")),
    ),
    Path(
        "UpdateAssumeRolePolicy for the account and AssumeRole",
        ("iam:UpdateAssumeRolePolicy", "sts:AssumeRole"),
        (lambda a: a.retrust("strong", a.account), lambda a: a.assume("strong")),
    ),
    Path(
        "PutRolePolicy on the own role",
        ("iam:PutRolePolicy",),
        (lambda a: a.iam.put_role_policy(RoleName="pod", PolicyName="new", PolicyDocument=EVERYTHING),),
        Attack.begin_as_role,
    ),
    Path(
        "AttachRolePolicy to the own role",
        ("iam:AttachRolePolicy",),
        (lambda a: a.iam.attach_role_policy(RoleName="pod", PolicyArn=ADMIN),),
        Attack.begin_as_role,
    ),
    Path(
        "AttachRolePolicy and AssumeRole",
        ("iam:AttachRolePolicy", "sts:AssumeRole"),
        (lambda a: a.iam.attach_role_policy(RoleName="weak", PolicyArn=ADMIN), lambda a: a.assume("weak")),
    ),
    Path(
        "PutRolePolicy and AssumeRole",
        ("iam:PutRolePolicy", "sts:AssumeRole"),
        (
            lambda a: a.iam.put_role_policy(RoleName="weak", PolicyName="new", PolicyDocument=EVERYTHING),
            lambda a: a.assume("weak"),
        ),
    ),
    Path(
        "CreatePolicyVersion and AssumeRole",
        ("iam:CreatePolicyVersion", "sts:AssumeRole"),
        (lambda a: a.rewrite("weak"), lambda a: a.assume("weak")),
    ),
    Path(
        "AttachRolePolicy and UpdateAssumeRolePolicy",
        ("iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"),
        (
            lambda a: a.iam.attach_role_policy(RoleName="closed", PolicyArn=ADMIN),
            lambda a: a.retrust("closed", a.mallory),
            lambda a: a.assume("closed"),
        ),
    ),
    Path(
        "PutRolePolicy and UpdateAssumeRolePolicy",
        ("iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"),
        (
            lambda a: a.iam.put_role_policy(RoleName="closed", PolicyName="new", PolicyDocument=EVERYTHING),
            lambda a: a.retrust("closed", a.mallory),
            lambda a: a.assume("closed"),
        ),
    ),
    Path(
        "CreatePolicyVersion and UpdateAssumeRolePolicy",
        ("iam:CreatePolicyVersion", "iam:UpdateAssumeRolePolicy"),
        (lambda a: a.rewrite("closed"), lambda a: a.retrust("closed", a.mallory), lambda a: a.assume("closed")),
    ),
    Path(
        "AttachUserPolicy and CreateAccessKey",
        ("iam:AttachUserPolicy", "iam:CreateAccessKey"),
        (
            lambda a: a.iam.attach_user_policy(UserName="neighbour", PolicyArn=ADMIN),
            lambda a: a.take_key_of("neighbour"),
        ),
    ),
    Path(
        "PutUserPolicy and CreateAccessKey",
        ("iam:PutUserPolicy", "iam:CreateAccessKey"),
        (
            lambda a: a.iam.put_user_policy(UserName="neighbour", PolicyName="new", PolicyDocument=EVERYTHING),
            lambda a: a.take_key_of("neighbour"),
        ),
    ),
    Path(
        "CreateRole and AttachRolePolicy",
        ("iam:CreateRole", "iam:AttachRolePolicy"),
        (
            lambda a: a.iam.create_role(RoleName="new", AssumeRolePolicyDocument=trust(a.mallory)),
            lambda a: a.iam.attach_role_policy(RoleName="new", PolicyArn=ADMIN),
            lambda a: a.assume("new"),
        ),
    ),
    Path(
        "DeleteUserPermissionsBoundary",
        ("iam:DeleteUserPermissionsBoundary",),
        (lambda a: a.iam.delete_user_permissions_boundary(UserName="mallory"),),
        Attack.begin_behind_boundary,
    ),
    Path(
        "PutUserPermissionsBoundary",
        ("iam:PutUserPermissionsBoundary",),
        (lambda a: a.iam.put_user_permissions_boundary(UserName="mallory", PermissionsBoundary=ADMIN),),
        Attack.begin_behind_boundary,
    ),
    Path(
        "DeleteUserPolicy that denies",
        ("iam:DeleteUserPolicy",),
        (lambda a: a.iam.delete_user_policy(UserName="mallory", PolicyName="deny"),),
        Attack.begin_behind_deny,
    ),
)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_t21_a_path_works_with_exactly_its_permissions(house: InProcess, path: Path) -> None:
    attack = Attack(house)
    path.begin(attack, list(path.permissions))
    assert not attack.succeeds(())
    assert attack.succeeds(path.steps)


@pytest.mark.parametrize(
    ("path", "missing"),
    [pytest.param(path, missing, id=f"{path.name}-{missing}") for path in PATHS for missing in path.permissions],
)
def test_t21_a_path_fails_without_any_one_of_its_permissions(house: InProcess, path: Path, missing: str) -> None:
    attack = Attack(house)
    path.begin(attack, [permission for permission in path.permissions if permission != missing])
    assert not attack.succeeds(path.steps)
