import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from in_process import Credentials, InProcess

EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
MAY_ASSUME = {
    "Effect": "Allow",
    "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    "Resource": "*",
}

Maker = Callable[..., Any]

INHERITED_TAG = (
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the "
    "calling session."
)


def trusting(*principals: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "sts:AssumeRole"} | more


def passing(*principals: str, **more: Any) -> dict[str, Any]:
    actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    return trusting(*principals, Action=actions, **more)


def alice_arn(house: InProcess) -> str:
    return f"arn:aws:iam::{house.account_id}:user/alice"


def test_a_role_session_says_who_it_is(house: InProcess, user: Maker, role: Maker, assume: Maker) -> None:
    alice = user("alice")
    arn = role("Deployer", trusting(alice_arn(house)), Path="/team/")
    answer = assume(alice, arn, "blue")
    role_id = house.client("iam").get_role(RoleName="Deployer")["Role"]["RoleId"]
    session_arn = f"arn:aws:sts::{house.account_id}:assumed-role/Deployer/blue"
    assert answer["AssumedRoleUser"] == {"AssumedRoleId": f"{role_id}:blue", "Arn": session_arn}
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
    assert answer["Credentials"]["Expiration"] == house.clock.now + dt.timedelta(hours=1)
    assert answer["SessionTokenSize"] == len(answer["Credentials"]["SessionToken"])
    assert "PackedPolicySize" not in answer
    identity = house.client("sts", answer["Credentials"]).get_caller_identity()
    assert (identity["UserId"], identity["Arn"]) == (f"{role_id}:blue", session_arn)
    assert identity["Account"] == house.account_id


def test_a_session_ends_when_its_time_is_over(
    house: InProcess, user: Maker, role: Maker, assume: Maker, refused: Maker
) -> None:
    alice = user("alice")
    session = assume(alice, role("R", trusting(alice_arn(house))), DurationSeconds=900)["Credentials"]
    house.clock.advance(899)
    house.client("sts", session).get_caller_identity()
    house.clock.advance(1)
    assert refused(house.client("sts", session).get_caller_identity)[0] == "ExpiredToken"


def test_t14_durations_beyond_the_limits_are_refused(
    house: InProcess, user: Maker, role: Maker, refused: Maker, assume: Maker
) -> None:
    alice = user("alice", MAY_ASSUME)
    arn = role("Long", trusting(f"arn:aws:iam::{house.account_id}:root"), MaxSessionDuration=7200, allows=MAY_ASSUME)
    sts = house.client("sts", alice)

    def refusal(seconds: int, client: Any = sts) -> tuple[str, str]:
        answer: tuple[str, str] = refused(
            client.assume_role, RoleArn=arn, RoleSessionName="xx", DurationSeconds=seconds
        )
        return answer

    assert refusal(899)[0] == refusal(43_201)[0] == "ValidationError"
    assert refusal(7201) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )
    session = assume(alice, arn, DurationSeconds=7200)["Credentials"]
    assert session["Expiration"] == house.clock.now + dt.timedelta(hours=2)
    assert refusal(3601, house.client("sts", session)) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    )


def test_t14_a_root_session_is_never_longer_than_an_hour(house: InProcess, root: Credentials) -> None:
    root = house.client("sts", root)
    asked = root.get_session_token(DurationSeconds=129_600)["Credentials"]
    by_default = root.get_session_token()["Credentials"]
    assert asked["Expiration"] == by_default["Expiration"] == house.clock.now + dt.timedelta(hours=1)


def test_t20_root_may_not_assume_a_role(house: InProcess, root: Credentials, role: Maker, refused: Maker) -> None:
    arn = role("Any", trusting("*"))
    root = house.client("sts", root)
    assert refused(root.assume_role, RoleArn=arn, RoleSessionName="root") == (
        "AccessDenied",
        "Roles may not be assumed by root accounts.",
    )


def test_t20_a_chain_renews_for_an_hour_at_most_and_carries_its_transitive_tags(
    house: InProcess, user: Maker, role: Maker, assume: Maker
) -> None:
    alice = user("alice", MAY_ASSUME)
    arn = role("Loop", passing(f"arn:aws:iam::{house.account_id}:root"), allows=MAY_ASSUME)
    tags = [{"Key": "Team", "Value": "blue"}, {"Key": "Own", "Value": "1"}]
    answer = assume(alice, arn, Tags=tags, TransitiveTagKeys=["Team"], SourceIdentity="alice")
    for _ in range(3):
        house.clock.advance(1800)
        answer = assume(answer["Credentials"], arn)
        assert answer["Credentials"]["Expiration"] == house.clock.now + dt.timedelta(hours=1)
        assert answer["SourceIdentity"] == "alice"
    iam = house.client("iam")
    only_blue = EVERYTHING | {
        "Condition": {
            "StringEquals": {"aws:PrincipalTag/Team": "blue", "aws:SourceIdentity": "alice"},
            "Null": {"aws:PrincipalTag/Own": "true"},
        }
    }
    iam.put_role_policy(
        RoleName="Loop", PolicyName="own", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": only_blue})
    )
    assert house.client("iam", answer["Credentials"]).list_users()["Users"]


def test_who_is_behind_a_chain_cannot_be_changed(
    house: InProcess, user: Maker, role: Maker, assume: Maker, refused: Maker
) -> None:
    alice = user("alice", MAY_ASSUME)
    arn = role("R", passing(f"arn:aws:iam::{house.account_id}:root"), allows=MAY_ASSUME)
    first = assume(alice, arn, SourceIdentity="alice")["Credentials"]
    again = {"RoleArn": arn, "RoleSessionName": "xx", "SourceIdentity": "mallory"}
    assert refused(house.client("sts", first).assume_role, **again)[0] == "AccessDenied"
    assert assume(first, arn, SourceIdentity="alice")["SourceIdentity"] == "alice"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"Tags": [{"Key": "A", "Value": "1"}], "TransitiveTagKeys": ["B"]},
            "The specified transitive tag key must be included in the requested tags.",
        ),
        (
            {"Tags": [{"Key": "A", "Value": "1"}, {"Key": "a", "Value": "2"}]},
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ),
        (
            {"Tags": [{"Key": "aws:x", "Value": "1"}]},
            "Tag keys that begin with aws: are reserved for internal use.",
        ),
        (
            {"Tags": [{"Key": "team", "Value": "red"}]},
            INHERITED_TAG,
        ),
    ],
)
def test_tags_that_contradict_each_other_are_refused(  # noqa: PLR0917 -- fixtures
    house: InProcess, user: Maker, role: Maker, assume: Maker, refused: Maker, parameters: dict[str, Any], message: str
) -> None:
    alice = user("alice", MAY_ASSUME)
    arn = role("R", passing(f"arn:aws:iam::{house.account_id}:root"), allows=MAY_ASSUME)
    team = [{"Key": "Team", "Value": "blue"}]
    session = assume(alice, arn, Tags=team, TransitiveTagKeys=["Team"])["Credentials"]
    sts = house.client("sts", session)
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="xx", **parameters) == (
        "InvalidParameterValue",
        message,
    )


def test_passing_tags_and_a_source_identity_needs_permission_of_its_own(
    house: InProcess, user: Maker, role: Maker, refused: Maker
) -> None:
    sts = house.client("sts", user("alice"))
    arn = role("R", trusting(alice_arn(house)))
    call = {"RoleArn": arn, "RoleSessionName": "xx"}
    code, message = refused(sts.assume_role, **call, Tags=[{"Key": "A", "Value": "1"}])
    assert code == "AccessDenied"
    assert f"sts:TagSession on resource: {arn}" in message
    code, message = refused(sts.assume_role, **call, SourceIdentity="alice")
    assert code == "AccessDenied"
    assert f"sts:SetSourceIdentity on resource: {arn}" in message


def test_handed_on_tags_and_identity_need_permission_in_every_role_of_the_chain(
    house: InProcess, user: Maker, role: Maker, assume: Maker, refused: Maker
) -> None:
    everyone = f"arn:aws:iam::{house.account_id}:root"
    alice = user("alice", MAY_ASSUME)
    first = role("First", passing(everyone), allows=MAY_ASSUME)
    second = role("Second", trusting(everyone))
    tagged = assume(alice, first, Tags=[{"Key": "A", "Value": "1"}], TransitiveTagKeys=["A"])["Credentials"]
    named = assume(alice, first, SourceIdentity="alice")["Credentials"]
    call = {"RoleArn": second, "RoleSessionName": "xx"}
    assert "sts:TagSession" in refused(house.client("sts", tagged).assume_role, **call)[1]
    assert "sts:SetSourceIdentity" in refused(house.client("sts", named).assume_role, **call)[1]


def test_conditions_of_a_trust_policy_see_the_request(
    house: InProcess, user: Maker, role: Maker, assume: Maker, refused: Maker
) -> None:
    alice = user("alice")
    wanted = {
        "StringEquals": {
            "sts:RoleSessionName": "${aws:username}",
            "sts:ExternalId": "door-4",
            "sts:SourceIdentity": "alice",
            "aws:RequestTag/Team": "blue",
            "iam:ResourceTag/Stage": "test",
            "aws:ResourceTag/Stage": "test",
        },
        "ForAllValues:StringEquals": {"sts:TransitiveTagKeys": ["Team"], "aws:TagKeys": ["Team"]},
    }
    arn = role("R", passing(alice_arn(house), Condition=wanted), Tags=[{"Key": "Stage", "Value": "test"}])
    good: dict[str, Any] = {
        "RoleArn": arn,
        "RoleSessionName": "alice",
        "ExternalId": "door-4",
        "SourceIdentity": "alice",
        "Tags": [{"Key": "Team", "Value": "blue"}],
        "TransitiveTagKeys": ["Team"],
    }
    sts = house.client("sts", alice)
    sts.assume_role(**good)
    for wrong in (
        {"RoleSessionName": "bob"},
        {"ExternalId": "door-5"},
        {"SourceIdentity": "bob"},
        {"Tags": [{"Key": "Team", "Value": "red"}]},
        {"Tags": [{"Key": "Team", "Value": "blue"}, {"Key": "X", "Value": "1"}], "TransitiveTagKeys": ["Team", "X"]},
    ):
        assert refused(sts.assume_role, **(good | wrong))[0] == "AccessDenied"


def test_a_transitive_tag_replaces_the_tag_of_the_next_role(
    house: InProcess, user: Maker, role: Maker, assume: Maker, refused: Maker
) -> None:
    everyone = f"arn:aws:iam::{house.account_id}:root"
    alice = user("alice", MAY_ASSUME)
    first = role("First", passing(everyone), allows=MAY_ASSUME)
    tags = [{"Key": "Stage", "Value": "prod"}]
    is_prod = {"StringEquals": {"aws:ResourceTag/Stage": "prod"}}
    second = role("Second", passing(everyone, Condition=is_prod), Tags=[{"Key": "stage", "Value": "test"}])
    plain = assume(alice, first)["Credentials"]
    tagged = assume(alice, first, Tags=tags, TransitiveTagKeys=["Stage"])["Credentials"]
    assert refused(house.client("sts", plain).assume_role, RoleArn=second, RoleSessionName="xx")[0] == "AccessDenied"
    assume(tagged, second)


def test_a_session_policy_limits_what_the_role_may_do(
    house: InProcess, user: Maker, role: Maker, assume: Maker, refused: Maker
) -> None:
    alice = user("alice")
    arn = role("R", trusting(alice_arn(house)), allows=EVERYTHING)
    reads = json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}}
    )
    managed = [{"arn": "arn:aws:iam::aws:policy/IAMReadOnlyAccess"}]
    inline = house.client("iam", assume(alice, arn, Policy=reads)["Credentials"])
    assert inline.get_user(UserName="alice")["User"]["UserName"] == "alice"
    assert "no session policy allows" in refused(inline.list_users)[1]
    both = assume(alice, arn, Policy=reads, PolicyArns=managed)
    assert 0 < both["PackedPolicySize"] <= 100
    assert house.client("iam", both["Credentials"]).list_users()["Users"]
    assert refused(house.client("iam", both["Credentials"]).create_user, UserName="eve")[0] == "AccessDenied"


def test_t15_sessions_that_carry_too_much_are_refused(
    house: InProcess, user: Maker, role: Maker, refused: Maker
) -> None:
    sts = house.client("sts", user("alice"))
    call = {"RoleArn": role("R", passing(alice_arn(house))), "RoleSessionName": "xx"}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    long = json.dumps({"Version": "2012-10-17", "Statement": [statement | {"Sid": f"S{n}"} for n in range(60)]})
    assert refused(sts.assume_role, **call, Policy=long)[0] == "ValidationError"
    arns = [{"arn": f"arn:aws:iam::aws:policy/P{n}"} for n in range(11)]
    code, message = refused(sts.assume_role, **call, PolicyArns=arns)
    assert code == "ValidationError"
    assert message.endswith("Member must have length less than or equal to 10")
    assert refused(sts.assume_role, **call, PolicyArns=arns[:1]) == (
        "ValidationError",
        "The specified policy arn:aws:iam::aws:policy/P0 does not exist or is not attachable.",
    )
    tags = [{"Key": f"K{n}", "Value": "v"} for n in range(51)]
    assert refused(sts.assume_role, **call, Tags=tags)[0] == "ValidationError"
    assert refused(sts.assume_role, **call, Policy="{}")[0] == "MalformedPolicyDocument"


def test_t15_tags_beyond_the_packed_size_are_refused_with_their_percentage(
    house: InProcess, user: Maker, role: Maker, refused: Maker
) -> None:
    sts = house.client("sts", user("alice"))
    call = {"RoleArn": role("R", passing(alice_arn(house))), "RoleSessionName": "xx"}
    tags = [{"Key": f"K{n}", "Value": house.keystead.house.random(120).hex()} for n in range(30)]
    code, message = refused(sts.assume_role, **call, Tags=tags)
    assert code == "PackedPolicyTooLarge"
    assert message.startswith("Packed size of session tags consumes ")
    assert message.endswith("% of allotted space.")


@pytest.mark.parametrize("size", [500, 3000, 4096])
def test_a_token_is_as_long_as_asked(house: InProcess, user: Maker, role: Maker, assume: Maker, size: int) -> None:
    answer = assume(user("alice"), role("R", trusting(alice_arn(house))), MinimumSessionTokenSize=size)
    assert size <= answer["SessionTokenSize"] == len(answer["Credentials"]["SessionToken"]) <= 4096
    assert answer["SessionTokenUtilization"] >= size * 100 // 4096
    house.client("sts", answer["Credentials"]).get_caller_identity()


def test_context_assertions_are_refused_and_not_left_out(
    house: InProcess, user: Maker, role: Maker, refused: Maker
) -> None:
    sts = house.client("sts", user("alice"))
    contexts = [{"ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter", "ContextAssertion": "assertion"}]
    arn = role("R", trusting(alice_arn(house)))
    code, _ = refused(sts.assume_role, RoleArn=arn, RoleSessionName="xx", ProvidedContexts=contexts)
    assert code == "NotImplemented"


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::123456789012:user/alice",
        "arn:aws:iam::12345678901:role/too-short",
        "arn:aws:sts::123456789012:assumed-role/a/b",
        "arn:aws:iam::123456789012:role/",
        "arn:aws:iam:us-east-1:123456789012:role/R",
        "RoleNamedWithoutAnArn",
    ],
)
def test_what_is_not_the_arn_of_a_role_is_invalid(house: InProcess, refused: Maker, arn: str) -> None:
    assert refused(house.client("sts").assume_role, RoleArn=arn, RoleSessionName="xx") == (
        "ValidationError",
        f"{arn} is invalid",
    )


def _refusals(house: InProcess, caller: Credentials, refused: Maker, *arns: str, **more: Any) -> list[tuple[str, str]]:
    sts = house.client("sts", caller)
    return [refused(sts.assume_role, RoleArn=arn, RoleSessionName="xx", **more) for arn in arns]


def test_a_role_that_does_not_exist_answers_like_one_that_does_not_trust(
    house: InProcess, user: Maker, role: Maker, refused: Maker
) -> None:
    other = house.standalone("other@example.com", "Other")
    account = house.client("sts", other).get_caller_identity()["Account"]
    alice = user("alice", MAY_ASSUME)
    untrusting = role("Untrusting", trusting(f"arn:aws:iam::{account}:root"), by=other)
    with_path = role("Pathed", trusting(f"arn:aws:iam::{house.account_id}:root"), by=other, Path="/a/")
    house.client("sts", alice).assume_role(RoleArn=with_path, RoleSessionName="xx")
    arns = [
        untrusting,
        untrusting.replace("Untrusting", "Missing"),
        untrusting.replace("Untrusting", "untrusting"),
        untrusting.replace("arn:aws:", "arn:aws-cn:"),
        with_path.replace("/a/", "/b/"),
        with_path.replace("/a/", "/"),
        untrusting.replace(account, "999999999999"),
    ]
    sayings = {
        (code, message.replace(arn, "ROLE"))
        for arn, (code, message) in zip(arns, _refusals(house, alice, refused, *arns), strict=True)
    }
    assert len(sayings) == 1


def test_t34_external_ids_must_be_exactly_right(
    house: InProcess, user: Maker, role: Maker, refused: Maker, assume: Maker
) -> None:
    vendor = house.standalone("vendor@example.com", "Vendor")
    vendor_account = house.client("sts", vendor).get_caller_identity()["Account"]
    condition = {"StringEquals": {"sts:ExternalId": "Acme-42"}}
    arn = role("ForVendor", trusting(f"arn:aws:iam::{vendor_account}:root", Condition=condition))
    missing = arn.replace("ForVendor", "Missing")
    assume(vendor, arn, ExternalId="Acme-42")
    (expected,) = _refusals(house, vendor, refused, missing)
    expected = (expected[0], expected[1].replace(missing, arn))
    assert _refusals(house, vendor, refused, arn) == [expected]
    for wrong in ("acme-42", "Acme-4", "Acme-421", "Acme-43", "Acme:42", "42", *(f"guess-{n}" for n in range(10))):
        assert _refusals(house, vendor, refused, arn, ExternalId=wrong) == [expected]
    for malformed in ("", "A*", "Acme-4?"):
        assert _refusals(house, vendor, refused, arn, ExternalId=malformed)[0][0] == "ValidationError"


def test_t35_across_accounts_both_sides_must_allow(
    house: InProcess, user: Maker, role: Maker, refused: Maker, assume: Maker
) -> None:
    other = house.standalone("other@example.com", "Other")
    account = house.client("sts", other).get_caller_identity()["Account"]
    idle, alice = user("idle"), user("alice", MAY_ASSUME)
    both = [f"arn:aws:iam::{house.account_id}:user/idle", alice_arn(house)]
    for name, principals in {"Named": both, "Account": [house.account_id], "Anyone": ["*"]}.items():
        arn = role(name, trusting(*principals), by=other)
        assume(alice, arn)
        assert _refusals(house, idle, refused, arn)[0][0] == "AccessDenied"
    closed = role("Closed", trusting(account), by=other)
    assert _refusals(house, alice, refused, closed)[0][0] == "AccessDenied"


def test_t35_in_one_account_a_named_principal_needs_no_policy_of_its_own(
    house: InProcess, user: Maker, role: Maker, refused: Maker, assume: Maker
) -> None:
    idle, alice = user("idle"), user("alice", MAY_ASSUME)
    named = role("Named", trusting(f"arn:aws:iam::{house.account_id}:user/idle"))
    delegated = role("Delegated", trusting(f"arn:aws:iam::{house.account_id}:root"))
    assume(idle, named)
    assume(alice, delegated)
    assert _refusals(house, idle, refused, delegated)[0][0] == "AccessDenied"
    assert _refusals(house, alice, refused, named)[0][0] == "AccessDenied"


def test_t36_a_user_made_again_under_the_old_name_is_not_trusted(
    house: InProcess, user: Maker, role: Maker, refused: Maker, assume: Maker
) -> None:
    iam = house.client("iam")
    first = user("alice", MAY_ASSUME)
    user_id = iam.get_user(UserName="alice")["User"]["UserId"]
    arn = role("R", trusting(alice_arn(house)))
    by_name = role(
        "ByName",
        trusting(
            f"arn:aws:iam::{house.account_id}:root", Condition={"ArnEquals": {"aws:PrincipalArn": alice_arn(house)}}
        ),
    )
    assume(first, arn)
    iam.delete_access_key(UserName="alice", AccessKeyId=first["AccessKeyId"])
    iam.delete_user_policy(UserName="alice", PolicyName="own")
    iam.delete_user(UserName="alice")
    second = user("alice", MAY_ASSUME)
    assert _refusals(house, second, refused, arn)[0][0] == "AccessDenied"
    shown = iam.get_role(RoleName="R")["Role"]["AssumeRolePolicyDocument"]
    assert shown["Statement"][0]["Principal"]["AWS"] == [user_id]
    assume(second, by_name)


def test_t37_a_service_principal_trusts_no_user(house: InProcess, user: Maker, role: Maker, refused: Maker) -> None:
    alice = user("alice", MAY_ASSUME)
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    conditioned = trust | {"Condition": {"StringEquals": {"aws:SourceAccount": house.account_id}}}
    for name, statement in {"Plain": trust, "Conditioned": conditioned}.items():
        assert _refusals(house, alice, refused, role(name, statement))[0][0] == "AccessDenied"


def test_t37_a_trust_in_the_organization_follows_it_at_once(
    house: InProcess, role: Maker, refused: Maker, assume: Maker, user: Maker
) -> None:
    alice = user("alice", MAY_ASSUME)
    other = house.standalone("other@example.com", "Other")
    organization = house.client("organizations").create_organization(FeatureSet="ALL")["Organization"]["Id"]
    inside = {"StringEquals": {"aws:PrincipalOrgID": organization}}
    arn = role("R", trusting("*", Condition=inside), by=other)
    assume(alice, arn)
    house.client("organizations").delete_organization()
    assert _refusals(house, alice, refused, arn)[0][0] == "AccessDenied"


def test_t27_names_with_wildcards_and_variables_are_only_text(
    house: InProcess, user: Maker, role: Maker, refused: Maker, assume: Maker
) -> None:
    alice = user("alice")
    like = {"StringLike": {"sts:RoleSessionName": "${aws:username}"}}
    arn = role("R", passing(alice_arn(house), Condition=like))
    assume(alice, arn, "alice")
    for name in ("alice,", "alic@", "al=ice", "ALICE"):
        assert refused(house.client("sts", alice).assume_role, RoleArn=arn, RoleSessionName=name)[0] == "AccessDenied"
    for name in ("*", "a*", "${aws:username}", "al?ce", 'a"b', "a\nb"):
        assert (
            refused(house.client("sts", alice).assume_role, RoleArn=arn, RoleSessionName=name)[0] == "ValidationError"
        )
