"""How IAM's resources are named: every ARN of this room is made here."""


def root(account_id: str) -> str:
    """Return the ARN of an account's root user."""
    return f"arn:aws:iam::{account_id}:root"


def user(account_id: str, name: str, path: str = "/") -> str:
    """Return the ARN of a user."""
    return f"arn:aws:iam::{account_id}:user{path}{name}"


def group(account_id: str, name: str, path: str = "/") -> str:
    """Return the ARN of a group."""
    return f"arn:aws:iam::{account_id}:group{path}{name}"


def role(account_id: str, name: str, path: str = "/") -> str:
    """Return the ARN of a role."""
    return f"arn:aws:iam::{account_id}:role{path}{name}"


def policy(account_id: str, name: str, path: str = "/") -> str:
    """Return the ARN of a customer managed policy, or of AWS's own where the account is `aws`."""
    return f"arn:aws:iam::{account_id}:policy{path}{name}"


def mfa_device(account_id: str, name: str, path: str = "/") -> str:
    """Return the ARN of a virtual MFA device, which is its serial number."""
    return f"arn:aws:iam::{account_id}:mfa{path}{name}"
