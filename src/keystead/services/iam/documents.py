"""Policy documents on their way in, checked, and on their way out, encoded."""

from urllib.parse import quote

from keystead import policy
from keystead.policy import PolicyKind
from keystead.services.iam import errors
from keystead.wire.shapes import iam


def check(document: str, kind: PolicyKind) -> None:
    """Refuse what is not a policy of its kind.

    Errors: MalformedPolicyDocument.
    """
    try:
        policy.parse(document, kind)
    except policy.PolicyError as error:
        raise iam.MalformedPolicyDocumentException(error.message) from error


def check_managed(document: str) -> None:
    """Refuse what cannot be a version of a managed policy.

    Errors: LimitExceeded, MalformedPolicyDocument.
    """
    check(document, PolicyKind.IDENTITY)
    limit = policy.QUOTAS["managed_policy"]
    if policy.size(document) > limit:
        raise errors.quota_exceeded("PolicySize", limit)


def encoded(document: str) -> str:
    """Return a document as IAM's answers carry it, percent-encoded after RFC 3986."""
    return quote(document, safe="")
