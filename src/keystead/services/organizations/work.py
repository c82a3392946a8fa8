"""What the room does in the background: finish creating accounts, finish closing them, forget them after 90 days.

A piece of work is a row that was written together with the acknowledgement. It is taken in the transaction that does
it, so after a crash it is still there, and however many processes look, it is done once.
"""

import datetime as dt
import logging
from collections.abc import Callable, Mapping

from keystead.credentials import ids
from keystead.services import account, cloudtrail, iam
from keystead.services.call import House
from keystead.services.organizations import changes, rules, views
from keystead.services.organizations.records import AccountCreation, Organization
from keystead.services.organizations.store import creations, tree
from keystead.services.organizations.store.creations import Work, WorkKind
from keystead.storage import Transaction

_AT_ONCE = 20
_ATTEMPTS = 5
_RETRY_DELAY = dt.timedelta(seconds=2)

logger = logging.getLogger("keystead")


def run_due_work(house: House) -> None:
    """Do whatever is due. Cheap when nothing is: one look at an index."""
    now = house.clock()
    with house.store.read() as tx:
        due = creations.work_due(tx, now, _AT_ONCE)
    for work in due:
        _run(house, work, now)


def _run(house: House, work: Work, now: dt.datetime) -> None:
    def once(tx: Transaction) -> None:
        if creations.take_work(tx, work):
            _WORK[work.kind](house, tx, work.subject, now)

    try:
        house.store.write(once)
    except Exception:
        logger.exception("%s of %s failed", work.kind, work.subject)
        house.store.write(lambda tx: _put_off(house, tx, work, now))


def _put_off(house: House, tx: Transaction, work: Work, now: dt.datetime) -> None:
    """Try again later; a creation that keeps failing ends as AWS's INTERNAL_FAILURE instead of never."""
    attempts = creations.postpone_work(tx, work, now + _RETRY_DELAY)
    if work.kind == "create-account" and attempts >= _ATTEMPTS and creations.take_work(tx, work):
        _end_creation(house, tx, work.subject, now, failure="INTERNAL_FAILURE")


def _create_account(house: House, tx: Transaction, creation_id: str, now: dt.datetime) -> None:
    """Make the account, its role and its place in the root, or say why not."""
    creation = creations.creation_by_id(tx, creation_id)
    organization = tree.organization(tx, creation.organization_id) if creation else None
    if creation is None or organization is None:
        return
    failure = _refusal(tx, creation)
    if failure is not None:
        _end_creation(house, tx, creation.id, now, failure=failure)
        return
    account_id = _new_account_id(tx, house)
    account.create(tx, account_id=account_id, name=creation.name, email=creation.email, now=now)
    changes.join(tx, organization, account_id, "CREATED", now, creation.tags)
    _create_role(tx, house, organization, creation, account_id, now)
    _end_creation(house, tx, creation.id, now, account_id=account_id)


def _end_creation(
    house: House,
    tx: Transaction,
    creation_id: str,
    now: dt.datetime,
    *,
    account_id: str | None = None,
    failure: str | None = None,
) -> None:
    """Say how a CreateAccount ended, to whoever asks for its status and in the management account's history."""
    creations.end_creation(tx, creation_id, now, account_id=account_id, failure=failure)
    creation = creations.creation_by_id(tx, creation_id)
    organization = tree.organization(tx, creation.organization_id) if creation else None
    if creation is None or organization is None:
        return
    shown = {"CreateAccountStatus": views.creation_view(creation)}
    owner = organization.management_account_id
    event = cloudtrail.ServiceEvent(
        "organizations", "CreateAccountResult", owner, "DescribeCreateAccountStatus", shown, now
    )
    house.audit.write_of_service(tx, event, house.random)


def _refusal(tx: Transaction, creation: AccountCreation) -> str | None:
    if not rules.is_email(creation.email):
        return "INVALID_EMAIL"
    if account.by_email(tx, creation.email) is not None:
        return "EMAIL_ALREADY_EXISTS"
    if tree.member_count(tx, creation.organization_id) >= rules.MAX_ACCOUNTS:
        return "ACCOUNT_LIMIT_EXCEEDED"
    return None


def _create_role(
    tx: Transaction,
    house: House,
    organization: Organization,
    creation: AccountCreation,
    account_id: str,
    now: dt.datetime,
) -> None:
    """Make the one role that lets the management account in; nothing else exists in a new account."""
    iam.create_default_role(
        tx,
        account_id,
        role_name=creation.role_name,
        management_account_id=organization.management_account_id,
        now=now,
        random=house.random,
    )


def _new_account_id(tx: Transaction, house: House) -> str:
    """Return an account id that was never given away."""
    for _ in range(100):
        found = ids.account_id(house.random)
        if not account.exists(tx, found):
            return found
    msg = "no free account id was found in 100 random ones"
    raise RuntimeError(msg)


def _close_account(_house: House, tx: Transaction, account_id: str, now: dt.datetime) -> None:
    """Finish the closing of an account; nothing could be done in it since it was asked for."""
    account.set_state(tx, account_id, "CLOSED", now)
    creations.add_work(tx, "forget-account", account_id, now + rules.POST_CLOSURE_PERIOD)


def _forget_account(_house: House, tx: Transaction, account_id: str, _now: dt.datetime) -> None:
    """End the 90 days in which a closed account could still be seen: its place and its resources go."""
    changes.leave(tx, account_id)
    iam.forget_account(tx, account_id)


_WORK: Mapping[WorkKind, Callable[[House, Transaction, str, dt.datetime], None]] = {
    "create-account": _create_account,
    "close-account": _close_account,
    "forget-account": _forget_account,
}
