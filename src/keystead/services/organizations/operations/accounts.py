"""Member accounts: show, move, let go, close."""

from keystead.services import account
from keystead.services.call import Call
from keystead.services.organizations import changes, errors, guards, rules, views
from keystead.services.organizations.listing import paged
from keystead.services.organizations.records import Member, Organization
from keystead.services.organizations.store import creations, tree
from keystead.services.organizations.targets import by
from keystead.services.registry import anything, operation
from keystead.wire.shapes import organizations as shapes


@operation("organizations", authorizes=by("AccountId"))
def describe_account(call: Call, request: shapes.DescribeAccountInput) -> shapes.DescribeAccountOutput:
    """Show a member account; another organization's accounts do not exist here.

    Errors: AccountNotFoundException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html
    """
    organization = guards.managed_by_caller(call)
    member = _member(call, organization, request["AccountId"])
    return {"Account": views.account_views(call.tx, organization, [member.account_id])[0]}


@operation("organizations", authorizes=anything)
def list_accounts(call: Call, request: shapes.ListAccountsInput) -> shapes.ListAccountsOutput:
    """List all accounts of the organization.

    Errors: InvalidInputException (INVALID_NEXT_TOKEN).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
    """
    organization = guards.managed_by_caller(call)
    found, following = paged(call, request, tree.member_ids(call.tx, organization.id), key=str)
    return {"Accounts": views.account_views(call.tx, organization, found), **following}


@operation("organizations", authorizes=by("AccountId", "SourceParentId", "DestinationParentId"))
def move_account(call: Call, request: shapes.MoveAccountInput) -> shapes.MoveAccountOutput:
    """Put an account into another container: the policies of its new levels bind it from this moment on.

    Errors: AccountNotFoundException, SourceParentNotFoundException, DestinationParentNotFoundException,
    DuplicateAccountException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_MoveAccount.html
    """
    organization = guards.managed_by_caller(call)
    member = _member(call, organization, request["AccountId"])
    destination = tree.container(call.tx, organization.id, request["DestinationParentId"])
    if destination is None:
        raise errors.no_such_destination_parent()
    if destination.id == member.parent_id:
        raise errors.already_there()
    if request["SourceParentId"] != member.parent_id:
        raise errors.no_such_source_parent()
    tree.move_member(call.tx, member.account_id, destination.id)
    call.tx.changed(member.account_id)
    return {}


@operation("organizations", authorizes=by("AccountId"))
def remove_account_from_organization(
    call: Call, request: shapes.RemoveAccountFromOrganizationInput
) -> shapes.RemoveAccountFromOrganizationOutput:
    """Let a member account go; it lives on outside of any organization.

    Errors: AccountNotFoundException, MasterCannotLeaveOrganizationException, ConstraintViolationException
    (MEMBER_ACCOUNT_PAYMENT_INSTRUMENT_REQUIRED, WAIT_PERIOD_ACTIVE).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_RemoveAccountFromOrganization.html
    """
    organization = guards.managed_by_caller(call)
    _let_go(call, organization, _member(call, organization, request["AccountId"]))
    return {}


@operation("organizations", authorizes=anything)
def leave_organization(
    call: Call,
    request: shapes.LeaveOrganizationInput,  # noqa: ARG001  it has no members
) -> shapes.LeaveOrganizationOutput:
    """Take the caller's own account out of its organization.

    Errors: AWSOrganizationsNotInUseException, MasterCannotLeaveOrganizationException, ConstraintViolationException
    (MEMBER_ACCOUNT_PAYMENT_INSTRUMENT_REQUIRED, WAIT_PERIOD_ACTIVE).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_LeaveOrganization.html
    """
    organization = guards.organization_of_caller(call)
    _let_go(call, organization, _member(call, organization, call.account_id))
    return {}


def _let_go(call: Call, organization: Organization, member: Member) -> None:
    """Take an account out, if it can live without the organization.

    AWS asks a created account for a payment method, contact data and a support plan. What an account needs here is
    someone who can get in when the management account no longer can: a root user with a password. An account that
    was invited has lived alone before. A closed account leaves by itself when its 90 days are over.
    """
    if member.account_id == organization.management_account_id:
        raise errors.master_cannot_leave()
    facts = account.facts(call.tx, member.account_id)
    if facts is None or not facts.usable:
        raise errors.not_standalone()
    if member.joined_method == "CREATED":
        if not account.root_has_password(call.tx, member.account_id):
            raise errors.not_standalone()
        if call.now < member.joined + rules.WAIT_PERIOD:
            raise errors.constraint(
                "WAIT_PERIOD_ACTIVE",
                "After you create an AWS account, you must wait until at least four days after it was created.",
            )
    changes.leave(call.tx, member.account_id)


@operation("organizations", authorizes=by("AccountId"))
def close_account(call: Call, request: shapes.CloseAccountInput) -> shapes.CloseAccountOutput:
    """Close a member account: every key and session in it is dead when this is acknowledged.

    It is PENDING_CLOSURE until `work` makes it CLOSED (the older Status says SUSPENDED), and gone after 90 days.
    Errors: AccountNotFoundException, AccountAlreadyClosedException, ConflictException, ConstraintViolationException
    (CANNOT_CLOSE_MANAGEMENT_ACCOUNT, ORGANIZATION_NOT_IN_ALL_FEATURES_MODE, CLOSE_ACCOUNT_QUOTA_EXCEEDED,
    CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CloseAccount.html
    """
    organization = guards.managed_by_caller(call)
    guards.require_all_features(organization)
    member = _member(call, organization, request["AccountId"])
    _check_closable(call, organization, member)
    account.set_state(call.tx, member.account_id, "PENDING_CLOSURE", call.now)
    creations.add_work(call.tx, "close-account", member.account_id, call.now + rules.ASYNCHRONOUS_DELAY)
    return {}


def _check_closable(call: Call, organization: Organization, member: Member) -> None:
    if member.account_id == organization.management_account_id:
        raise errors.constraint(
            "CANNOT_CLOSE_MANAGEMENT_ACCOUNT", "You cannot close the management account of an organization."
        )
    facts = account.facts(call.tx, member.account_id)
    if facts is None or facts.state == "CLOSED":
        raise errors.account_already_closed()
    if facts.state == "PENDING_CLOSURE":
        raise errors.account_is_closing()
    _check_closure_quotas(call, organization)


def _check_closure_quotas(call: Call, organization: Organization) -> None:
    recent = account.closing_since(call.tx, call.now - rules.CLOSURE_WINDOW)
    members = tree.members_by_id(call.tx, [found.id for found in recent])
    ours = [found for found in recent if found.id in members and members[found.id].organization_id == organization.id]
    if sum(1 for found in ours if found.state == "PENDING_CLOSURE") >= rules.MAX_CLOSURES_AT_ONCE:
        raise errors.constraint(
            "CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED",
            "You attempted to exceed the number of accounts that you can close at a time.",
        )
    if len(ours) >= rules.closures_allowed(tree.member_count(call.tx, organization.id) - 1):
        raise errors.constraint(
            "CLOSE_ACCOUNT_QUOTA_EXCEEDED", "You have exceeded close account quota for the past 30 days."
        )


def _member(call: Call, organization: Organization, account_id: str) -> Member:
    found = tree.member_of(call.tx, organization.id, account_id)
    if found is None:
        raise errors.no_such_account()
    return found
