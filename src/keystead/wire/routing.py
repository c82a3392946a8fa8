"""Find which operation of which service a request asks for, or refuse it in that service's own words.

The service is known from the credential scope, `X-Amz-Target` or the path; where two of them speak they must agree.
Nothing here decides whether the caller may: nothing is executed before the signature holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from keystead.wire.errors import AwsError
from keystead.wire.form import parameters, query_parameters
from keystead.wire.http import HttpRequest
from keystead.wire.model import SERVICES, Operation, Protocol, ServiceModel, load

# Which room answers a credential scope's service. Kept here and not read from the models so that a request loads only
# the model it needs; a test compares the two.
SIGNING_NAMES: Final[Mapping[str, str]] = {
    "account": "account",
    "awsssoportal": "sso",
    "cloudtrail": "cloudtrail",
    "iam": "iam",
    "identitystore": "identitystore",
    "organizations": "organizations",
    "signin": "signin",
    "sso": "sso_admin",
    "sso-oauth": "sso_oidc",
    "sts": "sts",
}
TARGETS: Final[Mapping[str, str]] = {
    "AWSIdentityStore": "identitystore",
    "AWSOrganizationsV20161128": "organizations",
    "SWBExternalService": "sso_admin",
    "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101": "cloudtrail",
}
# SDKs generated from Smithy models (JavaScript, Go, Rust) name the service's shape alone.
SHORT_TARGETS: Final[Mapping[str, str]] = {"CloudTrail_20131101": "cloudtrail"}
VERSIONS: Final[Mapping[str, str]] = {"2010-05-08": "iam", "2011-06-15": "sts"}
REST: Final = ("account", "signin", "sso", "sso_oidc")


@dataclass(frozen=True, slots=True)
class Routed:
    """What a request asks for. `form` holds the decoded parameters of a query request, read once."""

    service: ServiceModel
    operation: Operation
    form: Mapping[str, str] = field(default_factory=dict, repr=False)


def route(request: HttpRequest, credential_scope_service: str | None) -> Routed:
    """Return the service and operation; the scope is None for a request without a signature.

    Errors: the service's own for an unknown operation; SignatureDoesNotMatch if scope and target or path disagree.
    """
    scope = credential_scope_service
    targets = request.all("x-amz-target")
    if targets:
        return _by_target(request, targets, scope)
    if scope is not None and scope not in SIGNING_NAMES:
        raise AwsError("InvalidAction", f"Could not find the service {scope[:64]}.")
    if request.path not in {"", "/"} or (scope and SIGNING_NAMES[scope] in REST):
        return _by_path(request, scope)
    return _by_action(request, scope)


def service_of(request: HttpRequest, credential_scope_service: str | None) -> ServiceModel | Protocol:
    """Return whose words an error about this request uses, also where `route` refuses it. Never raises."""
    targets = request.all("x-amz-target")
    if targets:
        room = _room_of(targets[0].rpartition(".")[0])
        return load(room) if room else "json"
    room = SIGNING_NAMES.get(credential_scope_service or "")
    if room:
        return load(room)
    if request.path not in {"", "/"}:
        found = _paths().get((request.method, request.path))
        return found[0].service if found else "rest-json"
    return _unsigned_query(request)


def _unsigned_query(request: HttpRequest) -> ServiceModel | Protocol:
    """Return the service whose API version an unsigned query request names: STS has operations for strangers."""
    try:
        room = VERSIONS.get(parameters(request).get("Version", ""))
    except AwsError:
        return "query"
    return load(room) if room else "query"


def _by_target(request: HttpRequest, targets: list[str], scope: str | None) -> Routed:
    prefix, _, name = targets[0].rpartition(".")
    room = _room_of(prefix)
    if room is None and scope is not None and scope not in SIGNING_NAMES:
        # AWS has no word for it. A client that was pointed here with all its services learns which one is not.
        raise AwsError("UnknownOperation", f"Could not find the service {scope[:64]}.")
    if len(targets) > 1 or room is None or request.method != "POST" or request.path not in {"", "/"}:
        raise _unknown()
    service = load(room)
    _require_scope(service, scope)
    operation = service.operations.get(name)
    if operation is None:
        raise _unknown()
    return Routed(service, operation)


def _room_of(target_prefix: str) -> str | None:
    return TARGETS.get(target_prefix) or SHORT_TARGETS.get(target_prefix)


def _require_scope(service: ServiceModel, scope: str | None) -> None:
    if scope is not None and scope != service.signing_name:
        raise AwsError(
            "SignatureDoesNotMatch", f"Credential should be scoped to correct service: '{service.signing_name}'. "
        )


def _unknown() -> AwsError:
    """Return what JSON services answer to an operation they do not know: a code, and no message."""
    return AwsError("UnknownOperation", "")


def _by_path(request: HttpRequest, scope: str | None) -> Routed:
    given = query_parameters(request)
    for operation in _paths().get((request.method, request.path), ()):
        if all(given.get(name) == value for name, value in _literals(operation)):
            _require_scope(operation.service, scope)
            return Routed(operation.service, operation)
    if scope is not None and SIGNING_NAMES[scope] in VERSIONS.values():
        raise AwsError("InvalidAction", f"Could not find operation at {request.path[:256]}")
    raise _unknown()


def _literals(operation: Operation) -> list[tuple[str, str]]:
    """Return the query parameters that a path template fixes: `/token?aws_iam=t` is not `/token`."""
    _, _, query = operation.uri.partition("?")
    return [(name, value) for name, _, value in (pair.partition("=") for pair in query.split("&") if pair)]


@cache
def _paths() -> Mapping[tuple[str, str], list[Operation]]:
    """Return the operations of the rest-json services by method and path, those with fixed parameters first."""
    table: dict[tuple[str, str], list[Operation]] = {}
    for room in REST:
        for operation in load(room).operations.values():
            table.setdefault((operation.method, operation.uri.partition("?")[0]), []).append(operation)
    for operations in table.values():
        operations.sort(key=lambda operation: -len(_literals(operation)))
    return table


def _by_action(request: HttpRequest, scope: str | None) -> Routed:
    if request.method not in {"GET", "POST"}:
        raise AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", status=405)
    if scope is not None and SIGNING_NAMES[scope] not in VERSIONS.values():
        raise _unknown()
    form = parameters(request)
    action = form.get("Action")
    version = form.get("Version", "NO_VERSION_SPECIFIED")
    if action is None:
        raise AwsError("MissingAction", "The request is missing an action or a required parameter.")
    room = SIGNING_NAMES[scope] if scope else VERSIONS.get(version)
    service = load(room) if room else None
    operation = service.operations.get(action) if service and service.api_version == version else None
    if service is None or operation is None:
        raise AwsError("InvalidAction", f"Could not find operation {action[:256]} for version {version[:64]}")
    return Routed(service, operation, form)


def rooms() -> list[ServiceModel]:
    """Return every service that Keystead speaks."""
    return [load(room) for room in SERVICES]
