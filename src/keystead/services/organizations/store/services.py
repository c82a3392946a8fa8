"""Services that may act in an organization."""

import datetime as dt

from sqlalchemy import delete, insert, select

from keystead.storage import Transaction
from keystead.storage.schema.organizations import trusted_services


def trusted(tx: Transaction, organization_id: str) -> list[tuple[str, dt.datetime]]:
    """Return the services that are trusted, by name, and since when."""
    chosen = trusted_services.c.organization_id == organization_id
    rows = tx.execute(select(trusted_services).where(chosen).order_by(trusted_services.c.service_principal))
    return [(row.service_principal, row.enabled) for row in rows]


def trust(tx: Transaction, organization_id: str, service_principal: str, now: dt.datetime) -> None:
    """Trust a service."""
    values = {"organization_id": organization_id, "service_principal": service_principal, "enabled": now}
    tx.execute(insert(trusted_services).values(values))


def distrust(tx: Transaction, organization_id: str, service_principal: str) -> None:
    """Trust a service no more."""
    chosen = trusted_services.c.organization_id == organization_id
    tx.execute(delete(trusted_services).where(chosen & (trusted_services.c.service_principal == service_principal)))
