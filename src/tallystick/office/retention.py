"""What may be cleared away: old views in the audit, and what has ended or is forgotten.

Who signed in or was refused, every change of an account, and every request that changed something stay for good: only
lines that say that somebody looked at something may go, by the day that an administrator names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, or_

from tallystick.errors import BadQuestion
from tallystick.model.people import Act
from tallystick.office import acts
from tallystick.office.attempts import FORGOTTEN
from tallystick.office.store import Office
from tallystick.office.tables import act, arrival, attempt, session, written

VIEWS = ("GET ", "HEAD ")
"""How a line of the audit begins that says that something was looked at, and nothing done."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """How many lines of the audit were removed, sessions that had ended, failed sign-ins that no longer count, and
    sign-ins at the provider that nobody came back from."""

    views: int
    sessions: int
    attempts: int
    arrivals: int


def prune(office: Office, before: date, *, by: str, now: datetime) -> Cleared:
    """Removes the views of before that day (UTC), and what has ended by now. One line of the audit says so.

    Raises BadQuestion for a day that has not begun: what is seen today would go.
    """
    if before > now.astimezone(UTC).date():
        raise BadQuestion(f"{before} has not come yet. Name a day up to today: views of before it are removed.")
    start = written(datetime.combine(before, time.min, UTC))
    looked = or_(*(act.c.what.startswith(view, autoescape=True) for view in VIEWS))
    with office.writing() as connection:
        views = _removed(connection, act, looked & (act.c.at < start))
        cleared = Cleared(
            views,
            _removed(connection, session, session.c.ends < written(now)),
            _removed(connection, attempt, attempt.c.last < written(now - FORGOTTEN)),
            _removed(connection, arrival, arrival.c.ends < written(now)),
        )
        acts.write(connection, [Act(now, by, "views removed from the audit", f"before {before}", str(views))])
    return cleared


def _removed(connection: Connection, table: Table, which: ColumnElement[Any]) -> int:
    return connection.execute(delete(table).where(which)).rowcount
