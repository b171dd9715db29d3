"""verify tells the truth: nothing is said of a whole ledger, and every altered byte is found and named."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from tallystick.errors import LedgerError
from tallystick.ledger import log, merkle, schema
from tallystick.ledger.checkpoints import checkpoint, checkpoints, note, parse, public_key, signing_key, verified
from tallystick.ledger.store import Ledger
from tallystick.ledger.verify import verify
from tallystick.model.records import Finding, Trouble
from tests.ledger.reports import NOON, recording

LATER = NOON + timedelta(hours=1)


def fill(ledger: Ledger) -> None:
    """Some 650 entries in three transactions, so that the tree has kept nodes."""
    ledger.add([recording(*range(100, 400))], now=NOON, actor="tests 1")
    ledger.add([recording(*range(400, 700))], now=NOON, actor="tests 1")
    ledger.add([recording(7, 8), recording(9)], now=LATER, actor="tests 1")


@pytest.fixture
def ledger(where: str) -> Iterator[Ledger]:
    with Ledger.create(where, now=NOON) as made:
        fill(made)
        yield made


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ledger to copy: filling one takes longer than all that is then done to it."""
    folder = tmp_path_factory.mktemp("filled")
    with Ledger.create(folder / "ledger.db", now=NOON) as made:
        fill(made)
    return folder


@pytest.fixture
def copy(filled: Path, tmp_path: Path) -> Iterator[Ledger]:
    """A SQLite ledger, for what does not differ between the backends."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    with Ledger.open(tmp_path / "ledger.db") as made:
        yield made


def tamper(ledger: Ledger, *statements: str) -> None:
    """Changes the database as its owner can: the triggers switched off, and on again after."""
    with ledger.database.engine.connect() as connection:
        connection = connection.execution_options(writing=True)
        with connection.begin():
            for table in schema.LOG:
                if ledger.path is None:
                    connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER ALL"))
                else:
                    connection.execute(text(f"DROP TRIGGER {table.name}_kept"))
                    connection.execute(text(f"DROP TRIGGER {table.name}_unchanged"))
            for statement in statements:
                assert connection.execute(text(statement)).rowcount, statement


def troubles(ledger: Ledger) -> list[Finding]:
    return list(verify(ledger).findings)


def test_a_whole_ledger_has_no_findings_and_gives_its_root(ledger: Ledger) -> None:
    answer = verify(ledger)

    assert (answer.whole, answer.findings, answer.notes) == (True, (), ())
    assert (answer.size, answer.root) == ledger.head()[:2]


def test_an_empty_ledger_is_whole(where: str) -> None:
    with Ledger.create(where, now=NOON) as empty:
        assert verify(empty).whole
        assert verify(empty).root == merkle.EMPTY


@pytest.mark.parametrize(
    "change",
    [
        "body = replace(body, '450', '451')",
        "salt = commitment",
        "commitment = salt",
        "actor = 'somebody'",
        "recorded_at = '2026-03-01T12:00:00.000001Z'",
        "kind = 'capture'",
        "kind = 'claims'",
        "body = NULL, salt = NULL",
        "body = NULL",
        "salt = NULL",
    ],
)
def test_an_altered_entry_is_named_with_its_document(copy: Ledger, change: str) -> None:
    document = recording(*range(400, 700)).document.id
    seq = 303 + 3 + 50  # the claim of 450

    tamper(copy, f"UPDATE entry SET {change} WHERE seq = {seq}")

    found = troubles(copy)
    assert not verify(copy).whole
    named = [finding for finding in found if finding.seq == seq]
    assert [(f.trouble, f.document) for f in named[:1]] == [(Trouble.ALTERED, document)]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE node SET hash = (SELECT commitment FROM entry WHERE seq = 0) WHERE place = 1", "entries 256 to 511"),
        ("DELETE FROM node WHERE place = 1", "entries 256 to 511 is gone"),
        (
            "UPDATE root SET hash = (SELECT commitment FROM entry WHERE seq = 0) WHERE size = 606",
            "606 entries was changed",
        ),
        ("UPDATE root SET clock = '2027-01-01T00:00:00.000000Z' WHERE size = 606", "606 entries was changed"),
        ("DELETE FROM root WHERE size = 615", "never acknowledged"),
        ("UPDATE meta SET value = 'another/log' WHERE name = 'origin'", "origin"),
        ("DELETE FROM entry WHERE seq = 356", "entry 356 is not there"),
        ("DELETE FROM entry WHERE seq >= 600", "entries 600 to 605 are not there"),
    ],
)
def test_an_altered_tree_root_or_log_is_told(copy: Ledger, statement: str, words: str) -> None:
    tamper(copy, statement)

    answer = verify(copy)
    assert not answer.whole
    assert any(words in finding.note for finding in answer.findings), answer.findings


def test_an_entry_added_past_the_roots_is_told(copy: Ledger) -> None:
    tamper(
        copy,
        "INSERT INTO entry SELECT 615, kind, recorded_at, actor, body, salt, commitment FROM entry WHERE seq = 5",
    )

    assert any("never acknowledged" in finding.note for finding in troubles(copy))


def test_an_altered_projection_is_told_and_rebuilding_mends_it(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        connection.execute(text("UPDATE claim SET measure = 'wounded' WHERE seq = 356"))

    assert {finding.trouble for finding in troubles(ledger)} == {Trouble.PROJECTION}
    assert verify(ledger, thorough=False).findings == ()
    ledger.rebuild()
    assert troubles(ledger) == []


def test_altered_and_lost_original_bytes_are_told_with_their_document(ledger: Ledger) -> None:
    document = recording(9).document
    if ledger.path is None:
        tamper(ledger, f"UPDATE blob SET content = decode('00ff', 'hex') WHERE sha256 = '{document.sha256}'")
    else:
        file = next(
            ledger.archive.file(document.sha256, m)
            for m in ("gzip", "plain")
            if ledger.archive.file(document.sha256, m).exists()
        )
        file.write_bytes(file.read_bytes()[:-1] + b"!")

    (found,) = troubles(ledger)
    assert (found.trouble, found.document, found.seq) == (Trouble.BLOB, document.id, 611)

    with pytest.raises(LedgerError, match=document.sha256):
        ledger.original(document.sha256)
    if ledger.path is not None:
        file.unlink()
        assert "the file is gone" in troubles(ledger)[0].note
    tamper_again = f"DELETE FROM blob WHERE sha256 = '{document.sha256}'"
    if ledger.path is None:
        tamper(ledger, tamper_again)
    else:
        with sqlite3.connect(ledger.path) as raw:
            raw.execute("DROP TRIGGER blob_kept")
            raw.execute(tamper_again)
        raw.close()
    assert "not in the archive" in troubles(ledger)[0].note


def rewrite(ledger: Ledger, seq: int) -> None:
    """What an owner can do: change an entry, and hash the whole log, every node and root anew."""
    with ledger.reading() as connection:
        rows = list(log.read(connection))
        sizes = list(connection.execute(schema.root.select().order_by(schema.root.c.size)))
    row = rows[seq]
    assert row.body is not None
    body = row.body.replace("450", "950")
    rows[seq] = row._replace(body=body, commitment=log.commitment(row.salt or b"", body))
    assert rows[seq] != row
    tree, changed = merkle.Growing(), []
    for place, (size, *_) in enumerate(sizes):
        first = 0 if place == 0 else sizes[place - 1].size
        nodes = tree.append([r.leaf() for r in rows[first:size]])
        changed += [
            f"UPDATE node SET hash = {blob(ledger, h)} WHERE level = {lv} AND place = {p}" for lv, p, h in nodes
        ]
        seal = log._root_seal(size, tree.root, *sizes[place][2:5])
        changed.append(
            f"UPDATE root SET hash = {blob(ledger, tree.root)}, seal = {blob(ledger, seal)} WHERE size = {size}"
        )
    commitment = blob(ledger, rows[seq].commitment)
    changed.append(f"UPDATE entry SET body = replace(body, '450', '950'), commitment = {commitment} WHERE seq = {seq}")
    tamper(ledger, *changed)
    ledger.rebuild()


def blob(ledger: Ledger, value: bytes) -> str:
    return f"'\\x{value.hex()}'::bytea" if ledger.path is None else f"x'{value.hex()}'"


def test_only_a_checkpoint_kept_elsewhere_finds_a_log_that_was_hashed_anew(ledger: Ledger, tmp_path: Path) -> None:
    key = signing_key(ledger, tmp_path / "key")
    kept = note(checkpoint(ledger, now=NOON, key=key))
    tamper_first = "DELETE FROM checkpoint"  # an owner would not forget the copy
    rewrite(ledger, 356)
    with ledger.database.engine.connect() as connection, connection.execution_options(writing=True).begin():
        connection.execute(text(tamper_first))

    assert verify(ledger).findings == ()  # every self-check passes
    found = verify(ledger, parse(kept), key=key).findings
    assert [f.trouble for f in found] == [Trouble.CHECKPOINT]
    assert "the log was rewritten" in found[0].note


def test_a_log_that_only_grew_continues_its_checkpoint(ledger: Ledger, tmp_path: Path) -> None:
    key = signing_key(ledger, tmp_path / "key")
    kept = checkpoint(ledger, now=NOON, key=key)
    ledger.add([recording(*range(1000, 1300))], now=LATER, actor="tests 1")

    assert verify(ledger, parse(note(kept)), key=key).findings == ()
    path, head = ledger.consistency(kept.size), ledger.head()
    assert merkle.verify_consistency(kept.size, head.size, kept.root, head.root, path)
    assert [made for _, made in checkpoints(ledger)] == [kept]


def test_a_log_that_was_cut_off_does_not_continue_its_checkpoint(copy: Ledger, tmp_path: Path) -> None:
    key = signing_key(copy, tmp_path / "key")
    kept = checkpoint(copy, now=NOON, key=key)
    tamper(copy, "DELETE FROM entry WHERE seq >= 606", "DELETE FROM root WHERE size > 606")
    copy.rebuild()

    assert any("it was cut off" in f.note for f in verify(copy, kept, key=key).findings)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda n: n.replace("\n615\n", "\n606\n"), "was changed since"),
        (lambda n: n.replace("tallystick/", "elsewhere/", 1), "of another log"),
        (lambda n: n[:-10] + "AAAAAAAA\n\n", "was changed since"),
        (lambda n: n.partition("\n\n")[0] + "\n", "was changed since"),
    ],
)
def test_a_forged_checkpoint_is_told(copy: Ledger, tmp_path: Path, change: Callable[[str], str], words: str) -> None:
    key = signing_key(copy, tmp_path / "key")
    kept = note(checkpoint(copy, now=NOON, key=key))

    assert any(words in f.note for f in verify(copy, parse(change(kept)), key=key).findings)


def test_a_checkpoint_is_verified_with_the_public_key_alone(copy: Ledger, tmp_path: Path) -> None:
    key = signing_key(copy, tmp_path / "key")
    other = signing_key(copy, tmp_path / "other")
    kept = checkpoint(copy, now=NOON, key=key)

    assert verified(kept, public_key(copy, key))
    assert not verified(kept, public_key(copy, other))
    assert verify(copy, kept, key=public_key(copy, key)).findings == ()
    with pytest.raises(LedgerError, match="no verifier's key"):
        verified(kept, "nonsense")


def test_a_signature_that_could_not_be_checked_is_said_to_be_so(postgres: str, tmp_path: Path) -> None:
    with Ledger.create(postgres, now=NOON) as ledger:
        with pytest.raises(LedgerError, match="Give a key file"):
            checkpoint(ledger, now=NOON)
        kept = checkpoint(ledger, now=NOON, key=signing_key(ledger, tmp_path / "key"))

        answer = verify(ledger, kept)
        assert answer.whole
        assert "signature was not checked" in answer.notes[0]


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger.db", now=NOON, origin="echo.example/log") as ledger:
        first = checkpoint(ledger, now=NOON)
        again = checkpoint(ledger, now=LATER)

        assert first == again
        assert first.origin == "echo.example/log"
        assert (tmp_path / "ledger.db.key").stat().st_mode & 0o777 == 0o600
        assert note(first).startswith(
            "echo.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— echo.example/log "
        )


@pytest.mark.parametrize("words", ["", "a\n", "a\nx\nAAAA\n", "a\n-1\nAAAA\n\n", "a\n5\nAAAA\n\n", "\n5\nAAAA\n\n"])
def test_what_is_no_checkpoint_is_refused(words: str) -> None:
    with pytest.raises(LedgerError, match="no checkpoint"):
        parse(words)


def test_a_key_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("nothing")
    with (
        Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger,
        pytest.raises(LedgerError, match="no key that can be read"),
    ):
        signing_key(ledger, tmp_path / "key")


def contents(path: Path) -> object:
    """All that the log's tables hold, or what kept them from being read."""
    raw = sqlite3.connect(path)
    try:
        return [raw.execute(f"SELECT * FROM {table.name} ORDER BY 1, 2").fetchall() for table in schema.LOG]
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return str(error)
    finally:
        raw.close()


def test_an_altered_entry_is_named_on_both_backends(ledger: Ledger) -> None:
    tamper(
        ledger, "UPDATE entry SET body = replace(body, '450', '451') WHERE seq = 356", "DELETE FROM entry WHERE seq = 5"
    )

    found = troubles(ledger)
    assert {(Trouble.ALTERED, 356), (Trouble.MISSING, 5)} <= {(finding.trouble, finding.seq) for finding in found}


def test_bytes_flipped_anywhere_in_the_file_change_nothing_unnoticed(filled: Path, tmp_path: Path) -> None:
    """Wherever eight bytes are overwritten: verify says so, or the log reads as before (the bytes were in no use)."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "ledger.db"
    whole, before = path.read_bytes(), contents(path)
    random, told = Random(11), 0
    for _ in range(24):
        at = random.randrange(100, len(whole) - 8)
        path.write_bytes(whole[:at] + random.randbytes(8) + whole[at + 8 :])
        try:
            with Ledger.open(path) as ledger:
                said = not verify(ledger).whole
        except LedgerError:
            said = True  # it cannot even be opened, and is told so
        told += said
        assert said or contents(path) == before, f"bytes at {at} were changed, and verify says nothing"
        for left in (f"{path}-wal", f"{path}-shm"):
            Path(left).unlink(missing_ok=True)

    assert told > 10
