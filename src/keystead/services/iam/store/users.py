"""Users, by name or by unique id."""

from keystead.services.iam import errors
from keystead.services.iam.records import User
from keystead.services.iam.rules import name_key
from keystead.services.iam.store import rows
from keystead.storage import Transaction
from keystead.storage.schema.iam import users


def find_user(tx: Transaction, account_id: str, name: str) -> User | None:
    """Return an account's user of this name, in whatever case, or None."""
    return rows.find(tx, users, User, users.c.account_id == account_id, users.c.name_key == name_key(name))


def find_user_by_id(tx: Transaction, account_id: str, user_id: str) -> User | None:
    """Return an account's user by unique id, or None."""
    return rows.find(tx, users, User, users.c.account_id == account_id, users.c.id == user_id)


def get_user(tx: Transaction, account_id: str, name: str) -> User:
    """Return an account's user of this name. Errors: NoSuchEntity."""
    found = find_user(tx, account_id, name)
    if found is None:
        raise errors.no_such_user(name)
    return found


def list_users(tx: Transaction, account_id: str) -> list[User]:
    """Return every user of an account, by name."""
    found = rows.find_all(tx, users, User, users.c.account_id == account_id)
    return sorted(found, key=lambda user: name_key(user.name))


def count_users(tx: Transaction, account_id: str) -> int:
    """Return how many users an account has."""
    return rows.count(tx, users, users.c.account_id == account_id)


def add_user(tx: Transaction, user: User) -> None:
    """Store a new user."""
    rows.add(tx, users, user, name_key=name_key(user.name))


def replace_user(tx: Transaction, user: User) -> None:
    """Store what has changed in a user."""
    rows.replace(tx, users, user, name_key=name_key(user.name))


def remove_user(tx: Transaction, user: User) -> None:
    """Forget a user."""
    rows.remove(tx, users, users.c.id == user.id)
