"""Records as AWS shows them."""

import datetime as dt
from collections.abc import Sequence
from typing import cast

from keystead.services import account
from keystead.services.account import AccountFacts
from keystead.services.organizations import arns, entities
from keystead.services.organizations.records import (
    AccountCreation,
    Container,
    Entity,
    Handshake,
    Member,
    Organization,
    Policy,
)
from keystead.services.organizations.store import policies, tree
from keystead.storage import Transaction
from keystead.wire.shapes import organizations as shapes


def organization_view(tx: Transaction, organization: Organization) -> shapes.Organization:
    """Show an organization.

    AvailablePolicyTypes is deprecated and never was the truth about what is enabled: AWS shows SCPs whenever all
    features are on.
    """
    management = organization.management_account_id
    facts = account.facts(tx, management)
    available: list[shapes.PolicyTypeSummary] = [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]
    return {
        "Id": organization.id,
        "Arn": arns.organization(organization),
        "FeatureSet": organization.feature_set,
        "MasterAccountArn": arns.account(organization, management),
        "MasterAccountId": management,
        "MasterAccountEmail": facts.email if facts else "",
        "AvailablePolicyTypes": available if organization.has_all_features else [],
    }


def root_view(tx: Transaction, organization: Organization, root: Container) -> shapes.Root:
    """Show a root with the policy types that are enabled in it."""
    enabled = policies.enabled_types(tx, organization.id)
    return {
        "Id": root.id,
        "Arn": arns.container(organization, root.id),
        "Name": root.name,
        "PolicyTypes": [{"Type": cast("shapes.PolicyType", name), "Status": "ENABLED"} for name in enabled],
    }


def ou_view(organization: Organization, ou: Container) -> shapes.OrganizationalUnit:
    """Show an organizational unit."""
    return {"Id": ou.id, "Arn": arns.container(organization, ou.id), "Name": ou.name, "Path": ou.path}


def account_views(tx: Transaction, organization: Organization, account_ids: Sequence[str]) -> list[shapes.Account]:
    """Show member accounts, in the order asked for."""
    facts, members = account.many(tx, account_ids), tree.members_by_id(tx, account_ids)
    paths = {
        parent_id: container.path
        for parent_id in {member.parent_id for member in members.values()}
        if (container := tree.container(tx, organization.id, parent_id))
    }
    return [
        _account_view(organization, facts[found], members[found], paths[members[found].parent_id])
        for found in account_ids
    ]


def _account_view(organization: Organization, facts: AccountFacts, member: Member, path: str) -> shapes.Account:
    return {
        "Id": facts.id,
        "Arn": arns.account(organization, facts.id),
        "Email": facts.email,
        "Name": facts.name,
        "Status": _status(facts.state),
        "State": cast("shapes.AccountState", facts.state),
        "Paths": [f"{path}{facts.id}/"],
        "JoinedMethod": member.joined_method,
        "JoinedTimestamp": member.joined,
    }


def _status(state: str) -> shapes.AccountStatus:
    """Return the older, coarser word: a closed account is SUSPENDED in it."""
    if state == "ACTIVE":
        return "ACTIVE"
    return "PENDING_CLOSURE" if state == "PENDING_CLOSURE" else "SUSPENDED"


def creation_view(creation: AccountCreation) -> shapes.CreateAccountStatus:
    """Show a CreateAccount request."""
    view: shapes.CreateAccountStatus = {
        "Id": creation.id,
        "AccountName": creation.name,
        "State": creation.state,
        "RequestedTimestamp": creation.requested,
    }
    if creation.completed is not None:
        view["CompletedTimestamp"] = creation.completed
    if creation.account_id is not None:
        view["AccountId"] = creation.account_id
    if creation.failure_reason is not None:
        view["FailureReason"] = cast("shapes.CreateAccountFailureReason", creation.failure_reason)
    return view


def policy_summary(organization: Organization, policy: Policy) -> shapes.PolicySummary:
    """Show a policy without its document."""
    return {
        "Id": policy.id,
        "Arn": entities.policy_arn(organization, policy),
        "Name": policy.name,
        "Description": policy.description,
        "Type": cast("shapes.PolicyType", policy.type),
        "AwsManaged": policy.aws_managed,
    }


def policy_view(organization: Organization, policy: Policy) -> shapes.Policy:
    """Show a policy with its document."""
    return {"PolicySummary": policy_summary(organization, policy), "Content": policy.content}


def target_summary(entity: Entity) -> shapes.PolicyTargetSummary:
    """Show what a policy is attached to."""
    return {
        "TargetId": entity.id,
        "Arn": entity.arn,
        "Name": entity.name,
        "Type": cast("shapes.TargetType", entity.kind),
    }


def handshake_view(
    tx: Transaction, organization: Organization, handshake: Handshake, now: dt.datetime
) -> shapes.Handshake:
    """Show an invitation as it stands now, with who sends it and what they say."""
    return {
        "Id": handshake.id,
        "Arn": arns.handshake(organization, handshake.id),
        "Parties": [
            {"Id": organization.id, "Type": "ORGANIZATION"},
            {"Id": handshake.party_id, "Type": handshake.party_type},
        ],
        "State": handshake.state_at(now),
        "RequestedTimestamp": handshake.requested,
        "ExpirationTimestamp": handshake.expires,
        "Action": "INVITE",
        "Resources": _handshake_resources(tx, organization, handshake),
    }


def _handshake_resources(
    tx: Transaction, organization: Organization, handshake: Handshake
) -> list[shapes.HandshakeResource]:
    sender = account.facts(tx, organization.management_account_id)
    about_sender: list[shapes.HandshakeResource] = [
        {"Type": "MASTER_EMAIL", "Value": sender.email if sender else ""},
        {"Type": "MASTER_NAME", "Value": sender.name if sender else ""},
        {"Type": "ORGANIZATION_FEATURE_SET", "Value": organization.feature_set},
    ]
    resources: list[shapes.HandshakeResource] = [
        {"Type": "ORGANIZATION", "Value": organization.id, "Resources": about_sender},
        {"Type": handshake.party_type, "Value": handshake.party_id},
    ]
    if handshake.notes:
        resources.append({"Type": "NOTES", "Value": handshake.notes})
    return resources
