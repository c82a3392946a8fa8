"""What IAM's operations act on, as the gateway authorizes it.

A target never tells whether the thing exists: what is not there is authorized under the ARN it would have.
Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from collections.abc import Mapping, Sequence

from keystead.services.call import ContextValue, Target
from keystead.wire.shapes import iam


def principal(
    arn: str, tags: Mapping[str, str], *, named: str, context: Mapping[str, ContextValue] | None = None
) -> Target:
    """Return a user or role as a target: their tags answer to iam:ResourceTag/… as well as to aws:ResourceTag/…."""
    own = {f"iam:ResourceTag/{key}": value for key, value in tags.items()}
    return Target(arn, context={**own, **(context or {})}, tags=tags, named=named)


def creation(
    arn: str,
    tags: Sequence[iam.Tag],
    tag_action: str,
    *,
    named: str = "",
    context: Mapping[str, ContextValue] | None = None,
) -> list[Target]:
    """Return what creating something needs: the creation, and the right to tag when it comes with tags.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    """
    request_tags = requested_tags(tags)
    create = Target(arn, context=context or {}, request_tags=request_tags, named=named)
    if not tags:
        return [create]
    return [create, Target(arn, action=tag_action, request_tags=request_tags)]


def with_boundary(arn: str | None) -> dict[str, ContextValue]:
    """Return the condition key of a request that sets a permissions boundary, or none."""
    return {} if arn is None else {"iam:PermissionsBoundary": arn}


def requested_tags(tags: Sequence[iam.Tag]) -> dict[str, str]:
    """Return the tags of a request as condition keys see them; what is wrong with them is said later."""
    return {tag["Key"]: tag["Value"] for tag in tags}


def requested_keys(keys: Sequence[str]) -> dict[str, ContextValue]:
    """Return the condition keys of a request that names tag keys without values."""
    return {"aws:TagKeys": list(keys)}
