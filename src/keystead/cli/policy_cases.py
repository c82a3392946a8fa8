"""Read the cases of `keystead policy test` and decide them.  Owns the file format, no printing.

A case is a request, the policies that apply to it, and the decision that is expected.  What a case leaves out is what
AWS would supply where that can be told from the request: `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:username`.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import yaml

from keystead.policy import (
    Authority,
    Decision,
    PolicyError,
    PolicyKind,
    PolicySet,
    Principal,
    PrincipalType,
    Request,
    Source,
    compile_policy,
    decide,
    load,
    parse,
)
from keystead.policy.service_rules import TRUST_ACTIONS, needs_resource_policy

EXPECTATIONS: Final = frozenset({"allowed", "implicitDeny", "explicitDeny"})
_CASE_KEYS: Final = frozenset(
    {
        "id",
        "name",
        "description",
        "source",
        "request",
        "identity_policies",
        "permissions_boundary",
        "session_policies",
        "resource_policy",
        "service_control_policies",
        "resource_control_policies",
        "expect",
    }
)
_NOTES: Final = frozenset({"id", "name", "description", "source"})
_ACTION: Final = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9_.-]+")
_WITH_UNIQUE_ID: Final = frozenset({PrincipalType.USER, PrincipalType.USER_SESSION, PrincipalType.ROLE_SESSION})
_REQUEST_KEYS: Final = frozenset({"principal", "action", "resource", "resource_account", "context"})
_PROVIDERS: Final = frozenset(
    {"accounts.google.com", "www.amazon.com", "graph.facebook.com", "cognito-identity.amazonaws.com"}
)
_TYPES: Final = {
    PrincipalType.ROOT: "Account",
    PrincipalType.USER: "User",
    PrincipalType.USER_SESSION: "User",
    PrincipalType.ROLE_SESSION: "AssumedRole",
    PrincipalType.SERVICE_LINKED_ROLE_SESSION: "AssumedRole",
    PrincipalType.FEDERATED_USER: "FederatedUser",
    PrincipalType.ANONYMOUS: "Anonymous",
}
_FULL_RCP: Final = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}


class CaseError(Exception):
    """A case that cannot be decided, and why."""


class _Number(str):
    """A number as it is written in JSON: conditions compare its text."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A case decided, or the error that kept it from being decided."""

    id: str
    expect: str | None
    decision: Decision | None = None
    error: str = ""
    warnings: tuple[str, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Tell whether the decision is the expected one."""
        return not self.error and self.decision is not None and self.decision.outcome == self.expect

    def to_json(self) -> dict[str, object]:
        """Give the answer as one JSON-ready line, whose decision is `error` where there is none."""
        decision = None if self.error else self.decision
        return {
            "id": int(self.id) if isinstance(self.id, _Number) and self.id.isdecimal() else self.id,
            "decision": "error" if decision is None else decision.outcome,
            "expect": self.expect,
            "pass": self.passed,
            "determining": [] if decision is None else [statement.to_json() for statement in decision.statements],
        }


def answers(path: Path) -> Iterator[Answer]:
    """Read a file and decide its cases, one by one; whatever is wrong with one is said of it alone."""
    name = str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        yield Answer(name, None, error=f"cannot read the file: {error}")
        return
    count = 0
    for number, case in enumerate(_cases(text, path.suffix.lower()), start=1):
        count = number
        yield answer(case, f"{name}#{number}", path.parent)
    if not count:
        yield Answer(name, None, error="the file has no cases")


def answer(case: object, default_id: str, folder: Path) -> Answer:
    """Decide one case."""
    identifier, expect = default_id, None
    try:
        if isinstance(case, CaseError):
            raise case
        if not isinstance(case, dict):
            raise CaseError("a case is an object")
        identifier = _identifier(case, default_id)
        wanted = case.get("expect")
        expect = wanted if isinstance(wanted, str) else None
        decision, warnings = decide_case(case, folder)
        error = "" if expect in EXPECTATIONS else f"expect is one of {', '.join(sorted(EXPECTATIONS))}"
        return Answer(identifier, expect, decision, error, tuple(warnings))
    except (CaseError, PolicyError) as error:
        return Answer(identifier, expect, error=str(error))
    except Exception as error:  # noqa: BLE001 - one bad case must not hide the others
        return Answer(identifier, expect, error=f"{type(error).__name__}: {error}")


def _identifier(case: Mapping[str, Any], default: str) -> str:
    for key in ("id", "name"):
        found = case.get(key)
        if isinstance(found, str) and found:
            return found
    return default


def decide_case(case: Mapping[str, Any], folder: Path) -> tuple[Decision, list[str]]:
    """Decide a case and tell which of its policies AWS would refuse."""
    _known(case, _CASE_KEYS, "case")
    raw = case.get("request")
    if not isinstance(raw, dict):
        raise CaseError("request is missing")
    request = _request(raw)
    policies = _Policies(folder)
    identity, session = _own(policies, case, request.principal)
    authority = Authority(
        identity=identity,
        boundary=policies.set(case.get("permissions_boundary"), PolicyKind.BOUNDARY, "permissions_boundary"),
        session=session,
        scps=policies.levels(case.get("service_control_policies"), PolicyKind.SCP, "service_control_policies"),
    )
    action, resource = request.action.lower(), request.resource
    is_trust = action in TRUST_ACTIONS and needs_resource_policy(action, resource)
    kind = PolicyKind.TRUST if is_trust else PolicyKind.RESOURCE
    resource_policy = policies.set(case.get("resource_policy"), kind, "resource_policy")
    rcps = policies.levels(case.get("resource_control_policies"), PolicyKind.RCP, "resource_control_policies")
    if rcps is not None:
        # RCPFullAWSAccess sits on every root, OU and account and cannot be detached: no level is without it.
        full = compile_policy(load(_FULL_RCP, PolicyKind.RCP), Source(PolicyKind.RCP, "RCPFullAWSAccess"))
        rcps = tuple(PolicySet.of([*level.policies, full]) for level in rcps)
    return decide(request, authority, resource_policy, rcps), policies.warnings


def principal_of(text: str, action: str = "") -> Principal:
    """Read a principal: an ARN of any kind, a service, a provider, an account, or `*`.

    Errors: CaseError for what is none of these.
    """
    if text in ("*", "anonymous"):
        return Principal(PrincipalType.ANONYMOUS, "*")
    if text in _PROVIDERS and (text != "cognito-identity.amazonaws.com" or "webidentity" in action.lower()):
        return Principal(PrincipalType.FEDERATED_PROVIDER, text)
    if text.endswith((".amazonaws.com", ".amazonaws.com.cn")) and not text.startswith("arn:"):
        return Principal(PrincipalType.SERVICE, text)
    if len(text) == 12 and text.isascii() and text.isdigit():  # noqa: PLR2004 - an account ID
        return Principal(PrincipalType.ROOT, f"arn:aws:iam::{text}:root", text, text)
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or parts[2] not in ("iam", "sts"):  # noqa: PLR2004 - the parts of an ARN
        raise CaseError(f"principal `{text}` is no ARN of a principal, no service and not `*`")
    return _principal_of_arn(text, parts)


def _principal_of_arn(text: str, parts: list[str]) -> Principal:
    _, partition, service, _, account, resource = parts
    kind, _, name = resource.partition("/")
    last = name.rsplit("/", 1)[-1]
    if not account.isdigit():
        raise CaseError(f"principal `{text}` names no account")
    if resource == "root":
        return Principal(PrincipalType.ROOT, f"arn:{partition}:iam::{account}:root", account, account)
    if service == "sts" and kind == "assumed-root":
        return Principal(PrincipalType.ROOT, text, account, account)
    if service == "iam" and kind in ("saml-provider", "oidc-provider"):
        return Principal(PrincipalType.FEDERATED_PROVIDER, text, account)
    if service == "iam" and kind == "user" and last:
        return Principal(PrincipalType.USER, text, account)
    if service == "iam" and kind == "role" and last:
        # A session of which the name is not said, so that no policy can name it.
        return Principal(_session_type(name), text, account, role_arn=text)
    if service == "sts" and kind == "assumed-role" and name.count("/") == 1:
        # A session's ARN has no path: the names of service-linked roles are all there is to know them by.
        role = name.split("/")[0]
        linked = role.startswith("AWSServiceRoleFor")
        kind_ = PrincipalType.SERVICE_LINKED_ROLE_SESSION if linked else PrincipalType.ROLE_SESSION
        return Principal(kind_, text, account, role_arn=f"arn:{partition}:iam::{account}:role/{role}")
    if service == "sts" and kind == "federated-user" and name:
        # Who asked for the session is not in its ARN; the usual broker names the session after the user.
        user = f"arn:{partition}:iam::{account}:user/{name}"
        return Principal(PrincipalType.FEDERATED_USER, text, account, f"{account}:{name}", user_arn=user)
    raise CaseError(f"principal `{text}` cannot make requests")


def supplied_context(principal: Principal, resource_account: str) -> dict[str, str]:
    """Give the context keys that AWS always supplies and that follow from the request."""
    kind = principal.type
    context: dict[str, str] = {}
    if kind in _TYPES:
        context["aws:principaltype"] = _TYPES[kind]
    if kind is PrincipalType.SERVICE:
        context |= {"aws:principalisawsservice": "true", "aws:principalservicename": principal.arn}
    elif kind is PrincipalType.ANONYMOUS:
        context["aws:userid"] = "anonymous"
    elif kind is not PrincipalType.FEDERATED_PROVIDER:
        context |= {
            "aws:principalarn": principal.role_arn or _principal_arn(principal),
            "aws:principalaccount": principal.account_id,
            "aws:principalisawsservice": "false",
        }
    if kind in (PrincipalType.USER, PrincipalType.USER_SESSION):
        context["aws:username"] = principal.arn.rsplit("/", 1)[-1]
    if kind in (PrincipalType.ROOT, PrincipalType.FEDERATED_USER):
        context["aws:userid"] = principal.unique_id
    if resource_account:
        context["aws:resourceaccount"] = resource_account
    return context


def _principal_arn(principal: Principal) -> str:
    """Give the ARN of the root user for its sessions too, which AssumeRoot makes."""
    if principal.type is not PrincipalType.ROOT:
        return principal.arn
    return f"arn:{principal.arn.split(':')[1]}:iam::{principal.account_id}:root"


def _session_type(role: str) -> PrincipalType:
    linked = role.startswith("aws-service-role/")
    return PrincipalType.SERVICE_LINKED_ROLE_SESSION if linked else PrincipalType.ROLE_SESSION


def _request(raw: Mapping[str, Any]) -> Request:
    _known(raw, _REQUEST_KEYS, "request")
    action = raw.get("action")
    if not isinstance(action, str) or not _ACTION.fullmatch(action):
        raise CaseError("request.action is a service and an action, as in `iam:CreateUser`")
    name = raw.get("principal")
    if isinstance(name, dict) and len(name) == 1:
        name = next(iter(name.values()))
    if not isinstance(name, str | int) or isinstance(name, bool):
        raise CaseError("request.principal is missing")
    principal = principal_of(str(name), action)
    resource = raw.get("resource", "*")
    if not isinstance(resource, str):
        raise CaseError("request.resource is a string")
    account = raw.get("resource_account")
    owner = _owner(resource, principal) if account is None else str(account)
    given = _context(raw.get("context"))
    principal = _identified(principal, given)
    context = supplied_context(principal, owner) | given
    # A key that the case gives as null is one that the request does not have, whatever AWS would supply.
    present = {key: value for key, value in context.items() if value is not None}
    return Request(principal, action, resource, owner, present)


def _identified(principal: Principal, context: Mapping[str, object]) -> Principal:
    """Take from the context what an ARN does not say: unique ids, and whether a user's credentials are temporary."""
    if principal.type is PrincipalType.USER and context.get("aws:tokenissuetime"):
        principal = replace(principal, type=PrincipalType.USER_SESSION, user_arn=principal.arn)
    path = context.get("aws:principalarn")
    linked = principal.type is PrincipalType.SERVICE_LINKED_ROLE_SESSION
    if linked and isinstance(path, str) and ":role/aws-service-role/" not in path:
        principal = replace(principal, type=PrincipalType.ROLE_SESSION)
    userid = context.get("aws:userid")
    if not isinstance(userid, str) or principal.type not in _WITH_UNIQUE_ID:
        return principal
    issuer = userid.split(":")[0] if principal.type is PrincipalType.ROLE_SESSION else ""
    return replace(principal, unique_id=userid, issuer_id=issuer)


def _owner(resource: str, principal: Principal) -> str:
    parts = resource.split(":", 5)
    account = parts[4] if len(parts) == 6 else ""  # noqa: PLR2004 - the parts of an ARN
    return account if len(account) == 12 and account.isdigit() else principal.account_id  # noqa: PLR2004


def _context(raw: object) -> dict[str, Any]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise CaseError("request.context is an object")
    context: dict[str, Any] = {}
    for key, value in raw.items():
        lower = str(key).lower()
        if lower in context:
            raise CaseError(f"context key `{key}` is given twice")
        if value is None:
            context[lower] = None
        elif isinstance(value, list):
            context[lower] = [_scalar(item, lower) for item in value if item is not None]
        else:
            context[lower] = _scalar(value, lower)
    return context


def _scalar(value: object, key: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise CaseError(f"context key `{key}` has a value that is neither text nor a list of texts")


def _own(
    policies: _Policies, case: Mapping[str, Any], principal: Principal
) -> tuple[PolicySet | None, PolicySet | None]:
    """Give the identity-based and the session policies of a principal."""
    identity = policies.set(case.get("identity_policies"), PolicyKind.IDENTITY, "identity_policies")
    session = policies.set(case.get("session_policies"), PolicyKind.SESSION, "session_policies")
    if principal.type is not PrincipalType.ROOT:
        return identity or PolicySet.EMPTY, session
    if principal.arn.endswith(":root"):
        return None, session  # The root user has no identity-based policies.
    # A session of AssumeRoot can do what its task policy says, wherever the case has put that, and nothing else.
    if session is None:
        return None, identity or PolicySet.EMPTY
    return (identity if identity is not None and len(identity) else None), session


class _Policies:
    """Reads the policies of one case."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.warnings: list[str] = []

    def set(self, value: object, kind: PolicyKind, name: str, level: str = "") -> PolicySet | None:
        """Read a document or a list of them; null is no policy, an empty list is one that allows nothing."""
        if value is None:
            return None
        documents = value if isinstance(value, list) else [value]
        compiled = []
        for index, item in enumerate(documents):
            place = f"{name}[{index}]" if isinstance(value, list) else name
            text_or_data, title = self._read(item, place)
            self._check(text_or_data, kind, place)
            try:
                document = load(text_or_data, kind)
            except PolicyError as error:
                raise CaseError(f"{place}: {error}") from error
            compiled.append(compile_policy(document, Source(kind, title, level)))
        return PolicySet.of(compiled)

    def levels(self, value: object, kind: PolicyKind, name: str) -> tuple[PolicySet, ...] | None:
        """Read one set per level from the root down; null and no levels at all mean that the kind does not apply."""
        if value is None or value == []:
            return None
        if not isinstance(value, list) or not all(isinstance(level, list) for level in value):
            raise CaseError(f"{name} is a list of levels, each a list of documents")
        found = (self.set(level, kind, f"{name}[{i}]", f"level {i + 1}") for i, level in enumerate(value))
        return tuple(policies for policies in found if policies is not None)

    def _read(self, item: object, place: str) -> tuple[str | dict[str, object], str]:
        """Take a document as it stands, as JSON text, or from the file that it names."""
        if isinstance(item, dict):
            if isinstance(item, _Object) and (twice := item.duplicate()):
                raise CaseError(f"{place}: duplicate key `{twice}`")
            return item, place
        if not isinstance(item, str):
            raise CaseError(f"{place}: a policy is a document or a path")
        if item.lstrip().startswith("{"):
            return item, place
        try:
            text = (self._folder / item).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise CaseError(f"{place}: cannot read `{item}`: {error}") from error
        if text.lstrip().startswith("{"):
            return text, item
        data = _yaml(text)
        if not isinstance(data, dict):
            raise CaseError(f"{place}: `{item}` has no policy document")
        return data, item

    def _check(self, value: str | dict[str, object], kind: PolicyKind, place: str) -> None:
        """Note what AWS would refuse on saving; the test still runs, closed."""
        try:
            parse(value if isinstance(value, str) else json.dumps(value, default=str), kind)
        except PolicyError as error:
            self.warnings.append(f"{place}: AWS would refuse this policy: {error}")


def _known(value: Mapping[str, Any], known: frozenset[str], what: str) -> None:
    if isinstance(value, _Object) and value.duplicates:
        raise CaseError(f"duplicate key `{value.duplicates[0]}` in the {what}")
    # Notes of any name are welcome, but a gate that is misspelt would not be tested and seem to pass.
    missing = known.difference(value, _NOTES)
    for key in value:
        near = difflib.get_close_matches(str(key), missing, n=1, cutoff=0.8)
        if key not in known and near:
            raise CaseError(f"the {what} has `{key}`: is `{near[0]}` meant?")


# Files.


class _Object(dict[str, Any]):
    """An object that knows which of its keys came twice."""

    duplicates: tuple[str, ...] = ()

    def duplicate(self) -> str:
        """Name a duplicate key in here or below."""
        if self.duplicates:
            return self.duplicates[0]
        waiting: list[object] = list(self.values())
        while waiting:
            item = waiting.pop()
            if isinstance(item, _Object) and item.duplicates:
                return item.duplicates[0]
            waiting += item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        return ""


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object(pairs)
    if len(made) != len(pairs):
        keys = [key for key, _ in pairs]
        made.duplicates = tuple(key for key in made if keys.count(key) > 1)
    return made


def _constant(text: str) -> object:
    raise ValueError(f"{text} is not JSON")


def _json(text: str) -> object:
    return json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_Number, parse_float=_Number)


def _cases(text: str, suffix: str) -> list[object]:
    """Read the cases of a file: a list in JSON or YAML, or a JSON case on each line."""
    if suffix in (".jsonl", ".ndjson"):
        return _lines(text)
    if suffix in (".yaml", ".yml"):
        return _listed(_parsed(_yaml, text))
    found = _parsed(_json, text)
    if isinstance(found, CaseError) and text.lstrip().startswith("{") and "\n" in text.strip():
        return _lines(text)
    if isinstance(found, CaseError) and suffix != ".json":
        other = _parsed(_yaml, text)
        return _listed(found if isinstance(other, CaseError | str) else other)
    return _listed(found)


def _lines(text: str) -> list[object]:
    return [_parsed(_json, line) for line in text.split("\n") if line.strip()]


def _listed(found: object) -> list[object]:
    if isinstance(found, dict) and isinstance(found.get("cases"), list):
        found = found["cases"]
    return found if isinstance(found, list) else [found]


def _parsed(read: Any, text: str) -> object:
    try:
        found: object = read(text)
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        return CaseError(f"cannot be parsed: {reason}")
    return found


class _Loader(yaml.SafeLoader):
    """YAML in which `true`, `false` and `null` are what they seem and everything else is text.

    Account IDs keep their zeros, versions stay text, and a `no` in a condition is no boolean.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - the library's way

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Refuse a key that comes twice."""
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        if len(found) != len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "a key comes twice", node.start_mark)
        return found


def _resolve() -> None:
    _Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false|True|False)$"), list("tTfF"))
    _Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
    _Loader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"^<<$"), ["<"])


_resolve()


def _yaml(text: str) -> object:
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - derived from SafeLoader
