"""What an event is about: the resources that LookupEvents finds it by."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_NAMED: Final = {
    "AccessKeyId": "AWS::IAM::AccessKey",
    "AccountId": "AWS::Organizations::Account",
    "GroupName": "AWS::IAM::Group",
    "HandshakeId": "AWS::Organizations::Handshake",
    "InstanceProfileName": "AWS::IAM::InstanceProfile",
    "OrganizationalUnitId": "AWS::Organizations::OrganizationalUnit",
    "PermissionsBoundary": "AWS::IAM::Policy",
    "PolicyArn": "AWS::IAM::Policy",
    "PolicyId": "AWS::Organizations::Policy",
    "PolicyName": "AWS::IAM::Policy",
    "RoleArn": "AWS::IAM::Role",
    "RoleName": "AWS::IAM::Role",
    "SerialNumber": "AWS::IAM::VirtualMFADevice",
    "UserName": "AWS::IAM::User",
    "VirtualMFADeviceName": "AWS::IAM::VirtualMFADevice",
}
# Members of a result that describe one thing: what it is, and the members of it that are names.
_DESCRIBED: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "AccessKey": ("AWS::IAM::AccessKey", ("AccessKeyId",)),
    "AssumedRoleUser": ("AWS::STS::AssumedRole", ("AssumedRoleId", "Arn")),
    "Credentials": ("AWS::IAM::AccessKey", ("AccessKeyId",)),
    "FederatedUser": ("AWS::STS::FederatedUser", ("FederatedUserId", "Arn")),
    "Group": ("AWS::IAM::Group", ("GroupId", "GroupName", "Arn")),
    "Handshake": ("AWS::Organizations::Handshake", ("Id", "Arn")),
    "Organization": ("AWS::Organizations::Organization", ("Id", "Arn")),
    "OrganizationalUnit": ("AWS::Organizations::OrganizationalUnit", ("Id", "Arn")),
    "Policy": ("AWS::IAM::Policy", ("PolicyId", "PolicyName", "Arn")),
    "PolicySummary": ("AWS::Organizations::Policy", ("Id", "Name", "Arn")),
    "Role": ("AWS::IAM::Role", ("RoleId", "RoleName", "Arn")),
    "User": ("AWS::IAM::User", ("UserId", "UserName", "Arn")),
}
_LONGEST_NAME: Final = 2048


def resources_of(request: Mapping[str, Any], result: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Return (type, name) of everything that a call names or was answered with, each once."""
    found = [
        (_NAMED[member], value[:_LONGEST_NAME])
        for member, value in request.items()
        if member in _NAMED and isinstance(value, str)
    ]
    if result:
        found.extend(_answered(result))
    return list(dict.fromkeys(found))


def _answered(result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for member, value in result.items():
        if not isinstance(value, dict):
            continue
        if member in _DESCRIBED:
            kind, names = _DESCRIBED[member]
            yield from ((kind, value[name]) for name in names if value.get(name))
        if "PolicySummary" in value:
            yield from _answered({"PolicySummary": value["PolicySummary"]})
