"""IAM's operations. Importing a module registers what it holds."""

from keystead.services.iam.operations import (
    access_keys,
    account,
    attachments,
    groups,
    inline_policies,
    mfa,
    policies,
    policy_versions,
    roles,
    users,
)

__all__ = [
    "access_keys",
    "account",
    "attachments",
    "groups",
    "inline_policies",
    "mfa",
    "policies",
    "policy_versions",
    "roles",
    "users",
]
