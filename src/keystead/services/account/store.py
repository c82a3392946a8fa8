"""The only SQL on the accounts table."""

import datetime as dt
from collections.abc import Iterable, Mapping

from sqlalchemy import Row, Select, insert, select, update

from keystead.services.account.facts import AccountFacts
from keystead.storage import Transaction
from keystead.storage.schema.account import accounts


class EmailInUse(Exception):
    """Another account has this e-mail address, or had it when it was closed."""


def create(tx: Transaction, *, account_id: str, name: str, email: str, now: dt.datetime) -> None:
    """Create an active account whose root user has no password yet.

    Errors: EmailInUse. The address of a closed account stays taken for ever, as on AWS.
    Source: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-closing.html
    """
    if by_email(tx, email) is not None:
        raise EmailInUse(email)
    tx.execute(
        insert(accounts).values(
            id=account_id, name=name, email=email, email_key=email_key(email), state="ACTIVE", created=now
        )
    )


def email_key(email: str) -> str:
    """Return an address in the form that is compared: one mailbox, however it is capitalised."""
    return email.strip().casefold()


def facts(tx: Transaction, account_id: str) -> AccountFacts | None:
    """Return an account, or None if it never existed."""
    return _facts(tx.execute(_select().where(accounts.c.id == account_id)).one_or_none())


def by_email(tx: Transaction, email: str) -> AccountFacts | None:
    """Return the account that has an e-mail address, whatever its case, or None."""
    return _facts(tx.execute(_select().where(accounts.c.email_key == email_key(email))).one_or_none())


def many(tx: Transaction, account_ids: Iterable[str]) -> Mapping[str, AccountFacts]:
    """Return the accounts that exist among those asked for, by id."""
    rows = tx.execute(_select().where(accounts.c.id.in_(list(account_ids))))
    return {row.id: AccountFacts(**row._mapping) for row in rows}


def exists(tx: Transaction, account_id: str) -> bool:
    """Say whether an account id was ever given away."""
    return tx.execute(select(accounts.c.id).where(accounts.c.id == account_id)).first() is not None


def set_state(tx: Transaction, account_id: str, state: str, now: dt.datetime) -> None:
    """Bring an account into another state; the moment its closing begins is remembered."""
    values: dict[str, object] = {"state": state}
    if state == "PENDING_CLOSURE":
        values["closed"] = now
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(values))
    tx.changed(account_id)


def closing_since(tx: Transaction, moment: dt.datetime) -> list[AccountFacts]:
    """Return every account whose closing began after a moment, whether or not it is finished."""
    rows = tx.execute(_select().where(accounts.c.closed > moment))
    return [AccountFacts(**row._mapping) for row in rows]


def root_has_password(tx: Transaction, account_id: str) -> bool:
    """Say whether someone has taken the root user by setting its password."""
    statement = select(accounts.c.root_password_hash).where(accounts.c.id == account_id)
    return tx.execute(statement).scalar_one_or_none() is not None


def _select() -> Select[tuple[str, str, str, str, dt.datetime]]:
    return select(accounts.c.id, accounts.c.name, accounts.c.email, accounts.c.state, accounts.c.created)


def _facts(row: Row[tuple[str, str, str, str, dt.datetime]] | None) -> AccountFacts | None:
    return None if row is None else AccountFacts(**row._mapping)
