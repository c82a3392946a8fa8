"""From records to the shapes of IAM's answers."""

from collections.abc import Callable, Mapping, Sequence
from typing import NotRequired, TypedDict, TypeVar

from keystead.services import paging
from keystead.services.call import Call
from keystead.services.iam import errors
from keystead.services.iam.records import Group, User
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


def tags(found: Mapping[str, str]) -> list[iam.Tag]:
    """Return tags as AWS lists them."""
    return [{"Key": key, "Value": value} for key, value in found.items()]


def boundary(arn: str) -> iam.AttachedPermissionsBoundary:
    """Return a permissions boundary as AWS shows it."""
    return {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}


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
