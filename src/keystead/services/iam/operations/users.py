"""Operations on users and their tags."""

from dataclasses import replace

from keystead.credentials import ids
from keystead.services.call import Call, Target
from keystead.services.iam import arns, deletion, errors, holders, owners, rules, targets, views
from keystead.services.iam.boundaries import check_boundary
from keystead.services.iam.holders import USER
from keystead.services.iam.records import User
from keystead.services.iam.store import access_keys, groups, mfa_devices, users
from keystead.services.registry import operation
from keystead.storage import Transaction
from keystead.wire.shapes import iam


def _named(call: Call, request: iam.DeleteUserRequest | iam.ListUserTagsRequest) -> Target:
    return holders.target(call, USER, request["UserName"])


def _creation(call: Call, request: iam.CreateUserRequest) -> list[Target]:
    return targets.creation(
        arns.user(call.account_id, request["UserName"], request.get("Path", "/")),
        request.get("Tags", []),
        "iam:TagUser",
        context=targets.with_boundary(request.get("PermissionsBoundary")),
    )


@operation("iam", authorizes=_creation)
def create_user(call: Call, request: iam.CreateUserInput) -> iam.CreateUserOutput:
    """Create a user.

    Errors: EntityAlreadyExists, InvalidInput (tags), LimitExceeded (users per account), NoSuchEntity (boundary).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
    """
    tx, account_id = call.tx, call.account_id
    boundary = request.get("PermissionsBoundary")
    user = User(
        id=ids.unique_id("AIDA", call.house.random),
        account_id=account_id,
        name=request["UserName"],
        path=request.get("Path", "/"),
        created=call.now,
        tags=rules.with_tags({}, request.get("Tags", [])),
        boundary_arn=boundary,
        password_last_used=None,
    )
    _refuse_taken_name(tx, user)
    if boundary is not None:
        check_boundary(tx, account_id, boundary)
    if users.count_users(tx, account_id) >= rules.USERS_PER_ACCOUNT:
        raise errors.quota_exceeded("UsersPerAccount", rules.USERS_PER_ACCOUNT)
    users.add_user(tx, user)
    tx.changed(account_id)
    return {"User": views.user_in_full(user)}


def _refuse_taken_name(tx: Transaction, user: User) -> None:
    """Refuse a name that another user of the account has in any case."""
    holder = users.find_user(tx, user.account_id, user.name)
    if holder is not None and holder.id != user.id:
        raise errors.user_exists(user.name)


@operation("iam", authorizes=lambda call, request: owners.target(call, request.get("UserName")))
def get_user(call: Call, request: iam.GetUserInput) -> iam.GetUserOutput:
    """Return a user, by default the caller, who may be the root user.

    Errors: NoSuchEntity, ValidationError (no name, and the caller is no user).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
    """
    return {"User": owners.get_owner(call, request.get("UserName")).shown}


@operation(
    "iam", authorizes=lambda call, request: Target(arns.user(call.account_id, "", request.get("PathPrefix", "/")))
)
def list_users(call: Call, request: iam.ListUsersInput) -> iam.ListUsersOutput:
    """List the account's users under a path.

    Errors: ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
    """
    prefix = request.get("PathPrefix")
    found = [user for user in users.list_users(call.tx, call.account_id) if rules.under_path(user.path, prefix)]
    shown, end = views.page(call, request, found, lambda user: rules.name_key(user.name))
    return {"Users": [views.user(user) for user in shown], **end}


def _changed(user: User, request: iam.UpdateUserRequest) -> User:
    return replace(user, name=request.get("NewUserName", user.name), path=request.get("NewPath", user.path))


def _before_and_after(call: Call, request: iam.UpdateUserRequest) -> list[Target]:
    # Renaming needs the permission on the user as it is and as it will be.
    before = holders.target(call, USER, request["UserName"])
    user = users.find_user(call.tx, call.account_id, request["UserName"])
    return [before] if user is None else [before, replace(before, resource=_changed(user, request).arn, named="")]


@operation("iam", authorizes=_before_and_after)
def update_user(call: Call, request: iam.UpdateUserInput) -> iam.UpdateUserOutput:
    """Rename a user or move it to another path; it stays the same user, with all that it has.

    Errors: EntityAlreadyExists, NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
    """
    user = users.get_user(call.tx, call.account_id, request["UserName"])
    changed = _changed(user, request)
    _refuse_taken_name(call.tx, changed)
    users.replace_user(call.tx, changed)
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_named)
def delete_user(call: Call, request: iam.DeleteUserInput) -> iam.DeleteUserOutput:
    """Delete a user that has nothing left: no keys, MFA devices, policies or groups.

    Errors: DeleteConflict, NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
    """
    tx = call.tx
    user = users.get_user(tx, call.account_id, request["UserName"])
    if access_keys.access_keys_of(tx, user.id):
        raise errors.delete_conflict("delete access keys")
    if mfa_devices.mfa_devices_of(tx, user.id):
        raise errors.delete_conflict("delete MFA device")
    deletion.refuse_while_policies_remain(tx, user.id)
    if groups.groups_of_user(tx, user.id):
        raise errors.delete_conflict("remove users from group")
    users.remove_user(tx, user)
    tx.changed(call.account_id)
    return {}


def _tagging(call: Call, request: iam.TagUserRequest) -> Target:
    found = holders.target(call, USER, request["UserName"])
    return replace(found, request_tags=targets.requested_tags(request["Tags"]))


@operation("iam", authorizes=_tagging)
def tag_user(call: Call, request: iam.TagUserInput) -> iam.TagUserOutput:
    """Put tags over those of a user.

    Errors: InvalidInput, LimitExceeded, NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html
    """
    user = users.get_user(call.tx, call.account_id, request["UserName"])
    users.replace_user(call.tx, replace(user, tags=rules.with_tags(user.tags, request["Tags"])))
    call.tx.changed(call.account_id)
    return {}


def _untagging(call: Call, request: iam.UntagUserRequest) -> Target:
    found = holders.target(call, USER, request["UserName"])
    return replace(found, context={**found.context, **targets.requested_keys(request["TagKeys"])})


@operation("iam", authorizes=_untagging)
def untag_user(call: Call, request: iam.UntagUserInput) -> iam.UntagUserOutput:
    """Take tags from a user.

    Errors: NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagUser.html
    """
    user = users.get_user(call.tx, call.account_id, request["UserName"])
    users.replace_user(call.tx, replace(user, tags=rules.without_tags(user.tags, request["TagKeys"])))
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_named)
def list_user_tags(call: Call, request: iam.ListUserTagsInput) -> iam.ListUserTagsOutput:
    """List a user's tags.

    Errors: NoSuchEntity, ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html
    """
    user = users.get_user(call.tx, call.account_id, request["UserName"])
    shown, end = views.page_of_tags(call, request, user.tags)
    return {"Tags": shown, **end}
