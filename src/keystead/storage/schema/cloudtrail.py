"""The table of cloudtrail: the event history.

An event id begins with its time (UUID version 7), so the order of ids is the order of events: no column needs an index
on time, and a page of a filter is one range of one index. Every index is paid for by every request of every caller,
so there is none for what is rarely asked (resources, sources): that is looked for among the newest.
"""

from sqlalchemy import Boolean, Column, Index, String, Table, text

from keystead.storage.schema.base import metadata

events = Table(
    "cloudtrail_events",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account_id", String(12), nullable=False),
    Column("name", String(128), nullable=False),
    Column("source", String(64), nullable=False),
    Column("username", String(128), nullable=False),
    Column("access_key_id", String(32), nullable=False),
    Column("read_only", Boolean, nullable=False),
    # What the event is about: [[type, name], …] as JSON without spaces.
    Column("resources", String, nullable=False),
    # The event as CloudTrail delivers it, JSON.
    Column("record", String, nullable=False),
    Index("ix_cloudtrail_events_account", "account_id", "id"),
    Index("ix_cloudtrail_events_name", "account_id", "name", "id"),
    Index("ix_cloudtrail_events_username", "account_id", "username", "id"),
    Index("ix_cloudtrail_events_access_key", "account_id", "access_key_id", "id"),
)

# Reads are many and changes are few: only the few are worth an index of their own.
Index(
    "ix_cloudtrail_events_changes",
    events.c.account_id,
    events.c.id,
    sqlite_where=text("read_only = 0"),
    postgresql_where=text("read_only = false"),
)
