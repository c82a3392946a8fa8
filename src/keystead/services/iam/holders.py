"""Who policies hang on: a user, group or role. What is done to one of them is done to the others in the same way."""

from collections.abc import Callable
from dataclasses import dataclass

from keystead import policy
from keystead.services.call import Call, ContextValue, Target
from keystead.services.iam import arns, errors, targets
from keystead.services.iam.records import Group, Role, User
from keystead.services.iam.store.groups import find_group, get_group
from keystead.services.iam.store.roles import find_role, get_role
from keystead.services.iam.store.users import find_user, get_user
from keystead.storage import Transaction

Holder = User | Group | Role

_RESERVED_PATH = "/aws-reserved/"


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the three. `noun` is how AWS's sentences call it, `quota_of_policies` how its quota is named."""

    noun: str
    find: Callable[[Transaction, str, str], Holder | None]
    get: Callable[[Transaction, str, str], Holder]
    arn: Callable[[str, str], str]
    quota_of_policies: str

    @property
    def most_attached(self) -> int:
        """Return how many managed policies one of the kind may have."""
        return policy.QUOTAS[f"attached_{self.noun}"]

    @property
    def most_inline(self) -> int:
        """Return how large the inline policies of one of the kind may be together, without whitespace."""
        return policy.QUOTAS[f"inline_{self.noun}"]


USER = Kind("user", find_user, get_user, arns.user, "PoliciesPerUser")
GROUP = Kind("group", find_group, get_group, arns.group, "PoliciesPerGroup")
ROLE = Kind("role", find_role, get_role, arns.role, "PoliciesPerRole")


def get(call: Call, kind: Kind, name: str) -> Holder:
    """Return a user, group or role of the caller's account. Errors: NoSuchEntity."""
    return kind.get(call.tx, call.account_id, name)


def get_to_change(call: Call, kind: Kind, name: str) -> Holder:
    """Return a user, group or role whose policies may be changed. Errors: NoSuchEntity, UnmodifiableEntity."""
    found = get(call, kind, name)
    if isinstance(found, Role):
        refuse_protected(found)
    return found


def refuse_protected(role: Role) -> None:
    """Refuse to change a role that belongs to an AWS service. Errors: UnmodifiableEntity."""
    if role.linked_service is not None or role.path.startswith(_RESERVED_PATH):
        raise errors.protected_role(role.name)


def target(call: Call, kind: Kind, name: str, *, policy_arn: str | None = None, bounded: bool = False) -> Target:
    """Return a user, group or role as a target.

    `policy_arn` becomes iam:PolicyARN; `bounded` adds the boundary it has as iam:PermissionsBoundary.
    """
    found = kind.find(call.tx, call.account_id, name)
    context: dict[str, ContextValue] = {} if policy_arn is None else {"iam:PolicyARN": policy_arn}
    # A denial repeats what was asked for, which tells nothing.
    named = f"{kind.noun} {name}"
    if found is None:
        return Target(kind.arn(call.account_id, name), context=context, named=named)
    if isinstance(found, Group):
        return Target(found.arn, context=context, named=named)
    if bounded:
        context |= targets.with_boundary(found.boundary_arn)
    return targets.principal(found.arn, found.tags, named=named, context=context)
