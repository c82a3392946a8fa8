"""Transactions. A write is a function, run alone, that names what it changed; a read is a snapshot."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Executable, Table, create_engine, event, insert, select, text
from sqlalchemy.engine import URL, CursorResult, make_url

from keystead.storage.feed import CHANNEL, EVERYTHING, Feed, SqliteFeed
from keystead.storage.schema.core import changes

T = TypeVar("T")

# Any constant will do; it only has to be the same on every node.
_WRITE_LOCK = 5397
# Readers that fell further behind than this drop everything they remember instead.
_KEPT_CHANGES = 10_000
# Rows are added so many in a statement: few different statements, which the driver keeps prepared.
_ROWS = (256, 32, 4, 1)


class Transaction:
    """One transaction: run statements, and say whose authorization facts they change."""

    def __init__(self, connection: Connection) -> None:
        """Wrap an open connection; the store begins and ends it."""
        self._connection = connection
        self.scopes: dict[str, None] = {}

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a statement and return its result."""
        return self._connection.execute(statement, parameters)

    def add(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows whose values are in the order of the table's columns, and need no conversion.

        Every statement takes many rows, because a driver holds the interpreter's lock between statements.
        """
        done = 0
        style = self._connection.dialect.paramstyle
        while done < len(rows):
            size = next(size for size in _ROWS if size <= len(rows) - done)
            values = tuple(chain.from_iterable(rows[done : done + size]))
            self._connection.exec_driver_sql(_insertion(table, size, style), values)
            done += size

    def changed(self, scope: str = EVERYTHING) -> None:
        """Say that facts of an account changed (its id), or of everyone (`*`): every node forgets them at commit."""
        self.scopes[scope] = None


@cache
def _insertion(table: Table, size: int, style: str) -> str:
    mark = "?" if style == "qmark" else "%s"
    row = f"({', '.join([mark] * len(table.columns))})"
    return f"INSERT INTO {table.name} ({', '.join(table.columns.keys())}) VALUES {', '.join([row] * size)}"


class Store:
    """A database of either kind, opened."""

    def __init__(self, engine: Engine, feed: Feed) -> None:
        """Use `open_store`."""
        self.engine = engine
        self.feed = feed
        self.kind = engine.dialect.name
        # Two threads of one process take turns here: SQLite's own way to wait for a lock is to sleep and ask again.
        self._turn: AbstractContextManager[Any] = threading.RLock() if self.kind == "sqlite" else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Give one consistent snapshot; nothing can be changed through it."""
        with self.engine.connect() as connection:
            if self.kind == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            else:
                connection.exec_driver_sql("BEGIN")
            try:
                yield Transaction(connection)
            finally:
                connection.rollback()

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` alone among all writers of all nodes, commit, and return what it returned.

        Memory is brought up to date after the lock is taken, so what `work` decides from memory is true at commit.
        """
        with self._turn, self.engine.connect() as connection:
            self._lock(connection)
            try:
                self._hear(connection)
                transaction = Transaction(connection)
                result = work(transaction)
                rows = self._announce(connection, transaction)
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
        self.feed.apply(rows)
        return result

    def append(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` that only adds rows nobody decides by (the audit log); it waits for no other node's write."""
        with self._turn, self.engine.connect() as connection:
            if self.kind == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                result = work(Transaction(connection))
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
        return result

    def _lock(self, connection: Connection) -> None:
        if self.kind == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITE_LOCK})

    def _hear(self, connection: Connection) -> None:
        rows = connection.execute(
            select(changes.c.seq, changes.c.scope).where(changes.c.seq > self.feed.position).order_by(changes.c.seq)
        )
        self.feed.apply([(row.seq, row.scope) for row in rows])

    def _announce(self, connection: Connection, transaction: Transaction) -> list[tuple[int, str]]:
        rows: list[tuple[int, str]] = []
        for scope in transaction.scopes:
            seq = connection.execute(insert(changes).values(scope=scope).returning(changes.c.seq)).scalar_one()
            rows.append((seq, scope))
        if rows:
            if rows[-1][0] % 100 == 0:
                connection.execute(changes.delete().where(changes.c.seq < rows[-1][0] - _KEPT_CHANGES))
            if self.kind == "postgresql":
                connection.execute(text(f"NOTIFY {CHANNEL}"))
        return rows

    @contextmanager
    def locked(self) -> Iterator[Connection]:
        """Give the bare connection under the write lock, for work on the schema itself."""
        with self._turn, self.engine.connect() as connection:
            self._lock(connection)
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def close(self) -> None:
        """Release every connection."""
        self.feed.close()
        self.engine.dispose()


def open_store(url: str | URL) -> Store:
    """Open the database at `url` (`sqlite:///path` or `postgresql://…`); the feed starts when the schema is there."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(Path(parsed.database or ""))
    return _open_postgres(parsed)


def _open_sqlite(path: Path) -> Store:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        # Transactions are begun by hand: the driver's own guessing hides when a write lock is taken.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    return Store(engine, SqliteFeed(path))


def _open_postgres(url: URL) -> Store:
    # Imported here: the driver takes a while, and SQLite does without it.
    from keystead.storage.postgres_feed import PostgresFeed

    engine = create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=5)
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return Store(engine, PostgresFeed(conninfo))
