import pytest

from code_walk import words_of
from keystead.services.registry import Operation, all_operations
from keystead.wire import model

OPERATIONS = all_operations()


def _name(operation: Operation) -> str:
    return f"{operation.service}:{operation.name}"


@pytest.mark.parametrize("operation", OPERATIONS, ids=_name)
def test_every_member_of_an_input_is_read_or_its_silence_explained(operation: Operation) -> None:
    members = set(model.load(operation.service).operations[operation.name].input_members)
    unread = members - words_of(operation)
    assert unread == set(operation.ignores), f"unread: {unread}, said to be: {set(operation.ignores)}"
    assert all(operation.ignores.values()), "every silence needs its reason"


def test_a_member_that_nobody_reads_is_noticed() -> None:
    (operation,) = (each for each in OPERATIONS if _name(each) == "sts:AssumeRole")
    words = words_of(operation)
    assert {"ExternalId", "Policy", "MinimumSessionTokenSize", "SerialNumber"} <= words
    assert "Members" not in words
