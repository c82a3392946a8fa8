"""Requests and results as CloudTrail shows them: its spelling of names and times, and never a secret."""

import base64
import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from keystead.wire import model

Export = Callable[[Any], Any]

# What may never be kept, whatever the model says of it. Codes are here too: some work for half a minute longer.
SECRET_MEMBERS: Final = frozenset(
    {
        "AuthenticationCode1",
        "AuthenticationCode2",
        "Base32StringSeed",
        "NewPassword",
        "OldPassword",
        "Otp",
        "Password",
        "PrivateKey",
        "QRCodePNG",
        "SAMLAssertion",
        "SecretAccessKey",
        "ServiceCredentialSecret",
        "ServicePassword",
        "SessionToken",
        "TokenCode",
        "TradeInToken",
        "WebIdentityToken",
        # It holds what the caller may not have been meant to see, and is as long as the event itself.
        "DecodedMessage",
    }
)
# What AWS puts in place of a value that the model calls sensitive.
# Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_cloudtrail-integration.html
_HIDDEN: Final = "****"

# Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
_LARGEST_FIELD: Final = 100_000

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def request_parameters(service: str, operation: str, request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a request as an event shows it, None when it says nothing."""
    return _field("requestParameters", _exports(service, operation)[0](request))


def response_elements(service: str, operation: str, result: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a result as an event shows it, None when it says nothing."""
    return _field("responseElements", _exports(service, operation)[1](result))


def _field(name: str, exported: dict[str, Any]) -> dict[str, Any] | None:
    if not exported:
        return None
    size = sum([len(value) for value in exported.values() if isinstance(value, str | list)])
    if size > _LARGEST_FIELD:
        return {"omitted": True, "originalSize": size, "reason": f"{name} too large"}
    return exported


@cache
def _exports(service: str, operation: str) -> tuple[Export, Export]:
    raw = model.load(service).operations[operation].model
    return _export(raw.input_shape), _export(raw.output_shape)


def _export(shape: Any) -> Export:
    if shape is None:
        return lambda _value: {}
    if shape.metadata.get("sensitive"):
        return lambda _value: _HIDDEN
    compiled = _BY_TYPE.get(shape.type_name)
    return _as_it_is if compiled is None else compiled(shape)


def _as_it_is(value: Any) -> Any:
    return value


def _structure(shape: Any) -> Export:
    @cache
    def members() -> dict[str, tuple[str, Export]]:
        # Found on first use: some shapes contain themselves.
        return {
            name: (name[0].lower() + name[1:], _export(member))
            for name, member in shape.members.items()
            if name not in SECRET_MEMBERS
        }

    def export(value: Mapping[str, Any]) -> dict[str, Any]:
        known = members()
        shown: dict[str, Any] = {}
        for name, item in value.items():
            if name in known:
                spelled, export_member = known[name]
                shown[spelled] = item if export_member is _as_it_is else export_member(item)
        return shown

    return export


def _list(shape: Any) -> Export:
    member = _export(shape.member)
    return lambda value: [member(item) for item in value]


def _map(shape: Any) -> Export:
    member = _export(shape.value)
    return lambda value: {key: member(item) for key, item in value.items()}


def _timestamp(_shape: Any) -> Export:
    return _time


def _time(moment: dt.datetime) -> str:
    """Return `Nov 23, 2026, 8:14:05 PM`, as CloudTrail writes the times inside requests and results."""
    half, hour = "AM" if moment.hour < 12 else "PM", moment.hour % 12 or 12  # noqa: PLR2004 -- noon
    return f"{_MONTHS[moment.month - 1]} {moment.day}, {moment.year}, {hour}:{moment:%M:%S} {half}"


def _blob(_shape: Any) -> Export:
    return lambda value: base64.b64encode(value).decode()


_BY_TYPE: Final[Mapping[str, Callable[[Any], Export]]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "timestamp": _timestamp,
    "blob": _blob,
}
