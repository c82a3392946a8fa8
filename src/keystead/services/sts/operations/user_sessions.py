"""GetSessionToken and GetFederationToken: sessions that a user, or root, begins from a key of their own."""

from keystead.credentials.tokens import SessionClaims
from keystead.services.call import Call, Target
from keystead.services.registry import operation
from keystead.services.sts import arns, errors, mfa, rules, sessions
from keystead.wire.shapes import sts


def _refuse_sessions(call: Call) -> None:
    """Refuse callers that are sessions: no chain of sessions may outlive the key that began it."""
    if call.caller.claims is not None:
        raise errors.needs_long_term_key(call.operation)


def _use_up_code(call: Call, request: sts.GetSessionTokenRequest) -> None:
    _refuse_sessions(call)
    mfa.use_up(call, request)


def _session_target(call: Call, request: sts.GetSessionTokenRequest) -> Target:
    _refuse_sessions(call)
    return Target(context=mfa.context(request))


@operation("sts", authorizes=_session_target, access=mfa.access, before=_use_up_code)
def get_session_token(call: Call, request: sts.GetSessionTokenInput) -> sts.GetSessionTokenOutput:
    """Begin a session with all permissions of the calling user, usually to prove MFA for a while.

    Errors: AccessDenied.
    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
    """
    now, with_mfa = int(call.now.timestamp()), mfa.is_given(request)
    claims = SessionClaims(
        kind="session",
        account_id=call.account_id,
        issuer_id=call.caller.principal.unique_id,
        issuer_name=call.caller.name,
        issued_at=now,
        expires_at=now + rules.user_seconds(call.caller, request.get("DurationSeconds")),
        parent_key_id=call.caller.access_key_id,
        mfa=with_mfa,
        mfa_time=now if with_mfa else None,
        region=call.region,
    )
    issued = sessions.issue(call, claims, request.get("MinimumSessionTokenSize", 0))
    return {
        "Credentials": issued.credentials,
        "SessionTokenSize": issued.token_size,
        "SessionTokenUtilization": issued.percent,
    }


def _federation_targets(call: Call, request: sts.GetFederationTokenRequest) -> list[Target]:
    _refuse_sessions(call)
    passed = {tag["Key"]: tag["Value"] for tag in request.get("Tags", [])}
    resource = arns.federated_user(call.account_id, request["Name"])
    actions = ("sts:GetFederationToken", "sts:TagSession") if passed else ("sts:GetFederationToken",)
    return [Target(resource=resource, action=action, request_tags=passed) for action in actions]


@operation("sts", authorizes=_federation_targets, access="memory")
def get_federation_token(call: Call, request: sts.GetFederationTokenInput) -> sts.GetFederationTokenOutput:
    """Begin a session of somebody that the calling user vouches for, with what both the user and the policies allow.

    Errors: MalformedPolicyDocument, PackedPolicyTooLarge, AccessDenied, ValidationError, InvalidParameterValue.
    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    """
    tags = rules.session_tags(call.caller, request.get("Tags", []), [])
    policy, policy_arns = sessions.policies(call, call.account_id, request)
    now, name = int(call.now.timestamp()), request["Name"]
    claims = SessionClaims(
        kind="federated-user",
        account_id=call.account_id,
        issuer_id=call.caller.principal.unique_id,
        issuer_name=call.caller.name,
        session_name=name,
        issued_at=now,
        expires_at=now + rules.user_seconds(call.caller, request.get("DurationSeconds")),
        parent_key_id=call.caller.access_key_id,
        session_policy=policy,
        session_policy_arns=policy_arns,
        session_tags=tags.tags,
        region=call.region,
    )
    issued = sessions.issue(call, claims, request.get("MinimumSessionTokenSize", 0))
    answer: sts.GetFederationTokenResponse = {
        "Credentials": issued.credentials,
        "FederatedUser": {
            "FederatedUserId": f"{call.account_id}:{name}",
            "Arn": arns.federated_user(call.account_id, name),
        },
        "SessionTokenSize": issued.token_size,
        "SessionTokenUtilization": issued.percent,
    }
    if policy or policy_arns or tags.tags:
        answer["PackedPolicySize"] = issued.percent
    return answer
