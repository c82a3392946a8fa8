"""Groups and who is in them."""

import datetime as dt

from sqlalchemy import insert, select

from keystead.services.iam import errors
from keystead.services.iam.records import Group, User
from keystead.services.iam.rules import name_key
from keystead.services.iam.store import rows
from keystead.storage import Transaction
from keystead.storage.schema.iam import group_members, groups, users


def find_group(tx: Transaction, account_id: str, name: str) -> Group | None:
    """Return an account's group of this name, in whatever case, or None."""
    return rows.find(tx, groups, Group, groups.c.account_id == account_id, groups.c.name_key == name_key(name))


def get_group(tx: Transaction, account_id: str, name: str) -> Group:
    """Return an account's group of this name. Errors: NoSuchEntity."""
    found = find_group(tx, account_id, name)
    if found is None:
        raise errors.no_such_group(name)
    return found


def list_groups(tx: Transaction, account_id: str) -> list[Group]:
    """Return every group of an account, by name."""
    return _by_name(rows.find_all(tx, groups, Group, groups.c.account_id == account_id))


def count_groups(tx: Transaction, account_id: str) -> int:
    """Return how many groups an account has."""
    return rows.count(tx, groups, groups.c.account_id == account_id)


def add_group(tx: Transaction, group: Group) -> None:
    """Store a new group."""
    rows.add(tx, groups, group, name_key=name_key(group.name))


def replace_group(tx: Transaction, group: Group) -> None:
    """Store what has changed in a group."""
    rows.replace(tx, groups, group, name_key=name_key(group.name))


def remove_group(tx: Transaction, group: Group) -> None:
    """Forget a group."""
    rows.remove(tx, groups, groups.c.id == group.id)


def groups_of_user(tx: Transaction, user_id: str) -> list[Group]:
    """Return the groups that a user is in, by name."""
    joined = select(group_members.c.group_id).where(group_members.c.user_id == user_id)
    return _by_name(rows.find_all(tx, groups, Group, groups.c.id.in_(joined)))


def members_of(tx: Transaction, group_id: str) -> list[User]:
    """Return the users in a group, by name."""
    joined = select(group_members.c.user_id).where(group_members.c.group_id == group_id)
    found = rows.find_all(tx, users, User, users.c.id.in_(joined))
    return sorted(found, key=lambda user: name_key(user.name))


def add_member(tx: Transaction, group: Group, user: User, now: dt.datetime) -> None:
    """Put a user, who is not in it, into a group."""
    tx.execute(insert(group_members).values(group_id=group.id, user_id=user.id, account_id=group.account_id, added=now))


def remove_member(tx: Transaction, group: Group, user: User) -> None:
    """Take a user out of a group; one who is not in it stays out."""
    rows.remove(tx, group_members, group_members.c.group_id == group.id, group_members.c.user_id == user.id)


def _by_name(found: list[Group]) -> list[Group]:
    return sorted(found, key=lambda group: name_key(group.name))
