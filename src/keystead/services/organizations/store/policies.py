"""Policy types, policies and attachments."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import Select, delete, func, insert, literal, select, update

from keystead.services.organizations.records import Policy
from keystead.storage import Transaction
from keystead.storage.schema.organizations import attachments, containers, members, policies, policy_types


def enabled_types(tx: Transaction, organization_id: str) -> list[str]:
    """Return the policy types that are enabled in an organization's root."""
    chosen = policy_types.c.organization_id == organization_id
    return list(tx.execute(select(policy_types.c.type).where(chosen).order_by(policy_types.c.type)).scalars())


def enable_type(tx: Transaction, organization_id: str, policy_type: str, default_policy_id: str) -> None:
    """Enable a type and attach its default policy to the root, every OU and every account."""
    tx.execute(insert(policy_types).values(organization_id=organization_id, type=policy_type))
    fixed = (literal(default_policy_id), literal(policy_type))
    columns = ["organization_id", "target_id", "policy_id", "type"]
    for table, target in ((containers, containers.c.id), (members, members.c.account_id)):
        everything = select(table.c.organization_id, target, *fixed).where(table.c.organization_id == organization_id)
        tx.execute(insert(attachments).from_select(columns, everything))


def disable_type(tx: Transaction, organization_id: str, policy_type: str) -> None:
    """Disable a type and detach every policy of it from everywhere."""
    for table in (policy_types, attachments):
        chosen = (table.c.organization_id == organization_id) & (table.c.type == policy_type)
        tx.execute(delete(table).where(chosen))


def policy(tx: Transaction, organization_id: str, policy_id: str) -> Policy | None:
    """Return a customer managed policy, or None."""
    chosen = (policies.c.organization_id == organization_id) & (policies.c.id == policy_id)
    row = tx.execute(_select().where(chosen)).one_or_none()
    return None if row is None else Policy(**row._mapping)


def policies_of(tx: Transaction, organization_id: str, policy_type: str) -> list[Policy]:
    """Return the customer managed policies of a type, by id."""
    chosen = (policies.c.organization_id == organization_id) & (policies.c.type == policy_type)
    return [Policy(**row._mapping) for row in tx.execute(_select().where(chosen).order_by(policies.c.id))]


def policies_by_id(tx: Transaction, organization_id: str, policy_ids: Sequence[str]) -> Mapping[str, Policy]:
    """Return customer managed policies by id."""
    chosen = (policies.c.organization_id == organization_id) & policies.c.id.in_(policy_ids)
    return {row.id: Policy(**row._mapping) for row in tx.execute(_select().where(chosen))}


def policy_named(tx: Transaction, organization_id: str, policy_type: str, name: str) -> str | None:
    """Return the id of the customer managed policy of a type and name, or None."""
    chosen = (policies.c.organization_id == organization_id) & (policies.c.type == policy_type)
    return tx.execute(select(policies.c.id).where(chosen & (policies.c.name == name))).scalar_one_or_none()


def policy_count(tx: Transaction, organization_id: str, policy_type: str) -> int:
    """Return how many customer managed policies of a type there are."""
    chosen = (policies.c.organization_id == organization_id) & (policies.c.type == policy_type)
    return int(tx.execute(select(func.count()).select_from(policies).where(chosen)).scalar_one())


def add_policy(tx: Transaction, organization_id: str, record: Policy) -> None:
    """Keep a new policy."""
    values = asdict(record)
    del values["aws_managed"]
    tx.execute(insert(policies).values(organization_id=organization_id, **values))


def update_policy(tx: Transaction, record: Policy) -> None:
    """Keep a policy's new name, description and content."""
    values = {"name": record.name, "description": record.description, "content": record.content}
    tx.execute(update(policies).where(policies.c.id == record.id).values(values))


def delete_policy(tx: Transaction, policy_id: str) -> None:
    """Delete a policy that is attached nowhere."""
    tx.execute(delete(policies).where(policies.c.id == policy_id))


def attached(
    tx: Transaction, organization_id: str, target_ids: Sequence[str], policy_type: str
) -> list[tuple[str, str]]:
    """Return (target id, policy id) of all policies of a type that are attached to any of some targets, in order."""
    chosen = (attachments.c.organization_id == organization_id) & attachments.c.target_id.in_(target_ids)
    statement = select(attachments.c.target_id, attachments.c.policy_id).where(
        chosen & (attachments.c.type == policy_type)
    )
    return [(row.target_id, row.policy_id) for row in tx.execute(statement.order_by(attachments.c.policy_id))]


def targets_of(tx: Transaction, organization_id: str, policy_id: str) -> list[str]:
    """Return the ids of everything that a policy is attached to, in order."""
    chosen = (attachments.c.organization_id == organization_id) & (attachments.c.policy_id == policy_id)
    return list(tx.execute(select(attachments.c.target_id).where(chosen).order_by(attachments.c.target_id)).scalars())


def attach(tx: Transaction, organization_id: str, target_id: str, policy_id: str, policy_type: str) -> None:
    """Attach a policy."""
    values = {"organization_id": organization_id, "target_id": target_id, "policy_id": policy_id, "type": policy_type}
    tx.execute(insert(attachments).values(values))


def detach(tx: Transaction, organization_id: str, target_id: str, policy_id: str) -> None:
    """Detach a policy."""
    chosen = (attachments.c.organization_id == organization_id) & (attachments.c.target_id == target_id)
    tx.execute(delete(attachments).where(chosen & (attachments.c.policy_id == policy_id)))


def _select() -> Select[tuple[str, str, str, str, str, Mapping[str, str]]]:
    c = policies.c
    return select(c.id, c.type, c.name, c.description, c.content, c.tags)
