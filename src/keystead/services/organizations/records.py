"""What the room keeps, as frozen values: one per table, one more for anything that policies and tags hang on."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

EntityKind = Literal["ROOT", "ORGANIZATIONAL_UNIT", "ACCOUNT", "POLICY"]
HandshakeState = Literal["OPEN", "ACCEPTED", "DECLINED", "CANCELED", "EXPIRED"]
JoinedMethod = Literal["INVITED", "CREATED"]


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization and where its tree begins."""

    id: str
    management_account_id: str
    feature_set: Literal["ALL", "CONSOLIDATED_BILLING"]
    root_id: str
    created: dt.datetime

    @property
    def has_all_features(self) -> bool:
        """Say whether policies and account closing are available."""
        return self.feature_set == "ALL"


@dataclass(frozen=True, slots=True)
class Container:
    """A root or an organizational unit. `path` is `o-…/r-…/ou-…/`."""

    id: str
    organization_id: str
    parent_id: str | None
    name: str
    path: str
    tags: Mapping[str, str]

    @property
    def levels(self) -> tuple[str, ...]:
        """The ids from the root down to this container."""
        return tuple(self.path.split("/")[1:-1])

    @property
    def kind(self) -> Literal["ROOT", "ORGANIZATIONAL_UNIT"]:
        """What this is, in AWS's word."""
        return "ROOT" if self.parent_id is None else "ORGANIZATIONAL_UNIT"


@dataclass(frozen=True, slots=True)
class Member:
    """An account's place in an organization."""

    account_id: str
    organization_id: str
    parent_id: str
    joined_method: JoinedMethod
    joined: dt.datetime
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of either maker."""

    id: str
    type: str
    name: str
    description: str
    content: str
    tags: Mapping[str, str]
    aws_managed: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    """Whatever has an ARN, a name and tags: an account, a root, an OU or a policy."""

    id: str
    kind: EntityKind
    arn: str
    name: str
    tags: Mapping[str, str]
    # "" unless it is a policy.
    policy_type: str = ""
    aws_managed: bool = False


@dataclass(frozen=True, slots=True)
class AccountCreation:
    """A CreateAccount request and what became of it."""

    id: str
    organization_id: str
    name: str
    email: str
    role_name: str
    iam_user_access_to_billing: str
    tags: Mapping[str, str]
    state: Literal["IN_PROGRESS", "SUCCEEDED", "FAILED"]
    requested: dt.datetime
    completed: dt.datetime | None = None
    account_id: str | None = None
    failure_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Handshake:
    """An invitation to join an organization, sent to an account id or an e-mail address."""

    id: str
    organization_id: str
    party_type: Literal["ACCOUNT", "EMAIL"]
    party_id: str
    party_key: str
    notes: str
    tags: Mapping[str, str]
    state: HandshakeState
    requested: dt.datetime
    expires: dt.datetime
    ended: dt.datetime | None = None

    def state_at(self, now: dt.datetime) -> HandshakeState:
        """Return the state at a moment: an open invitation expires by itself."""
        return "EXPIRED" if self.state == "OPEN" and now >= self.expires else self.state

    def ended_at(self, now: dt.datetime) -> dt.datetime | None:
        """Return when it ended, or None while it waits for an answer."""
        return self.expires if self.state_at(now) == "EXPIRED" else self.ended
