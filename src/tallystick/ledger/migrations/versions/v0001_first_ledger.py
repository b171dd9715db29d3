"""The first ledger: the log, its tree and roots, and the projections."""

from __future__ import annotations

from alembic import op

from tallystick.ledger import computed_tables, schema, tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes all tables and triggers."""
    connection = op.get_bind()
    schema.metadata.create_all(connection, tables=list(schema.LOG))
    schema.guard(connection)
    tables.create(connection)
    computed_tables.create(connection)
