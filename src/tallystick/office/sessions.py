"""Sessions: who is signed in, in which browser. The key is in the cookie; here is only its hash, to be revoked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from tallystick.errors import NotSignedIn
from tallystick.model.people import Act, Person
from tallystick.office import acts
from tallystick.office.accounts import person_of
from tallystick.office.store import Office
from tallystick.office.tables import account, hashed, session, written

ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Session:
    """One browser of one person. id is the hash's beginning; agent what the browser says it is, which may be a lie.

    seen is to the minute. ends is when it ends whatever happens.
    """

    id: str
    started: datetime
    seen: datetime
    ends: datetime
    address: str | None = None
    agent: str | None = None


def start(
    office: Office,
    person: Person,
    *,
    lasts: timedelta,
    now: datetime,
    address: str | None = None,
    agent: str | None = None,
    how: str = "password",
    instead: str | None = None,
) -> str:
    """Signs a person in, and returns the new session's key. instead is the key that the browser bore before: it ends,
    so that nobody signs in under a key that somebody else has chosen or seen.

    Raises NotSignedIn where the account was closed since the person was looked up.
    """
    key = secrets.token_urlsafe(32)
    with office.writing() as connection:
        still = account.c.name == person.name, account.c.closed.is_(None)
        if connection.execute(select(account.c.name).where(*still)).first() is None:
            raise NotSignedIn("this account has just been closed. Ask an administrator.")
        connection.execute(delete(session).where(session.c.ends < written(now)))
        if instead:
            connection.execute(delete(session).where(session.c.hash == hashed(instead)))
        connection.execute(
            insert(session).values(
                hash=hashed(key),
                person=person.name,
                started=written(now),
                seen=written(now),
                ends=written(now + lasts),
                address=address,
                agent=(agent or "")[:200] or None,
            )
        )
        acts.write(connection, [Act(now, person.name, "signed in", None, how, address)])
    return key


def find(office: Office, key: str, *, idle: timedelta, now: datetime) -> tuple[Person, datetime] | None:
    """Whose session that is, and when it was last seen.

    None where there is none, or it has ended, or was idle too long, or its account is closed.
    """
    with office.reading() as connection:
        row = connection.execute(
            select(account, session.c.seen)
            .join_from(session, account, session.c.person == account.c.name)
            .where(session.c.hash == hashed(key), account.c.closed.is_(None))
            .where(session.c.ends > written(now), session.c.seen > written(now - idle))
        ).first()
    return None if row is None else (person_of(row), datetime.fromisoformat(row.seen))


def seen(office: Office, moments: Mapping[str, datetime]) -> None:
    """Notes when sessions were last seen, by their keys' hashes. Never makes one that has ended live again."""
    with office.writing() as connection:
        for key_hash, at in moments.items():
            later = session.c.hash == key_hash, session.c.seen < written(at)
            connection.execute(update(session).where(*later).values(seen=written(at)))


def of(office: Office, person: str, *, idle: timedelta, now: datetime) -> list[Session]:
    """A person's sessions that have not ended, the latest seen first."""
    alive = session.c.person == person, session.c.ends > written(now), session.c.seen > written(now - idle)
    with office.reading() as connection:
        rows = connection.execute(select(session).where(*alive).order_by(session.c.seen.desc()).limit(100))
        return [_session(row) for row in rows]


def end(office: Office, key: str, *, by: str, now: datetime, address: str | None = None) -> None:
    """Signs out: this one session."""
    _end(office, session.c.hash == hashed(key), Act(now, by, "signed out", None, None, address))


def end_one(office: Office, person: str, session_id: str, *, by: str, now: datetime) -> None:
    """Ends the person's session whose id that is; nothing where there is none."""
    if len(session_id) == ID_LENGTH and session_id.isalnum():
        one = (session.c.person == person) & session.c.hash.startswith(session_id, autoescape=True)
        _end(office, one, Act(now, by, "session ended", person))


def end_all(office: Office, person: str, *, by: str, now: datetime) -> None:
    """Signs the person out everywhere."""
    _end(office, session.c.person == person, Act(now, by, "signed out everywhere", person))


def id_of(key: str) -> str:
    """The id of the session with that key."""
    return hashed(key)[:ID_LENGTH]


def _end(office: Office, which: ColumnElement[bool], act: Act) -> None:
    with office.writing() as connection:
        connection.execute(delete(session).where(which))
        acts.write(connection, [act])


def _session(row: Row[Any]) -> Session:
    started, last, ends = (datetime.fromisoformat(text) for text in (row.started, row.seen, row.ends))
    return Session(row.hash[:ID_LENGTH], started, last, ends, row.address, row.agent)
