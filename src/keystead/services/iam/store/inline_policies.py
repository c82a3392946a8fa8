"""Policies that are part of a user, group or role."""

from collections.abc import Collection

from sqlalchemy import ColumnElement

from keystead.services.iam.records import InlinePolicy
from keystead.services.iam.store import rows
from keystead.storage import Transaction
from keystead.storage.schema.iam import inline_policies


def find_inline_policy(tx: Transaction, owner_id: str, name: str) -> InlinePolicy | None:
    """Return an inline policy by its exact name, or None."""
    return rows.find(tx, inline_policies, InlinePolicy, *_is(owner_id, name))


def list_inline_policies(tx: Transaction, owner_id: str) -> list[InlinePolicy]:
    """Return the inline policies of a user, group or role, by name."""
    found = rows.find_all(tx, inline_policies, InlinePolicy, inline_policies.c.owner_id == owner_id)
    return sorted(found, key=lambda policy: policy.name)


def inline_policies_of(tx: Transaction, owner_ids: Collection[str]) -> dict[str, list[InlinePolicy]]:
    """Return the inline policies of users, groups and roles, by name, by their ids."""
    found = rows.find_all(tx, inline_policies, InlinePolicy, inline_policies.c.owner_id.in_(owner_ids))
    by_owner: dict[str, list[InlinePolicy]] = {owner_id: [] for owner_id in owner_ids}
    for policy in sorted(found, key=lambda policy: policy.name):
        by_owner[policy.owner_id].append(policy)
    return by_owner


def put_inline_policy(tx: Transaction, policy: InlinePolicy) -> None:
    """Store an inline policy in place of one of the same name."""
    rows.remove(tx, inline_policies, *_is(policy.owner_id, policy.name))
    rows.add(tx, inline_policies, policy)


def remove_inline_policy(tx: Transaction, policy: InlinePolicy) -> None:
    """Forget an inline policy."""
    rows.remove(tx, inline_policies, *_is(policy.owner_id, policy.name))


def _is(owner_id: str, name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return inline_policies.c.owner_id == owner_id, inline_policies.c.name == name
