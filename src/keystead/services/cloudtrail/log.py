"""The audit log: what waits to be written, and the ways in which it is."""

import datetime as dt
import logging
from typing import Final

from keystead.services.cloudtrail import store as events
from keystead.services.cloudtrail.event import Event
from keystead.services.cloudtrail.records import Random, Record, records_of
from keystead.services.cloudtrail.service_events import ServiceEvent, record_of
from keystead.storage import Store, Transaction
from keystead.wire.errors import AwsError

logger = logging.getLogger("keystead")

# So many events are written without being asked, in one transaction.
_FULL: Final = 500
# So many wait at most for a database that does not take them; then nothing more is done unaudited.
_REFUSING: Final = 10_000

# Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
RETENTION: Final = dt.timedelta(days=90)
_SWEEP_EVERY: Final = dt.timedelta(minutes=1)


class AuditLog:
    """Every call of every account, on its way to the database."""

    def __init__(self, store: Store) -> None:
        """Start with nothing waiting."""
        self._store = store
        self._waiting: list[Event] = []
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
        """Write what waits; when the database refuses, it waits on."""
        if not self._waiting:
            return
        flushed = len(self._waiting)
        records = [record for event in self._waiting[:flushed] for record in _built(event)]
        self._store.append(lambda tx: events.add(tx, records))
        del self._waiting[:flushed]

    def forget_old(self, now: dt.datetime) -> None:
        """Delete some of the events that are older than AWS keeps them; call it again and again."""
        if now - self._swept < _SWEEP_EVERY:
            return
        if not self._store.append(lambda tx: events.forget_before(tx, now - RETENTION)):
            self._swept = now

    def tick(self, now: dt.datetime) -> None:
        """Do what is due."""
        self.flush()
        self.forget_old(now)

    def discard(self) -> None:
        """Forget what waits, because the whole history is about to be reset."""
        self._waiting.clear()

    def close(self) -> None:
        """Write what waits."""
        self.flush()


def _built(event: Event) -> list[Record]:
    return records_of(event, event.call.house.random)
