"""Whom a resource-based policy means, and how much its Allow is worth.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

from .request import Principal, PrincipalType

if TYPE_CHECKING:
    from .document import PrincipalEntry

_ACCOUNT_DIGITS: Final = 12
_ROLE_SESSIONS: Final = frozenset({PrincipalType.ROLE_SESSION, PrincipalType.SERVICE_LINKED_ROLE_SESSION})
_IN_NO_ACCOUNT: Final = frozenset({PrincipalType.SERVICE, PrincipalType.ANONYMOUS, PrincipalType.FEDERATED_PROVIDER})
_UNIQUE_PREFIXES: Final = ("AIDA", "AROA")


class Grant(IntEnum):
    """What an Allow is worth in the principal's own account."""

    NONE = 0
    ACCOUNT = 1  # Delegates to the account: an identity-based policy must allow too.
    ISSUER = 2  # Names the role or user behind the session: boundary and session policy still limit.
    DIRECT = 3  # Names this very principal, or everyone: no implicit deny limits it.


class PrincipalMatcher:
    """Compares callers with the entries of `Principal` or `NotPrincipal`."""

    __slots__ = ("_accounts", "_arns", "_everyone", "_providers", "_roles", "_services", "_unique_ids")

    def __init__(self, entries: tuple[PrincipalEntry, ...]) -> None:
        """Sort the entries; what is none of the forms AWS knows matches nobody."""
        aws = [entry.value for entry in entries if entry.type == "AWS"]
        self._everyone = "*" in aws or any(entry.type == "*" for entry in entries)
        self._services = frozenset(entry.value for entry in entries if entry.type == "Service")
        self._providers = frozenset(entry.value for entry in entries if entry.type == "Federated")
        self._arns = frozenset(value for value in aws if value.startswith("arn:"))
        self._accounts = frozenset(account for value in aws if (account := _account(value)))
        self._roles = frozenset(role for value in aws if (role := role_key(value)))
        self._unique_ids = frozenset(value for value in aws if value.startswith(_UNIQUE_PREFIXES))

    def grant(self, principal: Principal, *, allows: bool) -> Grant:
        """Say how closely the entries name the caller.

        A provider's user is let in by `Federated` alone: a star among AWS principals is no provider.
        """
        if self._everyone and not (allows and principal.type is PrincipalType.FEDERATED_PROVIDER):
            return Grant.DIRECT
        if principal.type in _IN_NO_ACCOUNT:
            return Grant.DIRECT if self._names_outsider(principal) else Grant.NONE
        if self._names(principal):
            return Grant.DIRECT
        if self._names_issuer(principal):
            return Grant.ISSUER
        return Grant.ACCOUNT if self._names_account(principal) else Grant.NONE

    def exempts(self, principal: Principal) -> bool:
        """Tell whether `NotPrincipal` leaves the caller out.

        A caller is checked from its account down: its account, its role and its session must all be listed.
        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        """
        if self._everyone:
            return True
        if principal.type in _IN_NO_ACCOUNT:
            return self._names_outsider(principal)
        if not self._names_account(principal):
            return False
        if principal.is_root:
            return True
        if principal.type in _ROLE_SESSIONS and not self._names_issuer(principal):
            return False
        return self._names(principal)

    def _names_outsider(self, principal: Principal) -> bool:
        if principal.type is PrincipalType.ANONYMOUS:
            return False
        names = self._services if principal.type is PrincipalType.SERVICE else self._providers
        return principal.arn in names or "*" in names

    def _names_account(self, principal: Principal) -> bool:
        account = principal.account_id
        if not account:
            return False
        return account in self._accounts or f"{_partition(principal.arn)}:{account}" in self._accounts

    def _names(self, principal: Principal) -> bool:
        if principal.is_root:
            return False  # Its ARN means the whole account.
        if principal.arn in self._arns and role_key(principal.arn) is None:
            return True
        if principal.type is PrincipalType.USER_SESSION and principal.user_arn in self._arns:
            return True
        by_id = principal.unique_id or principal.issuer_id
        return principal.type in (PrincipalType.USER, PrincipalType.USER_SESSION) and by_id in self._unique_ids

    def _names_issuer(self, principal: Principal) -> bool:
        if principal.issuer_id and principal.issuer_id in self._unique_ids:
            return True
        if principal.type in _ROLE_SESSIONS:
            return bool(self._roles) and _session_role(principal) in self._roles
        if principal.type is PrincipalType.FEDERATED_USER:
            return principal.user_arn in self._arns and not principal.user_arn.endswith(":root")
        return False


def role_key(arn: str) -> tuple[str, str, str] | None:
    """Name a role by partition, account and name: a session's ARN carries no path, so the path does not count."""
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or parts[2] != "iam" or not parts[5].startswith("role/"):  # noqa: PLR2004
        return None
    return parts[1], parts[4], parts[5].rsplit("/", 1)[1]


def is_valid(entry: PrincipalEntry) -> bool:
    """Tell whether AWS takes an entry: no groups, no partial wildcards."""
    value = entry.value
    if entry.type != "AWS":
        return bool(value) and ("*" not in value or value == "*")
    if value == "*" or _is_account(value) or value.startswith(_UNIQUE_PREFIXES):
        return True
    parts = value.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[1] or parts[3] or not _is_account(parts[4]):  # noqa: PLR2004
        return False
    if "*" in value or "?" in value:
        return False
    resource = parts[5]
    if parts[2] == "iam":
        named = resource.startswith(("user/", "role/")) and not resource.endswith("/")
        return resource == "root" or named
    return parts[2] == "sts" and resource.startswith(("assumed-role/", "federated-user/"))


def _is_account(text: str) -> bool:
    return len(text) == _ACCOUNT_DIGITS and text.isascii() and text.isdigit()


def _account(value: str) -> str:
    if _is_account(value):
        return value
    parts = value.split(":", 5)
    if len(parts) == 6 and parts[0] == "arn" and parts[2] == "iam" and parts[5] == "root":  # noqa: PLR2004
        return f"{parts[1]}:{parts[4]}" if not parts[3] and _is_account(parts[4]) else ""
    return ""


def _partition(arn: str) -> str:
    return arn.split(":", 2)[1] if arn.startswith("arn:") else ""


def _session_role(principal: Principal) -> tuple[str, str, str] | None:
    parts = principal.arn.split(":", 5)
    if len(parts) == 6 and parts[2] == "sts" and parts[5].startswith("assumed-role/"):  # noqa: PLR2004
        return parts[1], parts[4], parts[5].split("/")[1]
    return role_key(principal.role_arn)
