"""IAM's operations. Importing a module registers what it holds."""

from keystead.services.iam.operations import (
    access_keys,
    account,
    attachments,
    authorization_details,
    boundaries,
    context_keys,
    groups,
    inline_policies,
    mfa,
    policies,
    policy_entities,
    policy_versions,
    roles,
    service_linked_roles,
    users,
)

__all__ = [
    "access_keys",
    "account",
    "attachments",
    "authorization_details",
    "boundaries",
    "context_keys",
    "groups",
    "inline_policies",
    "mfa",
    "policies",
    "policy_entities",
    "policy_versions",
    "roles",
    "service_linked_roles",
    "users",
]
