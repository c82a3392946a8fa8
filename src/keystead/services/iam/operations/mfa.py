"""Operations on virtual MFA devices and their tags."""

from dataclasses import replace
from typing import cast

from keystead.credentials import totp
from keystead.services.call import Call, Target
from keystead.services.iam import arns, errors, mfa_codes, owners, rules, targets, views
from keystead.services.iam.records import MfaDevice
from keystead.services.iam.store import mfa_devices, users
from keystead.services.iam.store.accounts import find_alias
from keystead.services.registry import operation
from keystead.wire.shapes import iam


def _owner(
    call: Call,
    request: iam.DeactivateMFADeviceRequest
    | iam.EnableMFADeviceRequest
    | iam.GetMFADeviceRequest
    | iam.ListMFADevicesRequest
    | iam.ResyncMFADeviceRequest,
) -> Target:
    return owners.target(call, request.get("UserName"))


def _device(
    call: Call,
    request: iam.DeleteVirtualMFADeviceRequest
    | iam.ListMFADeviceTagsRequest
    | iam.TagMFADeviceRequest
    | iam.UntagMFADeviceRequest,
) -> Target:
    device = mfa_devices.find_mfa_device(call.tx, call.account_id, request["SerialNumber"])
    return Target(request["SerialNumber"], tags=None if device is None else device.tags)


def _creation(call: Call, request: iam.CreateVirtualMFADeviceRequest) -> list[Target]:
    serial = arns.mfa_device(call.account_id, request["VirtualMFADeviceName"], request.get("Path", "/"))
    return targets.creation(serial, request.get("Tags", []), "iam:TagMFADevice")


@operation("iam", authorizes=_creation)
def create_virtual_mfa_device(call: Call, request: iam.CreateVirtualMFADeviceInput) -> iam.CreateVirtualMFADeviceOutput:
    """Create a virtual MFA device that nobody uses yet; its seed is shown this once, as text and as a QR code.

    Errors: EntityAlreadyExists, InvalidInput (tags), LimitExceeded (devices per account).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html
    """
    name, path = request["VirtualMFADeviceName"], request.get("Path", "/")
    serial = arns.mfa_device(call.account_id, name, path)
    tags = rules.with_tags({}, request.get("Tags", []), fold=False)
    _refuse_serial(call, serial)
    house = call.house
    seed = totp.create_seed(house.random)
    device = MfaDevice(
        serial=serial,
        account_id=call.account_id,
        user_id=None,
        seed=mfa_codes.seal_seed(house.keyring, serial, seed, house.random),
        created=call.now,
        enabled=None,
        last_step=None,
        tags=tags,
    )
    mfa_devices.add_mfa_device(call.tx, device)
    call.tx.changed(call.account_id)
    label = find_alias(call.tx, call.account_id) or call.account_id
    return {"VirtualMFADevice": views.new_virtual_mfa_device(device, seed, totp.uri(seed, name, label))}


def _refuse_serial(call: Call, serial: str) -> None:
    """Refuse a serial number that is too long, taken in any case, or one too many for the account."""
    if len(serial) > rules.SERIAL_NUMBER_LENGTH:
        raise errors.serial_number_too_long(rules.SERIAL_NUMBER_LENGTH)
    present = mfa_devices.list_mfa_devices(call.tx, call.account_id)
    if any(rules.name_key(device.serial) == rules.name_key(serial) for device in present):
        raise errors.mfa_device_exists()
    if len(present) >= rules.VIRTUAL_MFA_DEVICES_PER_ACCOUNT:
        raise errors.quota_exceeded("VirtualMFADevicesPerAccount", rules.VIRTUAL_MFA_DEVICES_PER_ACCOUNT)


@operation("iam", authorizes=_owner)
def enable_mfa_device(call: Call, request: iam.EnableMFADeviceInput) -> iam.EnableMFADeviceOutput:
    """Give a device that nobody uses to a user, who proves with two consecutive codes to hold it.

    Errors: EntityAlreadyExists (the device is in use), InvalidAuthenticationCode, LimitExceeded (devices per user),
    NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
    """
    user = users.get_user(call.tx, call.account_id, request["UserName"])
    device = mfa_devices.get_mfa_device(call.tx, call.account_id, request["SerialNumber"])
    if device.user_id is not None:
        raise errors.mfa_device_in_use()
    if len(mfa_devices.mfa_devices_of(call.tx, user.id)) >= rules.MFA_DEVICES_PER_USER:
        raise errors.quota_exceeded("MFADevicesPerUser", rules.MFA_DEVICES_PER_USER)
    proven = mfa_codes.check_pair(
        call.house, device, request["AuthenticationCode1"], request["AuthenticationCode2"], call.now
    )
    mfa_devices.replace_mfa_device(call.tx, replace(proven, user_id=user.id, enabled=call.now))
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_owner)
def resync_mfa_device(call: Call, request: iam.ResyncMFADeviceInput) -> iam.ResyncMFADeviceOutput:
    """Check two consecutive codes of a user's device, after which no earlier code of it works.

    Errors: InvalidAuthenticationCode, NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResyncMFADevice.html
    """
    user = users.get_user(call.tx, call.account_id, request["UserName"])
    device = mfa_devices.get_mfa_device_of(call.tx, call.account_id, user.id, request["SerialNumber"])
    proven = mfa_codes.check_pair(
        call.house, device, request["AuthenticationCode1"], request["AuthenticationCode2"], call.now
    )
    mfa_devices.replace_mfa_device(call.tx, proven)
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_owner)
def deactivate_mfa_device(call: Call, request: iam.DeactivateMFADeviceInput) -> iam.DeactivateMFADeviceOutput:
    """Take a device from a user, by default from the caller; it can be enabled again.

    Errors: NoSuchEntity, ValidationError (no name, and the caller is no user).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html
    """
    owner = owners.get_owner(call, request.get("UserName"))
    device = mfa_devices.get_mfa_device_of(call.tx, call.account_id, owner.id, request["SerialNumber"])
    # The last step stays: codes that were used do not come back with the device.
    mfa_devices.replace_mfa_device(call.tx, replace(device, user_id=None, enabled=None))
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_device)
def delete_virtual_mfa_device(call: Call, request: iam.DeleteVirtualMFADeviceInput) -> iam.DeleteVirtualMFADeviceOutput:
    """Delete a device that nobody uses.

    Errors: DeleteConflict, NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html
    """
    device = mfa_devices.get_mfa_device(call.tx, call.account_id, request["SerialNumber"])
    if device.user_id is not None:
        raise errors.mfa_device_assigned()
    mfa_devices.remove_mfa_device(call.tx, device)
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_owner)
def get_mfa_device(call: Call, request: iam.GetMFADeviceInput) -> iam.GetMFADeviceOutput:
    """Return a user's device, by default one of the caller's.

    Errors: NoSuchEntity, ValidationError (no name, and the caller is no user).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetMFADevice.html
    """
    owner = owners.get_owner(call, request.get("UserName"))
    device = mfa_devices.get_mfa_device_of(call.tx, call.account_id, owner.id, request["SerialNumber"])
    return cast("iam.GetMFADeviceOutput", views.mfa_device(device, owner.name))


@operation("iam", authorizes=_owner)
def list_mfa_devices(call: Call, request: iam.ListMFADevicesInput) -> iam.ListMFADevicesOutput:
    """List the devices that a user, by default the caller, signs in with.

    Errors: NoSuchEntity, ValidationError (Marker; no name, and the caller is no user).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html
    """
    owner = owners.get_owner(call, request.get("UserName"))
    found = mfa_devices.mfa_devices_of(call.tx, owner.id)
    shown, end = views.page(call, request, found, lambda device: device.serial)
    return {"MFADevices": [views.mfa_device(device, owner.name) for device in shown], **end}


@operation("iam", authorizes=lambda call, _request: Target(arns.mfa_device(call.account_id, "")))
def list_virtual_mfa_devices(call: Call, request: iam.ListVirtualMFADevicesInput) -> iam.ListVirtualMFADevicesOutput:
    """List the account's virtual devices, by default both those in use and those not.

    Errors: ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html
    """
    wanted = request.get("AssignmentStatus", "Any")
    found = [
        device
        for device in mfa_devices.list_mfa_devices(call.tx, call.account_id)
        if wanted in ("Any", "Unassigned" if device.user_id is None else "Assigned")
    ]
    shown, end = views.page(call, request, found, lambda device: device.serial)
    return {
        "VirtualMFADevices": [views.virtual_mfa_device(device, _shown_owner(call, device)) for device in shown],
        **end,
    }


def _shown_owner(call: Call, device: MfaDevice) -> iam.User | None:
    owner = None if device.user_id is None else owners.owner_by_id(call, device.user_id)
    return None if owner is None else owner.shown


def _tagging(call: Call, request: iam.TagMFADeviceRequest) -> Target:
    return replace(_device(call, request), request_tags=targets.requested_tags(request["Tags"]))


@operation("iam", authorizes=_tagging)
def tag_mfa_device(call: Call, request: iam.TagMFADeviceInput) -> iam.TagMFADeviceOutput:
    """Put tags over those of a virtual device, whose keys are told apart by case.

    Errors: InvalidInput, LimitExceeded, NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagMFADevice.html
    """
    device = mfa_devices.get_mfa_device(call.tx, call.account_id, request["SerialNumber"])
    tags = rules.with_tags(device.tags, request["Tags"], fold=False)
    mfa_devices.replace_mfa_device(call.tx, replace(device, tags=tags))
    call.tx.changed(call.account_id)
    return {}


def _untagging(call: Call, request: iam.UntagMFADeviceRequest) -> Target:
    return replace(_device(call, request), context=targets.requested_keys(request["TagKeys"]))


@operation("iam", authorizes=_untagging)
def untag_mfa_device(call: Call, request: iam.UntagMFADeviceInput) -> iam.UntagMFADeviceOutput:
    """Take tags from a virtual device.

    Errors: NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagMFADevice.html
    """
    device = mfa_devices.get_mfa_device(call.tx, call.account_id, request["SerialNumber"])
    tags = rules.without_tags(device.tags, request["TagKeys"], fold=False)
    mfa_devices.replace_mfa_device(call.tx, replace(device, tags=tags))
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_device)
def list_mfa_device_tags(call: Call, request: iam.ListMFADeviceTagsInput) -> iam.ListMFADeviceTagsOutput:
    """List the tags of a virtual device.

    Errors: NoSuchEntity, ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADeviceTags.html
    """
    device = mfa_devices.get_mfa_device(call.tx, call.account_id, request["SerialNumber"])
    shown, end = views.page_of_tags(call, request, device.tags)
    return {"Tags": shown, **end}
