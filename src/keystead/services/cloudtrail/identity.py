"""The userIdentity of an event: who called, and where their credentials came from.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

import datetime as dt
from typing import Any, Final

from keystead.credentials.tokens import SessionClaims
from keystead.policy import Principal, PrincipalType
from keystead.services.call import Caller

_TYPES: Final = {
    PrincipalType.ROOT: "Root",
    PrincipalType.USER: "IAMUser",
    PrincipalType.USER_SESSION: "IAMUser",
    PrincipalType.ROLE_SESSION: "AssumedRole",
    PrincipalType.SERVICE_LINKED_ROLE_SESSION: "AssumedRole",
    PrincipalType.FEDERATED_USER: "FederatedUser",
}


def user_identity(caller: Caller) -> dict[str, Any]:
    """Return who called, as the caller's own account sees it."""
    principal = caller.principal
    identity: dict[str, Any] = {
        "type": "Root" if principal.is_root else _TYPES[principal.type],
        "principalId": principal.unique_id,
        "arn": principal.arn,
        "accountId": caller.account_id,
        "accessKeyId": caller.access_key_id,
    }
    if identity["type"] == "IAMUser":
        identity["userName"] = caller.name
    if caller.claims is not None:
        identity["sessionContext"] = _session_context(principal, caller.claims)
    return identity


def foreign_identity(caller: Caller) -> dict[str, Any]:
    """Return who called, as another account sees it: nothing that only the caller's own account may know."""
    return {"type": "AWSAccount", "principalId": caller.principal.unique_id, "accountId": caller.account_id}


def username(caller: Caller) -> str:
    """Return the name that LookupEvents finds the caller by."""
    if caller.is_root:
        return "root"
    return caller.session_name or caller.name


def _session_context(principal: Principal, claims: SessionClaims) -> dict[str, Any]:
    issued = dt.datetime.fromtimestamp(claims.issued_at, dt.UTC)
    context: dict[str, Any] = {
        "attributes": {
            "creationDate": f"{issued:%Y-%m-%dT%H:%M:%SZ}",
            "mfaAuthenticated": "true" if claims.mfa else "false",
        }
    }
    if claims.kind != "session":
        context["sessionIssuer"] = _issuer(principal, claims)
    if claims.source_identity:
        context["sourceIdentity"] = claims.source_identity
    return context


def _issuer(principal: Principal, claims: SessionClaims) -> dict[str, str]:
    if claims.issuer_id == claims.account_id:
        return {
            "type": "Root",
            "principalId": claims.account_id,
            "arn": principal.user_arn,
            "accountId": claims.account_id,
        }
    return {
        "type": "Role" if claims.kind == "assumed-role" else "IAMUser",
        "principalId": claims.issuer_id,
        "arn": principal.role_arn or principal.user_arn,
        "accountId": claims.account_id,
        "userName": claims.issuer_name,
    }
