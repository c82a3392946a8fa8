"""What a service does by itself, for one account, as CloudTrail tells it: how a CreateAccount ended."""

import datetime as dt
import itertools
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson

from keystead.services.cloudtrail.event_ids import event_id
from keystead.services.cloudtrail.parameters import response_elements
from keystead.services.cloudtrail.records import Random, Record
from keystead.wire import model

# Who does it, and from where.
_INTERNAL: Final = "AWS Internal"

_counter = itertools.count()


class ServiceEvent(NamedTuple):
    """One thing that a service of no region has just done by itself."""

    service: str
    name: str
    account_id: str
    # An operation of the service whose result shows what was done, and that result.
    operation: str
    result: Mapping[str, Any]
    happened: dt.datetime


def record_of(event: ServiceEvent, random: Random) -> Record:
    """Return the event as CloudTrail delivers it.

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_cloudtrail-integration.html
    """
    own_id = event_id(event.happened, next(_counter), random)
    source = f"{model.load(event.service).signing_name}.amazonaws.com"
    contents = {
        "eventVersion": "1.11",
        "userIdentity": {"accountId": event.account_id, "invokedBy": _INTERNAL},
        "eventTime": f"{event.happened.isoformat()[:19]}Z",
        "eventSource": source,
        "eventName": event.name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": _INTERNAL,
        "userAgent": _INTERNAL,
        "requestParameters": None,
        "responseElements": None,
        "eventID": own_id,
        "readOnly": False,
        "eventType": "AwsServiceEvent",
        "managementEvent": True,
        "eventCategory": "Management",
        "recipientAccountId": event.account_id,
        "serviceEventDetails": response_elements(event.service, event.operation, event.result),
    }
    return Record(
        id=own_id,
        account_id=event.account_id,
        name=event.name,
        source=source,
        username="",
        access_key_id="",
        read_only=False,
        resources="[]",
        record=orjson.dumps(contents).decode(),
    )
