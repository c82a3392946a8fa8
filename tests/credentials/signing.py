"""Sign requests with botocore, an independent signer, at a time that the test chooses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from keystead.credentials import sigv4
from keystead.wire.errors import AwsError
from keystead.wire.http import HttpRequest

NOW = datetime(2026, 1, 1, 0, 5, 0, tzinfo=UTC)
KEY_ID = "AKIAIOSFODNN7EXAMPLE"
KNOWN_KEY_IDS = {KEY_ID, "AKIDEXAMPLE"}  # the second is that of the published vectors
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
HOST = "sts.localhost:5397"
BODY = b"Action=GetCallerIdentity&Version=2011-06-15"
FORM = "application/x-www-form-urlencoded; charset=utf-8"


def plain(
    method: str = "POST",
    target: str = "/",
    headers: dict[str, str] | None = None,
    body: bytes = BODY,
    *,
    host: str = HOST,
) -> HttpRequest:
    path, _, query = target.partition("?")
    fields = tuple((name.lower(), value) for name, value in {"host": host, **(headers or {})}.items())
    return HttpRequest(method, path, query, fields, body, "127.0.0.1", secure=False)


def sign(
    request: HttpRequest,
    *,
    at: datetime = NOW,
    token: str | None = None,
    service: str = "sts",
    region: str = "us-east-1",
    secret: str = SECRET,
    key_id: str = KEY_ID,
) -> HttpRequest:
    """Return the request with botocore's Authorization header, every header of it signed."""
    signer = SigV4Auth(Credentials(key_id, secret, token), service, region)
    aws = _prepared(request, at)
    signer._modify_request_before_signing(aws)
    signature = signer.signature(signer.string_to_sign(aws, signer.canonical_request(aws)), aws)
    signer._inject_signature_to_request(aws, signature)
    return replace(request, headers=tuple((name.lower(), value) for name, value in aws.headers.items()))


def presign(
    request: HttpRequest,
    *,
    at: datetime = NOW,
    expires: int = 60,
    token: str | None = None,
    service: str = "sts",
) -> HttpRequest:
    """Return the request with botocore's presigned query."""
    signer = SigV4QueryAuth(Credentials(KEY_ID, SECRET, token), service, "us-east-1", expires=expires)
    aws = _prepared(request, at)
    signer._modify_request_before_signing(aws)
    signature = signer.signature(signer.string_to_sign(aws, signer.canonical_request(aws)), aws)
    signer._inject_signature_to_request(aws, signature)
    return replace(request, query=urlsplit(aws.url).query)


def presigned_url(**kwargs: int) -> HttpRequest:
    return presign(plain("GET", "/?Action=GetCallerIdentity&Version=2011-06-15", body=b""), **kwargs)  # type: ignore[arg-type]  # only expires


def _prepared(request: HttpRequest, at: datetime) -> AWSRequest:
    query = f"?{request.query}" if request.query else ""
    url = f"http://{HOST}{request.path}{query}"
    aws = AWSRequest(request.method, url, data=request.body, headers=dict(request.headers))
    aws.context["timestamp"] = at.strftime("%Y%m%dT%H%M%SZ")
    return aws


def with_header(request: HttpRequest, name: str, value: str | None) -> HttpRequest:
    """Return the request with one header changed, added, or (None) removed."""
    kept = [(key, value if key == name and value is not None else old) for key, old in request.headers]
    kept = [pair for pair in kept if value is not None or pair[0] != name]
    if value is not None and request.header(name) is None:
        kept.append((name, value))
    return replace(request, headers=tuple(kept))


def check(
    request: HttpRequest,
    *,
    after: timedelta = timedelta(),
    secret: str = SECRET,
    service: str = "sts",
    now: datetime = NOW,
) -> sigv4.SignedRequest:
    signed = sigv4.read(request)
    if signed.access_key_id not in KNOWN_KEY_IDS:  # as a server looks the secret up
        raise sigv4.unknown_key()
    sigv4.verify(signed, request, secret, now + after, service)
    return signed


def refusal(
    request: HttpRequest,
    *,
    after: timedelta = timedelta(),
    secret: str = SECRET,
    service: str = "sts",
    now: datetime = NOW,
) -> AwsError:
    """Return the refusal of a request; an accepted one fails the test, and so does any other exception."""
    answer = outcome(request, after=after, secret=secret, service=service, now=now)
    if isinstance(answer, AwsError):
        return answer
    pytest.fail(f"accepted: {request}")


def outcome(
    request: HttpRequest,
    *,
    after: timedelta = timedelta(),
    secret: str = SECRET,
    service: str = "sts",
    now: datetime = NOW,
) -> sigv4.SignedRequest | AwsError:
    """Return what was read or the refusal; any other exception fails the test."""
    try:
        return check(request, after=after, secret=secret, service=service, now=now)
    except AwsError as error:
        return error
