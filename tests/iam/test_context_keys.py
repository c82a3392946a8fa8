"""Which condition keys policies read."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from asking import allow, refused
from in_process import InProcess

ClientOf = Callable[..., Any]
HOME = allow(
    "s3:GetObject",
    "arn:aws:s3:::homes/${aws:username}/${aws:PrincipalTag/Team, 'none'}/${*}",
    Bool={"aws:MultiFactorAuthPresent": "true"},
)
TIME = allow("s3:*", DateLessThan={"aws:CurrentTime": "2030-01-01T00:00:00Z"})


def test_keys_of_given_policies_are_named_once_and_in_order(iam: Any) -> None:
    again = allow("s3:*", BoolIfExists={"AWS:multifactorauthpresent": "true"})
    found = iam.get_context_keys_for_custom_policy(PolicyInputList=[HOME, again, TIME])["ContextKeyNames"]
    assert found == ["aws:CurrentTime", "aws:MultiFactorAuthPresent", "aws:principaltag/team", "aws:username"]


def test_variables_of_the_old_version_are_text(iam: Any) -> None:
    document = json.dumps(json.loads(HOME) | {"Version": "2008-10-17"})
    found = iam.get_context_keys_for_custom_policy(PolicyInputList=[document])["ContextKeyNames"]
    assert found == ["aws:MultiFactorAuthPresent"]


def test_what_is_no_policy_is_refused(iam: Any) -> None:
    assert refused(iam.get_context_keys_for_custom_policy, PolicyInputList=["no JSON"])[0] == "InvalidInput"


def test_keys_of_a_user_include_those_of_its_groups_and_of_given_policies(iam: Any) -> None:
    arn = iam.create_user(UserName="alice", Path="/people/")["User"]["Arn"]
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="alice")
    iam.put_group_policy(GroupName="readers", PolicyName="home", PolicyDocument=HOME)
    keys = iam.get_context_keys_for_principal_policy
    assert keys(PolicySourceArn=arn)["ContextKeyNames"] == [
        "aws:MultiFactorAuthPresent",
        "aws:principaltag/team",
        "aws:username",
    ]
    assert keys(PolicySourceArn=arn, PolicyInputList=[TIME])["ContextKeyNames"][0] == "aws:CurrentTime"
    for missing in (arn.replace("/people", ""), arn.replace("alice", "bob"), arn.replace(":user", ":role")):
        assert refused(keys, PolicySourceArn=missing)[0] == "NoSuchEntity"


@pytest.mark.parametrize("resource", ["arn:aws:iam::*:user/alice", "arn:aws:iam::*:role/alice"])
def test_whose_keys_may_be_asked_for_can_be_limited(
    house: InProcess, iam: Any, client_of: ClientOf, resource: str
) -> None:
    arn = iam.create_user(UserName="alice")["User"]["Arn"]
    delegate = client_of("delegate", allow("iam:GetContextKeysForPrincipalPolicy", resource))
    if ":user/" in resource:
        delegate.get_context_keys_for_principal_policy(PolicySourceArn=arn)
    else:
        assert refused(delegate.get_context_keys_for_principal_policy, PolicySourceArn=arn)[0] == "AccessDenied"
