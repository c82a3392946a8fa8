"""Operations that say who somebody is, or why they were refused."""

from keystead.credentials import ids, messages
from keystead.services.call import Call
from keystead.services.registry import anything, operation
from keystead.services.sts import errors
from keystead.wire.shapes import sts


@operation("sts", authorizes=None, access="memory")
def get_caller_identity(call: Call, request: sts.GetCallerIdentityInput) -> sts.GetCallerIdentityOutput:  # noqa: ARG001 -- it has no members
    """Say who is calling; nothing can forbid it.

    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    principal = call.caller.principal
    return {"UserId": principal.unique_id, "Account": call.account_id, "Arn": principal.arn}


@operation("sts", authorizes=anything, access="memory")
def get_access_key_info(call: Call, request: sts.GetAccessKeyInfoInput) -> sts.GetAccessKeyInfoOutput:
    """Say which account an access key belongs to, whether or not the key is still there.

    Errors: ValidationError.
    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
    """
    key_id = request["AccessKeyId"]
    # A key that was brought along says nothing about its account, or something wrong: look before reading the id.
    known = call.house.authorities.access_key(key_id)
    account_id = known.account_id if known is not None else ids.account_of(key_id)
    if account_id is None:
        raise errors.unknown_access_key()
    return {"Account": account_id}


@operation("sts", authorizes=anything, access="memory")
def decode_authorization_message(
    call: Call, request: sts.DecodeAuthorizationMessageInput
) -> sts.DecodeAuthorizationMessageOutput:
    """Explain a denial that a principal of the caller's account was given.

    Errors: InvalidAuthorizationMessageException.
    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
    """
    message = messages.open(call.house.keyring, call.account_id, request["EncodedMessage"])
    return {"DecodedMessage": message.decode()}
