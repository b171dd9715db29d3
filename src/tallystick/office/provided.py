"""Accounts of people who sign in at an OpenID Connect provider: which is whose, and how roles follow the groups there.

Only a role that the provider's groups gave follows them: it is set anew at each sign-in. One that an administrator
gave or changed by hand stays as it is, whatever the groups are, until it is handed back to them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from tallystick.errors import BadAccount
from tallystick.model.people import Act, Person, Role
from tallystick.office import acts
from tallystick.office.accounts import NAME, PROVIDER, is_last_admin, person_of, row_of
from tallystick.office.store import Office
from tallystick.office.tables import account, session, token, written


def awaited(office: Office, name: str) -> bool:
    """Whether an account was made for somebody of the OIDC provider who has not come yet. One with a password is not
    given to whoever has its name there."""
    if not NAME.fullmatch(name):
        return False
    with office.reading() as connection:
        row = connection.execute(select(account).where(account.c.folded == name.casefold())).first()
    return row is not None and row.closed is None and row.password is None and row.subject is None


def bind(office: Office, name: str, subject: str, *, now: datetime) -> Person:
    """Ties an account to an id of the OIDC provider, for good: later sign-ins go by it. Raises BadAccount."""
    with office.writing() as connection:
        row = row_of(connection, name)
        if row.closed is not None or row.subject is not None:
            raise BadAccount(f"the account {name!r} is closed, or tied to somebody else at the provider.")
        connection.execute(update(account).where(account.c.name == row.name).values(subject=subject))
        acts.write(connection, [Act(now, row.name, "account tied to the provider", row.name, subject)])
    return person_of(row)


def known(office: Office, subject: str) -> Person | None:
    """The account that the provider knows under that id; None where there is none. Raises BadAccount for a closed one.

    For a provider whose groups give no roles here.
    """
    with office.reading() as connection:
        row = _of(connection, subject)
    if row is not None and row.closed is not None:
        raise BadAccount(f"the account {row.name} is closed. Ask an administrator.")
    return None if row is None else person_of(row)


def follow(office: Office, subject: str, role: Role | None, *, now: datetime) -> Person | None:
    """The account that the provider knows under that id, its role as the groups there give it now, None for none.

    A role that changed ends the account's sessions. One that is gone closes it, until a group gives one again; what an
    administrator closed stays closed. The only administrator keeps the role, without sessions and tokens. Raises
    BadAccount for whoever may not come in; None where there is no such account.
    """
    with office.writing() as connection:
        row = _of(connection, subject)
        if row is None:
            return None
        theirs = row.role_by == PROVIDER
        if row.closed is not None and not (theirs and row.closed_by == PROVIDER and role is not None):
            refused = f"the account {row.name} is closed. Ask an administrator."
        elif not theirs or (row.closed is None and row.role == role):
            return person_of(row)
        else:
            refused = _changed(connection, row, role, now)
            if not refused:
                return person_of(row_of(connection, row.name))
    raise BadAccount(refused)  # after what was written was committed


def _changed(connection: Connection, row: Row[Any], role: Role | None, now: datetime) -> str:
    """Gives an account another role, or none; returns why its person cannot come in, "" where they can."""
    mine, at = account.c.name == row.name, written(now)
    connection.execute(delete(session).where(session.c.person == row.name))
    if is_last_admin(connection, row):
        _revoke(connection, row.name, at)
        acts.write(connection, [Act(now, PROVIDER, "role kept", row.name, "the only administrator")])
        return (
            f"{row.name} is the only administrator, and the groups there no longer give that role. Make another on the "
            "server: tallystick account add NAME --role admin."
        )
    if role is None:
        connection.execute(update(account).where(mine).values(closed=at, closed_by=PROVIDER))
        _revoke(connection, row.name, at)
        acts.write(connection, [Act(now, PROVIDER, "account closed", row.name, "no group gives it a role")])
        return f"no group that {row.name} is in there gives a role here any more. Ask an administrator."
    connection.execute(update(account).where(mine).values(role=role.value, closed=None, closed_by=None))
    if row.closed is not None:
        acts.write(connection, [Act(now, PROVIDER, "account reopened", row.name)])
    if row.role != role:
        acts.write(connection, [Act(now, PROVIDER, "role changed", row.name, f"{row.role} to {role.value}")])
    return ""


def hand_back(office: Office, name: str, *, by: str, now: datetime) -> Person:
    """Lets an account's role follow the provider's groups from the next sign-in on; its sessions end.

    Raises BadAccount for an account that does not sign in there.
    """
    with office.writing() as connection:
        row = row_of(connection, name)
        if row.password is not None:
            raise BadAccount(f"{row.name} signs in with a password, so no provider says what they may. Give a role.")
        connection.execute(update(account).where(account.c.name == row.name).values(role_by=PROVIDER))
        connection.execute(delete(session).where(session.c.person == row.name))
        acts.write(connection, [Act(now, by, "role follows the provider", row.name)])
    return person_of(row)


def _of(connection: Connection, subject: str) -> Row[Any] | None:
    return connection.execute(select(account).where(account.c.subject == subject)).first()


def _revoke(connection: Connection, name: str, at: str) -> None:
    mine = token.c.person == name, token.c.revoked.is_(None)
    connection.execute(update(token).where(*mine).values(revoked=at))
