"""Users, groups, roles and policies with all that hangs on them; what a page needs is read in a few queries."""

from collections.abc import Sequence
from typing import cast

from keystead.services.iam import managed, policy_views, role_views, views
from keystead.services.iam import policies as managed_policies
from keystead.services.iam.documents import encoded
from keystead.services.iam.managed import AwsManagedPolicy
from keystead.services.iam.policies import ManagedPolicy
from keystead.services.iam.records import Attachment, Group, InlinePolicy, Policy, Role, User
from keystead.services.iam.store.attachments import Usage, attachments_of
from keystead.services.iam.store.inline_policies import inline_policies_of
from keystead.services.iam.store.memberships import group_names_of
from keystead.services.iam.store.policies import versions_of
from keystead.storage import Transaction
from keystead.wire.shapes import iam

Entity = User | Group | Role | ManagedPolicy


def users(tx: Transaction, found: Sequence[User]) -> list[iam.UserDetail]:
    """Return users with their policies, groups, tags and boundary."""
    ids = [user.id for user in found]
    inline, attached, groups_of = inline_policies_of(tx, ids), attachments_of(tx, ids), group_names_of(tx, ids)
    shown: list[iam.UserDetail] = []
    for user in found:
        detail: iam.UserDetail = {
            "Path": user.path,
            "UserName": user.name,
            "UserId": user.id,
            "Arn": user.arn,
            "CreateDate": user.created,
            "UserPolicyList": _inline(inline[user.id]),
            "GroupList": groups_of[user.id],
            "AttachedManagedPolicies": _attached(attached[user.id]),
            "Tags": views.tags(user.tags),
        }
        if user.boundary_arn is not None:
            detail["PermissionsBoundary"] = views.boundary(user.boundary_arn)
        shown.append(detail)
    return shown


def groups(tx: Transaction, found: Sequence[Group]) -> list[iam.GroupDetail]:
    """Return groups with their policies."""
    ids = [group.id for group in found]
    inline, attached = inline_policies_of(tx, ids), attachments_of(tx, ids)
    return [
        {
            "Path": group.path,
            "GroupName": group.name,
            "GroupId": group.id,
            "Arn": group.arn,
            "CreateDate": group.created,
            "GroupPolicyList": _inline(inline[group.id]),
            "AttachedManagedPolicies": _attached(attached[group.id]),
        }
        for group in found
    ]


def roles(tx: Transaction, found: Sequence[Role]) -> list[iam.RoleDetail]:
    """Return roles with their trust, policies, tags, boundary and last use."""
    ids = [role.id for role in found]
    inline, attached = inline_policies_of(tx, ids), attachments_of(tx, ids)
    trusts = role_views.trust_documents(tx, found)
    shown: list[iam.RoleDetail] = []
    for role in found:
        detail: iam.RoleDetail = {
            "Path": role.path,
            "RoleName": role.name,
            "RoleId": role.id,
            "Arn": role.arn,
            "CreateDate": role.created,
            "AssumeRolePolicyDocument": trusts[role.trust_document],
            "InstanceProfileList": [],
            "RolePolicyList": _inline(inline[role.id]),
            "AttachedManagedPolicies": _attached(attached[role.id]),
            "Tags": views.tags(role.tags),
            "RoleLastUsed": role_views.last_used(role),
        }
        if role.boundary_arn is not None:
            detail["PermissionsBoundary"] = views.boundary(role.boundary_arn)
        shown.append(detail)
    return shown


def policies(tx: Transaction, found: Sequence[ManagedPolicy], usage: Usage) -> list[iam.ManagedPolicyDetail]:
    """Return managed policies with their documents: every version of the account's own, of AWS's the one in force."""
    own = versions_of(tx, [policy.id for policy in found if isinstance(policy, Policy)])
    shown: list[iam.ManagedPolicyDetail] = []
    for policy in found:
        versions = (
            _aws_version(policy)
            if isinstance(policy, AwsManagedPolicy)
            else [policy_views.version_in_full(version, policy.default_version) for version in own[policy.id]]
        )
        detail = {**policy_views.policy(policy, usage), "PolicyVersionList": versions}
        if isinstance(policy, Policy) and policy.description:
            detail["Description"] = policy.description
        shown.append(cast("iam.ManagedPolicyDetail", detail))
    return shown


def _aws_version(policy: AwsManagedPolicy) -> list[iam.PolicyVersion]:
    """Return the version in force alone: some of AWS's policies have more than a hundred large ones."""
    document = managed.catalogue().document(policy.arn)
    return [
        policy_views.with_document(version, document)
        for version in policy_views.aws_versions(policy)
        if version["IsDefaultVersion"] and document is not None
    ]


def _inline(found: Sequence[InlinePolicy]) -> list[iam.PolicyDetail]:
    return [{"PolicyName": policy.name, "PolicyDocument": encoded(policy.document)} for policy in found]


def _attached(found: Sequence[Attachment]) -> list[iam.AttachedPolicy]:
    return [managed_policies.attached(attachment.policy_arn) for attachment in found]
