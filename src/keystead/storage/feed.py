"""The change feed: how memory learns that the database has moved on.

Every write names the scopes it touched; the feed reads them in order and tells its listeners.
SQLite is asked on every request (`PRAGMA data_version`, microseconds). PostgreSQL is listened to and
polled by a thread; a node that has heard nothing for `MAX_SILENCE_SECONDS` refuses to decide.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psycopg

MAX_SILENCE_SECONDS = 2.0
POLL_SECONDS = 0.25
CHANNEL = "keystead_changes"
_SINCE = "SELECT seq, scope FROM changes WHERE seq > {} ORDER BY seq"

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
                    self.apply(self._connection.execute(_SINCE.format("?"), (self.position,)).fetchall())
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


class PostgresFeed(Feed):
    """Listens for commits on a connection of its own, and polls in case a notification is lost."""

    def __init__(self, conninfo: str) -> None:
        """Prepare a listener for the database at `conninfo`."""
        super().__init__()
        self._conninfo = conninfo
        self._heard_at = 0.0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Catch up once, then keep listening in a thread."""
        with psycopg.connect(self._conninfo, autocommit=True, connect_timeout=5) as connection:
            self._catch_up(connection)
        self._thread = threading.Thread(target=self._run, name="change-feed", daemon=True)
        self._thread.start()

    def _catch_up(self, connection: psycopg.Connection) -> None:
        asked_at = time.monotonic()
        self.apply(connection.execute(_SINCE.format("%s"), (self.position,)).fetchall())
        self._heard_at = asked_at

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._conninfo, autocommit=True, connect_timeout=1) as connection:
                    connection.execute("SET statement_timeout = '1s'")
                    connection.execute(f"LISTEN {CHANNEL}")
                    while not self._stop.is_set():
                        self._catch_up(connection)
                        for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                            pass
            except psycopg.Error:
                # Silence grows until `ensure_fresh` refuses; keep trying to be heard again.
                self._stop.wait(POLL_SECONDS)

    def ensure_fresh(self) -> None:
        """Refuse when the database has not been heard for two seconds."""
        if time.monotonic() - self._heard_at > MAX_SILENCE_SECONDS:
            msg = f"the database has not been heard for {MAX_SILENCE_SECONDS:g} seconds"
            raise StaleError(msg)

    def close(self) -> None:
        """End the listening thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=2)
