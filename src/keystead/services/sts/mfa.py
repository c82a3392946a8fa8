"""MFA codes in calls of STS. A code is checked before authorization, because conditions ask for it."""

from collections.abc import Mapping
from typing import Any

from keystead.policy import PrincipalType
from keystead.services import iam
from keystead.services.call import Call, ContextValue
from keystead.services.registry import Access
from keystead.services.sts import errors

_WITH_DEVICES = frozenset({PrincipalType.ROOT, PrincipalType.USER, PrincipalType.USER_SESSION})


def access(request: Mapping[str, Any]) -> Access:
    """Return what a request needs of the database: a code is used up, and everything else is in memory."""
    return "write" if is_given(request) else "memory"


def is_given(request: Mapping[str, Any]) -> bool:
    """Say whether a request carries a code, or half of what belongs to one."""
    return "SerialNumber" in request or "TokenCode" in request


def context(call: Call, request: Mapping[str, Any]) -> dict[str, ContextValue]:
    """Use up the code of a request and return the condition keys that it earns; nothing for a request without.

    Errors: AccessDenied for anything but a fresh code of a device of the calling user.
    """
    if not is_given(request):
        return {}
    if "SerialNumber" not in request or "TokenCode" not in request:
        raise errors.mfa_incomplete()
    principal = call.caller.principal
    if principal.type not in _WITH_DEVICES:
        raise errors.mfa_impossible()
    iam.accept_mfa_code(
        call.tx,
        call.account_id,
        principal.issuer_id or principal.unique_id,
        request["SerialNumber"],
        request["TokenCode"],
        keyring=call.house.keyring,
        now=call.now,
    )
    return {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "0"}
