"""The organization itself, and who may ask for what."""

from typing import Any

import pytest

from asking import refused
from in_process import InProcess
from organizing import Organization, reason

NOT_IN_USE = ("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
NO_ACCESS = ("AccessDeniedException", "You don't have permissions to access this resource.")


def test_a_new_organization_has_all_features_one_root_and_its_management_account(house: InProcess) -> None:
    api = house.client("organizations")
    made = api.create_organization()["Organization"]
    assert made["FeatureSet"] == "ALL"
    assert made["MasterAccountId"] == house.account_id
    assert made["Arn"] == f"arn:aws:organizations::{house.account_id}:organization/{made['Id']}"
    assert (
        made["MasterAccountArn"] == f"arn:aws:organizations::{house.account_id}:account/{made['Id']}/{house.account_id}"
    )
    assert api.describe_organization()["Organization"] == made
    (root,) = api.list_roots()["Roots"]
    assert root["Name"] == "Root"
    assert root["PolicyTypes"] == []
    (management,) = api.list_accounts()["Accounts"]
    assert management["Id"] == house.account_id
    assert management["JoinedMethod"] == "INVITED"
    assert management["Paths"] == [f"{made['Id']}/{root['Id']}/{house.account_id}/"]


def test_an_organization_brings_its_service_linked_role_once(house: InProcess) -> None:
    api, iam = house.client("organizations"), house.client("iam")
    api.create_organization()
    role = iam.get_role(RoleName="AWSServiceRoleForOrganizations")["Role"]
    assert role["Path"] == "/aws-service-role/organizations.amazonaws.com/"
    api.delete_organization()
    api.create_organization()
    assert iam.get_role(RoleName="AWSServiceRoleForOrganizations")["Role"]["RoleId"] == role["RoleId"]


def test_a_second_organization_is_refused(org: Organization) -> None:
    assert refused(org.api.create_organization)[0] == "AlreadyInOrganizationException"
    _, member, _ = org.join()
    assert refused(member.create_organization)[0] == "AlreadyInOrganizationException"


def test_an_organization_with_members_or_members_on_their_way_is_not_deleted(org: Organization) -> None:
    org.begin("Payments")
    assert refused(org.api.delete_organization)[0] == "OrganizationNotEmptyException"
    org.finish()
    assert refused(org.api.delete_organization)[0] == "OrganizationNotEmptyException"


def test_a_deleted_organization_leaves_nothing_behind(org: Organization) -> None:
    org.ou("Left")
    org.policy()
    invited, outsider, _ = org.outsider()
    handshake = org.invite(invited)
    org.api.delete_organization()
    assert refused(org.api.describe_organization) == NOT_IN_USE
    assert refused(outsider.accept_handshake, HandshakeId=handshake["Id"])[0] == "HandshakeNotFoundException"


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("list_accounts", {}),
        ("list_roots", {}),
        ("delete_organization", {}),
        ("create_account", {"Email": "x@example.com", "AccountName": "X"}),
        ("describe_account", {"AccountId": "111111111111"}),
        ("list_handshakes_for_organization", {}),
        ("list_policies", {"Filter": "SERVICE_CONTROL_POLICY"}),
        ("close_account", {"AccountId": "111111111111"}),
        ("list_tags_for_resource", {"ResourceId": "111111111111"}),
    ],
)
def test_only_the_management_account_may_ask(org: Organization, operation: str, arguments: dict[str, str]) -> None:
    _, outsider, _ = org.outsider("Stranger")
    _, member, _ = org.join()
    assert refused(getattr(outsider, operation), **arguments) == NOT_IN_USE
    assert refused(getattr(member, operation), **arguments) == NO_ACCESS


def test_every_member_may_describe_its_organization(org: Organization) -> None:
    _, member, _ = org.join()
    assert member.describe_organization()["Organization"]["Id"] == org.id


def test_consolidated_billing_has_no_policies_and_closes_no_account(house: InProcess) -> None:
    org = Organization(house, FeatureSet="CONSOLIDATED_BILLING")
    assert org.api.describe_organization()["Organization"]["AvailablePolicyTypes"] == []
    kind = "SERVICE_CONTROL_POLICY"
    unavailable = ("PolicyTypeNotAvailableForOrganizationException", "")
    assert reason(org.api.enable_policy_type, RootId=org.root, PolicyType=kind) == unavailable
    assert reason(org.policy) == unavailable
    assert org.api.list_policies(Filter=kind)["Policies"] == []
    account_id = org.account("Payments")
    code = reason(org.api.close_account, AccountId=account_id)
    assert code == ("ConstraintViolationException", "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE")


@pytest.mark.parametrize("operation", ["enable_all_features", "list_delegated_administrators"])
def test_what_is_not_built_says_so(org: Organization, operation: str) -> None:
    code, message = refused(getattr(org.api, operation))
    assert code == "NotImplemented"
    assert "organizations:" in message


def test_pages_follow_one_another_without_gap_or_repetition(org: Organization) -> None:
    made = [org.ou(f"Unit {number}") for number in range(7)]
    seen: list[str] = []
    arguments: dict[str, Any] = {"ParentId": org.root, "MaxResults": 3}
    while True:
        answer = org.api.list_organizational_units_for_parent(**arguments)
        assert len(answer["OrganizationalUnits"]) <= 3
        seen += [unit["Id"] for unit in answer["OrganizationalUnits"]]
        if "NextToken" not in answer:
            break
        arguments["NextToken"] = answer["NextToken"]
    assert sorted(seen) == sorted(made)
    assert len(seen) == len(made)


def test_a_token_that_was_not_given_out_is_refused(org: Organization) -> None:
    refusal = ("InvalidInputException", "INVALID_NEXT_TOKEN")
    assert reason(org.api.list_accounts, NextToken="made-up") == refusal
    assert reason(org.api.list_tags_for_resource, ResourceId=org.root, NextToken="made-up") == refusal
