"""Every operator, by table: operator, policy values, request value (None: the key is absent), does it match."""

# ruff: noqa: FBT001 - the columns of tables are booleans; the reference is plain, not pretty

from typing import Any

import pytest

from policy.build import allow, ask, decision, deny, identity

T, F = True, False
TABLE: list[tuple[str, Any, Any, bool | str]] = [
    # Strings: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    ("StringEquals", "a", "a", T),
    ("StringEquals", "a", "A", F),
    ("StringEquals", ["a", "b"], "b", T),
    ("StringEquals", "a*", "ab", F),
    ("StringEquals", "a*", "a*", T),
    ("StringEquals", "a", None, F),
    ("StringEquals", [], "a", F),
    ("StringEquals", "", "", T),
    ("StringEquals", True, "true", T),
    ("StringEquals", 5, "5", T),
    ("StringNotEquals", "a", "b", T),
    ("StringNotEquals", "a", "a", F),
    ("StringNotEquals", ["a", "b"], "b", F),
    ("StringNotEquals", ["a", "b"], "c", T),
    ("StringNotEquals", "a", None, T),
    ("StringEqualsIgnoreCase", "AbC", "aBc", T),
    ("StringEqualsIgnoreCase", "a", "b", F),
    ("StringEqualsIgnoreCase", "straße", "strasse", F),
    ("StringEqualsIgnoreCase", "a", None, F),
    ("StringNotEqualsIgnoreCase", "AbC", "aBc", F),
    ("StringNotEqualsIgnoreCase", "a", "b", T),
    ("StringNotEqualsIgnoreCase", "a", None, T),
    ("StringLike", "a*c", "abbc", T),
    ("StringLike", "a?c", "abc", T),
    ("StringLike", "a?c", "abbc", F),
    ("StringLike", "*", "", T),
    ("StringLike", "a*", "A", F),
    ("StringLike", "a*/*", "a:b/c", T),
    ("StringLike", "**a", "ba", T),
    ("StringLike", "?*?", "a", F),
    ("StringLike", "?*?", "ab", T),
    ("StringLike", "a?*c?e", "abXcde", T),
    ("StringLike", "x", None, F),
    ("StringNotLike", "a*", "abc", F),
    ("StringNotLike", "a*", "b", T),
    ("StringNotLike", ["a*", "b*"], "b", F),
    ("StringNotLike", "a*", None, T),
    # IfExists
    ("StringEqualsIfExists", "a", None, T),
    ("StringEqualsIfExists", "a", "b", F),
    ("StringEqualsIfExists", "a", "a", T),
    ("StringNotEqualsIfExists", "a", None, T),
    ("StringNotEqualsIfExists", "a", "a", F),
    ("StringLikeIfExists", "a*", None, T),
    ("BoolIfExists", "false", None, T),
    ("BoolIfExists", "false", "true", F),
    ("NumericLessThanIfExists", "5", None, T),
    ("NumericLessThanIfExists", "5", "6", F),
    ("IpAddressIfExists", "10.0.0.0/8", None, T),
    ("ArnLikeIfExists", "arn:aws:s3:::b", None, T),
    ("DateLessThanIfExists", "2030", None, T),
    # Numbers
    ("NumericEquals", "10", "10.0", T),
    ("NumericEquals", 10, "10", T),
    ("NumericEquals", "10", "11", F),
    ("NumericEquals", "10", "ten", F),
    ("NumericEquals", "10", None, F),
    ("NumericEquals", "0.1", "0.10", T),
    ("NumericEquals", "-1", "-1.0", T),
    ("NumericEquals", "1", "1e0", F),
    ("NumericEquals", "1", "NaN", F),
    ("NumericNotEquals", "10", "11", T),
    ("NumericNotEquals", "10", "10.00", F),
    ("NumericNotEquals", "10", "ten", F),
    ("NumericNotEquals", "10", None, T),
    ("NumericLessThan", "10", "9.99", T),
    ("NumericLessThan", "10", "10", F),
    ("NumericLessThanEquals", "10", "10", T),
    ("NumericGreaterThan", "10", "10.01", T),
    ("NumericGreaterThan", "10", "9", F),
    ("NumericGreaterThanEquals", "10", "10", T),
    ("NumericGreaterThanEquals", ["10", "3"], "4", T),
    # Dates: W3C or seconds since 1970
    ("DateEquals", "2020-01-01T00:00:00Z", "2020-01-01T01:00:00+01:00", T),
    ("DateEquals", "2020-01-01T00:00:00Z", "1577836800", T),
    ("DateEquals", "1577836800.5", "2020-01-01T00:00:00.5Z", T),
    ("DateEquals", "2020-01-01", "2020-01-01T00:00Z", T),
    ("DateEquals", "2020", "2020-01", T),
    ("DateEquals", "2020", "yesterday", F),
    ("DateNotEquals", "2020", "2021", T),
    ("DateNotEquals", "2020", None, T),
    ("DateLessThan", "2020-06-30T00:00:00Z", "2020-06-29T23:59:59Z", T),
    ("DateLessThan", "2020-06-30T00:00:00Z", "2020-06-30T00:00:00Z", F),
    ("DateLessThanEquals", "2020-06-30T00:00:00Z", "2020-06-30T00:00:00Z", T),
    ("DateGreaterThan", "2020-06-30T00:00:00Z", "2020-06-30T00:00:01Z", T),
    ("DateGreaterThan", "2020-06-30T00:00:00Z", None, F),
    ("DateGreaterThanEquals", "2020-02-29", "2020-02-29T00:00:00Z", T),
    ("DateGreaterThan", "2020-01-01T00:00:00Z", "2020-13-01T00:00:00Z", F),
    # Booleans
    ("Bool", "true", "true", T),
    ("Bool", "true", "TRUE", T),
    ("Bool", True, "true", T),
    ("Bool", "true", "false", F),
    ("Bool", "false", "no", T),
    ("Bool", "true", None, F),
    ("Bool", "false", None, F),
    # Binary
    ("BinaryEquals", "a2V5", "key", T),
    ("BinaryEquals", "a2V5", "a2V5", T),
    ("BinaryEquals", "a2V5", "kez", F),
    ("BinaryEquals", "a2V5", None, F),
    # Addresses
    ("IpAddress", "203.0.113.0/24", "203.0.113.9", T),
    ("IpAddress", "203.0.113.0/24", "203.0.114.9", F),
    ("IpAddress", "203.0.113.5", "203.0.113.5", T),
    ("IpAddress", "203.0.113.5", "203.0.113.6", F),
    ("IpAddress", "2001:db8::/32", "2001:db8:1::1", T),
    ("IpAddress", "2001:db8::1", "2001:db8::1", T),
    ("IpAddress", "0.0.0.0/0", "2001:db8::1", F),
    ("IpAddress", "::/0", "10.0.0.1", F),
    ("IpAddress", "0.0.0.0/0", "::ffff:10.0.0.1", F),
    ("IpAddress", "10.0.0.0/8", "not an address", F),
    ("IpAddress", "10.0.0.0/8", None, F),
    ("IpAddress", ["10.0.0.0/8", "2001:db8::/32"], "2001:db8::9", T),
    ("NotIpAddress", "10.0.0.0/8", "11.0.0.1", T),
    ("NotIpAddress", "10.0.0.0/8", "10.1.1.1", F),
    ("NotIpAddress", "10.0.0.0/8", "2001:db8::1", T),
    ("NotIpAddress", "10.0.0.0/8", None, T),
    # ARNs: part by part
    ("ArnEquals", "arn:aws:sns:*:123:t", "arn:aws:sns:eu-west-1:123:t", T),
    ("ArnLike", "arn:aws:sns:*:123:t*", "arn:aws:sns:eu-west-1:123:topic", T),
    ("ArnLike", "arn:aws:iam::*:role/*", "arn:aws:iam::1:role/a/b:c", T),
    ("ArnLike", "arn:aws:iam::1:role/A", "arn:aws:iam::1:role/a", F),
    ("ArnLike", "arn:aws:i?m::1:root", "arn:aws:iam::1:root", T),
    ("ArnLike", "arn:aws:s3:::*", "not-an-arn", F),
    ("ArnLike", "arn:aws:s3:::b", None, F),
    ("ArnLike", "*", "arn:aws:s3:::b", T),
    ("ArnNotEquals", "arn:aws:s3:::b", "arn:aws:s3:::c", T),
    ("ArnNotLike", "arn:aws:s3:::b*", "arn:aws:s3:::bc", F),
    ("ArnNotLike", "arn:aws:s3:::b*", "not-an-arn", F),
    ("ArnNotLike", "arn:aws:s3:::b*", None, T),
    # Dates that are none, and all forms that are
    ("DateEquals", "1577836800", "2020", T),
    ("DateEquals", "2020-01-01T00:00:00.000Z", "1577836800.0", T),
    ("DateEquals", "2020-01-01T12:30Z", "2020-01-01T14:30+02:00", T),
    ("DateEquals", "2019-12-31T19:00:00-05:00", "2020-01-01", T),
    ("DateEquals", 1577836800, "2020-01-01T00:00:00Z", T),
    ("DateEquals", "2020-01-01", "2020-01-01T00:00:00", F),
    ("DateNotEquals", "2020-01-01", "tomorrow", F),
    ("DateNotEquals", "2020-01-01", "2020-01-01T00:00:00Z", F),
    ("DateLessThan", "2020-01-01", "1577836799.9", T),
    ("DateLessThan", "2020-*", "2020", "broken"),
    ("DateGreaterThan", "10000", "10001", T),
    # What an operator of one kind makes of no value, one value, many
    ("Bool", "false", "", T),
    ("Bool", "maybe", "false", T),
    ("Bool", "true", ["true"], F),
    ("Bool", False, "false", T),
    ("BoolIfExists", "true", "false", F),
    ("BoolIfExists", "true", ["true"], F),
    ("StringNotEquals", "a", ["a"], F),
    ("StringNotEqualsIfExists", "a", ["b"], F),
    ("NumericEquals", "1", ["1"], F),
    ("NotIpAddress", "10.0.0.0/8", "not an address", F),
    ("NotIpAddress", ["10.0.0.0/8", "11.0.0.0/8"], "11.0.0.1", F),
    ("NotIpAddressIfExists", "10.0.0.0/8", None, T),
    ("NotIpAddress", "10.0.0.0/8", ["11.0.0.1"], F),
    ("IpAddress", "10.1.2.3/8", "10.9.9.9", T),
    ("IpAddress", "2001:DB8:0::/48", "2001:db8::ffff", T),
    ("IpAddress", "2001:db8::1", "2001:db8::2", F),
    ("IpAddress", "10.0.0.0/8", "010.0.0.1", F),
    ("IpAddress", "10.0.0.0/8", "10.0.0.1/32", F),
    ("NumericEquals", 5.0, "5", T),
    ("NumericNotEquals", ["1", "2"], "2.0", F),
    ("NumericNotEqualsIfExists", "1", "one", F),
    ("NumericLessThan", "10", "", F),
    ("StringEquals", 5.0, "5", F),
    ("StringEquals", False, "false", T),
    ("StringLike", "${aws:TestKey}", "x", T),
    ("StringNotEquals", "", "", F),
    ("StringEquals", "", None, F),
    ("StringLike", "", "", T),
    ("BinaryEqualsIfExists", "a2V5", None, T),
    ("BinaryEquals", ["YQ==", "a2V5"], "key", T),
    ("BinaryEquals", "a2V5", "KEY", F),
    ("ArnLikeIfExists", "arn:aws:s3:::b", "arn:aws:s3:::c", F),
    ("ArnLike", "arn:aws:sns:*:t", "arn:aws:sns:eu-west-1:123:t", "broken"),
    ("ArnLike", "arn:aws:s3:::*", "arn:aws:s3:::a:b:c", T),
    ("ArnLike", "arn:aws:*:*:*:*", "arn:aws:sns:eu-west-1:123:t", T),
    ("ArnNotEquals", "arn:aws:s3:::b", "", F),
    # Null
    ("Null", ["true", "false"], None, T),
    ("Null", ["true", "false"], "x", T),
    ("Null", "TRUE", None, T),
    ("Null", False, [], F),
    ("Null", "false", [""], F),
    ("Null", "false", ["", "x"], T),
    ("Null", "true", None, T),
    ("Null", True, None, T),
    ("Null", "false", None, F),
    ("Null", "true", "x", F),
    ("Null", "false", "x", T),
    ("Null", "true", "", T),
    ("Null", "false", "", F),
    ("Null", "true", [], T),
    ("Null", "false", ["x"], T),
    # Sets
    ("ForAllValues:StringEquals", ["a", "b"], ["a"], T),
    ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], F),
    ("ForAllValues:StringEquals", ["a"], None, T),
    ("ForAllValues:StringEquals", ["a"], [], T),
    ("ForAllValues:StringEquals", ["a"], "", T),
    ("ForAllValues:StringEquals", ["a"], "a", T),
    ("ForAllValues:StringEquals", [], ["a"], F),
    ("ForAllValues:StringNotEquals", ["a"], ["b", "c"], T),
    ("ForAllValues:StringNotEquals", ["a"], ["a", "c"], F),
    ("ForAllValues:StringNotEquals", ["a"], None, T),
    ("ForAllValues:StringLike", ["a*"], ["ab", "ac"], T),
    ("ForAllValues:ArnLike", ["arn:aws:s3:::a*"], ["arn:aws:s3:::ab", "x"], F),
    ("ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], T),
    ("ForAnyValue:StringEquals", ["a"], ["c"], F),
    ("ForAnyValue:StringEquals", ["a"], None, F),
    ("ForAnyValue:StringEquals", ["a"], [], F),
    ("ForAnyValue:StringEquals", [""], "", F),
    ("ForAnyValue:StringEqualsIfExists", ["a"], None, T),
    ("ForAnyValue:StringEqualsIfExists", ["a"], ["b"], F),
    ("ForAllValues:StringEqualsIfExists", ["a"], None, T),
    ("ForAnyValue:StringNotEquals", ["a"], ["a", "b"], T),
    ("ForAnyValue:StringNotEquals", ["a"], ["a"], F),
    ("ForAnyValue:StringNotEquals", ["a"], None, F),
    ("ForAnyValue:StringLike", ["o-1/r/*"], ["o-2/r/x", "o-1/r/ou"], T),
    ("ForAnyValue:NumericGreaterThan", "5", ["1", "6"], T),
    ("ForAnyValue:Bool", "true", ["false", "true"], T),
    ("ForAnyValue:IpAddress", "10.0.0.0/8", ["1.1.1.1", "10.1.1.1"], T),
    ("ForAllValues:StringNotLike", ["a*"], ["b", "ab"], F),
    ("ForAllValues:StringNotLike", ["a*"], [], T),
    ("ForAllValues:NumericLessThan", "5", ["1", "x"], F),
    ("ForAllValues:NumericNotEquals", "5", ["1", "x"], F),
    ("ForAllValues:Bool", "true", ["true", "false"], F),
    ("ForAllValues:IpAddress", "10.0.0.0/8", ["10.1.1.1", "11.0.0.1"], F),
    ("ForAllValues:StringEquals", ["a"], ["", "a"], F),
    ("ForAnyValue:StringNotEquals", ["a"], [], F),
    ("ForAnyValue:StringNotEquals", ["a"], "b", T),
    ("ForAnyValue:StringNotEquals", [], ["b"], T),
    ("ForAnyValue:StringNotEqualsIfExists", ["a"], None, T),
    ("ForAnyValue:StringEqualsIfExists", ["a"], [], F),
    ("ForAllValues:StringNotEqualsIfExists", ["a"], None, T),
    ("ForAnyValue:DateLessThan", "2020", ["2021", "2019"], T),
    ("ForAnyValue:ArnNotLike", "arn:aws:s3:::a", ["x"], F),
    ("forallvalues:stringequals", "a", "a", T),
    # A multivalued key needs a set operator.
    ("StringEquals", "a", ["a"], F),
    ("StringNotEquals", "a", ["b"], F),
]


@pytest.mark.parametrize(("operator", "wanted", "given", "matches"), TABLE)
def test_operator_matches_as_aws_says(operator: str, wanted: Any, given: Any, matches: bool | str) -> None:
    """Broken: an Allow never applies, a Deny always does."""
    condition = {operator: {"aws:TestKey": wanted}}
    context = {} if given is None else {"aws_testkey": given}
    allowed = decision(ask(**context), identity(allow(Condition=condition)))
    denied = decision(ask(**context), identity(allow(), deny(Condition=condition)))
    assert allowed.allowed is (matches is True)
    assert denied.outcome == ("explicitDeny" if matches else "allowed")


BROKEN: list[tuple[str, Any]] = [
    ("StringEqualz", "a"),
    ("ForSomeValues:StringEquals", "a"),
    ("NullIfExists", "true"),
    ("Null", "maybe"),
    ("NumericEquals", "ten"),
    ("NumericNotEquals", "1e5"),
    ("NumericEquals", "NaN"),
    ("DateLessThan", "soon"),
    ("DateLessThan", "2020-02-30"),
    ("IpAddress", "10.0.0.0/33"),
    ("IpAddress", "10.0.0"),
    ("NotIpAddress", "example.com"),
    ("IpAddress", ["10.0.0.0/8", "bad"]),
    ("BinaryEquals", "not base64!"),
    ("ArnLike", "arn:aws:sns:*:t"),
    ("ArnNotLike", "bucket"),
    ("StringEquals", "${aws:username"),
    ("StringLike", "${}"),
    ("StringLike", "${aws:username, unquoted}"),
]


@pytest.mark.parametrize(("operator", "value"), BROKEN)
@pytest.mark.parametrize("given", [None, "x", "10", "arn:aws:s3:::b"])
def test_t22_what_cannot_be_evaluated_never_allows_and_denies(operator: str, value: Any, given: str | None) -> None:
    context = {} if given is None else {"aws_testkey": given}
    condition = {operator: {"aws:TestKey": value}}
    assert decision(ask(**context), identity(allow(Condition=condition))).outcome == "implicitDeny"
    assert decision(ask(**context), identity(allow(), deny(Condition=condition))).outcome == "explicitDeny"


@pytest.mark.parametrize("operator", ["StringLike", "StringEquals", "Bool", "BoolIfExists", "StringNotEquals"])
@pytest.mark.parametrize("value", [{"not": "a value"}, 5, True, [1], object()])
def test_t22_an_error_while_evaluating_closes(operator: str, value: Any) -> None:
    request = ask(aws_testkey=value)
    condition = {operator: {"aws:TestKey": "true"}}
    assert decision(request, identity(allow(Condition=condition))).outcome == "implicitDeny"
    assert decision(request, identity(allow(), deny(Condition=condition))).outcome == "explicitDeny"


def test_operators_keys_and_values_and_or_as_documented() -> None:
    both = {"StringEquals": {"aws:A": ["1", "2"], "aws:B": "x"}, "StringLike": {"aws:C": "c*"}}
    own = identity(allow(Condition=both))
    assert decision(ask(aws_a="2", aws_b="x", aws_c="cc"), own).allowed
    assert not decision(ask(aws_a="3", aws_b="x", aws_c="cc"), own).allowed
    assert not decision(ask(aws_a="2", aws_b="y", aws_c="cc"), own).allowed
    assert not decision(ask(aws_a="2", aws_b="x", aws_c="d"), own).allowed


def test_t26_mfa_bool_if_exists() -> None:
    guard = deny(Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})
    own = identity(allow(), guard)
    assert decision(ask(), own).outcome == "explicitDeny"
    assert decision(ask(aws_multifactorauthpresent="false"), own).outcome == "explicitDeny"
    assert decision(ask(aws_multifactorauthpresent="true"), own).allowed


def test_t29_tag_keys_never_alias_between_request_resource_and_principal() -> None:
    own = identity(allow(Condition={"StringEquals": {"aws:PrincipalTag/Team": "red"}}))
    assert decision(ask(aws_principaltag__team="red"), own).allowed
    assert not decision(ask(aws_requesttag__team="red", aws_resourcetag__team="red"), own).allowed


def test_t28_look_alikes_are_other_keys_values_and_actions() -> None:
    own = identity(allow("iam:KillUser", Condition={"StringEquals": {"aws:Key": "\u00e9"}}))
    assert decision(ask(action="iam:killuser", aws_key="\u00e9"), own).allowed
    assert not decision(ask(action="iam:killuser", aws_key="e\u0301"), own).allowed
    assert not decision(ask(action="iam:\u212aillUser", aws_key="\u00e9"), own).allowed
    assert not decision(ask(action="iam:KillUser", aws_Key="\u00e9"), own).allowed
