"""Policies, their types, and where they are attached."""

import json
from typing import Any

import pytest

from asking import refused
from keystead.services.organizations import rules
from organizing import DENY_CREATE_USER, Organization, reason

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
FULL = "p-FullAWSAccess"
DENY_BUCKETS = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}],
    }
)


def padded(size: int) -> str:
    """Return a service control policy of so many characters."""
    short = '{"Version":"2012-10-17","Statement":[{"Sid":"","Effect":"Deny","Action":"iam:CreateUser","Resource":"*"}]}'
    return short.replace('"Sid":""', f'"Sid":"{"A" * (size - len(short))}"')


def test_a_policy_is_made_shown_changed_and_deleted(org: Organization) -> None:
    made = org.api.create_policy(Name="Guard", Description="No users", Content=DENY_CREATE_USER, Type=SCP)["Policy"]
    summary = made["PolicySummary"]
    assert summary == {
        "Id": summary["Id"],
        "Arn": f"arn:aws:organizations::{org.house.account_id}:policy/{org.id}/service_control_policy/{summary['Id']}",
        "Name": "Guard",
        "Description": "No users",
        "Type": SCP,
        "AwsManaged": False,
    }
    assert org.api.describe_policy(PolicyId=summary["Id"])["Policy"] == made
    renamed = org.api.update_policy(PolicyId=summary["Id"], Name="Guards")["Policy"]
    assert renamed == {**made, "PolicySummary": {**summary, "Name": "Guards"}}
    changed = org.api.update_policy(PolicyId=summary["Id"], Content=padded(200), Description="")["Policy"]
    assert changed["Content"] == padded(200)
    assert changed["PolicySummary"]["Description"] == ""
    org.api.delete_policy(PolicyId=summary["Id"])
    assert refused(org.api.describe_policy, PolicyId=summary["Id"])[0] == "PolicyNotFoundException"


def test_a_document_must_be_of_its_type_and_of_a_size(org: Organization) -> None:
    for content in ("{", "[]", DENY_BUCKETS, '{"Version":"2012-10-17","Statement":[]}'):
        assert refused(org.policy, content=content)[0] == "MalformedPolicyDocumentException"
    allow = DENY_BUCKETS.replace("Deny", "Allow")
    assert refused(org.policy, content=allow, kind=RCP)[0] == "MalformedPolicyDocumentException"
    policy_id = org.policy(content=padded(10_240))
    too_large = ("ConstraintViolationException", "POLICY_CONTENT_LIMIT_EXCEEDED")
    assert reason(org.policy, name="Large", content=padded(10_241)) == too_large
    assert reason(org.api.update_policy, PolicyId=policy_id, Content=padded(10_241)) == too_large
    # White space counts.
    spaced = DENY_BUCKETS + " " * (5_121 - len(DENY_BUCKETS))
    assert reason(org.policy, name="Spaced", content=spaced, kind=RCP) == too_large
    org.policy(name="Spaced", content=spaced[:-1], kind=RCP)


def test_names_are_unique_within_a_type(org: Organization) -> None:
    first = org.policy("Guard")
    second = org.policy("Other")
    assert refused(org.policy, name="Guard")[0] == "DuplicatePolicyException"
    assert refused(org.policy, name="FullAWSAccess")[0] == "DuplicatePolicyException"
    assert refused(org.api.update_policy, PolicyId=second, Name="Guard")[0] == "DuplicatePolicyException"
    org.api.update_policy(PolicyId=first, Name="Guard")
    org.policy("Guard", DENY_BUCKETS, RCP)


def test_aws_own_policies_are_listed_and_stay_as_they_are(org: Organization) -> None:
    (full,) = org.api.list_policies(Filter=SCP)["Policies"]
    assert full["Arn"] == "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
    assert (full["Name"], full["AwsManaged"]) == ("FullAWSAccess", True)
    (rcp,) = org.api.list_policies(Filter=RCP)["Policies"]
    assert rcp["Arn"] == "arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess"
    shown = json.loads(org.api.describe_policy(PolicyId=FULL)["Policy"]["Content"])
    assert shown["Statement"] == [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
    immutable = ("InvalidInputException", "IMMUTABLE_POLICY")
    assert reason(org.api.update_policy, PolicyId=FULL, Content=DENY_CREATE_USER) == immutable
    assert reason(org.api.delete_policy, PolicyId=FULL) == immutable


def test_enabling_a_type_attaches_its_default_everywhere_also_to_what_comes_later(org: Organization) -> None:
    unit, early = org.ou("Finance"), org.account("Early")
    assert org.attached(org.root) == []
    enabled = org.api.enable_policy_type(RootId=org.root, PolicyType=SCP)["Root"]
    assert enabled["PolicyTypes"] == [{"Type": SCP, "Status": "ENABLED"}]
    late_unit, late = org.ou("Research"), org.account("Late")
    joined, _, _ = org.join()
    for target in (org.root, unit, early, late_unit, late, joined, org.house.account_id):
        assert org.attached(target) == ["FullAWSAccess"]
        assert org.attached(target, RCP) == []
    targets = {found["TargetId"]: found for found in org.api.list_targets_for_policy(PolicyId=FULL)["Targets"]}
    assert targets.keys() == {org.root, unit, early, late_unit, late, joined, org.house.account_id}
    assert targets[unit] == {
        "TargetId": unit,
        "Arn": f"arn:aws:organizations::{org.house.account_id}:ou/{org.id}/{unit}",
        "Name": "Finance",
        "Type": "ORGANIZATIONAL_UNIT",
    }
    assert (targets[org.root]["Type"], targets[early]["Type"]) == ("ROOT", "ACCOUNT")
    again = refused(org.api.enable_policy_type, RootId=org.root, PolicyType=SCP)
    assert again == ("PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled.")


def test_disabling_a_type_detaches_for_good_and_enabling_starts_afresh(org: Organization) -> None:
    org.enable()
    policy_id = org.policy()
    org.api.attach_policy(PolicyId=policy_id, TargetId=org.root)
    disabled = org.api.disable_policy_type(RootId=org.root, PolicyType=SCP)["Root"]
    assert disabled["PolicyTypes"] == []
    assert org.attached(org.root) == []
    assert refused(org.api.disable_policy_type, RootId=org.root, PolicyType=SCP)[0] == "PolicyTypeNotEnabledException"
    assert refused(org.api.attach_policy, PolicyId=policy_id, TargetId=org.root)[0] == "PolicyTypeNotEnabledException"
    org.enable()
    assert org.attached(org.root) == ["FullAWSAccess"]
    assert org.api.describe_policy(PolicyId=policy_id)["Policy"]["Content"] == DENY_CREATE_USER


def test_a_root_that_is_not_there_has_no_types(org: Organization) -> None:
    assert refused(org.api.enable_policy_type, RootId="r-0000", PolicyType=SCP)[0] == "RootNotFoundException"


def test_a_policy_is_attached_once_and_deleted_when_it_is_attached_nowhere(org: Organization) -> None:
    org.enable()
    policy_id = org.policy()
    org.api.attach_policy(PolicyId=policy_id, TargetId=org.root)
    again = refused(org.api.attach_policy, PolicyId=policy_id, TargetId=org.root)
    assert again[0] == "DuplicatePolicyAttachmentException"
    assert refused(org.api.delete_policy, PolicyId=policy_id)[0] == "PolicyInUseException"
    org.api.detach_policy(PolicyId=policy_id, TargetId=org.root)
    assert refused(org.api.detach_policy, PolicyId=policy_id, TargetId=org.root)[0] == "PolicyNotAttachedException"
    org.api.delete_policy(PolicyId=policy_id)


@pytest.mark.parametrize("kind", ["root", "unit", "account"])
def test_t50_the_last_service_control_policy_stays(org: Organization, kind: str) -> None:
    org.enable()
    target = {"root": org.root, "unit": org.ou("Finance"), "account": org.account("Payments")}[kind]
    last = ("ConstraintViolationException", "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
    assert reason(org.api.detach_policy, PolicyId=FULL, TargetId=target) == last
    assert "You must have at least one attached" in refused(org.api.detach_policy, PolicyId=FULL, TargetId=target)[1]
    org.api.attach_policy(PolicyId=org.policy(), TargetId=target)
    org.api.detach_policy(PolicyId=FULL, TargetId=target)
    assert org.attached(target) == ["Guard"]


def test_the_default_resource_control_policy_is_never_detached(org: Organization) -> None:
    org.enable(RCP)
    org.api.attach_policy(PolicyId=org.policy("Buckets", DENY_BUCKETS, RCP), TargetId=org.root)
    assert org.attached(org.root, RCP) == ["Buckets", "RCPFullAWSAccess"]
    refusal = ("InvalidInputException", "NON_DETACHABLE_POLICY")
    assert reason(org.api.detach_policy, PolicyId="p-RCPFullAWSAccess", TargetId=org.root) == refusal


@pytest.mark.parametrize(("kind", "content", "most"), [(SCP, DENY_CREATE_USER, 10), (RCP, DENY_BUCKETS, 5)])
def test_so_many_policies_on_one_target(org: Organization, kind: str, content: str, most: int) -> None:
    org.enable(kind)
    made = [org.policy(f"Policy{number}", content, kind) for number in range(most)]
    for policy_id in made[:-1]:
        org.api.attach_policy(PolicyId=policy_id, TargetId=org.root)
    refusal = ("ConstraintViolationException", "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
    assert reason(org.api.attach_policy, PolicyId=made[-1], TargetId=org.root) == refusal


def test_so_many_policies_of_a_type(org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    present = rules.POLICY_TYPES[SCP]
    few = rules.PolicyTypeRules(present.kind, present.default, present.max_characters, 1, present.max_per_target)
    monkeypatch.setattr(rules, "POLICY_TYPES", {SCP: few})
    org.policy("One")
    assert reason(org.policy, name="Two") == ("ConstraintViolationException", "POLICY_NUMBER_LIMIT_EXCEEDED")


def test_what_is_not_there_is_named_for_what_it_is(org: Organization) -> None:
    org.enable()
    policy_id, nothing = org.policy(), "p-00000000"
    foreign, other, _ = org.outsider()
    other.create_organization()
    assert refused(org.api.attach_policy, PolicyId=nothing, TargetId=org.root)[0] == "PolicyNotFoundException"
    assert refused(org.api.attach_policy, PolicyId=policy_id, TargetId=foreign)[0] == "TargetNotFoundException"
    assert refused(org.api.list_policies_for_target, TargetId=foreign, Filter=SCP)[0] == "TargetNotFoundException"
    assert refused(other.describe_policy, PolicyId=policy_id)[0] == "PolicyNotFoundException"


@pytest.mark.parametrize("operation", ["create_policy", "enable_policy_type", "disable_policy_type"])
def test_types_that_are_not_built_say_so(org: Organization, operation: str) -> None:
    arguments: dict[str, Any] = {"RootId": org.root, "PolicyType": "TAG_POLICY"}
    if operation == "create_policy":
        arguments = {"Name": "Tags", "Description": "", "Content": "{}", "Type": "TAG_POLICY"}
    code, message = refused(getattr(org.api, operation), **arguments)
    assert code == "NotImplemented"
    assert "TAG_POLICY" in message
    assert org.api.list_policies(Filter="TAG_POLICY")["Policies"] == []
