"""Which resources and condition keys each operation is authorized by."""

from typing import Any

from asking import allow, refused
from organizing import Organization

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"


def permitted(org: Organization, document: str) -> Any:
    """Return the Organizations client of a user of the management account who may do what a document says."""
    iam = org.house.client("iam")
    iam.create_user(UserName="operator")
    iam.put_user_policy(UserName="operator", PolicyName="own", PolicyDocument=document)
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    return org.house.client("organizations", credentials(key))


def credentials(key: dict[str, str]) -> dict[str, str]:
    """Return an access key as boto3's arguments."""
    return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}


def test_without_permission_the_action_and_the_resource_are_named(org: Organization) -> None:
    account_id = org.account("Payments")
    operator = permitted(org, allow("organizations:ListRoots"))
    operator.list_roots()
    code, message = refused(operator.describe_account, AccountId=account_id)
    assert code == "AccessDeniedException"
    arn = f"arn:aws:organizations::{org.house.account_id}:account/{org.id}/{account_id}"
    assert f"is not authorized to perform: organizations:DescribeAccount on resource: {arn}" in message
    # Neither does the refusal tell what is there.
    _, absent = refused(operator.describe_account, AccountId="999999999999")
    assert absent.replace("999999999999", account_id) == message


def test_permission_on_one_account_is_for_that_account(org: Organization) -> None:
    payments, research = org.account("Payments"), org.account("Research")
    arn = f"arn:aws:organizations::*:account/{org.id}/{payments}"
    operator = permitted(org, allow("organizations:*", arn))
    operator.describe_account(AccountId=payments)
    assert refused(operator.describe_account, AccountId=research)[0] == "AccessDeniedException"


def test_moving_needs_the_account_and_both_ends(org: Organization) -> None:
    payments, allowed, other = org.account("Payments"), org.ou("Allowed"), org.ou("Other")
    base = f"arn:aws:organizations::{org.house.account_id}"
    resources = [
        f"{base}:account/{org.id}/{payments}",
        f"{base}:root/{org.id}/{org.root}",
        f"{base}:ou/{org.id}/{allowed}",
    ]
    operator = permitted(org, allow("organizations:MoveAccount", resources))
    move = {"AccountId": payments, "SourceParentId": org.root}
    assert refused(operator.move_account, **move, DestinationParentId=other)[0] == "AccessDeniedException"
    operator.move_account(**move, DestinationParentId=allowed)


def test_attaching_needs_the_policy_and_the_target(org: Organization) -> None:
    org.enable()
    policy_id, unit = org.policy(), org.ou("Finance")
    base = f"arn:aws:organizations::{org.house.account_id}"
    resources = [f"{base}:policy/{org.id}/service_control_policy/{policy_id}", f"{base}:ou/{org.id}/{unit}"]
    operator = permitted(org, allow("organizations:AttachPolicy", resources))
    operator.attach_policy(PolicyId=policy_id, TargetId=unit)
    assert refused(operator.attach_policy, PolicyId=policy_id, TargetId=org.root)[0] == "AccessDeniedException"


def test_the_policy_type_is_a_condition(org: Organization) -> None:
    org.enable()
    policy_id = org.policy()
    document = allow("organizations:*", StringEquals={"organizations:PolicyType": SCP})
    operator = permitted(org, document)
    assert operator.list_policies(Filter=SCP)["Policies"]
    assert refused(operator.list_policies, Filter=RCP)[0] == "AccessDeniedException"
    operator.attach_policy(PolicyId=policy_id, TargetId=org.root)
    assert refused(operator.enable_policy_type, RootId=org.root, PolicyType=RCP)[0] == "AccessDeniedException"
    assert refused(operator.describe_policy, PolicyId="p-RCPFullAWSAccess")[0] == "AccessDeniedException"
    operator.tag_resource(ResourceId=policy_id, Tags=[{"Key": "a", "Value": "b"}])


def test_tags_of_resources_and_requests_are_conditions(org: Organization) -> None:
    payments, research = org.account("Payments"), org.account("Research")
    org.api.tag_resource(ResourceId=payments, Tags=[{"Key": "team", "Value": "money"}])
    operator = permitted(org, allow("organizations:*", StringEquals={"aws:ResourceTag/team": "money"}))
    operator.describe_account(AccountId=payments)
    assert refused(operator.describe_account, AccountId=research)[0] == "AccessDeniedException"


def test_creating_with_tags_needs_the_permission_to_tag(org: Organization) -> None:
    condition = {"StringEquals": {"aws:RequestTag/team": "money"}}
    operator = permitted(org, allow("organizations:CreateAccount", **condition))
    arguments: dict[str, Any] = {"Email": "a@example.com", "AccountName": "A"}
    money, other = [{"Key": "team", "Value": "money"}], [{"Key": "team", "Value": "other"}]
    assert "organizations:TagResource" in refused(operator.create_account, **arguments, Tags=money)[1]
    both = allow(["organizations:CreateAccount", "organizations:TagResource"], **condition)
    org.house.client("iam").put_user_policy(UserName="operator", PolicyName="own", PolicyDocument=both)
    assert refused(operator.create_account, **arguments, Tags=other)[0] == "AccessDeniedException"
    assert refused(operator.create_account, **arguments)[0] == "AccessDeniedException"
    assert operator.create_account(**arguments, Tags=money)["CreateAccountStatus"]["State"] == "IN_PROGRESS"


def test_untagging_is_conditioned_by_keys(org: Organization) -> None:
    document = allow("organizations:UntagResource", **{"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}})
    operator = permitted(org, document)
    operator.untag_resource(ResourceId=org.root, TagKeys=["team"])
    assert refused(operator.untag_resource, ResourceId=org.root, TagKeys=["team", "cost"])[0] == "AccessDeniedException"


def test_making_an_organization_needs_the_service_linked_role(house: Any) -> None:
    iam = house.client("iam")
    iam.create_user(UserName="founder")
    key = credentials(iam.create_access_key(UserName="founder")["AccessKey"])
    api = house.client("organizations", key)

    def may(*actions: str) -> None:
        iam.put_user_policy(UserName="founder", PolicyName="own", PolicyDocument=allow(list(actions)))

    may("organizations:CreateOrganization")
    assert "iam:CreateServiceLinkedRole" in refused(api.create_organization)[1]
    may("organizations:CreateOrganization", "iam:CreateServiceLinkedRole")
    api.create_organization()


def test_every_call_is_refused_to_a_user_without_permissions(org: Organization) -> None:
    operator = permitted(org, allow("s3:*"))
    nothing = {"HandshakeId": "h-" + "0" * 32}
    for name, arguments in (
        ("list_accounts", {}),
        ("leave_organization", {}),
        ("delete_organization", {}),
        ("describe_handshake", nothing),
        ("accept_handshake", nothing),
        ("list_handshakes_for_account", {}),
        ("describe_organization", {}),
    ):
        code, message = refused(getattr(operator, name), **arguments)
        assert code == "AccessDeniedException"
        assert "because no identity-based policy allows the organizations:" in message
