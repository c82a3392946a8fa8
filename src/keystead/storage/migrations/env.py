"""Alembic's entry: migrate the connection that `keystead.storage.migrate` already holds locked."""

from alembic import context

from keystead.storage.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
