"""Why a request was denied, in the form that DecodeAuthorizationMessage gives it.

What another account's policies, roles and tags had to do with it stays that account's business.

Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from keystead.policy import Decision, Determining, PolicyKind
from keystead.services.call import Call, ContextValue

_RESOURCE_SIDE: Final = frozenset({PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.RCP})
# Condition keys that say what a resource is like.
_OF_RESOURCE: Final = ("aws:resourcetag/", "iam:resourcetag/", "aws:resourceorg")
# What is sealed must fit into the 10,240 characters that DecodeAuthorizationMessage takes.
_LONGEST: Final = 7_000


def explanation_of(call: Call, decision: Decision) -> str:
    """Return the explanation as JSON; the least important parts are left out of one that is too long."""
    foreign = decision.request.resource_account != call.account_id
    statements = [each for each in decision.statements if not (foreign and each.source.kind in _RESOURCE_SIDE)]
    context = {key: value for key, value in decision.request.context.items() if not (foreign and _of_resource(key))}
    full = _explained(decision, statements, context, foreign=foreign)
    if len(full) <= _LONGEST:
        return full
    return _explained(decision, statements[:1], {}, foreign=foreign)


def _of_resource(key: str) -> bool:
    return key.startswith(_OF_RESOURCE)


def _explained(
    decision: Decision, statements: Sequence[Determining], context: Mapping[str, ContextValue], *, foreign: bool
) -> str:
    principal = decision.request.principal
    visible = not foreign or decision.blocked_by not in {kind.value for kind in _RESOURCE_SIDE}
    return json.dumps(
        {
            "allowed": decision.allowed,
            "explicitDeny": visible and decision.outcome == "explicitDeny",
            "matchedStatements": {"items": [_statement(each) for each in statements]},
            "failures": {"items": []},
            "context": {
                "principal": {"id": principal.unique_id, "arn": principal.arn},
                "action": decision.request.action,
                "resource": decision.request.resource,
                "conditions": {"items": [_condition(key, value) for key, value in sorted(context.items())]},
            },
            "reason": decision.denial_message(),
        },
        separators=(",", ":"),
    )


def _statement(statement: Determining) -> dict[str, Any]:
    return {
        "statementId": statement.sid or "",
        "effect": statement.effect.upper(),
        # Beyond what AWS says: which policy it is in, and where.
        "policy": statement.to_json(),
    }


def _condition(key: str, value: ContextValue) -> dict[str, Any]:
    values = [value] if isinstance(value, str) else value
    return {"key": key, "values": {"items": [{"value": each} for each in values]}}
