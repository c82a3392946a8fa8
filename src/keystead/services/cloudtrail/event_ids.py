"""Event ids: UUIDs of version 7, so that the order of ids is the order of events, to the microsecond.

Layout: 48 bits of milliseconds, 12 of microseconds within them, 30 of a counter, 32 of randomness.
Source: https://www.rfc-editor.org/rfc/rfc9562#section-5.7
"""

import datetime as dt
from collections.abc import Callable

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62
_COUNTER_MASK = (1 << 30) - 1


def event_id(moment: dt.datetime, order: int, random: Callable[[int], bytes]) -> str:
    """Return a new id for an event that happened at `moment`; `order` tells it from others of its microsecond."""
    count = (order & _COUNTER_MASK) << 32
    return _text(_time_bits(moment) | _VERSION | _VARIANT | count | int.from_bytes(random(4)))


def first_id(moment: dt.datetime) -> str:
    """Return the smallest id that an event at `moment` can have: a bound for ranges."""
    return _text(_time_bits(moment) | _VERSION | _VARIANT)


def time_of(event: str) -> dt.datetime:
    """Return when the event with this id happened."""
    digits = event.replace("-", "")
    micros = int(digits[:12], 16) * 1000 + int(digits[13:16], 16)
    return _EPOCH + micros * _MICROSECOND


def _time_bits(moment: dt.datetime) -> int:
    since = moment - _EPOCH
    milliseconds, microseconds = divmod(since.microseconds, 1000)
    milliseconds += (since.days * 86_400 + since.seconds) * 1000
    return milliseconds << 80 | microseconds << 64


def _text(number: int) -> str:
    digits = f"{number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
