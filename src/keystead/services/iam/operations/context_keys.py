"""Operations that tell which condition keys policies read: what a simulation has to be given."""

from keystead.policy import Document, PolicyError
from keystead.services.call import Call, Target
from keystead.services.iam import context_keys, errors, holders
from keystead.services.iam.holders import GROUP, ROLE, USER, Holder
from keystead.services.iam.records import User
from keystead.services.iam.store.facts import policies_of
from keystead.services.iam.store.groups import groups_of_user
from keystead.services.registry import anything, operation
from keystead.wire.shapes import iam


@operation("iam", authorizes=anything)
def get_context_keys_for_custom_policy(
    call: Call,  # noqa: ARG001  it depends on nothing but the request
    request: iam.GetContextKeysForCustomPolicyInput,
) -> iam.GetContextKeysForCustomPolicyOutput:
    """Return the condition keys that some policies read.

    Errors: InvalidInput (no policy).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html
    """
    return {"ContextKeyNames": context_keys.names_in(_given(request["PolicyInputList"]))}


def _source(call: Call, request: iam.GetContextKeysForPrincipalPolicyRequest) -> Target:
    arn = request["PolicySourceArn"]
    for kind in (USER, GROUP, ROLE):
        target = holders.target(call, kind, _name(arn))
        if target.resource == arn:
            return target
    return Target(arn)


@operation("iam", authorizes=_source)
def get_context_keys_for_principal_policy(
    call: Call, request: iam.GetContextKeysForPrincipalPolicyInput
) -> iam.GetContextKeysForPrincipalPolicyOutput:
    """Return the condition keys that the policies of a user, group or role read, for a user also those of its groups.

    Errors: InvalidInput (no policy), NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForPrincipalPolicy.html
    """
    holder = _holder(call, request["PolicySourceArn"])
    if holder is None:
        raise errors.no_such_source(request["PolicySourceArn"])
    owners: list[Holder] = [holder]
    if isinstance(holder, User):
        owners += groups_of_user(call.tx, holder.id)
    own = [context_keys.read(found.text) for owner in owners for found in policies_of(call.tx, owner)]
    return {"ContextKeyNames": context_keys.names_in([*own, *_given(request.get("PolicyInputList", []))])}


def _holder(call: Call, arn: str) -> Holder | None:
    """Return the user, group or role of the caller's account that an ARN names exactly, or None."""
    for kind in (USER, GROUP, ROLE):
        found = kind.find(call.tx, call.account_id, _name(arn))
        if found is not None and found.arn == arn:
            return found
    return None


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]


def _given(texts: list[str]) -> list[Document]:
    try:
        return [context_keys.read(text) for text in texts]
    except PolicyError as error:
        raise iam.InvalidInputException(error.message) from error
