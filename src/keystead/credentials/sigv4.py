"""Read and verify AWS Signature Version 4, in the Authorization header or in a presigned query.

Owns what is accepted as a signature, in AWS's words. Does not know whose key it is: the secret comes in. Refusals
carry the query protocol's codes; the wire spells them for the others.

A request has one meaning or none: anything that two readers could read differently is refused before a signature is
looked at. Source of the texts: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple, NoReturn
from urllib.parse import unquote_plus

from keystead.credentials.canonical import (
    SIGNATURE_PARAMETER,
    canonical_headers,
    canonical_path,
    canonical_query,
    encoded_query,
    is_plain_path,
)
from keystead.credentials.header_fields import AMZ, unambiguous
from keystead.credentials.refusals import incomplete, mismatch, missing_token, unknown_key
from keystead.credentials.signing_time import SKEW_SECONDS, check_time, timestamp
from keystead.wire.errors import AwsError
from keystead.wire.http import HttpRequest

__all__ = ["ALGORITHM", "SignedRequest", "is_signed", "mismatch", "read", "unknown_key", "verify"]

ALGORITHM: Final = "AWS4-HMAC-SHA256"
TERMINATOR: Final = "aws4_request"
MOST_EXPIRES_SECONDS: Final = 7 * 24 * 3600
_MOST_REGION: Final = 64
_MOST_KEY_ID: Final = 128
_SCOPE_ELEMENTS: Final = 5
_DATE_LENGTH: Final = 8
_MOST_EXPIRES_TEXT: Final = 16

_AUTHORIZATION_PARAMETERS: Final = ("Credential", "SignedHeaders", "Signature")
_QUERY_PARAMETERS: Final = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    SIGNATURE_PARAMETER,
    "X-Amz-SignedHeaders",
    "X-Amz-Date",
    "X-Amz-Expires",
)
_QUERY_TOKEN: Final = "X-Amz-Security-Token"  # noqa: S105 -- the name of a parameter
_QUERY_NAMES: Final = {name.lower(): name for name in (*_QUERY_PARAMETERS, _QUERY_TOKEN)}

# Proxies add the one and SDKs leave the other unsigned; neither means anything to us.
_MAY_BE_UNSIGNED: Final = frozenset({"x-amz-cf-id", "x-amz-user-agent"})
_REGION_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


class SignedRequest(NamedTuple):
    """What a request says about its signature: read, and not yet believed.

    Units: `timestamp` as 20260101T000000Z, `date` (of the scope) as 20260101.
    """

    access_key_id: str
    date: str
    region: str
    service: str
    terminator: str
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: str
    token: str | None
    presigned: bool
    expires_seconds: int
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        """Say who signed for what, and nothing that could be used."""
        return f"SignedRequest({self.access_key_id}/{self.date}/{self.region}/{self.service}, {self.timestamp})"


def is_signed(request: HttpRequest) -> bool:
    """Tell whether a request claims to be signed in any way, so that it must be read."""
    if any(name == "authorization" for name, _ in request.headers):
        return True
    return bool(request.query) and not _QUERY_NAMES.keys().isdisjoint(
        unquote_plus(pair.partition("=")[0]).lower() for pair in request.query.split("&")
    )


def read(request: HttpRequest) -> SignedRequest:
    """Read who claims to have signed a request, and how.

    Errors: MissingAuthenticationToken, IncompleteSignature, SignatureDoesNotMatch.
    """
    headers = unambiguous(request.headers)
    line = f"{request.method}{request.path}{request.query}"
    if not (line.isascii() and line.isprintable()) or " " in line:
        raise mismatch()
    parameters = _query_parameters(request.query) if request.query else {}
    authorization = headers.get("authorization")
    if authorization is None:
        if not parameters:
            raise missing_token()
        return _read_query(parameters, headers)
    if parameters:
        raise mismatch(
            f"Found both '{next(iter(parameters))}' as a query-string param and 'Authorization' as HTTP header."
        )
    return _read_header(authorization, headers)


def verify(signed: SignedRequest, request: HttpRequest, secret: str, now: datetime, expected_service: str) -> None:
    """Check time, scope, payload and signature of a request; return only if everything holds.

    Errors: SignatureDoesNotMatch.
    """
    check_time(signed.timestamp, signed.expires_seconds, int(now.timestamp()))
    _check_scope(signed, expected_service)
    payload = hashlib.sha256(request.body).hexdigest()
    _check_payload(signed.headers.get("x-amz-content-sha256"), payload)
    if not is_plain_path(request.path):
        raise mismatch()
    key = _signing_key(secret, signed.date, signed.region, signed.service)
    head = f"{request.method}\n{canonical_path(request.path)}\n"
    names = signed.signed_headers
    tail = f"\n{canonical_headers(names, signed.headers)}\n{';'.join(names)}\n{payload}"
    if _signs(key, signed, f"{head}{canonical_query(request.query)}{tail}"):
        return
    if request.query and _signs(key, signed, f"{head}{encoded_query(request.query)}{tail}"):
        return
    raise mismatch()


def _query_parameters(query: str) -> dict[str, str]:
    """Return the parameters of a presigned query by name; none if there are none of them."""
    found: dict[str, str] = {}
    for pair in query.split("&"):
        raw, _, value = pair.partition("=")
        name = unquote_plus(raw)
        expected = _QUERY_NAMES.get(name.lower())
        if expected is None:
            continue
        if raw != expected or expected in found:
            raise incomplete(f"'{expected}' must occur once in the query-string, spelled exactly so.")
        found[expected] = _decoded(value)
    return found


def _decoded(value: str) -> str:
    text = unquote_plus(value)
    if not (text.isascii() and text.isprintable()):
        raise incomplete("A query-string parameter has a character that is not allowed.")
    return text


def _read_header(authorization: str, headers: Mapping[str, str]) -> SignedRequest:
    algorithm, _, rest = authorization.partition(" ")
    if algorithm != ALGORITHM:
        _refuse_algorithm(algorithm)
    parameters = {}
    for part in rest.split(","):
        name, equals, value = part.lstrip(" ").partition("=")
        if not equals or name in parameters:
            raise _not_a_pair(authorization, "duplicate key" if equals else "missing equal-sign")
        parameters[name] = value
    date_header = "x-amz-date" if "x-amz-date" in headers else "date"
    date = headers.get(date_header)
    if (
        date is None
        or len(parameters) != len(_AUTHORIZATION_PARAMETERS)
        or not all(map(parameters.get, _AUTHORIZATION_PARAMETERS))
    ):
        raise _missing_parameters(authorization, parameters, has_date=date is not None)
    names = tuple(parameters["SignedHeaders"].split(";"))
    _check_signed_headers(names, headers, date_header)
    return SignedRequest(
        *_credential(parameters["Credential"]),
        names,
        parameters["Signature"],
        timestamp(date),
        headers.get("x-amz-security-token"),
        presigned=False,
        expires_seconds=SKEW_SECONDS,
        headers=headers,
    )


def _read_query(parameters: Mapping[str, str], headers: Mapping[str, str]) -> SignedRequest:
    missing = [f"AWS query-string parameters must include '{n}'. " for n in _QUERY_PARAMETERS if not parameters.get(n)]
    if missing:
        raise incomplete("".join(missing) + "Re-examine the query-string parameters.")
    if parameters["X-Amz-Algorithm"] != ALGORITHM:
        _refuse_algorithm(parameters["X-Amz-Algorithm"])
    for name in ("x-amz-date", "x-amz-security-token"):
        if name in headers:
            raise mismatch(f"Found '{name}' as HTTP header beside a signature in the query-string.")
    names = tuple(parameters["X-Amz-SignedHeaders"].split(";"))
    _check_signed_headers(names, headers, date_header="host")
    return SignedRequest(
        *_credential(parameters["X-Amz-Credential"]),
        names,
        parameters[SIGNATURE_PARAMETER],
        timestamp(parameters["X-Amz-Date"]),
        parameters.get(_QUERY_TOKEN),
        presigned=True,
        expires_seconds=_expires(parameters["X-Amz-Expires"]),
        headers=headers,
    )


def _refuse_algorithm(algorithm: str) -> NoReturn:
    if algorithm.upper().startswith("AWS"):
        raise incomplete(f"Unsupported AWS 'algorithm': '{algorithm}'.")
    raise missing_token()


def _hashed(authorization: str) -> str:
    return b64encode(hashlib.sha256(authorization.encode()).digest()).decode()


def _not_a_pair(authorization: str, problem: str) -> AwsError:
    return incomplete(
        f"Invalid key=value pair ({problem}) in Authorization header "
        f"(hashed with SHA-256 and encoded with Base64): '{_hashed(authorization)}'."
    )


def _missing_parameters(authorization: str, parameters: Mapping[str, str], *, has_date: bool) -> AwsError:
    text = "".join(
        f"Authorization header requires '{name}' parameter. "
        for name in ("Credential", "Signature", "SignedHeaders")
        if not parameters.get(name)
    )
    if not has_date:
        text += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
    if not text:
        return _not_a_pair(authorization, "unknown key")
    return incomplete(f"{text}(Hashed with SHA-256 and encoded with Base64) Authorization={_hashed(authorization)}")


def _credential(text: str) -> tuple[str, str, str, str, str]:
    elements = text.split("/")
    if len(elements) != _SCOPE_ELEMENTS:
        raise incomplete(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{text}'"
        )
    key_id, date, region, service, terminator = elements
    if not key_id.isalnum() or len(key_id) > _MOST_KEY_ID:
        raise unknown_key()
    return key_id, date, region, service, terminator


def _check_signed_headers(names: tuple[str, ...], headers: Mapping[str, str], date_header: str) -> None:
    """Refuse a list of signed headers that leaves out what decides, or names what is not there."""
    signed = set(names)
    if "host" not in signed:
        raise mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    if date_header not in signed:
        raise _must_be_signed(date_header)
    for name in headers:
        if name not in signed and (name[:6] == AMZ or name == "content-type") and name not in _MAY_BE_UNSIGNED:
            raise _must_be_signed(name)
    if not signed <= headers.keys() or list(names) != sorted(signed):
        raise mismatch()
    for name in names:
        if not headers[name].isascii():
            raise mismatch()


def _must_be_signed(name: str) -> AwsError:
    return mismatch(f"'{name.title()}' must be a 'SignedHeader' in the AWS Authorization.")


def _expires(text: str) -> int:
    # The texts are S3's: the other services document no texts of their own.
    if not text.lstrip("-").isdigit() or len(text) > _MOST_EXPIRES_TEXT:
        raise incomplete("X-Amz-Expires should be a number")
    seconds = int(text) if text.isdigit() else -1
    if seconds < 1:
        raise incomplete("X-Amz-Expires must be positive")
    if seconds > MOST_EXPIRES_SECONDS:
        raise incomplete("X-Amz-Expires must be less than a week (in seconds); that is, at most 604800")
    return seconds


def _check_scope(signed: SignedRequest, expected_service: str) -> None:
    """Refuse a scope of another day, service or form; every region is accepted. All that is wrong is told at once."""
    if (
        signed.service == expected_service
        and signed.terminator == TERMINATOR
        and signed.date == signed.timestamp[:_DATE_LENGTH]
        and signed.region
        and len(signed.region) <= _MOST_REGION
        and _REGION_CHARACTERS.issuperset(signed.region)
    ):
        return
    raise mismatch("".join(_scope_problems(signed, expected_service)))


def _scope_problems(signed: SignedRequest, expected_service: str) -> Iterable[str]:
    if not (0 < len(signed.region) <= _MOST_REGION and _REGION_CHARACTERS.issuperset(signed.region)):
        yield "Credential should be scoped to a valid region. "
    if signed.service != expected_service:
        yield f"Credential should be scoped to correct service: '{expected_service}'. "
    if signed.terminator != TERMINATOR:
        yield f"Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{signed.terminator}'. "
    day = signed.timestamp[:_DATE_LENGTH]
    if signed.date != day:
        yield (
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{signed.date}' != '{day}', from '{signed.timestamp}'."
        )


def _check_payload(claimed: str | None, payload: str) -> None:
    if claimed is None or claimed == payload:
        return
    if claimed == "UNSIGNED-PAYLOAD" or claimed.startswith("STREAMING-"):
        raise mismatch(f"The payload of this request must be signed: 'x-amz-content-sha256' may not be '{claimed}'.")
    raise mismatch("The provided 'x-amz-content-sha256' header does not match what was computed.")


@lru_cache(maxsize=4096)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, TERMINATOR):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _signs(key: bytes, signed: SignedRequest, canonical: str) -> bool:
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    scope = f"{signed.date}/{signed.region}/{signed.service}/{TERMINATOR}"
    text = f"{ALGORITHM}\n{signed.timestamp}\n{scope}\n{digest}"
    expected = hmac.digest(key, text.encode(), "sha256").hex()
    return hmac.compare_digest(expected.encode(), signed.signature.encode())
