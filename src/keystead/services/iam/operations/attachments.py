"""Operations that attach managed policies: three verbs, each for users, groups and roles."""

from typing import NotRequired, TypedDict

from keystead.services.call import Call
from keystead.services.iam import errors, holders, policies, rules, views
from keystead.services.iam.holders import GROUP, ROLE, USER, Kind
from keystead.services.iam.records import Attachment
from keystead.services.iam.store import attachments
from keystead.services.registry import operation
from keystead.wire.shapes import iam


class _Named(TypedDict):
    """The member that names a managed policy."""

    PolicyArn: str


class _Under(views.Paged):
    """The members of a request that lists what is attached."""

    PathPrefix: NotRequired[str]


class _Listed(views.PageEnd):
    """The members of its answer."""

    AttachedPolicies: list[iam.AttachedPolicy]


def _attach(call: Call, kind: Kind, name: str, request: _Named) -> None:
    """Attach a managed policy; one that is attached already stays so."""
    holder = holders.get_to_change(call, kind, name)
    arn = request["PolicyArn"]
    policies.check_attachable(call.tx, call.account_id, arn)
    present = attachments.list_attachments(call.tx, holder.id)
    if any(attachment.policy_arn == arn for attachment in present):
        return
    if len(present) >= kind.most_attached:
        raise errors.quota_exceeded(kind.quota_of_policies, kind.most_attached)
    attachments.add_attachment(call.tx, Attachment(holder.id, call.account_id, arn, call.now))
    call.tx.changed(call.account_id)


def _detach(call: Call, kind: Kind, name: str, request: _Named) -> None:
    holder = holders.get_to_change(call, kind, name)
    arn = request["PolicyArn"]
    policies.check_arn(arn)
    for attachment in attachments.list_attachments(call.tx, holder.id):
        if attachment.policy_arn == arn:
            attachments.remove_attachment(call.tx, attachment)
            call.tx.changed(call.account_id)
            return
    raise errors.no_such_policy(arn)


def _list(call: Call, kind: Kind, name: str, request: _Under) -> _Listed:
    holder = holders.get(call, kind, name)
    prefix = request.get("PathPrefix")
    found = [
        attachment.policy_arn
        for attachment in attachments.list_attachments(call.tx, holder.id)
        if rules.under_path(policies.path_and_name(attachment.policy_arn)[0], prefix)
    ]
    found.sort(key=policies.place)
    shown, end = views.page(call, request, found, policies.place)
    return {"AttachedPolicies": [policies.attached(arn) for arn in shown], **end}


@operation(
    "iam",
    authorizes=lambda call, request: holders.target(
        call, USER, request["UserName"], policy_arn=request["PolicyArn"], bounded=True
    ),
)
def attach_user_policy(call: Call, request: iam.AttachUserPolicyInput) -> iam.AttachUserPolicyOutput:
    """Attach a managed policy to a user.

    Errors: InvalidInput (ARN), LimitExceeded (policies per user), NoSuchEntity, PolicyNotAttachable.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html
    """
    _attach(call, USER, request["UserName"], request)
    return {}


@operation(
    "iam",
    authorizes=lambda call, request: holders.target(call, GROUP, request["GroupName"], policy_arn=request["PolicyArn"]),
)
def attach_group_policy(call: Call, request: iam.AttachGroupPolicyInput) -> iam.AttachGroupPolicyOutput:
    """Attach a managed policy to a group.

    Errors: InvalidInput (ARN), LimitExceeded (policies per group), NoSuchEntity, PolicyNotAttachable.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html
    """
    _attach(call, GROUP, request["GroupName"], request)
    return {}


@operation(
    "iam",
    authorizes=lambda call, request: holders.target(
        call, ROLE, request["RoleName"], policy_arn=request["PolicyArn"], bounded=True
    ),
)
def attach_role_policy(call: Call, request: iam.AttachRolePolicyInput) -> iam.AttachRolePolicyOutput:
    """Attach a managed policy to a role.

    Errors: InvalidInput (ARN), LimitExceeded (policies per role), NoSuchEntity, PolicyNotAttachable,
    UnmodifiableEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
    """
    _attach(call, ROLE, request["RoleName"], request)
    return {}


@operation(
    "iam",
    authorizes=lambda call, request: holders.target(
        call, USER, request["UserName"], policy_arn=request["PolicyArn"], bounded=True
    ),
)
def detach_user_policy(call: Call, request: iam.DetachUserPolicyInput) -> iam.DetachUserPolicyOutput:
    """Detach a managed policy from a user.

    Errors: InvalidInput (ARN), NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html
    """
    _detach(call, USER, request["UserName"], request)
    return {}


@operation(
    "iam",
    authorizes=lambda call, request: holders.target(call, GROUP, request["GroupName"], policy_arn=request["PolicyArn"]),
)
def detach_group_policy(call: Call, request: iam.DetachGroupPolicyInput) -> iam.DetachGroupPolicyOutput:
    """Detach a managed policy from a group.

    Errors: InvalidInput (ARN), NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachGroupPolicy.html
    """
    _detach(call, GROUP, request["GroupName"], request)
    return {}


@operation(
    "iam",
    authorizes=lambda call, request: holders.target(
        call, ROLE, request["RoleName"], policy_arn=request["PolicyArn"], bounded=True
    ),
)
def detach_role_policy(call: Call, request: iam.DetachRolePolicyInput) -> iam.DetachRolePolicyOutput:
    """Detach a managed policy from a role.

    Errors: InvalidInput (ARN), NoSuchEntity, UnmodifiableEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html
    """
    _detach(call, ROLE, request["RoleName"], request)
    return {}


@operation("iam", authorizes=lambda call, request: holders.target(call, USER, request["UserName"]))
def list_attached_user_policies(
    call: Call, request: iam.ListAttachedUserPoliciesInput
) -> iam.ListAttachedUserPoliciesOutput:
    """List the managed policies attached to a user.

    Errors: NoSuchEntity, ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html
    """
    return {**_list(call, USER, request["UserName"], request)}


@operation("iam", authorizes=lambda call, request: holders.target(call, GROUP, request["GroupName"]))
def list_attached_group_policies(
    call: Call, request: iam.ListAttachedGroupPoliciesInput
) -> iam.ListAttachedGroupPoliciesOutput:
    """List the managed policies attached to a group.

    Errors: NoSuchEntity, ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedGroupPolicies.html
    """
    return {**_list(call, GROUP, request["GroupName"], request)}


@operation("iam", authorizes=lambda call, request: holders.target(call, ROLE, request["RoleName"]))
def list_attached_role_policies(
    call: Call, request: iam.ListAttachedRolePoliciesInput
) -> iam.ListAttachedRolePoliciesOutput:
    """List the managed policies attached to a role.

    Errors: NoSuchEntity, ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html
    """
    return {**_list(call, ROLE, request["RoleName"], request)}
