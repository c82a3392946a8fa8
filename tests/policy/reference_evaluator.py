"""A second evaluator: slow, plain, and written from the rules alone.  It shares no code with the engine.

It takes plain data: the request as a dict, policies as parsed JSON.  A principal is a dict of `type`, `arn`, `account`,
`id` (its unique id), and of the role or user behind a session its `role` or `user` (ARNs) and `issuer` (unique id).
"""

# ruff: noqa: FBT001, FBT002, C901, ICN001 - the columns of tables are booleans; the reference is plain, not pretty

import base64
import datetime
import functools
import ipaddress
import re
from decimal import Decimal
from typing import Any

Json = dict[str, Any]


class Wrong(Exception):
    """A part of a statement that means nothing."""


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def glob(pattern: list[Any], value: str, forbidden: str = "") -> bool:
    """Match a list of characters and the markers STAR and MARK, by trying everything."""

    @functools.cache
    def rest(p: int, v: int) -> bool:
        if p == len(pattern):
            return v == len(value)
        if pattern[p] is STAR:
            return rest(p + 1, v) or (v < len(value) and value[v] != forbidden and rest(p, v + 1))
        if v == len(value):
            return False
        if pattern[p] is MARK:
            return value[v] != forbidden and rest(p + 1, v + 1)
        return pattern[p] == value[v] and rest(p + 1, v + 1)

    return rest(0, 0)


STAR, MARK = object(), object()


def pattern_of(source: str) -> list[Any]:
    return [{"*": STAR, "?": MARK}.get(char, char) for char in source]


def expand(source: str, context: Json, version: str | None) -> list[Any] | None:
    """Put variables in, as literal characters; None when one has no value."""
    if version != "2012-10-17":
        return pattern_of(source)
    made: list[Any] = []
    for piece in re.split(r"(\$\{[^}]*\})", source):
        if not piece.startswith("${"):
            made += pattern_of(piece)
            continue
        inner = piece[2:-1]
        if inner in ("*", "?", "$"):
            made.append(inner)
            continue
        name, _, default = inner.partition(",")
        value = context.get(name.strip().lower())
        if value is None and default:
            value = default.strip()[1:-1]
        if not isinstance(value, str):
            return None
        made += value
    return made


def action_matches(pattern: str, action: str, grants: bool = False) -> bool:
    if pattern in ("*", "*:*"):
        return True
    if pattern.count(":") != 1 or re.search(r"[\s,]", pattern):
        return False
    service, name = pattern.lower().split(":")
    if service == "*" and grants:
        return False
    return (
        service in ("*", action.lower().split(":")[0])
        and bool(name)
        and glob(pattern_of(name), action.lower().split(":")[1])
    )


def resource_matches(
    source: str, resource: str, context: Json, version: str | None, kind: str, counts_only: bool = False
) -> bool:
    """Match one entry; `counts_only` says that a wildcard instead of a service may not help the statement."""
    if source == "*":
        return True
    parts = source.split(":", 5)
    if parts[0] != "arn":
        return False
    hidden = re.search("[*?]", parts[2] if len(parts) > 2 else parts[-1]) or (parts[1][-1:] == "*" and len(parts) < 6)
    if hidden and counts_only and kind not in ("scp", "rcp"):
        return False
    runs_on = any(part.endswith("*") for part in parts[:5])
    if len(parts) < 6 and not runs_on:
        if kind not in ("identity", "boundary", "session"):
            return False
        parts += ["*"] * (6 - len(parts))
    tail = expand(parts[-1], context, version)
    return tail is not None and segments_match(parts[:-1], tail, resource)


def segments_match(heads: list[str], tail: list[Any], value: str) -> bool:
    """Match segment by segment; a star at the end of a segment may swallow further segments."""
    if not heads:
        return glob(tail, value)
    colons = [index for index, char in enumerate(value) if char == ":"]
    if not colons:
        return False
    if not glob(pattern_of(heads[0]), value[: colons[0]], ":"):
        return False
    ends = colons if heads[0].endswith("*") else colons[:1]
    return any(segments_match(heads[1:], tail, value[end + 1 :]) for end in ends)


def date(value: str) -> Decimal:
    if re.fullmatch(r"\d+(\.\d+)?", value) and not re.fullmatch(r"\d{4}", value):
        return Decimal(value)
    for form in ("%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%SZ"):
        try:
            moment = datetime.datetime.strptime(value, form).replace(tzinfo=datetime.UTC)
        except ValueError:
            continue
        return Decimal(int(moment.timestamp()))
    raise Wrong(value)


def number(value: str) -> Decimal:
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", value):
        raise Wrong(value)
    return Decimal(value)


def compare(operator: str, wanted: str, given: str, context: Json, version: str | None) -> bool | None:
    """Compare one policy value with one request value by a positive operator; None: not comparable."""
    if operator.startswith("String"):
        pattern = expand(wanted, context, version)
        if pattern is None:
            return False
        if operator == "StringLike":
            return glob(pattern, given)
        known = "".join({STAR: "*", MARK: "?"}.get(char, char) for char in pattern)
        return known.lower() == given.lower() if operator.endswith("IgnoreCase") else known == given
    if operator in ("ArnEquals", "ArnLike"):
        pattern = expand(wanted, context, version)
        return (
            None
            if given.count(":") < 5 or not given.startswith("arn:")
            else pattern is not None and arn(pattern, given)
        )
    if operator == "BinaryEquals":
        return base64.b64decode(wanted) in (given.encode(), unbase(given))
    if operator == "Bool":
        return (wanted.lower() == "true") is (given.lower() == "true")
    if operator == "IpAddress":
        try:
            network, address = ipaddress.ip_network(wanted, strict=False), ipaddress.ip_address(given)
        except ValueError:
            return None
        return address.version == network.version and address in network
    read = number if operator.startswith("Numeric") else date
    try:
        left, right = read(given), read(wanted)
    except Wrong:
        return None
    name = operator.removeprefix("Numeric").removeprefix("Date")
    return {
        "Equals": left == right,
        "LessThan": left < right,
        "LessThanEquals": left <= right,
        "GreaterThan": left > right,
        "GreaterThanEquals": left >= right,
    }[name]


def unbase(value: str) -> bytes | None:
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        return None


def arn(pattern: list[Any], given: str) -> bool:
    if pattern == [STAR]:
        return True
    parts: list[list[Any]] = [[]]
    for char in pattern:
        if char == ":" and len(parts) < 6:
            parts.append([])
        else:
            parts[-1].append(char)
    return len(parts) == 6 and all(glob(part, piece) for part, piece in zip(parts, given.split(":", 5), strict=True))


POSITIVE = {
    "StringNotEquals": "StringEquals",
    "StringNotLike": "StringLike",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}
KNOWN = {
    *POSITIVE,
    *POSITIVE.values(),
    "Bool",
    "BinaryEquals",
    *(
        f"{kind}{name}"
        for kind in ("Numeric", "Date")
        for name in ("LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    ),
}


def condition_holds(operator: str, key: str, wanted: list[str], context: Json, version: str | None) -> bool:
    given = context.get(key.lower())
    if operator == "Null":
        absent = given is None or not any(listed(given))
        return any((value.lower() == "true") is absent for value in wanted)
    quantifier, _, name = operator.rpartition(":")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    if name not in KNOWN or quantifier not in ("", "ForAllValues", "ForAnyValue"):
        raise Wrong(operator)
    negated = name in POSITIVE
    name = POSITIVE.get(name, name)
    check_values(name, wanted)

    def one(value: str) -> bool:
        results = [compare(name, item, value, context, version) for item in wanted]
        if None in results or (
            not results and name[:3] in ("Num", "Dat", "IpA", "Arn") and not comparable(name, value)
        ):
            return False
        return not any(results) if negated else any(results)

    if quantifier:
        if given is None:
            return quantifier == "ForAllValues" or if_exists
        values = listed(given) if any(listed(given)) else []
        return all(map(one, values)) if quantifier == "ForAllValues" else any(map(one, values))
    if given is None:
        return negated or if_exists
    return one(given) if isinstance(given, str) else False


def comparable(name: str, value: str) -> bool:
    probe = {"Num": "1", "Dat": "2020", "IpA": "10.0.0.1", "Arn": "*"}[name[:3]]
    return compare(name, probe, value, {}, None) is not None


def check_values(name: str, wanted: list[str]) -> None:
    for value in wanted:
        if name.startswith("Numeric"):
            number(value)
        elif name.startswith("Date"):
            date(value)
        elif name == "BinaryEquals":
            if unbase(value) is None:
                raise Wrong(value)
        elif name == "IpAddress":
            try:
                ipaddress.ip_network(value, strict=False)
            except ValueError as error:
                raise Wrong(value) from error


def applies(statement: Json, request: Json, version: str | None, kind: str) -> bool:
    """Tell whether action, resource and conditions match; Wrong when that cannot be told."""
    if "Action" in statement:
        grants = statement["Effect"] == "Allow"
        if not any(action_matches(item, request["action"], grants) for item in listed(statement["Action"])):
            return False
    elif any(action_matches(item, request["action"]) for item in listed(statement["NotAction"])):
        return False
    context = request["context"]
    for element in ("Resource", "NotResource"):
        if element in statement:
            loosens = (statement["Effect"] == "Allow") is (element == "Resource")
            hit = any(
                resource_matches(item, request["resource"], context, version, kind, loosens)
                for item in listed(statement[element])
            )
            if hit is (element == "NotResource"):
                return False
    failed, wrong = False, None
    for operator, keys in statement.get("Condition", {}).items():
        for key, wanted in keys.items():
            try:
                failed |= not condition_holds(operator, key, [text(item) for item in listed(wanted)], context, version)
            except Wrong as error:
                wrong = error
    if wrong is not None:
        raise wrong
    return not failed


def named(type_: str, name: str, principal: Json, allows: bool) -> str:
    """Say how one entry means the caller: no, account, issuer, direct."""
    kind = principal["type"]
    if name == "*" and type_ == "AWS":
        return "no" if allows and kind == "federated_provider" else "direct"
    if kind in OUTSIDERS:
        return "direct" if type_ == OUTSIDERS[kind] and name in ("*", principal["arn"]) else "no"
    if type_ != "AWS":
        return "no"
    if name in (principal["account"], f"arn:aws:iam::{principal['account']}:root"):
        return "account"
    if kind == "root":
        return "no"
    if name == principal["arn"]:
        return "direct"
    if kind in ("user", "user_session") and name == principal["id"]:
        return "direct"
    if kind in ROLES and without_path(name) == without_path(principal["role"]):
        return "issuer"
    if kind == "federated_user" and name == principal["user"]:
        return "issuer"
    return "issuer" if name == principal.get("issuer") else "no"


ROLES = ("role_session", "service_linked_role_session")
# Which kind of entry names a caller that is in no account.
OUTSIDERS = {"service": "Service", "federated_provider": "Federated", "anonymous": "nobody"}
WORTH = ["no", "account", "issuer", "direct"]


def without_path(arn_: str) -> str:
    return re.sub(r"(:role/)(.*/)?", r"\1", arn_)


def entries(element: Any) -> list[tuple[str, str]]:
    return [("AWS", "*")] if element == "*" else [(type_, name) for type_ in element for name in listed(element[type_])]


def meant(statement: Json, request: Json, bounded: bool, kind: str) -> str:
    """Say how a statement that can have principals means the caller: no, account, issuer, direct."""
    principal, allows = request["principal"], statement["Effect"] == "Allow"
    if kind == "rcp":
        return "direct"
    if "Principal" in statement:
        found = [named(type_, name, principal, allows) for type_, name in entries(statement["Principal"])]
        return max(found, key=WORTH.index, default="no")
    if "NotPrincipal" not in statement or allows:
        return "no"
    found = [named(type_, name, principal, False) for type_, name in entries(statement["NotPrincipal"])]
    if principal["type"] in OUTSIDERS:
        needed = {"direct"}
    else:
        needed = {"account"} if principal["type"] == "root" else {"account", "direct"}
        needed |= {"issuer"} if principal["type"] in ROLES else set()
    everyone = ("AWS", "*") in entries(statement["NotPrincipal"])
    return "direct" if bounded or not (everyone or needed <= set(found)) else "no"


def statements(policies: list[Json]) -> list[tuple[Json, str | None]]:
    return [(item, policy.get("Version")) for policy in policies for item in listed(policy["Statement"])]


def denies(policies: list[Json] | None, request: Json, kind: str, bounded: bool = False) -> bool:
    for statement, version in statements(policies or []):
        if statement["Effect"] != "Deny":
            continue
        if kind in ("resource", "rcp") and meant(statement, request, bounded, kind) == "no":
            continue
        try:
            if applies(statement, request, version, kind):
                return True
        except Wrong:
            return True
    return False


def allows(policies: list[Json], request: Json, kind: str) -> set[str]:
    """Give the ways in which some statement allows: for policies without principals just `direct`."""
    ways = set()
    for statement, version in statements(policies):
        if statement["Effect"] != "Allow":
            continue
        try:
            if applies(statement, request, version, kind):
                ways.add(meant(statement, request, False, kind) if kind in ("resource", "rcp") else "direct")
        except Wrong:
            continue
    return ways - {"no"}


# What STS, IAM, KMS, S3 and Organizations decide, whatever policies say.

ROLE_ACTIONS = ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity", "sts:setcontext")
GOVERNED = ("s3", "sqs", "kms", "sts")  # Of the services that the cases ask; sns, iam and ec2 are not.


def refused(request: Json) -> bool:
    """Tell whether the service refuses the caller."""
    kind, action, resource = request["principal"]["type"], request["action"].lower(), request["resource"]
    service, name = action.split(":")
    if kind == "anonymous" and service in ("sts", "iam", "kms"):
        return True
    if action == "sts:assumerole" and kind in ("root", "federated_provider"):
        return True
    if kind in ROLES and action in ("sts:getsessiontoken", "sts:getfederationtoken"):
        return True
    if kind == "federated_user" and service in ("sts", "iam"):
        return True
    if kind == "user_session" and service == "sts" and action not in ROLE_ACTIONS:
        return True
    if kind == "user_session" and service == "iam" and request["context"].get("aws:multifactorauthpresent") != "true":
        return True
    if service == "iam" and not name.startswith(("get", "list", "generate", "simulate", "passrole")):
        return ":iam::aws:policy/" in resource or ":role/aws-reserved/" in resource
    return service == "kms" and name.endswith("alias") and ":alias/aws/" in resource


def without_own_policies_enough(request: Json) -> bool:
    """Tell whether identity-based policies can be enough: not for a role's trust, not for a key."""
    action, resource = request["action"].lower(), request["resource"]
    if action == "sts:tagsession" and ":federated-user/" in resource:
        return True
    trusted = action in (*ROLE_ACTIONS, "sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
    return not trusted and not (action.startswith("kms:") and ":key/" in resource)


def governed(request: Json) -> bool:
    """Tell whether RCPs govern the request."""
    kind, action = request["principal"]["type"], request["action"].lower()
    if kind == "service_linked_role_session" or action == "kms:retiregrant":
        return False
    if kind == "service" and ":role/aws-service-role/" in request["resource"]:
        return False
    return action.split(":")[0] in GOVERNED


def evaluate(case: Json) -> str:
    """Decide a case of plain data."""
    request, principal = case["request"], case["request"]["principal"]
    kind, action = principal["type"], request["action"].lower()
    if action == "sts:getcalleridentity" and kind != "anonymous":
        return "allowed"
    bounded = case["boundary"] is not None
    own = kind not in OUTSIDERS
    scps = case["scps"] if own and kind != "service_linked_role_session" else None
    rcps = case["rcps"] if governed(request) else None
    gates = [(level, "scp") for level in scps or []] + [(level, "rcp") for level in rcps or []]
    denying = list(gates)
    if own:
        denying += [(case["identity"], "identity"), (case["boundary"], "boundary"), (case["session"], "session")]
    same = own and request["account"] == principal["account"]
    if not (kind == "root" and same and action.startswith("s3:") and action.endswith("bucketpolicy")):
        denying.append((case["resource"], "resource"))
    if any(denies(policies, request, name, bounded) for policies, name in denying):
        return "explicitDeny"
    if refused(request):
        return "implicitDeny"
    if action == "sts:getsessiontoken" and kind in ("user", "root"):
        return "allowed"
    if (scps == [] or rcps == []) or not all(allows(policies, request, name) for policies, name in gates):
        return "implicitDeny"
    ways = allows(case["resource"] or [], request, "resource")
    if not own:
        return "allowed" if ways else "implicitDeny"
    identity = kind == "root" or bool(allows(case["identity"] or [], request, "identity"))
    boundary = case["boundary"] is None or bool(allows(case["boundary"], request, "boundary"))
    session = kind != "federated_user"  # Without a session policy; with one, what that allows.
    if case["session"] is not None:
        session = bool(allows(case["session"], request, "session"))
    mine = identity and boundary and session
    if not same:
        return "allowed" if mine and ways else "implicitDeny"
    if "direct" in ways or ("issuer" in ways and boundary and session):
        return "allowed"
    return "allowed" if mine and ("account" in ways or without_own_policies_enough(request)) else "implicitDeny"
