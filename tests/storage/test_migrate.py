"""The migrations and the tables in code must be the same schema, on both databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from keystead.storage import Store, migrate
from keystead.storage.schema import metadata
from keystead.storage.store import open_store


def migrate_from_nothing(store: Store) -> None:
    """Walk through every migration, as a database of the oldest version would."""
    with store.locked() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    migrate.prepare(store)


def test_the_migrations_arrive_at_the_tables_in_code(database_url: str) -> None:
    store = open_store(database_url)
    migrate_from_nothing(store)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    store.close()
    assert differences == []


def test_the_newest_revision_is_the_one_in_code() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.HEAD


def test_a_new_database_has_the_newest_revision(store: Store) -> None:
    assert migrate.revision(store) == migrate.HEAD


def test_a_database_of_a_newer_version_is_refused(store: Store) -> None:
    with store.locked() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrate.SchemaError, match="newer version"):
        migrate.prepare(store)


def test_a_database_of_something_else_is_refused(database_url: str) -> None:
    store = open_store(database_url)
    with store.locked() as connection:
        connection.execute(text("CREATE TABLE accounts (id INTEGER)"))
    with pytest.raises(migrate.SchemaError, match="not made by keystead"):
        migrate.prepare(store)
    store.close()
