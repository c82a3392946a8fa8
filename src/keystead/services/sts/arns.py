"""The ARNs of STS, and the one of IAM that it is given."""

from functools import lru_cache
from typing import NamedTuple

from keystead.services.sts import errors

_PARTS = 6
_ACCOUNT_ID_LENGTH = 12


class RoleArn(NamedTuple):
    """The ARN of a role, taken apart."""

    text: str
    account_id: str
    # The last part of the path: what IAM knows the role by.
    name: str


@lru_cache(maxsize=4096)
def role(text: str) -> RoleArn:
    """Return the parts of a role's ARN, of any partition; whether such a role exists is another question.

    Errors: ValidationError.
    """
    parts = text.split(":", _PARTS - 1)
    if len(parts) != _PARTS:
        raise errors.invalid_arn(text)
    scheme, partition, service, region, account_id, resource = parts
    kind, _, path = resource.partition("/")
    well_formed = (scheme, service, region, kind) == ("arn", "iam", "", "role") and partition and path
    if not well_formed or len(account_id) != _ACCOUNT_ID_LENGTH or not account_id.isdigit():
        raise errors.invalid_arn(text)
    return RoleArn(text, account_id, path.rpartition("/")[2])


def assumed_role(account_id: str, role_name: str, session_name: str) -> str:
    """Return the ARN of a role session."""
    return f"arn:aws:sts::{account_id}:assumed-role/{role_name}/{session_name}"


def federated_user(account_id: str, name: str) -> str:
    """Return the ARN of a federated user."""
    return f"arn:aws:sts::{account_id}:federated-user/{name}"
