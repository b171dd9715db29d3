"""What Alembic runs to bring an office up to date, on the connection that office.migrating hands over."""

from __future__ import annotations

from alembic import context

from tallystick.office.migrating import VERSION
from tallystick.office.tables import metadata

# A ledger in the same PostgreSQL keeps its own revision in Alembic's usual table.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION)
context.run_migrations()
