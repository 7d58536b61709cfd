"""What alembic runs: migrations over a connection that ``reviewer.store.migrate`` opened."""

from alembic import context

from reviewer.store import models

connection = context.config.attributes["connection"]
# SQLite alters a table by copying it.
context.configure(connection=connection, target_metadata=models.Base.metadata, render_as_batch=True, compare_type=True)
context.run_migrations()
