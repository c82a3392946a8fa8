"""STS's errors, in AWS's words."""

from keystead.wire.errors import AwsError
from keystead.wire.shapes import sts


def invalid_arn(arn: str) -> AwsError:
    """Refuse what is not the ARN of a role."""
    return AwsError("ValidationError", f"{arn} is invalid")


def longer_than_role_allows() -> AwsError:
    """Refuse a duration above the role's own maximum.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html
    """
    return AwsError(
        "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    )


def longer_than_chaining_allows() -> AwsError:
    """Refuse more than an hour to a caller that is a session itself.

    Source: https://github.com/99designs/aws-vault/issues/263
    """
    message = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    return AwsError("ValidationError", message)


def session_policy_too_long(text: str, limit: int) -> AwsError:
    """Refuse a session policy whose plain text is too long; STS says it as a constraint of the model."""
    return _broken_constraint("policy", text, limit)


def too_many_policy_arns(arns: list[str], limit: int) -> AwsError:
    """Refuse more managed session policies than a session can have."""
    return _broken_constraint("policyArns", f"[{', '.join(arns)}]", limit)


def _broken_constraint(member: str, value: str, limit: int) -> AwsError:
    return AwsError(
        "ValidationError",
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
        f"Member must have length less than or equal to {limit}",
    )


def no_such_policy(arn: str) -> AwsError:
    """Refuse a managed session policy that does not exist where the session would use it."""
    return AwsError("ValidationError", f"The specified policy {arn} does not exist or is not attachable.")


def packed_too_large(percent: int, *, by_policy: bool) -> sts.PackedPolicyTooLargeException:
    """Refuse policies and tags that a session token has no room for.

    Source: https://repost.aws/knowledge-center/iam-role-aws-sts-error
    """
    if by_policy:
        message = f"Packed policy consumes {percent}% of allotted space, please use smaller policy."
    else:
        message = f"Packed size of session tags consumes {percent}% of allotted space."
    return sts.PackedPolicyTooLargeException(message)


def duplicate_tags() -> AwsError:
    """Refuse two tags whose keys differ in nothing but case."""
    message = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
    return AwsError("InvalidParameterValue", message)


def reserved_tag() -> AwsError:
    """Refuse tags in AWS's own name."""
    return AwsError("InvalidParameterValue", "Tag keys that begin with aws: are reserved for internal use.")


def transitive_tag_missing() -> AwsError:
    """Refuse a transitive key without its tag."""
    message = "The specified transitive tag key must be included in the requested tags."
    return AwsError("InvalidParameterValue", message)


def transitive_tag_inherited() -> AwsError:
    """Refuse to replace a tag that the calling session must hand on."""
    return AwsError(
        "InvalidParameterValue",
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from "
        "the calling session.",
    )


def source_identity_is_set() -> AwsError:
    """Refuse to change who is behind a chain of sessions.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
    """
    return AwsError("AccessDenied", "The source identity of the calling session cannot be changed.")


def mfa_incomplete() -> AwsError:
    """Refuse a serial number without a code, or a code without a serial number."""
    message = "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."
    return AwsError("AccessDenied", message)


def mfa_impossible() -> AwsError:
    """Refuse a code from a caller that has no device: a role or a federated user.

    Source: https://github.com/aws/aws-cli/issues/6325
    """
    return AwsError(
        "AccessDenied",
        "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is "
        "valid and associated with this user.",
    )


def needs_long_term_key(operation: str) -> AwsError:
    """Refuse to make a session from a session, where AWS wants a user's own key."""
    return AwsError("AccessDenied", f"Cannot call {operation} with session credentials")


def not_authorized(caller_arn: str, role_arn: str) -> AwsError:
    """Refuse a role that went away between its authorization and its use."""
    message = f"User: {caller_arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
    return AwsError("AccessDenied", message)


def unknown_access_key() -> AwsError:
    """Refuse what cannot be the id of an access key."""
    return AwsError("ValidationError", "The access key ID is not valid.")


def contexts_not_built() -> AwsError:
    """Say that context assertions are not built yet, instead of leaving them out silently."""
    message = "sts:AssumeRole with ProvidedContexts is not implemented by Keystead yet."
    return AwsError("NotImplemented", message, status=501)
