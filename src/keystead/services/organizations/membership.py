"""What an account's place in an organization means for authorization."""

from collections.abc import Sequence

from keystead.policy import PolicyKind, Source
from keystead.services.iam import PolicyText
from keystead.services.organizations import entities, rules
from keystead.services.organizations.facts import Membership
from keystead.services.organizations.records import Organization, Policy
from keystead.services.organizations.store import policies, tree
from keystead.storage import Transaction

Levels = tuple[tuple[PolicyText, ...], ...]


def membership(tx: Transaction, account_id: str) -> Membership | None:
    """Return an account's organization and the policies of every level above it, or None outside of any.

    The management account, its users, roles and root are never bound by SCPs, nor its resources by RCPs.
    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """
    member = tree.member(tx, account_id)
    if member is None:
        return None
    organization = tree.organization(tx, member.organization_id)
    container = tree.container(tx, member.organization_id, member.parent_id)
    if organization is None or container is None:
        msg = f"the organization of account {account_id} is not whole"
        raise RuntimeError(msg)
    levels = (*container.levels, account_id)
    bound = account_id != organization.management_account_id
    enabled = policies.enabled_types(tx, organization.id) if bound else ()
    return Membership(
        organization_id=organization.id,
        management_account_id=organization.management_account_id,
        path=container.path,
        scps=_texts(tx, organization, levels, "SERVICE_CONTROL_POLICY", enabled),
        rcps=_texts(tx, organization, levels, "RESOURCE_CONTROL_POLICY", enabled),
    )


def _texts(
    tx: Transaction, organization: Organization, levels: Sequence[str], policy_type: str, enabled: Sequence[str]
) -> Levels | None:
    """Return the policies of a type level by level; a level without any (it cannot be) would allow nothing."""
    if policy_type not in enabled:
        return None
    attached = policies.attached(tx, organization.id, levels, policy_type)
    known = {**policies.policies_by_id(tx, organization.id, [policy_id for _, policy_id in attached])}
    known.update(rules.AWS_POLICIES)
    kind = rules.POLICY_TYPES[policy_type].kind
    return tuple(
        tuple(_text(organization, known[policy_id], kind, level) for target, policy_id in attached if target == level)
        for level in levels
    )


def _text(organization: Organization, policy: Policy, kind: PolicyKind, level: str) -> PolicyText:
    return PolicyText(Source(kind, entities.policy_arn(organization, policy), level), policy.content)
