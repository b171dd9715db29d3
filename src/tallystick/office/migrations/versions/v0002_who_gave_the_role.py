"""Who gave an account its role, and who closed it: what the provider's groups gave they can take, and nothing else.

Where nobody has changed the role of an account that somebody made by signing in at the provider, its groups gave it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds two columns, and fills in what the audit says."""
    op.add_column("office_account", sa.Column("role_by", sa.Text(), nullable=True))
    op.add_column("office_account", sa.Column("closed_by", sa.Text(), nullable=True))
    # The audit may be long, and is gone through once.
    op.execute(
        "UPDATE office_account SET role_by = 'the provider' WHERE subject IS NOT NULL AND password IS NULL "
        "AND name IN (SELECT a.about FROM office_act a WHERE a.what = 'account made' AND a.person = a.about) "
        "AND name NOT IN (SELECT a.about FROM office_act a WHERE a.what = 'role changed' AND a.about IS NOT NULL)"
    )
