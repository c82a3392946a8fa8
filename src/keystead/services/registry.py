"""The registry of operations: one function is one operation, found by its name in AWS's model."""

import functools
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, get_type_hints

from botocore import xform_name

from keystead.services.call import Authorizes, Call, Target
from keystead.wire import model

Access = Literal["read", "write", "memory"]
# Some operations need the database only for some requests (AssumeRole with an MFA code).
AccessRule = Access | Callable[[Any], Access]
Function = TypeVar("Function", bound=Callable[..., Any])

# What CloudTrail calls read-only: by AWS's naming, such operations change nothing.
READ_PREFIXES = ("Get", "List", "Describe", "Lookup", "Simulate", "Decode", "Generate")


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as the gateway needs it."""

    service: str
    name: str
    run: Callable[[Call, Any], Mapping[str, Any]]
    # None: AWS needs no permission for it and it cannot be denied (GetCallerIdentity).
    authorizes: Authorizes | None
    access: AccessRule
    # Input members the operation knowingly does not read, each with the reason.
    ignores: Mapping[str, str] = field(default_factory=dict)
    # What is done first, in transactions of its own: a request that is refused afterwards does not undo it.
    before: Callable[[Call, Any], None] | None = None

    def access_for(self, request: Mapping[str, Any]) -> Access:
        """Return what this request needs of the database."""
        return self.access(request) if callable(self.access) else self.access


_operations: dict[tuple[str, str], Operation] = {}

# Rooms whose operations exist; a service that is not here answers NotImplemented for all it models.
ROOMS = ("iam", "sts", "organizations", "account", "cloudtrail")


def anything(_call: Call, _request: object) -> Target:
    """Authorize an operation whose action has no resource type: its resource is `*`."""
    return Target()


def operation(
    service: str,
    *,
    authorizes: Authorizes | None,
    access: AccessRule | None = None,
    ignores: Mapping[str, str] | None = None,
    before: Callable[[Call, Any], None] | None = None,
) -> Callable[[Function], Function]:
    """Register a function as the operation that its name says, after checking its types against the model.

    `access` is `read` (one snapshot), `write` (one serialized transaction) or `memory` (no database at all);
    by default it follows AWS's naming.
    """

    def register(function: Function) -> Function:
        name = _wire_names(service)[function.__name__]
        _check_types(service, name, function)
        _operations[service, name] = Operation(
            service=service,
            name=name,
            run=function,
            authorizes=authorizes,
            access=access or ("read" if name.startswith(READ_PREFIXES) else "write"),
            ignores=dict(ignores or {}),
            before=before,
        )
        return function

    return register


@functools.cache
def _wire_names(service: str) -> dict[str, str]:
    return {xform_name(name): name for name in model.load(service).operations}


def _check_types(service: str, name: str, function: Callable[..., Any]) -> None:
    """Refuse to start when a function's request or result is not the model's shape."""
    module = importlib.import_module(f"keystead.wire.shapes.{service}")
    hints = get_type_hints(function)
    expected = (getattr(module, f"{name}Input"), getattr(module, f"{name}Output"))
    if (hints.get("request"), hints.get("return")) != expected:
        msg = f"{function.__module__}.{function.__name__} must take and return {name}'s own shapes"
        raise TypeError(msg)


def find(service: str, name: str) -> Operation | None:
    """Return the operation, or None when it is known to AWS but not built yet."""
    known = _operations.get((service, name))
    if known is not None or service not in ROOMS:
        return known
    importlib.import_module(f"keystead.services.{service}.operations")
    return _operations.get((service, name))


def all_operations() -> list[Operation]:
    """Return every operation that is built, of every room."""
    for room in ROOMS:
        importlib.import_module(f"keystead.services.{room}.operations")
    return [_operations[key] for key in sorted(_operations)]
