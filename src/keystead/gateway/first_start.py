"""Opening the house: the database, its keys, and on the first start the management account and its administrator."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import insert, select

from keystead.credentials import ids, keyring
from keystead.credentials.keyring import DataKey, Keyring, MasterKey
from keystead.credentials.tokens import Sealer
from keystead.services import account, iam
from keystead.services.authority import Authorities
from keystead.services.call import House
from keystead.services.cloudtrail import AuditLog
from keystead.settings import Settings
from keystead.storage import Store, Transaction, migrate, snapshot
from keystead.storage.schema import core
from keystead.storage.store import open_store
from keystead.wire.errors import AwsError

ADMIN_USER = "admin"
ADMIN_GROUP = "Administrators"
_MANAGEMENT_ACCOUNT = "management account"
_SNAPSHOT = "first start"


@dataclass(frozen=True, slots=True)
class FirstStart:
    """What the first start made; the secret is shown once and kept only encrypted."""

    account_id: str
    root_email: str
    user_name: str
    access_key_id: str
    secret_access_key: str


@dataclass(frozen=True, slots=True)
class CreatedAccount:
    """A standalone account; the key is there only when an administrator was asked for."""

    account_id: str
    access_key_id: str | None = None
    secret_access_key: str | None = None


def open_house(
    settings: Settings, clock: Callable[[], dt.datetime], random: Callable[[int], bytes]
) -> tuple[House, FirstStart | None]:
    """Open everything one process owns; the second value says what this call initialised, if it did."""
    master = MasterKey(settings.master_key)
    store = open_store(settings.database_url)
    migrate.prepare(store)
    created = store.write(lambda tx: _initialise(tx, settings, master, clock(), random))
    with store.read() as tx:
        keys = _data_keys(tx)
    ring = Keyring.open(master, keys)
    store.feed.start()
    house = House(
        settings=settings,
        store=store,
        clock=clock,
        random=random,
        keyring=ring,
        sealer=Sealer(ring, random),
        authorities=Authorities(store),
        audit=AuditLog(store),
    )
    return house, created


def create_account(house: House, email: str, name: str, *, admin: bool) -> CreatedAccount:
    """Create an account outside of any organization, with an IAM administrator if asked.

    Errors: EmailInUse.
    """

    def work(tx: Transaction) -> CreatedAccount:
        account_id = ids.account_id(house.random)
        account.create(tx, account_id=account_id, name=name, email=email, now=house.clock())
        tx.changed(account_id)
        if not admin:
            return CreatedAccount(account_id)
        return CreatedAccount(
            account_id, *_administrator(tx, account_id, None, house.keyring, house.clock(), house.random)
        )

    return house.store.write(work)


def create_root_key(house: House, account_id: str) -> CreatedAccount:
    """Give an account's root user an access key.

    Errors: NoSuchEntity when there is no such account, LimitExceeded when it has two keys.
    """

    def work(tx: Transaction) -> CreatedAccount:
        if account.facts(tx, account_id) is None:
            raise AwsError("NoSuchEntity", f"There is no account {account_id}.", status=404)
        tx.changed(account_id)
        key = iam.create_root_key(tx, account_id, keyring=house.keyring, now=house.clock(), random=house.random)
        return CreatedAccount(account_id, *key)

    return house.store.write(work)


def management_account_id(store: Store) -> str:
    """Return the account that the first start made."""
    with store.read() as tx:
        return _setting(tx, _MANAGEMENT_ACCOUNT) or ""


def restore(store: Store) -> None:
    """Put every row back to what the first start of an ephemeral server left."""

    def work(tx: Transaction) -> None:
        kept = _setting(tx, _SNAPSHOT)
        if kept is None:
            msg = "this server kept no snapshot of its first start"
            raise RuntimeError(msg)
        snapshot.restore(tx, kept)
        _set(tx, _SNAPSHOT, kept)
        tx.changed()

    store.write(work)


def _initialise(
    tx: Transaction, settings: Settings, master: MasterKey, now: dt.datetime, random: Callable[[int], bytes]
) -> FirstStart | None:
    if _setting(tx, _MANAGEMENT_ACCOUNT) is not None:
        return None
    key = keyring.create(master, 1, now, random)
    tx.execute(insert(core.data_keys).values(id=key.id, wrapped=key.wrapped, state=key.state, created=key.created))
    account_id = settings.management_account_id or ids.account_id(random)
    email = settings.root_email or "root@keystead.example"
    account.create(tx, account_id=account_id, name="Management", email=email, now=now)
    given = (settings.admin_access_key_id, settings.admin_secret_access_key)
    access_key = (given[0], given[1]) if given[0] and given[1] else None
    access_key_id, secret = _administrator(tx, account_id, access_key, Keyring.open(master, [key]), now, random)
    _set(tx, _MANAGEMENT_ACCOUNT, account_id)
    if settings.ephemeral:
        _set(tx, _SNAPSHOT, snapshot.take(tx))
    tx.changed()
    return FirstStart(account_id, email, ADMIN_USER, access_key_id, secret)


def _administrator(
    tx: Transaction,
    account_id: str,
    access_key: tuple[str, str] | None,
    ring: Keyring,
    now: dt.datetime,
    random: Callable[[int], bytes],
) -> tuple[str, str]:
    return iam.bootstrap_admin(
        tx,
        account_id,
        user_name=ADMIN_USER,
        group_name=ADMIN_GROUP,
        access_key=access_key,
        keyring=ring,
        now=now,
        random=random,
    )


def _data_keys(tx: Transaction) -> list[DataKey]:
    rows = tx.execute(select(core.data_keys).order_by(core.data_keys.c.id))
    return [DataKey(id=row.id, wrapped=row.wrapped, state=row.state, created=row.created) for row in rows]


def _setting(tx: Transaction, name: str) -> str | None:
    return tx.execute(select(core.settings.c.value).where(core.settings.c.name == name)).scalar_one_or_none()


def _set(tx: Transaction, name: str, value: str) -> None:
    tx.execute(insert(core.settings).values(name=name, value=value))
