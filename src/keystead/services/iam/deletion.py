"""What keeps a user, group or role from being deleted."""

from keystead.services.iam import errors
from keystead.services.iam.store.attachments import list_attachments
from keystead.services.iam.store.inline_policies import list_inline_policies
from keystead.storage import Transaction


def refuse_while_policies_remain(tx: Transaction, owner_id: str) -> None:
    """Refuse to delete whoever still has policies.

    Errors: DeleteConflict.
    """
    if list_inline_policies(tx, owner_id):
        raise errors.delete_conflict("delete policies")
    if list_attachments(tx, owner_id):
        raise errors.delete_conflict("detach all policies")
