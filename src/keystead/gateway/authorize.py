"""The stage that answers "may they": every target of a request, against everything that limits the caller."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from keystead.policy import Decision, Request, decide
from keystead.services.call import Call, ContextValue, Target
from keystead.services.registry import Operation
from keystead.wire.errors import AwsError


class AccessDenied(AwsError):
    """A denial, with the decision that explains it."""

    def __init__(self, call: Call, target: Target, decision: Decision) -> None:
        """Word the denial as AWS does."""
        super().__init__("AccessDenied", _sentence(target, decision), status=403)
        self.call = call
        self.decision = decision
        self.target = target


def _sentence(target: Target, decision: Decision) -> str:
    if not target.named:
        return decision.denial_message()
    return replace(decision, request=replace(decision.request, resource=target.named)).denial_message()


def authorize(call: Call, operation: Operation, request: Mapping[str, object]) -> None:
    """Raise `AccessDenied` unless the caller may do the operation to each of its targets."""
    if operation.authorizes is None:
        return
    found = operation.authorizes(call, request)
    targets = (found,) if isinstance(found, Target) else found
    if not targets:
        # An operation that names nothing must not be one that anyone may do.
        msg = f"{operation.service}:{operation.name} named nothing to authorize"
        raise RuntimeError(msg)
    for target in targets:
        decision = decide_target(call, target)
        if not decision.allowed:
            raise AccessDenied(call, target, decision)


def decide_target(call: Call, target: Target) -> Decision:
    """Decide one target for the caller of a call."""
    owner = target.account_id or call.account_id
    return decide(
        Request(
            principal=call.caller.principal,
            action=target.action or f"{call.service}:{call.operation}",
            resource=target.resource,
            resource_account=owner,
            context=request_context(call, target, owner),
        ),
        call.caller.authority,
        resource_policy=target.resource_policy,
        rcps=call.house.authorities.rcps(owner),
        resource_policy_required=target.policy_required,
    )


def request_context(call: Call, target: Target, owner: str) -> dict[str, ContextValue]:
    """Return every condition key of one target: the caller's, the request's, the resource's and the operation's."""
    seconds, claims = int(call.now.timestamp()), call.caller.claims
    context: dict[str, ContextValue] = {
        **call.caller.context,
        "aws:currenttime": _written(seconds),
        "aws:epochtime": str(seconds),
        "aws:securetransport": "true" if call.secure else "false",
        "aws:sourceip": call.source_ip,
        "aws:requestedregion": call.region,
        "aws:resourceaccount": owner,
    }
    if claims is not None and claims.mfa and claims.mfa_time is not None:
        context["aws:multifactorauthage"] = str(max(0, seconds - claims.mfa_time))
    if call.user_agent:
        context["aws:useragent"] = call.user_agent
    membership = call.house.authorities.membership(owner)
    if membership is not None:
        context["aws:resourceorgid"] = membership.organization_id
        context["aws:resourceorgpaths"] = [membership.path]
    if target.tags or target.request_tags:
        _add_tags(context, target)
    for key, value in target.context.items():
        context[key.lower()] = value
    return context


@lru_cache(maxsize=8)
def _written(seconds: int) -> str:
    """Return a time as policies compare it; the requests of one second share it."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add_tags(context: dict[str, ContextValue], target: Target) -> None:
    for key, value in (target.tags or {}).items():
        context[f"aws:resourcetag/{key.lower()}"] = value
    if target.request_tags:
        context["aws:tagkeys"] = list(target.request_tags)
        for key, value in target.request_tags.items():
            context[f"aws:requesttag/{key.lower()}"] = value
