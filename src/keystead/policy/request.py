"""Who asks for what: the facts a decision is made from.  All of them come in as arguments."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .compiled import PolicySet


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


@dataclass(frozen=True, slots=True)
class Request:
    """One action on one resource.  INVARIANT: the keys of `context` are lower-case."""

    principal: Principal
    action: str
    resource: str
    resource_account: str
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
