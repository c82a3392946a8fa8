"""Which users are in which groups, many at a time."""

from collections.abc import Collection

from sqlalchemy import select

from keystead.storage import Transaction
from keystead.storage.schema.iam import group_members, groups


def group_names_of(tx: Transaction, user_ids: Collection[str]) -> dict[str, list[str]]:
    """Return the names of the groups that users are in, in order, by the users' ids."""
    joined = group_members.join(groups, groups.c.id == group_members.c.group_id)
    found = select(group_members.c.user_id, groups.c.name).select_from(joined)
    by_user: dict[str, list[str]] = {user_id: [] for user_id in user_ids}
    for row in tx.execute(found.where(group_members.c.user_id.in_(user_ids)).order_by(groups.c.name_key)):
        by_user[row.user_id].append(row.name)
    return by_user
