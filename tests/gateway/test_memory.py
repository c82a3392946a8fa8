"""What a caller can make the server remember: facts of accounts that exist, and nothing else."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from in_process import InProcess


def test_accounts_that_do_not_exist_leave_nothing_in_memory(house: InProcess) -> None:
    authorities = house.keystead.house.authorities
    sts: Any = house.client("sts")
    sts.get_caller_identity()
    remembered: dict[str, Any] = authorities._remembered
    for number in range(20):
        with pytest.raises(ClientError, match="AccessDenied"):
            sts.assume_role(RoleArn=f"arn:aws:iam::{number:012}:role/R", RoleSessionName="session")
    assert set(remembered) == {house.account_id}
    assert authorities.membership("000000000001") is None
    assert authorities.rcps("000000000001") is None


def test_that_an_account_is_in_no_organization_is_remembered(house: InProcess) -> None:
    authorities = house.keystead.house.authorities
    assert authorities.membership(house.account_id) is None
    assert authorities._remembered[house.account_id]["place"].membership is None
