"""What is refused on saving, with AWS's texts and positions."""

import json
import time
from typing import Any

import pytest

from keystead.policy import PolicyError, PolicyKind, load, measure, parse, size
from policy.build import allow, deny, doc

I, T, R, S = PolicyKind.IDENTITY, PolicyKind.TRUST, PolicyKind.RESOURCE, PolicyKind.SCP  # noqa: E741 - a column of tables
STATEMENT = '{"Effect":"Allow","Action":"*","Resource":"*"}'
SYNTAX = "Syntax errors in policy."
ORGANIZATIONS = "The provided policy document does not meet the requirements of the specified policy type."


def refused(text: str | dict[str, Any], kind: PolicyKind = I) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        parse(text if isinstance(text, str) else json.dumps(text), kind)
    return caught.value


T23 = {
    "duplicate effect": '{"Statement":[{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}]}',
    "two statements": f'{{"Statement":[{STATEMENT}],"Statement":[{STATEMENT}]}}',
    "duplicate condition key": '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"a:b":"true","a:b":"false"}}}]}',
    "byte order mark": f'\ufeff{{"Statement":[{STATEMENT}]}}',
    "NaN": '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericEquals":{"a:b":NaN}}}]}',
    "Infinity": '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericEquals":{"a:b":-Infinity}}}]}',
    "comment": f'{{"Statement":[{STATEMENT}]}} // all',
    "trailing comma": f'{{"Statement":[{STATEMENT},]}}',
    "lone surrogate": '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::\\ud800"}]}',
    "two objects": f'{{"Statement":[{STATEMENT}]}}{{"Statement":[{STATEMENT}]}}',
    "list": f"[{STATEMENT}]",
    "empty": "",
    "null": "null",
    "control character": '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::\n"}]}',
    "single quotes": "{'Statement':[]}",
    "no-break space": f'{{\u00a0"Statement":[{STATEMENT}]}}',
    "beyond latin 1": f'{{"Id":"\u0430","Statement":[{STATEMENT}]}}',
}


@pytest.mark.parametrize("name", T23)
def test_t23_ambiguous_or_invalid_json_is_refused(name: str) -> None:
    error = refused(T23[name])
    assert (error.message, error.code) == (SYNTAX, "MalformedPolicyDocument")
    assert error.position is not None


@pytest.mark.parametrize("depth", [10, 100, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_t31_deep_nesting_is_refused_at_once(depth: int, opening: str) -> None:
    start = time.process_time()
    refused('{"Statement":' + opening * depth)
    refused('{"Statement":' + "[" * depth + "]" * depth + "}")
    assert time.process_time() - start < 0.05


def test_t31_huge_keys_and_numbers_are_refused_at_once() -> None:
    start = time.process_time()
    refused('{"' + "a" * 1_000_000 + '":1}')
    refused('{"Statement":[' + STATEMENT[:-1] + ',"Condition":{"NumericEquals":{"a:b":' + "9" * 4301 + "}}}]}")
    refused('{"' + "\\u0061" * 20_000 + '":1}')
    assert time.process_time() - start < 0.05


TRUSTED = {"AWS": "arn:aws:iam::111111111111:root"}
ASSUME = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": TRUSTED}
REFUSED: list[tuple[PolicyKind, dict[str, Any], str]] = [
    (I, {"Version": "2012-10-17"}, SYNTAX),
    (I, {"Version": "2012-10-17", "Statement": []}, SYNTAX),
    (I, doc(allow(), version="2011-01-01"), SYNTAX),
    (I, {**doc(allow()), "Extra": 1}, SYNTAX),
    (I, doc({"Effect": "allow", "Action": "*", "Resource": "*"}), SYNTAX),
    (I, doc({"Action": "*", "Resource": "*"}), SYNTAX),
    (I, doc({"effect": "Allow", "Action": "*", "Resource": "*"}), SYNTAX),
    (I, doc(allow(NotAction="s3:*")), SYNTAX),
    (I, doc(allow(NotResource="*")), SYNTAX),
    (I, doc(allow(5)), SYNTAX),
    (I, doc(allow(Condition="x")), SYNTAX),
    (I, doc(allow(Condition={"StringEquals": "x"})), SYNTAX),
    (I, doc(allow(Condition={"StringEquals": {"a:b": None}})), SYNTAX),
    (I, doc(allow(Condition={"StringEqualz": {"a:b": "x"}})), SYNTAX),
    (I, doc(allow(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/99"}})), SYNTAX),
    (I, doc({"Effect": "Allow", "Resource": "*"}), "Policy statement must contain actions."),
    (I, doc({"Effect": "Allow", "Action": [], "Resource": "*"}), "Policy statement must contain actions."),
    (I, doc({"Effect": "Allow", "Action": "s3:*"}), "Policy statement must contain resources."),
    (I, doc({"Effect": "Allow", "Action": "s3:*", "Resource": []}), "Policy statement must contain resources."),
    (I, doc(allow("GetObject")), "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
    (
        I,
        doc(allow(Condition={"Bool": {"mfa": "true"}})),
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    ),
    (I, doc(allow("s3:Get:Object")), "Actions/Condition can contain only one colon."),
    (I, doc(allow("s*:GetObject")), "Vendor s* is not valid"),
    (I, doc(allow("s3:*", "bucket")), 'Resource bucket must be in ARN format or "*".'),
    (
        I,
        doc(allow("s3:*", "arn:nowhere:s3:::b")),
        'Partition "nowhere" is not valid for resource "arn:nowhere:s3:::b".',
    ),
    (I, doc(allow("s3:*", "arn:aws:*:::b")), "Resource vendor must be fully qualified and cannot contain regexes."),
    (
        I,
        doc(allow("iam:*", "arn:aws:iam:eu-west-1:1:user/x")),
        "IAM resource arn:aws:iam:eu-west-1:1:user/x cannot contain region information.",
    ),
    (
        I,
        doc(allow("s3:*", "arn:aws:s3:eu-west-1::b")),
        "Resource arn:aws:s3:eu-west-1::b can not contain region information.",
    ),
    (
        I,
        doc(allow(Sid="a b")),
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
    ),
    (I, doc(allow(Sid="a"), deny(Sid="a")), "Statement IDs (SID) in a single policy must be unique."),
    (I, doc(allow(Principal="*")), "Policy document should not specify a principal."),
    (I, doc(allow(NotPrincipal="*")), "Policy document should not specify a principal."),
    (PolicyKind.SESSION, doc(allow(Principal="*")), "Policy document should not specify a principal."),
    (T, doc({**ASSUME, "Resource": "*"}), "Has prohibited field Resource"),
    (T, doc({"Effect": "Allow", "Action": "sts:AssumeRole"}), "Missing required field Principal"),
    (
        T,
        doc({"Effect": "Deny", "Action": "sts:AssumeRole", "NotPrincipal": TRUSTED}),
        "Has prohibited field NotPrincipal",
    ),
    (
        T,
        doc({**ASSUME, "Principal": {"AWS": "arn:aws:iam::111111111111:user/*"}}),
        'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:user/*"',
    ),
    (
        T,
        doc({**ASSUME, "Principal": {"AWS": "arn:aws:iam::111111111111:group/g"}}),
        'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:group/g"',
    ),
    (T, doc({**ASSUME, "Principal": {"AWS": "alice"}}), 'Invalid principal in policy: "AWS":"alice"'),
    (T, doc({**ASSUME, "Principal": "*"}), 'AssumeRolepolicy contained an invalid principal: "STAR":"*".'),
    (T, doc({**ASSUME, "Principal": {"Group": "g"}}), SYNTAX),
    (R, doc(allow(NotPrincipal=TRUSTED)), "Has prohibited field NotPrincipal"),
    (R, doc(allow()), "Missing required field Principal"),
    (S, doc(allow(Principal="*")), ORGANIZATIONS),
    (S, doc({"Effect": "Deny", "Action": "*"}), ORGANIZATIONS),
    (PolicyKind.RCP, doc(allow("s3:*", Principal="*")), ORGANIZATIONS),
    (PolicyKind.RCP, doc(deny("s3:*")), ORGANIZATIONS),
    (PolicyKind.RCP, doc(deny("s3:*", Principal=TRUSTED)), ORGANIZATIONS),
    (PolicyKind.RCP, doc(deny("s3:*", Principal="*"), version="2008-10-17"), ORGANIZATIONS),
    (PolicyKind.RCP, doc({"Effect": "Deny", "NotAction": "s3:*", "Resource": "*", "Principal": "*"}), ORGANIZATIONS),
]


@pytest.mark.parametrize(("kind", "document", "message"), REFUSED)
def test_t24_t25_a_policy_aws_refuses_is_refused_in_its_words(
    kind: PolicyKind, document: dict[str, Any], message: str
) -> None:
    assert refused(document, kind).message == message


ACCEPTED: list[tuple[PolicyKind, dict[str, Any]]] = [
    (I, doc(allow())),
    (I, doc(allow(), version=None)),
    (I, doc(allow(), version="2008-10-17")),
    (I, {"Id": "x", "Statement": allow("s3:Get*", ["arn:aws:s3:::b", "arn:aws:s3:::b/${aws:username}/*"])}),
    (
        I,
        doc(
            allow(
                Condition={
                    "ForAnyValue:StringLike": {"aws:TagKeys": ["a*"]},
                    "Null": {"aws:x": True},
                    "NumericLessThan": {"aws:age": 5},
                }
            )
        ),
    ),
    (T, doc(ASSUME)),
    (T, doc({**ASSUME, "Action": ["sts:AssumeRole", "sts:TagSession"], "Principal": {"AWS": "*"}})),
    (T, doc({**ASSUME, "Principal": {"Service": ["ec2.amazonaws.com"], "AWS": ["111111111111", "AROAEXAMPLE"]}})),
    (R, doc(allow("s3:*", "arn:aws:s3:::b", Principal="*", Sid="any text here"))),
    (R, doc({"Effect": "Deny", "Action": "s3:*", "Resource": "*", "NotPrincipal": TRUSTED})),
    (S, doc(deny("s3:*", "arn:aws:s3:::b", Condition={"Bool": {"aws:x": "true"}}))),
    (S, doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})),
    (PolicyKind.RCP, doc(deny("s3:*", Principal="*"))),
]


@pytest.mark.parametrize(("kind", "document"), ACCEPTED)
def test_a_policy_aws_accepts_is_accepted(kind: PolicyKind, document: dict[str, Any]) -> None:
    assert parse(json.dumps(document, indent=2), kind).statements


def test_an_error_says_where() -> None:
    error = refused(
        '{"Version": "2012-10-17",\n "Statement": [\n   {"Effect": "Permit", "Action": "*", "Resource": "*"}]}'
    )
    assert error.position == (3, 15)
    assert "line 3, column 15" in str(error)


def test_json_errors_have_the_words_of_each_service() -> None:
    assert refused("{", PolicyKind.SESSION).message == "The policy is not in the valid JSON format."
    assert refused("{", T).message == "This policy contains invalid Json"
    assert refused("{", S).message == ORGANIZATIONS


def test_white_space_counts_only_for_organizations() -> None:
    text = '{ "Statement" :\t[\r\n] }'
    assert (size(text), measure(text, I), measure(text, S)) == (16, 16, len(text))
    assert measure("é", R) == 2


def test_load_refuses_only_what_is_no_document() -> None:
    for value in ("{", "[]", "5", "{}", '{"Statement":[]}'):
        with pytest.raises(PolicyError):
            load(value, I)
    assert load(doc(allow(5)), I).statements[0].broken
