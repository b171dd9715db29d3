"""What Alembic runs to bring a ledger up to date, on the connection that ledger.migrating hands over."""

from __future__ import annotations

from alembic import context

from tallystick.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
