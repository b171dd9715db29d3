"""Tokens: keys for programs, each with some of its person's permissions. Shown once; here is only the hash."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from tallystick.errors import BadAccount
from tallystick.model.people import Act, Permission, Person, Token
from tallystick.office import acts
from tallystick.office.accounts import person_of
from tallystick.office.store import Office
from tallystick.office.tables import account, hashed, read, token, written

MARK = "tally_"
"""Every token begins so: scanners for leaked keys can know it."""
MOST = 50
"""Tokens in force that one person may have."""


def make(
    office: Office,
    person: Person,
    label: str,
    scopes: Iterable[Permission],
    *,
    expires: datetime | None,
    by: str,
    now: datetime,
) -> tuple[Token, str]:
    """A new token, and its secret, which is not kept. Raises BadAccount for scopes that the person has not.

    expires None: never.
    """
    wanted, text = frozenset(scopes), " ".join(label.split())
    if not wanted:
        raise BadAccount("a token without scopes can do nothing. Choose at least one, such as read.")
    if not wanted <= person.permissions:
        over = ", ".join(sorted(wanted - person.permissions))
        raise BadAccount(f"{person.name} may not {over}, so no token may do it for them. Leave that scope out.")
    if not 1 <= len(text) <= 80 or not text.isprintable():
        raise BadAccount("a token needs a label of up to 80 plain characters that says what it is for.")
    if expires is not None and expires <= now:
        raise BadAccount(f"a token cannot expire on {expires:%Y-%m-%d}, which is past. Give a later day.")
    secret = MARK + secrets.token_urlsafe(32)
    made = Token(secrets.token_hex(8), person.name, text, wanted, now, expires, prefix=secret[: len(MARK) + 4])
    with office.writing() as connection:
        mine = token.c.person == person.name, token.c.revoked.is_(None)
        if len(connection.execute(select(token.c.id).where(*mine)).all()) >= MOST:
            raise BadAccount(f"{person.name} has {MOST} tokens. Revoke one that is no longer needed first.")
        connection.execute(
            insert(token).values(
                id=made.id,
                hash=hashed(secret),
                prefix=made.prefix,
                person=person.name,
                label=text,
                scopes=" ".join(sorted(wanted)),
                created=written(now),
                expires=None if expires is None else written(expires),
            )
        )
        acts.write(connection, [Act(now, by, "token made", made.id, f"{person.name}: {' '.join(sorted(wanted))}")])
    return made, secret


def find(office: Office, secret: str, *, now: datetime) -> tuple[Person, Token] | None:
    """Whose token that is, with the permissions that both role and scopes give. None where it is no token, or revoked,
    or expired, or its account is closed."""
    if not secret.startswith(MARK):
        return None
    with office.reading() as connection:
        row = connection.execute(
            select(token, account.c.name, account.c.role, account.c.full_name, account.c.closed)
            .join_from(token, account, token.c.person == account.c.name)
            .where(token.c.hash == hashed(secret), token.c.revoked.is_(None), account.c.closed.is_(None))
        ).first()
    if row is None or (row.expires is not None and row.expires <= written(now)):
        return None
    person, found = person_of(row), _token(row)
    return replace(person, permissions=person.permissions & found.scopes), found


def used(office: Office, moments: Mapping[str, datetime]) -> None:
    """Notes when tokens were last used, by id, to the hour."""
    with office.writing() as connection:
        for token_id, at in moments.items():
            hour = at.replace(minute=0, second=0, microsecond=0)
            connection.execute(update(token).where(token.c.id == token_id).values(used=written(hour)))


def of(office: Office, person: str) -> list[Token]:
    """A person's tokens, revoked ones too, the newest first."""
    with office.reading() as connection:
        rows = connection.execute(select(token).where(token.c.person == person).order_by(token.c.created.desc()))
        return [_token(row) for row in rows]


def revoke(office: Office, person: str, token_id: str, *, by: str, now: datetime) -> None:
    """Revokes the person's token of that id. Raises BadAccount where they have none in force."""
    with office.writing() as connection:
        one = token.c.id == token_id, token.c.person == person, token.c.revoked.is_(None)
        known = token_id.isalnum()
        if not known or not connection.execute(update(token).where(*one).values(revoked=written(now))).rowcount:
            raise BadAccount(f"{person} has no token {token_id[:40]!r} in force. Look at the list of tokens.")
        acts.write(connection, [Act(now, by, "token revoked", token_id, person)])


def _token(row: Row[Any]) -> Token:
    created = read(row.created)
    assert created is not None
    scopes = frozenset(Permission(scope) for scope in row.scopes.split())
    return Token(
        row.id,
        row.person,
        row.label,
        scopes,
        created,
        read(row.expires),
        read(row.used),
        read(row.revoked),
        row.prefix,
    )
