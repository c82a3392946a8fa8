"""From managed policies, of the account or of AWS, to the shapes of IAM's answers."""

import datetime as dt

from keystead.services.iam import documents, views
from keystead.services.iam.managed import AwsManagedPolicy
from keystead.services.iam.policies import ManagedPolicy
from keystead.services.iam.records import Policy, PolicyVersion
from keystead.services.iam.store.attachments import Usage
from keystead.wire.shapes import iam


def policy(found: ManagedPolicy, usage: Usage) -> iam.Policy:
    """Return a managed policy as lists show it, without description and tags."""
    return {
        "PolicyName": found.name,
        "PolicyId": found.id,
        "Arn": found.arn,
        "Path": found.path,
        "DefaultVersionId": version_id(found.default_version),
        "AttachmentCount": usage.attached[found.arn],
        "PermissionsBoundaryUsageCount": usage.as_boundary[found.arn],
        # What is made for service-linked roles is attachable too: to those.
        "IsAttachable": True,
        "CreateDate": found.created,
        "UpdateDate": found.updated,
    }


def policy_in_full(found: ManagedPolicy, usage: Usage) -> iam.Policy:
    """Return a managed policy as asking for it alone shows it."""
    shown = policy(found, usage)
    if isinstance(found, Policy):
        if found.description:
            shown["Description"] = found.description
        shown["Tags"] = views.tags(found.tags)
    return shown


def version(found: PolicyVersion, default: int) -> iam.PolicyVersion:
    """Return a version of a customer managed policy, without its document."""
    return _version(found.version, default, found.created)


def version_in_full(found: PolicyVersion, default: int) -> iam.PolicyVersion:
    """Return a version of a customer managed policy, with its document."""
    return with_document(version(found, default), found.document)


def aws_versions(found: AwsManagedPolicy) -> list[iam.PolicyVersion]:
    """Return the versions of an AWS managed policy, newest first, without their documents."""
    numbers = sorted(found.versions, reverse=True)
    return [_version(number, found.default_version, found.versions[number]) for number in numbers]


def with_document(shown: iam.PolicyVersion, document: str) -> iam.PolicyVersion:
    """Return a version with its document."""
    return {**shown, "Document": documents.encoded(document)}


def version_id(number: int) -> str:
    """Return the id of a version."""
    return f"v{number}"


def _version(number: int, default: int, created: dt.datetime) -> iam.PolicyVersion:
    return {"VersionId": version_id(number), "IsDefaultVersion": number == default, "CreateDate": created}
