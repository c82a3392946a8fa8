"""Virtual MFA devices, assigned to a user or not yet."""

from keystead.services.iam import errors
from keystead.services.iam.records import MfaDevice
from keystead.services.iam.store import rows
from keystead.storage import Transaction
from keystead.storage.schema.iam import mfa_devices


def find_mfa_device(tx: Transaction, account_id: str, serial: str) -> MfaDevice | None:
    """Return a device of an account, or None."""
    return rows.find(tx, mfa_devices, MfaDevice, mfa_devices.c.account_id == account_id, mfa_devices.c.serial == serial)


def get_mfa_device(tx: Transaction, account_id: str, serial: str) -> MfaDevice:
    """Return a device of an account. Errors: NoSuchEntity."""
    found = find_mfa_device(tx, account_id, serial)
    if found is None:
        raise errors.no_such_mfa_device(serial)
    return found


def get_mfa_device_of(tx: Transaction, account_id: str, user_id: str, serial: str) -> MfaDevice:
    """Return a device that is enabled for a user, or for the root user by its account id. Errors: NoSuchEntity."""
    found = get_mfa_device(tx, account_id, serial)
    if found.user_id != user_id:
        raise errors.mfa_device_not_users()
    return found


def mfa_devices_of(tx: Transaction, user_id: str) -> list[MfaDevice]:
    """Return the devices that are enabled for a user, or for a root user by its account id."""
    return _by_serial(rows.find_all(tx, mfa_devices, MfaDevice, mfa_devices.c.user_id == user_id))


def list_mfa_devices(tx: Transaction, account_id: str) -> list[MfaDevice]:
    """Return every device of an account, assigned or not."""
    return _by_serial(rows.find_all(tx, mfa_devices, MfaDevice, mfa_devices.c.account_id == account_id))


def add_mfa_device(tx: Transaction, device: MfaDevice) -> None:
    """Store a new device."""
    rows.add(tx, mfa_devices, device)


def replace_mfa_device(tx: Transaction, device: MfaDevice) -> None:
    """Store what has changed in a device."""
    rows.replace(tx, mfa_devices, device)


def remove_mfa_device(tx: Transaction, device: MfaDevice) -> None:
    """Forget a device and its seed."""
    rows.remove(tx, mfa_devices, mfa_devices.c.serial == device.serial)


def _by_serial(found: list[MfaDevice]) -> list[MfaDevice]:
    return sorted(found, key=lambda device: device.serial)
