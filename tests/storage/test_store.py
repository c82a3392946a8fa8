"""One suite over both databases: what a transaction promises."""

import contextlib
import threading

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError

from keystead.storage import Store, Transaction
from keystead.storage.schema import core


def put(tx: Transaction, name: str, value: str = "") -> None:
    tx.execute(insert(core.settings).values(name=name, value=value))


def names(store: Store) -> list[str]:
    with store.read() as tx:
        return list(tx.execute(select(core.settings.c.name).order_by(core.settings.c.name)).scalars())


def test_a_write_is_there_for_everyone_after_it_returned(store: Store, neighbour: Store) -> None:
    store.write(lambda tx: put(tx, "a"))
    assert names(neighbour) == ["a"]


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    def work(tx: Transaction) -> None:
        put(tx, "a")
        tx.changed("111111111111")
        message = "no"
        raise ValueError(message)

    with pytest.raises(ValueError, match="no"):
        store.write(work)
    assert names(store) == []
    with store.read() as tx:
        assert tx.execute(select(func.count()).select_from(core.changes)).scalar_one() == 0


def test_a_read_is_one_snapshot_whatever_is_written_meanwhile(store: Store, neighbour: Store) -> None:
    with store.read() as tx:
        before = tx.execute(select(func.count()).select_from(core.settings)).scalar_one()
        neighbour.write(lambda other: put(other, "late"))
        assert tx.execute(select(func.count()).select_from(core.settings)).scalar_one() == before
    assert names(store) == ["late"]


def test_t64_writers_of_two_nodes_never_both_pass_the_same_check(store: Store, neighbour: Store) -> None:
    """Check-then-insert, raced: writes are serialized, so a quota of ten is ten."""

    def work(tx: Transaction, name: str) -> None:
        if tx.execute(select(func.count()).select_from(core.settings)).scalar_one() < 10:
            put(tx, name)

    def race(node: Store, prefix: str) -> None:
        for number in range(20):
            node.write(lambda tx, name=f"{prefix}{number}": work(tx, name))

    threads = [threading.Thread(target=race, args=(node, prefix)) for node, prefix in ((store, "a"), (neighbour, "b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(store)) == 10


def test_a_read_transaction_cannot_write(store: Store) -> None:
    with store.read() as tx, contextlib.suppress(DBAPIError):  # PostgreSQL refuses at once; SQLite rolls back
        put(tx, "a")
    assert names(store) == []
