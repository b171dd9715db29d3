"""An office that an earlier version made goes on as it was, and one of a later version is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import inspect, text

from tallystick.errors import LedgerVersion
from tallystick.ledger.connection import Database
from tallystick.ledger.store import Ledger
from tallystick.model.people import Permission, Role, TaskState
from tallystick.office import accounts, acts, provided, sessions, tasks, tokens
from tallystick.office.migrating import REVISIONS, VERSION
from tallystick.office.store import Office
from tallystick.office.tables import hashed, metadata

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SUBJECTS = (("zoe", "u-20"), ("yan", "u-21"), ("cole", "u-22"))
TOKEN = "tally_a-key-of-before"

FIRST = """
CREATE TABLE office_account (name TEXT NOT NULL, folded TEXT NOT NULL, role TEXT NOT NULL, full_name TEXT,
    password TEXT, subject TEXT, created TEXT NOT NULL, closed TEXT, PRIMARY KEY (name), UNIQUE (folded),
    UNIQUE (subject));
CREATE TABLE office_act (id {number} NOT NULL, at TEXT NOT NULL, person TEXT, what TEXT NOT NULL, about TEXT,
    outcome TEXT, address TEXT, PRIMARY KEY (id));
CREATE INDEX office_act_at ON office_act (at, id);
CREATE INDEX office_act_person ON office_act (person, id);
CREATE TABLE office_arrival (hash TEXT NOT NULL, state TEXT NOT NULL, nonce TEXT NOT NULL, verifier TEXT NOT NULL,
    onward TEXT NOT NULL, ends TEXT NOT NULL, PRIMARY KEY (hash));
CREATE INDEX office_arrival_ends ON office_arrival (ends);
CREATE TABLE office_attempt ("key" TEXT NOT NULL, failures INTEGER NOT NULL, last TEXT NOT NULL, until TEXT NOT NULL,
    PRIMARY KEY ("key"));
CREATE INDEX office_attempt_last ON office_attempt (last);
CREATE TABLE office_task (id TEXT NOT NULL, kind TEXT NOT NULL, "by" TEXT NOT NULL, asked TEXT NOT NULL,
    given TEXT NOT NULL, state TEXT NOT NULL, started TEXT, beat TEXT, ended TEXT, done INTEGER NOT NULL,
    total INTEGER, note TEXT NOT NULL, result TEXT, error TEXT, PRIMARY KEY (id));
CREATE INDEX office_task_asked ON office_task (asked);
CREATE INDEX office_task_state ON office_task (state, asked);
CREATE TABLE office_session (hash TEXT NOT NULL, person TEXT NOT NULL, started TEXT NOT NULL, seen TEXT NOT NULL,
    ends TEXT NOT NULL, address TEXT, agent TEXT, PRIMARY KEY (hash),
    FOREIGN KEY(person) REFERENCES office_account (name));
CREATE INDEX office_session_ends ON office_session (ends);
CREATE INDEX office_session_person ON office_session (person);
CREATE TABLE office_token (id TEXT NOT NULL, hash TEXT NOT NULL, prefix TEXT NOT NULL, person TEXT NOT NULL,
    label TEXT NOT NULL, scopes TEXT NOT NULL, created TEXT NOT NULL, expires TEXT, used TEXT, revoked TEXT,
    PRIMARY KEY (id), UNIQUE (hash), FOREIGN KEY(person) REFERENCES office_account (name));
CREATE INDEX office_token_person ON office_token (person);
"""
"""The tables as they were before they bore a revision, word for word."""

AT, LATER = "2026-02-01T09:00:00.000000+00:00", "2026-04-01T09:00:00.000000+00:00"
ROWS = f"""
INSERT INTO office_account VALUES ('Ada', 'ada', 'admin', 'Ada A.', 'a hash', NULL, '{AT}', NULL);
INSERT INTO office_account VALUES ('zoe', 'zoe', 'coder', NULL, NULL, 'https://id.example u-20', '{AT}', NULL);
INSERT INTO office_account VALUES ('yan', 'yan', 'admin', NULL, NULL, 'https://id.example u-21', '{AT}', NULL);
INSERT INTO office_account VALUES ('cole', 'cole', 'coder', NULL, NULL, 'https://id.example u-22', '{AT}', NULL);
INSERT INTO office_session VALUES ('{hashed("a key of before")}', 'Ada', '{AT}', '{AT}', '{LATER}', NULL, NULL);
INSERT INTO office_token VALUES ('0a', '{hashed(TOKEN)}', 'tally_a-ke', 'Ada', 'x', 'read', '{AT}', NULL, NULL, NULL);
INSERT INTO office_act (at, person, what, about, outcome) VALUES ('{AT}', 'zoe', 'account made', 'zoe', 'coder');
INSERT INTO office_act (at, person, what, about, outcome) VALUES ('{AT}', 'yan', 'account made', 'yan', 'coder');
INSERT INTO office_act (at, person, what, about, outcome) VALUES ('{AT}', 'Ada', 'role changed', 'yan', 'to admin');
INSERT INTO office_act (at, person, what, about, outcome) VALUES ('{AT}', 'Ada', 'account made', 'cole', 'coder');
INSERT INTO office_task VALUES ('0b', 'verify', 'Ada', '{AT}', '{{}}', 'waiting', NULL, NULL, NULL, 0, NULL, '',
    NULL, NULL);
"""


def first_office(where: str) -> Database:
    """A database as the first offices left it."""
    database = Database(where)
    number = "INTEGER" if database.path is not None else "BIGSERIAL"
    with database.writing() as connection:
        for statement in (FIRST.format(number=number) + ROWS).split(";\n"):
            if statement.strip():
                connection.execute(text(statement))
    return database


def shape(database: Database) -> dict[str, object]:
    """All tables of the office, with their columns, keys and indexes."""
    found: dict[str, object] = {}
    with database.reading() as connection:
        seen = inspect(connection)
        for name in metadata.tables:
            columns = sorted((c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(name))
            indexes = sorted((str(i["name"]), tuple(i["column_names"])) for i in seen.get_indexes(name))
            unique = sorted(tuple(one["column_names"]) for one in seen.get_unique_constraints(name))
            keys = sorted((tuple(k["constrained_columns"]), k["referred_table"]) for k in seen.get_foreign_keys(name))
            found[name] = columns, seen.get_pk_constraint(name)["constrained_columns"], indexes, unique, keys
    return found


def test_an_office_of_before_there_were_revisions_opens_and_goes_on(where: str) -> None:
    first_office(where).close()
    office = Office.open(Database(where))

    assert [(one.name, one.role, one.full_name) for one in accounts.listing(office)] == [
        ("Ada", Role.ADMIN, "Ada A."),
        ("cole", Role.CODER, None),
        ("yan", Role.ADMIN, None),
        ("zoe", Role.CODER, None),
    ]
    signed_in = sessions.find(office, "a key of before", idle=timedelta(days=60), now=NOW)
    assert signed_in is not None
    assert signed_in[0].name == "Ada"
    bearer = tokens.find(office, TOKEN, now=NOW)
    assert bearer is not None
    assert bearer[0].permissions == {Permission.READ}
    begun = tasks.begin(office, now=NOW)
    assert begun is not None
    assert (begun.id, begun.state) == ("0b", TaskState.RUNNING)
    accounts.add(office, "ben", Role.READER, password=None, by="Ada", now=NOW)
    assert [(act.what, act.about) for act in acts.newest(office, most=2)] == [
        ("account made", "ben"),
        ("account made", "cole"),
    ]
    office.close()


def test_roles_of_before_follow_the_provider_where_its_groups_gave_them_and_nobody_changed_them(where: str) -> None:
    first_office(where).close()
    office = Office.open(Database(where))

    now = {name: provided.follow(office, f"https://id.example {sub}", Role.READER, now=NOW) for name, sub in SUBJECTS}
    assert {name: one and one.role for name, one in now.items()} == {
        "zoe": Role.READER,  # made by signing in
        "yan": Role.ADMIN,  # and then changed by hand
        "cole": Role.CODER,  # made by hand
    }
    office.close()


def test_an_office_has_the_same_tables_however_it_came_by_them(where: str) -> None:
    database = first_office(where)
    Office.open(database)
    upgraded = shape(database)
    with database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(text(f"DROP TABLE {table.name}"))
        connection.execute(text(f"DROP TABLE {VERSION}"))
    Office.open(database)
    made = shape(database)
    with database.writing() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)

    assert upgraded == made == shape(database)
    database.close()


def test_an_office_beside_a_ledger_in_one_database_has_a_revision_of_its_own(where: str) -> None:
    with Ledger.create(where, now=NOW) as ledger:
        Office.open(ledger.database)
        with ledger.reading() as connection:
            assert connection.execute(text(f"SELECT version_num FROM {VERSION}")).scalars().all() == [REVISIONS[-1]]
    Ledger.open(where).close()


def test_an_office_that_a_newer_version_made_is_left_alone(where: str) -> None:
    database = Database(where)
    Office.open(database)
    with database.writing() as connection:
        connection.execute(text(f"UPDATE {VERSION} SET version_num = '9999'"))
    database.close()

    with pytest.raises(LedgerVersion, match=r"revision 9999.*knows .* at most\. Upgrade Tallystick"):
        Office.open(Database(where))
