"""What happens to events when the database does not take them."""

import threading
from collections.abc import Callable, Iterator

import pytest

from in_process import InProcess
from keystead.services.cloudtrail import log as audit_log
from keystead.services.cloudtrail.event_ids import event_id, first_id, time_of
from keystead.storage import Transaction


@pytest.fixture
def broken(house: InProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A database that refuses to append until the patch is undone."""

    def refuse(_work: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(house.keystead.house.store, "append", refuse)
    monkeypatch.setattr(audit_log, "_FULL", 5)
    monkeypatch.setattr(audit_log, "_REFUSING", 10)
    yield monkeypatch
    monkeypatch.undo()


def names(house: InProcess) -> list[str]:
    return [event["EventName"] for event in house.client("cloudtrail").lookup_events()["Events"]]


def test_t72_reads_go_on_for_a_while_and_their_events_are_kept(house: InProcess, broken: pytest.MonkeyPatch) -> None:
    iam = house.client("iam")
    for _ in range(7):
        iam.list_users()
    with pytest.raises(OSError, match="No space left"):
        house.keystead.house.audit.flush()
    broken.undo()
    assert names(house) == ["ListUsers"] * 7


def test_t72_reads_are_refused_when_too_many_events_wait(house: InProcess, broken: pytest.MonkeyPatch) -> None:
    iam = house.client("iam")
    for _ in range(9):
        iam.list_users()
    with pytest.raises(iam.exceptions.ClientError) as refused:
        iam.list_users()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_a_full_batch_is_written_without_being_asked(house: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "_FULL", 3)
    for _ in range(4):
        house.client("iam").list_users()
    assert len(house.keystead.house.audit._waiting) == 1


def test_the_order_of_ids_is_the_order_of_events(house: InProcess) -> None:
    now, random = house.clock.now, house.keystead.house.random
    ids = [event_id(now, order, random) for order in range(3)]
    house.clock.advance(0.000001)
    ids.append(event_id(house.clock.now, 0, random))
    assert ids == sorted(ids)
    assert first_id(now) < ids[0]
    assert [time_of(each) for each in ids] == [now, now, now, house.clock.now]


def test_t72_events_that_the_writer_could_not_write_wait_and_are_written_once(
    house: InProcess, broken: pytest.MonkeyPatch
) -> None:
    house.client("iam").list_users()
    house.keystead.house.audit.hand_over()
    house.client("iam").list_roles()
    broken.undo()
    house.tick()
    house.tick()
    assert names(house) == ["ListRoles", "ListUsers"]


def test_what_is_recorded_while_the_writer_writes_is_written_next(
    house: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, slow = house.keystead.house.store, threading.Event()
    append = store.append

    def wait(work: Callable[[Transaction], None]) -> None:
        slow.wait(10)
        append(work)

    monkeypatch.setattr(store, "append", wait)
    audit = house.keystead.house.audit
    house.client("iam").list_users()
    audit.hand_over()
    house.client("iam").list_roles()
    audit.hand_over()
    assert len(audit._waiting) == 2
    slow.set()
    assert names(house) == ["ListRoles", "ListUsers"]
    # LookupEvents itself, which came after what it found.
    assert len(audit._waiting) == 1


def test_many_events_are_written_whatever_their_number(house: InProcess) -> None:
    iam = house.client("iam")
    for _ in range(38):
        iam.list_users()
    found = house.client("cloudtrail").lookup_events(MaxResults=50)["Events"]
    assert len(found) == 38
    assert len({event["EventId"] for event in found}) == 38
