"""An account as a whole: its alias, its summary, and how nothing of it stays when it is forgotten."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from asking import allow, refused
from in_process import InProcess
from keystead.services import iam as iam_room
from keystead.storage.schema import metadata

NewUser = Callable[..., dict[str, str]]


def aliases(iam: Any) -> list[str]:
    found: list[str] = iam.list_account_aliases()["AccountAliases"]
    return found


def test_an_account_has_one_alias_and_a_new_one_replaces_it(iam: Any) -> None:
    assert aliases(iam) == []
    iam.create_account_alias(AccountAlias="first")
    iam.create_account_alias(AccountAlias="second")
    iam.create_account_alias(AccountAlias="second")
    assert aliases(iam) == ["second"]
    iam.delete_account_alias(AccountAlias="second")
    assert aliases(iam) == []


def test_an_alias_belongs_to_one_account_of_all(house: InProcess, iam: Any) -> None:
    other = house.client("iam", house.standalone("other@example.com", "Other"))
    iam.create_account_alias(AccountAlias="mine")
    taken = ("EntityAlreadyExists", "The account alias mine already exists.")
    assert refused(other.create_account_alias, AccountAlias="mine") == taken
    assert refused(other.delete_account_alias, AccountAlias="mine")[0] == "NoSuchEntity"
    iam.create_account_alias(AccountAlias="other")
    other.create_account_alias(AccountAlias="mine")
    assert (aliases(iam), aliases(other)) == (["other"], ["mine"])


@pytest.mark.parametrize("alias", ["ab", "Upper", "-dash", "dash-", "two--dashes", "dot.ted", "x" * 64])
def test_an_alias_is_a_name_that_can_stand_in_an_address(iam: Any, alias: str) -> None:
    assert refused(iam.create_account_alias, AccountAlias=alias)[0] == "ValidationError"


def test_the_summary_counts_what_is_there(iam: Any, new_user: NewUser) -> None:
    before = iam.get_account_summary()["SummaryMap"]
    new_user("alice")
    iam.create_group(GroupName="readers")
    iam.create_policy(PolicyName="reading", PolicyDocument=allow("iam:Get*"))
    iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")
    after = iam.get_account_summary()["SummaryMap"]
    changed = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert changed == {"Users": 1, "Groups": 1, "Policies": 1, "PolicyVersionsInUse": 1, "MFADevices": 1}


def test_the_summary_names_every_quota_of_aws(iam: Any) -> None:
    summary = iam.get_account_summary()["SummaryMap"]
    assert len(summary) == 34
    quotas = {name: number for name, number in summary.items() if name.endswith("Quota")}
    assert quotas == {
        "AccessKeysPerUserQuota": 2,
        "AssumeRolePolicySizeQuota": 2048,
        "AttachedPoliciesPerGroupQuota": 10,
        "AttachedPoliciesPerRoleQuota": 10,
        "AttachedPoliciesPerUserQuota": 10,
        "GroupPolicySizeQuota": 5120,
        "GroupsPerUserQuota": 10,
        "GroupsQuota": 300,
        "InstanceProfilesQuota": 1000,
        "PoliciesQuota": 1500,
        "PolicySizeQuota": 6144,
        "PolicyVersionsInUseQuota": 10000,
        "RolePolicySizeQuota": 10240,
        "RolesQuota": 1000,
        "ServerCertificatesQuota": 20,
        "SigningCertificatesPerUserQuota": 2,
        "UserPolicySizeQuota": 2048,
        "UsersQuota": 5000,
        "VersionsPerPolicyQuota": 5,
    }


def test_the_summary_tells_of_root_keys(iam: Any, house: InProcess) -> None:
    assert iam.get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"] == 0
    house.keystead.create_root_key(house.account_id)
    assert iam.get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"] == 1


def test_c14_nothing_of_a_forgotten_account_stays(house: InProcess) -> None:
    other = house.client("iam", house.standalone("other@example.com", "Other"))
    account_id = other.get_user()["User"]["Arn"].split(":")[4]
    other.create_account_alias(AccountAlias="other")
    other.create_virtual_mfa_device(VirtualMFADeviceName="phone")
    other.create_policy(PolicyName="reading", PolicyDocument=allow("iam:Get*"))
    other.put_user_policy(UserName="admin", PolicyName="own", PolicyDocument=allow("iam:Get*"))
    store = house.keystead.house.store
    store.write(lambda tx: iam_room.forget_account(tx, account_id))
    assert refused(other.get_user)[0] == "InvalidClientTokenId"
    tables = [table for table in metadata.sorted_tables if table.name.startswith("iam_")]
    with store.read() as tx:
        for table in tables:
            if "account_id" in table.c:
                mine = select(func.count()).select_from(table).where(table.c.account_id == account_id)
                assert tx.execute(mine).scalar_one() == 0, table.name
        versions = metadata.tables["iam_policy_versions"]
        assert tx.execute(select(func.count()).select_from(versions)).scalar_one() == 0
