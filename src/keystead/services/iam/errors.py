"""The sentences with which IAM refuses, as AWS words them."""

from keystead.wire.errors import AwsError
from keystead.wire.shapes import iam


def no_such_user(name: str) -> iam.NoSuchEntityException:
    """Say that the account has no such user."""
    return iam.NoSuchEntityException(f"The user with name {name} cannot be found.")


def no_such_group(name: str) -> iam.NoSuchEntityException:
    """Say that the account has no such group."""
    return iam.NoSuchEntityException(f"The group with name {name} cannot be found.")


def no_such_role(name: str) -> iam.NoSuchEntityException:
    """Say that the account has no such role."""
    return iam.NoSuchEntityException(f"The role with name {name} cannot be found.")


def no_such_policy(arn: str) -> iam.NoSuchEntityException:
    """Say that there is no such managed policy, or that it does not hang where it was looked for."""
    return iam.NoSuchEntityException(f"Policy {arn} was not found.")


def policy_not_attachable(arn: str) -> iam.NoSuchEntityException:
    """Say that a policy that should be attached, or become a boundary, is not there."""
    return iam.NoSuchEntityException(f"Policy {arn} does not exist or is not attachable.")


def no_such_access_key(access_key_id: str) -> iam.NoSuchEntityException:
    """Say that the user has no such access key."""
    return iam.NoSuchEntityException(f"The Access Key with id {access_key_id} cannot be found.")


def no_such_mfa_device(serial: str) -> iam.NoSuchEntityException:
    """Say that the account, or the user, has no such MFA device."""
    return iam.NoSuchEntityException(f"MFA Device with serial number {serial} does not exist.")


def no_such_alias(alias: str) -> iam.NoSuchEntityException:
    """Say that this is not the account's alias."""
    return iam.NoSuchEntityException(f"The account alias {alias} does not exist.")


def user_exists(name: str) -> iam.EntityAlreadyExistsException:
    """Say that the user's name is taken, in whatever case."""
    return iam.EntityAlreadyExistsException(f"User with name {name} already exists.")


def group_exists(name: str) -> iam.EntityAlreadyExistsException:
    """Say that the group's name is taken, in whatever case."""
    return iam.EntityAlreadyExistsException(f"Group with name {name} already exists.")


def role_exists(name: str) -> iam.EntityAlreadyExistsException:
    """Say that the role's name is taken, in whatever case."""
    return iam.EntityAlreadyExistsException(f"Role with name {name} already exists.")


def mfa_device_exists() -> iam.EntityAlreadyExistsException:
    """Say that the virtual device's path and name are taken."""
    return iam.EntityAlreadyExistsException("MFA device already exists.")


def mfa_device_in_use() -> iam.EntityAlreadyExistsException:
    """Say that the device already belongs to a user."""
    return iam.EntityAlreadyExistsException("MFA Device is already in use.")


def alias_taken(alias: str) -> iam.EntityAlreadyExistsException:
    """Say that another account has this alias."""
    return iam.EntityAlreadyExistsException(f"The account alias {alias} already exists.")


def quota_exceeded(quota: str, limit: int) -> iam.LimitExceededException:
    """Say which of AWS's quotas is used up; quotas are named as AWS does, `UsersPerAccount`."""
    return iam.LimitExceededException(f"Cannot exceed quota for {quota}: {limit}")


def delete_conflict(remedy: str) -> iam.DeleteConflictException:
    """Say what must be done before the entity can go, for instance `detach all policies`."""
    return iam.DeleteConflictException(f"Cannot delete entity, must {remedy} first.")


def duplicate_tag_keys() -> iam.InvalidInputException:
    """Say that one request names a tag key twice."""
    return iam.InvalidInputException("Duplicate tag keys found. Please note that Tag keys are case insensitive.")


def reserved_tag_key() -> iam.InvalidInputException:
    """Say that a tag key starts with the prefix that is AWS's own."""
    return iam.InvalidInputException("Tag keys starting with 'aws:' are reserved for system use.")


def invalid_code() -> iam.InvalidAuthenticationCodeException:
    """Say that the two codes are not this device's, or not consecutive."""
    return iam.InvalidAuthenticationCodeException("Authentication code for device is not valid.")


def mfa_refused() -> AwsError:
    """Say that a code given together with credentials does not match."""
    return AwsError("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code.")


def mfa_unusable() -> AwsError:
    """Say that a code was given for a device that is not the caller's."""
    return AwsError(
        "AccessDenied",
        "MultiFactorAuthentication failed, unable to validate MFA code. "
        "Please verify your MFA serial number is valid and associated with this user.",
    )


def invalid_marker() -> AwsError:
    """Say that a paging marker is not one that was given out for this call."""
    return AwsError("ValidationError", "Invalid Marker.")


def user_name_needed() -> AwsError:
    """Say that only users and the root user may leave the user name out."""
    return AwsError("ValidationError", "Must specify userName when calling with non-User credentials")


def access_key_hidden(caller_arn: str, access_key_id: str) -> AwsError:
    """Say what AWS says about the last use of a key that is not in the caller's account."""
    return AwsError(
        "AccessDenied",
        f"User: {caller_arn} is not authorized to perform iam:GetAccessKeyLastUsed "
        f"on resource: access key {access_key_id}",
    )
