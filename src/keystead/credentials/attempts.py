"""Counting wrong codes, so that nobody can try them all: after a few in a row a key takes none for a while.

Only memory of one process: several nodes allow as many times more, which is still nothing against a million codes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

FREE: Final = 5
FIRST_LOCK: Final = timedelta(minutes=1)
LONGEST_LOCK: Final = timedelta(hours=1)
# FIRST_LOCK, doubled so often, is longer than LONGEST_LOCK.
_DOUBLINGS: Final = 6
_CAPACITY: Final = 100_000


class _Failures(NamedTuple):
    in_a_row: int
    locked_until: datetime | None

    def locked(self, now: datetime) -> bool:
        return self.locked_until is not None and now < self.locked_until


class Attempts:
    """The wrong codes of many keys; of each, how many in a row."""

    def __init__(self, capacity: int = _CAPACITY) -> None:
        """Remember at most `capacity` keys."""
        self._capacity = capacity
        # In the order of the last failure.
        self._failures: dict[str, _Failures] = {}

    def may_try(self, key: str, now: datetime) -> bool:
        """Tell whether a code may be compared at all; a right one is refused too while the key is locked."""
        known = self._failures.get(key)
        if known is not None:
            return not known.locked(now)
        # What could not be counted is not tried.
        return len(self._failures) < self._capacity or self._oldest(now) is not None

    def failed(self, key: str, now: datetime) -> None:
        """Count a wrong code: the fifth in a row locks the key, and every further one for twice as long."""
        known = self._failures.pop(key, None)
        if known is None and len(self._failures) >= self._capacity:
            oldest = self._oldest(now)
            if oldest is None:
                return
            del self._failures[oldest]
        count = 1 if known is None else known.in_a_row + 1
        self._failures[key] = _Failures(count, now + _lock(count) if count >= FREE else None)

    def succeeded(self, key: str) -> None:
        """Forget the wrong codes before a right one."""
        self._failures.pop(key, None)

    def forget(self) -> None:
        """Forget every key, because everything they belong to is about to be reset."""
        self._failures.clear()

    def _oldest(self, now: datetime) -> str | None:
        """Return the key whose last failure is longest ago and that is not locked, or None."""
        return next((key for key, failures in self._failures.items() if not failures.locked(now)), None)


def _lock(count: int) -> timedelta:
    return min(FIRST_LOCK * (1 << min(count - FREE, _DOUBLINGS)), LONGEST_LOCK)
