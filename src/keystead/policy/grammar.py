"""What AWS refuses when a policy is saved, kind by kind, in its order and with its texts.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html and, for organizations' kinds,
orgs_manage_policies_scps_syntax.html and orgs_manage_policies_rcps_syntax.html of the Organizations User Guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import conditions, errors, json_text, principals
from .document import Document, Problem, Reader, Statement, as_json
from .json_text import JsonObject
from .kinds import ORGANIZATION_KINDS, QUOTAS, PolicyKind
from .variables import BrokenPolicyError, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PARTITIONS: Final = frozenset(
    {"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc", "*"}
)
_IAM_TYPES: Final = (
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
)
_IAM_KINDS: Final = frozenset({PolicyKind.IDENTITY, PolicyKind.BOUNDARY, PolicyKind.SESSION, PolicyKind.TRUST})
_NO_PRINCIPAL: Final = frozenset({PolicyKind.IDENTITY, PolicyKind.BOUNDARY, PolicyKind.SESSION, PolicyKind.SCP})
_NEEDS_RESOURCE: Final = frozenset(
    {PolicyKind.IDENTITY, PolicyKind.BOUNDARY, PolicyKind.SESSION, PolicyKind.SCP, PolicyKind.RCP}
)
_SID_FREE: Final = frozenset({PolicyKind.RESOURCE})  # S3 and others take spaces and more.
_LATIN1: Final = 0xFF

# In the order in which IAM checks: syntax, legacy parsing, Sids, actions, resources, principals.
_RANK_ACTION, _RANK_SID, _RANK_NO_ACTION, _RANK_RESOURCE, _RANK_NO_RESOURCE, _RANK_KIND = 1, 2, 3, 4, 5, 6


def parse(text: str, kind: PolicyKind) -> Document:
    """Read a policy as AWS does on saving it.

    Errors: PolicyError with AWS's text and the position of the first mistake, for everything AWS refuses.
    """
    document = _read(text, kind)
    problems = sorted([*document.problems, *_problems(document, text)], key=lambda problem: problem.rank)
    if problems:
        first = problems[0]
        message = errors.ORGANIZATIONS if kind in ORGANIZATION_KINDS else first.message
        raise errors.PolicyError(message, json_text.place(text, first.offset), first.detail or first.message)
    return document


def load(value: str | Mapping[str, object], kind: PolicyKind) -> Document:
    """Read a policy that AWS might refuse, to evaluate it closed: broken, it never allows, and a broken Deny denies.

    Errors: PolicyError when it is no policy document at all.
    """
    text = value if isinstance(value, str) else ""
    document = _read(text, kind) if text else Reader("", kind).document(_root(as_json(value), kind))
    if not document.statements:
        raise errors.PolicyError(errors.SYNTAX, None, "no statement")
    for problem in _problems(document, text):
        for statement in document.statements:
            if problem.breaks and problem.offset == statement.offset and text:
                statement.broken = True
    if not text:
        for statement in document.statements:
            statement.broken |= any(problem.breaks for problem in _statement_problems(document, statement))
    return document


def _read(text: str, kind: PolicyKind) -> Document:
    if len(text) > QUOTAS["document"]:
        raise errors.PolicyError(_not_json(kind), None, "the document is too long")
    try:
        node = json_text.read(text)
    except json_text.JsonError as error:
        raise errors.PolicyError(_not_json(kind), json_text.place(text, error.offset), error.detail) from error
    return Reader(text, kind).document(_root(node, kind))


def _root(node: json_text.Json, kind: PolicyKind) -> JsonObject:
    if not isinstance(node, JsonObject):
        raise errors.PolicyError(_not_json(kind), (1, 1), "a policy is an object")
    return node


def _not_json(kind: PolicyKind) -> str:
    if kind in ORGANIZATION_KINDS:
        return errors.ORGANIZATIONS
    return {PolicyKind.TRUST: errors.NOT_JSON_TRUST, PolicyKind.SESSION: errors.NOT_JSON_SESSION}.get(
        kind, errors.SYNTAX
    )


def _problems(document: Document, text: str) -> Iterator[Problem]:
    if document.kind in _IAM_KINDS and not text.isascii():
        wrong = next((i for i, char in enumerate(text) if ord(char) > _LATIN1), -1)
        if wrong >= 0:
            yield Problem(0, errors.SYNTAX, wrong, False, "characters beyond U+00FF")
    if document.kind is PolicyKind.RCP and document.version != "2012-10-17":
        yield Problem(0, errors.SYNTAX, 0, False, "an RCP has Version 2012-10-17")
    seen: set[str] = set()
    for statement in document.statements:
        if statement.sid:
            if statement.sid in seen:
                yield Problem(_RANK_SID, errors.SID_TWICE, statement.offset, False)
            seen.add(statement.sid)
        yield from _statement_problems(document, statement)


def _statement_problems(document: Document, statement: Statement) -> Iterator[Problem]:
    kind, here = document.kind, statement.offset
    if statement.sid and kind not in _SID_FREE and not (statement.sid.isascii() and statement.sid.isalnum()):
        yield Problem(_RANK_SID, errors.SID_CHARACTERS, here, False)
    yield from _action_problems(statement, kind)
    for resource in (*(statement.resources or ()), *(statement.not_resources or ())):
        message = _resource_problem(resource, kind)
        if message:
            yield Problem(_RANK_RESOURCE, message, here, False)
    yield from _variable_problems(document, statement)
    for condition in statement.conditions:
        message = conditions.mistake(condition, variables=document.variables)
        if message:
            yield Problem(0, errors.SYNTAX, here, True, message)
        elif ":" not in condition.key:
            yield Problem(_RANK_ACTION, errors.NO_VENDOR, here, False)
    yield from _kind_problems(statement, kind)


def _action_problems(statement: Statement, kind: PolicyKind) -> Iterator[Problem]:
    here = statement.offset
    if not statement.actions and not statement.not_actions:
        yield Problem(_RANK_NO_ACTION, errors.NO_ACTIONS, here, True)
    for action in (*(statement.actions or ()), *(statement.not_actions or ())):
        message = _action_problem(action)
        if message:
            yield Problem(_RANK_ACTION, message, here, False)
        elif kind is PolicyKind.TRUST and not action.lower().startswith("sts:"):
            yield Problem(_RANK_KIND, errors.TRUST_ACTIONS, here, False)


def _action_problem(action: str) -> str:
    if action == "*":
        return ""
    vendor, colon, name = action.partition(":")
    if not colon or not vendor:
        return errors.NO_VENDOR
    if ":" in name:
        return errors.TWO_COLONS
    if vendor != "*" and not all(char.isascii() and (char.isalnum() or char in "-.") for char in vendor):
        return errors.vendor_not_valid(vendor)
    if not name or any(char.isspace() or char == "," for char in name):
        return errors.LEGACY
    return ""


def _resource_problem(resource: str, kind: PolicyKind) -> str:
    if resource == "*":
        return ""
    if not resource.startswith("arn:"):
        return errors.not_an_arn(resource)
    segments = resource.split(":", 5)
    if segments[1] not in PARTITIONS:
        return errors.partition_not_valid(resource)
    if len(segments) < 3 or not segments[2] or "*" in segments[2] or "?" in segments[2]:  # noqa: PLR2004
        # Organizations takes a wildcard service, the last segment of a short ARN.
        return "" if kind in ORGANIZATION_KINDS and segments[2:3] == ["*"] else errors.VENDOR_PATTERN
    if kind in ORGANIZATION_KINDS:
        return ""
    return _service_resource_problem(resource, segments)


def _service_resource_problem(resource: str, segments: list[str]) -> str:
    service, region = segments[2], segments[3] if len(segments) > 3 else ""  # noqa: PLR2004
    rest = segments[5] if len(segments) > 5 else "*"  # noqa: PLR2004
    if service == "iam":
        if region not in ("", "*"):
            return errors.region_in_iam(resource)
        if not rest.startswith((*_IAM_TYPES, "*")) and rest != "root":
            return errors.iam_path(_IAM_TYPES)
    if service == "s3" and region not in ("", "*") and not rest.startswith(("accesspoint", "*")):
        return errors.region_in_s3(resource)
    return ""


def _variable_problems(document: Document, statement: Statement) -> Iterator[Problem]:
    for resource in (*(statement.resources or ()), *(statement.not_resources or ())):
        try:
            parts_of(resource, variables=document.variables)
        except BrokenPolicyError as error:
            yield Problem(0, errors.SYNTAX, statement.offset, True, str(error))


def _kind_problems(statement: Statement, kind: PolicyKind) -> Iterator[Problem]:
    here = statement.offset
    has_principal = statement.principals is not None or statement.not_principals is not None
    has_resource = statement.resources is not None or statement.not_resources is not None
    if kind in _NO_PRINCIPAL and has_principal:
        yield Problem(_RANK_KIND, errors.SPECIFIES_PRINCIPAL, here, True)
    if kind in _NEEDS_RESOURCE and not (statement.resources or statement.not_resources):
        yield Problem(_RANK_NO_RESOURCE, errors.NO_RESOURCES, here, True)
    if kind is PolicyKind.TRUST and has_resource:
        yield Problem(_RANK_KIND, errors.prohibited_field("Resource"), here, False)
    if kind in (PolicyKind.TRUST, PolicyKind.RCP) and statement.not_principals is not None:
        yield Problem(_RANK_KIND, errors.prohibited_field("NotPrincipal"), here, True)
    if kind is PolicyKind.RESOURCE and statement.not_principals is not None and statement.effect == "Allow":
        yield Problem(_RANK_KIND, errors.prohibited_field("NotPrincipal"), here, True, "only with Deny")
    if kind in (PolicyKind.RESOURCE, PolicyKind.TRUST) and not has_principal:
        yield Problem(_RANK_KIND, errors.missing_field("Principal"), here, False)
    if kind is PolicyKind.RCP:
        yield from _rcp_problems(statement)
    elif kind not in _NO_PRINCIPAL:
        yield from _principal_problems(statement, kind)


def _principal_problems(statement: Statement, kind: PolicyKind) -> Iterator[Problem]:
    for entry in (*(statement.principals or ()), *(statement.not_principals or ())):
        if kind is PolicyKind.TRUST and entry.type in ("*", "CanonicalUser"):
            shown = "STAR" if entry.type == "*" else entry.type
            yield Problem(_RANK_KIND, errors.invalid_trust_principal(shown, entry.value), statement.offset, False)
        elif not principals.is_valid(entry):
            yield Problem(_RANK_KIND, errors.invalid_principal(entry.type, entry.value), statement.offset, False)


def _rcp_problems(statement: Statement) -> Iterator[Problem]:
    here = statement.offset
    everyone = statement.principals is not None and [entry.value for entry in statement.principals] == ["*"]
    if statement.principals is not None and not everyone:
        yield Problem(_RANK_KIND, errors.ORGANIZATIONS, here, True, "an RCP has the principal `*`")
    if statement.principals is None:
        yield Problem(_RANK_KIND, errors.ORGANIZATIONS, here, False, "an RCP has the principal `*`")
    if statement.effect != "Deny":
        yield Problem(_RANK_KIND, errors.ORGANIZATIONS, here, False, "an RCP only denies")
    if statement.not_actions is not None:
        yield Problem(_RANK_KIND, errors.ORGANIZATIONS, here, False, "an RCP has no `NotAction`")
    if "*" in (statement.actions or ()):
        yield Problem(_RANK_KIND, errors.ORGANIZATIONS, here, False, "the actions of an RCP name a service")
