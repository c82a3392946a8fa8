"""The operation that shows a whole account: who is there, and what they may do."""

from collections.abc import Sequence

from keystead.services.call import Call
from keystead.services.iam import details, managed, rules, views
from keystead.services.iam.details import Entity
from keystead.services.iam.managed import AwsManagedPolicy
from keystead.services.iam.records import Group, Policy, Role, User
from keystead.services.iam.store import attachments, groups, policies, roles, users
from keystead.services.iam.store.attachments import Usage
from keystead.services.registry import anything, operation
from keystead.wire.shapes import iam

_ORDER = {User: 0, Group: 1, Role: 2, Policy: 3, AwsManagedPolicy: 4}
_EVERYTHING: Sequence[iam.EntityType] = ("User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy")


@operation("iam", authorizes=anything)
def get_account_authorization_details(
    call: Call, request: iam.GetAccountAuthorizationDetailsInput
) -> iam.GetAccountAuthorizationDetailsOutput:
    """Return the account's users, groups, roles and policies, of AWS's those in use, with all that connects them.

    Errors: ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
    """
    tx = call.tx
    usage = attachments.usage(tx, call.account_id)
    found = _entities(call, request.get("Filter") or _EVERYTHING, usage)
    shown, end = views.page(call, request, found, _place)
    return {
        "UserDetailList": details.users(tx, [one for one in shown if isinstance(one, User)]),
        "GroupDetailList": details.groups(tx, [one for one in shown if isinstance(one, Group)]),
        "RoleDetailList": details.roles(tx, [one for one in shown if isinstance(one, Role)]),
        "Policies": details.policies(tx, [one for one in shown if isinstance(one, Policy | AwsManagedPolicy)], usage),
        **end,
    }


def _entities(call: Call, kinds: Sequence[iam.EntityType], usage: Usage) -> list[Entity]:
    tx, account_id = call.tx, call.account_id
    found: list[Entity] = []
    if "User" in kinds:
        found += users.list_users(tx, account_id)
    if "Group" in kinds:
        found += groups.list_groups(tx, account_id)
    if "Role" in kinds:
        found += roles.list_roles(tx, account_id)
    if "LocalManagedPolicy" in kinds:
        found += policies.list_policies(tx, account_id)
    if "AWSManagedPolicy" in kinds:
        used = sorted({*usage.attached, *usage.as_boundary}, key=_name_in)
        found += [policy for arn in used if (policy := managed.catalogue().find(arn)) is not None]
    return found


def _name_in(arn: str) -> str:
    return rules.name_key(arn.rpartition("/")[2])


def _place(entity: Entity) -> str:
    """Return where an entity stands in the answer: by kind, then by name."""
    return f"{_ORDER[type(entity)]} {rules.name_key(entity.name)}"
