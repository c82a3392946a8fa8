"""Operations on access keys of users and of the root user."""

from dataclasses import replace

from keystead.services.call import Call, Target
from keystead.services.iam import errors, keys, owners, views
from keystead.services.iam.records import AccessKey
from keystead.services.iam.store import access_keys
from keystead.services.registry import operation
from keystead.wire.shapes import iam

_NEVER = "N/A"


def _owner(
    call: Call,
    request: iam.CreateAccessKeyRequest
    | iam.UpdateAccessKeyRequest
    | iam.DeleteAccessKeyRequest
    | iam.ListAccessKeysRequest,
) -> Target:
    return owners.target(call, request.get("UserName"))


@operation("iam", authorizes=_owner)
def create_access_key(call: Call, request: iam.CreateAccessKeyInput) -> iam.CreateAccessKeyOutput:
    """Create an access key for a user, by default for the caller; its secret is shown this once.

    Errors: LimitExceeded (keys per user), NoSuchEntity, ValidationError (no name, and the caller is no user).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
    """
    owner = owners.get_owner(call, request.get("UserName"))
    house = call.house
    key, secret = keys.create(
        call.tx, owner.account_id, owner.id, keyring=house.keyring, now=call.now, random=house.random
    )
    call.tx.changed(call.account_id)
    return {
        "AccessKey": {
            "UserName": views.user_name(owner.name),
            "AccessKeyId": key.id,
            "Status": "Active",
            "SecretAccessKey": secret,
            "CreateDate": key.created,
        }
    }


@operation("iam", authorizes=_owner)
def update_access_key(call: Call, request: iam.UpdateAccessKeyInput) -> iam.UpdateAccessKeyOutput:
    """Make an access key inactive, or active again.

    Errors: InvalidInput (Expired, which only AWS sets), NoSuchEntity, ValidationError (no name, and the caller is no
    user).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
    """
    owner = owners.get_owner(call, request.get("UserName"))
    key = access_keys.get_access_key(call.tx, owner.id, request["AccessKeyId"])
    if request["Status"] == "Expired":
        raise errors.status_not_settable("Expired")
    access_keys.replace_access_key(call.tx, replace(key, status=request["Status"]))
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_owner)
def delete_access_key(call: Call, request: iam.DeleteAccessKeyInput) -> iam.DeleteAccessKeyOutput:
    """Delete an access key.

    Errors: NoSuchEntity, ValidationError (no name, and the caller is no user).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html
    """
    owner = owners.get_owner(call, request.get("UserName"))
    key = access_keys.get_access_key(call.tx, owner.id, request["AccessKeyId"])
    access_keys.remove_access_key(call.tx, key)
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=_owner)
def list_access_keys(call: Call, request: iam.ListAccessKeysInput) -> iam.ListAccessKeysOutput:
    """List the access keys of a user, by default of the caller; never their secrets.

    Errors: NoSuchEntity, ValidationError (Marker; no name, and the caller is no user).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
    """
    owner = owners.get_owner(call, request.get("UserName"))
    found = access_keys.access_keys_of(call.tx, owner.id)
    shown, end = views.page(call, request, found, lambda key: key.id)
    return {"AccessKeyMetadata": [views.access_key(key, owner.name) for key in shown], **end}


def _found(call: Call, access_key_id: str) -> tuple[AccessKey, owners.Owner] | None:
    """Return a key of the caller's account and whose it is; a key of another account is no key."""
    key = access_keys.find_access_key(call.tx, access_key_id)
    if key is None or key.account_id != call.account_id:
        return None
    owner = owners.owner_by_id(call, key.user_id)
    return None if owner is None else (key, owner)


def _owner_of_key(call: Call, request: iam.GetAccessKeyLastUsedRequest) -> Target:
    found = _found(call, request["AccessKeyId"])
    return Target() if found is None else found[1].target


@operation("iam", authorizes=_owner_of_key)
def get_access_key_last_used(call: Call, request: iam.GetAccessKeyLastUsedInput) -> iam.GetAccessKeyLastUsedOutput:
    """Say when, for which service and where an access key of the account was last used.

    Errors: AccessDenied (no key of this account, whether or not it is another's).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
    """
    found = _found(call, request["AccessKeyId"])
    if found is None:
        raise errors.access_key_hidden(call.caller.principal.arn, request["AccessKeyId"])
    key, owner = found
    last_used: iam.AccessKeyLastUsed = {
        "ServiceName": key.last_used_service or _NEVER,
        "Region": key.last_used_region or _NEVER,
    }
    if key.last_used is not None:
        last_used["LastUsedDate"] = key.last_used
    return {"UserName": views.user_name(owner.name), "AccessKeyLastUsed": last_used}
