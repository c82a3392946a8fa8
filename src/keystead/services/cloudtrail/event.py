"""What happened, as the gateway hands it over: references only, because most requests are waiting to be answered."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from keystead.services.call import Call
from keystead.wire.errors import AwsError


class Event(NamedTuple):
    """One call of an authenticated caller, allowed or refused. Nothing in it may be changed afterwards."""

    call: Call
    request: Mapping[str, Any]
    result: Mapping[str, Any] | None = None
    error: AwsError | None = None


event_of = Event
