"""People who went to the OIDC provider to sign in and are expected back, each in the browser they left from."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from tallystick.office.store import Office
from tallystick.office.tables import arrival, hashed, written

PATIENCE = timedelta(minutes=10)
"""How long somebody may take at the provider."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What must come back unchanged: state in the address, nonce in the id token. verifier proves to the provider that
    whoever fetches the token is whoever asked (PKCE). onward is the path to go on to."""

    state: str
    nonce: str
    verifier: str
    onward: str


def expect(office: Office, onward: str, *, now: datetime) -> tuple[str, Arrival]:
    """A key for the browser's cookie, and what to send to the provider."""
    key = secrets.token_urlsafe(32)
    made = Arrival(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), onward)
    with office.writing() as connection:
        connection.execute(delete(arrival).where(arrival.c.ends < written(now)))
        connection.execute(
            insert(arrival).values(
                hash=hashed(key),
                state=made.state,
                nonce=made.nonce,
                verifier=made.verifier,
                onward=onward,
                ends=written(now + PATIENCE),
            )
        )
    return key, made


def welcome(office: Office, key: str, *, now: datetime) -> Arrival | None:
    """Who is expected in the browser with that key, once: the same answer cannot be given again."""
    with office.writing() as connection:
        mine = arrival.c.hash == hashed(key)
        row = connection.execute(select(arrival).where(mine, arrival.c.ends >= written(now))).first()
        connection.execute(delete(arrival).where(mine))
    return None if row is None else Arrival(row.state, row.nonce, row.verifier, row.onward)
