"""AssumeRole: the way into every member account. It reads memory and writes nothing but its event."""

from keystead.credentials.tokens import SessionClaims
from keystead.services.call import Call
from keystead.services.registry import operation
from keystead.services.sts import arns, errors, mfa, roles, rules, sessions
from keystead.wire.shapes import sts


@operation("sts", authorizes=roles.targets, access=mfa.access, before=mfa.use_up)
def assume_role(call: Call, request: sts.AssumeRoleInput) -> sts.AssumeRoleOutput:
    """Begin a session of a role.

    The MFA code counts for the role's trust policy; the session itself is not said to be with MFA, as on AWS.

    Errors: MalformedPolicyDocument, PackedPolicyTooLarge, AccessDenied, ValidationError, InvalidParameterValue.
    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    if "ProvidedContexts" in request:
        raise errors.contexts_not_built()
    known = roles.find(call, arns.role(request["RoleArn"]))
    if known is None:
        raise errors.not_authorized(call.caller.principal.arn, request["RoleArn"])
    role = known.role
    seconds = rules.role_seconds(call.caller, role, request.get("DurationSeconds"))
    tags = rules.session_tags(call.caller, request.get("Tags", []), request.get("TransitiveTagKeys", []))
    source_identity = rules.source_identity(call.caller, request.get("SourceIdentity"))
    policy, policy_arns = sessions.policies(call, role.account_id, request)
    now, session_name = int(call.now.timestamp()), request["RoleSessionName"]
    claims = SessionClaims(
        kind="assumed-role",
        account_id=role.account_id,
        issuer_id=role.id,
        issuer_name=role.name,
        issuer_path=role.path,
        session_name=session_name,
        issued_at=now,
        expires_at=now + seconds,
        parent_key_id=call.caller.access_key_id,
        session_policy=policy,
        session_policy_arns=policy_arns,
        session_tags=tags.tags,
        transitive_tag_keys=tags.transitive_keys,
        inherited_tag_keys=tags.inherited_keys,
        source_identity=source_identity,
        chained=call.caller.claims is not None,
        region=call.region,
    )
    issued = sessions.issue(call, claims, request.get("MinimumSessionTokenSize", 0))
    answer: sts.AssumeRoleResponse = {
        "Credentials": issued.credentials,
        "AssumedRoleUser": {
            "AssumedRoleId": f"{role.id}:{session_name}",
            "Arn": arns.assumed_role(role.account_id, role.name, session_name),
        },
        "SessionTokenSize": issued.token_size,
        "SessionTokenUtilization": issued.percent,
    }
    if policy or policy_arns or tags.tags:
        answer["PackedPolicySize"] = issued.percent
    if source_identity:
        answer["SourceIdentity"] = source_identity
    return answer
