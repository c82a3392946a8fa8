"""Wrong codes in a row: how many are compared, for how long none is, and what is remembered."""

import datetime as dt

import pytest

from keystead.credentials.attempts import Attempts

NOON = dt.datetime(2026, 11, 23, 12, 0, 0, tzinfo=dt.UTC)


def later(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


def fail(attempts: Attempts, key: str, times: int, now: dt.datetime = NOON) -> None:
    for _ in range(times):
        assert attempts.may_try(key, now)
        attempts.failed(key, now)


def test_t40_the_fifth_wrong_code_in_a_row_locks_for_a_minute() -> None:
    attempts = Attempts()
    fail(attempts, "phone", 5)
    assert not attempts.may_try("phone", NOON)
    assert not attempts.may_try("phone", later(59.999))
    assert attempts.may_try("phone", later(60))
    assert attempts.may_try("tablet", NOON)


def test_t40_every_further_wrong_code_locks_twice_as_long_up_to_an_hour() -> None:
    attempts = Attempts()
    fail(attempts, "phone", 4)
    now = NOON
    for seconds in (60, 120, 240, 480, 960, 1920, 3600, 3600, 3600):
        fail(attempts, "phone", 1, now)
        now += dt.timedelta(seconds=seconds - 1)
        assert not attempts.may_try("phone", now)
        now += dt.timedelta(seconds=1)
        assert attempts.may_try("phone", now)


def test_t40_a_lock_never_grows_without_bound() -> None:
    attempts = Attempts()
    for number in range(3_000):
        attempts.failed("phone", later(number * 3600))
    assert attempts.may_try("phone", later(3_000 * 3600))


def test_a_right_code_forgets_the_wrong_ones_before_it() -> None:
    attempts = Attempts()
    fail(attempts, "phone", 4)
    attempts.succeeded("phone")
    fail(attempts, "phone", 4)
    assert attempts.may_try("phone", NOON)


def test_after_a_reset_nothing_is_locked() -> None:
    attempts = Attempts()
    fail(attempts, "phone", 5)
    attempts.forget()
    fail(attempts, "phone", 4)
    assert attempts.may_try("phone", NOON)


@pytest.mark.parametrize("locked", [0, 2])
def test_the_key_forgotten_when_there_are_too_many_is_the_oldest_that_is_not_locked(locked: int) -> None:
    attempts = Attempts(capacity=3)
    for number in range(locked):
        fail(attempts, f"locked {number}", 5)
    for number in range(3 - locked):
        fail(attempts, f"open {number}", 4)
    fail(attempts, "new", 4)
    # Only the oldest open one was forgotten: the others are where they were.
    fail(attempts, "new", 1)
    assert not attempts.may_try("new", NOON)
    assert not any(attempts.may_try(f"locked {number}", NOON) for number in range(locked))
    for number in range(1, 3 - locked):
        fail(attempts, f"open {number}", 1)
        assert not attempts.may_try(f"open {number}", NOON)


def test_t40_while_every_key_that_can_be_remembered_is_locked_no_other_is_tried() -> None:
    attempts = Attempts(capacity=2)
    fail(attempts, "one", 5)
    fail(attempts, "two", 5)
    assert not attempts.may_try("three", NOON)
    attempts.failed("three", NOON)
    assert not attempts.may_try("one", NOON)
    assert attempts.may_try("three", later(60))
