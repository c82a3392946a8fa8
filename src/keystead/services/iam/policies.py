"""Managed policies of both kinds, the account's own and AWS's: finding them, and who may use or change them."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from keystead.services.call import Call, ContextValue, Target
from keystead.services.iam import errors, managed, rules
from keystead.services.iam.managed import AwsManagedPolicy
from keystead.services.iam.records import Policy
from keystead.services.iam.store.policies import find_policy, get_policy
from keystead.storage import Transaction

if TYPE_CHECKING:
    from keystead.wire.shapes import iam

ManagedPolicy = Policy | AwsManagedPolicy

_ARN = re.compile(r"arn:aws:iam::(aws|[0-9]{12}):policy((?:/[!-.0-~]+)*/)([\w+=,.@-]+)", re.ASCII)
# No longer number was ever given.
_VERSION_ID = re.compile(r"v([1-9][0-9]{0,8})")


def path_and_name(arn: str) -> tuple[str, str]:
    """Return the path and the name that a policy's ARN carries. Errors: InvalidInput."""
    match = _ARN.fullmatch(arn)
    if match is None:
        raise errors.invalid_arn(arn)
    return match[2], match[3]


def check_arn(arn: str) -> None:
    """Refuse a text that cannot be a policy's ARN. Errors: InvalidInput."""
    path_and_name(arn)


def place(arn: str) -> str:
    """Return where a policy stands in a list: by name, an account's own before AWS's of the same name."""
    return f"{rules.name_key(path_and_name(arn)[1])} {'aws' if managed.is_aws_managed(arn) else ''}"


def find(tx: Transaction, account_id: str, arn: str) -> ManagedPolicy | None:
    """Return a policy that an account can use, or None."""
    return managed.catalogue().find(arn) or find_policy(tx, account_id, arn)


def get(call: Call, arn: str) -> ManagedPolicy:
    """Return a policy that the caller's account can use. Errors: InvalidInput, NoSuchEntity."""
    check_arn(arn)
    found = find(call.tx, call.account_id, arn)
    if found is None:
        raise errors.no_such_policy(arn)
    return found


def get_to_change(call: Call, arn: str) -> Policy:
    """Return a policy of the caller's account. Errors: InvalidInput, NoSuchEntity.

    AWS's own are not found here; that nobody may change them is said before, when the request is authorized.
    """
    check_arn(arn)
    return get_policy(call.tx, call.account_id, arn)


def check_attachable(tx: Transaction, account_id: str, arn: str) -> None:
    """Refuse a policy that an account cannot attach.

    Errors: InvalidInput, NoSuchEntity, PolicyNotAttachable.
    """
    check_arn(arn)
    found = find(tx, account_id, arn)
    if found is None:
        raise errors.policy_not_attachable(arn)
    if isinstance(found, AwsManagedPolicy) and not found.attachable:
        raise errors.service_role_policy()


def version_number(version_id: str) -> int | None:
    """Return the number in `v3`, or None for what is no version id that was ever given."""
    match = _VERSION_ID.fullmatch(version_id)
    return None if match is None else int(match[1])


def target(
    call: Call,
    arn: str,
    *,
    context: Mapping[str, ContextValue] | None = None,
    request_tags: Mapping[str, str] | None = None,
) -> Target:
    """Return a managed policy as a target: its owner is the account in its ARN; AWS's own belong to every account."""
    match = _ARN.fullmatch(arn)
    owner = match[1] if match is not None and match[1] != "aws" else ""
    found = find_policy(call.tx, call.account_id, arn)
    return Target(
        arn,
        account_id=owner,
        context=context or {},
        tags=None if found is None else found.tags,
        request_tags=request_tags,
        named=f"policy {arn}",
    )


def attached(arn: str) -> "iam.AttachedPolicy":
    """Return a policy as AWS lists what is attached."""
    return {"PolicyName": path_and_name(arn)[1], "PolicyArn": arn}
