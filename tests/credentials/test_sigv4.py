"""Signatures: every forgery is refused, what botocore signs is accepted, and refusals are in AWS's words."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.signing import (
    BODY,
    FORM,
    HOST,
    KEY_ID,
    NOW,
    SECRET,
    check,
    outcome,
    plain,
    presign,
    presigned_url,
    refusal,
    sign,
    with_header,
)
from keystead.credentials import sigv4
from keystead.wire.errors import AwsError
from keystead.wire.http import HttpRequest

SECRET_KEY_OF_THE_DAY = b"AWS4" + SECRET.encode()
for _part in ("20260101", "us-east-1", "sts", "aws4_request"):
    SECRET_KEY_OF_THE_DAY = hmac.digest(SECRET_KEY_OF_THE_DAY, _part.encode(), "sha256")

MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)
TOKEN = "FwoGZXIvYXdzEBY-token"
VECTOR_TIME = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)


def typical() -> HttpRequest:
    return plain(headers={"content-type": FORM, "amz-sdk-invocation-id": "1b9d6bcd", "accept-encoding": "identity"})


def json_request() -> HttpRequest:
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "AWSOrganizationsV20161128.DescribeOrganization",
    }
    return plain(headers=headers, body=b"{}")


def vector(method: str, target: str, signature: str, headers: dict[str, str] | None = None) -> HttpRequest:
    """Return a request of AWS's published Signature Version 4 test suite."""
    fields = {"host": "example.amazonaws.com", **(headers or {}), "x-amz-date": "20150830T123600Z"}
    body = b"Param1=value1" if "content-type" in fields else b""
    authorization = (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders={';'.join(sorted(fields))}, Signature={signature}"
    )
    return plain(method, target, {**fields, "authorization": authorization}, body)


# Source: AWS's Signature Version 4 test suite (aws4_testsuite), by the names of its cases.
VECTORS = {
    "get-vanilla": vector("GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "get-relative": vector("GET", "/example/..", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "get-slash": vector("GET", "//", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "get-slash-dot-slash": vector("GET", "/./", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "get-unreserved": vector(
        "GET",
        "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
    ),
    "get-vanilla-query-order-key-case": vector(
        "GET", "/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
    ),
    "get-vanilla-empty-query-key": vector(
        "GET", "/?Param1=value1", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"
    ),
    "get-header-value-trim": vector(
        "GET",
        "/",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        {"my-header1": "value1", "my-header2": '"a   b   c"'},
    ),
    "post-vanilla": vector("POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    "post-vanilla-query": vector(
        "POST", "/?Param1=value1", "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"
    ),
    "post-header-key-sort": vector(
        "POST",
        "/",
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
        {"my-header1": "value1"},
    ),
    "post-x-www-form-urlencoded": vector(
        "POST",
        "/",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        {"content-type": "application/x-www-form-urlencoded"},
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_t7_published_vectors_are_accepted(name: str) -> None:
    check(VECTORS[name], service="service", now=VECTOR_TIME)


def test_the_example_of_the_documentation_is_accepted() -> None:
    request = plain(
        "GET",
        "/?Action=ListUsers&Version=2010-05-08",
        {
            "content-type": FORM,
            "x-amz-date": "20150830T123600Z",
            "authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date, "
            "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        },
        b"",
        host="iam.amazonaws.com",
    )
    check(request, service="iam", now=VECTOR_TIME)


def test_what_botocore_signs_is_read_and_accepted() -> None:
    signed = check(sign(typical(), token=TOKEN))
    assert (signed.access_key_id, signed.date, signed.region, signed.service) == (
        KEY_ID,
        "20260101",
        "us-east-1",
        "sts",
    )
    assert (signed.token, signed.presigned, signed.timestamp) == (TOKEN, False, "20260101T000500Z")
    assert TOKEN not in repr(signed)
    assert signed.signature not in repr(signed)


def test_every_region_is_accepted() -> None:
    for region in ("eu-central-1", "us-gov-west-1", "aws-global", "x"):
        assert check(sign(typical(), region=region)).region == region


# ---- T1 --------------------------------------------------------------------------------------------------------------


def flips(text: str) -> Iterator[str]:
    """Return the text with each byte changed in turn, one bit and then another, and one character missing."""
    for at, character in enumerate(text):
        for bit in (0x01, 0x20, 0x40):
            yield text[:at] + chr(ord(character) ^ bit) + text[at + 1 :]
        yield text[:at] + text[at + 1 :]


def assert_refused(request: HttpRequest, **kwargs: object) -> None:
    error = refusal(request, **kwargs)  # type: ignore[arg-type]  # passed on as they are
    assert error.status in {400, 403}, error
    assert error.code in {"SignatureDoesNotMatch", "IncompleteSignature", "MissingAuthenticationToken"} or (
        error.code == "InvalidClientTokenId"
    )


@pytest.mark.parametrize("request_", [typical(), json_request()], ids=["query", "json"])
def test_t1_every_flipped_byte_of_signature_secret_and_body_is_a_mismatch(request_: HttpRequest) -> None:
    signed = sign(request_, token=TOKEN)
    authorization = signed.header("authorization") or ""
    head, signature = authorization.split("Signature=")
    for flipped in flips(signature):
        error = refusal(with_header(signed, "authorization", f"{head}Signature={flipped}"))
        assert error.status in {400, 403}
        if flipped.isalnum():
            assert (error.code, error.message, error.status) == ("SignatureDoesNotMatch", MISMATCH, 403)
    for flipped in flips(SECRET):
        assert refusal(signed, secret=flipped).message == MISMATCH
    for flipped in flips(signed.body.decode()):
        assert refusal(replace(signed, body=flipped.encode())).message == MISMATCH


def test_t1_every_flipped_byte_of_each_header_is_refused() -> None:
    signed = sign(json_request(), token=TOKEN)
    for name, value in signed.headers:
        for flipped in flips(value):
            if flipped.replace(" ", "") == value.replace(" ", ""):
                continue  # the space after a comma, or around a value, is nobody's meaning
            assert_refused(with_header(signed, name, flipped))


def test_t1_every_flipped_byte_of_path_query_and_method_is_a_mismatch() -> None:
    signed = sign(plain("GET", "/v1/things/a%2Fb?limit=5&next=a%2Fb%3D&x=%C3%A9", {"content-type": FORM}, b""))
    check(signed)
    for flipped in flips(signed.path):
        assert refusal(replace(signed, path=flipped)).code == "SignatureDoesNotMatch"
    for flipped in flips(signed.query):
        assert refusal(replace(signed, query=flipped)).status in {400, 403}
    for flipped in flips(signed.method):
        assert refusal(replace(signed, method=flipped)).code == "SignatureDoesNotMatch"


def test_t1_every_flipped_byte_of_a_presigned_query_is_refused() -> None:
    signed = presign(plain("GET", "/?Action=GetCallerIdentity&Version=2011-06-15", body=b""), token=TOKEN)
    check(signed)
    for flipped in flips(signed.query):
        assert_refused(replace(signed, query=flipped))


@pytest.mark.parametrize("name", VECTORS)
def test_t1_every_flipped_byte_of_the_published_vectors_is_refused(name: str) -> None:
    request = VECTORS[name]
    for flipped in flips(request.header("authorization") or ""):
        changed = with_header(request, "authorization", flipped)
        answer = outcome(changed, service="service", now=VECTOR_TIME)
        if isinstance(answer, AwsError):
            assert answer.status in {400, 403}
        else:
            # Only the space after a comma may go, and nothing that was read is another thing then.
            assert answer._replace(headers={}) == sigv4.read(request)._replace(headers={})
            assert flipped.replace(" ", "") == (request.header("authorization") or "").replace(" ", "")
    for flipped in flips(request.query):
        assert refusal(replace(request, query=flipped), service="service", now=VECTOR_TIME).status in {400, 403}


@given(st.binary(max_size=200), st.text(max_size=80), st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_t1_garbage_is_refused_and_never_an_internal_error(body: bytes, header: str, name: str) -> None:
    for request in (
        plain(headers={"authorization": header, "x-amz-date": name}, body=body),
        plain(headers={"authorization": f"AWS4-HMAC-SHA256 {header}", "x-amz-date": "20260101T000500Z"}),
        plain("GET", f"/{name}?X-Amz-Signature={header}&{name}"),
        with_header(sign(typical()), name or "x", header),
    ):
        answer = outcome(request)
        assert not isinstance(answer, AwsError) or answer.status in {400, 403}


# ---- T2 --------------------------------------------------------------------------------------------------------------


def test_t2_a_signature_older_than_five_minutes_is_expired() -> None:
    signed = sign(typical(), at=NOW)
    check(signed, after=timedelta(minutes=4, seconds=59))
    check(signed, after=timedelta(minutes=5))
    error = refusal(signed, after=timedelta(minutes=5, seconds=1))
    assert (error.code, error.status) == ("SignatureDoesNotMatch", 403)
    assert error.message == (
        "Signature expired: 20260101T000500Z is now earlier than 20260101T000501Z (20260101T001001Z - 5 min.)"
    )


def test_t2_a_signature_from_the_future_is_not_yet_current() -> None:
    signed = sign(typical(), at=NOW)
    check(signed, after=-timedelta(minutes=4, seconds=59))
    error = refusal(signed, after=-timedelta(minutes=5, seconds=1))
    assert error.code == "SignatureDoesNotMatch"
    assert error.message == (
        "Signature not yet current: 20260101T000500Z is still later than 20260101T000459Z (20251231T235959Z + 5 min.)"
    )


def test_t2_a_missing_date_is_named() -> None:
    error = refusal(with_header(sign(typical()), "x-amz-date", None))
    assert (error.code, error.status) == ("IncompleteSignature", 400)
    assert error.message.startswith(
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
    )


@pytest.mark.parametrize(
    "date", ["2026-01-01T00:05:00Z", "20260101T000500", "20261301T000500Z", "yesterday", "", "2026"]
)
def test_t2_a_malformed_date_is_refused(date: str) -> None:
    error = refusal(with_header(sign(typical()), "x-amz-date", date))
    assert error.code in {"IncompleteSignature", "SignatureDoesNotMatch"}
    if error.code == "IncompleteSignature":
        assert error.message == (
            f"Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
        )


def test_t2_two_dates_are_refused() -> None:
    signed = sign(typical())
    twice = replace(signed, headers=(*signed.headers, ("x-amz-date", "20260101T000500Z")))
    assert refusal(twice).code == "IncompleteSignature"
    joined = with_header(signed, "x-amz-date", "20260101T000500Z,20260101T000500Z")
    assert refusal(joined).code == "IncompleteSignature"


def test_t2_an_empty_amz_date_does_not_fall_back_to_an_unsigned_date() -> None:
    signed = sign(with_header(typical(), "date", "Thu, 01 Jan 2026 00:05:00 GMT"))
    assert refusal(with_header(signed, "x-amz-date", "")).status in {400, 403}


def test_t2_a_signed_date_header_serves_instead_of_an_amz_date() -> None:
    signed = sign(with_header(typical(), "date", "placeholder"))
    assert signed.header("x-amz-date") is None
    check(signed)
    assert "expired" in refusal(signed, after=timedelta(minutes=6)).message


def test_t2_the_scope_must_be_of_the_same_day() -> None:
    signed = sign(typical())
    authorization = (signed.header("authorization") or "").replace("/20260101/", "/20251231/")
    error = refusal(with_header(signed, "authorization", authorization))
    assert (error.code, error.status) == ("SignatureDoesNotMatch", 403)
    assert error.message == (
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        "'20251231' != '20260101', from '20260101T000500Z'."
    )


# ---- T3 --------------------------------------------------------------------------------------------------------------


def test_t3_another_service_is_refused_by_name() -> None:
    error = refusal(sign(typical(), service="iam"))
    assert (error.code, error.status) == ("SignatureDoesNotMatch", 403)
    assert error.message == "Credential should be scoped to correct service: 'sts'. "


@pytest.mark.parametrize("region", ["", "US-EAST-1", "us_east_1", "us east", "a" * 65])
def test_t3_what_is_no_region_is_refused(region: str) -> None:
    error = refusal(sign(typical(), region=region))
    assert error.message == "Credential should be scoped to a valid region. "


def test_t3_everything_wrong_with_a_scope_is_told_at_once() -> None:
    signed = sign(typical())
    authorization = re.sub(
        r"/20260101.*?aws4_request", "/20200101/!/iam/aws5_request", signed.header("authorization") or ""
    )
    assert refusal(with_header(signed, "authorization", authorization)).message == (
        "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'sts'. "
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. "
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        "'20200101' != '20260101', from '20260101T000500Z'."
    )


@pytest.mark.parametrize("terminator", ["AWS4_REQUEST", "aws4_requests", "", "aws4_request "])
def test_t3_another_terminator_is_refused(terminator: str) -> None:
    signed = sign(typical())
    authorization = (signed.header("authorization") or "").replace("aws4_request", terminator)
    assert refusal(with_header(signed, "authorization", authorization)).status in {400, 403}


@pytest.mark.parametrize("extra", ["/aws4_request/", "//aws4_request", "", "/x/aws4_request"])
def test_t3_a_credential_has_exactly_five_elements(extra: str) -> None:
    signed = sign(typical())
    authorization = (signed.header("authorization") or "").replace("/aws4_request", extra)
    error = refusal(with_header(signed, "authorization", authorization))
    assert (error.code, error.status) == ("IncompleteSignature", 400)
    assert error.message.startswith(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIA"
    )


def test_t3_an_impossible_key_id_is_an_unknown_key() -> None:
    signed = sign(typical())
    for key_id in ("", "AKIA-DASH", "A" * 129):
        authorization = (signed.header("authorization") or "").replace(KEY_ID, key_id)
        error = refusal(with_header(signed, "authorization", authorization))
        assert (error.code, error.status) == ("InvalidClientTokenId", 403)
        assert error.message == "The security token included in the request is invalid."


# ---- T4 --------------------------------------------------------------------------------------------------------------


def unsigned(request: HttpRequest, *names: str, token: str | None = None) -> HttpRequest:
    """Return the request with a signature that is right, but does not cover some of its headers."""
    from botocore.auth import SigV4Auth
    from botocore.credentials import Credentials

    from credentials.signing import _prepared

    class Careless(SigV4Auth):
        def headers_to_sign(self, request: object) -> object:
            headers = super().headers_to_sign(request)
            for name in names:
                del headers[name]
            return headers

    signer = Careless(Credentials(KEY_ID, SECRET, token), "sts", "us-east-1")
    aws = _prepared(request, NOW)
    signer._modify_request_before_signing(aws)
    signature = signer.signature(signer.string_to_sign(aws, signer.canonical_request(aws)), aws)
    signer._inject_signature_to_request(aws, signature)
    return replace(request, headers=tuple((name.lower(), value) for name, value in aws.headers.items()))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("host", "'Host' or ':authority'"),
        ("x-amz-date", "'X-Amz-Date'"),
        ("x-amz-security-token", "'X-Amz-Security-Token'"),
        ("x-amz-target", "'X-Amz-Target'"),
        ("content-type", "'Content-Type'"),
        ("x-amz-anything", "'X-Amz-Anything'"),
        ("x-amz-content-sha256", "'X-Amz-Content-Sha256'"),
    ],
)
def test_t4_a_header_that_decides_must_be_signed(name: str, shown: str) -> None:
    request = with_header(json_request(), "x-amz-anything", "1")
    request = with_header(request, "x-amz-content-sha256", hashlib.sha256(request.body).hexdigest())
    check(unsigned(request, token=TOKEN))
    error = refusal(unsigned(request, name, token=TOKEN))
    assert (error.code, error.status) == ("SignatureDoesNotMatch", 403)
    assert error.message == f"{shown} must be a 'SignedHeader' in the AWS Authorization."


def test_t4_a_date_header_that_is_the_date_must_be_signed() -> None:
    request = with_header(typical(), "date", "placeholder")
    check(unsigned(request))
    assert refusal(unsigned(request, "date")).message == "'Date' must be a 'SignedHeader' in the AWS Authorization."


def test_t4_a_list_of_signed_headers_that_is_unsorted_or_repeats_is_refused_although_it_is_signed() -> None:
    key = SECRET_KEY_OF_THE_DAY
    for names, accepted in (("host;x-amz-date", True), ("x-amz-date;host", False), ("host;host;x-amz-date", False)):
        values = {"host": HOST, "x-amz-date": "20260101T000500Z"}
        lines = "".join(f"{name}:{values[name]}\n" for name in names.split(";"))
        canonical = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(BODY).hexdigest()}"
        scope = "20260101/us-east-1/sts/aws4_request"
        text = f"AWS4-HMAC-SHA256\n20260101T000500Z\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(key, text.encode(), "sha256").hexdigest()
        authorization = f"AWS4-HMAC-SHA256 Credential={KEY_ID}/{scope}, SignedHeaders={names}, Signature={signature}"
        answer = outcome(plain(headers={"x-amz-date": values["x-amz-date"], "authorization": authorization}))
        assert isinstance(answer, sigv4.SignedRequest) == accepted


def test_t4_headers_that_decide_nothing_may_be_unsigned() -> None:
    request = with_header(with_header(typical(), "x-amz-user-agent", "aws-sdk-js"), "x-forwarded-for", "10.0.0.1")
    check(unsigned(request, "x-amz-user-agent", "x-forwarded-for", "accept-encoding"))


def test_t4_a_signed_header_that_is_absent_or_twice_is_refused() -> None:
    signed = sign(with_header(typical(), "x-custom", "1"))
    check(signed)
    assert refusal(with_header(signed, "x-custom", None)).code == "SignatureDoesNotMatch"
    authorization = signed.header("authorization") or ""
    for names in ("host;host", "host;", ";host", "HOST", "x-nowhere;host"):
        changed = with_header(signed, "authorization", authorization.replace(";host;", f";{names};"))
        assert refusal(changed).code == "SignatureDoesNotMatch"


def test_t4_a_header_that_was_not_signed_cannot_be_added() -> None:
    signed = sign(typical())
    for name in ("x-amz-target", "x-amz-security-token", "x-amz-content-sha256"):
        assert refusal(with_header(signed, name, "x")).code == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    "name", ["host", "x-amz-date", "x-amz-target", "x-amz-security-token", "content-type", "x-custom"]
)
def test_t4_a_signed_header_twice_is_refused(name: str) -> None:
    signed = sign(with_header(json_request(), "x-custom", "1"), token=TOKEN)
    for value in ("other", signed.header(name) or ""):
        for headers in ((*signed.headers, (name, value)), ((name, value), *signed.headers)):
            assert refusal(replace(signed, headers=headers)).status in {400, 403}


def test_t4_a_header_twice_that_nobody_signed_is_no_concern() -> None:
    signed = sign(typical())
    check(replace(signed, headers=(*signed.headers, ("via", "1.1 a"), ("via", "1.1 b"))))


# ---- T5 --------------------------------------------------------------------------------------------------------------


def test_t5_two_authorization_headers_are_refused() -> None:
    signed = sign(typical())
    authorization = signed.header("authorization") or ""
    for second in (authorization, "Bearer x", "", "AWS4-HMAC-SHA256 Foo=Bar"):
        assert (
            refusal(replace(signed, headers=(*signed.headers, ("authorization", second)))).code == "IncompleteSignature"
        )
        # Some servers join what came twice.
        assert refusal(with_header(signed, "authorization", f"{authorization},{second}")).code == "IncompleteSignature"


@pytest.mark.parametrize("name", ["X-Amz-Algorithm", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token"])
def test_t5_header_and_query_authentication_together_are_refused(name: str) -> None:
    error = refusal(sign(plain("POST", f"/?{name}=AWS4-HMAC-SHA256", {"content-type": FORM})))
    assert (error.code, error.status) == ("SignatureDoesNotMatch", 403)
    assert error.message == f"Found both '{name}' as a query-string param and 'Authorization' as HTTP header."


def test_t5_a_token_in_two_places_is_refused() -> None:
    signed = presign(plain("GET", "/?Action=GetCallerIdentity", body=b""), token=TOKEN)
    check(signed)
    assert refusal(with_header(signed, "x-amz-security-token", TOKEN)).status == 403
    assert refusal(with_header(signed, "x-amz-date", "20260101T000500Z")).status == 403
    for name in ("x-amz-security-token", "x-amz-date"):
        both = presign(plain("GET", "/", {name: "20260101T000500Z"}, b""), token=TOKEN)
        assert refusal(both).message == f"Found '{name}' as HTTP header beside a signature in the query-string."
    twice = replace(signed, query=f"{signed.query}&X-Amz-Security-Token={TOKEN}")
    assert refusal(twice).code == "IncompleteSignature"


@pytest.mark.parametrize("value", ["a\x00b", "a\r\n b", "a\n\tb", "a\x7fb", "a\x1fb"])
def test_t5_control_characters_and_folded_lines_are_refused_in_any_header(value: str) -> None:
    for name in ("x-custom", "accept", "x-amz-date", "user-agent"):
        assert refusal(with_header(sign(typical()), name, value)).status == 400


def test_t5_non_ascii_is_refused_where_it_decides() -> None:
    for name in ("x-amz-target", "host", "content-type", "x-amz-security-token", "authorization"):
        assert refusal(with_header(sign(json_request(), token=TOKEN), name, "é")).code == "IncompleteSignature"
    assert refusal(sign(with_header(typical(), "x-custom", "é"))).code == "SignatureDoesNotMatch"
    assert refusal(with_header(sign(typical()), "x-ämz-date", "1")).code == "IncompleteSignature"
    check(with_header(sign(typical()), "cookie", "name=é"))


@pytest.mark.parametrize(
    "name", ["x_amz_date", "x-amz_target", "X_amz_security_token".lower(), "content_type", "x_amz-anything"]
)
def test_t5_underscore_twins_are_refused(name: str) -> None:
    error = refusal(sign(with_header(json_request(), name, "x")))
    assert (error.code, error.message) == ("IncompleteSignature", f"The header '{name}' is not allowed.")


def test_t5_the_one_header_that_aws_spells_with_an_underscore_may_be_signed() -> None:
    check(sign(with_header(typical(), "x-amz-sso_bearer_token", "abc")))


@pytest.mark.parametrize("character", ["\x00", "\n", " ", "é", "\x7f"])
def test_t5_a_request_line_has_only_visible_ascii(character: str) -> None:
    signed = sign(typical())
    for changed in (
        replace(signed, path=f"/{character}"),
        replace(signed, query=f"a={character}"),
        replace(signed, method=f"POST{character}"),
    ):
        assert refusal(changed).code == "SignatureDoesNotMatch"


def test_t5_a_request_line_is_not_encoded_on_the_clients_behalf() -> None:
    for encoded, bare in (("b%20c", "b c"), ("%C3%A9", "é"), ("%00", "\x00"), ("%0A", "\n")):
        signed = sign(plain("GET", f"/?a={encoded}", body=b""))
        check(signed)
        assert refusal(replace(signed, query=f"a={bare}")).message == MISMATCH


# ---- T8 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claimed",
    [
        "UNSIGNED-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
        hashlib.sha256(b"other").hexdigest(),
        hashlib.sha256(BODY).hexdigest().upper(),
        "",
    ],
)
def test_t8_the_payload_must_be_signed(claimed: str) -> None:
    error = refusal(sign(with_header(typical(), "x-amz-content-sha256", claimed)))
    assert (error.code, error.status) == ("SignatureDoesNotMatch", 403)
    if claimed.startswith(("UNSIGNED", "STREAMING")):
        assert error.message == (
            f"The payload of this request must be signed: 'x-amz-content-sha256' may not be '{claimed}'."
        )
    else:
        assert error.message == "The provided 'x-amz-content-sha256' header does not match what was computed."


def test_t8_the_right_payload_hash_is_accepted() -> None:
    check(sign(with_header(typical(), "x-amz-content-sha256", hashlib.sha256(BODY).hexdigest())))


# ---- T10 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "algorithm",
    [
        "AWS4-HMAC-SHA1",
        "AWS4-ECDSA-P256-SHA256",
        "aws4-hmac-sha256",
        "AWS3-HTTPS",
        "AWS5-HMAC-SHA256",
        "AWS",
        "AWS4-HMAC-SHA256,",
    ],
)
def test_t10_another_algorithm_is_unsupported(algorithm: str) -> None:
    signed = sign(typical())
    changed = (signed.header("authorization") or "").replace("AWS4-HMAC-SHA256", algorithm)
    error = refusal(with_header(signed, "authorization", changed))
    assert (error.code, error.status) == ("IncompleteSignature", 400)
    assert error.message == f"Unsupported AWS 'algorithm': '{algorithm}'."
    presigned = presigned_url()
    error = refusal(replace(presigned, query=presigned.query.replace("AWS4-HMAC-SHA256", algorithm)))
    assert error.message == f"Unsupported AWS 'algorithm': '{algorithm}'."


def test_t10_signature_versions_1_and_2_are_refused() -> None:
    header = plain(headers={"authorization": f"AWS {KEY_ID}:frJIUN8DYpKDtOLCwo//yllqDzg="})
    assert refusal(header).code == "IncompleteSignature"
    for version in ("1", "2"):
        query = f"AWSAccessKeyId={KEY_ID}&SignatureVersion={version}&SignatureMethod=HmacSHA256&Signature=abc"
        assert (
            refusal(plain("GET", f"/?Action=GetCallerIdentity&{query}", body=b"")).code == "MissingAuthenticationToken"
        )
        assert refusal(plain(body=query.encode())).code == "MissingAuthenticationToken"


def test_a_request_without_a_signature_says_so() -> None:
    for request in (typical(), with_header(typical(), "authorization", "Bearer abc")):
        error = refusal(request)
        assert (error.code, error.status) == ("MissingAuthenticationToken", 403)
        assert error.message == "Request is missing Authentication Token"
    assert not sigv4.is_signed(typical())
    assert sigv4.is_signed(with_header(typical(), "authorization", ""))
    assert sigv4.is_signed(plain("GET", "/?x%2Damz-signature=1"))
    assert not sigv4.is_signed(plain("GET", "/?Signature=1"))


@pytest.mark.parametrize("name", ["Credential", "Signature", "SignedHeaders"])
def test_a_missing_authorization_parameter_is_named(name: str) -> None:
    signed = sign(typical())
    parts = [
        part for part in (signed.header("authorization") or "").partition(" ")[2].split(", ") if f"{name}=" not in part
    ]
    error = refusal(with_header(signed, "authorization", f"AWS4-HMAC-SHA256 {', '.join(parts)}"))
    assert (error.code, error.status) == ("IncompleteSignature", 400)
    assert error.message.startswith(f"Authorization header requires '{name}' parameter. (Hashed with SHA-256")


def test_authorization_that_is_no_list_of_pairs_is_refused() -> None:
    for text in ("FooBar, BazBurp", "", "Credential", "Credential=a,Credential=b"):
        error = refusal(plain(headers={"authorization": f"AWS4-HMAC-SHA256 {text}", "x-amz-date": "20260101T000500Z"}))
        assert error.code == "IncompleteSignature"
        assert error.message.startswith("Invalid key=value pair (")


def test_the_host_that_was_signed_is_the_host_that_is_checked() -> None:
    assert refusal(with_header(sign(typical()), "host", f"evil.{HOST}")).message == MISMATCH
