"""Operations on roles and their tags."""

from dataclasses import replace

from keystead.credentials import ids
from keystead.services.call import Call, Target
from keystead.services.iam import arns, deletion, errors, holders, role_views, rules, targets, trust, views
from keystead.services.iam.boundaries import check_boundary
from keystead.services.iam.holders import ROLE
from keystead.services.iam.records import Role
from keystead.services.iam.store import roles
from keystead.services.registry import operation
from keystead.wire.shapes import iam


def _named(call: Call, request: iam.ListRoleTagsRequest) -> Target:
    return holders.target(call, ROLE, request["RoleName"])


def _bounded(call: Call, request: iam.GetRoleRequest | iam.UpdateRoleRequest | iam.DeleteRoleRequest) -> Target:
    return holders.target(call, ROLE, request["RoleName"], bounded=True)


def _creation(call: Call, request: iam.CreateRoleRequest) -> list[Target]:
    return targets.creation(
        arns.role(call.account_id, request["RoleName"], request.get("Path", "/")),
        request.get("Tags", []),
        "iam:TagRole",
        context=targets.with_boundary(request.get("PermissionsBoundary")),
    )


@operation("iam", authorizes=_creation)
def create_role(call: Call, request: iam.CreateRoleInput) -> iam.CreateRoleOutput:
    """Create a role with its trust policy.

    Errors: EntityAlreadyExists, InvalidInput (tags, a path of AWS's own), LimitExceeded (roles per account, size of
    the trust policy), MalformedPolicyDocument, NoSuchEntity (boundary).
    Units: MaxSessionDuration in seconds, 3600 to 43200.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    tx, account_id, name = call.tx, call.account_id, request["RoleName"]
    boundary = request.get("PermissionsBoundary")
    if boundary is not None:
        check_boundary(tx, account_id, boundary)
    role = Role(
        id=ids.unique_id("AROA", call.house.random),
        account_id=account_id,
        name=name,
        path=request.get("Path", "/"),
        created=call.now,
        description=request.get("Description", ""),
        trust_document=trust.stored(tx, account_id, request["AssumeRolePolicyDocument"]),
        max_session_duration=request.get("MaxSessionDuration", rules.DEFAULT_SESSION_SECONDS),
        tags=rules.with_tags({}, request.get("Tags", [])),
        boundary_arn=boundary,
        linked_service=None,
        last_used=None,
        last_used_region=None,
    )
    if role.path.startswith(rules.PATHS_OF_AWS):
        raise errors.reserved_path(role.path)
    if roles.find_role(tx, account_id, name) is not None:
        raise errors.role_exists(name)
    if roles.count_roles(tx, account_id) >= rules.ROLES_PER_ACCOUNT:
        raise errors.quota_exceeded("RolesPerAccount", rules.ROLES_PER_ACCOUNT)
    roles.add_role(tx, role)
    tx.changed(account_id)
    return {"Role": role_views.created_role(tx, role)}


@operation("iam", authorizes=_bounded)
def get_role(call: Call, request: iam.GetRoleInput) -> iam.GetRoleOutput:
    """Return a role.

    Errors: NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
    """
    role = roles.get_role(call.tx, call.account_id, request["RoleName"])
    return {"Role": role_views.role_in_full(call.tx, role)}


@operation(
    "iam", authorizes=lambda call, request: Target(arns.role(call.account_id, "", request.get("PathPrefix", "/")))
)
def list_roles(call: Call, request: iam.ListRolesInput) -> iam.ListRolesOutput:
    """List the account's roles under a path.

    Errors: ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
    """
    prefix = request.get("PathPrefix")
    found = [role for role in roles.list_roles(call.tx, call.account_id) if rules.under_path(role.path, prefix)]
    shown, end = views.page(call, request, found, lambda role: rules.name_key(role.name))
    return {"Roles": role_views.roles(call.tx, shown), **end}


@operation("iam", authorizes=_bounded)
def update_role(call: Call, request: iam.UpdateRoleInput) -> iam.UpdateRoleOutput:
    """Change how long a role's sessions may last, one hour where nothing is said, and its description if one is given.

    Errors: NoSuchEntity, UnmodifiableEntity.
    Units: MaxSessionDuration in seconds, 3600 to 43200.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
    """
    role = roles.get_role(call.tx, call.account_id, request["RoleName"])
    if role.linked_service is None or "MaxSessionDuration" in request:
        # The description is the one thing of a service-linked role that is its account's.
        holders.refuse_protected(role)
    changed = replace(
        role,
        description=request.get("Description", role.description),
        max_session_duration=request.get("MaxSessionDuration", rules.DEFAULT_SESSION_SECONDS),
    )
    roles.replace_role(call.tx, changed)
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_bounded)
def update_role_description(call: Call, request: iam.UpdateRoleDescriptionInput) -> iam.UpdateRoleDescriptionOutput:
    """Change a role's description.

    Errors: NoSuchEntity, UnmodifiableEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html
    """
    role = roles.get_role(call.tx, call.account_id, request["RoleName"])
    if role.linked_service is None:
        holders.refuse_protected(role)
    changed = replace(role, description=request["Description"])
    roles.replace_role(call.tx, changed)
    call.tx.changed(call.account_id)
    return {"Role": role_views.created_role(call.tx, changed)}


@operation("iam", authorizes=_bounded)
def delete_role(call: Call, request: iam.DeleteRoleInput) -> iam.DeleteRoleOutput:
    """Delete a role that has no policies left; its sessions end with it.

    Errors: DeleteConflict, NoSuchEntity, UnmodifiableEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
    """
    role = roles.get_role(call.tx, call.account_id, request["RoleName"])
    holders.refuse_protected(role)
    deletion.refuse_while_policies_remain(call.tx, role.id)
    roles.remove_role(call.tx, role)
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_bounded)
def update_assume_role_policy(call: Call, request: iam.UpdateAssumeRolePolicyInput) -> iam.UpdateAssumeRolePolicyOutput:
    """Replace the trust policy of a role.

    Errors: LimitExceeded (size), MalformedPolicyDocument, NoSuchEntity, UnmodifiableEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
    """
    role = roles.get_role(call.tx, call.account_id, request["RoleName"])
    holders.refuse_protected(role)
    document = trust.stored(call.tx, call.account_id, request["PolicyDocument"])
    roles.replace_role(call.tx, replace(role, trust_document=document))
    call.tx.changed(call.account_id)
    return {}


@operation(
    "iam",
    authorizes=lambda call, request: replace(
        _named(call, request), request_tags=targets.requested_tags(request["Tags"])
    ),
)
def tag_role(call: Call, request: iam.TagRoleInput) -> iam.TagRoleOutput:
    """Put tags over those of a role.

    Errors: InvalidInput, LimitExceeded, NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html
    """
    role = roles.get_role(call.tx, call.account_id, request["RoleName"])
    roles.replace_role(call.tx, replace(role, tags=rules.with_tags(role.tags, request["Tags"])))
    call.tx.changed(call.account_id)
    return {}


def _untagging(call: Call, request: iam.UntagRoleRequest) -> Target:
    found = holders.target(call, ROLE, request["RoleName"])
    return replace(found, context={**found.context, **targets.requested_keys(request["TagKeys"])})


@operation("iam", authorizes=_untagging)
def untag_role(call: Call, request: iam.UntagRoleInput) -> iam.UntagRoleOutput:
    """Take tags from a role.

    Errors: NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html
    """
    role = roles.get_role(call.tx, call.account_id, request["RoleName"])
    roles.replace_role(call.tx, replace(role, tags=rules.without_tags(role.tags, request["TagKeys"])))
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_named)
def list_role_tags(call: Call, request: iam.ListRoleTagsInput) -> iam.ListRoleTagsOutput:
    """List a role's tags.

    Errors: NoSuchEntity, ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html
    """
    role = roles.get_role(call.tx, call.account_id, request["RoleName"])
    shown, end = views.page_of_tags(call, request, role.tags)
    return {"Tags": shown, **end}


@operation("iam", authorizes=_named)
def list_instance_profiles_for_role(
    call: Call, request: iam.ListInstanceProfilesForRoleInput
) -> iam.ListInstanceProfilesForRoleOutput:
    """List the instance profiles that hold a role: none, as long as CreateInstanceProfile is not built.

    Errors: NoSuchEntity, ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html
    """
    roles.get_role(call.tx, call.account_id, request["RoleName"])
    none: list[iam.InstanceProfile] = []
    shown, end = views.page(call, request, none, lambda profile: profile["InstanceProfileName"])
    return {"InstanceProfiles": shown, **end}
