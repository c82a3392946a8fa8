"""Codes that are guessed, and codes that are used: neither is worth a second try."""

import datetime as dt
import functools
import json
from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from in_process import Credentials, InProcess
from keystead.credentials import totp as totp_codes
from keystead.services import cloudtrail

WRONG_CODE = ("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code.")
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}

Maker = Callable[..., Any]


def shown(house: InProcess, app: pyotp.TOTP, steps: int = 0) -> str:
    """Return the code that an app shows, or shows some steps from now."""
    return app.at(house.clock.now + dt.timedelta(seconds=30 * steps))


def guess(house: InProcess, app: pyotp.TOTP, number: int) -> str:
    """Return a code that is certainly wrong."""
    good = {shown(house, app, steps) for steps in (-1, 0, 1)}
    return next(code for code in (f"{number + 2_000 * more:06}" for more in range(4)) if code not in good)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the codes that are really compared."""
    compared: list[str] = []
    real = totp_codes.verify

    def verify(seed: bytes, code: str, *rest: Any) -> int:
        compared.append(code)
        return real(seed, code, *rest)

    monkeypatch.setattr("keystead.credentials.totp.verify", verify)
    return compared


@pytest.fixture(params=["get_session_token", "assume_role"])
def asking(
    request: pytest.FixtureRequest, house: InProcess, role: Maker
) -> Callable[[Credentials], Callable[..., Any]]:
    """Return each of the operations that take a code, as somebody may call it."""
    trust = {"Effect": "Allow", "Principal": {"AWS": house.account_id}, "Action": "sts:AssumeRole"}
    of_role = {"RoleArn": role("R", trust), "RoleSessionName": "guess"} if request.param == "assume_role" else {}
    return lambda caller: functools.partial(getattr(house.client("sts", caller), request.param), **of_role)


def test_t40_a_thousand_guesses_are_five_checks_and_the_right_code_works_after_the_lock(
    house: InProcess, user: Maker, asking: Maker, device: Maker, refused: Maker, checks: list[str]
) -> None:
    alice = user("alice")
    serial, totp = device("alice")
    call = asking(alice)
    code = shown(house, totp)
    for number in range(1, 1_001):
        assert refused(call, SerialNumber=serial, TokenCode=guess(house, totp, number)) == WRONG_CODE
    assert len(checks) == 5
    assert refused(call, SerialNumber=serial, TokenCode=code) == WRONG_CODE
    assert len(checks) == 5
    house.clock.advance(60)
    house.client("iam").put_user_policy(
        UserName="alice",
        PolicyName="own",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": EVERYTHING}),
    )
    assert call(SerialNumber=serial, TokenCode=shown(house, totp))["Credentials"]


def test_t40_a_day_of_guesses_is_a_few_dozen_checks(
    house: InProcess, user: Maker, device: Maker, refused: Maker, checks: list[str]
) -> None:
    alice = user("alice")
    serial, totp = device("alice")
    sts = house.client("sts", alice)
    for number in range(24 * 60 // 5):
        for second in (0, 1):
            refused(sts.get_session_token, SerialNumber=serial, TokenCode=guess(house, totp, number + second))
        house.clock.advance(300)
    assert len(checks) <= 5 + 6 + 24


def test_t40_a_lock_is_of_one_device_and_is_also_one_for_resynchronizing_it(
    house: InProcess, user: Maker, device: Maker, refused: Maker
) -> None:
    alice, bob = user("alice"), user("bob")
    serial, totp = device("alice")
    other, others = device("bob")
    sts, iam = house.client("sts", alice), house.client("iam")
    for number in range(5):
        assert refused(sts.get_session_token, SerialNumber=serial, TokenCode=guess(house, totp, number)) == WRONG_CODE
    pair = {"AuthenticationCode1": shown(house, totp, -1), "AuthenticationCode2": shown(house, totp)}
    locked = refused(iam.resync_mfa_device, UserName="alice", SerialNumber=serial, **pair)
    assert locked == ("InvalidAuthenticationCode", "Authentication code for device is not valid.")
    # Alice can neither use nor lock what is Bob's.
    for _ in range(6):
        assert (
            "unable to validate"
            in refused(house.client("sts", alice).get_session_token, SerialNumber=other, TokenCode="000000")[1]
        )
    house.client("sts", bob).get_session_token(SerialNumber=other, TokenCode=shown(house, others))
    house.clock.advance(60)
    pair = {"AuthenticationCode1": shown(house, totp, -1), "AuthenticationCode2": shown(house, totp)}
    iam.resync_mfa_device(UserName="alice", SerialNumber=serial, **pair)


def test_t40_pairs_are_not_guessed_either(house: InProcess, user: Maker, device: Maker, refused: Maker) -> None:
    user("alice")
    serial, totp = device("alice")
    iam = house.client("iam")
    iam.deactivate_mfa_device(UserName="alice", SerialNumber=serial)
    call = {"UserName": "alice", "SerialNumber": serial}

    def pair(offset: int) -> dict[str, str]:
        codes = (shown(house, totp, offset - 1), shown(house, totp, offset))
        return dict(zip(("AuthenticationCode1", "AuthenticationCode2"), codes, strict=True))

    for _ in range(5):
        assert refused(iam.enable_mfa_device, **call, **pair(9))[0] == "InvalidAuthenticationCode"
    assert refused(iam.enable_mfa_device, **call, **pair(0))[0] == "InvalidAuthenticationCode"
    house.clock.advance(60)
    iam.enable_mfa_device(**call, **pair(0))


@pytest.mark.parametrize("later", ["this node", "another node"])
def test_t49_a_code_that_came_with_a_denied_request_is_used(
    house: InProcess, user: Maker, role: Maker, device: Maker, refused: Maker, later: str
) -> None:
    alice: Credentials = user("alice")
    serial, totp = device("alice")
    nobody = role("Nobody", {"Effect": "Deny", "Principal": {"AWS": house.account_id}, "Action": "sts:AssumeRole"})
    code = {"SerialNumber": serial, "TokenCode": shown(house, totp)}
    denied = refused(house.client("sts", alice).assume_role, RoleArn=nobody, RoleSessionName="xx", **code)
    assert "not authorized to perform: sts:AssumeRole" in denied[1]
    node = house if later == "this node" else house.neighbour()
    assert refused(node.client("sts", alice).get_session_token, **code) == WRONG_CODE
    if node is not house:
        node.close()
    house.clock.advance(30)
    again = {"SerialNumber": serial, "TokenCode": shown(house, totp, 1)}
    house.client("sts", alice).get_session_token(**again)


def test_t49_a_code_is_used_even_when_the_server_fails(
    house: InProcess, user: Maker, device: Maker, refused: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = user("alice")
    serial, totp = device("alice")
    code = {"SerialNumber": serial, "TokenCode": shown(house, totp)}

    def explode(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(cloudtrail.AuditLog, "write", explode)
        assert refused(house.client("sts", alice).get_session_token, **code)[0] == "InternalFailure"
    assert refused(house.client("sts", alice).get_session_token, **code) == WRONG_CODE
