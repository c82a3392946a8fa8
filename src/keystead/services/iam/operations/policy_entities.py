"""The operation that tells who uses a managed policy."""

from keystead.services.call import Call
from keystead.services.iam import policies, rules, views
from keystead.services.iam.holders import Holder
from keystead.services.iam.records import Group, Role, User
from keystead.services.iam.store import attachments, groups, roles, users
from keystead.services.registry import operation
from keystead.wire.shapes import iam


@operation("iam", authorizes=lambda call, request: policies.target(call, request["PolicyArn"]))
def list_entities_for_policy(call: Call, request: iam.ListEntitiesForPolicyInput) -> iam.ListEntitiesForPolicyOutput:
    """List the groups, roles and users of the account that a managed policy is attached to, or is the boundary of.

    Errors: InvalidInput (ARN), NoSuchEntity, ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
    """
    policy = policies.get(call, request["PolicyArn"])
    found = [
        entity
        for entity in _entities(call, request.get("EntityFilter"))
        if rules.under_path(entity.path, request.get("PathPrefix"))
    ]
    using = _using(call, policy.arn, found, request.get("PolicyUsageFilter"))
    shown, end = views.page(call, request, using, _place)
    return {
        "PolicyGroups": [{"GroupName": one.name, "GroupId": one.id} for one in shown if isinstance(one, Group)],
        "PolicyRoles": [{"RoleName": one.name, "RoleId": one.id} for one in shown if isinstance(one, Role)],
        "PolicyUsers": [{"UserName": one.name, "UserId": one.id} for one in shown if isinstance(one, User)],
        **end,
    }


def _entities(call: Call, kind: iam.EntityType | None) -> list[Holder]:
    """Return the account's groups, roles and users, or one kind of them, in the order of the answer."""
    found: list[Holder] = []
    if kind in {None, "Group"}:
        found += groups.list_groups(call.tx, call.account_id)
    if kind in {None, "Role"}:
        found += roles.list_roles(call.tx, call.account_id)
    if kind in {None, "User"}:
        found += users.list_users(call.tx, call.account_id)
    return found


def _using(call: Call, arn: str, entities: list[Holder], how: iam.PolicyUsageType | None) -> list[Holder]:
    attached = {found.owner_id for found in attachments.attachments_of_policy(call.tx, call.account_id, arn)}
    return [
        entity
        for entity in entities
        if (how != "PermissionsBoundary" and entity.id in attached)
        or (how != "PermissionsPolicy" and not isinstance(entity, Group) and entity.boundary_arn == arn)
    ]


def _place(entity: Holder) -> str:
    """Return where an entity stands in the list: groups, then roles, then users, each by name."""
    return f"{type(entity).__name__} {rules.name_key(entity.name)}"
