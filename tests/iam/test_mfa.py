"""Virtual MFA devices: their seeds, their codes, and who uses them."""

import base64
import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from asking import allow, refused
from in_process import InProcess
from keystead.services import iam as iam_room
from keystead.storage.schema.iam import mfa_devices
from keystead.wire.errors import AwsError

ClientOf = Callable[..., Any]
STEP = 30


class Phone:
    """An authenticator app with one device in it."""

    def __init__(self, house: InProcess, iam: Any, name: str = "phone") -> None:
        self.clock = house.clock
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
        self.serial: str = device["SerialNumber"]
        self.app = pyotp.TOTP(device["Base32StringSeed"].decode())

    def code(self, steps: int = 0) -> str:
        """Return the code that the app shows, or shows some steps from now."""
        return self.app.at(self.clock.now + dt.timedelta(seconds=STEP * steps))

    def pair(self) -> dict[str, str]:
        """Return the device with the code before and the present one, as they are typed to enable it."""
        return {
            "SerialNumber": self.serial,
            "AuthenticationCode1": self.code(-1),
            "AuthenticationCode2": self.code(),
        }


@pytest.fixture
def phone(house: InProcess, iam: Any) -> Phone:
    """A device that nobody uses yet."""
    return Phone(house, iam)


@pytest.fixture
def alice(iam: Any) -> str:
    """A user without any permission."""
    iam.create_user(UserName="alice")
    return "alice"


def test_a_new_device_shows_its_seed_as_text_and_as_a_picture(house: InProcess, iam: Any) -> None:
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone", Path="/apps/")["VirtualMFADevice"]
    assert device["SerialNumber"] == f"arn:aws:iam::{house.account_id}:mfa/apps/phone"
    assert re.fullmatch(rb"[A-Z2-7]{64}", device["Base32StringSeed"])
    assert device["QRCodePNG"].startswith(b"\x89PNG\r\n")
    assert set(device) == {"SerialNumber", "Base32StringSeed", "QRCodePNG"}


def test_a_device_cannot_have_the_path_and_name_of_another(iam: Any) -> None:
    exists = ("EntityAlreadyExists", "MFA device already exists.")
    iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")
    assert refused(iam.create_virtual_mfa_device, VirtualMFADeviceName="phone") == exists
    assert refused(iam.create_virtual_mfa_device, VirtualMFADeviceName="Phone") == exists
    iam.create_virtual_mfa_device(VirtualMFADeviceName="phone", Path="/apps/")


def test_a_serial_number_is_never_too_long_to_be_used(iam: Any) -> None:
    assert refused(iam.create_virtual_mfa_device, VirtualMFADeviceName="x" * 240)[0] == "InvalidInput"


def test_t49_a_seed_is_in_no_later_answer(house: InProcess, iam: Any, phone: Phone, alice: str) -> None:
    iam.enable_mfa_device(UserName=alice, **phone.pair())
    shown = iam.list_virtual_mfa_devices()["VirtualMFADevices"][0]
    assert set(shown) == {"SerialNumber", "User", "EnableDate"}
    alone = iam.get_mfa_device(UserName=alice, SerialNumber=phone.serial)
    assert set(alone) - {"ResponseMetadata"} == {"UserName", "SerialNumber", "EnableDate"}
    events = repr(house.client("cloudtrail").lookup_events()["Events"])
    assert phone.app.secret not in events
    with house.keystead.house.store.read() as tx:
        stored = tx.execute(mfa_devices.select()).one()
    assert base64.b32decode(phone.app.secret) not in stored.seed


def test_a_user_enables_a_device_with_two_consecutive_codes(
    house: InProcess, iam: Any, phone: Phone, alice: str
) -> None:
    iam.enable_mfa_device(UserName=alice, **phone.pair())
    assert iam.list_mfa_devices(UserName=alice)["MFADevices"] == [
        {"UserName": "alice", "SerialNumber": phone.serial, "EnableDate": house.clock.now}
    ]


@pytest.mark.parametrize("steps", [(0, 0), (0, -1), (-2, 0), (-3, -2), (2, 3)])
def test_codes_that_are_not_consecutive_or_not_of_now_enable_nothing(
    iam: Any, phone: Phone, alice: str, steps: tuple[int, int]
) -> None:
    codes = {"AuthenticationCode1": phone.code(steps[0]), "AuthenticationCode2": phone.code(steps[1])}
    assert refused(iam.enable_mfa_device, UserName=alice, SerialNumber=phone.serial, **codes) == (
        "InvalidAuthenticationCode",
        "Authentication code for device is not valid.",
    )
    assert iam.list_mfa_devices(UserName=alice)["MFADevices"] == []


def test_a_device_serves_one_user(iam: Any, house: InProcess, phone: Phone, alice: str) -> None:
    iam.enable_mfa_device(UserName=alice, **phone.pair())
    house.clock.advance(120)
    for user in ("admin", alice):
        assert refused(iam.enable_mfa_device, UserName=user, **phone.pair()) == (
            "EntityAlreadyExists",
            "MFA Device is already in use.",
        )


def test_a_user_has_eight_devices_at_most(house: InProcess, iam: Any, alice: str) -> None:
    for number in range(8):
        iam.enable_mfa_device(UserName=alice, **Phone(house, iam, f"phone{number}").pair())
    assert refused(iam.enable_mfa_device, UserName=alice, **Phone(house, iam, "ninth").pair()) == (
        "LimitExceeded",
        "Cannot exceed quota for MFADevicesPerUser: 8",
    )


def test_devices_and_users_that_are_not_there_cannot_be_found(
    house: InProcess, iam: Any, phone: Phone, alice: str
) -> None:
    serial = f"arn:aws:iam::{house.account_id}:mfa/nothing"
    no_device = ("NoSuchEntity", f"MFA Device with serial number {serial} does not exist.")
    no_user = ("NoSuchEntity", "The user with name nobody cannot be found.")
    assert refused(iam.enable_mfa_device, UserName=alice, **phone.pair() | {"SerialNumber": serial}) == no_device
    assert refused(iam.enable_mfa_device, UserName="nobody", **phone.pair()) == no_user
    assert refused(iam.deactivate_mfa_device, UserName=alice, SerialNumber=serial) == no_device
    assert refused(iam.deactivate_mfa_device, UserName="nobody", SerialNumber=serial) == no_user
    assert refused(iam.delete_virtual_mfa_device, SerialNumber=serial) == no_device
    assert refused(iam.get_mfa_device, UserName=alice, SerialNumber=serial) == no_device


def test_a_device_of_another_account_is_not_there(house: InProcess, iam: Any, phone: Phone) -> None:
    other = house.client("iam", house.standalone("other@example.com", "Other"))
    assert refused(other.enable_mfa_device, UserName="admin", **phone.pair())[0] == "NoSuchEntity"
    assert refused(other.delete_virtual_mfa_device, SerialNumber=phone.serial)[0] == "NoSuchEntity"
    assert other.list_virtual_mfa_devices()["VirtualMFADevices"] == []


def test_a_device_of_another_user_is_not_the_users(iam: Any, phone: Phone, alice: str) -> None:
    iam.enable_mfa_device(UserName=alice, **phone.pair())
    not_yours = ("NoSuchEntity", "MFA Device invalid for user.")
    assert refused(iam.deactivate_mfa_device, SerialNumber=phone.serial) == not_yours
    assert refused(iam.get_mfa_device, UserName="admin", SerialNumber=phone.serial) == not_yours


def test_a_device_has_to_be_deactivated_before_it_or_its_user_can_go(iam: Any, phone: Phone, alice: str) -> None:
    iam.enable_mfa_device(UserName=alice, **phone.pair())
    assert refused(iam.delete_virtual_mfa_device, SerialNumber=phone.serial) == (
        "DeleteConflict",
        "MFA VirtualDevice in use. Must deactivate first.",
    )
    assert refused(iam.delete_user, UserName=alice) == (
        "DeleteConflict",
        "Cannot delete entity, must delete MFA device first.",
    )
    iam.deactivate_mfa_device(UserName=alice, SerialNumber=phone.serial)
    iam.delete_virtual_mfa_device(SerialNumber=phone.serial)
    iam.delete_user(UserName=alice)


def test_t49_a_deactivated_device_takes_no_code_that_it_has_taken(
    house: InProcess, iam: Any, phone: Phone, alice: str
) -> None:
    iam.enable_mfa_device(UserName=alice, **phone.pair())
    iam.deactivate_mfa_device(UserName=alice, SerialNumber=phone.serial)
    assert refused(iam.enable_mfa_device, UserName=alice, **phone.pair())[0] == "InvalidAuthenticationCode"
    house.clock.advance(2 * STEP)
    iam.enable_mfa_device(UserName=alice, **phone.pair())


def test_t49_resynchronizing_takes_no_code_again_and_none_from_afar(
    house: InProcess, iam: Any, phone: Phone, alice: str
) -> None:
    iam.enable_mfa_device(UserName=alice, **phone.pair())
    assert refused(iam.resync_mfa_device, UserName=alice, **phone.pair())[0] == "InvalidAuthenticationCode"
    house.clock.advance(10 * STEP)
    afar = {"AuthenticationCode1": phone.code(-5), "AuthenticationCode2": phone.code(-4)}
    assert refused(iam.resync_mfa_device, UserName=alice, SerialNumber=phone.serial, **afar)[0] == (
        "InvalidAuthenticationCode"
    )
    iam.resync_mfa_device(UserName=alice, **phone.pair())


def test_only_a_device_in_use_can_be_resynchronized(iam: Any, phone: Phone, alice: str) -> None:
    assert refused(iam.resync_mfa_device, UserName=alice, **phone.pair())[0] == "NoSuchEntity"


def test_c14_a_device_created_again_has_another_seed(house: InProcess, iam: Any, phone: Phone) -> None:
    iam.delete_virtual_mfa_device(SerialNumber=phone.serial)
    assert Phone(house, iam).app.secret != phone.app.secret


def test_devices_are_listed_by_who_uses_them(house: InProcess, iam: Any, phone: Phone, alice: str) -> None:
    spare = Phone(house, iam, "spare")
    iam.enable_mfa_device(UserName=alice, **phone.pair())

    def serials(**arguments: str) -> list[str]:
        return [device["SerialNumber"] for device in iam.list_virtual_mfa_devices(**arguments)["VirtualMFADevices"]]

    assert serials(AssignmentStatus="Assigned") == [phone.serial]
    assert serials(AssignmentStatus="Unassigned") == [spare.serial]
    assert serials(AssignmentStatus="Any") == serials() == [phone.serial, spare.serial]
    shown = iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"][0]
    assert shown["User"]["Arn"] == f"arn:aws:iam::{house.account_id}:user/alice"
    first = iam.list_virtual_mfa_devices(MaxItems=1)
    assert first["IsTruncated"] is True
    rest = iam.list_virtual_mfa_devices(Marker=first["Marker"])["VirtualMFADevices"]
    assert [device["SerialNumber"] for device in rest] == [spare.serial]


def test_a_user_manages_their_own_device_and_nobody_elses(house: InProcess, client_of: ClientOf) -> None:
    own = ["arn:aws:iam::*:user/${aws:username}", f"arn:aws:iam::{house.account_id}:mfa/bob"]
    bob = client_of("bob", allow("iam:*MFADevice*", own))
    phone = Phone(house, bob, "bob")
    bob.enable_mfa_device(UserName="bob", **phone.pair())
    assert len(bob.list_mfa_devices()["MFADevices"]) == 1
    assert bob.get_mfa_device(SerialNumber=phone.serial)["UserName"] == "bob"
    bob.deactivate_mfa_device(SerialNumber=phone.serial)
    assert refused(bob.create_virtual_mfa_device, VirtualMFADeviceName="admin")[0] == "AccessDenied"
    assert refused(bob.enable_mfa_device, UserName="admin", **phone.pair())[0] == "AccessDenied"
    assert refused(bob.list_mfa_devices, UserName="admin")[0] == "AccessDenied"
    bob.delete_virtual_mfa_device(SerialNumber=phone.serial)


def test_t29_tag_keys_of_devices_are_told_apart_by_case(iam: Any) -> None:
    tags = [{"Key": "Team", "Value": "Blue"}, {"Key": "team", "Value": "red"}]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone", Tags=tags)["VirtualMFADevice"]
    assert device["Tags"] == tags
    serial = device["SerialNumber"]
    iam.tag_mfa_device(SerialNumber=serial, Tags=[{"Key": "TEAM", "Value": "x"}])
    iam.untag_mfa_device(SerialNumber=serial, TagKeys=["Team"])
    assert iam.list_mfa_device_tags(SerialNumber=serial)["Tags"] == [
        {"Key": "TEAM", "Value": "x"},
        {"Key": "team", "Value": "red"},
    ]
    twice = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    assert refused(iam.tag_mfa_device, SerialNumber=serial, Tags=twice)[0] == "InvalidInput"


def test_who_may_touch_a_device_can_depend_on_its_tags(iam: Any, client_of: ClientOf) -> None:
    tags = [{"Key": "Team", "Value": "Blue"}]
    blue = iam.create_virtual_mfa_device(VirtualMFADeviceName="blue", Tags=tags)["VirtualMFADevice"]["SerialNumber"]
    red = iam.create_virtual_mfa_device(VirtualMFADeviceName="red")["VirtualMFADevice"]["SerialNumber"]
    bob = client_of("bob", allow("iam:*MFADevice*", StringEquals={"aws:ResourceTag/Team": "Blue"}))
    assert refused(bob.tag_mfa_device, SerialNumber=red, Tags=tags)[0] == "AccessDenied"
    assert refused(bob.untag_mfa_device, SerialNumber=red, TagKeys=["Team"])[0] == "AccessDenied"
    bob.tag_mfa_device(SerialNumber=blue, Tags=[{"Key": "Rank", "Value": "1"}])
    assert refused(bob.delete_virtual_mfa_device, SerialNumber=red)[0] == "AccessDenied"
    bob.delete_virtual_mfa_device(SerialNumber=blue)


def test_the_root_user_has_no_devices_until_it_signs_in(root: Any, phone: Phone) -> None:
    assert root.list_mfa_devices()["MFADevices"] == []
    assert refused(root.deactivate_mfa_device, SerialNumber=phone.serial)[0] == "NoSuchEntity"


@pytest.fixture
def accept(house: InProcess, iam: Any, phone: Phone, alice: str) -> Callable[[str], None]:
    """Give a code of alice's device to the room, as STS does."""
    iam.enable_mfa_device(UserName=alice, **phone.pair())
    user_id = iam.get_user(UserName=alice)["User"]["UserId"]
    inside = house.keystead.house

    def check(code: str) -> None:
        iam_room.accept_mfa_code(inside, house.account_id, user_id, phone.serial, code, now=house.clock.now)

    return check


def test_t49_a_code_is_accepted_once(house: InProcess, phone: Phone, accept: Callable[[str], None]) -> None:
    house.clock.advance(STEP)
    accept(phone.code())
    with pytest.raises(AwsError) as error:
        accept(phone.code())
    assert (error.value.code, error.value.message) == (
        "AccessDenied",
        "MultiFactorAuthentication failed with invalid MFA one time pass code.",
    )


def test_t49_codes_are_good_for_one_step_before_and_after(
    house: InProcess, phone: Phone, accept: Callable[[str], None]
) -> None:
    house.clock.advance(10 * STEP)
    for steps in (-2, 2):
        with pytest.raises(AwsError, match="AccessDenied"):
            accept(phone.code(steps))
    for steps in (-1, 0, 1):
        accept(phone.code(steps))


def test_a_code_of_a_device_that_is_not_the_users_is_refused(
    house: InProcess, iam: Any, phone: Phone, accept: Callable[[str], None]
) -> None:
    iam.deactivate_mfa_device(UserName="alice", SerialNumber=phone.serial)
    house.clock.advance(STEP)
    with pytest.raises(AwsError, match="unable to validate MFA code"):
        accept(phone.code())
