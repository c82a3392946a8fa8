"""What happens to events when the database does not take them."""

from collections.abc import Iterator

import pytest

from in_process import InProcess
from keystead.services.cloudtrail import log as audit_log
from keystead.services.cloudtrail.event_ids import event_id, first_id, time_of


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
