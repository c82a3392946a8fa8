"""What IAM keeps of an account as a whole: its alias, and all that has to go when the account goes."""

from sqlalchemy import Select, insert, select

from keystead.services.iam.store import rows
from keystead.storage import Transaction
from keystead.storage.schema import metadata
from keystead.storage.schema.iam import account_aliases, policies, policy_versions

# Every table of this room whose rows say whose they are; only versions of policies do not.
_OWNED = [table for name, table in metadata.tables.items() if name.startswith("iam_") and "account_id" in table.c]


def find_alias(tx: Transaction, account_id: str) -> str | None:
    """Return an account's alias, or None."""
    mine = select(account_aliases.c.alias).where(account_aliases.c.account_id == account_id)
    alias: str | None = tx.execute(mine).scalar_one_or_none()
    return alias


def find_account_with_alias(tx: Transaction, alias: str) -> str | None:
    """Return the account that has an alias, or None; an alias belongs to one account of all."""
    holder = select(account_aliases.c.account_id).where(account_aliases.c.alias == alias)
    account_id: str | None = tx.execute(holder).scalar_one_or_none()
    return account_id


def put_alias(tx: Transaction, account_id: str, alias: str) -> None:
    """Give an account an alias in place of the one it has."""
    remove_alias(tx, account_id)
    tx.execute(insert(account_aliases).values(account_id=account_id, alias=alias))


def remove_alias(tx: Transaction, account_id: str) -> None:
    """Take an account's alias away."""
    rows.remove(tx, account_aliases, account_aliases.c.account_id == account_id)


def count_policy_versions(tx: Transaction, account_id: str) -> int:
    """Return how many versions an account's managed policies have together."""
    return rows.count(tx, policy_versions, policy_versions.c.policy_id.in_(_policy_ids(account_id)))


def forget_account(tx: Transaction, account_id: str) -> None:
    """Delete everything of IAM's that belongs to an account: nobody and nothing of it can come back."""
    rows.remove(tx, policy_versions, policy_versions.c.policy_id.in_(_policy_ids(account_id)))
    for table in _OWNED:
        rows.remove(tx, table, table.c.account_id == account_id)
    tx.changed(account_id)


def _policy_ids(account_id: str) -> Select[tuple[str]]:
    return select(policies.c.id).where(policies.c.account_id == account_id)
