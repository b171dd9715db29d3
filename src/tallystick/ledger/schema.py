"""The tables of a ledger, for SQLite (STRICT) and PostgreSQL alike.

Days and times are ISO 8601 text in UTC, of one width, so that their order as text is their order in time.
"""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()
"""Every table of a ledger: the log's, and the projections that can be dropped and rebuilt from it."""
