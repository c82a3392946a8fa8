"""Taking every row out and putting it back: how an ephemeral server returns to its first start."""

import base64
import datetime as dt
import json
from typing import Any

from sqlalchemy import insert, select

from keystead.storage.schema import metadata
from keystead.storage.schema.core import changes
from keystead.storage.store import Transaction


def take(tx: Transaction) -> str:
    """Return every row of every table but the change feed, as text."""
    rows = {
        table.name: [{name: _plain(value) for name, value in row._mapping.items()} for row in tx.execute(select(table))]
        for table in metadata.sorted_tables
        if table is not changes
    }
    return json.dumps(rows)


def restore(tx: Transaction, text: str) -> None:
    """Replace every row of every table but the change feed by those of a snapshot."""
    kept = json.loads(text)
    for table in reversed(metadata.sorted_tables):
        if table is not changes:
            tx.execute(table.delete())
    for table in metadata.sorted_tables:
        rows = [{name: _rich(value) for name, value in row.items()} for row in kept.get(table.name, [])]
        if rows:
            tx.execute(insert(table), rows)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, dt.datetime):
        return {"$time": value.isoformat()}
    return value


def _rich(value: Any) -> Any:
    if isinstance(value, dict) and "$bytes" in value:
        return base64.b64decode(value["$bytes"])
    if isinstance(value, dict) and "$time" in value:
        return dt.datetime.fromisoformat(value["$time"])
    return value
