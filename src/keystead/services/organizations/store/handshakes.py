"""Invitations."""

import datetime as dt
from dataclasses import asdict

from sqlalchemy import ColumnElement, func, insert, select, update

from keystead.services.organizations.records import Handshake
from keystead.storage import Transaction
from keystead.storage.schema.organizations import handshakes


def handshake(tx: Transaction, handshake_id: str) -> Handshake | None:
    """Return an invitation of any organization, or None; the caller checks who may know of it."""
    row = tx.execute(select(handshakes).where(handshakes.c.id == handshake_id)).one_or_none()
    return None if row is None else Handshake(**row._mapping)


def sent_by(tx: Transaction, organization_id: str) -> list[Handshake]:
    """Return an organization's invitations, by id."""
    return _all(tx, handshakes.c.organization_id == organization_id)


def sent_to(tx: Transaction, party_keys: list[str]) -> list[Handshake]:
    """Return the invitations that reached an account under any of its names, by id."""
    return _all(tx, handshakes.c.party_key.in_(party_keys))


def open_to(tx: Transaction, organization_id: str, party_keys: list[str], now: dt.datetime) -> Handshake | None:
    """Return an organization's open invitation to any of some parties, or None."""
    chosen = (handshakes.c.organization_id == organization_id) & handshakes.c.party_key.in_(party_keys)
    found = _all(tx, chosen & _is_open(now))
    return found[0] if found else None


def open_count(tx: Transaction, organization_id: str, now: dt.datetime) -> int:
    """Return how many invitations of an organization still wait for an answer."""
    return _count(tx, (handshakes.c.organization_id == organization_id) & _is_open(now))


def unaccepted_since(tx: Transaction, organization_id: str, since: dt.datetime) -> int:
    """Return how many invitations were sent since a moment, but for those that were accepted."""
    recent = (handshakes.c.requested > since) & (handshakes.c.state != "ACCEPTED")
    return _count(tx, (handshakes.c.organization_id == organization_id) & recent)


def add_handshake(tx: Transaction, record: Handshake) -> None:
    """Keep a new invitation."""
    tx.execute(insert(handshakes).values(asdict(record)))


def end_handshake(tx: Transaction, handshake_id: str, state: str, now: dt.datetime) -> None:
    """Bring an open invitation to its end."""
    tx.execute(update(handshakes).where(handshakes.c.id == handshake_id).values(state=state, ended=now))


def _is_open(now: dt.datetime) -> ColumnElement[bool]:
    return (handshakes.c.state == "OPEN") & (handshakes.c.expires > now)


def _all(tx: Transaction, chosen: ColumnElement[bool]) -> list[Handshake]:
    rows = tx.execute(select(handshakes).where(chosen).order_by(handshakes.c.id))
    return [Handshake(**row._mapping) for row in rows]


def _count(tx: Transaction, chosen: ColumnElement[bool]) -> int:
    return int(tx.execute(select(func.count()).select_from(handshakes).where(chosen)).scalar_one())
