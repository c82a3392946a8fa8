"""Trust policies on their way in."""

from keystead import policy
from keystead.policy import PolicyKind
from keystead.services.iam import documents, errors, principals
from keystead.storage import Transaction


def stored(tx: Transaction, account_id: str, document: str) -> str:
    """Return the trust policy of a role of an account as it is kept, after every check.

    Errors: LimitExceeded (size), MalformedPolicyDocument (also for a principal that does not exist).
    """
    documents.check(document, PolicyKind.TRUST)
    limit = policy.QUOTAS["trust_policy"]
    if policy.size(document) > limit:
        raise errors.quota_exceeded("ACLSizePerRole", limit)
    return principals.to_ids(tx, account_id, document)
