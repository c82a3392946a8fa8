"""Which policies can bound the permissions of a user or role."""

from keystead.services.iam import errors
from keystead.services.iam.managed import catalogue
from keystead.services.iam.store.policies import find_policy
from keystead.storage import Transaction


def check_boundary(tx: Transaction, account_id: str, arn: str) -> None:
    """Refuse a boundary that is neither a policy of the account nor an attachable one of AWS.

    Errors: NoSuchEntity.
    """
    of_aws = catalogue().find(arn)
    attachable = find_policy(tx, account_id, arn) is not None if of_aws is None else of_aws.attachable
    if not attachable:
        raise errors.boundary_not_attachable(arn)
