"""Creating member accounts, which takes a moment."""

from keystead.services.call import Call
from keystead.services.organizations import errors, guards, ids, rules, tagging, views
from keystead.services.organizations.listing import paged
from keystead.services.organizations.records import AccountCreation, Organization
from keystead.services.organizations.store import creations, handshakes, tree
from keystead.services.organizations.targets import tagged
from keystead.services.registry import anything, operation
from keystead.wire.shapes import organizations as shapes

_STATES = ("IN_PROGRESS", "SUCCEEDED", "FAILED")


@operation("organizations", authorizes=tagged())
def create_account(call: Call, request: shapes.CreateAccountInput) -> shapes.CreateAccountOutput:
    """Begin to create an account in the organization's root; `work` finishes it.

    Whether the address is free and well formed shows in the request's status. There is no billing here, so
    IamUserAccessToBilling is kept and changes nothing.
    Errors: InvalidInputException (INVALID_ROLE_NAME, tags), TooManyRequestsException, ConstraintViolationException
    (ACCOUNT_NUMBER_LIMIT_EXCEEDED, MAX_TAG_LIMIT_EXCEEDED).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
    """
    organization = guards.managed_by_caller(call)
    creation = AccountCreation(
        id=ids.account_creation(call.house.random),
        organization_id=organization.id,
        name=request["AccountName"],
        email=request["Email"],
        role_name=_role_name(request.get("RoleName", rules.DEFAULT_ROLE_NAME)),
        iam_user_access_to_billing=request.get("IamUserAccessToBilling", "ALLOW"),
        tags=tagging.checked(request.get("Tags", [])),
        state="IN_PROGRESS",
        requested=call.now,
    )
    _check_room(call, organization)
    creations.add_creation(call.tx, creation)
    creations.add_work(call.tx, "create-account", creation.id, call.now + rules.ASYNCHRONOUS_DELAY)
    return {"CreateAccountStatus": views.creation_view(creation)}


def _role_name(name: str) -> str:
    if name.startswith("AWSServiceRoleFor"):
        raise errors.invalid_input(
            "INVALID_ROLE_NAME",
            "You provided a role name that isn't valid. A role name can't begin with the reserved prefix "
            "AWSServiceRoleFor.",
        )
    return name


def _check_room(call: Call, organization: Organization) -> None:
    pending = creations.creations_in_progress(call.tx, organization.id)
    if pending >= rules.MAX_CREATIONS_AT_ONCE:
        raise errors.too_many_at_once()
    invited = handshakes.open_count(call.tx, organization.id, call.now)
    if tree.member_count(call.tx, organization.id) + pending + invited >= rules.MAX_ACCOUNTS:
        raise errors.constraint(
            "ACCOUNT_NUMBER_LIMIT_EXCEEDED", "You have exceeded the allowed number of AWS Accounts."
        )


@operation("organizations", authorizes=anything)
def describe_create_account_status(
    call: Call, request: shapes.DescribeCreateAccountStatusInput
) -> shapes.DescribeCreateAccountStatusOutput:
    """Show what has become of a CreateAccount request.

    Errors: CreateAccountStatusNotFoundException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeCreateAccountStatus.html
    """
    organization = guards.managed_by_caller(call)
    found = creations.creation(call.tx, organization.id, request["CreateAccountRequestId"])
    if found is None:
        raise errors.no_such_creation()
    return {"CreateAccountStatus": views.creation_view(found)}


@operation("organizations", authorizes=anything)
def list_create_account_status(
    call: Call, request: shapes.ListCreateAccountStatusInput
) -> shapes.ListCreateAccountStatusOutput:
    """List CreateAccount requests, all of them or those in some states.

    Errors: InvalidInputException (INVALID_NEXT_TOKEN).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListCreateAccountStatus.html
    """
    organization = guards.managed_by_caller(call)
    chosen = creations.creations_of(call.tx, organization.id, request.get("States") or _STATES)
    found, following = paged(call, request, chosen, key=lambda creation: creation.id)
    return {"CreateAccountStatuses": [views.creation_view(creation) for creation in found], **following}
