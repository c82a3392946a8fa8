"""Malformed and oversized input is refused cleanly, in bounded time, and never by an unexpected exception."""

from __future__ import annotations

import contextlib
import json
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystead.wire import AwsError, HttpRequest, load, parse, route, serialize_error
from keystead.wire.strict_json import MalformedJsonError, loads
from wire.sdk import error_of, form, target

NAME = "AWSOrganizationsV20161128.CreateAccount"


def refused(request: HttpRequest, scope: str) -> AwsError:
    with pytest.raises(AwsError) as caught:
        parse(route(request, scope), request)
    return caught.value


HOSTILE = {
    "nested 101 lists": b"[" * 101 + b"]" * 101,
    "nested 101 objects": b'{"a":' * 101 + b"1" + b"}" * 101,
    "nested 100,000 and unclosed": b"[" * 100_000,
    "nested 100,000": b"[" * 100_000 + b"]" * 100_000,
    "nested 100,000 behind a string of brackets": b'{"x":"' + b"]" * 500_000 + b'","a":' + b"[" * 100_000,
    "1 MB of flat brackets and then garbage": b"[" + b"[]," * 330_000 + b"x",
    "1 MB of numbers": b"[" + b"1," * 500_000 + b"1]",
    "1 MB of small numbers in objects": b"[" + b'{"a":1},' * 120_000 + b"1]",
    "49,000 flat brackets and then garbage": b"[" + b"[]," * 24_000 + b"x",
    "49,000 numbers and then garbage": b"[" + b"1," * 49_000 + b"x",
    "1 MB of escapes in 100 nested brackets": b"[" * 100 + b'"' + b"\\u0041" * 140_000 + b'"' + b"]" * 100,
    "1 MB key and then garbage": b'{"' + b"k" * 1_000_000 + b'":1,}',
    "1 MB of quotes": b'"' * 1_000_000,
    "1 MB of backslashes": b'"' + b"\\" * 1_000_000,
    "4,301 digits": b'{"a":' + b"9" * 4_301 + b"}",
    "1 MB of digits": b'{"a":' + b"9" * 1_000_000 + b"}",
    "a 21-digit number": b'{"a":123456789012345678901}',
    "an infinite number": b'{"a":1e999}',
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":-Infinity}',
    "a duplicate key": b'{"Email":"a@b.cd","Email":"x@y.zz","AccountName":"a"}',
    "a duplicate key, escaped": b'{"Email":"a@b.cd","\\u0045mail":"x@y.zz","AccountName":"a"}',
    "a duplicate key that no member reads": b'{"x":{"a":1,"a":2}}',
    "a lone high surrogate": b'{"AccountName":"\\ud800"}',
    "a lone low surrogate in a key": b'{"\\udc00":1}',
    "not UTF-8": b'{"AccountName":"\xff"}',
    "UTF-16": '{"AccountName":"a"}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "two top objects": b"{}{}",
    "a comment": b"{/* */}",
    "a trailing comma": b'{"a":1,}',
    "single quotes": b"{'a':1}",
    "a raw newline in a string": b'{"a":"\n"}',
    "no object": b"[]",
    "a string": b'"x"',
    "null": b"null",
    "garbage": b"garbage",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_t31_hostile_json_is_a_serialization_exception_within_50_ms(body: bytes) -> None:
    request = target(NAME, body)
    with contextlib.suppress(AwsError):
        parse(route(target(NAME, b"{}"), "organizations"), target(NAME, b"{}"))  # compiled once, not per request
    began = time.process_time()
    error = refused(request, "organizations")
    assert time.process_time() - began < 0.05
    service = load("organizations")
    response = serialize_error(service, error, "r")
    assert (response.status, error_of(service, response)["Error"]["Code"]) == (400, "SerializationException")


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_t31_hostile_json_takes_no_more_memory_than_a_few_times_its_size(body: bytes) -> None:
    request = target(NAME, body)
    tracemalloc.start()
    refused(request, "organizations")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 * len(body) + 2_000_000


def test_t31_a_1_mb_key_that_nobody_reads_is_ignored_as_aws_ignores_it() -> None:
    body = json.dumps({"k" * 1_000_000: 1, "Email": "a@b.cd", "AccountName": "a"}).encode()
    request = target(NAME, body)
    assert parse(route(request, "organizations"), request) == {"Email": "a@b.cd", "AccountName": "a"}


def test_t31_nesting_of_10_and_of_100_is_read() -> None:
    for depth in (10, 100):
        assert loads(b"[" * depth + b"]" * depth)


def test_t31_brackets_inside_strings_do_not_nest() -> None:
    text = "[{" * 1000 + '\\"' + "[" * 1000
    assert loads(json.dumps([text, {"k": "}" * 500}]).encode()) == [text, {"k": "}" * 500}]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"AccountName":1}', "NUMBER_VALUE can not be converted to a String"),
        (b'{"AccountName":true}', "TRUE_VALUE can not be converted to a String"),
        (b'{"AccountName":["a"]}', "Start of list found where not expected"),
        (b'{"AccountName":{"a":1}}', "Start of structure or map found where not expected."),
        (b'{"Tags":"x"}', "Unexpected field type"),
        (b'{"Tags":[1]}', "Unexpected field type"),
        (b'{"Tags":[null]}', "A list has a null element."),
    ],
)
def test_t31_wrong_json_types_are_serialization_exceptions(body: bytes, message: str) -> None:
    error = refused(target(NAME, body), "organizations")
    assert (error.code, error.message) == ("MalformedInput", message)


@pytest.mark.parametrize("number", ["1.5", "1.0", "1e3", '"5"', "true", "2147483648", "-2147483649"])
def test_t31_what_is_no_32_bit_integer_is_refused(number: str) -> None:
    body = f'{{"MaxResults":{number}}}'.encode()
    assert refused(target("AWSOrganizationsV20161128.ListRoots", body), "organizations").code == "MalformedInput"


@pytest.mark.parametrize(
    "moment", ["1e18", "-1e18", '"yesterday"', '"2026-13-01T00:00:00Z"', '"2026-01-01T00:00:00"', "[]"]
)
def test_t31_what_is_no_time_is_refused(moment: str) -> None:
    body = f'{{"StartTime":{moment}}}'.encode()
    name = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"
    assert refused(target(name, body), "cloudtrail").code == "MalformedInput"


BASE = "Action=CreateRole&Version=2010-05-08"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ("Tags.member.1.Key=a&Tags.member.3.Key=b", "MalformedInput"),
        ("Tags.member.0.Key=a", "MalformedInput"),
        ("Tags.member.01.Key=a", "MalformedInput"),
        ("Tags.member.-1.Key=a", "MalformedInput"),
        ("Tags.member.999999999999.Key=a", "MalformedInput"),
        ("Tags.member.%D9%A1.Key=a", "MalformedInput"),
        ("Tags.member.x.Key=a", "MalformedInput"),
        ("Tags.1.Key=a", "MalformedInput"),
        ("Tags.member.1=a", "MalformedInput"),
        ("Tags=a", "MalformedInput"),
        ("Tags=&Tags.member.1.Key=a", "MalformedInput"),
        ("RoleName.member.1=a", "MalformedInput"),
        ("RoleName=a&RoleName.b=c", "MalformedInput"),
        ("A." + "b." * 400 + "c=1", "MalformedInput"),
        ("RoleName=%zz", "MalformedQueryString"),
        ("RoleName=%", "MalformedQueryString"),
        ("RoleName=%ff", "MalformedQueryString"),
        ("RoleName=%ed%a0%80", "MalformedQueryString"),
        ("a=1&" * 5_000, "MalformedQueryString"),
    ],
)
def test_t31_malformed_parameters_are_refused(parameters: str, code: str) -> None:
    error = refused(form(f"{BASE}&{parameters}"), "iam")
    assert (error.code, error.status) == (code, 400)


def test_t31_a_megabyte_of_parameters_is_refused_within_50_ms() -> None:
    bodies = (f"{BASE}&" + "a" * 1_000_000, f"{BASE}&" + "&" * 1_000_000, f"{BASE}&" + "a." * 500_000 + "=1")
    refused(form(BASE), "iam")
    for body in bodies:
        request = form(body)
        began = time.process_time()
        refused(request, "iam")
        assert time.process_time() - began < 0.05


def test_an_empty_list_is_read_as_one() -> None:
    request = form(f"{BASE}&RoleName=a&AssumeRolePolicyDocument=%7B%7D&Tags=")
    assert parse(route(request, "iam"), request)["Tags"] == []


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(body=st.binary(max_size=200), scope=st.sampled_from(["iam", "sts", None, "account", "organizations", "s3"]))
def test_no_form_raises_anything_but_an_answer(body: bytes, scope: str | None) -> None:
    for request in (form(f"{BASE}&{body.decode('latin-1')}"[:400].encode("ascii", "ignore").decode()), form("", "")):
        with contextlib.suppress(AwsError):
            parse(route(request, scope), request)


PARTS = ["Tags", "member", "1", "2", "Key", "entry", "", "RoleName", "%41", "=", "Action", "PermissionsBoundary"]


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(names=st.lists(st.lists(st.sampled_from(PARTS), max_size=5).map(".".join), max_size=6))
def test_no_parameter_names_raise_anything_but_an_answer(names: list[str]) -> None:
    request = form(BASE + "".join(f"&{name}=x" for name in names))
    with contextlib.suppress(AwsError):
        parse(route(request, "iam"), request)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.sampled_from(["Tags", "Key"]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(value=JSON)
def test_no_json_raises_anything_but_an_answer(value: object) -> None:
    for name, scope in ((NAME, "organizations"), ("AWSIdentityStore.CreateUser", "identitystore")):
        request = target(name, json.dumps(value).encode())
        with contextlib.suppress(AwsError):
            parse(route(request, scope), request)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(text=st.binary(max_size=60))
def test_what_strict_json_accepts_python_reads_the_same(text: bytes) -> None:
    with contextlib.suppress(MalformedJsonError):
        assert loads(text) == json.loads(text)
