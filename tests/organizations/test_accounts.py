"""Member accounts: shown, moved, let go, closed."""

import datetime as dt

import pytest
from sqlalchemy import update

from asking import refused
from in_process import InProcess
from keystead.services.organizations import rules
from keystead.storage.schema.account import accounts
from organizing import Organization, reason

NOT_STANDALONE = ("ConstraintViolationException", "MEMBER_ACCOUNT_PAYMENT_INSTRUMENT_REQUIRED")
DAY = 24 * 60 * 60


def take_root(house: InProcess, account_id: str) -> None:
    """Give the root user a password, as its owner does by recovering it."""
    statement = update(accounts).where(accounts.c.id == account_id).values(root_password_hash="$argon2id$...")
    house.keystead.house.store.write(lambda tx: tx.execute(statement))


def test_another_organizations_account_does_not_exist(org: Organization) -> None:
    foreign, other, _ = org.outsider()
    other.create_organization()
    for account_id in (foreign, "999999999999"):
        assert refused(org.api.describe_account, AccountId=account_id) == (
            "AccountNotFoundException",
            "You specified an account that doesn't exist.",
        )
        assert refused(org.api.close_account, AccountId=account_id)[0] == "AccountNotFoundException"
        assert refused(org.api.remove_account_from_organization, AccountId=account_id)[0] == "AccountNotFoundException"


def test_an_account_moves_between_containers(org: Organization) -> None:
    account_id, unit = org.account("Payments"), org.ou("Finance")
    org.api.move_account(AccountId=account_id, SourceParentId=org.root, DestinationParentId=unit)
    assert org.api.list_parents(ChildId=account_id)["Parents"] == [{"Id": unit, "Type": "ORGANIZATIONAL_UNIT"}]
    assert [found["Id"] for found in org.api.list_accounts_for_parent(ParentId=unit)["Accounts"]] == [account_id]
    path = org.api.describe_account(AccountId=account_id)["Account"]["Paths"]
    assert path == [f"{org.id}/{org.root}/{unit}/{account_id}/"]


def test_a_move_names_both_ends_rightly(org: Organization) -> None:
    account_id, unit = org.account("Payments"), org.ou("Finance")
    nowhere = f"ou-{org.root[2:]}-00000000"

    def move(account_id: str, source: str, destination: str) -> str:
        arguments = {"AccountId": account_id, "SourceParentId": source, "DestinationParentId": destination}
        return refused(org.api.move_account, **arguments)[0]

    assert move("999999999999", org.root, unit) == "AccountNotFoundException"
    assert move(account_id, unit, nowhere) == "DestinationParentNotFoundException"
    assert move(account_id, nowhere, unit) == "SourceParentNotFoundException"
    assert move(account_id, org.root, org.root) == "DuplicateAccountException"
    foreign, other, _ = org.outsider()
    other.create_organization()
    their_root = other.list_roots()["Roots"][0]["Id"]
    assert move(account_id, org.root, their_root) == "DestinationParentNotFoundException"
    assert move(foreign, their_root, unit) == "AccountNotFoundException"


def test_t51_a_created_account_leaves_only_when_it_can_live_alone(org: Organization) -> None:
    account_id = org.account("Payments", Tags=[{"Key": "team", "Value": "money"}])
    member = org.member("organizations", account_id)
    assert reason(member.leave_organization) == NOT_STANDALONE
    assert reason(org.api.remove_account_from_organization, AccountId=account_id) == NOT_STANDALONE
    take_root(org.house, account_id)
    waiting = ("ConstraintViolationException", "WAIT_PERIOD_ACTIVE")
    assert reason(org.api.remove_account_from_organization, AccountId=account_id) == waiting
    org.house.clock.advance(rules.WAIT_PERIOD.total_seconds())
    org.api.remove_account_from_organization(AccountId=account_id)
    assert refused(org.api.describe_account, AccountId=account_id)[0] == "AccountNotFoundException"
    assert refused(org.api.list_tags_for_resource, ResourceId=account_id)[0] == "TargetNotFoundException"


def test_t51_an_invited_account_leaves_when_it_likes_and_is_out_at_once(org: Organization) -> None:
    account_id, member, iam = org.join()
    org.enable()
    org.api.attach_policy(PolicyId=org.policy(), TargetId=account_id)
    assert refused(iam.create_user, UserName="eve")[0] == "AccessDenied"
    member.leave_organization()
    iam.create_user(UserName="eve")
    assert refused(member.describe_organization)[0] == "AWSOrganizationsNotInUseException"
    assert refused(org.api.describe_account, AccountId=account_id)[0] == "AccountNotFoundException"


def test_t51_a_member_that_may_not_leave_by_policy_stays(org: Organization) -> None:
    account_id, member, _ = org.join()
    org.enable()
    deny = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}'
    org.api.attach_policy(PolicyId=org.policy("Stay", deny), TargetId=account_id)
    code, message = refused(member.leave_organization)
    assert code == "AccessDeniedException"
    assert "explicit deny in a service control policy" in message


def test_the_management_account_can_neither_leave_nor_be_removed_nor_be_closed(org: Organization) -> None:
    org.account("Payments")
    management = org.house.account_id
    assert refused(org.api.leave_organization)[0] == "MasterCannotLeaveOrganizationException"
    removal = refused(org.api.remove_account_from_organization, AccountId=management)
    assert removal[0] == "MasterCannotLeaveOrganizationException"
    closing = ("ConstraintViolationException", "CANNOT_CLOSE_MANAGEMENT_ACCOUNT")
    assert reason(org.api.close_account, AccountId=management) == closing


def test_t51_closing_an_account_kills_its_keys_and_sessions_at_once(org: Organization) -> None:
    account_id, _, iam = org.join()
    created = org.account("Payments")
    session = org.member("sts", created)
    session.get_caller_identity()
    for found in (account_id, created):
        org.api.close_account(AccountId=found)
    assert refused(iam.list_users)[0] == "InvalidClientTokenId"
    assert refused(session.get_caller_identity)[0] == "InvalidClientTokenId"
    assert refused(org.assume, account_id=created)[0] == "AccessDenied"


def test_closing_is_pending_then_done_and_the_account_is_gone_after_90_days(org: Organization) -> None:
    account_id = org.account("Payments")
    org.api.close_account(AccountId=account_id)

    def states() -> tuple[str, str]:
        found = org.api.describe_account(AccountId=account_id)["Account"]
        return found["State"], found["Status"]

    assert states() == ("PENDING_CLOSURE", "PENDING_CLOSURE")
    assert refused(org.api.close_account, AccountId=account_id)[0] == "ConflictException"
    org.finish()
    assert states() == ("CLOSED", "SUSPENDED")
    assert refused(org.api.close_account, AccountId=account_id)[0] == "AccountAlreadyClosedException"
    assert reason(org.api.remove_account_from_organization, AccountId=account_id) == NOT_STANDALONE
    org.house.clock.advance(90 * DAY - 60)
    org.house.tick()
    assert states() == ("CLOSED", "SUSPENDED")
    org.house.clock.advance(120)
    org.house.tick()
    assert refused(org.api.describe_account, AccountId=account_id)[0] == "AccountNotFoundException"
    org.api.delete_organization()


def test_t51_the_address_of_a_closed_account_is_never_used_again(org: Organization) -> None:
    account_id = org.account("Payments")
    org.api.close_account(AccountId=account_id)
    org.finish()
    org.house.clock.advance(91 * DAY)
    org.house.tick()
    request_id = org.begin("Again", Email="payments@example.com")
    org.finish()
    assert org.status(request_id)["FailureReason"] == "EMAIL_ALREADY_EXISTS"


def test_three_accounts_close_at_a_time(org: Organization) -> None:
    made = [org.account(f"Account{number}") for number in range(4)]
    for account_id in made[:3]:
        org.api.close_account(AccountId=account_id)
    refusal = ("ConstraintViolationException", "CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED")
    assert reason(org.api.close_account, AccountId=made[3]) == refusal
    org.finish()
    org.api.close_account(AccountId=made[3])


def test_so_many_accounts_close_within_thirty_days(org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "closures_allowed", lambda _: 1)
    made = [org.account(f"Account{number}") for number in range(2)]
    org.api.close_account(AccountId=made[0])
    org.finish()
    refusal = ("ConstraintViolationException", "CLOSE_ACCOUNT_QUOTA_EXCEEDED")
    assert reason(org.api.close_account, AccountId=made[1]) == refusal
    org.house.clock.advance(dt.timedelta(days=30).total_seconds())
    org.api.close_account(AccountId=made[1])


@pytest.mark.parametrize(("members", "allowed"), [(1, 250), (1_250, 250), (2_000, 400), (5_000, 1_000), (9_000, 1_000)])
def test_the_closure_quota_grows_with_the_organization(members: int, allowed: int) -> None:
    assert rules.closures_allowed(members) == allowed
