"""From records to the shapes of IAM's answers."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import NotRequired, TypedDict, TypeVar, cast

from keystead.credentials import totp
from keystead.services import paging
from keystead.services.call import Call
from keystead.services.iam import errors
from keystead.services.iam.records import AccessKey, Group, MfaDevice, User
from keystead.services.iam.rules import name_key
from keystead.wire.shapes import iam

T = TypeVar("T")

DEFAULT_PAGE = 100


class Paged(TypedDict):
    """The input members of every operation that lists."""

    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class PageEnd(TypedDict):
    """The output members that end every list."""

    IsTruncated: bool
    Marker: NotRequired[str]


def page(call: Call, request: Paged, items: Sequence[T], key: Callable[[T], str]) -> tuple[list[T], PageEnd]:
    """Return one page of items, which are in ascending order of a unique key, and how the page ends.

    Errors: ValidationError for a marker that was not given out for this call.
    """
    try:
        shown, marker = paging.page(call, items, key, request.get("Marker"), request.get("MaxItems", DEFAULT_PAGE))
    except paging.InvalidPageToken:
        raise errors.invalid_marker() from None
    if marker is None:
        return shown, {"IsTruncated": False}
    return shown, {"IsTruncated": True, "Marker": marker}


def page_of_tags(call: Call, request: Paged, found: Mapping[str, str]) -> tuple[list[iam.Tag], PageEnd]:
    """Return one page of tags, in order of their keys."""
    return page(call, request, sorted(tags(found), key=_key), _key)


def page_of_groups(call: Call, request: Paged, found: Sequence[Group]) -> tuple[list[iam.Group], PageEnd]:
    """Return one page of groups, which are in order of their names."""
    shown, end = page(call, request, found, lambda one: name_key(one.name))
    return [group(one) for one in shown], end


def _key(tag: iam.Tag) -> str:
    return tag["Key"]


def tags(found: Mapping[str, str]) -> list[iam.Tag]:
    """Return tags as AWS lists them."""
    return [{"Key": key, "Value": value} for key, value in found.items()]


def boundary(arn: str) -> iam.AttachedPermissionsBoundary:
    """Return a permissions boundary as AWS shows it."""
    # The model says PermissionsBoundaryPolicy; AWS answers Policy, as its documentation says.
    return cast("iam.AttachedPermissionsBoundary", {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn})


def user(found: User) -> iam.User:
    """Return a user as lists show it, without tags and boundary."""
    shown: iam.User = {
        "Path": found.path,
        "UserName": found.name,
        "UserId": found.id,
        "Arn": found.arn,
        "CreateDate": found.created,
    }
    if found.password_last_used is not None:
        shown["PasswordLastUsed"] = found.password_last_used
    return shown


def user_in_full(found: User) -> iam.User:
    """Return a user as asking for it alone shows it."""
    shown = user(found)
    if found.boundary_arn is not None:
        shown["PermissionsBoundary"] = boundary(found.boundary_arn)
    if found.tags:
        shown["Tags"] = tags(found.tags)
    return shown


def group(found: Group) -> iam.Group:
    """Return a group."""
    return {
        "Path": found.path,
        "GroupName": found.name,
        "GroupId": found.id,
        "Arn": found.arn,
        "CreateDate": found.created,
    }


def user_name(name: str) -> str:
    """Return the name of whose credential it is; the root user has none, and AWS leaves the member out."""
    return cast("str", name or None)


def access_key(found: AccessKey, owner_name: str) -> iam.AccessKeyMetadata:
    """Return an access key without its secret."""
    return {
        "UserName": user_name(owner_name),
        "AccessKeyId": found.id,
        "Status": cast("iam.statusType", found.status),
        "CreateDate": found.created,
    }


def mfa_device(found: MfaDevice, owner_name: str) -> iam.MFADevice:
    """Return an enabled device as the list of a user's devices shows it."""
    return {
        "UserName": user_name(owner_name),
        "SerialNumber": found.serial,
        "EnableDate": cast("dt.datetime", found.enabled),
    }


def virtual_mfa_device(found: MfaDevice, owner: iam.User | None) -> iam.VirtualMFADevice:
    """Return a virtual device as lists show it; its seed is never shown again."""
    shown: iam.VirtualMFADevice = {"SerialNumber": found.serial}
    if owner is not None:
        shown["User"] = owner
    if found.enabled is not None:
        shown["EnableDate"] = found.enabled
    return shown


def new_virtual_mfa_device(found: MfaDevice, seed: bytes, uri: str) -> iam.VirtualMFADevice:
    """Return a new virtual device with its seed, as text and as a QR code, as it is shown once."""
    shown = virtual_mfa_device(found, None)
    shown["Base32StringSeed"] = totp.base32(seed).encode()
    shown["QRCodePNG"] = totp.qr_png(uri)
    if found.tags:
        shown["Tags"] = tags(found.tags)
    return shown
