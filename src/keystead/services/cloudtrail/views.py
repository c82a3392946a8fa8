"""Kept events as LookupEvents shows them."""

import json
from typing import Any

from keystead.services.cloudtrail.event_ids import time_of
from keystead.wire.shapes import cloudtrail


def event(row: Any) -> cloudtrail.Event:
    """Return one row of the event history; a foreign caller has no name and no key here."""
    shown: cloudtrail.Event = {
        "EventId": row.id,
        "EventName": row.name,
        "ReadOnly": "true" if row.read_only else "false",
        "EventTime": time_of(row.id).replace(microsecond=0),
        "EventSource": row.source,
        "Resources": [{"ResourceType": kind, "ResourceName": name} for kind, name in json.loads(row.resources)],
        "CloudTrailEvent": row.record,
    }
    if row.access_key_id:
        shown["AccessKeyId"] = row.access_key_id
    if row.username:
        shown["Username"] = row.username
    return shown
