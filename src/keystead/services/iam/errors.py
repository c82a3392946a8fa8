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


def boundary_not_attachable(arn: str) -> iam.NoSuchEntityException:
    """Say that a policy cannot become a permissions boundary."""
    return iam.NoSuchEntityException(f"Scope ARN: {arn} does not exist or is not attachable.")


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


def mfa_device_assigned() -> iam.DeleteConflictException:
    """Say that a device has to be deactivated before it can go."""
    return iam.DeleteConflictException("MFA VirtualDevice in use. Must deactivate first.")


def mfa_device_not_users() -> iam.NoSuchEntityException:
    """Say that a device is not one that is enabled for the user."""
    return iam.NoSuchEntityException("MFA Device invalid for user.")


def serial_number_too_long(limit: int) -> iam.InvalidInputException:
    """Say that path and name of a device make no serial number."""
    return iam.InvalidInputException(f"The serial number of the device would be longer than {limit} characters.")


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


def status_not_settable(status: str) -> iam.InvalidInputException:
    """Say that a key's status is not one that a request can give it."""
    return iam.InvalidInputException(f"The status {status} cannot be set by a request.")


def access_key_hidden(caller_arn: str, access_key_id: str) -> AwsError:
    """Say what AWS says about the last use of a key that is not in the caller's account."""
    return AwsError(
        "AccessDenied",
        f"User: {caller_arn} is not authorized to perform iam:GetAccessKeyLastUsed "
        f"on resource: access key {access_key_id}",
    )


def invalid_principal(kind: str, value: str) -> iam.MalformedPolicyDocumentException:
    """Say which principal of a trust policy does not exist; `kind` is the key it stands under."""
    return iam.MalformedPolicyDocumentException(f'Invalid principal in policy: "{kind}":"{value}"')


def invalid_federated_principal() -> iam.MalformedPolicyDocumentException:
    """Say what a federated principal has to look like."""
    return iam.MalformedPolicyDocumentException("Federated principals must be valid domain names or SAML metadata ARNs")


def invalid_arn(arn: str) -> iam.InvalidInputException:
    """Say that a text is not the ARN of a policy."""
    return iam.InvalidInputException(f"ARN {arn} is not valid.")


def protected_role(name: str) -> iam.UnmodifiableEntityException:
    """Say that a role belongs to an AWS service."""
    return iam.UnmodifiableEntityException(
        f"Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
    )


def policy_exists(name: str) -> iam.EntityAlreadyExistsException:
    """Say that the policy's name is taken, in whatever case and under whatever path."""
    return iam.EntityAlreadyExistsException(f"A policy called {name} already exists. Duplicate names are not allowed.")


def no_such_inline_policy(holder: str, name: str) -> iam.NoSuchEntityException:
    """Say that a user, group or role (`holder`) has no inline policy of this name."""
    return iam.NoSuchEntityException(f"The {holder} policy with name {name} cannot be found.")


def inline_policies_too_large(holder: str, name: str, limit: int) -> iam.LimitExceededException:
    """Say that the inline policies of a user, group or role (`holder`) are too large together."""
    return iam.LimitExceededException(f"Maximum policy size of {limit} bytes exceeded for {holder} {name}")


def no_such_version(arn: str, version_id: str) -> iam.NoSuchEntityException:
    """Say that a managed policy has no such version."""
    return iam.NoSuchEntityException(f"Policy {arn} version {version_id} does not exist or is not attachable.")


def too_many_versions(limit: int) -> iam.LimitExceededException:
    """Say that a version has to go before another can come."""
    return iam.LimitExceededException(
        f"A managed policy can have up to {limit} versions. "
        "Before you create a new version, you must delete an existing version."
    )


def default_version_stays() -> iam.DeleteConflictException:
    """Say that the version in force cannot be deleted by itself."""
    return iam.DeleteConflictException("Cannot delete the default version of a policy.")


def versions_remain() -> iam.DeleteConflictException:
    """Say that a policy's other versions have to go before it."""
    return iam.DeleteConflictException(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
        "The default version is deleted with the policy."
    )


def policy_in_use() -> iam.DeleteConflictException:
    """Say that a policy is attached, or is a boundary."""
    return iam.DeleteConflictException("Cannot delete a policy attached to entities.")


def service_role_policy() -> iam.PolicyNotAttachableException:
    """Say that a policy is made for service-linked roles only."""
    return iam.PolicyNotAttachableException("Cannot attach a Service Role Policy to a Customer Role.")


def no_boundary(holder: str, name: str) -> iam.NoSuchEntityException:
    """Say that a user or role (`holder`) has no permissions boundary to delete."""
    return iam.NoSuchEntityException(f"{holder.capitalize()} {name} does not have a permission boundary.")


def service_role_name_taken(name: str) -> iam.InvalidInputException:
    """Say that the account has the service-linked role already."""
    return iam.InvalidInputException(
        f"Service role name {name} has been taken in this account, please try a different suffix."
    )


def no_custom_suffix(service: str) -> iam.InvalidInputException:
    """Say that a service has one service-linked role per account, without a suffix."""
    return iam.InvalidInputException(f"Custom suffix is not allowed for {service}")


def unknown_linked_service(service: str) -> iam.InvalidInputException:
    """Say that a service has no service-linked role here."""
    return iam.InvalidInputException(f"There is no service-linked role for {service}.")


def no_such_deletion_task(task_id: str) -> iam.NoSuchEntityException:
    """Say that no deletion of a service-linked role has this task id."""
    return iam.NoSuchEntityException(f"The deletion task with id {task_id} cannot be found.")


def reserved_path(path: str) -> iam.InvalidInputException:
    """Say that roles under a path are made by AWS services alone."""
    return iam.InvalidInputException(f"The path {path} is reserved for roles of AWS services.")


def no_such_source(arn: str) -> iam.NoSuchEntityException:
    """Say that an ARN names no user, group or role of the account."""
    return iam.NoSuchEntityException(f"The entity with ARN {arn} cannot be found.")
