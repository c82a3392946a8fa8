"""The audit log: what waits to be written, and the ways in which it is."""

import datetime as dt
import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, NamedTuple

from keystead.services.cloudtrail import store as events
from keystead.services.cloudtrail.event import Event
from keystead.services.cloudtrail.records import Random, Record, records_of
from keystead.services.cloudtrail.service_events import ServiceEvent, record_of
from keystead.storage import Store, Transaction
from keystead.wire.errors import AwsError

logger = logging.getLogger("keystead")

# So many events are written without being asked, in one transaction.
_FULL: Final = 2_000
# So many wait at most for a database that does not take them; then nothing more is done unaudited.
_REFUSING: Final = 10_000

# Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
RETENTION: Final = dt.timedelta(days=90)
_SWEEP_EVERY: Final = dt.timedelta(minutes=1)


class _OnItsWay(NamedTuple):
    """The first `events` of those that wait, in the writer's hands."""

    events: int
    written: Future[None]


class AuditLog:
    """Every call of every account, on its way to the database.

    A thread of its own writes what waits at a tick: requests go on while the disk works. Whoever needs events on disk
    now (`flush`) waits for it. An event stays among those that wait until it is written, so none is lost or doubled.
    """

    def __init__(self, store: Store) -> None:
        """Start with nothing waiting."""
        self._store = store
        self._waiting: list[Event] = []
        self._writer = ThreadPoolExecutor(1, "audit-log")
        self._on_its_way: _OnItsWay | None = None
        self._swept = dt.datetime.min.replace(tzinfo=dt.UTC)

    def record(self, event: Event) -> None:
        """Keep an event until the next flush. Never call it while a write transaction is open.

        Errors: ServiceUnavailable when the database has not taken events for so long that no more may wait.
        """
        waiting = self._waiting
        waiting.append(event)
        if len(waiting) % _FULL == 0:
            self._make_room()

    def _make_room(self) -> None:
        try:
            self.flush()
        except Exception as error:
            if len(self._waiting) >= _REFUSING:
                raise AwsError("ServiceUnavailable", "The audit log cannot be written.", status=503) from error
            logger.exception("the audit log cannot be written: %d events wait", len(self._waiting))

    def write(self, tx: Transaction, event: Event) -> None:
        """Write an event as part of the change it tells of: both are kept, or neither."""
        events.add(tx, _built(event))

    def write_of_service(self, tx: Transaction, event: ServiceEvent, random: Random) -> None:
        """Write what a service did by itself as part of doing it."""
        events.add(tx, [record_of(event, random)])

    def flush(self) -> None:
        """Write what waits, and return when it is on disk; when the database refuses, it waits on."""
        self._settle()
        if self._waiting:
            flushed = len(self._waiting)
            self._append(self._records())
            del self._waiting[:flushed]

    def hand_over(self) -> None:
        """Let the writer write what waits, unless it is still writing."""
        if self._on_its_way is not None and not self._on_its_way.written.done():
            return
        self._settle()
        if self._waiting:
            handed = len(self._waiting)
            self._on_its_way = _OnItsWay(handed, self._writer.submit(self._append, self._records()))

    def _settle(self) -> None:
        """Wait for the writer, and let go of what it has written."""
        if self._on_its_way is None:
            return
        sent, self._on_its_way = self._on_its_way, None
        error = sent.written.exception()
        if error is None:
            del self._waiting[: sent.events]
        else:
            logger.error("the audit log cannot be written: %d events wait", len(self._waiting), exc_info=error)

    def _records(self) -> list[Record]:
        return [record for event in self._waiting for record in _built_somehow(event)]

    def _append(self, records: list[Record]) -> None:
        self._store.append(lambda tx: events.add(tx, records))

    def forget_old(self, now: dt.datetime) -> None:
        """Delete some of the events that are older than AWS keeps them; call it again and again."""
        if now - self._swept < _SWEEP_EVERY:
            return
        if not self._store.append(lambda tx: events.forget_before(tx, now - RETENTION)):
            self._swept = now

    def tick(self, now: dt.datetime) -> None:
        """Do what is due."""
        self.hand_over()
        self.forget_old(now)

    def discard(self) -> None:
        """Forget what waits, because the whole history is about to be reset."""
        self._settle()
        self._waiting.clear()

    def close(self) -> None:
        """Write what waits, and end the writer."""
        try:
            self.flush()
        finally:
            self._writer.shutdown()


def _built(event: Event) -> list[Record]:
    return records_of(event, event.call.house.random)


def _built_somehow(event: Event) -> list[Record]:
    """Build an event; one whose parameters cannot be told is told without them, so that it holds up no other."""
    try:
        return _built(event)
    except Exception:
        logger.exception("event %s is recorded without its parameters", event.call.request_id)
        return _built(event._replace(request={}, result=None))
