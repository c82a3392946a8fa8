"""The kinds of policy, and their quotas as AWS counts them.  Owns no parsing and no evaluation."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class PolicyKind(StrEnum):
    """Where a policy hangs, which decides its grammar and what it can do."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    TRUST = "trust"
    BOUNDARY = "boundary"
    SESSION = "session"
    SCP = "scp"
    RCP = "rcp"


ORGANIZATION_KINDS: Final = frozenset({PolicyKind.SCP, PolicyKind.RCP})
PRINCIPAL_KINDS: Final = frozenset({PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.RCP})

# Sources: IAM User Guide reference_iam-quotas.html, STS API AssumeRole (Policy, PolicyArns),
# Organizations User Guide orgs_reference_limits.html (SCP sizes as of 2026-05-15).
QUOTAS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "managed_policy": 6144,
        "managed_policy_versions": 5,
        "inline_user": 2048,
        "inline_group": 5120,
        "inline_role": 10240,
        "trust_policy": 2048,
        "trust_policy_max": 8192,
        "session_policy": 2048,
        "session_policy_arns": 10,
        "scp": 10240,
        "scp_per_target": 10,
        "rcp": 5120,
        "rcp_per_target": 5,
        "resource_policy": 20480,
        "attached_user": 10,
        "attached_role": 10,
        "attached_group": 10,
        "attached_user_max": 20,
        "attached_role_max": 25,
        "groups_per_user": 10,
        # What the engine reads at all. Customers may send 131,072, which the wire checks; the largest managed policy of
        # AWS itself, AWSSupportServiceRolePolicy, is longer than that.
        "document": 262144,
    }
)


def size(text: str) -> int:
    """Count the characters of a policy as IAM does: white space is free.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return len(text) - sum(text.count(space) for space in " \t\n\r")


def measure(text: str, kind: PolicyKind) -> int:
    """Measure a policy in the unit of its quota.

    Units: IAM kinds in characters without white space, SCP and RCP in characters, resource policies in UTF-8 bytes.
    """
    if kind in ORGANIZATION_KINDS:
        return len(text)
    if kind is PolicyKind.RESOURCE:
        return len(text.encode("utf-8", "surrogatepass"))
    return size(text)
