"""Load AWS's service models, and say what each operation is called, takes, gives and how it travels.

Owns the one cache of botocore's models. botocore is imported only when the first model is loaded, because that import
takes longer than everything else here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, Literal, cast


class UnsupportedModelError(Exception):
    """A model uses a feature that none of our services used when this was written: teach the wire before using it."""


Protocol = Literal["query", "json", "rest-json"]

# botocore's directory names of the services that Keystead speaks, by the name of our room.
SERVICES: Final[Mapping[str, str]] = {
    "account": "account",
    "cloudtrail": "cloudtrail",
    "iam": "iam",
    "identitystore": "identitystore",
    "organizations": "organizations",
    "signin": "signin",
    "sso": "sso",
    "sso_admin": "sso-admin",
    "sso_oidc": "sso-oidc",
    "sts": "sts",
}


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation of one service, as the model defines it.

    `model` is botocore's OperationModel, for what is not named here.
    """

    name: str
    python_name: str
    service: ServiceModel = field(repr=False)
    model: Any = field(repr=False)
    input_name: str
    output_name: str
    input_members: tuple[str, ...]
    required_members: frozenset[str]
    error_names: tuple[str, ...]
    method: str
    uri: str
    unsigned: bool


@dataclass(frozen=True, slots=True, eq=False)
class ServiceModel:
    """One service: its names, its protocol, its operations by wire name and by Python name."""

    name: str
    room: str
    protocol: Protocol
    signing_name: str
    target_prefix: str
    api_version: str
    xml_namespace: str
    model: Any = field(repr=False)
    operations: dict[str, Operation] = field(repr=False, default_factory=dict)
    python_names: dict[str, str] = field(repr=False, default_factory=dict)

    def error_shape(self, code: str) -> Any | None:
        """Return botocore's shape of the modelled error with this wire code, or None."""
        return self.model.shape_for_error_code(code)


def load(service: str) -> ServiceModel:
    """Return the model of a service, named as our room ("sso_admin") or as botocore does ("sso-admin")."""
    room = service.replace("-", "_")
    return _LOADED.get(room) or _load_once(room)


_LOADED: Final[dict[str, ServiceModel]] = {}
_LOADING: Final = Lock()


def _load_once(room: str) -> ServiceModel:
    """Load a model once, also when two threads want it first: operations are compared by identity."""
    with _LOADING:
        if room not in _LOADED:
            _LOADED[room] = _load(SERVICES[room])
        return _LOADED[room]


def _load(service: str) -> ServiceModel:
    from botocore.loaders import Loader
    from botocore.model import ServiceModel as BotocoreModel

    raw = BotocoreModel(Loader().load_service_model(service, "service-2"), service)
    metadata = raw.metadata
    loaded = ServiceModel(
        name=service,
        room=service.replace("-", "_"),
        protocol=cast("Protocol", metadata["protocol"]),
        signing_name=metadata.get("signingName", metadata["endpointPrefix"]),
        target_prefix=metadata.get("targetPrefix", ""),
        api_version=metadata["apiVersion"],
        xml_namespace=metadata.get("xmlNamespace", ""),
        model=raw,
    )
    for name in raw.operation_names:
        operation = _operation(loaded, raw.operation_model(name))
        loaded.operations[name] = operation
        loaded.python_names[operation.python_name] = name
    return loaded


def _operation(service: ServiceModel, raw: Any) -> Operation:
    from botocore import xform_name

    taken, given = raw.input_shape, raw.output_shape
    return Operation(
        name=raw.name,
        python_name=xform_name(raw.name),
        service=service,
        model=raw,
        input_name=taken.name if taken else f"{raw.name}Request",
        output_name=given.name if given else f"{raw.name}Response",
        input_members=tuple(taken.members) if taken else (),
        required_members=frozenset(taken.required_members) if taken else frozenset(),
        error_names=tuple(shape.name for shape in raw.error_shapes),
        method=raw.http["method"],
        uri=raw.http["requestUri"],
        unsigned=raw.auth_type == "none",
    )
