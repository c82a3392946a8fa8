"""Operations on service-linked roles: an AWS service's own, in an account."""

import uuid

from keystead.services.call import Call, Target
from keystead.services.iam import arns, errors, holders, role_views, setup
from keystead.services.iam.holders import ROLE
from keystead.services.iam.records import Role, RoleDeletion
from keystead.services.iam.store import attachments, roles
from keystead.services.iam.store.role_deletions import add_role_deletion, get_role_deletion
from keystead.services.registry import operation
from keystead.wire.shapes import iam

_TASK_PREFIX = "task"


def _creation(call: Call, request: iam.CreateServiceLinkedRoleRequest) -> Target:
    service = request["AWSServiceName"]
    linked = setup.LINKED_SERVICES.get(service)
    # A service that is not known here has no role name: the permission has to cover every role of the service.
    name = "*" if linked is None else linked.role_name
    return Target(
        arns.role(call.account_id, name, f"/aws-service-role/{service}/"), context={"iam:AWSServiceName": service}
    )


@operation("iam", authorizes=_creation)
def create_service_linked_role(
    call: Call, request: iam.CreateServiceLinkedRoleInput
) -> iam.CreateServiceLinkedRoleOutput:
    """Create the role that a service works through in the account.

    Errors: InvalidInput (no such service, a suffix, or the role is there already).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
    """
    service = request["AWSServiceName"]
    if service in setup.LINKED_SERVICES and "CustomSuffix" in request:
        raise errors.no_custom_suffix(service)
    created = setup.create_service_linked_role(
        call.tx, call.account_id, service, call.now, call.house.random, request.get("Description")
    )
    role = roles.get_role(call.tx, call.account_id, created.name)
    return {"Role": role_views.created_role(call.tx, role)}


@operation("iam", authorizes=lambda call, request: holders.target(call, ROLE, request["RoleName"]))
def delete_service_linked_role(
    call: Call, request: iam.DeleteServiceLinkedRoleInput
) -> iam.DeleteServiceLinkedRoleOutput:
    """Delete a service-linked role unless its service needs it; GetServiceLinkedRoleDeletionStatus tells which it was.

    Errors: NoSuchEntity (no such role, or not a service-linked one).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html
    """
    role = roles.get_role(call.tx, call.account_id, request["RoleName"])
    if role.linked_service is None:
        raise errors.no_such_role(role.name)
    reason = _needed(call, role)
    if not reason:
        _remove(call, role)
    task = uuid.UUID(bytes=call.house.random(16), version=4)
    task_id = f"{_TASK_PREFIX}{role.path}{role.name}/{task}"
    status = "FAILED" if reason else "SUCCEEDED"
    add_role_deletion(call.tx, RoleDeletion(task_id, call.account_id, status, reason))
    return {"DeletionTaskId": task_id}


def _needed(call: Call, role: Role) -> str:
    """Say why a service still needs its role; "" if it does not."""
    in_organization = call.house.authorities.membership(call.account_id) is not None
    if role.linked_service == setup.ORGANIZATIONS and in_organization:
        return "The account is in an organization, which needs this role."
    return ""


def _remove(call: Call, role: Role) -> None:
    for attachment in attachments.list_attachments(call.tx, role.id):
        attachments.remove_attachment(call.tx, attachment)
    roles.remove_role(call.tx, role)
    call.tx.changed(call.account_id)


def _deleted(call: Call, request: iam.GetServiceLinkedRoleDeletionStatusRequest) -> Target:
    # A task id carries the path and name of its role.
    path_and_name = request["DeletionTaskId"].removeprefix(_TASK_PREFIX).rpartition("/")[0]
    return Target(f"arn:aws:iam::{call.account_id}:role{path_and_name}")


@operation("iam", authorizes=_deleted)
def get_service_linked_role_deletion_status(
    call: Call, request: iam.GetServiceLinkedRoleDeletionStatusInput
) -> iam.GetServiceLinkedRoleDeletionStatusOutput:
    """Tell how the deletion of a service-linked role went.

    Errors: NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html
    """
    deletion = get_role_deletion(call.tx, call.account_id, request["DeletionTaskId"])
    if deletion.status == "SUCCEEDED":
        return {"Status": "SUCCEEDED"}
    return {"Status": "FAILED", "Reason": {"Reason": deletion.reason}}
