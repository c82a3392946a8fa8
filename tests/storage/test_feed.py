"""The change feed, on both databases: what one node commits, every node hears, in order and once."""

import time

import pytest

from keystead.storage import StaleError, Store
from keystead.storage.feed import Feed
from keystead.storage.postgres_feed import MAX_SILENCE_SECONDS, PostgresFeed


def heard_by(store: Store) -> list[str]:
    heard: list[str] = []
    store.feed.listen(heard.append)
    return heard


def wait_for(heard: list[str], count: int, seconds: float = 1.0) -> None:
    until = time.monotonic() + seconds
    while len(heard) < count and time.monotonic() < until:
        time.sleep(0.005)


def test_the_writing_node_hears_its_own_change_before_the_write_returns(store: Store) -> None:
    heard = heard_by(store)
    store.write(lambda tx: tx.changed("111111111111"))
    assert heard == ["111111111111"]


def test_t16_another_node_hears_within_a_second(store: Store, neighbour: Store) -> None:
    heard = heard_by(neighbour)
    for number in range(50):
        store.write(lambda tx, scope=str(number): tx.changed(scope))
        if neighbour.kind == "sqlite":
            neighbour.feed.ensure_fresh()
        else:
            wait_for(heard, number + 1)
        assert len(heard) == number + 1
    assert heard == [str(number) for number in range(50)]


def test_sqlite_hears_on_the_very_next_question(store: Store, neighbour: Store) -> None:
    if store.kind != "sqlite":
        pytest.skip("PostgreSQL is listened to, not asked")
    heard = heard_by(neighbour)
    store.write(lambda tx: tx.changed())
    neighbour.feed.ensure_fresh()
    assert heard == ["*"]


def test_a_writer_hears_every_earlier_change_once_it_holds_the_lock(store: Store, neighbour: Store) -> None:
    heard = heard_by(neighbour)
    store.write(lambda tx: tx.changed("earlier"))
    seen = neighbour.write(lambda _tx: list(heard))
    assert seen == ["earlier"]


def test_changes_that_were_pruned_unheard_mean_everything_changed() -> None:
    feed = Feed()
    heard: list[str] = []
    feed.listen(heard.append)
    feed.apply([(1, "a"), (5, "b"), (6, "c")])
    assert heard == ["a", "*", "c"]


def test_t66_a_node_cut_from_its_database_refuses_after_two_seconds(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if store.kind != "postgresql":
        pytest.skip("SQLite is asked on every request")
    feed = PostgresFeed(database_url.replace("+psycopg", ""))
    feed.start()
    feed.ensure_fresh()
    monkeypatch.setattr(feed, "_catch_up", lambda _connection: None)  # it hears no more, as when the network is gone
    time.sleep(MAX_SILENCE_SECONDS + 0.1)
    with pytest.raises(StaleError):
        feed.ensure_fresh()
    feed.close()


def test_a_feed_that_is_closed_refuses(store: Store) -> None:
    store.feed.close()
    with pytest.raises(StaleError):
        store.feed.ensure_fresh()
