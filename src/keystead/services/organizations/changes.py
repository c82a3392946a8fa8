"""Changes of the tree that several operations make: a container appears, an account joins or leaves."""

import datetime as dt
from collections.abc import Mapping

from keystead.services.organizations import rules
from keystead.services.organizations.records import Container, JoinedMethod, Member, Organization
from keystead.services.organizations.store import policies, tree
from keystead.storage import Transaction


def add_container(tx: Transaction, organization: Organization, container: Container) -> None:
    """Put a root or an OU into the tree, with the default policy of every type that is enabled."""
    tree.add_container(tx, container)
    _attach_defaults(tx, organization, container.id)


def join(
    tx: Transaction,
    organization: Organization,
    account_id: str,
    method: JoinedMethod,
    now: dt.datetime,
    tags: Mapping[str, str],
) -> None:
    """Put an account into the root of an organization; whoever acts in it is bound from this transaction on."""
    tree.add_member(tx, Member(account_id, organization.id, organization.root_id, method, now, tags))
    _attach_defaults(tx, organization, account_id)
    tx.changed(account_id)


def leave(tx: Transaction, account_id: str) -> None:
    """Take an account out of its organization: its tags and what was attached to it are gone."""
    tree.delete_member(tx, account_id)
    tx.changed(account_id)


def _attach_defaults(tx: Transaction, organization: Organization, target_id: str) -> None:
    for policy_type in policies.enabled_types(tx, organization.id):
        default = rules.POLICY_TYPES[policy_type].default
        policies.attach(tx, organization.id, target_id, default.id, policy_type)
