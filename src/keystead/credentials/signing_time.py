"""Read the time of a signature, and tell whether it is near enough to now.

Does not look at any clock: the present comes in.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

from keystead.credentials.refusals import incomplete, mismatch
from keystead.wire.errors import AwsError

SKEW_SECONDS: Final = 5 * 60
_TIMESTAMP_LENGTH: Final = 16
_MINUTE: Final = 60


def timestamp(text: str) -> str:
    """Return a date header's time as Signature Version 4 writes it."""
    if len(text) == _TIMESTAMP_LENGTH:
        _epoch(text)
        return text
    try:
        return _written(int(parsedate_to_datetime(text).timestamp()))
    except (ValueError, OverflowError, OSError):
        raise _not_a_date(text) from None


@lru_cache(maxsize=1024)
def _epoch(text: str) -> int:
    digits = text[:8] + text[9:15]
    if not (digits.isascii() and digits.isdigit() and text[8] == "T" and text[15] == "Z"):
        raise _not_a_date(text)
    parts = [int(digits[start:end]) for start, end in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))]
    try:
        return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]  # six integers
    except (ValueError, OverflowError):
        raise _not_a_date(text) from None


def _not_a_date(text: str) -> AwsError:
    return incomplete(
        f"Date must be in ISO-8601 'basic format'. Got '{text}'. See http://en.wikipedia.org/wiki/ISO_8601"
    )


def _written(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y%m%dT%H%M%SZ")


def check_time(made_text: str, expires_seconds: int, now: int) -> None:
    """Refuse a signature from the future, and one whose time is over.

    Units: `now` in seconds since 1970.
    """
    made = _epoch(made_text)
    if made > now + SKEW_SECONDS:
        raise mismatch(
            f"Signature not yet current: {made_text} is still later than {_written(now + SKEW_SECONDS)} "
            f"({_written(now)} + 5 min.)"
        )
    if made < now - expires_seconds:
        minutes, seconds = divmod(expires_seconds, _MINUTE)
        length = f"{expires_seconds} sec." if seconds else f"{minutes} min."
        raise mismatch(
            f"Signature expired: {made_text} is now earlier than {_written(now - expires_seconds)} "
            f"({_written(now)} - {length})"
        )
