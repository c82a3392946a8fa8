"""The change feed: how memory learns that the database has moved on.

Every write names the scopes it touched; the feed reads them in order and tells its listeners.
SQLite is asked on every request (`PRAGMA data_version`, microseconds). PostgreSQL is listened to: `postgres_feed`,
a module of its own so that only its users import the driver.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

CHANNEL = "keystead_changes"
SINCE = "SELECT seq, scope FROM changes WHERE seq > {} ORDER BY seq"

EVERYTHING = "*"


class StaleError(Exception):
    """Memory may be behind the database, so nothing may be decided from it."""


class Feed:
    """The part that both databases share: position, order, listeners."""

    def __init__(self) -> None:
        """Start before the first change."""
        self.position = 0
        # Rises with every change that was heard; a cache fill that straddles a rise is not kept.
        self.generation = 0
        self._lock = threading.RLock()
        self._listeners: list[Callable[[str], None]] = []

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with the scope of every change from now on."""
        self._listeners.append(listener)

    def apply(self, rows: Iterable[tuple[int, str]]) -> None:
        """Tell the listeners of changes, in order, once each."""
        with self._lock:
            for seq, scope in rows:
                if seq <= self.position:
                    continue
                # A gap means that changes were pruned before this node read them.
                heard = scope if seq == self.position + 1 else EVERYTHING
                self.generation += 1
                for listener in self._listeners:
                    listener(heard)
                self.position = seq

    def start(self) -> None:
        """Begin to hear changes."""

    def ensure_fresh(self) -> None:
        """Raise `StaleError` unless memory is as new as the database promises."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop hearing changes."""


class SqliteFeed(Feed):
    """Asks SQLite whether any other connection has committed since the last question."""

    def __init__(self, path: Path) -> None:
        """Open a connection that only ever reads."""
        super().__init__()
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._version = -1

    def start(self) -> None:
        """Open the reading connection and take the present position."""
        self._connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA busy_timeout = 10000")
        self.ensure_fresh()

    def ensure_fresh(self) -> None:
        """Hear every change that was committed before this call."""
        with self._lock:
            if self._connection is None:
                msg = "the change feed is not running"
                raise StaleError(msg)
            try:
                version = self._connection.execute("PRAGMA data_version").fetchone()[0]
                if version != self._version:
                    self.apply(self._connection.execute(SINCE.format("?"), (self.position,)).fetchall())
                    self._version = version
            except sqlite3.Error as error:
                msg = "the database did not answer"
                raise StaleError(msg) from error

    def close(self) -> None:
        """Close the reading connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
