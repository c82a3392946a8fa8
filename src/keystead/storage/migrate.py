"""Bringing a database to the schema of this version: a new one is made whole, an older one is migrated."""

from pathlib import Path

from sqlalchemy import inspect, text

from keystead.storage.schema import metadata
from keystead.storage.store import Store

# The newest revision in migrations/versions; a test compares it with Alembic's own idea.
HEAD = "0001"
_MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaError(Exception):
    """The database is not one that this version may open."""


def prepare(store: Store) -> None:
    """Create or migrate the schema; many processes may start at once, one of them does the work.

    Errors: SchemaError when the database belongs to a newer Keystead or to something else.
    """
    # The common case costs one look and no migration library.
    if revision(store) == HEAD:
        return
    with store.locked() as connection:
        tables = set(inspect(connection).get_table_names())
        if "alembic_version" in tables:
            _upgrade(connection)
        elif tables & set(metadata.tables):
            msg = "the database has tables of Keystead but no schema version; it was not made by keystead"
            raise SchemaError(msg)
        else:
            metadata.create_all(connection)
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def revision(store: Store) -> str | None:
    """Return the schema version of a database, or None if it has none yet."""
    with store.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(connection: object) -> None:
    # Imported here: only a database of an older version pays for it.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        msg = "the database was made by a newer version of keystead"
        raise SchemaError(msg) from error
