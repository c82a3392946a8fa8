"""Operations on groups and their members."""

from dataclasses import replace

from keystead.credentials import ids
from keystead.services.call import Call, Target
from keystead.services.iam import arns, deletion, errors, holders, rules, views
from keystead.services.iam.holders import GROUP, USER
from keystead.services.iam.records import Group
from keystead.services.iam.store import groups, users
from keystead.services.registry import operation
from keystead.storage import Transaction
from keystead.wire.shapes import iam


def _named(call: Call, request: iam.GetGroupRequest | iam.DeleteGroupRequest | iam.AddUserToGroupRequest) -> Target:
    return holders.target(call, GROUP, request["GroupName"])


@operation(
    "iam",
    authorizes=lambda call, request: Target(
        arns.group(call.account_id, request["GroupName"], request.get("Path", "/"))
    ),
)
def create_group(call: Call, request: iam.CreateGroupInput) -> iam.CreateGroupOutput:
    """Create a group.

    Errors: EntityAlreadyExists, LimitExceeded (groups per account).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html
    """
    group = Group(
        id=ids.unique_id("AGPA", call.house.random),
        account_id=call.account_id,
        name=request["GroupName"],
        path=request.get("Path", "/"),
        created=call.now,
    )
    _refuse_taken_name(call.tx, group)
    if groups.count_groups(call.tx, call.account_id) >= rules.GROUPS_PER_ACCOUNT:
        raise errors.quota_exceeded("GroupsPerAccount", rules.GROUPS_PER_ACCOUNT)
    groups.add_group(call.tx, group)
    call.tx.changed(call.account_id)
    return {"Group": views.group(group)}


def _refuse_taken_name(tx: Transaction, group: Group) -> None:
    """Refuse a name that another group of the account has in any case."""
    holder = groups.find_group(tx, group.account_id, group.name)
    if holder is not None and holder.id != group.id:
        raise errors.group_exists(group.name)


@operation("iam", authorizes=_named)
def get_group(call: Call, request: iam.GetGroupInput) -> iam.GetGroupOutput:
    """Return a group and its users, page by page.

    Errors: NoSuchEntity, ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html
    """
    group = groups.get_group(call.tx, call.account_id, request["GroupName"])
    members = groups.members_of(call.tx, group.id)
    shown, end = views.page(call, request, members, lambda user: rules.name_key(user.name))
    return {"Group": views.group(group), "Users": [views.user(user) for user in shown], **end}


@operation(
    "iam", authorizes=lambda call, request: Target(arns.group(call.account_id, "", request.get("PathPrefix", "/")))
)
def list_groups(call: Call, request: iam.ListGroupsInput) -> iam.ListGroupsOutput:
    """List the account's groups under a path.

    Errors: ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html
    """
    prefix = request.get("PathPrefix")
    found = [group for group in groups.list_groups(call.tx, call.account_id) if rules.under_path(group.path, prefix)]
    shown, end = views.page_of_groups(call, request, found)
    return {"Groups": shown, **end}


def _changed(group: Group, request: iam.UpdateGroupRequest) -> Group:
    return replace(group, name=request.get("NewGroupName", group.name), path=request.get("NewPath", group.path))


def _before_and_after(call: Call, request: iam.UpdateGroupRequest) -> list[Target]:
    # Renaming needs the permission on the group as it is and as it will be.
    before = holders.target(call, GROUP, request["GroupName"])
    group = groups.find_group(call.tx, call.account_id, request["GroupName"])
    return [before] if group is None else [before, Target(_changed(group, request).arn)]


@operation("iam", authorizes=_before_and_after)
def update_group(call: Call, request: iam.UpdateGroupInput) -> iam.UpdateGroupOutput:
    """Rename a group or move it to another path; its members and policies stay.

    Errors: EntityAlreadyExists, NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html
    """
    group = groups.get_group(call.tx, call.account_id, request["GroupName"])
    changed = _changed(group, request)
    _refuse_taken_name(call.tx, changed)
    groups.replace_group(call.tx, changed)
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_named)
def delete_group(call: Call, request: iam.DeleteGroupInput) -> iam.DeleteGroupOutput:
    """Delete a group that has no users and no policies.

    Errors: DeleteConflict, NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html
    """
    group = groups.get_group(call.tx, call.account_id, request["GroupName"])
    if groups.members_of(call.tx, group.id):
        raise errors.delete_conflict("remove users from group")
    deletion.refuse_while_policies_remain(call.tx, group.id)
    groups.remove_group(call.tx, group)
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_named)
def add_user_to_group(call: Call, request: iam.AddUserToGroupInput) -> iam.AddUserToGroupOutput:
    """Put a user into a group; one who is in it already stays.

    Errors: LimitExceeded (groups per user), NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html
    """
    tx = call.tx
    user = users.get_user(tx, call.account_id, request["UserName"])
    group = groups.get_group(tx, call.account_id, request["GroupName"])
    joined = groups.groups_of_user(tx, user.id)
    if group in joined:
        return {}
    if len(joined) >= rules.GROUPS_PER_USER:
        raise errors.quota_exceeded("GroupsPerUser", rules.GROUPS_PER_USER)
    groups.add_member(tx, group, user, call.now)
    tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_named)
def remove_user_from_group(call: Call, request: iam.RemoveUserFromGroupInput) -> iam.RemoveUserFromGroupOutput:
    """Take a user out of a group; one who is not in it is no mistake.

    Errors: NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html
    """
    user = users.get_user(call.tx, call.account_id, request["UserName"])
    group = groups.get_group(call.tx, call.account_id, request["GroupName"])
    groups.remove_member(call.tx, group, user)
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=lambda call, request: holders.target(call, USER, request["UserName"]))
def list_groups_for_user(call: Call, request: iam.ListGroupsForUserInput) -> iam.ListGroupsForUserOutput:
    """List the groups that a user is in.

    Errors: NoSuchEntity, ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html
    """
    user = users.get_user(call.tx, call.account_id, request["UserName"])
    shown, end = views.page_of_groups(call, request, groups.groups_of_user(call.tx, user.id))
    return {"Groups": shown, **end}
