"""What the house itself keeps: settings, wrapped data keys, the change feed."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from keystead.storage.schema.base import Sequence, UtcDateTime, metadata

settings = Table(
    "settings",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", String, nullable=False),
)

data_keys = Table(
    "data_keys",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created", UtcDateTime, nullable=False),
)

# One row per committed change: `scope` is the account whose authorization facts changed, or "*".
changes = Table(
    "changes",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("scope", String(64), nullable=False),
    sqlite_autoincrement=True,
)
