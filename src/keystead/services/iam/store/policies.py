"""Customer managed policies."""

from keystead.services.iam.records import Policy
from keystead.services.iam.rules import name_key
from keystead.services.iam.store import rows
from keystead.storage import Transaction
from keystead.storage.schema.iam import policies


def find_policy(tx: Transaction, account_id: str, arn: str) -> Policy | None:
    """Return an account's own managed policy, or None."""
    return rows.find(tx, policies, Policy, policies.c.account_id == account_id, policies.c.arn == arn)


def find_policy_named(tx: Transaction, account_id: str, name: str) -> Policy | None:
    """Return an account's own managed policy of this name, in whatever case and under whatever path, or None."""
    return rows.find(
        tx, policies, Policy, policies.c.account_id == account_id, policies.c.name_key == name_key(name)
    )


def add_policy(tx: Transaction, policy: Policy) -> None:
    """Store a new policy, without its versions."""
    rows.add(tx, policies, policy, name_key=name_key(policy.name))


def replace_policy(tx: Transaction, policy: Policy) -> None:
    """Store what has changed in a policy."""
    rows.replace(tx, policies, policy, name_key=name_key(policy.name))
