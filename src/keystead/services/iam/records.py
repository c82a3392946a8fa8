"""What the rows of IAM's tables are to the rest of the room; fields are named as the columns they come from."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from keystead.services.iam import arns


@dataclass(frozen=True, slots=True)
class User:
    """An IAM user."""

    id: str
    account_id: str
    name: str
    path: str
    created: dt.datetime
    tags: Mapping[str, str]
    boundary_arn: str | None
    password_last_used: dt.datetime | None

    @property
    def arn(self) -> str:
        """Its ARN, which follows its name and path."""
        return arns.user(self.account_id, self.name, self.path)


@dataclass(frozen=True, slots=True)
class Group:
    """An IAM group."""

    id: str
    account_id: str
    name: str
    path: str
    created: dt.datetime

    @property
    def arn(self) -> str:
        """Its ARN, which follows its name and path."""
        return arns.group(self.account_id, self.name, self.path)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A long-term access key. `user_id` is the account id when it is the root user's."""

    id: str
    account_id: str
    user_id: str
    secret: bytes
    status: str
    created: dt.datetime
    last_used: dt.datetime | None
    last_used_service: str | None
    last_used_region: str | None


@dataclass(frozen=True, slots=True)
class MfaDevice:
    """A virtual MFA device. `user_id` is None until it is enabled, and the account id when it is the root user's."""

    serial: str
    account_id: str
    user_id: str | None
    seed: bytes
    created: dt.datetime
    enabled: dt.datetime | None
    last_step: int | None
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Role:
    """A role. `trust_document` names users and roles by unique id; `linked_service` is None but for service-linked."""

    id: str
    account_id: str
    name: str
    path: str
    created: dt.datetime
    description: str
    trust_document: str
    max_session_duration: int
    tags: Mapping[str, str]
    boundary_arn: str | None
    linked_service: str | None
    last_used: dt.datetime | None
    last_used_region: str | None

    @property
    def arn(self) -> str:
        """Its ARN, which follows its name and path."""
        return arns.role(self.account_id, self.name, self.path)


@dataclass(frozen=True, slots=True)
class Policy:
    """A customer managed policy. A version number is never given twice, so the last one given is kept."""

    id: str
    account_id: str
    arn: str
    name: str
    path: str
    description: str
    created: dt.datetime
    updated: dt.datetime
    default_version: int
    last_version: int
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a customer managed policy, with its document."""

    policy_id: str
    version: int
    document: str
    created: dt.datetime


@dataclass(frozen=True, slots=True)
class InlinePolicy:
    """A policy that is part of a user, group or role: `owner_id` is its unique id."""

    owner_id: str
    account_id: str
    name: str
    document: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A managed policy, of the account or of AWS, attached to a user, group or role."""

    owner_id: str
    account_id: str
    policy_arn: str
    attached: dt.datetime


@dataclass(frozen=True, slots=True)
class RoleDeletion:
    """How the deletion of a service-linked role went. `reason` is empty unless it failed."""

    id: str
    account_id: str
    status: str
    reason: str
