"""What authorization needs to know of a principal, read from the database in one go and then kept in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from keystead.policy import Source


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A policy document and where it hangs."""

    source: Source
    text: str


@dataclass(frozen=True, slots=True)
class AccessKeyFacts:
    """A long-term access key. `user_id` equals `account_id` for a key of the root user."""

    id: str
    account_id: str
    user_id: str
    active: bool
    # Sealed by `keystead.credentials.secrets`, bound to the key id.
    secret: bytes


@dataclass(frozen=True, slots=True)
class UserFacts:
    """An IAM user with every identity policy that applies: inline, attached, and those of its groups."""

    id: str
    account_id: str
    name: str
    arn: str
    policies: tuple[PolicyText, ...]
    boundary: PolicyText | None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role: who may take it, what it may do, how long its sessions live."""

    id: str
    account_id: str
    name: str
    path: str
    arn: str
    # As stored: role and user ARNs in Principal are unique ids.
    trust: str
    max_session_duration: int
    service_linked: bool
    policies: tuple[PolicyText, ...]
    boundary: PolicyText | None
    tags: Mapping[str, str] = field(default_factory=dict)
