"""What totals are held against is found in an index alone: a country's rows are a page long each, and thousands.

The index lies on what is computed, so a ledger that has never been reconciled has it too, and empty.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COLUMNS = ("country", "measure", "incident", "unit", "actor", "status", "since", "until", "low", "high", "node", "id")


def upgrade() -> None:
    """Makes the index anew, with twelve columns for two."""
    op.drop_index("tally_country", "tally", if_exists=True)
    op.create_index("tally_country", "tally", list(_COLUMNS))
