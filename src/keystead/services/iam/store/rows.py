"""From rows to records and back: a record's fields are columns of its table, under the same names."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Table, delete, func, insert, select, update

from keystead.storage import Transaction

Record = TypeVar("Record")


def find_all(tx: Transaction, table: Table, record: Callable[..., Record], *where: ColumnElement[bool]) -> list[Record]:
    """Return every row that matches, in no particular order."""
    columns = [table.c[name] for name in _names(record)]
    return [record(*row) for row in tx.execute(select(*columns).where(*where))]


def find(tx: Transaction, table: Table, record: Callable[..., Record], *where: ColumnElement[bool]) -> Record | None:
    """Return the only row that matches, or None."""
    columns = [table.c[name] for name in _names(record)]
    row = tx.execute(select(*columns).where(*where)).one_or_none()
    return None if row is None else record(*row)


def count(tx: Transaction, table: Table, *where: ColumnElement[bool]) -> int:
    """Return how many rows match."""
    found: int = tx.execute(select(func.count()).select_from(table).where(*where)).scalar_one()
    return found


def add(tx: Transaction, table: Table, record: object, **derived: object) -> None:
    """Insert a record, with the columns that are derived from it."""
    tx.execute(insert(table).values(**_values(record), **derived))


def replace(tx: Transaction, table: Table, record: Any, **derived: object) -> None:
    """Write a changed record over the row with its key."""
    (key,) = table.primary_key.columns
    tx.execute(update(table).where(key == getattr(record, key.name)).values(**_values(record), **derived))


def remove(tx: Transaction, table: Table, *where: ColumnElement[bool]) -> None:
    """Delete every row that matches."""
    tx.execute(delete(table).where(*where))


def _names(record: Any) -> list[str]:
    return [field.name for field in fields(record)]


def _values(record: object) -> dict[str, object]:
    return {name: getattr(record, name) for name in _names(record)}
