"""Checking the codes of MFA devices. A code works once: the step it belongs to is stored as it is accepted."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from keystead.credentials import secrets, totp
from keystead.credentials.keyring import Keyring
from keystead.services.iam import errors
from keystead.services.iam.records import MfaDevice
from keystead.services.iam.store.mfa_devices import find_mfa_device, replace_mfa_device
from keystead.storage import Transaction


def seal_seed(keyring: Keyring, serial: str, seed: bytes, random: Callable[[int], bytes]) -> bytes:
    """Return a device's seed as it is stored."""
    return secrets.encrypt(keyring, _purpose(serial), seed, random)


def check_pair(keyring: Keyring, device: MfaDevice, first: str, second: str, now: dt.datetime) -> MfaDevice:
    """Return a device after it has accepted two consecutive codes.

    Errors: InvalidAuthenticationCode.
    """
    try:
        step = totp.enable(_seed(keyring, device), first, second, now, device.last_step)
    except totp.CodeRefused:
        raise errors.invalid_code() from None
    return replace(device, last_step=step)


def accept_mfa_code(  # noqa: PLR0913 -- who, with what, and when
    tx: Transaction, account_id: str, user_id: str, serial: str, code: str, *, keyring: Keyring, now: dt.datetime
) -> None:
    """Accept a code of a device that is enabled for a user, or for the root user by its account id.

    Errors: AccessDenied.
    """
    device = find_mfa_device(tx, account_id, serial)
    if device is None or device.user_id != user_id:
        raise errors.mfa_unusable()
    try:
        step = totp.verify(_seed(keyring, device), code, now, device.last_step)
    except totp.CodeRefused:
        raise errors.mfa_refused() from None
    replace_mfa_device(tx, replace(device, last_step=step))


def _seed(keyring: Keyring, device: MfaDevice) -> bytes:
    return secrets.decrypt(keyring, _purpose(device.serial), device.seed)


def _purpose(serial: str) -> bytes:
    return b"totp-seed:" + serial.encode()
