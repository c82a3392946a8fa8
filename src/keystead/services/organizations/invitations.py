"""Who an invitation is between, and who may know of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from keystead.services import account
from keystead.services.call import Call
from keystead.services.organizations import arns, errors, rules
from keystead.services.organizations.records import Handshake, Organization
from keystead.services.organizations.store import handshakes, tree
from keystead.wire.shapes import organizations as shapes


@dataclass(frozen=True, slots=True)
class Invitation:
    """A handshake and the organization that sent it."""

    handshake: Handshake
    organization: Organization


def party_of(target: shapes.HandshakeParty) -> tuple[Literal["ACCOUNT", "EMAIL"], str]:
    """Return what kind of party is invited, and its id or address in the form that is compared.

    Errors: InvalidInputException (INVALID_PARTY_TYPE_TARGET, INVALID_PATTERN_TARGET_ID,
    INVALID_EMAIL_ADDRESS_TARGET).
    """
    if target["Type"] == "ACCOUNT":
        if not rules.is_account_id(target["Id"]):
            raise errors.invalid_input(
                "INVALID_PATTERN_TARGET_ID", "You provided a value that does not match the required pattern."
            )
        return "ACCOUNT", target["Id"]
    if target["Type"] == "EMAIL":
        if not rules.is_email(target["Id"]):
            raise errors.invalid_input(
                "INVALID_EMAIL_ADDRESS_TARGET", "You specified an invalid email address for the invited account owner."
            )
        return "EMAIL", account.email_key(target["Id"])
    raise errors.invalid_input(
        "INVALID_PARTY_TYPE_TARGET",
        "You specified the wrong type of entity (account, organization, or email) as a party.",
    )


def names_of_caller(call: Call) -> list[str]:
    """Return every party that the caller's account is: its id and its e-mail address."""
    facts = account.facts(call.tx, call.account_id)
    return [call.account_id, account.email_key(facts.email)] if facts else [call.account_id]


def visible(call: Call, handshake_id: str) -> Invitation | None:
    """Return an invitation if the caller's account sent or received it; nobody else learns that it exists."""
    handshake = handshakes.handshake(call.tx, handshake_id)
    organization = tree.organization(call.tx, handshake.organization_id) if handshake else None
    if handshake is None or organization is None or not is_recent(handshake, call.now):
        return None
    mine = organization.management_account_id == call.account_id or handshake.party_key in names_of_caller(call)
    return Invitation(handshake, organization) if mine else None


def is_recent(handshake: Handshake, now: dt.datetime) -> bool:
    """Say whether a handshake is open, or ended no more than 30 days ago."""
    ended = handshake.ended_at(now)
    return ended is None or now - ended <= rules.HANDSHAKE_MEMORY


def received(call: Call, handshake_id: str) -> Invitation:
    """Return an invitation that was sent to the caller's account.

    Errors: HandshakeNotFoundException, AccessDeniedException (to its sender).
    """
    found = _known(call, handshake_id)
    if found.handshake.party_key not in names_of_caller(call):
        raise errors.access_denied()
    return found


def sent(call: Call, handshake_id: str) -> Invitation:
    """Return an invitation that the caller's account sent as management account.

    Errors: HandshakeNotFoundException, AccessDeniedException (to the account that was invited).
    """
    found = _known(call, handshake_id)
    if found.organization.management_account_id != call.account_id:
        raise errors.access_denied()
    return found


def arn_for(call: Call, handshake_id: str) -> str:
    """Return an invitation's ARN, or one of the same form for what the caller may not know of."""
    found = visible(call, handshake_id)
    if found is not None:
        return arns.handshake(found.organization, handshake_id)
    return f"arn:aws:organizations::{call.account_id}:handshake/o-unknown/invite/{handshake_id}"


def _known(call: Call, handshake_id: str) -> Invitation:
    found = visible(call, handshake_id)
    if found is None:
        raise errors.no_such_handshake()
    return found
