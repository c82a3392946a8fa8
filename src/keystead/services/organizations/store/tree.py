"""Organizations, their containers (roots and OUs) and their member accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import delete, func, insert, select, update

from keystead.services.organizations.records import Container, Member, Organization
from keystead.storage import Transaction
from keystead.storage.schema.organizations import (
    account_creations,
    attachments,
    containers,
    handshakes,
    members,
    organizations,
    policies,
    policy_types,
    trusted_services,
)

_OWNED = (
    containers,
    members,
    policy_types,
    policies,
    attachments,
    trusted_services,
    account_creations,
    handshakes,
)


def organization(tx: Transaction, organization_id: str) -> Organization | None:
    """Return an organization, or None if there is none of that id."""
    row = tx.execute(select(organizations).where(organizations.c.id == organization_id)).one_or_none()
    return None if row is None else Organization(**row._mapping)


def organization_of(tx: Transaction, account_id: str) -> Organization | None:
    """Return the organization an account belongs to, or None."""
    joined = select(organizations).join(members, members.c.organization_id == organizations.c.id)
    row = tx.execute(joined.where(members.c.account_id == account_id)).one_or_none()
    return None if row is None else Organization(**row._mapping)


def add_organization(tx: Transaction, record: Organization) -> None:
    """Keep a new organization."""
    tx.execute(insert(organizations).values(asdict(record)))


def delete_organization(tx: Transaction, organization_id: str) -> None:
    """Delete an organization with all that is in it."""
    for table in _OWNED:
        tx.execute(delete(table).where(table.c.organization_id == organization_id))
    tx.execute(delete(organizations).where(organizations.c.id == organization_id))


def container(tx: Transaction, organization_id: str, container_id: str) -> Container | None:
    """Return a root or OU of an organization, or None."""
    chosen = (containers.c.id == container_id) & (containers.c.organization_id == organization_id)
    row = tx.execute(select(containers).where(chosen)).one_or_none()
    return None if row is None else Container(**row._mapping)


def container_exists(tx: Transaction, container_id: str) -> bool:
    """Say whether any organization has a root or OU of that id."""
    return tx.execute(select(containers.c.id).where(containers.c.id == container_id)).first() is not None


def containers_of(tx: Transaction, organization_id: str, parent_id: str) -> list[Container]:
    """Return the OUs directly in a container, by id."""
    chosen = (containers.c.organization_id == organization_id) & (containers.c.parent_id == parent_id)
    return [Container(**row._mapping) for row in tx.execute(select(containers).where(chosen).order_by(containers.c.id))]


def ou_count(tx: Transaction, organization_id: str) -> int:
    """Return how many OUs an organization has."""
    chosen = (containers.c.organization_id == organization_id) & containers.c.parent_id.is_not(None)
    return int(tx.execute(select(func.count()).select_from(containers).where(chosen)).scalar_one())


def ou_named(tx: Transaction, parent_id: str, name: str) -> str | None:
    """Return the id of the OU of a name directly in a container, or None."""
    chosen = (containers.c.parent_id == parent_id) & (containers.c.name == name)
    return tx.execute(select(containers.c.id).where(chosen)).scalar_one_or_none()


def add_container(tx: Transaction, record: Container) -> None:
    """Keep a new root or OU."""
    tx.execute(insert(containers).values(asdict(record)))


def rename_container(tx: Transaction, container_id: str, name: str) -> None:
    """Give an OU another name."""
    tx.execute(update(containers).where(containers.c.id == container_id).values(name=name))


def delete_container(tx: Transaction, container_id: str) -> None:
    """Delete an OU that is empty, with what is attached to it."""
    tx.execute(delete(attachments).where(attachments.c.target_id == container_id))
    tx.execute(delete(containers).where(containers.c.id == container_id))


def member(tx: Transaction, account_id: str) -> Member | None:
    """Return an account's place in whatever organization it is in, or None."""
    row = tx.execute(select(members).where(members.c.account_id == account_id)).one_or_none()
    return None if row is None else Member(**row._mapping)


def member_of(tx: Transaction, organization_id: str, account_id: str) -> Member | None:
    """Return an account's place in one organization, or None: other organizations' accounts do not exist here."""
    found = member(tx, account_id)
    return found if found is not None and found.organization_id == organization_id else None


def member_ids(tx: Transaction, organization_id: str, parent_id: str | None = None) -> list[str]:
    """Return the ids of an organization's accounts, or of those directly in one container, in order."""
    chosen = members.c.organization_id == organization_id
    if parent_id is not None:
        chosen &= members.c.parent_id == parent_id
    return list(tx.execute(select(members.c.account_id).where(chosen).order_by(members.c.account_id)).scalars())


def members_by_id(tx: Transaction, account_ids: Sequence[str]) -> Mapping[str, Member]:
    """Return the places of accounts."""
    rows = tx.execute(select(members).where(members.c.account_id.in_(account_ids)))
    return {row.account_id: Member(**row._mapping) for row in rows}


def member_count(tx: Transaction, organization_id: str) -> int:
    """Return how many accounts an organization has, the management account included."""
    chosen = members.c.organization_id == organization_id
    return int(tx.execute(select(func.count()).select_from(members).where(chosen)).scalar_one())


def add_member(tx: Transaction, record: Member) -> None:
    """Put an account into an organization."""
    tx.execute(insert(members).values(asdict(record)))


def move_member(tx: Transaction, account_id: str, parent_id: str) -> None:
    """Put an account into another container of its organization."""
    tx.execute(update(members).where(members.c.account_id == account_id).values(parent_id=parent_id))


def delete_member(tx: Transaction, account_id: str) -> None:
    """Take an account out of its organization, with its tags and what is attached to it."""
    tx.execute(delete(attachments).where(attachments.c.target_id == account_id))
    tx.execute(delete(members).where(members.c.account_id == account_id))


def set_tags(tx: Transaction, resource_id: str, tags: Mapping[str, str]) -> None:
    """Replace the tags of an account, a root, an OU or a customer managed policy."""
    values = {"tags": dict(tags)}
    if resource_id.startswith("p-"):
        tx.execute(update(policies).where(policies.c.id == resource_id).values(values))
    elif resource_id.startswith(("r-", "ou-")):
        tx.execute(update(containers).where(containers.c.id == resource_id).values(values))
    else:
        tx.execute(update(members).where(members.c.account_id == resource_id).values(values))
