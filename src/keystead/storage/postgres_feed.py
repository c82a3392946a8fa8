"""The change feed of PostgreSQL: listened to and polled by a thread.

A node that has heard nothing for `MAX_SILENCE_SECONDS` refuses to decide.
"""

import threading
import time

import psycopg

from keystead.storage.feed import CHANNEL, SINCE, Feed, StaleError

MAX_SILENCE_SECONDS = 2.0
POLL_SECONDS = 0.25


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
        self.apply(connection.execute(SINCE.format("%s"), (self.position,)).fetchall())
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
        """End the listening thread; nothing may be decided from memory any more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=2)
        self._heard_at = -MAX_SILENCE_SECONDS
