"""No request is served whose signature does not hold, at any service and whatever way it claims to be signed."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from in_process import InProcess
from keystead.storage import snapshot
from keystead.wire.http import HttpRequest
from security.knocking import CREATE_USER, FORM, SERVICES, WHO_AM_I, presigned, request, signed

KEY = "AKIAIOSFODNN7EXAMPLE"


@pytest.fixture
def unchanged(house: InProcess) -> Iterator[None]:
    """Whatever the test sends, no row of any table is another afterwards."""
    before = rows(house)
    yield
    assert rows(house) == before


def rows(house: InProcess) -> str:
    with house.keystead.house.store.read() as tx:
        tables = json.loads(snapshot.take(tx))
    tables.pop("cloudtrail_events")  # refusals are written down, and so they should be
    return json.dumps(tables)


def assert_refused(house: InProcess, http: HttpRequest) -> None:
    answer = house.keystead.handle(http)
    assert answer.status in {400, 403, 404, 405, 415}, (http, answer)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("service", SERVICES)
def test_t1_no_flipped_byte_of_a_whole_request_is_let_in(house: InProcess, service: str) -> None:
    good = signed(house, service)
    for number, (name, value) in enumerate(good.headers):
        for at in range(len(value)):
            forged = (*good.headers[:number], (name, flipped(value, at)), *good.headers[number + 1 :])
            assert_refused(house, replace(good, headers=forged))
    for at in range(len(good.body)):
        assert_refused(house, replace(good, body=flipped(good.body.decode(), at).encode()))
    for path in ("/a", "//", "/%2f", "/."):
        assert_refused(house, replace(good, path=path))
    assert_refused(house, replace(good, query="Action=GetUser"))
    assert_refused(house, replace(good, method="PUT"))


def flipped(text: str, at: int) -> str:
    return text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]


@pytest.mark.parametrize("service", SERVICES)
def test_t2_a_request_is_good_for_five_minutes_and_not_a_second_more(house: InProcess, service: str) -> None:
    good = signed(house, "sts")
    house.clock.advance(299)
    assert house.keystead.handle(good).status == 200
    old = signed(house, service)
    house.clock.advance(301)
    expired = house.keystead.handle(old)
    assert expired.status in {400, 403}
    assert b"Signature expired: " in expired.body
    house.clock.advance(-602)
    early = house.keystead.handle(old)
    assert early.status in {400, 403}
    assert b"Signature not yet current: " in early.body


@pytest.mark.usefixtures("unchanged")
def test_t3_a_key_that_does_not_exist_is_an_invalid_token_id(house: InProcess) -> None:
    nobody = {"aws_access_key_id": "AKIAIOSFODNN7NOBODY0", "aws_secret_access_key": "x" * 40}
    for service in SERVICES:
        answer = house.keystead.handle(signed(house, service, nobody))
        assert b"The security token included in the request is invalid." in answer.body
    assert b"InvalidClientTokenId" in house.keystead.handle(signed(house, "sts", nobody)).body


@pytest.mark.usefixtures("unchanged")
def test_t3_a_signature_for_one_service_opens_no_other(house: InProcess) -> None:
    for service in SERVICES:
        for other in SERVICES:
            if other != service:
                headers, body = SERVICES[other]
                stolen = signed(house, service, body=body, more=headers)
                assert_refused(house, stolen)


def test_t6_a_presigned_url_can_be_replayed_until_it_expires_and_never_after(house: InProcess) -> None:
    url = presigned(house, 60)
    for _ in range(2):
        assert house.keystead.handle(url).status == 200
    house.clock.advance(60)
    assert house.keystead.handle(url).status == 200
    house.clock.advance(1)
    for _ in range(2):
        answer = house.keystead.handle(url)
        assert (answer.status, b"SignatureDoesNotMatch" in answer.body) == (403, True)
    house.clock.advance(-61)
    assert_refused(house, replace(url, method="POST"))
    assert_refused(house, replace(url, method="POST", body=WHO_AM_I.encode()))


@pytest.mark.parametrize("seconds", ["0", "-1", "604801", "soon", "", "60&X-Amz-Expires=60"])
def test_t6_no_other_life_can_be_asked_of_a_presigned_url(house: InProcess, seconds: str) -> None:
    url = presigned(house, 60)
    assert "X-Amz-Expires=60" in url.query
    assert_refused(house, replace(url, query=url.query.replace("X-Amz-Expires=60", f"X-Amz-Expires={seconds}")))
    assert_refused(house, replace(url, query=url.query.replace("X-Amz-Expires=60&", "")))


STYLES: dict[str, dict[str, str]] = {
    "nothing": {},
    "an empty header": {"authorization": ""},
    "a bearer token": {"authorization": "Bearer abc"},
    "basic": {"authorization": "Basic YWRtaW46YWRtaW4="},
    "version 2": {"authorization": f"AWS {KEY}:frJIUN8DYpKDtOLCwo//yllqDzg="},
    "version 3": {"authorization": f"AWS3-HTTPS AWSAccessKeyId={KEY},Algorithm=HmacSHA256,Signature=abc"},
    "version 4 with SHA-1": {
        "authorization": f"AWS4-HMAC-SHA1 Credential={KEY}/20261123/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0"
    },
    "version 4A": {
        "x-amz-region-set": "*",
        "authorization": f"AWS4-ECDSA-P256-SHA256 Credential={KEY}/20261123/sts/aws4_request, SignedHeaders=host, Signature=0",
    },
    "a cookie": {"cookie": "session=admin"},
    "a session token alone": {"x-amz-security-token": "abc"},
}
QUERIES = [
    f"AWSAccessKeyId={KEY}&SignatureVersion={version}&SignatureMethod=HmacSHA256&Signature=abc" for version in (1, 2)
]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("style", STYLES)
def test_c7_t10_no_other_way_to_sign_opens_any_service(house: InProcess, service: str, style: str) -> None:
    headers, body = SERVICES[service]
    key = house.admin["aws_access_key_id"]
    own = {name: value.replace(KEY, key) for name, value in STYLES[style].items()}
    assert_refused(house, request({**headers, **own}, body))
    for query in QUERIES:
        assert_refused(house, request({**headers, **own}, body, query=query.replace(KEY, key)))


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("claimed", ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "0" * 64])
def test_c7_t8_a_body_that_is_not_signed_is_refused_by_every_service(
    house: InProcess, service: str, claimed: str
) -> None:
    good = signed(house, service, more={"x-amz-content-sha256": claimed})
    answer = house.keystead.handle(good)
    assert b"x-amz-content-sha256" in answer.body
    assert_refused(house, good)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "body",
    [
        f"{CREATE_USER}&Action=GetUser",
        f"Action=GetUser&{CREATE_USER}",
        f"{CREATE_USER}&Version=2010-05-08",
        f"{CREATE_USER}&Version=2011-06-15",
        CREATE_USER.replace("Action", "action"),
        CREATE_USER.replace("CreateUser", "createuser"),
        CREATE_USER.replace("2010-05-08", "2011-06-15"),
    ],
)
def test_t9_what_has_two_meanings_executes_neither(house: InProcess, body: str) -> None:
    assert_refused(house, signed(house, "iam", body=body))


@pytest.mark.usefixtures("unchanged")
def test_t9_a_target_of_another_service_executes_nothing(house: InProcess) -> None:
    target = "AWSOrganizationsV20161128.CreateOrganization"
    for service in ("iam", "sts", "cloudtrail"):
        assert_refused(house, signed(house, service, more={"x-amz-target": target}))
    assert_refused(house, signed(house, "iam", more={"content-type": FORM, "x-amz-target": target}))


def test_an_error_at_our_own_endpoints_is_a_refusal_too(house: InProcess) -> None:
    """Whatever goes wrong on the way of any request ends as an answer that lets nothing happen."""
    house.keystead.house.store.feed.close()
    answer = house.keystead.handle(replace(signed(house, "iam"), path="/_keystead/reset"))
    assert answer.status == 503
