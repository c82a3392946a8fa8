import datetime as dt

from sqlalchemy import insert, select

from keystead.storage import Store, snapshot
from keystead.storage.schema import core

NOW = dt.datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=dt.UTC)


def test_a_snapshot_puts_back_bytes_times_and_nothing_else(store: Store) -> None:
    store.write(
        lambda tx: tx.execute(insert(core.data_keys).values(id=1, wrapped=b"\x00\xff", state="active", created=NOW))
    )
    kept = store.write(snapshot.take)
    store.write(lambda tx: tx.execute(core.data_keys.update().values(wrapped=b"other")))
    store.write(lambda tx: tx.execute(insert(core.settings).values(name="new", value="x")))

    store.write(lambda tx: snapshot.restore(tx, kept))

    with store.read() as tx:
        row = tx.execute(select(core.data_keys)).one()
        assert (row.wrapped, row.created) == (b"\x00\xff", NOW)
        assert tx.execute(select(core.settings)).all() == []
