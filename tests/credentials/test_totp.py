"""Codes of authenticator apps: RFC 6238's values, one step of drift, each code once, two to enable."""

from __future__ import annotations

import os
import struct
import zlib
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from keystead.credentials import totp
from keystead.credentials.totp import CodeRefused

SEED = b"12345678901234567890"  # RFC 6238, appendix B
NOW = datetime(2026, 1, 1, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


def code(step: int, seed: bytes = SEED) -> str:
    """Return the code of a step as another implementation computes it."""
    return pyotp.TOTP(totp.base32(seed)).at(step * 30)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_values_of_rfc_6238_are_accepted(seconds: int, expected: str) -> None:
    assert totp.verify(SEED, expected, datetime.fromtimestamp(seconds, UTC), None) == seconds // 30


def test_t49_a_code_may_be_one_step_off_and_no_more() -> None:
    for drift in (-1, 0, 1):
        assert totp.verify(SEED, code(STEP + drift), NOW, None) == STEP + drift
    for drift in (-3, -2, 2, 3):
        with pytest.raises(CodeRefused):
            totp.verify(SEED, code(STEP + drift), NOW, None)


def test_t49_a_code_works_once_and_none_before_it_works_after() -> None:
    last = totp.verify(SEED, code(STEP), NOW, None)
    for step in (STEP, STEP - 1):
        with pytest.raises(CodeRefused):
            totp.verify(SEED, code(step), NOW, last)
    assert totp.verify(SEED, code(STEP + 1), NOW, last) == STEP + 1


@pytest.mark.parametrize(
    "text", ["", "12345", "1234567", "٠٠٠٠٠٠", "abcdef", " 28708", "287082\n", "28708２", "\x00" * 6]
)
def test_t49_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(CodeRefused):
        totp.verify(SEED, text, datetime.fromtimestamp(59, UTC), None)
    with pytest.raises(CodeRefused):
        totp.enable(SEED, text, code(STEP), NOW)
    with pytest.raises(CodeRefused):
        totp.enable(SEED, code(STEP - 1), text, NOW)


def test_t49_enabling_takes_two_consecutive_codes() -> None:
    for drift in (-1, 0, 1):
        assert totp.enable(SEED, code(STEP + drift - 1), code(STEP + drift), NOW) == STEP + drift
    for first, second in ((0, 0), (0, -1), (-2, 0), (-1, 1), (-3, -2), (1, 2), (5, 6)):
        with pytest.raises(CodeRefused):
            totp.enable(SEED, code(STEP + first), code(STEP + second), NOW)


def test_t49_resynchronizing_takes_no_code_that_was_used() -> None:
    last = totp.enable(SEED, code(STEP - 1), code(STEP), NOW)
    for first, second in ((-1, 0), (0, 1)):
        with pytest.raises(CodeRefused):
            totp.enable(SEED, code(STEP + first), code(STEP + second), NOW, last)
    later = NOW + timedelta(seconds=60)
    assert totp.enable(SEED, code(STEP + 1), code(STEP + 2), later, last) == STEP + 2


def test_at_the_beginning_of_time_nothing_is_an_internal_error() -> None:
    with pytest.raises(CodeRefused):
        totp.verify(SEED, "000000", datetime.fromtimestamp(0, UTC), None)


def test_a_new_seed_has_aws_form() -> None:
    seed = totp.create_seed(os.urandom)
    assert len(totp.base32(seed)) == 64
    assert totp.verify(seed, code(STEP, seed), NOW, None) == STEP


def test_the_uri_names_device_and_account_and_is_read_by_apps() -> None:
    seed = totp.create_seed(os.urandom)
    uri = totp.uri(seed, "my phone", "alice?secret=A")
    assert uri == f"otpauth://totp/my%20phone@alice%3Fsecret%3DA?secret={totp.base32(seed)}"
    parsed = pyotp.parse_uri(uri)
    assert isinstance(parsed, pyotp.TOTP)
    assert parsed.at(STEP * 30) == code(STEP, seed)


def test_the_qr_code_is_a_whole_png() -> None:
    png = totp.qr_png(totp.uri(totp.create_seed(os.urandom), "phone", "alice"))
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at = 8
    kinds = []
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + data) == struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0]
        kinds.append(kind)
        at += 12 + length
    assert kinds[0] == b"IHDR"
    assert kinds[-1] == b"IEND"
