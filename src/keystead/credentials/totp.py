"""Check the codes of authenticator apps (TOTP, RFC 6238: SHA-1, six digits, 30 seconds, as AWS's virtual MFA devices).

Owns the codes and what an app needs to be set up. The last accepted step is stored by the caller, which must only ever
raise it: that is what makes a code work once.
"""

from __future__ import annotations

import io
from base64 import b32encode
from datetime import datetime
from hmac import compare_digest
from typing import Final
from urllib.parse import quote

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from keystead.credentials.ids import Random

STEP_SECONDS: Final = 30
DIGITS: Final = 6
DRIFT_STEPS: Final = 1
_SEED_BYTES: Final = 40  # AWS's Base32StringSeed is 64 characters


class CodeRefused(Exception):
    """The code is wrong, too old, too new, or was used before; which of these is not told."""


def create_seed(random: Random) -> bytes:
    """Make the seed of a new device."""
    return random(_SEED_BYTES)


def base32(seed: bytes) -> str:
    """Write a seed as a person types it into an app."""
    return b32encode(seed).decode().rstrip("=")


def uri(seed: bytes, device_name: str, account_name: str) -> str:
    """Return the otpauth URI that a QR code carries.

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html
    """
    return f"otpauth://totp/{quote(device_name, safe='')}@{quote(account_name, safe='')}?secret={base32(seed)}"


def qr_png(text: str) -> bytes:
    """Draw a text as a QR code."""
    image = io.BytesIO()
    segno.make(text, error="m", micro=False).save(image, kind="png", scale=5)
    return image.getvalue()


def step_at(now: datetime) -> int:
    """Return the number of the 30-second step that a time is in."""
    return int(now.timestamp()) // STEP_SECONDS


def _code(seed: bytes, step: int) -> bytes:
    # RFC 4226 asks of new seeds 128 bits or more, and ours have 320; RFC 6238's own examples have 160.
    return TOTP(seed, DIGITS, SHA1(), STEP_SECONDS).generate(step * STEP_SECONDS)  # noqa: S303 -- RFC 6238 and every app


def _matches(seed: bytes, code: str, step: int) -> bool:
    return step >= 0 and compare_digest(_code(seed, step), code.encode())


def _well_formed(code: str) -> bool:
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def verify(seed: bytes, code: str, now: datetime, last_step: int | None) -> int:
    """Return the step that a code belongs to, if it is new and within one step of now.

    Errors: CodeRefused.
    """
    if not _well_formed(code):
        raise CodeRefused
    current = step_at(now)
    # Every step is tried, whatever matched before, so that the time taken tells nothing.
    steps = [step for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1) if _matches(seed, code, step)]
    fresh = [step for step in steps if last_step is None or step > last_step]
    if not fresh:
        raise CodeRefused
    return fresh[0]


def enable(seed: bytes, first: str, second: str, now: datetime, last_step: int | None = None) -> int:
    """Return the step of the second of two consecutive codes, both of them new and close to now.

    The second is within one step of now, as a person types it last. Enables a device, and resynchronizes one; as our
    devices' drift is not remembered, resynchronizing widens nothing.

    Errors: CodeRefused.
    """
    if not (_well_formed(first) and _well_formed(second)):
        raise CodeRefused
    current = step_at(now)
    steps = [
        step
        for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1)
        # Not `and`: both are always computed.
        if _matches(seed, first, step - 1) & _matches(seed, second, step)
    ]
    fresh = [step for step in steps if last_step is None or step - 1 > last_step]
    if not fresh:
        raise CodeRefused
    return fresh[0]
