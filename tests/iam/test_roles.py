"""Roles: their names, trust, tags and ends."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from asking import allow, refused, trust
from in_process import InProcess

ClientOf = Callable[..., Any]
SERVICE = {"Service": "ec2.amazonaws.com"}


def principal_of(role: dict[str, Any]) -> Any:
    return role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]


def test_create_role_returns_the_whole_role(house: InProcess, iam: Any) -> None:
    boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    role = iam.create_role(
        RoleName="builder",
        Path="/ci/",
        Description="builds",
        MaxSessionDuration=7200,
        PermissionsBoundary=boundary,
        Tags=[{"Key": "Team", "Value": "Blue"}],
        AssumeRolePolicyDocument=trust(house.account_id),
    )["Role"]
    assert re.fullmatch(r"AROA[A-Z2-7]{17}", role.pop("RoleId"))
    assert role.pop("PermissionsBoundary")["PermissionsBoundaryArn"] == boundary
    assert role == {
        "RoleName": "builder",
        "Path": "/ci/",
        "Arn": f"arn:aws:iam::{house.account_id}:role/ci/builder",
        "CreateDate": house.clock.now,
        "Description": "builds",
        "MaxSessionDuration": 7200,
        "Tags": [{"Key": "Team", "Value": "Blue"}],
        "AssumeRolePolicyDocument": json.loads(trust(f"arn:aws:iam::{house.account_id}:root")),
    }


def test_get_role_shows_what_lists_leave_out(house: InProcess, iam: Any) -> None:
    tags = [{"Key": "Team", "Value": "Blue"}]
    iam.create_role(RoleName="builder", AssumeRolePolicyDocument=trust(SERVICE), Tags=tags)
    alone = iam.get_role(RoleName="builder")["Role"]
    assert (alone["Tags"], alone["RoleLastUsed"], alone["MaxSessionDuration"]) == (tags, {}, 3600)
    (listed,) = iam.list_roles()["Roles"]
    assert listed == {name: value for name, value in alone.items() if name not in {"Tags", "RoleLastUsed"}}


def test_role_names_are_unique_whatever_their_case_and_keep_it(iam: Any) -> None:
    iam.create_role(RoleName="Builder", AssumeRolePolicyDocument=trust(SERVICE))
    assert refused(iam.create_role, RoleName="bUILDER", AssumeRolePolicyDocument=trust(SERVICE)) == (
        "EntityAlreadyExists",
        "Role with name bUILDER already exists.",
    )
    assert iam.get_role(RoleName="builder")["Role"]["RoleName"] == "Builder"


def test_t24_a_role_is_assumed_by_its_name_in_the_right_case(house: InProcess, iam: Any) -> None:
    arn = iam.create_role(RoleName="Builder", AssumeRolePolicyDocument=trust(house.account_id))["Role"]["Arn"]
    sts = house.client("sts")
    sts.assume_role(RoleArn=arn, RoleSessionName="test")
    assert (
        refused(sts.assume_role, RoleArn=arn.replace("Builder", "builder"), RoleSessionName="test")[0] == "AccessDenied"
    )


def test_the_paths_of_aws_services_are_not_for_customers(iam: Any) -> None:
    paths = {"/aws-service-role/ec2.amazonaws.com/": "InvalidInput", "/aws-reserved/sso.amazonaws.com/": "AccessDenied"}
    for path, code in paths.items():
        assert refused(iam.create_role, RoleName="r", Path=path, AssumeRolePolicyDocument=trust(SERVICE))[0] == code


@pytest.mark.parametrize(
    "operation",
    ["get_role", "delete_role", "update_role", "list_role_tags", "list_role_policies", "list_attached_role_policies"],
)
def test_a_role_that_is_not_there_cannot_be_found(iam: Any, operation: str) -> None:
    assert refused(getattr(iam, operation), RoleName="nobody") == (
        "NoSuchEntity",
        "The role with name nobody cannot be found.",
    )


def test_a_trust_policy_has_to_be_one(iam: Any) -> None:
    for document in (allow("sts:AssumeRole"), "{}", "no JSON", trust({"AWS": "*"}).replace("Allow", "allow")):
        code, message = refused(iam.create_role, RoleName="bad", AssumeRolePolicyDocument=document)
        assert (code, bool(message)) == ("MalformedPolicyDocument", True), document
    assert iam.list_roles()["Roles"] == []


def test_a_trust_policy_has_a_quota(iam: Any) -> None:
    long = trust([f"arn:aws:sts::{'1' * 12}:assumed-role/{'r' * 60}/{number:064}" for number in range(20)])
    assert refused(iam.create_role, RoleName="long", AssumeRolePolicyDocument=long) == (
        "LimitExceeded",
        "Cannot exceed quota for ACLSizePerRole: 2048",
    )


def test_an_account_in_a_trust_policy_is_shown_as_its_root_arn(house: InProcess, iam: Any) -> None:
    other = house.client("sts", house.standalone("other@example.com", "Other")).get_caller_identity()["Account"]
    root = f"arn:aws:iam::{other}:root"
    for written in (other, root):
        iam.create_role(RoleName="friend", AssumeRolePolicyDocument=trust(written))
        assert principal_of(iam.get_role(RoleName="friend")["Role"]) == {"AWS": root}
        iam.delete_role(RoleName="friend")


@pytest.mark.parametrize(
    "missing",
    [
        "123456789012",
        "arn:aws:iam::123456789012:root",
        "arn:aws:iam::{account}:user/nobody",
        "arn:aws:iam::{account}:role/nobody",
        "arn:aws:iam::{account}:user/wrong/admin",
        "arn:aws:iam::{account}:user/Admin",
        "arn:aws:iam::{account}:group/Administrators",
        "arn:aws:iam::{account}:user/*",
        "arn:aws-cn:iam::{account}:root",
        "arn:aws:sts::123456789012:assumed-role/a/b",
        "AROAAAAAAAAAAAAAAAAAA",
        "someone",
    ],
)
def test_t24_a_principal_that_does_not_exist_is_refused_by_name(house: InProcess, iam: Any, missing: str) -> None:
    principal = missing.format(account=house.account_id)
    assert refused(iam.create_role, RoleName="bad", AssumeRolePolicyDocument=trust(principal)) == (
        "MalformedPolicyDocument",
        f'Invalid principal in policy: "AWS":"{principal}"',
    )


def test_services_and_federations_are_taken_by_their_form(house: InProcess, iam: Any) -> None:
    provider = f"arn:aws:iam::{house.account_id}:saml-provider/idp"
    good = {"Service": ["ec2.amazonaws.com", "states.eu-west-1.amazonaws.com"], "Federated": provider}
    iam.create_role(RoleName="good", AssumeRolePolicyDocument=trust(good))
    assert principal_of(iam.get_role(RoleName="good")["Role"]) == good
    for bad in ({"Service": "ec2"}, {"Federated": provider.replace(house.account_id, "1" * 12)}, {"Federated": "idp"}):
        code, _ = refused(iam.create_role, RoleName="bad", AssumeRolePolicyDocument=trust(bad))
        assert code == "MalformedPolicyDocument", bad


def test_t36_a_trusted_user_who_is_made_again_is_shown_as_the_id_that_is_gone_and_not_trusted(
    house: InProcess, iam: Any, new_user: Callable[..., dict[str, str]]
) -> None:
    key = new_user("alice", allow("sts:AssumeRole"), Path="/people/")
    user = iam.get_user(UserName="alice")["User"]
    arn = iam.create_role(RoleName="hers", AssumeRolePolicyDocument=trust(user["Arn"]))["Role"]["Arn"]
    assert principal_of(iam.get_role(RoleName="hers")["Role"]) == {"AWS": user["Arn"]}
    house.client("sts", key).assume_role(RoleArn=arn, RoleSessionName="test")

    iam.delete_access_key(UserName="alice", AccessKeyId=key["aws_access_key_id"])
    iam.delete_user_policy(UserName="alice", PolicyName="own")
    iam.delete_user(UserName="alice")
    key = new_user("alice", allow("sts:AssumeRole"), Path="/people/")
    for shown in (iam.get_role(RoleName="hers")["Role"], iam.list_roles()["Roles"][0]):
        assert principal_of(shown) == {"AWS": user["UserId"]}
    assert refused(house.client("sts", key).assume_role, RoleArn=arn, RoleSessionName="test")[0] == "AccessDenied"

    dead = json.dumps(iam.get_role(RoleName="hers")["Role"]["AssumeRolePolicyDocument"])
    assert refused(iam.update_assume_role_policy, RoleName="hers", PolicyDocument=dead) == (
        "MalformedPolicyDocument",
        f'Invalid principal in policy: "AWS":"{user["UserId"]}"',
    )


def test_t36_a_trusted_role_of_another_account_is_kept_as_itself(house: InProcess, iam: Any) -> None:
    other = house.client("iam", house.standalone("other@example.com", "Other"))
    theirs = other.create_role(RoleName="deployer", Path="/ci/", AssumeRolePolicyDocument=trust(SERVICE))["Role"]
    iam.create_role(RoleName="target", AssumeRolePolicyDocument=trust([theirs["Arn"], house.account_id]))
    root = f"arn:aws:iam::{house.account_id}:root"
    assert principal_of(iam.get_role(RoleName="target")["Role"]) == {"AWS": [theirs["Arn"], root]}
    other.delete_role(RoleName="deployer")
    other.create_role(RoleName="deployer", Path="/ci/", AssumeRolePolicyDocument=trust(SERVICE))
    assert principal_of(iam.get_role(RoleName="target")["Role"]) == {"AWS": [theirs["RoleId"], root]}


def test_a_renamed_user_is_trusted_still_and_shown_by_the_new_name(house: InProcess, iam: Any) -> None:
    arn = iam.create_user(UserName="alice")["User"]["Arn"]
    iam.create_role(RoleName="hers", AssumeRolePolicyDocument=trust(arn))
    iam.update_user(UserName="alice", NewUserName="alicia")
    assert principal_of(iam.get_role(RoleName="hers")["Role"]) == {"AWS": arn.replace("alice", "alicia")}


def test_arns_in_conditions_of_a_trust_policy_stay_as_they_are(house: InProcess, iam: Any) -> None:
    arn = iam.create_user(UserName="alice")["User"]["Arn"]
    document = trust(house.account_id, ArnEquals={"aws:PrincipalArn": arn})
    iam.create_role(RoleName="hers", AssumeRolePolicyDocument=document)
    iam.delete_user(UserName="alice")
    shown = iam.get_role(RoleName="hers")["Role"]["AssumeRolePolicyDocument"]["Statement"][0]
    assert shown["Condition"] == {"ArnEquals": {"aws:PrincipalArn": arn}}


def test_update_assume_role_policy_changes_who_gets_in_at_once(house: InProcess, iam: Any) -> None:
    arn = iam.create_role(RoleName="builder", AssumeRolePolicyDocument=trust(SERVICE))["Role"]["Arn"]
    sts = house.client("sts")
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="test")[0] == "AccessDenied"
    iam.update_assume_role_policy(RoleName="builder", PolicyDocument=trust(house.account_id))
    sts.assume_role(RoleArn=arn, RoleSessionName="test")
    iam.update_assume_role_policy(RoleName="builder", PolicyDocument=trust(SERVICE))
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="test")[0] == "AccessDenied"


def test_update_role_keeps_the_description_and_forgets_the_duration_unless_told(iam: Any) -> None:
    iam.create_role(
        RoleName="builder", AssumeRolePolicyDocument=trust(SERVICE), Description="old", MaxSessionDuration=7200
    )
    iam.update_role(RoleName="builder", MaxSessionDuration=43200)
    role = iam.get_role(RoleName="builder")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("old", 43200)
    iam.update_role(RoleName="builder", Description="new")
    role = iam.get_role(RoleName="builder")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("new", 3600)
    answer = iam.update_role_description(RoleName="builder", Description="newer")["Role"]
    assert (answer["Description"], answer["RoleName"]) == ("newer", "builder")


@pytest.mark.parametrize("seconds", [3599, 43201, 0, -1])
def test_sessions_of_a_role_last_an_hour_to_twelve(iam: Any, seconds: int) -> None:
    code, message = refused(
        iam.create_role, RoleName="r", AssumeRolePolicyDocument=trust(SERVICE), MaxSessionDuration=seconds
    )
    assert (code, "maxSessionDuration" in message) == ("ValidationError", True)


def test_delete_role_says_what_has_to_go_first(iam: Any) -> None:
    policy = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    iam.create_role(RoleName="builder", AssumeRolePolicyDocument=trust(SERVICE))
    iam.put_role_policy(RoleName="builder", PolicyName="own", PolicyDocument=allow("s3:*"))
    iam.attach_role_policy(RoleName="builder", PolicyArn=policy)
    first = "Cannot delete entity, must delete policies first."
    second = "Cannot delete entity, must detach all policies first."
    assert refused(iam.delete_role, RoleName="builder") == ("DeleteConflict", first)
    iam.delete_role_policy(RoleName="builder", PolicyName="own")
    assert refused(iam.delete_role, RoleName="builder") == ("DeleteConflict", second)
    iam.detach_role_policy(RoleName="builder", PolicyArn=policy)
    iam.delete_role(RoleName="builder")
    assert refused(iam.get_role, RoleName="builder")[0] == "NoSuchEntity"


def test_t16_the_sessions_of_a_deleted_role_end_with_it_even_if_it_is_made_again(house: InProcess, iam: Any) -> None:
    arn = iam.create_role(RoleName="builder", AssumeRolePolicyDocument=trust(house.account_id))["Role"]["Arn"]
    session = house.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    sts = house.client("sts", session)
    assert sts.get_caller_identity()["Arn"].endswith(":assumed-role/builder/test")
    iam.delete_role(RoleName="builder")
    assert refused(sts.get_caller_identity)[0] == "InvalidClientTokenId"
    iam.create_role(RoleName="builder", AssumeRolePolicyDocument=trust(house.account_id))
    assert refused(sts.get_caller_identity)[0] == "InvalidClientTokenId"


def test_list_roles_pages_in_order_of_names_under_a_path(iam: Any) -> None:
    for number in range(5):
        iam.create_role(RoleName=f"r{number}", Path="/ci/", AssumeRolePolicyDocument=trust(SERVICE))
    iam.create_role(RoleName="r9", AssumeRolePolicyDocument=trust(SERVICE))
    first = iam.list_roles(PathPrefix="/ci", MaxItems=3)
    assert [role["RoleName"] for role in first["Roles"]] == ["r0", "r1", "r2"]
    rest = iam.list_roles(PathPrefix="/ci", MaxItems=3, Marker=first["Marker"])
    assert [role["RoleName"] for role in rest["Roles"]] == ["r3", "r4"]
    assert (first["IsTruncated"], rest["IsTruncated"]) == (True, False)
    assert refused(iam.list_roles, Marker="forged")[0] == "ValidationError"


def test_another_account_sees_and_touches_none_of_it(house: InProcess, iam: Any) -> None:
    iam.create_role(RoleName="builder", AssumeRolePolicyDocument=trust(SERVICE))
    other = house.client("iam", house.standalone("other@example.com", "Other"))
    assert other.list_roles()["Roles"] == []
    assert refused(other.delete_role, RoleName="builder")[0] == "NoSuchEntity"


def test_t29_tags_of_roles_ignore_case_in_keys(iam: Any) -> None:
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust(SERVICE), Tags=[{"Key": "Team", "Value": "Blue"}])
    iam.tag_role(RoleName="r", Tags=[{"Key": "TEAM", "Value": "Red"}])
    assert iam.list_role_tags(RoleName="r")["Tags"] == [{"Key": "TEAM", "Value": "Red"}]
    iam.untag_role(RoleName="r", TagKeys=["team"])
    assert iam.list_role_tags(RoleName="r")["Tags"] == []


@pytest.mark.parametrize(
    ("action", "call", "arguments"),
    [
        ("iam:TagRole", "tag_role", {"Tags": [{"Key": "a", "Value": "b"}]}),
        ("iam:UntagRole", "untag_role", {"TagKeys": ["a"]}),
        ("iam:UpdateRole", "update_role", {"Description": "d"}),
        ("iam:UpdateAssumeRolePolicy", "update_assume_role_policy", {"PolicyDocument": trust(SERVICE)}),
        ("iam:DeleteRole", "delete_role", {}),
    ],
)
def test_who_may_change_a_role_can_depend_on_its_tags_and_path(
    iam: Any, client_of: ClientOf, action: str, call: str, arguments: dict[str, Any]
) -> None:
    blue, red = ([{"Key": "Team", "Value": team}] for team in ("Blue", "Red"))
    iam.create_role(RoleName="blue", Path="/ci/", AssumeRolePolicyDocument=trust(SERVICE), Tags=blue)
    iam.create_role(RoleName="red", Path="/ci/", AssumeRolePolicyDocument=trust(SERVICE), Tags=red)
    iam.create_role(RoleName="elsewhere", AssumeRolePolicyDocument=trust(SERVICE), Tags=blue)
    condition = {"StringEquals": {"iam:ResourceTag/Team": "Blue"}}
    delegate = client_of("delegate", allow(action, "arn:aws:iam::*:role/ci/*", **condition))
    for name in ("red", "elsewhere", "missing"):
        assert refused(getattr(delegate, call), RoleName=name, **arguments)[0] == "AccessDenied", name
    getattr(delegate, call)(RoleName="blue", **arguments)


def test_creating_a_role_with_tags_needs_the_permission_to_tag(client_of: ClientOf) -> None:
    delegate = client_of("delegate", allow("iam:CreateRole"))
    tags = [{"Key": "a", "Value": "b"}]
    code, message = refused(delegate.create_role, RoleName="r", AssumeRolePolicyDocument=trust(SERVICE), Tags=tags)
    assert (code, "iam:TagRole" in message) == ("AccessDenied", True)
    delegate.create_role(RoleName="r", AssumeRolePolicyDocument=trust(SERVICE))


def test_the_last_use_of_a_role_is_shown(house: InProcess, iam: Any) -> None:
    from keystead.services.iam import note_role_use

    role = iam.create_role(RoleName="builder", AssumeRolePolicyDocument=trust(SERVICE))["Role"]
    used = {role["RoleId"]: (house.clock.now, "eu-west-1"), "AROAGONE": (house.clock.now, "eu-west-1")}
    house.keystead.house.store.write(lambda tx: note_role_use(tx, used))
    shown = iam.get_role(RoleName="builder")["Role"]["RoleLastUsed"]
    assert shown == {"LastUsedDate": house.clock.now, "Region": "eu-west-1"}
