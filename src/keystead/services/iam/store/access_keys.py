"""Long-term access keys of users and of root users."""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import update

from keystead.services.iam import errors
from keystead.services.iam.facts import AccessKeyFacts
from keystead.services.iam.records import AccessKey
from keystead.services.iam.store import rows
from keystead.storage import Transaction
from keystead.storage.schema.iam import access_keys


def find_access_key(tx: Transaction, access_key_id: str) -> AccessKey | None:
    """Return an access key of any account, or None."""
    return rows.find(tx, access_keys, AccessKey, access_keys.c.id == access_key_id)


def access_key_facts(tx: Transaction, access_key_id: str) -> AccessKeyFacts | None:
    """Return what authentication needs to know of an access key of any account, or None."""
    key = find_access_key(tx, access_key_id)
    if key is None:
        return None
    return AccessKeyFacts(key.id, key.account_id, key.user_id, active=key.status == "Active", secret=key.secret)


def get_access_key(tx: Transaction, user_id: str, access_key_id: str) -> AccessKey:
    """Return an access key of a user, or of a root user by its account id. Errors: NoSuchEntity."""
    found = find_access_key(tx, access_key_id)
    if found is None or found.user_id != user_id:
        raise errors.no_such_access_key(access_key_id)
    return found


def access_keys_of(tx: Transaction, user_id: str) -> list[AccessKey]:
    """Return the access keys of a user, or of a root user by its account id, in order of their ids."""
    found = rows.find_all(tx, access_keys, AccessKey, access_keys.c.user_id == user_id)
    return sorted(found, key=lambda key: key.id)


def add_access_key(tx: Transaction, key: AccessKey) -> None:
    """Store a new access key; a second one of the same id is refused by the database."""
    rows.add(tx, access_keys, key)


def replace_access_key(tx: Transaction, key: AccessKey) -> None:
    """Store what has changed in an access key."""
    rows.replace(tx, access_keys, key)


def remove_access_key(tx: Transaction, key: AccessKey) -> None:
    """Forget an access key."""
    rows.remove(tx, access_keys, access_keys.c.id == key.id)


def note_access_key_use(tx: Transaction, uses: Mapping[str, tuple[dt.datetime, str, str]]) -> None:
    """Remember when, for which service and in which region keys were last used; keys that are gone stay gone.

    Nothing is decided by it, so it announces no change.
    """
    for access_key_id, (when, service, region) in uses.items():
        tx.execute(
            update(access_keys)
            .where(access_keys.c.id == access_key_id)
            .values(last_used=when, last_used_service=service, last_used_region=region)
        )
