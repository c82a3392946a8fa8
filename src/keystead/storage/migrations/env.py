"""Alembic's entry: migrate the connection that `keystead.storage.migrate` already holds locked."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from keystead.storage.schema import metadata
from keystead.storage.schema.base import UtcDateTime


def plain_types(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types as what the database knows, so that a migration never changes with the code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=plain_types,
)
context.run_migrations()
