"""Read and write points in time in the three forms that AWS's protocols use. All are aware and in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final, Literal

Format = Literal["iso8601", "unixTimestamp", "rfc822"]

# A date alone, or a date and time with an optional fraction and a mandatory zone.
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2}))?", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,12}(?:\.\d{1,9})?", re.ASCII)


def from_number(seconds: float) -> datetime:
    """Return the time so many seconds after 1970; raise ValueError where there is none."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(seconds) from error


def from_text(text: str) -> datetime:
    """Read any of the three forms; raise ValueError for anything else."""
    if _NUMBER.fullmatch(text):
        return from_number(float(text))
    if _ISO.fullmatch(text):
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    found = parsedate_to_datetime(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found.astimezone(UTC)


def to_number(moment: datetime) -> int | float:
    """Return the seconds since 1970: an int where nothing is lost, else with milliseconds as AWS sends them."""
    seconds = aware(moment).timestamp()
    return int(seconds) if not moment.microsecond else round(seconds, 3)


def to_iso8601(moment: datetime) -> str:
    """Return 2026-11-23T19:52:34Z, with milliseconds only where there are any."""
    timespec = "milliseconds" if moment.microsecond else "seconds"
    utc = moment if moment.tzinfo is UTC else aware(moment).astimezone(UTC)
    return f"{utc.isoformat(timespec=timespec)[: -len('+00:00')]}Z"


def to_rfc822(moment: datetime) -> str:
    """Return Mon, 23 Nov 2026 19:52:34 GMT."""
    return format_datetime(aware(moment).astimezone(UTC), usegmt=True)


def aware(moment: datetime) -> datetime:
    """Return the time itself; a naive one is a programming error."""
    if moment.tzinfo is None:
        raise TypeError("a time without a zone cannot be sent")
    return moment
