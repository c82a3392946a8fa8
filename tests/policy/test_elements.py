"""Actions, resources and variables, by table."""

# ruff: noqa: FBT001 - the columns of tables are booleans; the reference is plain, not pretty

import time
from typing import Any

import pytest

from keystead.policy import PolicyKind, PolicySet, Source, compile_policy, load
from policy.build import ALICE, A, allow, ask, decision, deny, doc, identity, policies

T, F = True, False
ACTIONS: list[tuple[str, str, bool]] = [
    ("*", "iam:CreateUser", T),
    ("*:*", "iam:CreateUser", T),
    ("iam:*", "iam:CreateUser", T),
    ("IAM:Create*", "iam:CreateUser", T),
    ("iam:createuser", "iam:CreateUser", T),
    ("iam:CreateUser", "IAM:CREATEUSER", T),
    ("iam:*User", "iam:CreateUser", T),
    ("iam:*User*", "iam:CreateUsers", T),
    ("iam:Create?ser", "iam:CreateUser", T),
    ("iam:Create?", "iam:CreateUser", F),
    ("iam:CreateUse", "iam:CreateUser", F),
    ("iam:Get*", "iam:CreateUser", F),
    ("s3:*", "iam:CreateUser", F),
    ("ia*:CreateUser", "iam:CreateUser", F),
    ("i?m:CreateUser", "iam:CreateUser", F),
    ("iam", "iam:CreateUser", F),
    ("iam:", "iam:CreateUser", F),
    ("iam:Create User", "iam:CreateUser", F),
    (" iam:CreateUser", "iam:CreateUser", F),
    ("iam:CreateUser ", "iam:CreateUser", F),
    ("iam:CreateUser,iam:*", "iam:CreateUser", F),
    ("iam:*, iam:CreateUser", "iam:CreateUser", F),
    ("s3-object-lambda:*", "s3:GetObject", F),
    ("s3:*", "s3-object-lambda:GetObject", F),
]


@pytest.mark.parametrize(("pattern", "action", "matches"), ACTIONS)
def test_t24_action_matches(pattern: str, action: str, matches: bool) -> None:
    assert decision(ask(action=action), identity(allow(pattern))).allowed is matches


@pytest.mark.parametrize(("pattern", "action", "matches"), ACTIONS)
def test_t25_not_action_is_exactly_the_complement(pattern: str, action: str, matches: bool) -> None:
    statement = {"Effect": "Allow", "NotAction": pattern, "Resource": "*"}
    assert decision(ask(action=action), identity(statement)).allowed is not matches


RESOURCES: list[tuple[str, str, bool]] = [
    ("*", "arn:aws:s3:::b/k", T),
    ("*", "*", T),
    ("arn:aws:s3:::*", "*", F),
    ("arn:aws:s3:::b/k", "arn:aws:s3:::b/k", T),
    ("arn:aws:s3:::b/k", "arn:aws:s3:::b/K", F),
    ("arn:aws:s3:::b/*", "arn:aws:s3:::b/x/y/z", T),
    ("arn:aws:s3:::b/*", "arn:aws:s3:::b", F),
    ("arn:aws:s3:::b*", "arn:aws:s3:::b", T),
    ("arn:aws:s3:::b/?", "arn:aws:s3:::b/k", T),
    ("arn:aws:s3:::b/?", "arn:aws:s3:::b/kk", F),
    ("arn:aws:s3:::b/*.jpg", "arn:aws:s3:::b/a.b.jpg", T),
    ("arn:aws:s3:::*/k", "arn:aws:s3:::b/c/k", T),
    ("arn:aws:iam::111111111111:role/*", "arn:aws:iam::111111111111:role/a/b", T),
    ("arn:aws:iam::*:role/*", "arn:aws:iam::111111111111:role/x", T),
    ("arn:aws:iam::*:role/*", "arn:aws:iam::111111111111:user/x", F),
    ("arn:aws:iam::11111111111?:role/x", "arn:aws:iam::111111111111:role/x", T),
    ("arn:aws:iam::1?1:role/x", "arn:aws:iam::1:1:role/x", F),
    ("arn:aws:iam::11*11:role/x", "arn:aws:iam::111111111111:role/x", T),
    ("arn:aws:iam::11*11:role/x", "arn:aws:iam::11:11:role/x", F),
    ("arn:aws:dynamodb:*:table/x", "arn:aws:dynamodb:us-east-1:111111111111:table/x", T),
    ("arn:aws:dynamodb:*:table/x", "arn:aws:dynamodb:us-east-1:111111111111:table/y", F),
    ("arn:aws:dynamodb:us-*:111111111111:table/x", "arn:aws:dynamodb:us-east-1:111111111111:table/x", T),
    ("arn:aws:dynamodb:*:*:table/x", "arn:aws:dynamodb:us-east-1:111111111111:table/x", T),
    ("arn:aws:s3:*", "arn:aws:s3:::b/k", T),
    ("arn:aws:lambda:eu-*-1:*:function:f", "arn:aws:lambda:eu-west-1:111111111111:function:f", T),
    ("arn:aws:lambda:eu-*-1:*:function:f*", "arn:aws:lambda:eu-west-1:111111111111:function:f:3", T),
    ("arn:aws:logs:*:*:log-group:/a:*", "arn:aws:logs:eu-west-1:1:log-group:/a:log-stream:x", T),
    ("arn:aws:sns:eu-west-1:1:t:*", "arn:aws:sns:eu-west-1:1:t:a:b", T),
    ("arn:aws:sqs:e?-west-1:1:q", "arn:aws:sqs:eu-west-1:1:q", T),
    ("arn:aws:iam::111111111111", "arn:aws:iam::111111111111:user/x", T),
    ("arn:aws-cn:s3:::b/*", "arn:aws:s3:::b/k", F),
    ("b/k", "arn:aws:s3:::b/k", F),
    ("**", "arn:aws:s3:::b/k", F),
]


@pytest.mark.parametrize(("pattern", "resource", "matches"), RESOURCES)
def test_t24_resource_matches(pattern: str, resource: str, matches: bool) -> None:
    assert decision(ask(resource=resource), identity(allow(resource=pattern))).allowed is matches


@pytest.mark.parametrize(("pattern", "resource", "matches"), [row for row in RESOURCES if row[0].startswith("arn:")])
def test_t25_not_resource_is_the_complement(pattern: str, resource: str, matches: bool) -> None:
    statement = {"Effect": "Allow", "Action": "*", "NotResource": pattern}
    assert decision(ask(resource=resource), identity(statement)).allowed is not matches


def test_short_arns_match_nothing_in_scps_and_resource_policies() -> None:
    from policy.build import FULL, scp

    own = identity(allow())
    resource = "arn:aws:iam::111111111111:user/x"
    denied = scp(allow(), deny(resource="arn:aws:iam::111111111111"))
    assert decision(ask(resource=resource), own, scps=(FULL, denied)).allowed
    bare = identity(allow(), deny(resource="arn:aws:iam::111111111111"))
    assert decision(ask(resource=resource), bare).outcome == "explicitDeny"


@pytest.mark.parametrize("short", ["arn:aws:s3", "arn:aws:s3:", "arn:aws:s3::", "arn:aws"])
def test_a_short_arn_is_completed_in_policies_of_principals_alone(short: str) -> None:
    from policy.build import FULL, RCP_FULL, resource_policy, scp

    yes, some, nothing = identity(allow()), identity(allow(resource=short)), PolicySet.EMPTY
    named = {"Principal": {"AWS": ALICE.arn}}
    completed = [
        decision(ask(), some),
        decision(ask(), yes, boundary=policies(PolicyKind.BOUNDARY, doc(allow(resource=short)))),
        decision(ask(), yes, session=policies(PolicyKind.SESSION, doc(allow(resource=short)))),
    ]
    assert [found.allowed for found in completed] == [T, T, T]
    assert not decision(ask(), nothing, of_resource=resource_policy(allow(resource=short, **named))).allowed
    assert not decision(ask(), yes, scps=(FULL, scp(allow(resource=short)))).allowed
    # A Deny that matches nothing denies nothing; so it is on AWS, where others have tried.
    assert decision(ask(), yes, of_resource=resource_policy(deny(resource=short, **named))).allowed
    rcp = policies(PolicyKind.RCP, doc(deny("s3:*", short, Principal="*")))
    assert decision(ask(), yes, rcps=(PolicySet.of([*RCP_FULL.policies, *rcp.policies]),)).allowed


HOME = "arn:aws:s3:::b/${aws:username}/*"
VARIABLES: list[tuple[str, dict[str, Any], str, bool]] = [
    (HOME, {"aws_username": "alice"}, "arn:aws:s3:::b/alice/k", T),
    (HOME, {"aws_username": "alice"}, "arn:aws:s3:::b/bob/k", F),
    (HOME, {}, "arn:aws:s3:::b/alice/k", F),
    (HOME, {"aws_username": "*"}, "arn:aws:s3:::b/alice/k", F),
    (HOME, {"aws_username": "*"}, "arn:aws:s3:::b/*/k", T),
    (HOME, {"aws_username": "a?"}, "arn:aws:s3:::b/ab/k", F),
    (HOME, {"aws_username": "${aws:userid}", "aws_userid": "x"}, "arn:aws:s3:::b/x/k", F),
    (HOME, {"aws_username": "${aws:userid}", "aws_userid": "x"}, "arn:aws:s3:::b/${aws:userid}/k", T),
    (HOME, {"aws_username": "}"}, "arn:aws:s3:::b/}/k", T),
    (HOME, {"aws_username": 'a"b\n'}, 'arn:aws:s3:::b/a"b\n/k', T),
    (HOME, {"aws_username": ["alice"]}, "arn:aws:s3:::b/alice/k", F),
    ("arn:aws:s3:::b/${AWS:UserName}/*", {"aws_username": "alice"}, "arn:aws:s3:::b/alice/k", T),
    ("arn:aws:s3:::b/${aws:PrincipalTag/team, 'all'}/*", {}, "arn:aws:s3:::b/all/k", T),
    ("arn:aws:s3:::b/${aws:PrincipalTag/team, 'all'}/*", {"aws_principaltag__team": "red"}, "arn:aws:s3:::b/red/k", T),
    ("arn:aws:s3:::b/${aws:PrincipalTag/team, 'all'}/*", {"aws_principaltag__team": "red"}, "arn:aws:s3:::b/all/k", F),
    ("arn:aws:s3:::b/${aws:PrincipalTag/team,'a*'}/*", {}, "arn:aws:s3:::b/ab/k", F),
    ("arn:aws:s3:::b/${*}", {}, "arn:aws:s3:::b/*", T),
    ("arn:aws:s3:::b/${*}", {}, "arn:aws:s3:::b/k", F),
    ("arn:aws:s3:::b/${?}${$}", {}, "arn:aws:s3:::b/?$", T),
    ("arn:aws:s3:::b/${?}", {}, "arn:aws:s3:::b/k", F),
    ("arn:aws:s3:::${aws:username}?*", {"aws_username": "al"}, "arn:aws:s3:::alice", T),
    ("arn:aws:iam::${aws:PrincipalAccount}:role/x", {"aws_principalaccount": A}, f"arn:aws:iam::{A}:role/x", F),
]


@pytest.mark.parametrize(("pattern", "context", "resource", "matches"), VARIABLES)
def test_t27_variables_are_literal_values(pattern: str, context: dict[str, Any], resource: str, matches: bool) -> None:
    assert decision(ask(resource=resource, **context), identity(allow(resource=pattern))).allowed is matches


def test_t27_version_2008_leaves_variables_literal() -> None:
    for version in ("2008-10-17", None):
        own = policies(PolicyKind.IDENTITY, doc(allow(resource="arn:aws:s3:::b/${aws:username}"), version=version))
        assert not decision(ask(resource="arn:aws:s3:::b/alice", aws_username="alice"), own).allowed
        assert decision(ask(resource="arn:aws:s3:::b/${aws:username}", aws_username="alice"), own).allowed
        star = policies(PolicyKind.IDENTITY, doc(allow(resource="arn:aws:s3:::b/${*}"), version=version))
        assert decision(ask(resource="arn:aws:s3:::b/${abc}"), star).allowed


def test_a_valueless_variable_matches_no_positive_and_every_inverted_operator() -> None:
    for operator, matches in (
        ("StringEquals", F),
        ("StringLike", F),
        ("StringNotEquals", T),
        ("StringNotLike", T),
        ("StringNotEqualsIgnoreCase", T),
        ("ArnNotLike", T),
        ("ArnLike", F),
    ):
        own = identity(allow(Condition={operator: {"aws:K": "${aws:Nothing}"}}))
        assert decision(ask(aws_k="arn:aws:s3:::b"), own).allowed is matches, operator


OPERATED: list[tuple[str, str, dict[str, Any], bool]] = [
    # A variable in conditions: reference_policies_variables.html of the IAM User Guide.
    ("StringEquals", "${aws:V}", {"aws_v": "x"}, T),
    ("StringEquals", "${aws:V}", {"aws_v": "y"}, F),
    ("StringEquals", "${aws:V}", {"aws_v": ["x"]}, F),
    ("StringNotEquals", "${aws:V}", {"aws_v": ["x"]}, T),
    ("StringEquals", "${aws:V, 'x'}", {"aws_v": ["y"]}, F),
    ("StringEquals", "${aws:V, 'x'}", {}, T),
    ("StringEquals", "${aws:V,'x'}", {}, T),
    ("StringNotEquals", "${aws:V, 'x'}", {}, F),
    ("StringLike", "${aws:V, '*'}", {}, F),
    ("StringLike", "${*}", {}, F),
    ("StringLike", "${aws:V}*", {"aws_v": ""}, T),
    ("StringLike", "${aws:V}*", {"aws_v": "*"}, F),
    ("StringNotLike", "${aws:V}*", {"aws_v": "*"}, T),
    ("StringEqualsIgnoreCase", "${aws:v}", {"aws_v": "X"}, T),
    ("StringEquals", "${aws:V}", {"aws_v": "${aws:K}"}, F),
    ("StringEquals", "${aws:V, '${aws:K}'}", {}, F),
    ("StringEqualsIfExists", "${aws:V}", {}, F),
    ("StringNotEqualsIfExists", "${aws:V}", {}, T),
    ("ForAllValues:StringEquals", "${aws:V}", {}, F),
    ("ForAllValues:StringNotEquals", "${aws:V}", {}, T),
    ("ForAnyValue:StringEquals", "${aws:V}", {"aws_v": "x"}, T),
    ("ForAnyValue:StringNotEquals", "${aws:V}", {}, T),
    ("StringEquals", "$x", {}, F),
    ("StringEquals", "${$}x", {}, F),
]


@pytest.mark.parametrize(("operator", "value", "context", "matches"), OPERATED)
def test_t27_a_variable_in_a_condition_is_its_value_or_nothing(
    operator: str, value: str, context: dict[str, Any], matches: bool
) -> None:
    condition = {operator: {"aws:K": value}}
    request = ask(aws_k="x", **context)
    assert decision(request, identity(allow(Condition=condition))).allowed is matches
    assert decision(request, identity(allow(), deny(Condition=condition))).allowed is not matches
    for version in ("2008-10-17", None):
        old = policies(PolicyKind.IDENTITY, doc(allow(Condition=condition), version=version))
        literal = ask(aws_k=value, **context)
        assert decision(literal, old).allowed is ("Not" not in operator)


def test_a_valueless_variable_in_resource_and_not_resource_by_effect() -> None:
    home, resource = "arn:aws:s3:::b/${aws:V}", "arn:aws:s3:::b/x"
    for effect, other in (("Allow", ()), ("Deny", (allow(),))):
        for element, applies in (("Resource", F), ("NotResource", T)):
            own = identity(*other, {"Effect": effect, "Action": "*", element: home})
            expected = applies if effect == "Allow" else not applies
            assert decision(ask(resource=resource), own).allowed is expected, (effect, element)
            assert decision(ask(resource=resource, aws_v=["x"]), own).allowed is expected, (effect, element)
            met = applies is F if effect == "Allow" else applies is T
            assert decision(ask(resource=resource, aws_v="x"), own).allowed is met, (effect, element)


def test_a_valueless_variable_in_not_resource_leaves_the_statement_in_force() -> None:
    own = identity(allow(), {"Effect": "Deny", "Action": "*", "NotResource": HOME})
    assert decision(ask(resource="arn:aws:s3:::b/alice/k"), own).outcome == "explicitDeny"
    assert decision(ask(resource="arn:aws:s3:::b/alice/k", aws_username="alice"), own).allowed


def test_variables_work_in_string_and_arn_conditions() -> None:
    own = identity(allow(Condition={"StringLike": {"s3:prefix": "home/${aws:username}/*"}}))
    assert decision(ask(s3_prefix="home/alice/x", aws_username="alice"), own).allowed
    assert not decision(ask(s3_prefix="home/bob/x", aws_username="*"), own).allowed
    arn = identity(allow(Condition={"ArnLike": {"aws:SourceArn": "${aws:PrincipalArn}"}}))
    assert decision(ask(aws_sourcearn=ALICE.arn, aws_principalarn=ALICE.arn), arn).allowed
    assert not decision(ask(aws_sourcearn=ALICE.arn, aws_principalarn="arn:aws:iam::1:user/*"), arn).allowed


def test_variables_do_not_work_in_numbers_dates_and_addresses() -> None:
    for operator in ("NumericEquals", "DateEquals", "IpAddress", "BinaryEquals"):
        own = identity(allow(Condition={operator: {"aws:K": "${aws:K}"}}))
        assert not decision(ask(aws_k="10"), own).allowed


def test_t24_effect_and_element_names_are_case_sensitive() -> None:
    assert not decision(ask(), identity({"Effect": "allow", "Action": "*", "Resource": "*"})).allowed
    assert not decision(ask(), identity({"effect": "Allow", "Action": "*", "Resource": "*"})).allowed
    small = {"Effect": "Allow", "Action": "*", "Resource": "*", "condition": {"Bool": {"aws:x": "true"}}}
    assert not decision(ask(), identity(small)).allowed


def test_t22_an_unknown_version_closes() -> None:
    own = policies(PolicyKind.IDENTITY, doc(allow(), version="2030-01-01"))
    assert decision(ask(), own).outcome == "implicitDeny"
    denied = PolicySet.of(
        [*identity(allow()).policies, *policies(PolicyKind.IDENTITY, doc(deny(), version="x")).policies]
    )
    assert decision(ask(), denied).outcome == "explicitDeny"


def _timed(own: PolicySet, **request: Any) -> float:
    start = time.process_time()
    decision(ask(**request), own)
    return time.process_time() - start


def test_t30_hostile_patterns_are_decided_in_bounded_time() -> None:
    stars = "arn:aws:s3:::" + "*a" * 3000
    value = "arn:aws:s3:::" + "a" * 2000 + "b"
    assert _timed(identity(allow(resource=stars)), resource=value) < 0.05
    marks = "arn:aws:s3:::" + "*?a" * 700 + "c"
    assert _timed(identity(allow(resource=marks)), resource=value) < 0.25
    colons = "arn:aws:a*b:*:*1*:" + "*:a" * 500
    assert _timed(identity(allow(resource=colons)), resource="arn:aws:axb:" + "1:" * 1000) < 0.05
    like = {"StringLike": {"aws:K": "*a" * 2500 + "c"}}
    assert _timed(identity(allow(Condition=like)), aws_k="a" * 2048) < 0.05
    assert _timed(identity(allow(["s3:" + "*e" * 40 + str(n) for n in range(60)])), action="s3:" + "e" * 100) < 0.05


def test_t30_thousands_of_statements_are_decided_quickly() -> None:
    many = [allow(f"s3:Action{n}", f"arn:aws:s3:::b{n}/*") for n in range(5000)]
    document = doc(*many, allow("s3:GetObject"))
    from keystead.policy.document import Reader, as_json

    read = Reader("", PolicyKind.IDENTITY).document(as_json(document))  # type: ignore[arg-type]  # an object
    own = PolicySet.of([compile_policy(read, Source(PolicyKind.IDENTITY))])
    decision(ask(action="s3:PutObject"), own)
    assert _timed(own) < 0.05


def test_load_keeps_the_position_of_every_statement() -> None:
    text = '{"Version": "2012-10-17",\n "Statement": [\n  {"Effect": "Allow", "Action": "*", "Resource": "*"},\n  {"Sid": "Two", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}'
    own = PolicySet.of([compile_policy(load(text, PolicyKind.IDENTITY), Source(PolicyKind.IDENTITY, "P"))])
    (found,) = decision(ask(), own).statements
    assert (found.sid, found.index, found.line, found.column, found.source.name) == ("Two", 1, 4, 3, "P")
