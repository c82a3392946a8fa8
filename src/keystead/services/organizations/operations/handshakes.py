"""Invitations to join an organization: sent by a management account, answered by the account that is invited."""

from keystead.services import account
from keystead.services.call import Call, Target
from keystead.services.organizations import changes, errors, guards, ids, invitations, rules, tagging, views
from keystead.services.organizations.invitations import Invitation
from keystead.services.organizations.listing import paged
from keystead.services.organizations.records import Handshake, HandshakeState, Organization
from keystead.services.organizations.store import creations, handshakes, tree
from keystead.services.organizations.targets import invitation
from keystead.services.registry import anything, operation
from keystead.wire.shapes import organizations as shapes


def _of_handshake(call: Call, request: shapes.DescribeHandshakeInput) -> Target:
    return Target(invitations.arn_for(call, request["HandshakeId"]))


@operation("organizations", authorizes=invitation)
def invite_account_to_organization(
    call: Call, request: shapes.InviteAccountToOrganizationInput
) -> shapes.InviteAccountToOrganizationOutput:
    """Invite the owner of an account, by its id or its e-mail address, for 15 days.

    Whether such an account exists, or is in another organization, is not told: nobody could accept, that is all.
    Errors: InvalidInputException (INVALID_PARTY_TYPE_TARGET, INVALID_PATTERN_TARGET_ID,
    INVALID_EMAIL_ADDRESS_TARGET, tags), DuplicateHandshakeException, HandshakeConstraintViolationException
    (ALREADY_IN_AN_ORGANIZATION, ACCOUNT_NUMBER_LIMIT_EXCEEDED, HANDSHAKE_RATE_LIMIT_EXCEEDED).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteAccountToOrganization.html
    """
    organization = guards.managed_by_caller(call)
    party_type, party_key = invitations.party_of(request["Target"])
    handshake = Handshake(
        id=ids.handshake(call.house.random),
        organization_id=organization.id,
        party_type=party_type,
        party_id=request["Target"]["Id"],
        party_key=party_key,
        notes=request.get("Notes", ""),
        tags=tagging.checked(request.get("Tags", [])),
        state="OPEN",
        requested=call.now,
        expires=call.now + rules.INVITATION_LIFE,
    )
    _check_invitation(call, organization, handshake)
    _check_quotas(call, organization)
    handshakes.add_handshake(call.tx, handshake)
    return {"Handshake": views.handshake_view(call.tx, organization, handshake, call.now)}


def _check_invitation(call: Call, organization: Organization, handshake: Handshake) -> None:
    if handshake.party_type == "ACCOUNT":
        invited = account.facts(call.tx, handshake.party_key)
    else:
        invited = account.by_email(call.tx, handshake.party_key)
    if invited is not None and tree.member_of(call.tx, organization.id, invited.id) is not None:
        raise errors.already_a_member()
    if handshakes.open_to(call.tx, organization.id, [handshake.party_key], call.now) is not None:
        raise errors.duplicate_handshake()


def _check_quotas(call: Call, organization: Organization) -> None:
    coming = handshakes.open_count(call.tx, organization.id, call.now)
    coming += creations.creations_in_progress(call.tx, organization.id)
    if tree.member_count(call.tx, organization.id) + coming >= rules.MAX_ACCOUNTS:
        raise errors.handshake_constraint(
            "ACCOUNT_NUMBER_LIMIT_EXCEEDED", "You have exceeded the allowed number of AWS Accounts."
        )
    sent = handshakes.unaccepted_since(call.tx, organization.id, call.now - rules.INVITATION_WINDOW)
    if sent >= rules.invitations_allowed():
        raise errors.handshake_constraint(
            "HANDSHAKE_RATE_LIMIT_EXCEEDED",
            "You attempted to exceed the number of handshakes that you can send in one day.",
        )


@operation("organizations", authorizes=_of_handshake)
def accept_handshake(call: Call, request: shapes.AcceptHandshakeInput) -> shapes.AcceptHandshakeOutput:
    """Join the organization that invites the caller's account: its policies bind from this moment on.

    An account leaves its organization first, by LeaveOrganization, which a service control policy can deny; AWS's
    direct transfer (since December 2025) is not offered. No role is made in the account.
    Errors: HandshakeNotFoundException, AccessDeniedException, HandshakeAlreadyInStateException,
    InvalidHandshakeTransitionException, HandshakeConstraintViolationException (ALREADY_IN_AN_ORGANIZATION).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_AcceptHandshake.html
    """
    found = invitations.received(call, request["HandshakeId"])
    shown = _end(call, found, "ACCEPTED")
    if tree.member(call.tx, call.account_id) is not None:
        raise errors.already_a_member()
    changes.join(call.tx, found.organization, call.account_id, "INVITED", call.now, found.handshake.tags)
    return {"Handshake": shown}


@operation("organizations", authorizes=_of_handshake)
def decline_handshake(call: Call, request: shapes.DeclineHandshakeInput) -> shapes.DeclineHandshakeOutput:
    """Refuse an invitation.

    Errors: HandshakeNotFoundException, AccessDeniedException, HandshakeAlreadyInStateException,
    InvalidHandshakeTransitionException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeclineHandshake.html
    """
    return {"Handshake": _end(call, invitations.received(call, request["HandshakeId"]), "DECLINED")}


@operation("organizations", authorizes=_of_handshake)
def cancel_handshake(call: Call, request: shapes.CancelHandshakeInput) -> shapes.CancelHandshakeOutput:
    """Take an invitation back.

    Errors: HandshakeNotFoundException, AccessDeniedException, HandshakeAlreadyInStateException,
    InvalidHandshakeTransitionException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CancelHandshake.html
    """
    return {"Handshake": _end(call, invitations.sent(call, request["HandshakeId"]), "CANCELED")}


def _end(call: Call, found: Invitation, state: HandshakeState) -> shapes.Handshake:
    """Bring an open invitation to its end and show it."""
    present = found.handshake.state_at(call.now)
    if present == state:
        raise errors.handshake_already_in_state()
    if present != "OPEN":
        raise errors.invalid_handshake_transition()
    handshakes.end_handshake(call.tx, found.handshake.id, state, call.now)
    ended = handshakes.handshake(call.tx, found.handshake.id) or found.handshake
    return views.handshake_view(call.tx, found.organization, ended, call.now)


@operation("organizations", authorizes=_of_handshake)
def describe_handshake(call: Call, request: shapes.DescribeHandshakeInput) -> shapes.DescribeHandshakeOutput:
    """Show an invitation to its sender or to the account that it was sent to, and to nobody else.

    Errors: HandshakeNotFoundException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeHandshake.html
    """
    found = invitations.visible(call, request["HandshakeId"])
    if found is None:
        raise errors.no_such_handshake()
    return {"Handshake": views.handshake_view(call.tx, found.organization, found.handshake, call.now)}


@operation("organizations", authorizes=anything)
def list_handshakes_for_account(
    call: Call, request: shapes.ListHandshakesForAccountInput
) -> shapes.ListHandshakesForAccountOutput:
    """List the invitations that the caller's account has received; accounts in no organization may ask too.

    Errors: InvalidInputException (INVALID_NEXT_TOKEN, MAX_LIMIT_EXCEEDED_FILTER).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListHandshakesForAccount.html
    """
    chosen = _filtered(call, handshakes.sent_to(call.tx, invitations.names_of_caller(call)), request.get("Filter", {}))
    found, following = paged(call, request, chosen, key=lambda handshake: handshake.id)
    return {"Handshakes": _views(call, found), **following}


@operation("organizations", authorizes=anything)
def list_handshakes_for_organization(
    call: Call, request: shapes.ListHandshakesForOrganizationInput
) -> shapes.ListHandshakesForOrganizationOutput:
    """List the invitations that the organization has sent.

    Errors: AWSOrganizationsNotInUseException, AccessDeniedException, InvalidInputException (INVALID_NEXT_TOKEN,
    MAX_LIMIT_EXCEEDED_FILTER).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListHandshakesForOrganization.html
    """
    organization = guards.managed_by_caller(call)
    chosen = _filtered(call, handshakes.sent_by(call.tx, organization.id), request.get("Filter", {}))
    found, following = paged(call, request, chosen, key=lambda handshake: handshake.id)
    return {"Handshakes": _views(call, found), **following}


def _filtered(call: Call, found: list[Handshake], wanted: shapes.HandshakeFilter) -> list[Handshake]:
    """Return those of some invitations that a filter lets through and that are not too long ended.

    Invitations are the only handshakes here, and they have no parents.
    """
    action, parent = wanted.get("ActionType"), wanted.get("ParentHandshakeId")
    if action is not None and parent is not None:
        raise errors.invalid_input(
            "MAX_LIMIT_EXCEEDED_FILTER", "You can specify only one filter parameter for the operation."
        )
    if parent is not None or action not in {None, "INVITE"}:
        return []
    return [handshake for handshake in found if invitations.is_recent(handshake, call.now)]


def _views(call: Call, found: list[Handshake]) -> list[shapes.Handshake]:
    senders = {handshake.organization_id: None for handshake in found}
    organizations = {sender: tree.organization(call.tx, sender) for sender in senders}
    return [
        views.handshake_view(call.tx, organization, handshake, call.now)
        for handshake in found
        if (organization := organizations[handshake.organization_id])
    ]
