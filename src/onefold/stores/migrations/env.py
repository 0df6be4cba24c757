"""Alembic's entry: the caller hands in the connection, and the transaction is the caller's."""

from alembic import context

from onefold.stores.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
