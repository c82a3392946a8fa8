"""Roles, by name or by unique id."""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import update

from keystead.services.iam import errors
from keystead.services.iam.records import Role
from keystead.services.iam.rules import name_key
from keystead.services.iam.store import rows
from keystead.storage import Transaction
from keystead.storage.schema.iam import roles


def find_role(tx: Transaction, account_id: str, name: str) -> Role | None:
    """Return an account's role of this name, in whatever case, or None."""
    return rows.find(tx, roles, Role, roles.c.account_id == account_id, roles.c.name_key == name_key(name))


def find_role_by_id(tx: Transaction, account_id: str, role_id: str) -> Role | None:
    """Return an account's role by unique id, or None."""
    return rows.find(tx, roles, Role, roles.c.account_id == account_id, roles.c.id == role_id)


def get_role(tx: Transaction, account_id: str, name: str) -> Role:
    """Return an account's role of this name. Errors: NoSuchEntity."""
    found = find_role(tx, account_id, name)
    if found is None:
        raise errors.no_such_role(name)
    return found


def list_roles(tx: Transaction, account_id: str) -> list[Role]:
    """Return every role of an account, by name."""
    found = rows.find_all(tx, roles, Role, roles.c.account_id == account_id)
    return sorted(found, key=lambda role: name_key(role.name))


def count_roles(tx: Transaction, account_id: str) -> int:
    """Return how many roles an account has."""
    return rows.count(tx, roles, roles.c.account_id == account_id)


def add_role(tx: Transaction, role: Role) -> None:
    """Store a new role."""
    rows.add(tx, roles, role, name_key=name_key(role.name))


def replace_role(tx: Transaction, role: Role) -> None:
    """Store what has changed in a role."""
    rows.replace(tx, roles, role, name_key=name_key(role.name))


def remove_role(tx: Transaction, role: Role) -> None:
    """Forget a role."""
    rows.remove(tx, roles, roles.c.id == role.id)


def note_role_use(tx: Transaction, uses: Mapping[str, tuple[dt.datetime, str]]) -> None:
    """Keep when and from which region roles, by unique id, were last used; a role that is gone is passed over."""
    for role_id, (used, region) in uses.items():
        tx.execute(update(roles).where(roles.c.id == role_id).values(last_used=used, last_used_region=region))
