import datetime as dt
from collections.abc import Iterator

import pytest

from keystead.storage import Store, migrate
from keystead.storage.store import open_store

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty, prepared database of each kind."""
    opened = open_store(database_url)
    migrate.prepare(opened)
    opened.feed.start()
    yield opened
    opened.close()


@pytest.fixture
def neighbour(store: Store, database_url: str) -> Iterator[Store]:
    """A second node over the same database."""
    opened = open_store(database_url)
    opened.feed.start()
    yield opened
    opened.close()
