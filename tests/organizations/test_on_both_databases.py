"""What the room stores, on SQLite and on PostgreSQL: every table written, read, changed and emptied once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from asking import refused
from in_process import InProcess
from organizing import Organization


@pytest.fixture
def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InProcess]:
    """A whole Keystead over each kind of database."""
    opened = InProcess(tmp_path, database_url)
    monkeypatch.setattr("botocore.auth.get_current_datetime", opened.clock)
    yield opened
    opened.close()


def test_an_organization_lives_its_whole_life(house: InProcess) -> None:
    org = Organization(house)
    unit = org.ou("Finance")
    org.enable()
    payments = org.account("Payments", Tags=[{"Key": "team", "Value": "money"}])
    joined, outsider, iam = org.join()
    org.api.move_account(AccountId=joined, SourceParentId=org.root, DestinationParentId=unit)
    policy_id = org.policy()
    org.api.attach_policy(PolicyId=policy_id, TargetId=unit)
    assert refused(iam.create_user, UserName="eve")[0] == "AccessDenied"
    org.api.update_organizational_unit(OrganizationalUnitId=unit, Name="Money")
    org.api.tag_resource(ResourceId=policy_id, Tags=[{"Key": "a", "Value": "b"}])
    org.api.detach_policy(PolicyId=policy_id, TargetId=unit)
    iam.create_user(UserName="eve")
    org.api.delete_policy(PolicyId=policy_id)
    outsider.leave_organization()
    org.api.delete_organizational_unit(OrganizationalUnitId=unit)
    org.api.close_account(AccountId=payments)
    org.finish()
    house.clock.advance(91 * 24 * 60 * 60)
    house.tick()
    assert [found["Id"] for found in org.api.list_accounts()["Accounts"]] == [house.account_id]
    org.api.disable_policy_type(RootId=org.root, PolicyType="SERVICE_CONTROL_POLICY")
    org.api.delete_organization()
    assert refused(org.api.describe_organization)[0] == "AWSOrganizationsNotInUseException"
