"""Numbers and dates as conditions write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import Final

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?")
_EPOCH: Final = re.compile(r"[0-9]{1,19}(?:\.[0-9]{1,19})?")
_DATE: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,18})?)?(Z|[+-][0-9]{2}:?[0-9]{2}))?)?)?"
)
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | None:
    """Read an integer or a decimal; None for anything else (no exponents, no NaN)."""
    return Decimal(text) if len(text) <= 82 and _NUMBER.fullmatch(text) else None  # noqa: PLR2004 - two runs of 40


@lru_cache(maxsize=4096)
def instant(text: str) -> Decimal | None:
    """Read a W3C date or seconds since 1970 as seconds; None for anything else.

    Four digits are a year.  Units: seconds, with any fraction.
    Source: https://www.w3.org/TR/NOTE-datetime
    """
    if len(text) > 64:  # noqa: PLR2004 - longer than any date
        return None
    found = _DATE.fullmatch(text)
    if found is None:
        return Decimal(text) if _EPOCH.fullmatch(text) else None
    year, month, day, hour, minute, second = (
        int(part or default) for part, default in zip(found.groups()[:6], _LEAST, strict=True)
    )
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=_zone(found.group(8)))
        whole = (moment - _START) // timedelta(seconds=1)
    except (ValueError, OverflowError):
        return None
    return Decimal(whole) + Decimal(f"0{found.group(7)}" if found.group(7) else 0)


_LEAST: Final = (1, 1, 1, 0, 0, 0)


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(ahead if text[0] == "+" else -ahead)
