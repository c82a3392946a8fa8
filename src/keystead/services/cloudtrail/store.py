"""The event history in the database: all of this room's SQL."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Row, Select, delete, false, select, true

from keystead.services.cloudtrail.event_ids import first_id
from keystead.services.cloudtrail.records import Record
from keystead.storage import Transaction
from keystead.storage.schema.cloudtrail import events

# How many old events one sweep deletes, and how many events one page looks through where no index helps: so few that no
# request waits for it.
_SWEPT: Final = 1_000
_SEARCHED: Final = 10_000

Columns = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events of an account are wanted: one attribute (a key of LookupAttributes), and a range of ids."""

    account_id: str
    attribute: str | None
    value: str
    from_id: str | None
    before_id: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of events, newest first, and the id to go on before; None when there are no more."""

    rows: Sequence[Row[Columns]]
    rest: str | None


def add(tx: Transaction, records: Sequence[Record]) -> None:
    """Add records to the histories of their accounts."""
    tx.add(events, records)


def newest(tx: Transaction, wanted: Filter, limit: int) -> Found:
    """Return the newest events that are wanted.

    A page for an attribute without an index can be short, or empty, with more to come: it looks through so many
    events only.
    """
    if wanted.attribute in _UNINDEXED:
        return _search(tx, wanted, limit)
    query = _range(select(events), wanted)
    if wanted.attribute is not None:
        query = query.where(_matches(wanted.attribute, wanted.value))
    rows = tx.execute(query.limit(limit + 1)).all()
    return Found(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def _range(query: Select[Columns], wanted: Filter) -> Select[Columns]:
    query = query.where(events.c.account_id == wanted.account_id)
    if wanted.from_id is not None:
        query = query.where(events.c.id >= wanted.from_id)
    if wanted.before_id is not None:
        query = query.where(events.c.id < wanted.before_id)
    return query.order_by(events.c.id.desc())


def _matches(attribute: str, value: str) -> ColumnElement[bool]:
    if attribute == "ReadOnly":
        # Worded as the index of the changes is, or it would not serve.
        return events.c.read_only == (true() if value == "true" else false())
    return _COLUMNS[attribute] == value


_COLUMNS: Final = {
    "AccessKeyId": events.c.access_key_id,
    "EventId": events.c.id,
    "EventName": events.c.name,
    "Username": events.c.username,
}


_UNINDEXED: Final = frozenset({"EventSource", "ResourceName", "ResourceType"})


def _search(tx: Transaction, wanted: Filter, limit: int) -> Found:
    looked_at = select(events.c.id, events.c.source, events.c.resources)
    seen = tx.execute(_range(looked_at, wanted).limit(_SEARCHED)).all()
    ids = [row.id for row in seen if _is_about(row, wanted)]
    rows = tx.execute(select(events).where(events.c.id.in_(ids[:limit])).order_by(events.c.id.desc())).all()
    if len(ids) > limit:
        return Found(rows, ids[limit - 1])
    return Found(rows, seen[-1].id if len(seen) == _SEARCHED else None)


def _is_about(row: Row[Columns], wanted: Filter) -> bool:
    if wanted.attribute == "EventSource":
        return bool(row.source == wanted.value)
    value = orjson.dumps(wanted.value).decode()
    # Quotes inside JSON strings are escaped, so these can only be whole types or whole names.
    return (f"[{value}," if wanted.attribute == "ResourceType" else f",{value}]") in row.resources


def forget_before(tx: Transaction, moment: dt.datetime) -> int:
    """Delete some of the events from before a moment and return how many; 0 when none is left."""
    old = tx.execute(select(events.c.id).where(events.c.id < first_id(moment)).order_by(events.c.id).limit(_SWEPT))
    ids = list(old.scalars())
    if ids:
        tx.execute(delete(events).where(events.c.id <= ids[-1]))
    return len(ids)
