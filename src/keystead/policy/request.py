"""Who asks for what: the facts a decision is made from.  All of them come in as arguments."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .compiled import CompiledStatement, PolicySet


class PrincipalType(StrEnum):
    """What kind of caller asks."""

    ROOT = "root"
    USER = "user"
    ROLE_SESSION = "role_session"
    FEDERATED_USER = "federated_user"
    USER_SESSION = "user_session"
    SERVICE = "service"
    ANONYMOUS = "anonymous"
    SERVICE_LINKED_ROLE_SESSION = "service_linked_role_session"
    FEDERATED_PROVIDER = "federated_provider"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: the ARN of the session for sessions, the name of a service, the ARN or host of a provider."""

    type: PrincipalType
    arn: str
    account_id: str = ""
    unique_id: str = ""
    role_arn: str = ""
    user_arn: str = ""
    issuer_id: str = ""

    @property
    def is_root(self) -> bool:
        """Tell whether this is an account's root user, with its own key or in a session of GetSessionToken."""
        if self.type is PrincipalType.USER_SESSION:
            return self.user_arn.endswith(":root")
        return self.type is PrincipalType.ROOT


# The denying statements of all that limits the principal, and for each level of SCPs one that allows whatever is
# asked; None when some level has none.
Plan: TypeAlias = "tuple[tuple[CompiledStatement, ...], tuple[CompiledStatement, ...] | None]"
_REMEMBERED: Final = 1024


@dataclass(frozen=True, slots=True)
class Authority:
    """Everything that limits a principal, compiled once and cached by the caller.

    `identity` None is the root user, allowed by default.  `scps` has one set per level from the root to the account;
    None means that service control policies do not apply (no organization, the management account).
    """

    identity: PolicySet | None
    boundary: PolicySet | None = None
    session: PolicySet | None = None
    scps: tuple[PolicySet, ...] | None = None
    _plans: dict[str, Plan] = field(default_factory=dict, init=False, repr=False, compare=False)

    def plan(self, action: str) -> Plan:
        """Give what of a decision on a lower-case action does not depend on the request, and keep it."""
        plan = self._plans.get(action)
        if plan is None:
            if len(self._plans) >= _REMEMBERED:
                self._plans.clear()
            plan = self._plans[action] = self._plan(action)
        return plan

    def _plan(self, action: str) -> Plan:
        levels = [policies.find(action) for policies in self.scps or ()]
        own = (self.identity, self.boundary, self.session)
        found = [*levels, *(policies.find(action) for policies in own if policies is not None)]
        denying = tuple(statement for denies, _, _ in found for statement in denies)
        always = [statement for _, _, statement in levels if statement is not None]
        return denying, tuple(always) if always and len(always) == len(levels) else None


@dataclass(frozen=True, slots=True)
class Request:
    """One action on one resource.  INVARIANT: the keys of `context` are lower-case."""

    principal: Principal
    action: str
    resource: str
    resource_account: str
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
