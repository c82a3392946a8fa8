"""Policies as callers write and meet them: what is ambiguous is never stored, and what is stored decides as it reads."""

import ast
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import keystead.policy
from asking import allow, refused, trust
from in_process import InProcess
from organizing import Organization
from policy.build import SERVICE, A, B, ask, identity, outcome, resource_policy
from policy.build import allow as statement
from policy.build import trust as trust_policy

ALL = '"Effect":"Allow","Action":"*","Resource":"*"'
AMBIGUOUS = {
    name: text.replace("ALL", ALL)
    for name, text in {
        "an effect twice": '{"Version":"2012-10-17","Statement":[{"Effect":"Deny",ALL}]}',
        "two statements": '{"Version":"2012-10-17","Statement":[{ALL}],"Statement":[{ALL}]}',
        "a byte order mark": '\ufeff{"Version":"2012-10-17","Statement":[{ALL}]}',
        "not a number": '{"Version":"2012-10-17","Statement":[{ALL,"Condition":{"NumericEquals":{"a:b":NaN}}}]}',
        "a comment": '{"Version":"2012-10-17","Statement":[{ALL}]} // all',
        "a trailing comma": '{"Version":"2012-10-17","Statement":[{ALL},]}',
        "a lone surrogate": '{"Version":"2012-10-17","Statement":[{ALL,"Sid":"\\ud800"}]}',
        "two objects": '{"Version":"2012-10-17","Statement":[{ALL}]}{}',
        "an unknown version": '{"Version":"2030-01-01","Statement":[{ALL}]}',
        "an unknown operator": '{"Version":"2012-10-17","Statement":[{ALL,"Condition":{"StringEqualz":{"a:b":"c"}}}]}',
        "a bad address": '{"Version":"2012-10-17","Statement":[{ALL,"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/99"}}}]}',
        "a small effect": '{"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}',
    }.items()
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_t22_t23_what_is_no_clear_policy_is_stored_nowhere(house: InProcess, name: str) -> None:
    org = Organization(house)
    org.enable()
    iam, sts, document = house.client("iam"), house.client("sts"), AMBIGUOUS[name]
    iam.create_user(UserName="alice")
    iam.create_group(GroupName="Team")
    iam.create_role(RoleName="Worker", AssumeRolePolicyDocument=trust(house.account_id))
    arn = iam.create_policy(PolicyName="Good", PolicyDocument=allow("s3:*"))["Policy"]["Arn"]
    entrances: list[tuple[Callable[..., Any], dict[str, Any]]] = [
        (iam.create_policy, {"PolicyName": "Bad", "PolicyDocument": document}),
        (iam.create_policy_version, {"PolicyArn": arn, "PolicyDocument": document}),
        (iam.put_user_policy, {"UserName": "alice", "PolicyName": "Bad", "PolicyDocument": document}),
        (iam.put_group_policy, {"GroupName": "Team", "PolicyName": "Bad", "PolicyDocument": document}),
        (iam.put_role_policy, {"RoleName": "Worker", "PolicyName": "Bad", "PolicyDocument": document}),
        (iam.update_assume_role_policy, {"RoleName": "Worker", "PolicyDocument": document}),
        (iam.create_role, {"RoleName": "Bad", "AssumeRolePolicyDocument": document}),
        (sts.get_federation_token, {"Name": "guest", "Policy": document}),
        (
            sts.assume_role,
            {
                "RoleArn": f"arn:aws:iam::{house.account_id}:role/Worker",
                "RoleSessionName": "xx",
                "Policy": document,
            },
        ),
        (org.policy, {"content": document}),
    ]
    for entrance, parameters in entrances:
        code, _ = refused(entrance, **parameters)
        # What no XML or JSON document can carry is refused before anyone reads it as a policy.
        assert code.startswith("MalformedPolicyDocument") or code == "ValidationError", (entrance, code)


def test_t24_wildcards_reach_as_far_as_they_are_written(house: InProcess) -> None:
    iam = house.client("iam")
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    alice = house.client("iam", key)
    users = f"arn:aws:iam::{house.account_id}:user/"
    for actions, resource, may in (
        ("iam:*", "*", True),
        ("*:*", "*", True),
        ("IAM:Get*", "*", True),
        ("iam:getuse?", "*", True),
        ("iam:GetUse", "*", False),
        ("iam:Get?", "*", False),
        ("sts:*", "*", False),
        ("iam:GetUser", f"{users}al?ce", True),
        ("iam:GetUser", "arn:aws:iam::*:user/alice", True),
        ("iam:GetUser", "arn:*:iam::*:user/*", True),
        ("iam:GetUser", f"{users}Alice", False),
        ("iam:GetUser", f"{users}al", False),
        ("iam:GetUser", f"arn:aws:iam::{house.account_id}:role/*", False),
        ("iam:GetUser", "arn:aws:iam::999999999999:user/*", False),
    ):
        iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=allow(actions, resource))
        if may:
            assert alice.get_user(UserName="alice")["User"]["UserName"] == "alice"
        else:
            assert refused(alice.get_user, UserName="alice")[0] == "AccessDenied", (actions, resource)


LOOK_ALIKES = {
    "cyrillic": "\u0430dmin",
    "decomposed": "e\u0301ve",
    "composed": "\u00e9ve",
    "zero width": "ad\u200bmin",
    "right to left": "\u202enimda",
    "sharp s": "stra\u00dfe",
    "turkish": "adm\u0131n",
    "full width": "\uff41dmin",
    "new line": "admin\n",
    "null": "admin\0",
    "markup": "<b>admin",
    "wildcard": "adm*n",
    "variable": "${aws:username}",
}


@pytest.mark.parametrize("name", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_t27_t28_names_that_look_like_others_are_no_names(house: InProcess, name: str) -> None:
    iam, sts = house.client("iam"), house.client("sts")
    iam.create_role(RoleName="Worker", AssumeRolePolicyDocument=trust(house.account_id))
    arn = f"arn:aws:iam::{house.account_id}:role/Worker"
    attempts: list[tuple[Callable[..., Any], dict[str, Any]]] = [
        (iam.create_user, {"UserName": name}),
        (iam.create_group, {"GroupName": name}),
        (iam.create_role, {"RoleName": name, "AssumeRolePolicyDocument": trust(house.account_id)}),
        (iam.create_policy, {"PolicyName": name, "PolicyDocument": allow("s3:*")}),
        (iam.put_user_policy, {"UserName": "admin", "PolicyName": name, "PolicyDocument": allow("s3:*")}),
        (iam.create_virtual_mfa_device, {"VirtualMFADeviceName": name}),
        (iam.update_user, {"UserName": "admin", "NewUserName": name}),
        (iam.create_account_alias, {"AccountAlias": name}),
        (sts.assume_role, {"RoleArn": arn, "RoleSessionName": name}),
        (sts.get_federation_token, {"Name": name}),
    ]
    for attempt, parameters in attempts:
        # A character that the protocol cannot carry does not even come so far.
        assert refused(attempt, **parameters)[0] in {"ValidationError", "MalformedInput", "InvalidInput"}, parameters


def test_t28_tags_are_compared_byte_by_byte(house: InProcess) -> None:
    iam = house.client("iam")
    values = ["\u00e9", "\u0435", "e", "E", "stra\u00dfe", "strasse"]
    iam.create_user(UserName="alice")
    for decomposed in ("e\u0301", "e\u200b", "\u202ee"):
        tags = [{"Key": "Team", "Value": decomposed}]
        assert refused(iam.tag_user, UserName="alice", Tags=tags)[0] == "ValidationError"
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    for wanted in values:
        condition = {"StringEquals": {"aws:PrincipalTag/Team": wanted}}
        iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=allow("iam:ListUsers", **condition))
        for given in values:
            iam.tag_user(UserName="alice", Tags=[{"Key": "Team", "Value": given}])
            assert iam.list_user_tags(UserName="alice")["Tags"] == [{"Key": "Team", "Value": given}]
            client = house.client("iam", key)
            if given == wanted:
                client.list_users()
            else:
                assert refused(client.list_users)[0] == "AccessDenied", (wanted, given)


@pytest.mark.parametrize("place", ["PrincipalTag", "ResourceTag", "RequestTag"])
def test_t29_c42_a_tag_counts_only_in_the_place_that_the_policy_names(house: InProcess, place: str) -> None:
    iam = house.client("iam")
    tag = [{"Key": "Team", "Value": "blue"}]
    other = [{"Key": "Team", "Value": "red"}]
    condition = {"StringEquals": {f"aws:{place}/Team": "blue"}}
    for name in ("alice", "thing"):
        iam.create_user(UserName=name)
    iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=allow("iam:TagUser", **condition))
    alice = house.client("iam", iam.create_access_key(UserName="alice")["AccessKey"])
    for where in ("PrincipalTag", "ResourceTag", "RequestTag"):
        iam.tag_user(UserName="alice", Tags=tag if where == "PrincipalTag" else other)
        iam.tag_user(UserName="thing", Tags=tag if where == "ResourceTag" else other)
        request = {"UserName": "thing", "Tags": tag if where == "RequestTag" else other}
        if where == place:
            alice.tag_user(**request)
        else:
            assert refused(alice.tag_user, **request)[0] == "AccessDenied"


def test_t30_the_largest_policies_are_decided_in_less_than_fifty_milliseconds(house: InProcess) -> None:
    iam = house.client("iam")
    iam.create_user(UserName="alice")
    path = "/" + "a" * 500 + "/"
    iam.create_user(UserName="b" * 64, Path=path)
    pattern = f"arn:aws:iam::{house.account_id}:user/" + "*a" * 400 + "c"
    managed = allow(["iam:*", "iam:*e*e*e*e*r"], [pattern] * 7)
    assert len(managed) < 6144
    for number in range(10):
        arn = iam.create_policy(PolicyName=f"Stars{number}", PolicyDocument=managed)["Policy"]["Arn"]
        iam.attach_user_policy(UserName="alice", PolicyArn=arn)
    inline = json.dumps({"Version": "2012-10-17", "Statement": json.loads(allow("iam:G*", pattern))["Statement"] * 2})
    iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=inline)
    alice = house.client("iam", iam.create_access_key(UserName="alice")["AccessKey"])
    quickest = 1.0
    for _ in range(5):
        begun = time.perf_counter()
        assert refused(alice.get_user, UserName="b" * 64)[0] == "AccessDenied"
        quickest = min(quickest, time.perf_counter() - begun)
    assert quickest < 0.05


def test_t30_no_pattern_of_a_policy_ever_becomes_a_regular_expression() -> None:
    """The engine's own expressions are written in its source; none is made from anything at run time."""
    for source in Path(keystead.policy.__file__).parent.glob("*.py"):
        tree = ast.parse(source.read_text())
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            called = node.func
            if isinstance(called.value, ast.Name) and called.value.id in {"re", "fnmatch"}:
                assert isinstance(node.args[0], ast.Constant), f"{source.name}:{node.lineno}"


def test_t33_what_a_node_remembers_and_what_a_new_node_reads_decide_alike(house: InProcess) -> None:
    """Every answer of a node full of memory, after every change, is the answer of a node without any."""
    iam = house.client("iam")
    iam.create_user(UserName="alice")
    iam.create_group(GroupName="Team")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    arn = iam.create_policy(PolicyName="Some", PolicyDocument=allow("iam:List*"))["Policy"]["Arn"]
    deny = allow("iam:ListGroups").replace("Allow", "Deny")
    changes: list[Callable[[], object]] = [
        lambda: iam.attach_user_policy(UserName="alice", PolicyArn=arn),
        lambda: iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=deny),
        lambda: iam.create_policy_version(PolicyArn=arn, PolicyDocument=allow("iam:ListRoles"), SetAsDefault=True),
        lambda: iam.put_group_policy(GroupName="Team", PolicyName="own", PolicyDocument=allow("iam:*")),
        lambda: iam.add_user_to_group(GroupName="Team", UserName="alice"),
        lambda: iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=arn),
        lambda: iam.set_default_policy_version(PolicyArn=arn, VersionId="v1"),
        lambda: iam.delete_user_policy(UserName="alice", PolicyName="own"),
        lambda: iam.delete_user_permissions_boundary(UserName="alice"),
        lambda: iam.remove_user_from_group(GroupName="Team", UserName="alice"),
        lambda: iam.detach_user_policy(UserName="alice", PolicyArn=arn),
        lambda: iam.update_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"], Status="Inactive"),
    ]
    old = house.neighbour()
    fresh: list[InProcess] = []
    answers = [answers_of(old, key)]
    for change in changes:
        change()
        fresh.append(house.neighbour())
        found = [answers_of(node, key) for node in (house, old, fresh[-1])]
        assert found[0] == found[1] == found[2]
        answers.append(found[0])
    # The changes were seen: no two that follow each other left all as it was, but the one that the boundary hides.
    assert len({tuple(answer) for answer in answers}) > 6
    for node in (*fresh, old):
        node.close()


def answers_of(node: InProcess, key: Any) -> list[str]:
    client = node.client("iam", key)
    found = []
    for operation in (client.list_users, client.list_groups, client.list_roles, client.get_account_summary):
        try:
            operation()
            found.append("allowed")
        except client.exceptions.ClientError as error:
            found.append(error.response["Error"]["Message"])
    return found


TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
GUARDED = {
    **TRUST,
    "Condition": {
        "StringEquals": {"aws:SourceAccount": A},
        "ArnLike": {"aws:SourceArn": f"arn:aws:ec2:*:{A}:instance/*"},
    },
}


def test_t37_a_service_acts_only_for_the_account_and_resource_that_the_trust_names() -> None:
    role = f"arn:aws:iam::{A}:role/ForEc2"
    own = f"arn:aws:ec2:us-east-1:{A}:instance/i-1"
    foreign = f"arn:aws:ec2:us-east-1:{B}:instance/i-1"
    for context, expected in (
        ({"aws_SourceAccount": A, "aws_SourceArn": own}, "allowed"),
        ({"aws_SourceAccount": B, "aws_SourceArn": own}, "implicitDeny"),
        ({"aws_SourceAccount": A, "aws_SourceArn": foreign}, "implicitDeny"),
        ({"aws_SourceAccount": A}, "implicitDeny"),
        ({"aws_SourceArn": own}, "implicitDeny"),
        ({}, "implicitDeny"),
    ):
        request = ask(SERVICE, "sts:AssumeRole", role, **{key.lower(): value for key, value in context.items()})
        assert outcome(request, None, of_resource=trust_policy(GUARDED)) == expected, context
    other = trust_policy({**GUARDED, "Principal": {"Service": "lambda.amazonaws.com"}})
    guarded = {"aws_sourceaccount": A, "aws_sourcearn": own}
    assert outcome(ask(SERVICE, "sts:AssumeRole", role, **guarded), None, of_resource=other) == "implicitDeny"


def test_t37_a_role_of_another_account_is_never_passed() -> None:
    yes = identity(statement())
    assert outcome(ask(action="iam:PassRole", resource=f"arn:aws:iam::{A}:role/Own"), yes) == "allowed"
    there = ask(action="iam:PassRole", resource=f"arn:aws:iam::{B}:role/Own", account=B)
    assert outcome(there, yes) == "implicitDeny"
    open_to_all = resource_policy(statement(Principal="*"))
    assert outcome(there, identity(), of_resource=open_to_all) == "implicitDeny"
