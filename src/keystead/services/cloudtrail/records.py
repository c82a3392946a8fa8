"""From a call to what is kept of it: the event in CloudTrail's format, once per account that receives it.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import json
import uuid
from collections.abc import Callable
from functools import cache
from typing import Any, Final, NamedTuple

import orjson

from keystead.services.cloudtrail.event import Event
from keystead.services.cloudtrail.event_ids import event_id
from keystead.services.cloudtrail.identity import foreign_identity, user_identity, username
from keystead.services.cloudtrail.parameters import request_parameters, response_elements
from keystead.services.cloudtrail.resources import resources_of
from keystead.services.registry import READ_PREFIXES
from keystead.wire import model
from keystead.wire.errors import AwsError, ModeledError, wire_form

_VERSION: Final = "1.11"
# Services without regions; their events name this one.
_GLOBAL_SERVICES: Final = frozenset({"account", "iam", "organizations"})
_GLOBAL_REGION: Final = "us-east-1"

Random = Callable[[int], bytes]


class Record(NamedTuple):
    """One event in one account's history: a row of the table, in the order of its columns."""

    id: str
    account_id: str
    name: str
    source: str
    username: str
    access_key_id: str
    read_only: bool
    # [[type, name], …], JSON.
    resources: str
    # The event as CloudTrail delivers it, JSON.
    record: str


class Copy(NamedTuple):
    """One account's copy of an event: what that account may know of the caller."""

    account_id: str
    identity: dict[str, Any]
    username: str
    access_key_id: str


def records_of(event: Event, random: Random) -> list[Record]:
    """Return the event for the caller's account, and for the owner of the role that the caller took in another one."""
    call, owner = event.call, _role_owner(event)
    copies = [Copy(call.account_id, user_identity(call.caller), username(call.caller), call.caller.access_key_id)]
    about: dict[str, Any] = {}
    if owner is not None:
        about["resources"] = [{"accountId": owner, "type": "AWS::IAM::Role", "ARN": event.request["RoleArn"]}]
        if owner != call.account_id:
            about["sharedEventID"] = str(uuid.UUID(bytes=random(16), version=4))
            copies.append(Copy(owner, foreign_identity(call.caller), "", ""))
    return [_record(event, copy, event_id(call.now, event.order, random), about) for copy in copies]


def _role_owner(event: Event) -> str | None:
    """Return whose role was taken; None for every other call. A refused attempt is not told to the owner, as on AWS.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
    """
    taken = event.call.operation == "AssumeRole" and event.call.service == "sts" and event.error is None
    if not taken or "RoleArn" not in event.request:
        return None
    account: str = event.request["RoleArn"].split(":")[4]
    return account


def _record(event: Event, copy: Copy, own_id: str, about: dict[str, Any]) -> Record:
    call, read_only = event.call, _is_read_only(event.call.service, event.call.operation)
    source = _source(call.service)
    contents = {
        "eventVersion": _VERSION,
        "userIdentity": copy.identity,
        "eventTime": f"{call.now.isoformat()[:19]}Z",
        "eventSource": source,
        "eventName": call.operation,
        "awsRegion": _GLOBAL_REGION if call.service in _GLOBAL_SERVICES else call.region,
        "sourceIPAddress": call.source_ip,
        "userAgent": call.user_agent,
        **_error(event.error, call.service),
        "requestParameters": request_parameters(call.service, call.operation, event.request),
        "responseElements": _response(event, read_only=read_only),
        "requestID": call.request_id,
        "eventID": own_id,
        "readOnly": read_only,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "eventCategory": "Management",
        "recipientAccountId": copy.account_id,
        **about,
    }
    return Record(
        id=own_id,
        account_id=copy.account_id,
        name=call.operation,
        source=source,
        username=copy.username,
        access_key_id=copy.access_key_id,
        read_only=read_only,
        resources=_json(resources_of(event.request, event.result)),
        record=_json(contents),
    )


@cache
def _source(service: str) -> str:
    return f"{model.load(service).signing_name}.amazonaws.com"


@cache
def _is_read_only(service: str, operation: str) -> bool:
    # STS changes nothing that is kept: AWS calls all its events read-only.
    return service == "sts" or operation.startswith(READ_PREFIXES)


def _response(event: Event, *, read_only: bool) -> dict[str, Any] | None:
    """Return what the caller was given; null for what only reads, except the credentials that STS gives out."""
    if event.result is None or (read_only and "Credentials" not in event.result):
        return None
    return response_elements(event.call.service, event.call.operation, event.result)


def _error(error: AwsError | None, service: str) -> dict[str, str]:
    if error is None:
        return {}
    if isinstance(error, ModeledError):
        # CloudTrail names modelled errors by their shape: NoSuchEntityException, where the wire says NoSuchEntity.
        code = type(error).__name__
    else:
        code = error.code if error.code == "AccessDenied" else wire_form(error, model.load(service).protocol)[0]
    return {"errorCode": code, "errorMessage": error.message}


def _json(contents: Any) -> str:
    """Return one line of JSON: whatever a name contains, a newline in it stays escaped."""
    try:
        return orjson.dumps(contents).decode()
    except orjson.JSONEncodeError:
        # Lone surrogates, numbers beyond 64 bits: an odd value must not keep an event out of the log.
        return json.dumps(contents, default=str, separators=(",", ":"))
