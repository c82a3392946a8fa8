"""MFA codes in calls of STS.

A code is used up before authorization: conditions ask for it, and a denial must not give it back.
"""

from collections.abc import Mapping
from typing import Any

from keystead.policy import PrincipalType
from keystead.services import iam
from keystead.services.call import Call, ContextValue
from keystead.services.registry import Access
from keystead.services.sts import errors

_WITH_DEVICES = frozenset({PrincipalType.ROOT, PrincipalType.USER, PrincipalType.USER_SESSION})


def access(request: Mapping[str, Any]) -> Access:
    """Return what a request needs of the database: with a code, whoever asks is asked again under the lock."""
    return "write" if is_given(request) else "memory"


def is_given(request: Mapping[str, Any]) -> bool:
    """Say whether a request carries a code, or half of what belongs to one."""
    return "SerialNumber" in request or "TokenCode" in request


def use_up(call: Call, request: Mapping[str, Any]) -> None:
    """Accept the code of a request, if it has one, for good: the operation's `before`.

    Errors: AccessDenied for anything but a fresh code of a device of the calling user.
    """
    if not is_given(request):
        return
    if "SerialNumber" not in request or "TokenCode" not in request:
        raise errors.mfa_incomplete()
    principal = call.caller.principal
    if principal.type not in _WITH_DEVICES:
        raise errors.mfa_impossible()
    iam.accept_mfa_code(
        call.house,
        call.account_id,
        principal.issuer_id or principal.unique_id,
        request["SerialNumber"],
        request["TokenCode"],
        now=call.now,
    )


def context(request: Mapping[str, Any]) -> dict[str, ContextValue]:
    """Return the condition keys that the code of a request has earned; nothing for a request without."""
    return {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "0"} if is_given(request) else {}
