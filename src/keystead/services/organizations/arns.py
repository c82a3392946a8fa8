"""ARNs of what an organization is made of. The account in them is always the management account.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
"""

from keystead.services.organizations.records import Organization


def _arn(organization: Organization, kind: str, rest: str = "") -> str:
    return f"arn:aws:organizations::{organization.management_account_id}:{kind}/{organization.id}{rest}"


def organization(of: Organization) -> str:
    """Return an organization's own ARN."""
    return _arn(of, "organization")


def account(of: Organization, account_id: str) -> str:
    """Return the ARN of a member account."""
    return _arn(of, "account", f"/{account_id}")


def container(of: Organization, container_id: str) -> str:
    """Return the ARN of a root or an organizational unit."""
    return _arn(of, "root" if container_id.startswith("r-") else "ou", f"/{container_id}")


def policy(of: Organization, policy_type: str, policy_id: str) -> str:
    """Return the ARN of a customer managed policy."""
    return _arn(of, "policy", f"/{policy_type.lower()}/{policy_id}")


def aws_policy(policy_type: str, policy_id: str) -> str:
    """Return the ARN of a policy that AWS manages."""
    return f"arn:aws:organizations::aws:policy/{policy_type.lower()}/{policy_id}"


def handshake(of: Organization, handshake_id: str) -> str:
    """Return the ARN of an invitation."""
    return _arn(of, "handshake", f"/invite/{handshake_id}")


def of_id(of: Organization, identifier: str) -> str:
    """Return the ARN that an id of an account, root, OU or policy would have here, whether or not it exists."""
    if identifier.startswith("p-"):
        return policy(of, "SERVICE_CONTROL_POLICY", identifier)
    if identifier.startswith(("r-", "ou-")):
        return container(of, identifier)
    return account(of, identifier)
