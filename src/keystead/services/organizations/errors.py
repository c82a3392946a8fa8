"""The sentences with which Organizations refuses, as AWS words them where its words are known, else the model's own.

Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
"""

from keystead.wire.errors import AwsError
from keystead.wire.shapes import organizations as shapes
from keystead.wire.shapes.organizations import (
    ConstraintViolationExceptionReason,
    HandshakeConstraintViolationExceptionReason,
    InvalidInputExceptionReason,
)


def not_in_use() -> shapes.AWSOrganizationsNotInUseException:
    """Say that the caller's account is in no organization."""
    return shapes.AWSOrganizationsNotInUseException("Your account is not a member of an organization.")


def access_denied() -> shapes.AccessDeniedException:
    """Say that this account may not ask, whatever its own policies allow."""
    return shapes.AccessDeniedException("You don't have permissions to access this resource.")


def already_in_organization() -> shapes.AlreadyInOrganizationException:
    """Say that the caller's account is in an organization."""
    return shapes.AlreadyInOrganizationException("The provided account is already a member of an organization.")


def organization_not_empty() -> shapes.OrganizationNotEmptyException:
    """Say that there are still member accounts."""
    return shapes.OrganizationNotEmptyException(
        "To delete an organization you must first remove all member accounts (except the master)."
    )


def no_such_account() -> shapes.AccountNotFoundException:
    """Say that the organization has no such account."""
    return shapes.AccountNotFoundException("You specified an account that doesn't exist.")


def no_such_root() -> shapes.RootNotFoundException:
    """Say that the organization has no such root."""
    return shapes.RootNotFoundException("You specified a root that doesn't exist.")


def no_such_ou() -> shapes.OrganizationalUnitNotFoundException:
    """Say that the organization has no such OU."""
    return shapes.OrganizationalUnitNotFoundException("You specified an organizational unit that doesn't exist.")


def no_such_parent() -> shapes.ParentNotFoundException:
    """Say that the organization has no such container."""
    return shapes.ParentNotFoundException("You specified parent that doesn't exist.")


def no_such_child() -> shapes.ChildNotFoundException:
    """Say that the organization has no such OU or account."""
    return shapes.ChildNotFoundException("You specified a child that doesn't exist.")


def no_such_source_parent() -> shapes.SourceParentNotFoundException:
    """Say that the account is not in the container it should be moved from."""
    return shapes.SourceParentNotFoundException("You specified a source parent that doesn't exist.")


def no_such_destination_parent() -> shapes.DestinationParentNotFoundException:
    """Say that the organization has no container to move an account to."""
    return shapes.DestinationParentNotFoundException("You specified a destination parent that doesn't exist.")


def already_there() -> shapes.DuplicateAccountException:
    """Say that the account is in its destination already."""
    return shapes.DuplicateAccountException("That account is already present in the specified destination.")


def duplicate_ou() -> shapes.DuplicateOrganizationalUnitException:
    """Say that the container has an OU of that name."""
    return shapes.DuplicateOrganizationalUnitException("An OU with the same name already exists.")


def ou_not_empty() -> shapes.OrganizationalUnitNotEmptyException:
    """Say that the OU holds accounts or OUs."""
    return shapes.OrganizationalUnitNotEmptyException(
        "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, "
        "and try the operation again."
    )


def no_such_creation() -> shapes.CreateAccountStatusNotFoundException:
    """Say that the organization has no such CreateAccount request."""
    return shapes.CreateAccountStatusNotFoundException(
        "We can't find an create account request with the CreateAccountRequestId that you specified."
    )


def account_already_closed() -> shapes.AccountAlreadyClosedException:
    """Say that the account is closed."""
    return shapes.AccountAlreadyClosedException("You attempted to close an account that is already closed.")


def account_is_closing() -> shapes.ConflictException:
    """Say that the account is being closed at this moment."""
    return shapes.ConflictException("The request failed because it conflicts with the current state of the account.")


def master_cannot_leave() -> shapes.MasterCannotLeaveOrganizationException:
    """Say that an organization cannot lose its management account."""
    return shapes.MasterCannotLeaveOrganizationException("You can't remove a management account from an organization.")


def not_standalone() -> shapes.ConstraintViolationException:
    """Say that an account could not live on outside of the organization."""
    return constraint(
        "MEMBER_ACCOUNT_PAYMENT_INSTRUMENT_REQUIRED",
        "The member account is missing one or more of the prerequisites required to operate as a standalone account. "
        "To add what is missing, sign-in to the member account using the AWS Organizations console, then select to "
        "leave the organization. You will then be prompted to enter any missing information.",
    )


def no_such_policy() -> shapes.PolicyNotFoundException:
    """Say that the organization has no such policy."""
    return shapes.PolicyNotFoundException("You specified a policy that doesn't exist.")


def no_such_target() -> shapes.TargetNotFoundException:
    """Say that the organization has nothing of that id."""
    return shapes.TargetNotFoundException("You specified a target that doesn't exist.")


def duplicate_policy() -> shapes.DuplicatePolicyException:
    """Say that there is a policy of that name and type."""
    return shapes.DuplicatePolicyException("A policy with the specified name and type already exists.")


def policy_in_use() -> shapes.PolicyInUseException:
    """Say that the policy is attached somewhere."""
    return shapes.PolicyInUseException(
        "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts "
        "before performing this operation."
    )


def already_attached() -> shapes.DuplicatePolicyAttachmentException:
    """Say that the policy is attached to the target already."""
    return shapes.DuplicatePolicyAttachmentException("The selected policy is already attached to the specified target.")


def not_attached() -> shapes.PolicyNotAttachedException:
    """Say that the policy is not attached to the target."""
    return shapes.PolicyNotAttachedException("The policy isn't attached to the specified target in the specified root.")


def last_policy() -> shapes.ConstraintViolationException:
    """Say that a target must keep one policy of the type."""
    return constraint(
        "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
        "You cannot remove the last policy attached to the specified target. "
        "You must have at least one attached at all times.",
    )


def policy_type_not_enabled() -> shapes.PolicyTypeNotEnabledException:
    """Say that the root does not use policies of the type."""
    return shapes.PolicyTypeNotEnabledException("This operation can be performed only for enabled policy types.")


def policy_type_already_enabled() -> shapes.PolicyTypeAlreadyEnabledException:
    """Say that the root uses policies of the type already."""
    return shapes.PolicyTypeAlreadyEnabledException("The specified policy type is already enabled.")


def policy_type_not_available() -> shapes.PolicyTypeNotAvailableForOrganizationException:
    """Say that an organization for consolidated billing has no policies."""
    return shapes.PolicyTypeNotAvailableForOrganizationException(
        "You can't use the specified policy type with the feature set currently enabled for this organization."
    )


def policy_type_not_built(policy_type: str) -> AwsError:
    """Say that Keystead has no policies of the type yet."""
    return AwsError(
        "NotImplemented",
        f"organizations policies of type {policy_type} are not implemented by Keystead yet.",
        status=501,
    )


def malformed_policy(why: str) -> shapes.MalformedPolicyDocumentException:
    """Say that a document is not a policy of its type, and why."""
    return shapes.MalformedPolicyDocumentException(why)


def no_such_handshake() -> shapes.HandshakeNotFoundException:
    """Say that the caller has no such handshake; other people's are not there either."""
    return shapes.HandshakeNotFoundException("We can't find a handshake with the HandshakeId that you specified.")


def duplicate_handshake() -> shapes.DuplicateHandshakeException:
    """Say that the same party has an open invitation already."""
    return shapes.DuplicateHandshakeException("A handshake with the same action and target already exists.")


def handshake_already_in_state() -> shapes.HandshakeAlreadyInStateException:
    """Say that the handshake already is what the caller wants it to be."""
    return shapes.HandshakeAlreadyInStateException("The specified handshake is already in the requested state.")


def invalid_handshake_transition() -> shapes.InvalidHandshakeTransitionException:
    """Say that the handshake has ended in another way."""
    return shapes.InvalidHandshakeTransitionException(
        "You can't perform the operation on the handshake in its current state."
    )


def constraint(reason: ConstraintViolationExceptionReason, message: str) -> shapes.ConstraintViolationException:
    """Make the error for a quota or a rule that the model names."""
    return shapes.ConstraintViolationException(message, Reason=reason)


def handshake_constraint(
    reason: HandshakeConstraintViolationExceptionReason, message: str
) -> shapes.HandshakeConstraintViolationException:
    """Make the error for a rule of handshakes that the model names."""
    return shapes.HandshakeConstraintViolationException(message, Reason=reason)


def invalid_input(reason: InvalidInputExceptionReason, message: str) -> shapes.InvalidInputException:
    """Make the error for a value that the model's own constraints let through."""
    return shapes.InvalidInputException(message, Reason=reason)


def invalid_next_token() -> shapes.InvalidInputException:
    """Say that a token was not given out for this list."""
    return invalid_input("INVALID_NEXT_TOKEN", "You specified an invalid NextToken value.")


def immutable_policy() -> shapes.InvalidInputException:
    """Say that AWS's own policies stay as they are."""
    return invalid_input("IMMUTABLE_POLICY", "You specified a policy that is managed by AWS and can't be modified.")


def too_many_at_once() -> shapes.TooManyRequestsException:
    """Say that as many accounts as may be are being created; SDKs try again by themselves."""
    return shapes.TooManyRequestsException(
        "AWS Organizations can't complete your request because another request is already in progress. Try again later."
    )


def already_a_member() -> shapes.HandshakeConstraintViolationException:
    """Say that the invited account is in an organization already."""
    return handshake_constraint(
        "ALREADY_IN_AN_ORGANIZATION",
        "The handshake request is invalid because the invited account is already a member of an organization.",
    )
