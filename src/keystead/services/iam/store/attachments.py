"""Which managed policies hang on which users, groups and roles, and which are their boundaries."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from keystead.services.iam.records import Attachment
from keystead.services.iam.store import rows
from keystead.storage import Transaction
from keystead.storage.schema.iam import attachments, roles, users


@dataclass(frozen=True, slots=True)
class Usage:
    """How often the managed policies of an account are in use, by ARN."""

    attached: Counter[str]
    as_boundary: Counter[str]


def list_attachments(tx: Transaction, owner_id: str) -> list[Attachment]:
    """Return what is attached to a user, group or role, in order of ARNs."""
    found = rows.find_all(tx, attachments, Attachment, attachments.c.owner_id == owner_id)
    return sorted(found, key=lambda attachment: attachment.policy_arn)


def attachments_of(tx: Transaction, owner_ids: Collection[str]) -> dict[str, list[Attachment]]:
    """Return what is attached to users, groups and roles, in order of ARNs, by their ids."""
    found = rows.find_all(tx, attachments, Attachment, attachments.c.owner_id.in_(owner_ids))
    by_owner: dict[str, list[Attachment]] = {owner_id: [] for owner_id in owner_ids}
    for attachment in sorted(found, key=lambda attachment: attachment.policy_arn):
        by_owner[attachment.owner_id].append(attachment)
    return by_owner


def attachments_of_policy(tx: Transaction, account_id: str, policy_arn: str) -> list[Attachment]:
    """Return where in an account a policy is attached."""
    here = (attachments.c.account_id == account_id, attachments.c.policy_arn == policy_arn)
    return rows.find_all(tx, attachments, Attachment, *here)


def add_attachment(tx: Transaction, attachment: Attachment) -> None:
    """Attach a policy that is not attached yet."""
    rows.add(tx, attachments, attachment)


def remove_attachment(tx: Transaction, attachment: Attachment) -> None:
    """Detach a policy."""
    same = (attachments.c.owner_id == attachment.owner_id, attachments.c.policy_arn == attachment.policy_arn)
    rows.remove(tx, attachments, *same)


def usage(tx: Transaction, account_id: str) -> Usage:
    """Return how often an account uses each managed policy."""
    return Usage(
        attached=_counted(tx, attachments.c.policy_arn, attachments.c.account_id == account_id),
        as_boundary=_counted(tx, users.c.boundary_arn, users.c.account_id == account_id)
        + _counted(tx, roles.c.boundary_arn, roles.c.account_id == account_id),
    )


def usage_of(tx: Transaction, account_id: str, policy_arn: str) -> Usage:
    """Return how often an account uses one managed policy."""
    boundaries = rows.count(tx, users, users.c.account_id == account_id, users.c.boundary_arn == policy_arn)
    boundaries += rows.count(tx, roles, roles.c.account_id == account_id, roles.c.boundary_arn == policy_arn)
    attached = rows.count(
        tx, attachments, attachments.c.account_id == account_id, attachments.c.policy_arn == policy_arn
    )
    return Usage(Counter({policy_arn: attached}), Counter({policy_arn: boundaries}))


def _counted(tx: Transaction, column: ColumnElement[str], where: ColumnElement[bool]) -> Counter[str]:
    counted = select(column.label("arn"), func.count().label("uses"))
    return Counter(
        {row.arn: row.uses for row in tx.execute(counted.where(where, column.is_not(None)).group_by(column))}
    )
