"""The first office: accounts, sessions, tokens, the audit, attempts to sign in, arrivals, tasks.

Offices that were made before they bore a revision have these tables already, or the first of them. Written out, and
not taken from the tables as the code now has them: those may change, and this may not.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_WHOLE: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def words(name: str, *, key: bool = False, empty: bool = False, once: bool = False) -> sa.Column[Any]:
    """Text; once: no two rows have the same."""
    return sa.Column(name, sa.Text(), primary_key=key, nullable=empty, unique=once)


def person() -> sa.Column[Any]:
    """Whose it is."""
    return sa.Column("person", sa.Text(), sa.ForeignKey("office_account.name"), nullable=False)


def table(name: str, *columns: sa.Column[Any], indexes: dict[str, tuple[str, ...]]) -> None:
    """A table that is not there yet, with its indexes."""
    op.create_table(f"office_{name}", *columns, if_not_exists=True)
    for index, on in indexes.items():
        op.create_index(f"office_{name}_{index}", f"office_{name}", list(on), if_not_exists=True)


def upgrade() -> None:
    """Makes the tables that are not there."""
    table(
        "account",
        words("name", key=True),
        words("folded", once=True),
        words("role"),
        words("full_name", empty=True),
        words("password", empty=True),
        words("subject", empty=True, once=True),
        words("created"),
        words("closed", empty=True),
        indexes={},
    )
    table(
        "session",
        words("hash", key=True),
        person(),
        words("started"),
        words("seen"),
        words("ends"),
        words("address", empty=True),
        words("agent", empty=True),
        indexes={"person": ("person",), "ends": ("ends",)},
    )
    table(
        "token",
        words("id", key=True),
        words("hash", once=True),
        words("prefix"),
        person(),
        words("label"),
        words("scopes"),
        words("created"),
        words("expires", empty=True),
        words("used", empty=True),
        words("revoked", empty=True),
        indexes={"person": ("person",)},
    )
    table(
        "act",
        sa.Column("id", _WHOLE, primary_key=True, autoincrement=True),
        words("at"),
        words("person", empty=True),
        words("what"),
        words("about", empty=True),
        words("outcome", empty=True),
        words("address", empty=True),
        indexes={"person": ("person", "id"), "at": ("at", "id")},
    )
    table(
        "attempt",
        words("key", key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        words("last"),
        words("until"),
        indexes={"last": ("last",)},
    )
    table(
        "arrival",
        words("hash", key=True),
        words("state"),
        words("nonce"),
        words("verifier"),
        words("onward"),
        words("ends"),
        indexes={"ends": ("ends",)},
    )
    table(
        "task",
        words("id", key=True),
        words("kind"),
        words("by"),
        words("asked"),
        words("given"),
        words("state"),
        words("started", empty=True),
        words("beat", empty=True),
        words("ended", empty=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        words("note"),
        words("result", empty=True),
        words("error", empty=True),
        indexes={"asked": ("asked",), "state": ("state", "asked")},
    )
