"""Operations on inline policies: four verbs, each for users, groups and roles."""

from typing import TypedDict

from keystead import policy
from keystead.policy import PolicyKind
from keystead.services.call import Call
from keystead.services.iam import documents, errors, holders, views
from keystead.services.iam.holders import GROUP, ROLE, USER, Holder, Kind
from keystead.services.iam.records import InlinePolicy
from keystead.services.iam.store import inline_policies
from keystead.services.registry import operation
from keystead.wire.shapes import iam


class _Named(TypedDict):
    """The members that name an inline policy of someone."""

    PolicyName: str


class _Written(_Named):
    """The members that give it a document."""

    PolicyDocument: str


class _Shown(TypedDict):
    """The members of an answer that shows one."""

    PolicyName: str
    PolicyDocument: str


class _Listed(views.PageEnd):
    """The members of an answer that lists them."""

    PolicyNames: list[str]


def _put(call: Call, kind: Kind, name: str, request: _Written) -> None:
    """Store an inline policy if all of the holder's together keep within their quota."""
    holder = holders.get_to_change(call, kind, name)
    policy_name, document = request["PolicyName"], request["PolicyDocument"]
    documents.check(document, PolicyKind.IDENTITY)
    kept = inline_policies.list_inline_policies(call.tx, holder.id)
    sizes = [policy.size(other.document) for other in kept if other.name != policy_name]
    if sum(sizes) + policy.size(document) > kind.most_inline:
        raise errors.inline_policies_too_large(kind.noun, holder.name, kind.most_inline)
    inline_policies.put_inline_policy(call.tx, InlinePolicy(holder.id, call.account_id, policy_name, document))
    call.tx.changed(call.account_id)


def _find(call: Call, kind: Kind, holder: Holder, request: _Named) -> InlinePolicy:
    found = inline_policies.find_inline_policy(call.tx, holder.id, request["PolicyName"])
    if found is None:
        raise errors.no_such_inline_policy(kind.noun, request["PolicyName"])
    return found


def _get(call: Call, kind: Kind, holder: Holder, request: _Named) -> _Shown:
    found = _find(call, kind, holder, request)
    return {"PolicyName": found.name, "PolicyDocument": documents.encoded(found.document)}


def _list(call: Call, kind: Kind, name: str, request: views.Paged) -> _Listed:
    holder = holders.get(call, kind, name)
    names = [found.name for found in inline_policies.list_inline_policies(call.tx, holder.id)]
    shown, end = views.page(call, request, names, lambda policy_name: policy_name)
    return {"PolicyNames": shown, **end}


def _delete(call: Call, kind: Kind, name: str, request: _Named) -> None:
    holder = holders.get_to_change(call, kind, name)
    inline_policies.remove_inline_policy(call.tx, _find(call, kind, holder, request))
    call.tx.changed(call.account_id)


@operation("iam", authorizes=lambda call, request: holders.target(call, USER, request["UserName"], bounded=True))
def put_user_policy(call: Call, request: iam.PutUserPolicyInput) -> iam.PutUserPolicyOutput:
    """Write an inline policy of a user, over one of the same name.

    Errors: LimitExceeded (size of all together), MalformedPolicyDocument, NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html
    """
    _put(call, USER, request["UserName"], request)
    return {}


@operation("iam", authorizes=lambda call, request: holders.target(call, GROUP, request["GroupName"]))
def put_group_policy(call: Call, request: iam.PutGroupPolicyInput) -> iam.PutGroupPolicyOutput:
    """Write an inline policy of a group, over one of the same name.

    Errors: LimitExceeded (size of all together), MalformedPolicyDocument, NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutGroupPolicy.html
    """
    _put(call, GROUP, request["GroupName"], request)
    return {}


@operation("iam", authorizes=lambda call, request: holders.target(call, ROLE, request["RoleName"], bounded=True))
def put_role_policy(call: Call, request: iam.PutRolePolicyInput) -> iam.PutRolePolicyOutput:
    """Write an inline policy of a role, over one of the same name.

    Errors: LimitExceeded (size of all together), MalformedPolicyDocument, NoSuchEntity, UnmodifiableEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
    """
    _put(call, ROLE, request["RoleName"], request)
    return {}


@operation("iam", authorizes=lambda call, request: holders.target(call, USER, request["UserName"]))
def get_user_policy(call: Call, request: iam.GetUserPolicyInput) -> iam.GetUserPolicyOutput:
    """Return an inline policy of a user.

    Errors: NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html
    """
    user = holders.get(call, USER, request["UserName"])
    return {"UserName": user.name, **_get(call, USER, user, request)}


@operation("iam", authorizes=lambda call, request: holders.target(call, GROUP, request["GroupName"]))
def get_group_policy(call: Call, request: iam.GetGroupPolicyInput) -> iam.GetGroupPolicyOutput:
    """Return an inline policy of a group.

    Errors: NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroupPolicy.html
    """
    group = holders.get(call, GROUP, request["GroupName"])
    return {"GroupName": group.name, **_get(call, GROUP, group, request)}


@operation("iam", authorizes=lambda call, request: holders.target(call, ROLE, request["RoleName"]))
def get_role_policy(call: Call, request: iam.GetRolePolicyInput) -> iam.GetRolePolicyOutput:
    """Return an inline policy of a role.

    Errors: NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
    """
    role = holders.get(call, ROLE, request["RoleName"])
    return {"RoleName": role.name, **_get(call, ROLE, role, request)}


@operation("iam", authorizes=lambda call, request: holders.target(call, USER, request["UserName"]))
def list_user_policies(call: Call, request: iam.ListUserPoliciesInput) -> iam.ListUserPoliciesOutput:
    """List the names of a user's inline policies.

    Errors: NoSuchEntity, ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html
    """
    return {**_list(call, USER, request["UserName"], request)}


@operation("iam", authorizes=lambda call, request: holders.target(call, GROUP, request["GroupName"]))
def list_group_policies(call: Call, request: iam.ListGroupPoliciesInput) -> iam.ListGroupPoliciesOutput:
    """List the names of a group's inline policies.

    Errors: NoSuchEntity, ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupPolicies.html
    """
    return {**_list(call, GROUP, request["GroupName"], request)}


@operation("iam", authorizes=lambda call, request: holders.target(call, ROLE, request["RoleName"]))
def list_role_policies(call: Call, request: iam.ListRolePoliciesInput) -> iam.ListRolePoliciesOutput:
    """List the names of a role's inline policies.

    Errors: NoSuchEntity, ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html
    """
    return {**_list(call, ROLE, request["RoleName"], request)}


@operation("iam", authorizes=lambda call, request: holders.target(call, USER, request["UserName"], bounded=True))
def delete_user_policy(call: Call, request: iam.DeleteUserPolicyInput) -> iam.DeleteUserPolicyOutput:
    """Delete an inline policy of a user.

    Errors: NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html
    """
    _delete(call, USER, request["UserName"], request)
    return {}


@operation("iam", authorizes=lambda call, request: holders.target(call, GROUP, request["GroupName"]))
def delete_group_policy(call: Call, request: iam.DeleteGroupPolicyInput) -> iam.DeleteGroupPolicyOutput:
    """Delete an inline policy of a group.

    Errors: NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroupPolicy.html
    """
    _delete(call, GROUP, request["GroupName"], request)
    return {}


@operation("iam", authorizes=lambda call, request: holders.target(call, ROLE, request["RoleName"], bounded=True))
def delete_role_policy(call: Call, request: iam.DeleteRolePolicyInput) -> iam.DeleteRolePolicyOutput:
    """Delete an inline policy of a role.

    Errors: NoSuchEntity, UnmodifiableEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html
    """
    _delete(call, ROLE, request["RoleName"], request)
    return {}
