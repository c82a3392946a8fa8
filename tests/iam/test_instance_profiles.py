"""Whoever deletes a role asks first for its instance profiles: AWS's own procedure, and Terraform without being asked.

There are none, because nothing makes one yet: CreateInstanceProfile is not built.
"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from asking import trust
from in_process import InProcess


def test_a_role_has_no_instance_profiles(house: InProcess) -> None:
    iam = house.client("iam")
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust(house.account_id))
    answer = iam.list_instance_profiles_for_role(RoleName="worker")
    assert (answer["InstanceProfiles"], answer["IsTruncated"]) == ([], False)
    with pytest.raises(ClientError, match="NotImplemented"):
        iam.create_instance_profile(InstanceProfileName="worker")


def test_a_role_that_is_not_there_has_not_even_none(house: InProcess) -> None:
    with pytest.raises(ClientError, match="The role with name nobody cannot be found"):
        house.client("iam").list_instance_profiles_for_role(RoleName="nobody")


def test_a_marker_from_nowhere_is_refused(house: InProcess) -> None:
    iam = house.client("iam")
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust(house.account_id))
    with pytest.raises(ClientError, match="Invalid Marker"):
        iam.list_instance_profiles_for_role(RoleName="worker", Marker="bogus")
