"""The revisions make exactly the tables that the code has: a table changed in code alone would lie on no disk."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, text

from tallystick.ledger import computed_tables, migrating, schema, tables
from tallystick.ledger.connection import Database
from tallystick.ledger.store import Ledger
from tests.ledger.reports import NOON

VERSIONS = Path(migrating.__file__).parent / "migrations" / "versions"


@pytest.fixture(autouse=True)
def by_alembic(monkeypatch: pytest.MonkeyPatch) -> None:
    """The revisions run as they do for people, not replayed as for the other tests."""
    monkeypatch.setattr(migrating, "upgrade", inspect.unwrap(migrating.upgrade))


def made_by_the_code(connection: Connection) -> None:
    schema.metadata.create_all(connection, tables=list(schema.LOG))
    tables.create(connection)
    computed_tables.create(connection)


def sqlite_tables(path: Path) -> dict[str, str]:
    database = Database(path)
    with database.reading() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index')")).all()
    database.close()
    held = {name: re.sub(r"[\s\"]+", " ", sql or "").replace("IF NOT EXISTS ", "") for name, sql in rows}
    return {name: sql.strip() for name, sql in held.items() if name != "alembic_version"}


def test_on_sqlite_the_revisions_make_the_tables_of_the_code(tmp_path: Path) -> None:
    Ledger.create(tmp_path / "migrated.db", now=NOON).close()
    database = Database(tmp_path / "code.db")
    with database.writing() as connection:
        made_by_the_code(connection)
    database.close()

    migrated = {name: sql for name, sql in sqlite_tables(tmp_path / "migrated.db").items() if "alembic" not in name}
    assert migrated == sqlite_tables(tmp_path / "code.db")
    assert all(" STRICT" in sql for sql in migrated.values() if re.match(r"CREATE TABLE (?!'?passage_)", sql))


COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, ordinal_position FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name <> 'alembic_version'
"""
INDEXES = """
    SELECT indexname, replace(indexdef, current_schema() || '.', '') FROM pg_indexes
    WHERE schemaname = current_schema() AND tablename <> 'alembic_version'
"""


def test_on_postgresql_the_revisions_make_the_tables_of_the_code(postgres: str, cluster: str) -> None:
    Ledger.create(postgres, now=NOON).close()
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA by_code")
    other = f"{cluster}&options=-csearch_path%3Dby_code"
    held = []
    for place in (postgres, other):
        database = Database(place)
        with database.writing() as connection:
            if place == other:
                made_by_the_code(connection)
            held.append([sorted(map(tuple, connection.execute(text(query)))) for query in (COLUMNS, INDEXES)])
        database.close()

    assert held[0] == held[1]
    assert len(held[0][1]) > 20


def test_the_newest_revision_is_the_one_that_the_code_names() -> None:
    found = [
        node.value.value
        for file in sorted(VERSIONS.glob("v*.py"))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) == "revision"
        and isinstance(node.value, ast.Constant)
    ]

    assert tuple(found) == migrating.REVISIONS
    assert migrating.REVISIONS[-1] == migrating.NEWEST


def test_opening_a_ledger_that_is_up_to_date_does_not_import_alembic(tmp_path: Path) -> None:
    Ledger.create(tmp_path / "ledger.db", now=NOON).close()
    code = (
        "import sys; from tallystick.ledger.store import Ledger; "
        f"Ledger.open({str(tmp_path / 'ledger.db')!r}).close(); print('alembic' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_ledger_of_the_first_revision_is_brought_up_to_date_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    Ledger.create(path, now=NOON).close()
    newest = sqlite_tables(path)
    database = Database(path)
    with database.writing() as connection:
        connection.execute(text("DROP INDEX tally_country"))
        connection.execute(text("CREATE INDEX tally_country ON tally (country, measure)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    database.close()
    assert sqlite_tables(path) != newest

    Ledger.open(path).close()

    assert sqlite_tables(path) == newest
