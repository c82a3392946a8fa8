"""Accounts and their root users."""

from sqlalchemy import Column, Index, String, Table

from keystead.storage.schema.base import UtcDateTime, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("name", String(50), nullable=False),
    Column("email", String(254), nullable=False),
    # The address folded for comparison: one address belongs to one account, whatever its case.
    Column("email_key", String(254), nullable=False, unique=True),
    Column("state", String(32), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("closed", UtcDateTime),
    # NULL until the root user sets a password; no password can be guessed that does not exist.
    Column("root_password_hash", String),
    Index("ix_accounts_state", "state"),
)
