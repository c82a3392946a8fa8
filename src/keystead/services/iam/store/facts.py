"""What authorization knows of users, roles and policies: read in one go, then kept in memory by others."""

from collections.abc import Iterator

from keystead.policy import PolicyKind, Source
from keystead.services.iam import managed
from keystead.services.iam.facts import PolicyText, RoleFacts, UserFacts
from keystead.services.iam.records import Group, Role, User
from keystead.services.iam.store.attachments import list_attachments
from keystead.services.iam.store.groups import groups_of_user
from keystead.services.iam.store.inline_policies import list_inline_policies
from keystead.services.iam.store.policies import default_document
from keystead.services.iam.store.roles import find_role, find_role_by_id
from keystead.services.iam.store.users import find_user_by_id
from keystead.storage import Transaction

# Stands for a policy that is attached but cannot be read, because it may have denied something.
_UNREADABLE = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'


def user_facts(tx: Transaction, account_id: str, user_id: str) -> UserFacts | None:
    """Return a user with all that it may do, or None if there is no such user."""
    user = find_user_by_id(tx, account_id, user_id)
    if user is None:
        return None
    policies = [*policies_of(tx, user)]
    for group in groups_of_user(tx, user.id):
        policies += policies_of(tx, group)
    return UserFacts(
        id=user.id,
        account_id=account_id,
        name=user.name,
        arn=user.arn,
        policies=tuple(policies),
        boundary=_boundary(tx, user),
        tags=user.tags,
    )


def role_facts(tx: Transaction, account_id: str, role_id: str) -> RoleFacts | None:
    """Return a role with all that it may do, or None if there is no such role."""
    role = find_role_by_id(tx, account_id, role_id)
    return None if role is None else _role_facts(tx, role)


def role_facts_by_name(tx: Transaction, account_id: str, name: str) -> RoleFacts | None:
    """Return a role by its name, which must be in the right case, or None."""
    role = find_role(tx, account_id, name)
    return None if role is None or role.name != name else _role_facts(tx, role)


def managed_policy_document(tx: Transaction, account_id: str, arn: str) -> str | None:
    """Return the document in force of a managed policy that an account can use: its own, or AWS's."""
    if managed.is_aws_managed(arn):
        return managed.catalogue().document(arn)
    return default_document(tx, account_id, arn)


def policies_of(tx: Transaction, owner: User | Group | Role) -> Iterator[PolicyText]:
    """Return the policies that hang on a user, group or role itself, inline ones first."""
    for inline in list_inline_policies(tx, owner.id):
        yield PolicyText(Source(PolicyKind.IDENTITY, inline.name, owner=owner.arn), inline.document)
    for attachment in list_attachments(tx, owner.id):
        yield _managed(tx, owner, PolicyKind.IDENTITY, attachment.policy_arn)


def _role_facts(tx: Transaction, role: Role) -> RoleFacts:
    return RoleFacts(
        id=role.id,
        account_id=role.account_id,
        name=role.name,
        path=role.path,
        arn=role.arn,
        trust=role.trust_document,
        max_session_duration=role.max_session_duration,
        service_linked=role.linked_service is not None,
        policies=tuple(policies_of(tx, role)),
        boundary=_boundary(tx, role),
        tags=role.tags,
    )


def _boundary(tx: Transaction, owner: User | Role) -> PolicyText | None:
    if owner.boundary_arn is None:
        return None
    return _managed(tx, owner, PolicyKind.BOUNDARY, owner.boundary_arn)


def _managed(tx: Transaction, owner: User | Group | Role, kind: PolicyKind, arn: str) -> PolicyText:
    document = managed_policy_document(tx, owner.account_id, arn)
    return PolicyText(Source(kind, arn, owner=owner.arn), _UNREADABLE if document is None else document)
