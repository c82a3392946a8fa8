"""What other rooms ask of accounts."""

import datetime as dt
from collections.abc import Iterator

import pytest

from keystead.services import account
from keystead.storage import Store, migrate
from keystead.storage.store import open_store

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A new store of either kind."""
    opened = open_store(database_url)
    migrate.prepare(opened)
    opened.feed.start()
    yield opened
    opened.close()


def create(store: Store, account_id: str, email: str) -> None:
    """Create an account."""
    store.write(lambda tx: account.create(tx, account_id=account_id, name="Name", email=email, now=NOW))


def test_an_account_is_found_by_id_and_by_address_in_any_case(store: Store) -> None:
    create(store, "111111111111", "Owner@Example.com")
    with store.read() as tx:
        found = account.facts(tx, "111111111111")
        assert found == account.AccountFacts("111111111111", "Name", "Owner@Example.com", "ACTIVE", NOW)
        assert account.by_email(tx, "OWNER@example.COM") == found
        assert account.exists(tx, "111111111111")
        assert account.many(tx, ["111111111111", "222222222222"]) == {"111111111111": found}
        assert account.facts(tx, "222222222222") is None
        assert account.by_email(tx, "other@example.com") is None
        assert not account.exists(tx, "222222222222")
        assert not account.root_has_password(tx, "111111111111")


def test_an_address_belongs_to_one_account(store: Store) -> None:
    create(store, "111111111111", "owner@example.com")
    with pytest.raises(account.EmailInUse):
        create(store, "222222222222", "OWNER@example.com")


@pytest.mark.parametrize("state", ["SUSPENDED", "PENDING_CLOSURE", "CLOSED", "PENDING_ACTIVATION"])
def test_only_an_active_account_is_usable(store: Store, state: str) -> None:
    create(store, "111111111111", "owner@example.com")
    store.write(lambda tx: account.set_state(tx, "111111111111", state, NOW))
    with store.read() as tx:
        found = account.facts(tx, "111111111111")
        assert found is not None
        assert not found.usable
        begun = [found] if state == "PENDING_CLOSURE" else []
        assert account.closing_since(tx, NOW - dt.timedelta(seconds=1)) == begun
        assert account.closing_since(tx, NOW) == []
