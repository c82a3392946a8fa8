"""Presigned requests: valid for the seconds they say, each parameter once, everything else of the query signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from credentials.signing import BODY, check, presigned_url, refusal

MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)


def test_t6_a_presigned_request_is_accepted_until_it_expires() -> None:
    signed = presigned_url(expires=60)
    read = check(signed, after=timedelta(seconds=60))
    assert (read.presigned, read.expires_seconds) == (True, 60)
    error = refusal(signed, after=timedelta(seconds=61))
    assert (error.code, error.status) == ("SignatureDoesNotMatch", 403)
    assert error.message == (
        "Signature expired: 20260101T000500Z is now earlier than 20260101T000501Z (20260101T000601Z - 1 min.)"
    )
    assert "not yet current" in refusal(signed, after=-timedelta(seconds=301)).message


def test_t6_a_presigned_request_lives_a_week_at_most() -> None:
    signed = presigned_url(expires=604_800)
    check(signed, after=timedelta(days=7))
    assert "expired" in refusal(signed, after=timedelta(days=7, seconds=1)).message


@pytest.mark.parametrize(
    "expires", ["0", "-1", "604801", "text", "", "1e3", "+60", "%2060", "60.0", "٣", "9" * 400, "--5"]
)
def test_t6_an_impossible_expiry_is_refused(expires: str) -> None:
    changed = presigned_url().query.replace("X-Amz-Expires=60", f"X-Amz-Expires={expires}")
    error = refusal(replace(presigned_url(), query=changed))
    assert error.code in {"IncompleteSignature", "SignatureDoesNotMatch"}
    assert error.status in {400, 403}


@pytest.mark.parametrize("expires", [0, -1, 604_801])
def test_t6_an_impossible_expiry_is_refused_although_it_is_signed(expires: int) -> None:
    error = refusal(presigned_url(expires=expires))
    assert (error.code, error.status) == ("IncompleteSignature", 400)


@pytest.mark.parametrize(
    "name",
    ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date", "X-Amz-Expires"],
)
def test_t6_every_parameter_must_be_there_once(name: str) -> None:
    signed = presigned_url()
    kept = [pair for pair in signed.query.split("&") if not pair.startswith(f"{name}=")]
    error = refusal(replace(signed, query="&".join(kept)))
    assert (error.code, error.status) == ("IncompleteSignature", 400)
    assert error.message == (
        f"AWS query-string parameters must include '{name}'. Re-examine the query-string parameters."
    )
    pair = next(pair for pair in signed.query.split("&") if pair.startswith(f"{name}="))
    for second in (pair, pair.lower(), pair.replace("-", "%2D")):
        assert refusal(replace(signed, query=f"{signed.query}&{second}")).code == "IncompleteSignature"


def test_t6_a_presigned_get_is_not_a_post_and_has_no_body() -> None:
    signed = presigned_url()
    assert refusal(replace(signed, method="POST")).message == MISMATCH
    assert refusal(replace(signed, body=BODY)).message == MISMATCH


def test_t6_other_parameters_of_a_presigned_request_are_signed() -> None:
    signed = presigned_url()
    assert (
        refusal(replace(signed, query=signed.query.replace("GetCallerIdentity", "GetSessionToken"))).message == MISMATCH
    )
    assert refusal(replace(signed, query=f"{signed.query}&Action=GetSessionToken")).message == MISMATCH


@pytest.mark.parametrize("name", ["X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Date"])
def test_t6_a_parameter_spelled_otherwise_is_refused(name: str) -> None:
    signed = presigned_url()
    for other in (name.lower(), name.replace("-", "%2D")):
        error = refusal(replace(signed, query=signed.query.replace(f"{name}=", f"{other}=")))
        assert error.message == f"'{name}' must occur once in the query-string, spelled exactly so."
