"""Organizational units and the tree."""

import pytest

from asking import refused
from keystead.services.organizations import rules
from organizing import Organization, reason


def test_an_ou_has_its_place_and_its_name(org: Organization) -> None:
    made = org.api.create_organizational_unit(ParentId=org.root, Name="Finance")["OrganizationalUnit"]
    assert made["Id"].startswith(f"ou-{org.root[2:]}-")
    assert made["Arn"] == f"arn:aws:organizations::{org.house.account_id}:ou/{org.id}/{made['Id']}"
    assert made["Path"] == f"{org.id}/{org.root}/{made['Id']}/"
    assert org.api.describe_organizational_unit(OrganizationalUnitId=made["Id"])["OrganizationalUnit"] == made
    renamed = org.api.update_organizational_unit(OrganizationalUnitId=made["Id"], Name="Money")["OrganizationalUnit"]
    assert renamed == {**made, "Name": "Money"}
    children = org.api.list_children(ParentId=org.root, ChildType="ORGANIZATIONAL_UNIT")["Children"]
    assert children == [{"Id": made["Id"], "Type": "ORGANIZATIONAL_UNIT"}]


def test_t51_the_sixth_level_is_refused(org: Organization) -> None:
    parent = org.root
    for level in range(1, 6):
        parent = org.ou(f"Level {level}", parent)
    refusal = ("ConstraintViolationException", "OU_DEPTH_LIMIT_EXCEEDED")
    assert reason(org.ou, name="Level 6", parent=parent) == refusal
    account_id = org.account("Deep")
    org.api.move_account(AccountId=account_id, SourceParentId=org.root, DestinationParentId=parent)
    path = org.api.describe_account(AccountId=account_id)["Account"]["Paths"][0]
    assert path.count("/ou-") == 5


def test_t51_no_operation_can_make_a_cycle(org: Organization) -> None:
    outer = org.ou("Outer")
    inner = org.ou("Inner", outer)
    arguments = {"AccountId": outer, "SourceParentId": org.root, "DestinationParentId": inner}
    assert refused(org.api.move_account, **arguments)[0] in {"ValidationException", "InvalidInputException"}
    assert org.api.list_parents(ChildId=inner)["Parents"][0]["Id"] == outer
    assert org.api.list_parents(ChildId=outer)["Parents"][0]["Id"] == org.root


def test_names_are_unique_within_a_parent(org: Organization) -> None:
    first, second = org.ou("Finance"), org.ou("Research")
    org.ou("Finance", second)
    duplicate = ("DuplicateOrganizationalUnitException", "An OU with the same name already exists.")
    assert refused(org.ou, name="Finance") == duplicate
    assert refused(org.api.update_organizational_unit, OrganizationalUnitId=second, Name="Finance") == duplicate
    org.api.update_organizational_unit(OrganizationalUnitId=first, Name="Finance")


def test_an_ou_that_holds_anything_is_not_deleted(org: Organization) -> None:
    outer = org.ou("Outer")
    inner = org.ou("Inner", outer)
    account_id = org.account("Payments")
    org.api.move_account(AccountId=account_id, SourceParentId=org.root, DestinationParentId=inner)
    for unit in (outer, inner):
        refusal = refused(org.api.delete_organizational_unit, OrganizationalUnitId=unit)
        assert refusal[0] == "OrganizationalUnitNotEmptyException"
    org.api.move_account(AccountId=account_id, SourceParentId=inner, DestinationParentId=org.root)
    org.api.delete_organizational_unit(OrganizationalUnitId=inner)
    org.api.delete_organizational_unit(OrganizationalUnitId=outer)
    gone = refused(org.api.describe_organizational_unit, OrganizationalUnitId=outer)
    assert gone == ("OrganizationalUnitNotFoundException", "You specified an organizational unit that doesn't exist.")


def test_so_many_ous_and_no_more(org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_ORGANIZATIONAL_UNITS", 1)
    org.ou("Only")
    assert reason(org.ou, name="More") == ("ConstraintViolationException", "OU_NUMBER_LIMIT_EXCEEDED")


def test_another_organizations_containers_do_not_exist(org: Organization) -> None:
    _, other, _ = org.outsider()
    other.create_organization()
    theirs = other.list_roots()["Roots"][0]["Id"]
    their_ou = other.create_organizational_unit(ParentId=theirs, Name="Theirs")["OrganizationalUnit"]["Id"]
    assert refused(org.ou, name="Mine", parent=theirs)[0] == "ParentNotFoundException"
    assert refused(org.api.list_children, ParentId=their_ou, ChildType="ACCOUNT")[0] == "ParentNotFoundException"
    assert refused(org.api.list_accounts_for_parent, ParentId=their_ou)[0] == "ParentNotFoundException"
    assert refused(org.api.list_parents, ChildId=their_ou)[0] == "ChildNotFoundException"
    gone = refused(org.api.delete_organizational_unit, OrganizationalUnitId=their_ou)
    assert gone[0] == "OrganizationalUnitNotFoundException"


def test_the_accounts_of_a_container_are_its_own(org: Organization) -> None:
    account_id, unit = org.account("Payments"), org.ou("Finance")
    assert org.api.list_accounts_for_parent(ParentId=unit)["Accounts"] == []
    children = org.api.list_children(ParentId=org.root, ChildType="ACCOUNT")["Children"]
    assert sorted(child["Id"] for child in children) == sorted([account_id, org.house.account_id])
    assert org.api.list_organizational_units_for_parent(ParentId=unit)["OrganizationalUnits"] == []
