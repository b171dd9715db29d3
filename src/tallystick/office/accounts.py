"""Accounts: who may use the app in shared mode, in which role. Every change stands in the audit with who made it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, inspect, select, update

from tallystick.errors import BadAccount
from tallystick.model.people import ALLOWED, Act, Person, Role
from tallystick.office import acts, attempts, passwords
from tallystick.office.store import Office
from tallystick.office.tables import account, read, session, token, written

# ASCII, so that no two names look alike: judgements are signed with them. Full names take any script.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
PROVIDER = "the provider"
"""Who gave a role or closed an account, where the groups at the OIDC provider did. No account has such a name."""
_OURS = ("tallystick", "assist", "local", "nobody")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def any_kept(connection: Connection) -> bool:
    """Whether a database holds accounts, as its tables are: none is made, and none brought up to date."""
    if not inspect(connection).has_table(account.name):
        return False
    return connection.execute(select(account.c.name).limit(1)).first() is not None


def add(
    office: Office,
    name: str,
    role: Role,
    *,
    password: str | None,
    full_name: str | None = None,
    subject: str | None = None,
    by: str,
    now: datetime,
) -> Person:
    """A new account. password None: only the OIDC provider lets this person in.

    Raises BadAccount for a name that is taken, or was, or cannot sign judgements, and for a password that is too easy.
    """
    if not NAME.fullmatch(name) or name.casefold().startswith(_OURS):
        raise BadAccount(
            f"{name[:80]!r} cannot be an account’s name. Use up to 64 letters without accents, digits and . _ @ + -, "
            f"not beginning with {' or '.join(_OURS)}."
        )
    shown = _full(full_name)
    kept = None if password is None else passwords.make(password, name)
    with office.writing() as connection:
        if connection.execute(select(account.c.name).where(account.c.folded == name.casefold())).first():
            raise BadAccount(f"there is, or was, an account {name!r}. Names sign judgements for good: choose another.")
        connection.execute(
            insert(account).values(
                name=name,
                folded=name.casefold(),
                role=role.value,
                full_name=shown,
                password=kept,
                subject=subject,
                created=written(now),
                role_by=by,
            )
        )
        acts.write(connection, [Act(now, by, "account made", name, role.value)])
    return Person(name, role, ALLOWED[role], shown, now)


def find(office: Office, name: str) -> Person:
    """The account of that name. Raises BadAccount."""
    with office.reading() as connection:
        return person_of(row_of(connection, name))


def listing(office: Office) -> list[Person]:
    """All accounts, closed ones too, by name."""
    with office.reading() as connection:
        return [person_of(row) for row in connection.execute(select(account).order_by(account.c.folded))]


def any_open(office: Office) -> bool:
    """Whether anybody can sign in."""
    with office.reading() as connection:
        return connection.execute(select(account.c.name).where(account.c.closed.is_(None)).limit(1)).first() is not None


def sign_in(office: Office, name: str, password: str, *, address: str, now: datetime) -> Person | None:
    """Whoever has that name and password; None where nobody has, in the same time whether there is such a name or not.

    Raises TooManyRequests after failures: see attempts.
    """
    attempts.begin(office, name, address, now=now)
    row = None
    if NAME.fullmatch(name):
        with office.reading() as connection:
            row = connection.execute(select(account).where(account.c.folded == name.casefold())).first()
    kept = row.password if row is not None and row.closed is None else None
    if not passwords.right(password, kept) or row is None:
        with office.writing() as connection:
            # The name as typed may be somebody's password, in the wrong field: only known names are kept.
            known, why = (None, "unknown name") if row is None else (row.name, "wrong password, or closed")
            acts.write(connection, [Act(now, None, "sign-in refused", known, why, address)])
        return None
    attempts.succeeded(office, name, address)
    if passwords.outdated(row.password):
        with office.writing() as connection:
            fresh = account.c.name == row.name, account.c.password == row.password
            connection.execute(update(account).where(*fresh).values(password=passwords.again(password)))
    return person_of(row)


def set_role(office: Office, name: str, role: Role, *, by: str, now: datetime) -> Person:
    """Changes a role, by hand: no group at the provider changes it again. Its sessions end, so that nothing goes on
    under the old one. Raises BadAccount."""
    with office.writing() as connection:
        row = row_of(connection, name)
        _keep_an_admin(connection, row, role)
        connection.execute(update(account).where(account.c.name == row.name).values(role=role.value, role_by=by))
        connection.execute(delete(session).where(session.c.person == row.name))
        acts.write(connection, [Act(now, by, "role changed", row.name, f"{row.role} to {role.value}")])
        return person_of(row_of(connection, name))


def close(office: Office, name: str, *, by: str, now: datetime) -> Person:
    """Closes an account: its sessions end, its tokens are revoked, its judgements stay. Raises BadAccount."""
    with office.writing() as connection:
        row = row_of(connection, name)
        _keep_an_admin(connection, row, None)
        mine = token.c.person == row.name, token.c.revoked.is_(None)
        connection.execute(update(account).where(account.c.name == row.name).values(closed=written(now), closed_by=by))
        connection.execute(delete(session).where(session.c.person == row.name))
        connection.execute(update(token).where(*mine).values(revoked=written(now)))
        acts.write(connection, [Act(now, by, "account closed", row.name)])
        return person_of(row_of(connection, name))


def reopen(office: Office, name: str, *, by: str, now: datetime) -> Person:
    """Opens a closed account again, without the sessions and tokens it had. Raises BadAccount."""
    with office.writing() as connection:
        row = row_of(connection, name)
        connection.execute(update(account).where(account.c.name == row.name).values(closed=None, closed_by=None))
        acts.write(connection, [Act(now, by, "account reopened", row.name)])
        return person_of(row_of(connection, name))


def set_password(office: Office, name: str, password: str, *, by: str, now: datetime) -> None:
    """Gives an account another password and ends its sessions. Raises BadAccount."""
    kept = passwords.make(password, name)
    with office.writing() as connection:
        row = row_of(connection, name)
        connection.execute(update(account).where(account.c.name == row.name).values(password=kept))
        connection.execute(delete(session).where(session.c.person == row.name))
        acts.write(connection, [Act(now, by, "password changed", row.name)])


def password_is(office: Office, name: str, password: str, *, address: str, now: datetime) -> bool:
    """Whether that is the password: asked again before it is changed. Counts as an attempt to sign in."""
    return sign_in(office, name, password, address=address, now=now) is not None


def person_of(row: Row[Any]) -> Person:
    """The person of a row of accounts, with all that the role allows."""
    created, role = read(row.created), Role(row.role)
    return Person(row.name, role, ALLOWED[role], row.full_name, created, read(row.closed))


def row_of(connection: Connection, name: str) -> Row[Any]:
    """The row of an account, by its name. Raises BadAccount."""
    # PostgreSQL takes no text with a NUL in it, not even to look for.
    wanted = select(account).where(account.c.folded == name.casefold())
    row = connection.execute(wanted).first() if NAME.fullmatch(name) else None
    if row is None:
        raise BadAccount(f"there is no account {name[:80]!r}. Look at the list: tallystick account list.")
    return row


def _keep_an_admin(connection: Connection, row: Row[Any], role: Role | None) -> None:
    """Raises BadAccount where nobody could administer any more."""
    if role is not Role.ADMIN and is_last_admin(connection, row):
        raise BadAccount(f"{row.name} is the only administrator. Make another one first.")


def is_last_admin(connection: Connection, row: Row[Any]) -> bool:
    """Whether that account is the only open one that can administer."""
    if row.role != Role.ADMIN or row.closed is not None:
        return False
    admins = account.c.role == Role.ADMIN.value, account.c.closed.is_(None)
    return connection.execute(select(func.count()).select_from(account).where(*admins)).scalar() == 1


def _full(name: str | None) -> str | None:
    text = " ".join((name or "").split())
    if len(text) > 120 or _CONTROLS.search(text):
        raise BadAccount("a full name has at most 120 characters, and none that steer the line. Shorten it.")
    return text or None
