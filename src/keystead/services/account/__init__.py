"""Accounts: their identity, e-mail address and life. Others may call only what is exported here."""

from keystead.services.account.facts import AccountFacts

__all__ = ["AccountFacts"]
