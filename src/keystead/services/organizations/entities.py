"""Looks things up by id, of whatever kind: what policies are attached to, and what tags are put on."""

from keystead.services import account
from keystead.services.organizations import arns, rules
from keystead.services.organizations.records import Container, Entity, Organization, Policy
from keystead.services.organizations.store import policies, tree
from keystead.storage import Transaction


def find(tx: Transaction, organization: Organization, identifier: str) -> Entity | None:
    """Return the account, root, OU or policy of an id in an organization, or None."""
    if identifier.startswith("p-"):
        return _of_policy(organization, find_policy(tx, organization, identifier))
    if identifier.startswith(("r-", "ou-")):
        return _of_container(organization, tree.container(tx, organization.id, identifier))
    return _of_account(tx, organization, identifier)


def find_policy(tx: Transaction, organization: Organization, policy_id: str) -> Policy | None:
    """Return a policy of an organization, or one that AWS manages, or None."""
    return rules.AWS_POLICIES.get(policy_id) or policies.policy(tx, organization.id, policy_id)


def policy_arn(organization: Organization, policy: Policy) -> str:
    """Return the ARN of a policy of either maker."""
    if policy.aws_managed:
        return arns.aws_policy(policy.type, policy.id)
    return arns.policy(organization, policy.type, policy.id)


def _of_policy(organization: Organization, policy: Policy | None) -> Entity | None:
    if policy is None:
        return None
    return Entity(
        id=policy.id,
        kind="POLICY",
        arn=policy_arn(organization, policy),
        name=policy.name,
        tags=policy.tags,
        policy_type=policy.type,
        aws_managed=policy.aws_managed,
    )


def _of_container(organization: Organization, container: Container | None) -> Entity | None:
    if container is None:
        return None
    arn = arns.container(organization, container.id)
    return Entity(container.id, container.kind, arn, container.name, container.tags)


def _of_account(tx: Transaction, organization: Organization, account_id: str) -> Entity | None:
    member = tree.member_of(tx, organization.id, account_id)
    facts = account.facts(tx, account_id) if member is not None else None
    if member is None or facts is None:
        return None
    return Entity(account_id, "ACCOUNT", arns.account(organization, account_id), facts.name, member.tags)
