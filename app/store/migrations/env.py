"""Which connection does Alembic migrate? The one that `app.store.migrate` hands over."""

from alembic import context

from app.store import schema  # knows every table

context.configure(
    connection=context.config.attributes["connection"], target_metadata=schema.deliveries.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
