"""Customer managed policies and their versions."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, select

from keystead.services.iam import errors
from keystead.services.iam.records import Policy, PolicyVersion
from keystead.services.iam.rules import name_key
from keystead.services.iam.store import rows
from keystead.storage import Transaction
from keystead.storage.schema.iam import policies, policy_versions


def find_policy(tx: Transaction, account_id: str, arn: str) -> Policy | None:
    """Return an account's own managed policy, or None."""
    return rows.find(tx, policies, Policy, policies.c.account_id == account_id, policies.c.arn == arn)


def get_policy(tx: Transaction, account_id: str, arn: str) -> Policy:
    """Return an account's own managed policy. Errors: NoSuchEntity."""
    found = find_policy(tx, account_id, arn)
    if found is None:
        raise errors.no_such_policy(arn)
    return found


def name_is_taken(tx: Transaction, account_id: str, name: str) -> bool:
    """Say whether an account has a managed policy of this name, in whatever case and under whatever path."""
    return rows.count(tx, policies, policies.c.account_id == account_id, policies.c.name_key == name_key(name)) > 0


def list_policies(tx: Transaction, account_id: str) -> list[Policy]:
    """Return every managed policy of an account's own, by name."""
    found = rows.find_all(tx, policies, Policy, policies.c.account_id == account_id)
    return sorted(found, key=lambda policy: name_key(policy.name))


def count_policies(tx: Transaction, account_id: str) -> int:
    """Return how many managed policies of its own an account has."""
    return rows.count(tx, policies, policies.c.account_id == account_id)


def add_policy(tx: Transaction, policy: Policy) -> None:
    """Store a new policy; its versions are stored apart."""
    rows.add(tx, policies, policy, name_key=name_key(policy.name))


def replace_policy(tx: Transaction, policy: Policy) -> None:
    """Store what has changed in a policy."""
    rows.replace(tx, policies, policy, name_key=name_key(policy.name))


def remove_policy(tx: Transaction, policy: Policy) -> None:
    """Forget a policy and all its versions."""
    rows.remove(tx, policy_versions, policy_versions.c.policy_id == policy.id)
    rows.remove(tx, policies, policies.c.id == policy.id)


def find_version(tx: Transaction, policy: Policy, version: int) -> PolicyVersion | None:
    """Return one version of a policy, or None."""
    return rows.find(tx, policy_versions, PolicyVersion, *_is_version(policy, version))


def list_versions(tx: Transaction, policy: Policy) -> list[PolicyVersion]:
    """Return the versions of a policy, newest first."""
    found = rows.find_all(tx, policy_versions, PolicyVersion, policy_versions.c.policy_id == policy.id)
    return sorted(found, key=lambda version: -version.version)


def add_version(tx: Transaction, version: PolicyVersion) -> None:
    """Store a new version."""
    rows.add(tx, policy_versions, version)


def remove_version(tx: Transaction, policy: Policy, version: int) -> None:
    """Forget one version."""
    rows.remove(tx, policy_versions, *_is_version(policy, version))


def default_document(tx: Transaction, account_id: str, arn: str) -> str | None:
    """Return the document in force of an account's own policy, or None if there is no such policy."""
    joined = policies.join(
        policy_versions,
        (policy_versions.c.policy_id == policies.c.id) & (policy_versions.c.version == policies.c.default_version),
    )
    statement = select(policy_versions.c.document).select_from(joined)
    found: str | None = tx.execute(
        statement.where(policies.c.account_id == account_id, policies.c.arn == arn)
    ).scalar_one_or_none()
    return found


def _is_version(policy: Policy, version: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return policy_versions.c.policy_id == policy.id, policy_versions.c.version == version


def versions_of(tx: Transaction, policy_ids: Collection[str]) -> dict[str, list[PolicyVersion]]:
    """Return the versions of policies, newest first, by the policies' ids."""
    found = rows.find_all(tx, policy_versions, PolicyVersion, policy_versions.c.policy_id.in_(policy_ids))
    by_policy: dict[str, list[PolicyVersion]] = {policy_id: [] for policy_id in policy_ids}
    for version in sorted(found, key=lambda version: -version.version):
        by_policy[version.policy_id].append(version)
    return by_policy
