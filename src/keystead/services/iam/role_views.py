"""From roles to the shapes of IAM's answers."""

from collections.abc import Sequence

from keystead.services.iam import documents, principals, views
from keystead.services.iam.records import Role
from keystead.storage import Transaction
from keystead.wire.shapes import iam


def roles(tx: Transaction, found: Sequence[Role]) -> list[iam.Role]:
    """Return roles as lists show them: without tags, boundary and last use."""
    trusts = trust_documents(tx, found)
    return [_role(role, trusts[role.trust_document]) for role in found]


def created_role(tx: Transaction, found: Role) -> iam.Role:
    """Return a role as its creation shows it."""
    (shown,) = roles(tx, [found])
    if found.boundary_arn is not None:
        shown["PermissionsBoundary"] = views.boundary(found.boundary_arn)
    if found.tags:
        shown["Tags"] = views.tags(found.tags)
    return shown


def role_in_full(tx: Transaction, found: Role) -> iam.Role:
    """Return a role as asking for it alone shows it."""
    return {**created_role(tx, found), "RoleLastUsed": last_used(found)}


def trust_documents(tx: Transaction, found: Sequence[Role]) -> dict[str, str]:
    """Return the trust policies of roles as they are shown, encoded, by how they are stored."""
    shown = principals.to_arns(tx, (role.trust_document for role in found))
    return {stored: documents.encoded(document) for stored, document in shown.items()}


def last_used(found: Role) -> iam.RoleLastUsed:
    """Return when and where a role was last used; empty if never."""
    if found.last_used is None:
        return {}
    return {"LastUsedDate": found.last_used, "Region": found.last_used_region or ""}


def _role(found: Role, trust: str) -> iam.Role:
    shown: iam.Role = {
        "Path": found.path,
        "RoleName": found.name,
        "RoleId": found.id,
        "Arn": found.arn,
        "CreateDate": found.created,
        "AssumeRolePolicyDocument": trust,
        "MaxSessionDuration": found.max_session_duration,
    }
    if found.description:
        shown["Description"] = found.description
    return shown
