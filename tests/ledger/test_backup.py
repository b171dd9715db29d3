"""A backup is the whole ledger in one file, and gives it back whole on either backend, or says why not."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tallystick.errors import LedgerDamaged, LedgerError, LedgerExists
from tallystick.ledger import backup as module
from tallystick.ledger.backup import backup, restore
from tallystick.ledger.checkpoints import checkpoint, signing_key
from tallystick.ledger.erasure import erase_document
from tallystick.ledger.store import Ledger
from tallystick.ledger.verify import verify
from tests.ledger.reports import NOON, recording

LATER = NOON + timedelta(hours=1)
GONE = recording(13, 14)


@pytest.fixture
def ledger(where: str, tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(where, now=NOON) as made:
        made.add([recording(*range(100, 400)), recording(7), GONE], now=NOON, actor="tests 1")
        checkpoint(made, now=NOON, key=signing_key(made, tmp_path / "key"))
        erase_document(made, GONE.document.id, by="the court", why="order 7/26", now=LATER)
        yield made


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_restored_ledger_is_the_one_that_was_backed_up(
    ledger: Ledger, tmp_path: Path, target: str, request: pytest.FixtureRequest
) -> None:
    if target == "sqlite":
        place = str(tmp_path / "again.db")
    else:
        place = request.getfixturevalue("second_postgres")
    made = backup(ledger, tmp_path / "backup.zip", now=LATER)

    with restore(tmp_path / "backup.zip", place) as again:
        assert again.head() == ledger.head()
        assert (made.size, made.root) == again.head()[:2]
        assert list(again.entries()) == list(ledger.entries())
        assert again.meta() == ledger.meta()
        assert verify(again) == verify(ledger)
        assert verify(again).whole
        report = recording(7)
        assert again.original(report.document.sha256) == report.original
        assert again.original(GONE.document.sha256) is None
        added = again.add([recording(7), GONE, recording(77)], now=LATER, actor="tests 1")
        assert (len(added.documents), len(added.duplicates), len(added.erased)) == (1, 1, 1)
        with pytest.raises(LedgerError, match="append-only"), again.writing() as connection:
            connection.execute(text("DELETE FROM entry"))


@pytest.fixture
def second_postgres(cluster: str) -> str:
    import psycopg

    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS again CASCADE")
        connection.execute("CREATE SCHEMA again")
    return f"{cluster}&options=-csearch_path%3Dagain"


def test_a_backup_is_of_one_moment_while_others_add(
    ledger: Ledger, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, write, seen = ledger.head(), module._member, []

    def meanwhile(archive: Any, name: str, *rest: Any) -> None:
        with Ledger.open(where) as other:
            other.add([recording(1_000 + len(seen))], now=LATER, actor="another")
        seen.append(name)
        write(archive, name, *rest)

    monkeypatch.setattr(module, "_member", meanwhile)

    made = backup(ledger, tmp_path / "backup.zip", now=LATER)

    assert len(seen) > 5
    assert (made.size, made.root) == (before.size, before.root)
    with restore(tmp_path / "backup.zip", tmp_path / "again.db") as again:
        assert again.head() == before


def test_nothing_is_ever_written_over(ledger: Ledger, tmp_path: Path) -> None:
    backup(ledger, tmp_path / "backup.zip", now=LATER)
    with pytest.raises(LedgerExists):
        backup(ledger, tmp_path / "backup.zip", now=LATER)
    (tmp_path / "there.db").write_bytes(b"")
    with pytest.raises(LedgerExists):
        restore(tmp_path / "backup.zip", tmp_path / "there.db")
    head = ledger.head()
    with pytest.raises(LedgerExists):
        restore(tmp_path / "backup.zip", ledger.path or _url(ledger))
    assert ledger.head() == head


def _url(ledger: Ledger) -> str:
    return ledger.database.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A backup of a small ledger."""
    with Ledger.create(tmp_path / "small.db", now=NOON) as ledger:
        ledger.add([recording(7), recording(8)], now=NOON, actor="tests 1")
        backup(ledger, tmp_path / "small.zip", now=LATER)
    return tmp_path / "small.zip"


def changed(file: Path, member: str, old: bytes, new: bytes) -> Path:
    """The backup with a member's bytes replaced, and packed again as a zip without a fault."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(file.with_suffix(".bad"), "w") as target:
        found = False
        for name in source.namelist():
            content = source.read(name)
            if name.startswith(member):
                found |= old in content
                content = content.replace(old, new, 1)
            target.writestr(name, content)
        assert found
    return file.with_suffix(".bad")


@pytest.mark.parametrize(
    ("member", "old", "new"),
    [
        ("entry.jsonl", b"Eastford", b"Westford"),
        ("entry.jsonl", b'"claim"', b'"clain"'),
        ("root.jsonl", b"tests 1", b"tests 2"),
        ("meta.jsonl", b"origin", b"oregon"),
        ("blobs.jsonl", b"gzip", b"zipg"),
        ("blobs/", b"Eastford", b"Westford"),
        ("manifest.json", b'"root": "', b'"root": "00'),
        ("manifest.json", b'"size": 8', b'"size": 7'),
        ("manifest.json", b"tallystick-backup/1", b"tallystick-backup/9"),
        ("manifest.json", b"{", b"("),
    ],
)
def test_a_backup_that_was_changed_gives_no_ledger(
    small: Path, tmp_path: Path, member: str, old: bytes, new: bytes
) -> None:
    if member == "blobs.jsonl":
        with zipfile.ZipFile(small) as source:
            old = b'"gzip"' if b'"gzip"' in source.read(member) else b'"plain"'
    with pytest.raises(LedgerError, match="backup"):
        restore(changed(small, member, old, new), tmp_path / "again.db")

    assert not list(tmp_path.glob("again.db*"))


def test_a_backup_that_was_cut_off_gives_no_ledger(small: Path, tmp_path: Path) -> None:
    small.write_bytes(small.read_bytes()[:-100])

    with pytest.raises(LedgerDamaged, match="cut off"):
        restore(small, tmp_path / "again.db")
    with pytest.raises(LedgerError, match="no file"):
        restore(tmp_path / "none.zip", tmp_path / "again.db")
    assert not list(tmp_path.glob("again.db*"))


def test_a_damaged_original_is_not_backed_up_as_if_it_were_whole(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger:
        ledger.add([recording(7)], now=NOON, actor="tests 1")
        (file,) = tmp_path.glob("ledger.db.blobs/*/*")
        file.write_bytes(b"something else")

        with pytest.raises(LedgerDamaged, match="original bytes"):
            backup(ledger, tmp_path / "backup.zip", now=LATER)
    assert not list(tmp_path.glob("backup.zip*"))


def test_the_signing_key_is_not_in_a_backup(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger:
        checkpoint(ledger, now=NOON)
        backup(ledger, tmp_path / "backup.zip", now=LATER)

    with zipfile.ZipFile(tmp_path / "backup.zip") as made:
        assert not any(b"PRIVATE" in made.read(name) for name in made.namelist())
