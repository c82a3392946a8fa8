"""CreateAccount requests, and the work that is acknowledged but not done."""

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Literal

from sqlalchemy import delete, func, insert, select, update

from keystead.services.organizations.records import AccountCreation
from keystead.storage import Transaction
from keystead.storage.schema.organizations import account_creations, due_work

WorkKind = Literal["create-account", "close-account", "forget-account"]


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to do, once its time has come."""

    id: int
    kind: WorkKind
    subject: str


def creation(tx: Transaction, organization_id: str, creation_id: str) -> AccountCreation | None:
    """Return a CreateAccount request of an organization, or None."""
    found = creation_by_id(tx, creation_id)
    return found if found is not None and found.organization_id == organization_id else None


def creation_by_id(tx: Transaction, creation_id: str) -> AccountCreation | None:
    """Return a CreateAccount request, or None."""
    row = tx.execute(select(account_creations).where(account_creations.c.id == creation_id)).one_or_none()
    return None if row is None else AccountCreation(**row._mapping)


def creations_of(tx: Transaction, organization_id: str, states: Collection[str]) -> list[AccountCreation]:
    """Return an organization's CreateAccount requests in some states, by id."""
    chosen = (account_creations.c.organization_id == organization_id) & account_creations.c.state.in_(states)
    rows = tx.execute(select(account_creations).where(chosen).order_by(account_creations.c.id))
    return [AccountCreation(**row._mapping) for row in rows]


def creations_in_progress(tx: Transaction, organization_id: str) -> int:
    """Return how many accounts are being created."""
    chosen = (account_creations.c.organization_id == organization_id) & (account_creations.c.state == "IN_PROGRESS")
    return int(tx.execute(select(func.count()).select_from(account_creations).where(chosen)).scalar_one())


def add_creation(tx: Transaction, record: AccountCreation) -> None:
    """Keep a new CreateAccount request."""
    tx.execute(insert(account_creations).values(asdict(record)))


def end_creation(
    tx: Transaction, creation_id: str, now: dt.datetime, *, account_id: str | None = None, failure: str | None = None
) -> None:
    """Mark a CreateAccount request as succeeded, with its account, or as failed, with the reason."""
    values = {
        "state": "FAILED" if failure else "SUCCEEDED",
        "completed": now,
        "account_id": account_id,
        "failure_reason": failure,
    }
    tx.execute(update(account_creations).where(account_creations.c.id == creation_id).values(values))


def add_work(tx: Transaction, kind: WorkKind, subject: str, due: dt.datetime) -> None:
    """Remember to do something at a time."""
    tx.execute(insert(due_work).values(kind=kind, subject=subject, due=due, attempts=0))


def work_due(tx: Transaction, now: dt.datetime, limit: int) -> list[Work]:
    """Return what is due by now, the oldest first."""
    statement = select(due_work.c.id, due_work.c.kind, due_work.c.subject).where(due_work.c.due <= now)
    return [Work(**row._mapping) for row in tx.execute(statement.order_by(due_work.c.due, due_work.c.id).limit(limit))]


def take_work(tx: Transaction, work: Work) -> bool:
    """Claim a piece of work; False when another process has done it meanwhile."""
    return tx.execute(delete(due_work).where(due_work.c.id == work.id)).rowcount == 1


def postpone_work(tx: Transaction, work: Work, due: dt.datetime) -> int:
    """Put work off after a failure and return how often it has failed by now."""
    values = {"due": due, "attempts": due_work.c.attempts + 1}
    statement = update(due_work).where(due_work.c.id == work.id).values(values).returning(due_work.c.attempts)
    return tx.execute(statement).scalar_one_or_none() or 0
