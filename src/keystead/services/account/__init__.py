"""Accounts: their identity, e-mail address and life. Others may call only what is exported here."""

from keystead.services.account.facts import AccountFacts
from keystead.services.account.store import (
    EmailInUse,
    by_email,
    closing_since,
    create,
    email_key,
    exists,
    facts,
    many,
    root_has_password,
    set_state,
)

__all__ = [
    "AccountFacts",
    "EmailInUse",
    "by_email",
    "closing_since",
    "create",
    "email_key",
    "exists",
    "facts",
    "many",
    "root_has_password",
    "set_state",
]
