import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pyotp

from in_process import Credentials, InProcess
from keystead.storage.schema.iam import mfa_devices

EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
MFA_PRESENT = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
WRONG_CODE = ("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code.")

Maker = Callable[..., Any]


def root_device(house: InProcess) -> tuple[str, pyotp.TOTP]:
    """Give the management account's root user a device, which no operation of IAM can do."""
    iam = house.client("iam")
    created = iam.create_virtual_mfa_device(VirtualMFADeviceName="root")["VirtualMFADevice"]
    serial: str = created["SerialNumber"]
    ours = mfa_devices.update().where(mfa_devices.c.serial == serial)
    values = {"user_id": house.account_id, "enabled": house.clock.now}
    house.keystead.house.store.write(lambda tx: tx.execute(ours.values(**values)))
    return serial, pyotp.TOTP(created["Base32StringSeed"].decode())


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_get_session_token_gives_all_that_the_user_may_do_but_not_iam(
    house: InProcess, user: Maker, refused: Maker
) -> None:
    alice = user("alice", EVERYTHING)
    session = house.client("sts", alice).get_session_token()["Credentials"]
    assert session["Expiration"] == house.clock.now + dt.timedelta(hours=12)
    assert house.client("sts", session).get_caller_identity()["Arn"].endswith(":user/alice")
    assert house.client("cloudtrail", session).lookup_events()["Events"]
    assert refused(house.client("iam", session).list_users)[0] == "AccessDenied"


def test_a_session_with_mfa_may_call_iam_and_conditions_see_its_age(
    house: InProcess, user: Maker, refused: Maker, device: Maker
) -> None:
    recent = MFA_PRESENT | {"NumericLessThan": {"aws:MultiFactorAuthAge": "600"}}
    alice = user("alice", {"Effect": "Allow", "Action": "iam:*", "Resource": "*", "Condition": recent})
    serial, totp = device("alice")
    sts = house.client("sts", alice)
    session = sts.get_session_token(SerialNumber=serial, TokenCode=totp.at(house.clock.now))["Credentials"]
    iam = house.client("iam", session)
    assert iam.list_users()["Users"]
    house.clock.advance(601)
    assert refused(iam.list_users)[0] == "AccessDenied"


def test_a_code_works_once_and_only_with_its_own_device(
    house: InProcess, user: Maker, refused: Maker, device: Maker
) -> None:
    alice, bob = user("alice"), user("bob")
    serial, totp = device("alice")
    foreign, _ = device("bob")
    sts = house.client("sts", alice)
    code = totp.at(house.clock.now)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert refused(sts.get_session_token, SerialNumber=serial, TokenCode=wrong) == WRONG_CODE
    sts.get_session_token(SerialNumber=serial, TokenCode=code)
    assert refused(sts.get_session_token, SerialNumber=serial, TokenCode=code) == WRONG_CODE
    unusable = refused(sts.get_session_token, SerialNumber=foreign, TokenCode=code)
    assert unusable[0] == "AccessDenied"
    assert "verify your MFA serial number" in unusable[1]
    assert refused(house.client("sts", bob).get_session_token, SerialNumber=serial, TokenCode=code) == unusable
    assert refused(sts.get_session_token, SerialNumber=serial)[0] == "AccessDenied"
    assert refused(sts.get_session_token, TokenCode=code)[0] == "AccessDenied"


def test_a_trust_that_wants_mfa_is_met_by_a_code_or_by_a_session_that_had_one(
    house: InProcess, user: Maker, role: Maker, refused: Maker, device: Maker
) -> None:
    alice = user("alice")
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{house.account_id}:user/alice"},
        "Action": "sts:AssumeRole",
        "Condition": MFA_PRESENT | {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}},
    }
    arn = role("Guarded", trust, allows=EVERYTHING)
    serial, totp = device("alice")
    sts = house.client("sts", alice)
    call = {"RoleArn": arn, "RoleSessionName": "alice"}
    assert refused(sts.assume_role, **call)[0] == "AccessDenied"
    session = sts.assume_role(**call, SerialNumber=serial, TokenCode=totp.at(house.clock.now))["Credentials"]
    house.clock.advance(60)
    proven = sts.get_session_token(SerialNumber=serial, TokenCode=totp.at(house.clock.now))["Credentials"]
    house.client("sts", proven).assume_role(**call)
    plain = sts.get_session_token()["Credentials"]
    assert refused(house.client("sts", plain).assume_role, **call)[0] == "AccessDenied"
    # The role's own session was not made with MFA, and a role has no device.
    assert refused(house.client("sts", session).assume_role, **call)[0] == "AccessDenied"
    code = totp.at(house.clock.now)
    again = refused(house.client("sts", session).assume_role, **call, SerialNumber=serial, TokenCode=code)
    assert again[1].startswith("MultiFactorAuthentication failed, unable to validate MFA code.")


def test_a_federated_user_may_do_what_both_the_user_and_the_policy_allow(
    house: InProcess, user: Maker, refused: Maker
) -> None:
    may = [{"Effect": "Allow", "Action": ["sts:GetFederationToken", "cloudtrail:*"], "Resource": "*"}]
    sts = house.client("sts", user("broker", *may))
    everything = document(EVERYTHING)
    answer = sts.get_federation_token(Name="bob", Policy=everything)
    arn = f"arn:aws:sts::{house.account_id}:federated-user/bob"
    assert answer["FederatedUser"] == {"FederatedUserId": f"{house.account_id}:bob", "Arn": arn}
    assert answer["PackedPolicySize"] > 0
    federated = answer["Credentials"]
    assert house.client("sts", federated).get_caller_identity()["Arn"] == arn
    assert house.client("cloudtrail", federated).lookup_events()["Events"]
    assert refused(house.client("organizations", federated).describe_organization)[0] == "AccessDeniedException"
    bare = sts.get_federation_token(Name="bob")["Credentials"]
    assert refused(house.client("cloudtrail", bare).lookup_events)[0] == "AccessDeniedException"


def test_federating_needs_permission_on_the_name_and_for_tags(house: InProcess, user: Maker, refused: Maker) -> None:
    only_bob = f"arn:aws:sts::{house.account_id}:federated-user/bob"
    may = {"Effect": "Allow", "Action": "sts:GetFederationToken", "Resource": only_bob}
    sts = house.client("sts", user("broker", may))
    sts.get_federation_token(Name="bob")
    code, message = refused(sts.get_federation_token, Name="eve")
    assert code == "AccessDenied"
    assert "on resource: " + only_bob.replace("bob", "eve") in message
    tags = [{"Key": "Team", "Value": "blue"}]
    assert "sts:TagSession" in refused(sts.get_federation_token, Name="bob", Tags=tags)[1]


def test_t19_sessions_call_of_iam_and_sts_only_what_aws_lets_them(
    house: InProcess, user: Maker, role: Maker, root: Credentials, refused: Maker
) -> None:
    alice = user("alice", EVERYTHING)
    trusted = {"Effect": "Allow", "Principal": {"AWS": house.account_id}, "Action": "sts:AssumeRole"}
    arn = role("R", trusted, allows=EVERYTHING)
    sts = house.client("sts", alice)
    federated = sts.get_federation_token(Name="bob", Policy=document(EVERYTHING))["Credentials"]
    plain = sts.get_session_token()["Credentials"]
    assumed = sts.assume_role(RoleArn=arn, RoleSessionName="xx")["Credentials"]
    of_root = house.client("sts", root).get_session_token()["Credentials"]
    sessions = {"federated": federated, "plain": plain, "assumed": assumed, "root": of_root}
    for session in sessions.values():
        client = house.client("sts", session)
        client.get_caller_identity()
        assert refused(client.get_session_token)[0] == "AccessDenied"
        assert refused(client.get_federation_token, Name="eve")[0] == "AccessDenied"
    for name in ("federated", "plain", "root"):
        assert refused(house.client("iam", sessions[name]).list_users)[0] == "AccessDenied"
        refusal = refused(house.client("sts", sessions[name]).get_access_key_info, AccessKeyId=alice["AccessKeyId"])
        assert refusal[0] == "AccessDenied"
    assert refused(house.client("sts", federated).assume_role, RoleArn=arn, RoleSessionName="x2")[0] == "AccessDenied"
    assert refused(house.client("sts", of_root).assume_role, RoleArn=arn, RoleSessionName="x2") == (
        "AccessDenied",
        "Roles may not be assumed by root accounts.",
    )
    house.client("sts", plain).assume_role(RoleArn=arn, RoleSessionName="x2")
    house.client("iam", assumed).list_users()


def test_t19_a_root_session_calls_iam_only_with_mfa_and_is_root_everywhere_else(
    house: InProcess, root: Credentials, refused: Maker
) -> None:
    plain = house.client("sts", root).get_session_token()["Credentials"]
    assert refused(house.client("iam", plain).create_user, UserName="eve")[0] == "AccessDenied"
    assert house.client("cloudtrail", plain).lookup_events()["Events"]
    house.keystead.tick()
    events = house.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "Username", "AttributeValue": "root"}]
    )["Events"]
    identities = {json.loads(event["CloudTrailEvent"])["userIdentity"]["type"] for event in events}
    assert "LookupEvents" in {event["EventName"] for event in events}
    assert identities == {"Root"}
    serial, totp = root_device(house)
    code = totp.at(house.clock.now)
    proven = house.client("sts", root).get_session_token(SerialNumber=serial, TokenCode=code)["Credentials"]
    iam = house.client("iam", proven)
    assert iam.list_users()["Users"]
    assert [device["SerialNumber"] for device in iam.list_mfa_devices()["MFADevices"]] == [serial]
    iam.create_access_key()


def test_t18_sessions_outlive_their_key_but_not_their_user(house: InProcess, user: Maker, refused: Maker) -> None:
    iam = house.client("iam")
    alice = user("alice", EVERYTHING)
    sts = house.client("sts", alice)
    sessions = [
        sts.get_session_token()["Credentials"],
        sts.get_federation_token(Name="bob", Policy=document(EVERYTHING))["Credentials"],
    ]
    iam.delete_access_key(UserName="alice", AccessKeyId=alice["AccessKeyId"])
    assert refused(sts.get_caller_identity)[0] == "InvalidClientTokenId"
    for session in sessions:
        assert house.client("cloudtrail", session).lookup_events()["Events"]
    deny = document({"Effect": "Deny", "Action": "*", "Resource": "*"})
    iam.put_user_policy(UserName="alice", PolicyName="stop", PolicyDocument=deny)
    for session in sessions:
        assert refused(house.client("cloudtrail", session).lookup_events)[0] == "AccessDeniedException"
    for name in ("own", "stop"):
        iam.delete_user_policy(UserName="alice", PolicyName=name)
    iam.delete_user(UserName="alice")
    for session in sessions:
        assert refused(house.client("sts", session).get_caller_identity)[0] == "InvalidClientTokenId"


def test_t12_a_token_works_only_whole_and_with_its_own_key(house: InProcess, user: Maker, refused: Maker) -> None:
    sts = house.client("sts", user("alice"))
    mine, other = (sts.get_session_token()["Credentials"] for _ in range(2))
    token = mine["SessionToken"]
    step = max(1, len(token) // 40)
    forged = [token[:length] for length in range(1, len(token), step)]
    forged += [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(0, len(token), step)]
    forged += [other["SessionToken"], token + "A", token + "="]
    for wrong in forged:
        client = house.client("sts", {**mine, "SessionToken": wrong})
        assert refused(client.get_caller_identity)[0] == "InvalidClientTokenId"
    without = {name: mine[name] for name in ("AccessKeyId", "SecretAccessKey")}
    assert refused(house.client("sts", without).get_caller_identity)[0] == "InvalidClientTokenId"
    house.client("sts", mine).get_caller_identity()
