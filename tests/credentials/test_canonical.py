"""Canonical requests: what is routed and parsed is what was signed, whoever signed it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.signing import FORM, check, plain, refusal, sign
from keystead.credentials.canonical import canonical_path, canonical_query, encoded_query

TOKEN = "FwoGZXIvYXdzEBY-token"
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/", "/"),
        ("//", "/"),
        ("/./", "/"),
        ("/example/..", "/"),
        ("/example1/example2/../..", "/"),
        ("//example//", "/example/"),
        ("/./example", "/example"),
        ("/../../a", "/a"),
        ("/a%2fb", "/a%252fb"),
        ("/a+b", "/a%2Bb"),
        ("/a b", "/a%20b"),
        ("/a%20b", "/a%2520b"),
        ("/~._-", "/~._-"),
        ("/%C3%A9", "/%25C3%25A9"),  # é composed
        ("/e%CC%81", "/e%25CC%2581"),  # é decomposed: another path
    ],
)
def test_t7_paths_are_normalized_and_encoded_twice(path: str, canonical: str) -> None:
    assert canonical_path(path) == canonical


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("b=2&a=1", "a=1&b=2"),
        ("a=2&a=1", "a=1&a=2"),
        ("a", "a="),
        ("=x", "=x"),
        ("B=1&a=2&A=3", "A=3&B=1&a=2"),
        ("a-b=1&a=2", "a=2&a-b=1"),
        ("a=%2f&b=%2F", "a=%2f&b=%2F"),
        ("a=1&X-Amz-Signature=f", "a=1"),
    ],
)
def test_t7_queries_are_sorted_by_name_and_value_as_they_are_spelled(query: str, canonical: str) -> None:
    assert canonical_query(query) == canonical


def test_t7_what_a_client_leaves_bare_is_encoded() -> None:
    assert encoded_query("b=a+b&a=a:b/c=d*") == "a=a%3Ab%2Fc%3Dd%2A&b=a%20b"
    assert encoded_query("a=%2f~") == "a=%2f~"


def test_t7_a_client_that_signs_encoded_but_sends_bare_is_accepted() -> None:
    encoded = sign(plain("GET", "/?name=a%20b&path=%2Fteam%2F&x=%2A", body=b""))
    check(replace(encoded, query="name=a+b&path=/team/&x=*"))
    assert refusal(replace(encoded, query="name=a%2Bb&path=/team/&x=*")).message == MISMATCH


@pytest.mark.parametrize("path", ["//v1/things", "/v1//things", "/v1/./things", "/x/../v1/things", "/v1/things/."])
def test_t7_a_path_that_the_router_would_read_differently_is_refused(path: str) -> None:
    signed = sign(plain("GET", "/v1/things", body=b""))
    check(signed)
    assert refusal(replace(signed, path=path)).message == MISMATCH


SEGMENTS = st.lists(st.sampled_from(["a", "%2F", "%2f", "+", "~", "a b".replace(" ", "%20"), "é".encode().hex(), "x="]))


@given(
    SEGMENTS.map(lambda parts: "/" + "/".join(part for part in parts)),
    st.lists(
        st.tuples(
            st.sampled_from(["a", "A", "", "b%20", "a-b"]), st.sampled_from(["", "1", "%2F", "%2f", "~", "%C3%A9"])
        ),
        max_size=5,
    ),
    st.dictionaries(
        st.sampled_from(["x-custom", "x-amz-meta", "accept", "amz-sdk-request"]),
        st.text("ab \t,;=\"'", max_size=12),
        max_size=3,
    ),
    st.binary(max_size=64),
)
@settings(max_examples=300, deadline=None)
def test_t7_whatever_botocore_signs_is_accepted(
    path: str, pairs: list[tuple[str, str]], headers: dict[str, str], body: bytes
) -> None:
    query = "&".join(f"{name}={value}" for name, value in pairs)
    target = f"{path}?{query}" if query else path
    check(sign(plain("POST", target, {"content-type": FORM, **headers}, body), token=TOKEN))
