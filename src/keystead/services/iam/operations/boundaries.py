"""Operations on permissions boundaries: two verbs, each for users and roles."""

from dataclasses import replace

from keystead.services.call import Call, Target
from keystead.services.iam import errors, holders, policies, targets
from keystead.services.iam.holders import ROLE, USER, Kind
from keystead.services.iam.records import Role, User
from keystead.services.iam.store import roles, users
from keystead.services.registry import operation
from keystead.wire.shapes import iam


def _setting(call: Call, kind: Kind, name: str, boundary_arn: str) -> Target:
    """Return a user or role as a target, with the boundary that it is to have."""
    found = holders.target(call, kind, name)
    return replace(found, context={**found.context, **targets.with_boundary(boundary_arn)})


def _put(call: Call, kind: Kind, name: str, boundary_arn: str) -> None:
    holder = holders.get_to_change(call, kind, name)
    policies.check_attachable(call.tx, call.account_id, boundary_arn)
    _store(call, holder, boundary_arn)


def _delete(call: Call, kind: Kind, name: str) -> None:
    holder = holders.get_to_change(call, kind, name)
    if isinstance(holder, User | Role) and holder.boundary_arn is None:
        raise errors.no_boundary(kind.noun, holder.name)
    _store(call, holder, None)


def _store(call: Call, holder: holders.Holder, boundary_arn: str | None) -> None:
    if isinstance(holder, User):
        users.replace_user(call.tx, replace(holder, boundary_arn=boundary_arn))
    elif isinstance(holder, Role):
        roles.replace_role(call.tx, replace(holder, boundary_arn=boundary_arn))
    call.tx.changed(call.account_id)


@operation(
    "iam",
    authorizes=lambda call, request: _setting(call, USER, request["UserName"], request["PermissionsBoundary"]),
)
def put_user_permissions_boundary(
    call: Call, request: iam.PutUserPermissionsBoundaryInput
) -> iam.PutUserPermissionsBoundaryOutput:
    """Set the policy beyond which a user's permissions never go.

    Errors: InvalidInput (ARN), NoSuchEntity, PolicyNotAttachable.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
    """
    _put(call, USER, request["UserName"], request["PermissionsBoundary"])
    return {}


@operation(
    "iam",
    authorizes=lambda call, request: _setting(call, ROLE, request["RoleName"], request["PermissionsBoundary"]),
)
def put_role_permissions_boundary(
    call: Call, request: iam.PutRolePermissionsBoundaryInput
) -> iam.PutRolePermissionsBoundaryOutput:
    """Set the policy beyond which a role's permissions never go.

    Errors: InvalidInput (ARN), NoSuchEntity, PolicyNotAttachable, UnmodifiableEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
    """
    _put(call, ROLE, request["RoleName"], request["PermissionsBoundary"])
    return {}


@operation("iam", authorizes=lambda call, request: holders.target(call, USER, request["UserName"], bounded=True))
def delete_user_permissions_boundary(
    call: Call, request: iam.DeleteUserPermissionsBoundaryInput
) -> iam.DeleteUserPermissionsBoundaryOutput:
    """Take a user's boundary away: its permissions are in force undiminished.

    Errors: NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html
    """
    _delete(call, USER, request["UserName"])
    return {}


@operation("iam", authorizes=lambda call, request: holders.target(call, ROLE, request["RoleName"], bounded=True))
def delete_role_permissions_boundary(
    call: Call, request: iam.DeleteRolePermissionsBoundaryInput
) -> iam.DeleteRolePermissionsBoundaryOutput:
    """Take a role's boundary away: its permissions are in force undiminished.

    Errors: NoSuchEntity, UnmodifiableEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html
    """
    _delete(call, ROLE, request["RoleName"])
    return {}
