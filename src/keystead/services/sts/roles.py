"""The role that AssumeRole names: found in memory, and authorized by its trust policy."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from keystead.policy import PolicyKind, PolicySet, Source
from keystead.services.authority import NO_POLICY, policy_set
from keystead.services.call import Call, ContextValue, Target
from keystead.services.iam import PolicyText, RoleFacts
from keystead.services.sts import arns, mfa, rules
from keystead.services.sts.arns import RoleArn
from keystead.wire.shapes import sts


class Known(NamedTuple):
    """A role that exists, with its trust policy compiled."""

    role: RoleFacts
    trust: PolicySet


def find(call: Call, arn: RoleArn) -> Known | None:
    """Return the role that has exactly this ARN, in an account that is alive."""
    authorities = call.house.authorities

    def look(_tx: object) -> Known | None:
        account = authorities.account(arn.account_id)
        if account is None or not account.usable:
            return None
        role = authorities.role_named(arn.account_id, arn.name)
        return Known(role, _trust(role)) if role is not None and role.arn == arn.text else None

    return authorities.remember(arn.account_id, ("assumable", arn.text), look)


def targets(call: Call, request: sts.AssumeRoleRequest) -> list[Target]:
    """Return what AssumeRole must be allowed to do: take the role, and tag it or name who is behind it if it does.

    A role that does not exist is one that trusts nobody: the answer is the same.
    """
    arn = arns.role(request["RoleArn"])
    known = find(call, arn)
    tags = _tags(call, None if known is None else known.role)
    context = _context(request) | {f"iam:ResourceTag/{key}": value for key, value in tags.items()}
    trust = NO_POLICY if known is None else known.trust
    passed = {tag["Key"]: tag["Value"] for tag in request.get("Tags", ())}
    return [
        Target(
            resource=arn.text,
            account_id=arn.account_id,
            action=action,
            context=context,
            tags=tags,
            request_tags=passed,
            resource_policy=trust,
            policy_required=True,
        )
        for action in _actions(call, request)
    ]


def _actions(call: Call, request: sts.AssumeRoleRequest) -> Iterator[str]:
    yield "sts:AssumeRole"
    # What a session hands on needs the same permission as what is passed.
    # Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
    if request.get("Tags") or rules.inherited_tags(call.caller):
        yield "sts:TagSession"
    if "SourceIdentity" in request or (call.caller.claims is not None and call.caller.claims.source_identity):
        yield "sts:SetSourceIdentity"


def _context(request: sts.AssumeRoleRequest) -> dict[str, ContextValue]:
    context = mfa.context(request)
    context["sts:RoleSessionName"] = request["RoleSessionName"]
    if "ExternalId" in request:
        context["sts:ExternalId"] = request["ExternalId"]
    if "SourceIdentity" in request:
        context["sts:SourceIdentity"] = request["SourceIdentity"]
    if "TransitiveTagKeys" in request:
        context["sts:TransitiveTagKeys"] = request["TransitiveTagKeys"]
    return context


def _tags(call: Call, role: RoleFacts | None) -> Mapping[str, str]:
    """Return the role's tags as its trust policy sees them: what the calling session hands on replaces them.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
    """
    inherited = rules.inherited_tags(call.caller)
    own = {} if role is None else role.tags
    if not inherited:
        return own
    replaced = {key.lower() for key in inherited}
    return {key: value for key, value in own.items() if key.lower() not in replaced} | dict(inherited)


def _trust(role: RoleFacts) -> PolicySet:
    return policy_set((PolicyText(Source(PolicyKind.TRUST, role.arn, owner=role.arn), role.trust),))
