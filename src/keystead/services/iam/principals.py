"""The principals of trust policies: kept as unique ids, shown as ARNs.

A role or user that is trusted is trusted as itself: one that is deleted and made again under its name is another.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from keystead.services import account
from keystead.services.iam import arns, errors
from keystead.services.iam.store.principals import arns_of
from keystead.services.iam.store.roles import find_role
from keystead.services.iam.store.users import find_user
from keystead.storage import Transaction

_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_UNIQUE_ID = re.compile(r"(?:AIDA|AROA)[A-Z0-9]{12,28}")
_IDENTITY = re.compile(r"arn:aws:iam::([0-9]{12}):(root|(?:user|role)/(?:[!-~]*/)?([\w+=,.@-]+))", re.ASCII)
_SESSION = re.compile(r"arn:aws:sts::([0-9]{12}):(?:assumed-role/[\w+=,.@-]+|federated-user)/[\w+=,.@-]+", re.ASCII)
_SERVICE = re.compile(r"(?:[a-z0-9][a-z0-9-]*\.)+amazonaws\.com(?:\.cn)?")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}")
_PROVIDER = re.compile(r"arn:aws:iam::([0-9]{12}):(?:saml-provider|oidc-provider)/[!-~]+")


def to_ids(tx: Transaction, account_id: str, document: str) -> str:
    """Return a trust policy of a role of `account_id` as it is stored; the document is a valid one.

    Errors: MalformedPolicyDocument for a principal that does not exist.
    """
    replace: Mapping[str, Callable[[str], str]] = {
        "AWS": lambda value: _aws_principal_to_id(tx, value),
        "Service": _checked_service,
        "Federated": lambda value: _checked_federated(account_id, value),
    }
    return _rewritten(document, replace)


def to_arns(tx: Transaction, documents: Iterable[str]) -> dict[str, str]:
    """Return stored trust policies as they are shown, by how they are stored; an id of what is gone stays an id."""
    stored = list(documents)
    known = arns_of(tx, {found for document in stored for found in _UNIQUE_ID.findall(document)})
    return {document: _rewritten(document, {"AWS": lambda value: known.get(value, value)}) for document in stored}


def _rewritten(document: str, replace: Mapping[str, Callable[[str], str]]) -> str:
    parsed: dict[str, Any] = json.loads(document)
    statements = parsed["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal")
        if isinstance(principal, dict):
            statement["Principal"] = {
                kind: _each(values, replace[kind]) if kind in replace else values for kind, values in principal.items()
            }
    return json.dumps(parsed, separators=(",", ":"), ensure_ascii=False)


def _each(values: str | list[str], change: Callable[[str], str]) -> str | list[str]:
    return change(values) if isinstance(values, str) else [change(value) for value in values]


def _aws_principal_to_id(tx: Transaction, value: str) -> str:
    if value == "*" or (_UNIQUE_ID.fullmatch(value) and arns_of(tx, {value})):
        return value
    if _ACCOUNT_ID.fullmatch(value) and account.exists(tx, value):
        return arns.root(value)
    found = _identity(tx, value) or _session(tx, value)
    if found is None:
        raise errors.invalid_principal("AWS", value)
    return found


def _identity(tx: Transaction, value: str) -> str | None:
    """Return the unique id of the user or role that an ARN names exactly; an account's own ARN stays."""
    match = _IDENTITY.fullmatch(value)
    if match is None:
        return None
    account_id, resource, name = match.groups()
    if resource == "root":
        return value if account.exists(tx, account_id) else None
    find = find_user if resource.startswith("user/") else find_role
    found = find(tx, account_id, name)
    return None if found is None or found.arn != value else found.id


def _session(tx: Transaction, value: str) -> str | None:
    match = _SESSION.fullmatch(value)
    return value if match is not None and account.exists(tx, match[1]) else None


def _checked_service(value: str) -> str:
    if not _SERVICE.fullmatch(value):
        raise errors.invalid_principal("SERVICE", value)
    return value


def _checked_federated(account_id: str, value: str) -> str:
    provider = _PROVIDER.fullmatch(value)
    if provider is not None:
        if provider[1] != account_id:
            raise errors.invalid_principal("FEDERATED", value)
    elif not _DOMAIN.fullmatch(value):
        raise errors.invalid_federated_principal()
    return value
