"""The operations of Organizations. Importing this registers them; what is not here answers NotImplemented."""

from keystead.services.organizations.operations import (
    accounts,
    create_account,
    handshakes,
    organization,
    organizational_units,
    policies,
    policy_types,
    service_access,
    tags,
)

__all__ = [
    "accounts",
    "create_account",
    "handshakes",
    "organization",
    "organizational_units",
    "policies",
    "policy_types",
    "service_access",
    "tags",
]
