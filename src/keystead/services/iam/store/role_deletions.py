"""Deletions of service-linked roles, by task id."""

from keystead.services.iam import errors
from keystead.services.iam.records import RoleDeletion
from keystead.services.iam.store import rows
from keystead.storage import Transaction
from keystead.storage.schema.iam import role_deletions


def add_role_deletion(tx: Transaction, deletion: RoleDeletion) -> None:
    """Store how a deletion went."""
    rows.add(tx, role_deletions, deletion)


def get_role_deletion(tx: Transaction, account_id: str, task_id: str) -> RoleDeletion:
    """Return how a deletion in an account went. Errors: NoSuchEntity."""
    here = (role_deletions.c.account_id == account_id, role_deletions.c.id == task_id)
    found = rows.find(tx, role_deletions, RoleDeletion, *here)
    if found is None:
        raise errors.no_such_deletion_task(task_id)
    return found
