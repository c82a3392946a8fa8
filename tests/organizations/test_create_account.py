"""CreateAccount: begun, finished, failed, limited, and safe from crashes."""

from typing import Any

import pytest

from asking import refused
from keystead.services import iam
from keystead.services.organizations import rules
from organizing import Organization, reason


def test_creation_is_in_progress_first_and_then_succeeds(org: Organization) -> None:
    request_id = org.begin("Payments")
    begun = org.status(request_id)
    assert begun["State"] == "IN_PROGRESS"
    assert begun["AccountName"] == "Payments"
    assert "AccountId" not in begun
    org.house.tick()
    assert org.status(request_id)["State"] == "IN_PROGRESS"
    org.finish()
    done = org.status(request_id)
    assert done["State"] == "SUCCEEDED"
    assert done["CompletedTimestamp"] > done["RequestedTimestamp"]
    account = org.api.describe_account(AccountId=done["AccountId"])["Account"]
    assert (account["Name"], account["Email"]) == ("Payments", "payments@example.com")
    assert (account["Status"], account["State"], account["JoinedMethod"]) == ("ACTIVE", "ACTIVE", "CREATED")
    assert org.api.list_parents(ChildId=done["AccountId"])["Parents"] == [{"Id": org.root, "Type": "ROOT"}]


@pytest.mark.parametrize("email", ["Payments@Example.com", "ROOT@keystead.example"])
def test_an_address_in_use_fails_whatever_its_case(org: Organization, email: str) -> None:
    org.account("Payments")
    request_id = org.begin("Twin", Email=email)
    org.finish()
    failed = org.status(request_id)
    assert (failed["State"], failed["FailureReason"]) == ("FAILED", "EMAIL_ALREADY_EXISTS")
    assert "AccountId" not in failed
    assert len(org.api.list_accounts()["Accounts"]) == 2


@pytest.mark.parametrize("email", ["a..b@example.com", ".a@example.com", "ä@example.com", "a@-x.com"])
def test_an_address_that_is_none_fails(org: Organization, email: str) -> None:
    request_id = org.begin("Odd", Email=email)
    org.finish()
    assert org.status(request_id)["FailureReason"] == "INVALID_EMAIL"


def test_two_requests_for_one_address_make_one_account(org: Organization) -> None:
    requests = [org.begin("First", Email="same@example.com"), org.begin("Second", Email="same@example.com")]
    org.finish()
    assert sorted(org.status(found)["State"] for found in requests) == ["FAILED", "SUCCEEDED"]


def test_five_at_a_time(org: Organization) -> None:
    for number in range(rules.MAX_CREATIONS_AT_ONCE):
        org.begin(f"Account{number}")
    code, message = refused(org.begin, name="Sixth")
    assert code == "TooManyRequestsException"
    assert "another request is already in progress" in message
    org.finish()
    org.begin("Sixth")


def test_the_account_limit_counts_members_invitations_and_creations(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MAX_ACCOUNTS", 3)
    org.invite("111111111111")
    org.begin("Payments")
    refusal = ("ConstraintViolationException", "ACCOUNT_NUMBER_LIMIT_EXCEEDED")
    assert reason(org.begin, name="Research") == refusal
    invited = ("HandshakeConstraintViolationException", "ACCOUNT_NUMBER_LIMIT_EXCEEDED")
    assert reason(org.invite, target="222222222222") == invited


def test_a_limit_reached_meanwhile_fails_the_creation(org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    request_id = org.begin("Payments")
    monkeypatch.setattr(rules, "MAX_ACCOUNTS", 1)
    org.finish()
    assert org.status(request_id)["FailureReason"] == "ACCOUNT_LIMIT_EXCEEDED"


def test_a_service_linked_name_is_no_role_name(org: Organization) -> None:
    refusal = ("InvalidInputException", "INVALID_ROLE_NAME")
    assert reason(org.begin, name="Payments", RoleName="AWSServiceRoleForMe") == refusal


def test_tags_are_on_the_account_when_it_exists(org: Organization) -> None:
    account_id = org.account("Payments", Tags=[{"Key": "team", "Value": "money"}], IamUserAccessToBilling="DENY")
    assert org.api.list_tags_for_resource(ResourceId=account_id)["Tags"] == [{"Key": "team", "Value": "money"}]


def test_requests_are_listed_by_state(org: Organization) -> None:
    done, failed = org.begin("Payments"), org.begin("Twin", Email="root@keystead.example")
    org.finish()
    running = org.begin("Research")

    def listed(**arguments: Any) -> set[str]:
        return {found["Id"] for found in org.api.list_create_account_status(**arguments)["CreateAccountStatuses"]}

    assert listed() == {done, failed, running}
    assert listed(States=["FAILED"]) == {failed}
    assert listed(States=["IN_PROGRESS", "SUCCEEDED"]) == {done, running}


def test_another_organization_does_not_see_the_request(org: Organization) -> None:
    request_id = org.begin("Payments")
    _, other, _ = org.outsider()
    other.create_organization()
    refusal = refused(other.describe_create_account_status, CreateAccountRequestId=request_id)
    assert refusal[0] == "CreateAccountStatusNotFoundException"


def test_what_was_acknowledged_is_finished_after_a_crash(org: Organization) -> None:
    request_id = org.begin("Payments")
    # Nothing of the first process is told that it ends.
    restarted = org.house.neighbour()
    org.house.clock.advance(1)
    restarted.tick()
    assert org.status(request_id)["State"] == "SUCCEEDED"
    restarted.close()


def test_two_processes_finish_a_request_once(org: Organization) -> None:
    request_id = org.begin("Payments")
    other = org.house.neighbour()
    org.house.clock.advance(1)
    other.tick()
    org.house.tick()
    assert org.status(request_id)["State"] == "SUCCEEDED"
    assert len(org.api.list_accounts()["Accounts"]) == 2
    other.close()


def test_a_creation_that_keeps_failing_ends_and_leaves_no_account(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("no roles today")

    monkeypatch.setattr(iam, "create_default_role", broken)
    request_id = org.begin("Payments")
    org.finish()
    assert org.status(request_id)["State"] == "IN_PROGRESS"
    for _ in range(5):
        org.house.clock.advance(3)
        org.house.tick()
    assert org.status(request_id)["FailureReason"] == "INTERNAL_FAILURE"
    assert len(org.api.list_accounts()["Accounts"]) == 1
    monkeypatch.undo()


def test_a_creation_that_fails_once_is_tried_again(org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(iam, "create_default_role", lambda *_, **__: 1 / 0)
        request_id = org.begin("Payments")
        org.finish()
    org.house.clock.advance(3)
    org.house.tick()
    assert org.status(request_id)["State"] == "SUCCEEDED"
