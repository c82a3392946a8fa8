"""Checking the codes of MFA devices. A code works once: the step it belongs to is stored as it is accepted."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from keystead.credentials import secrets, totp
from keystead.credentials.keyring import Keyring
from keystead.services.call import House
from keystead.services.iam import errors
from keystead.services.iam.records import MfaDevice
from keystead.services.iam.store.mfa_devices import find_mfa_device, replace_mfa_device
from keystead.storage import Transaction


def seal_seed(keyring: Keyring, serial: str, seed: bytes, random: Callable[[int], bytes]) -> bytes:
    """Return a device's seed as it is stored."""
    return secrets.encrypt(keyring, _purpose(serial), seed, random)


def check_pair(house: House, device: MfaDevice, first: str, second: str, now: dt.datetime) -> MfaDevice:
    """Return a device after it has accepted two consecutive codes.

    Errors: InvalidAuthenticationCode, also after too many wrong codes.
    """
    try:
        step = _checked(
            house, device.serial, now, lambda: totp.enable(_seed(house, device), first, second, now, device.last_step)
        )
    except totp.CodeRefused:
        raise errors.invalid_code() from None
    return replace(device, last_step=step)


def accept_mfa_code(house: House, account_id: str, user_id: str, serial: str, code: str, *, now: dt.datetime) -> None:
    """Accept a code of a device that is enabled for a user, or for the root user by its account id.

    In a transaction of its own, which must not be called for inside of another: whatever becomes of the request that
    the code came with, the code is used.

    Errors: AccessDenied, also after too many wrong codes.
    """

    def work(tx: Transaction) -> None:
        device = find_mfa_device(tx, account_id, serial)
        if device is None or device.user_id != user_id:
            raise errors.mfa_unusable()
        try:
            step = _checked(
                house, device.serial, now, lambda: totp.verify(_seed(house, device), code, now, device.last_step)
            )
        except totp.CodeRefused:
            raise errors.mfa_refused() from None
        replace_mfa_device(tx, replace(device, last_step=step))

    house.store.write(work)


def _checked(house: House, serial: str, now: dt.datetime, check: Callable[[], int]) -> int:
    """Return what a check of codes gives, unless the device has been given too many wrong ones.

    Errors: CodeRefused; which of the two it was is not told.
    """
    if not house.mfa_attempts.may_try(serial, now):
        raise totp.CodeRefused
    try:
        step = check()
    except totp.CodeRefused:
        house.mfa_attempts.failed(serial, now)
        raise
    house.mfa_attempts.succeeded(serial)
    return step


def _seed(house: House, device: MfaDevice) -> bytes:
    return secrets.decrypt(house.keyring, _purpose(device.serial), device.seed)


def _purpose(serial: str) -> bytes:
    return b"totp-seed:" + serial.encode()
