"""Operations on the versions of managed policies."""

from dataclasses import replace

from keystead import policy as engine
from keystead.services.call import Call, Target
from keystead.services.iam import documents, errors, managed, policies, policy_views, views
from keystead.services.iam.managed import AwsManagedPolicy
from keystead.services.iam.policies import ManagedPolicy
from keystead.services.iam.records import Policy, PolicyVersion
from keystead.services.iam.store import policies as store
from keystead.services.registry import operation
from keystead.storage import Transaction
from keystead.wire.shapes import iam


def _named(
    call: Call,
    request: iam.CreatePolicyVersionRequest
    | iam.GetPolicyVersionRequest
    | iam.ListPolicyVersionsRequest
    | iam.DeletePolicyVersionRequest
    | iam.SetDefaultPolicyVersionRequest,
) -> Target:
    return policies.target(call, request["PolicyArn"])


@operation("iam", authorizes=_named)
def create_policy_version(call: Call, request: iam.CreatePolicyVersionInput) -> iam.CreatePolicyVersionOutput:
    """Give a managed policy another document, in force at once with SetAsDefault.

    Errors: InvalidInput (ARN), LimitExceeded (size, versions per policy),
    MalformedPolicyDocument, NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
    """
    policy = policies.get_to_change(call, request["PolicyArn"])
    documents.check_managed(request["PolicyDocument"])
    limit = engine.QUOTAS["managed_policy_versions"]
    if len(store.list_versions(call.tx, policy)) >= limit:
        raise errors.too_many_versions(limit)
    version = PolicyVersion(policy.id, policy.last_version + 1, request["PolicyDocument"], call.now)
    default = version.version if request.get("SetAsDefault", False) else policy.default_version
    store.add_version(call.tx, version)
    changed = replace(policy, last_version=version.version, default_version=default, updated=call.now)
    store.replace_policy(call.tx, changed)
    call.tx.changed(call.account_id)
    return {"PolicyVersion": policy_views.version(version, default)}


@operation("iam", authorizes=_named)
def get_policy_version(call: Call, request: iam.GetPolicyVersionInput) -> iam.GetPolicyVersionOutput:
    """Return a version of a managed policy, with its document.

    Errors: InvalidInput (ARN), NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
    """
    policy = policies.get(call, request["PolicyArn"])
    found = _version(call.tx, policy, policies.version_number(request["VersionId"]))
    if found is None:
        raise errors.no_such_version(policy.arn, request["VersionId"])
    return {"PolicyVersion": found}


def _version(tx: Transaction, policy: ManagedPolicy, number: int | None) -> iam.PolicyVersion | None:
    if number is None:
        return None
    if isinstance(policy, Policy):
        kept = store.find_version(tx, policy, number)
        return None if kept is None else policy_views.version_in_full(kept, policy.default_version)
    document = managed.catalogue().document(policy.arn, number)
    if document is None:
        return None
    (shown,) = [
        version
        for version in policy_views.aws_versions(policy)
        if version["VersionId"] == policy_views.version_id(number)
    ]
    return policy_views.with_document(shown, document)


@operation("iam", authorizes=_named)
def list_policy_versions(call: Call, request: iam.ListPolicyVersionsInput) -> iam.ListPolicyVersionsOutput:
    """List the versions of a managed policy, newest first, without their documents.

    Errors: InvalidInput (ARN), NoSuchEntity, ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html
    """
    policy = policies.get(call, request["PolicyArn"])
    shown, end = views.page(call, request, _versions(call.tx, policy), _newest_first)
    return {"Versions": shown, **end}


def _versions(tx: Transaction, policy: ManagedPolicy) -> list[iam.PolicyVersion]:
    if isinstance(policy, AwsManagedPolicy):
        return policy_views.aws_versions(policy)
    return [policy_views.version(kept, policy.default_version) for kept in store.list_versions(tx, policy)]


def _newest_first(version: iam.PolicyVersion) -> str:
    """Return a key by which higher numbers come first."""
    return f"{10**9 - int(version['VersionId'][1:]):010d}"


@operation("iam", authorizes=_named)
def delete_policy_version(call: Call, request: iam.DeletePolicyVersionInput) -> iam.DeletePolicyVersionOutput:
    """Delete a version of a managed policy that is not the one in force.

    Errors: DeleteConflict, InvalidInput (ARN), NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html
    """
    policy, number = _own_version(call, request)
    if number == policy.default_version:
        raise errors.default_version_stays()
    store.remove_version(call.tx, policy, number)
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_named)
def set_default_policy_version(
    call: Call, request: iam.SetDefaultPolicyVersionInput
) -> iam.SetDefaultPolicyVersionOutput:
    """Bring a version of a managed policy into force, wherever the policy is attached.

    Errors: InvalidInput (ARN), NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html
    """
    policy, number = _own_version(call, request)
    store.replace_policy(call.tx, replace(policy, default_version=number, updated=call.now))
    call.tx.changed(call.account_id)
    return {}


def _own_version(
    call: Call, request: iam.DeletePolicyVersionRequest | iam.SetDefaultPolicyVersionRequest
) -> tuple[Policy, int]:
    """Return a policy of the account's own and the number of a version that it has. Errors: as of the operations."""
    policy = policies.get_to_change(call, request["PolicyArn"])
    number = policies.version_number(request["VersionId"])
    if number is None or store.find_version(call.tx, policy, number) is None:
        raise errors.no_such_version(policy.arn, request["VersionId"])
    return policy, number
