"""What LookupEvents may be asked, as a filter on the event history."""

import datetime as dt
import hashlib
import json

from keystead.services.cloudtrail import errors
from keystead.services.cloudtrail.event_ids import first_id
from keystead.services.cloudtrail.store import Filter
from keystead.wire.shapes import cloudtrail

_SECOND = dt.timedelta(seconds=1)


def filter_of(account_id: str, request: cloudtrail.LookupEventsRequest) -> Filter:
    """Return the filter that a request means; both ends of its time range are included, to the second.

    Errors: InvalidLookupAttributesException, InvalidTimeRangeException.
    """
    start, end = request.get("StartTime"), request.get("EndTime")
    if start is not None and end is not None and end < start:
        raise errors.time_range()
    attribute, value = _attribute(request.get("LookupAttributes", []))
    return Filter(
        account_id=account_id,
        attribute=attribute,
        value=value,
        from_id=None if start is None else first_id(start.replace(microsecond=0)),
        before_id=None if end is None else first_id(end.replace(microsecond=0) + _SECOND),
    )


def _attribute(attributes: cloudtrail.LookupAttributesList) -> tuple[str | None, str]:
    if not attributes:
        return None, ""
    if len(attributes) > 1:
        raise errors.one_attribute()
    key, value = attributes[0]["AttributeKey"], attributes[0]["AttributeValue"]
    if key == "ReadOnly":
        value = value.lower()
        if value not in {"true", "false"}:
            raise errors.read_only_value()
    return key, value


def fingerprint(wanted: Filter) -> str:
    """Return what a page token is bound to: the query, so that a token cannot change it half-way."""
    parts = [wanted.attribute, wanted.value, wanted.from_id, wanted.before_id]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
