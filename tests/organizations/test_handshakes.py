"""Invitations: sent, answered, taken back, expired, and nobody else's business."""

import pytest

from asking import refused
from keystead.services.organizations import rules
from organizing import Organization, reason

DAY = 24 * 60 * 60
MEMBER_ALREADY = ("HandshakeConstraintViolationException", "ALREADY_IN_AN_ORGANIZATION")


def test_an_invitation_says_who_invites_whom(org: Organization) -> None:
    sent = org.invite("owner@example.org", Notes="Come and join us")
    assert sent["Arn"] == f"arn:aws:organizations::{org.house.account_id}:handshake/{org.id}/invite/{sent['Id']}"
    assert (sent["State"], sent["Action"]) == ("OPEN", "INVITE")
    assert sent["Parties"] == [
        {"Id": org.id, "Type": "ORGANIZATION"},
        {"Id": "owner@example.org", "Type": "EMAIL"},
    ]
    assert (sent["ExpirationTimestamp"] - sent["RequestedTimestamp"]).days == 15
    organization, party, notes = sent["Resources"]
    assert organization["Value"] == org.id
    assert {part["Type"]: part["Value"] for part in organization["Resources"]} == {
        "MASTER_EMAIL": "root@keystead.example",
        "MASTER_NAME": "Management",
        "ORGANIZATION_FEATURE_SET": "ALL",
    }
    assert party == {"Type": "EMAIL", "Value": "owner@example.org"}
    assert notes == {"Type": "NOTES", "Value": "Come and join us"}
    assert org.api.describe_handshake(HandshakeId=sent["Id"])["Handshake"] == sent


def test_an_invited_account_joins_with_its_tags_and_without_a_role(org: Organization) -> None:
    account_id, outsider, iam = org.outsider()
    sent = org.invite(account_id, Tags=[{"Key": "team", "Value": "guests"}])
    assert [found["Id"] for found in outsider.list_handshakes_for_account()["Handshakes"]] == [sent["Id"]]
    accepted = outsider.accept_handshake(HandshakeId=sent["Id"])["Handshake"]
    assert accepted["State"] == "ACCEPTED"
    joined = org.api.describe_account(AccountId=account_id)["Account"]
    assert (joined["JoinedMethod"], joined["Email"]) == ("INVITED", "outsider@example.org")
    assert org.api.list_tags_for_resource(ResourceId=account_id)["Tags"] == [{"Key": "team", "Value": "guests"}]
    assert iam.list_roles()["Roles"] == []


def test_an_address_is_matched_whatever_its_case(org: Organization) -> None:
    _, outsider, _ = org.outsider()
    sent = org.invite("OUTSIDER@Example.org")
    outsider.accept_handshake(HandshakeId=sent["Id"])
    assert outsider.describe_organization()["Organization"]["Id"] == org.id


def test_t51_a_handshake_is_answered_once(org: Organization) -> None:
    account_id, outsider, _ = org.outsider()
    sent = org.invite(account_id)["Id"]
    assert outsider.decline_handshake(HandshakeId=sent)["Handshake"]["State"] == "DECLINED"
    assert refused(outsider.decline_handshake, HandshakeId=sent)[0] == "HandshakeAlreadyInStateException"
    assert refused(outsider.accept_handshake, HandshakeId=sent)[0] == "InvalidHandshakeTransitionException"
    assert refused(org.api.cancel_handshake, HandshakeId=sent)[0] == "InvalidHandshakeTransitionException"
    again = org.invite(account_id)["Id"]
    outsider.accept_handshake(HandshakeId=again)
    assert refused(outsider.accept_handshake, HandshakeId=again)[0] == "HandshakeAlreadyInStateException"


def test_t51_an_accepted_handshake_does_not_let_an_account_back_in(org: Organization) -> None:
    account_id, outsider, _ = org.outsider()
    sent = org.invite(account_id)["Id"]
    outsider.accept_handshake(HandshakeId=sent)
    outsider.leave_organization()
    assert refused(outsider.accept_handshake, HandshakeId=sent)[0] == "HandshakeAlreadyInStateException"


def test_a_cancelled_invitation_is_worth_nothing(org: Organization) -> None:
    account_id, outsider, _ = org.outsider()
    sent = org.invite(account_id)["Id"]
    assert org.api.cancel_handshake(HandshakeId=sent)["Handshake"]["State"] == "CANCELED"
    assert refused(org.api.cancel_handshake, HandshakeId=sent)[0] == "HandshakeAlreadyInStateException"
    assert refused(outsider.accept_handshake, HandshakeId=sent)[0] == "InvalidHandshakeTransitionException"


def test_an_invitation_expires_after_fifteen_days(org: Organization) -> None:
    account_id, outsider, _ = org.outsider()
    sent = org.invite(account_id)["Id"]
    org.house.clock.advance(15 * DAY - 1)
    assert outsider.describe_handshake(HandshakeId=sent)["Handshake"]["State"] == "OPEN"
    org.house.clock.advance(1)
    assert outsider.describe_handshake(HandshakeId=sent)["Handshake"]["State"] == "EXPIRED"
    assert refused(outsider.accept_handshake, HandshakeId=sent)[0] == "InvalidHandshakeTransitionException"
    org.invite(account_id)


def test_an_ended_handshake_is_seen_for_thirty_days(org: Organization) -> None:
    sent = org.invite("111111111111")["Id"]
    org.api.cancel_handshake(HandshakeId=sent)
    org.house.clock.advance(30 * DAY)
    assert [found["Id"] for found in org.api.list_handshakes_for_organization()["Handshakes"]] == [sent]
    org.house.clock.advance(1)
    assert org.api.list_handshakes_for_organization()["Handshakes"] == []
    assert refused(org.api.describe_handshake, HandshakeId=sent)[0] == "HandshakeNotFoundException"


def test_t51_anothers_handshake_id_tells_nothing(org: Organization) -> None:
    account_id, _, _ = org.outsider()
    _, stranger, _ = org.outsider("Stranger")
    _, member, _ = org.join("Member")
    real, unreal = org.invite(account_id)["Id"], "h-" + "0" * 32
    for api in (stranger, member):
        for operation in ("describe_handshake", "accept_handshake", "decline_handshake", "cancel_handshake"):
            answers = [refused(getattr(api, operation), HandshakeId=found) for found in (real, unreal)]
            assert answers[0] == answers[1]
            assert answers[0][0] == "HandshakeNotFoundException"
    assert org.api.describe_handshake(HandshakeId=real)["Handshake"]["State"] == "OPEN"


def test_each_side_answers_for_itself(org: Organization) -> None:
    account_id, outsider, _ = org.outsider()
    sent = org.invite(account_id)["Id"]
    denied = ("AccessDeniedException", "You don't have permissions to access this resource.")
    assert refused(outsider.cancel_handshake, HandshakeId=sent) == denied
    assert refused(org.api.accept_handshake, HandshakeId=sent) == denied
    assert refused(org.api.decline_handshake, HandshakeId=sent) == denied


def test_the_same_party_is_invited_once_at_a_time(org: Organization) -> None:
    org.invite("owner@example.org")
    assert refused(org.invite, target="Owner@Example.org")[0] == "DuplicateHandshakeException"


def test_so_many_invitations_in_a_day_not_counting_the_accepted(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "invitations_allowed", lambda: 1)
    org.join()
    sent = org.invite("111111111111")["Id"]
    org.api.cancel_handshake(HandshakeId=sent)
    refusal = ("HandshakeConstraintViolationException", "HANDSHAKE_RATE_LIMIT_EXCEEDED")
    assert reason(org.invite, target="111111111111") == refusal
    org.house.clock.advance(DAY)
    org.invite("111111111111")


def test_t51_a_member_of_an_organization_joins_no_other(org: Organization) -> None:
    account_id, member, _ = org.join()
    assert reason(org.invite, target=account_id) == MEMBER_ALREADY
    assert reason(org.invite, target="outsider@example.org") == MEMBER_ALREADY
    _, other, _ = org.outsider("Other")
    other.create_organization()
    party = {"Type": "ACCOUNT", "Id": account_id}
    theirs = other.invite_account_to_organization(Target=party)["Handshake"]["Id"]
    assert reason(member.accept_handshake, HandshakeId=theirs) == MEMBER_ALREADY
    assert member.describe_organization()["Organization"]["Id"] == org.id
    assert member.describe_handshake(HandshakeId=theirs)["Handshake"]["State"] == "OPEN"
    member.leave_organization()
    member.accept_handshake(HandshakeId=theirs)
    assert member.describe_organization()["Organization"]["Id"] != org.id


def test_an_invitation_does_not_tell_whether_the_account_exists(org: Organization) -> None:
    account_id, _, _ = org.outsider()
    real, unreal = org.invite(account_id), org.invite("999999999999")
    assert real["State"] == unreal["State"] == "OPEN"
    assert [part["Type"] for part in real["Resources"]] == [part["Type"] for part in unreal["Resources"]]


def test_only_accounts_and_addresses_can_be_invited(org: Organization) -> None:
    def invite(kind: str, party: str) -> tuple[str, str]:
        return reason(org.api.invite_account_to_organization, Target={"Type": kind, "Id": party})

    assert invite("ORGANIZATION", org.id) == ("InvalidInputException", "INVALID_PARTY_TYPE_TARGET")
    assert invite("ACCOUNT", "12345") == ("InvalidInputException", "INVALID_PATTERN_TARGET_ID")
    assert invite("EMAIL", "nobody") == ("InvalidInputException", "INVALID_EMAIL_ADDRESS_TARGET")


def test_lists_are_filtered_by_kind_of_handshake(org: Organization) -> None:
    sent = org.invite("111111111111")["Id"]
    listed = org.api.list_handshakes_for_organization

    assert [found["Id"] for found in listed(Filter={"ActionType": "INVITE"})["Handshakes"]] == [sent]
    assert listed(Filter={"ActionType": "ENABLE_ALL_FEATURES"})["Handshakes"] == []
    assert listed(Filter={"ParentHandshakeId": sent})["Handshakes"] == []
    both = {"ActionType": "INVITE", "ParentHandshakeId": sent}
    assert reason(listed, Filter=both) == ("InvalidInputException", "MAX_LIMIT_EXCEEDED_FILTER")


def test_t64_two_nodes_accept_one_handshake_and_one_of_them_wins(org: Organization) -> None:
    account_id, outsider, _ = org.outsider()
    first, second = org.invite(account_id)["Id"], org.invite("outsider@example.org")["Id"]
    other_node = org.house.neighbour()
    key = outsider._request_signer._credentials
    credentials = {"aws_access_key_id": key.access_key, "aws_secret_access_key": key.secret_key}
    outsider.accept_handshake(HandshakeId=first)
    assert (
        reason(other_node.client("organizations", credentials).accept_handshake, HandshakeId=second) == MEMBER_ALREADY
    )
    other_node.close()
