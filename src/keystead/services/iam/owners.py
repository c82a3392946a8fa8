"""Whose access keys and MFA devices a request means: a named user's, or the caller's own.

Only users and the root user own any; a role's session has to name a user.
"""

from dataclasses import dataclass
from typing import cast

from keystead.policy import PrincipalType
from keystead.services import account
from keystead.services.call import Call, Target
from keystead.services.iam import arns, errors, holders, targets, views
from keystead.services.iam.records import User
from keystead.services.iam.store.users import find_user_by_id, get_user
from keystead.wire.shapes import iam

_OWNING_TYPES = frozenset({PrincipalType.ROOT, PrincipalType.USER, PrincipalType.USER_SESSION})


@dataclass(frozen=True, slots=True)
class Owner:
    """A user, or the root user, whose id is the account's and whose name is empty."""

    id: str
    account_id: str
    name: str
    target: Target
    shown: iam.User


def get_owner(call: Call, name: str | None) -> Owner:
    """Return the account's user of this name; without a name the caller, if it can own credentials.

    Errors: NoSuchEntity, ValidationError (no name, and the caller can own no credentials).
    """
    if name is not None:
        return _owning(get_user(call.tx, call.account_id, name))
    caller = _calling_owner(call)
    if caller is None:
        raise errors.user_name_needed()
    return caller


def target(call: Call, name: str | None) -> Target:
    """Return who a request means as what it acts on."""
    if name is not None:
        return holders.target(call, holders.USER, name)
    caller = _calling_owner(call)
    return Target() if caller is None else caller.target


def owner_by_id(call: Call, owner_id: str) -> Owner | None:
    """Return who a credential of the caller's account belongs to, by the id that is stored with it, or None."""
    if owner_id == call.account_id:
        return _root(call)
    user = find_user_by_id(call.tx, call.account_id, owner_id)
    return None if user is None else _owning(user)


def _calling_owner(call: Call) -> Owner | None:
    principal = call.caller.principal
    if principal.type not in _OWNING_TYPES:
        return None
    return owner_by_id(call, principal.issuer_id or principal.unique_id)


def _owning(user: User) -> Owner:
    return Owner(
        id=user.id,
        account_id=user.account_id,
        name=user.name,
        target=targets.principal(user.arn, user.tags, named=f"user {user.name}"),
        shown=views.user_in_full(user),
    )


def _root(call: Call) -> Owner:
    account_id = call.account_id
    facts = account.facts(call.tx, account_id)
    # AWS shows the root user without path and name, whatever the model requires.
    shown = {
        "Path": None,
        "UserName": None,
        "UserId": account_id,
        "Arn": arns.root(account_id),
        "CreateDate": None if facts is None else facts.created,
    }
    return Owner(id=account_id, account_id=account_id, name="", target=Target(), shown=cast("iam.User", shown))
