"""Operations on managed policies and their tags."""

from dataclasses import replace
from typing import Literal

from keystead.credentials import ids
from keystead.services.call import Call, Target
from keystead.services.iam import arns, documents, errors, managed, policies, policy_views, rules, targets, views
from keystead.services.iam.policies import ManagedPolicy
from keystead.services.iam.records import Policy, PolicyVersion
from keystead.services.iam.store import attachments
from keystead.services.iam.store import policies as store
from keystead.services.iam.store.attachments import Usage
from keystead.services.registry import operation
from keystead.wire.shapes import iam


def _named(call: Call, request: iam.GetPolicyRequest | iam.DeletePolicyRequest | iam.ListPolicyTagsRequest) -> Target:
    return policies.target(call, request["PolicyArn"])


def _creation(call: Call, request: iam.CreatePolicyRequest) -> list[Target]:
    return targets.creation(
        arns.policy(call.account_id, request["PolicyName"], request.get("Path", "/")),
        request.get("Tags", []),
        "iam:TagPolicy",
        named=f"policy {request['PolicyName']}",
    )


@operation("iam", authorizes=_creation)
def create_policy(call: Call, request: iam.CreatePolicyInput) -> iam.CreatePolicyOutput:
    """Create a managed policy of the account, with its first version.

    Errors: EntityAlreadyExists, InvalidInput (tags), LimitExceeded (size, policies per account),
    MalformedPolicyDocument.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
    """
    tx, account_id, name = call.tx, call.account_id, request["PolicyName"]
    path = request.get("Path", "/")
    documents.check_managed(request["PolicyDocument"])
    policy = Policy(
        id=ids.unique_id("ANPA", call.house.random),
        account_id=account_id,
        arn=arns.policy(account_id, name, path),
        name=name,
        path=path,
        description=request.get("Description", ""),
        created=call.now,
        updated=call.now,
        default_version=1,
        last_version=1,
        tags=rules.with_tags({}, request.get("Tags", []), fold=False),
    )
    if store.name_is_taken(tx, account_id, name):
        raise errors.policy_exists(name)
    if store.count_policies(tx, account_id) >= rules.POLICIES_PER_ACCOUNT:
        raise errors.quota_exceeded("PoliciesPerAccount", rules.POLICIES_PER_ACCOUNT)
    store.add_policy(tx, policy)
    store.add_version(tx, PolicyVersion(policy.id, 1, request["PolicyDocument"], call.now))
    tx.changed(account_id)
    shown = policy_views.policy(policy, attachments.usage_of(tx, account_id, policy.arn))
    if policy.tags:
        shown["Tags"] = views.tags(policy.tags)
    return {"Policy": shown}


@operation("iam", authorizes=_named)
def get_policy(call: Call, request: iam.GetPolicyInput) -> iam.GetPolicyOutput:
    """Return a managed policy of the account or of AWS.

    Errors: InvalidInput (ARN), NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html
    """
    policy = policies.get(call, request["PolicyArn"])
    return {"Policy": policy_views.policy_in_full(policy, attachments.usage_of(call.tx, call.account_id, policy.arn))}


@operation("iam", authorizes=lambda _call, request: Target(named=f"policy path {request.get('PathPrefix', '/')}"))
def list_policies(call: Call, request: iam.ListPoliciesInput) -> iam.ListPoliciesOutput:
    """List the managed policies that the account can use: its own, AWS's, or both.

    Errors: ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
    """
    usage = attachments.usage(call.tx, call.account_id)
    found = [
        policy
        for policy in _in_scope(call, request.get("Scope", "All"))
        if rules.under_path(policy.path, request.get("PathPrefix"))
        and (not request.get("OnlyAttached", False) or usage.attached[policy.arn])
        and _is_used(policy.arn, usage, request.get("PolicyUsageFilter"))
    ]
    found.sort(key=_place)
    shown, end = views.page(call, request, found, _place)
    return {"Policies": [policy_views.policy(policy, usage) for policy in shown], **end}


def _in_scope(call: Call, scope: Literal["All", "AWS", "Local"]) -> list[ManagedPolicy]:
    found: list[ManagedPolicy] = []
    if scope != "AWS":
        found += store.list_policies(call.tx, call.account_id)
    if scope != "Local":
        found += managed.catalogue().all()
    return found


def _place(policy: ManagedPolicy) -> str:
    """Return where a policy stands in the list: by name, the account's own before AWS's of the same name."""
    return f"{rules.name_key(policy.name)} {'' if isinstance(policy, Policy) else 'aws'}"


def _is_used(arn: str, usage: Usage, how: iam.PolicyUsageType | None) -> bool:
    """Say whether a policy is used in the given way; without one, whether it exists."""
    if how is None:
        return True
    return (usage.attached if how == "PermissionsPolicy" else usage.as_boundary)[arn] > 0


@operation("iam", authorizes=_named)
def delete_policy(call: Call, request: iam.DeletePolicyInput) -> iam.DeletePolicyOutput:
    """Delete a managed policy that is not in use and has no version but the one in force.

    Errors: DeleteConflict, InvalidInput (ARN), NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
    """
    policy = policies.get_to_change(call, request["PolicyArn"])
    usage = attachments.usage_of(call.tx, call.account_id, policy.arn)
    if usage.attached[policy.arn] or usage.as_boundary[policy.arn]:
        raise errors.policy_in_use()
    if len(store.list_versions(call.tx, policy)) > 1:
        raise errors.versions_remain()
    store.remove_policy(call.tx, policy)
    call.tx.changed(call.account_id)
    return {}


@operation(
    "iam",
    authorizes=lambda call, request: policies.target(
        call, request["PolicyArn"], request_tags=targets.requested_tags(request["Tags"])
    ),
)
def tag_policy(call: Call, request: iam.TagPolicyInput) -> iam.TagPolicyOutput:
    """Put tags over those of a managed policy of the account.

    Errors: InvalidInput, LimitExceeded, NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html
    """
    policy = policies.get_to_change(call, request["PolicyArn"])
    store.replace_policy(call.tx, replace(policy, tags=rules.with_tags(policy.tags, request["Tags"], fold=False)))
    call.tx.changed(call.account_id)
    return {}


@operation(
    "iam",
    authorizes=lambda call, request: policies.target(
        call, request["PolicyArn"], context=targets.requested_keys(request["TagKeys"])
    ),
)
def untag_policy(call: Call, request: iam.UntagPolicyInput) -> iam.UntagPolicyOutput:
    """Take tags from a managed policy of the account.

    Errors: InvalidInput (ARN), NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html
    """
    policy = policies.get_to_change(call, request["PolicyArn"])
    tags = rules.without_tags(policy.tags, request["TagKeys"], fold=False)
    store.replace_policy(call.tx, replace(policy, tags=tags))
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_named)
def list_policy_tags(call: Call, request: iam.ListPolicyTagsInput) -> iam.ListPolicyTagsOutput:
    """List the tags of a managed policy; those of AWS have none.

    Errors: InvalidInput (ARN), NoSuchEntity, ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html
    """
    policy = policies.get(call, request["PolicyArn"])
    shown, end = views.page_of_tags(call, request, policy.tags if isinstance(policy, Policy) else {})
    return {"Tags": shown, **end}
