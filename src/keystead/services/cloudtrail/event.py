"""What happened, as the gateway hands it over: references only, because most requests are waiting to be answered."""

import itertools
from collections.abc import Mapping
from typing import Any, NamedTuple

from keystead.services.call import Call
from keystead.wire.errors import AwsError

# Orders the events of one process that share a microsecond.
_counter = itertools.count()


class Event(NamedTuple):
    """One call of an authenticated caller, allowed or refused. Nothing in it may be changed afterwards."""

    call: Call
    request: Mapping[str, Any]
    result: Mapping[str, Any] | None
    error: AwsError | None
    order: int


def event_of(
    call: Call,
    request: Mapping[str, Any],
    result: Mapping[str, Any] | None = None,
    error: AwsError | None = None,
) -> Event:
    """Return the event of a call that is over; the request is empty when it could not be read."""
    return Event(call, request, result, error, next(_counter))
