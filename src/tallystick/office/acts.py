"""The audit: who saw and did what. Lines are added and read; nothing changes one, and only retention removes views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, insert, select

from tallystick.model.people import Act
from tallystick.office.store import Office
from tallystick.office.tables import act, written

TOGETHER = 500
"""Lines that are read in one go."""


def write(connection: Connection, acts: Sequence[Act]) -> None:
    """Adds lines in the caller's transaction: a change and its line are written together or not at all."""
    if acts:
        connection.execute(
            insert(act),
            [
                {
                    "at": written(one.at),
                    "person": one.person,
                    "what": one.what,
                    "about": one.about,
                    "outcome": one.outcome,
                    "address": one.address,
                }
                for one in acts
            ],
        )


def newest(
    office: Office,
    *,
    person: str | None = None,
    day: date | None = None,
    since: date | None = None,
    before: int | None = None,
    most: int = 50,
) -> list[Act]:
    """Lines, newest first; before is the id of the last one seen. day is the one day, since the first, in UTC."""
    if person is not None and "\0" in person:
        return []  # nobody's name, and PostgreSQL takes no such text
    wanted = select(act).order_by(act.c.id.desc()).limit(most)
    if person is not None:
        wanted = wanted.where(act.c.person == person)
    if day is not None:
        start = datetime.combine(day, time.min, UTC)
        wanted = wanted.where(act.c.at >= written(start), act.c.at < written(start + timedelta(days=1)))
    if since is not None:
        wanted = wanted.where(act.c.at >= written(datetime.combine(since, time.min, UTC)))
    if before is not None:
        wanted = wanted.where(act.c.id < before)
    with office.reading() as connection:
        return [
            Act(datetime.fromisoformat(row.at), row.person, row.what, row.about, row.outcome, row.address, row.id)
            for row in connection.execute(wanted)
        ]


def every(
    office: Office, *, person: str | None = None, day: date | None = None, since: date | None = None
) -> Iterator[Act]:
    """All such lines, newest first, a few at a time: the audit may be long."""
    before: int | None = None
    while found := newest(office, person=person, day=day, since=since, before=before, most=TOGETHER):
        yield from found
        before = found[-1].id
