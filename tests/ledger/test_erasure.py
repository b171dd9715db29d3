"""What must go goes, and the log still proves itself: an erasure says who, when and why, never what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from tallystick.errors import LedgerError
from tallystick.ledger import computed_tables, merkle
from tallystick.ledger.checkpoints import checkpoint, signing_key
from tallystick.ledger.erasure import erase_document, erase_entries, finish_erasures
from tallystick.ledger.store import Ledger
from tallystick.ledger.verify import verify
from tallystick.model.quantities import Evidence, LinkVerdict, SceneLink
from tallystick.model.records import Recording, Trouble
from tests.ledger.reports import NOON, recording

LATER = NOON + timedelta(hours=1)
SECRET = recording(12, 40, more="The innkeeper Ansgar Holm was among them.\n", name="a.txt")


@pytest.fixture
def ledger(where: str) -> Iterator[Ledger]:
    with Ledger.create(where, now=NOON) as made:
        made.add([recording(7), SECRET, recording(8)], now=NOON, actor="tests 1")
        yield made


@pytest.fixture
def local(here: str) -> Iterator[Ledger]:
    """A SQLite ledger, for what does not differ between the backends."""
    with Ledger.create(here, now=NOON) as made:
        made.add([recording(7), SECRET, recording(8)], now=NOON, actor="tests 1")
        yield made


def test_an_erased_document_is_gone_and_the_log_still_verifies(ledger: Ledger, tmp_path: Path) -> None:
    before, seqs = ledger.head(), (4, 5, 6, 7, 8)
    proofs = {seq: ledger.prove(seq) for seq in seqs}
    signed = checkpoint(ledger, now=NOON, key=signing_key(ledger, tmp_path / "key"))

    done = erase_document(ledger, SECRET.document.id, by="the court of Eastford", why="order 7/26", now=LATER)

    assert (done.seqs, done.blobs) == (seqs, (SECRET.document.sha256,))
    entries = list(ledger.entries())
    assert [e.seq for e in entries if e.body is None] == list(seqs) == [e.seq for e in entries if e.salt is None]
    assert ledger.original(SECRET.document.sha256) is None
    for seq, proof in proofs.items():
        assert merkle.verify_inclusion(seq, before.size, proof.leaf, proof.path, before.root)
        assert ledger.prove(seq).leaf == proof.leaf
    answer = verify(ledger, signed, key=signing_key(ledger, tmp_path / "key"))
    assert answer.whole
    (told,) = answer.findings
    assert told.trouble is Trouble.ERASED
    assert told.note == "5 entries erased by the court of Eastford on 2026-03-01: order 7/26"


def test_the_erasure_is_on_record_and_does_not_say_what_was_erased(local: Ledger) -> None:
    erase_document(local, SECRET.document.id[:8], by="the court", why="order 7/26", now=LATER)

    *_, last = local.entries()
    assert (last.kind.value, last.actor, last.recorded_at) == ("erasure", "the court", LATER)
    assert last.body is not None
    assert "order 7/26" in last.body
    assert "Ansgar" not in last.body
    assert SECRET.document.id not in last.body


def test_no_byte_of_an_erased_document_is_left_beside_a_sqlite_ledger(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger:
        ledger.add([recording(7), SECRET], now=NOON, actor="tests 1")
        erase_document(ledger, SECRET.document.id, by="the court", why="order 7/26", now=LATER)

        for file in tmp_path.rglob("*"):
            if file.is_file():
                assert b"Ansgar" not in file.read_bytes(), file
                assert b"ansgar" not in file.read_bytes(), file
    assert not [f for f in tmp_path.rglob("*") if SECRET.document.sha256 in f.name]


def test_links_that_quote_an_erased_document_and_all_that_was_computed_go_too(ledger: Ledger) -> None:
    evidence = (Evidence("same-name", 2.0, "Ansgar Holm"),)
    mine, other = SECRET.scenes[0].id, recording(7).scenes[0].id
    ledger.add_links([SceneLink(mine, other, 0.9, LinkVerdict.QUEUE, evidence)], now=NOON, actor="tests 1")
    with ledger.writing() as connection:
        row = {"id": "3f9a12cd:77ab01ef", "document": 4, "component": "c", "body": '"12 people were killed"'}
        connection.execute(insert(computed_tables.total), [row])

    done = erase_document(ledger, SECRET.document.id, by="the court", why="order 7/26", now=LATER)

    assert done.seqs[-1] == 13
    assert ledger.links() == []
    with ledger.reading() as connection:
        assert connection.execute(select(computed_tables.total)).all() == []
    assert verify(ledger).whole


def test_an_erased_document_is_not_taken_in_again(ledger: Ledger) -> None:
    erase_document(ledger, SECRET.document.id, by="the court", why="order 7/26", now=LATER)
    size = ledger.head().size

    added = ledger.add([SECRET], now=LATER, actor="tests 1")

    assert (added.documents, added.erased) == ((), (SECRET.document.id,))
    assert ledger.head().size == size


def test_bytes_that_another_document_has_too_stay(local: Ledger) -> None:
    twin: Recording = recording(12, 40, more="The innkeeper Ansgar Holm was among them.\n", publisher="Another")
    local.add([twin], now=LATER, actor="tests 1")

    done = erase_document(local, SECRET.document.id, by="the court", why="order 7/26", now=LATER)

    assert done.blobs == ()
    assert local.original(twin.document.sha256) == twin.original
    assert verify(local).whole


def test_a_single_claim_can_be_erased(ledger: Ledger) -> None:
    done = erase_entries(ledger, [7], by="the court", why="order 8/26", now=LATER)

    assert [e.seq for e in ledger.entries() if e.body is None] == [7] == list(done.seqs)
    answer = verify(ledger)
    assert [f.trouble for f in answer.findings] == [Trouble.ERASED]
    ledger.rebuild()
    assert verify(ledger) == answer


@pytest.mark.parametrize(
    ("seqs", "why", "words"),
    [
        ([99], "order", "entry 99 cannot be erased"),
        ([4], "order", "Erase the document as a whole"),
        ([7], " ", "needs a reason"),
        ([], "order", "nothing was named"),
    ],
)
def test_an_erasure_that_makes_no_sense_is_refused_whole(local: Ledger, seqs: list[int], why: str, words: str) -> None:
    before = local.head()

    with pytest.raises(LedgerError, match=words):
        erase_entries(local, seqs, by="the court", why=why, now=LATER)

    assert local.head() == before


def test_nothing_is_erased_twice_and_no_erasure_is_erased(local: Ledger) -> None:
    done = erase_entries(local, [7], by="the court", why="order 8/26", now=LATER)

    for seq in (7, done.seq):
        with pytest.raises(LedgerError, match="cannot be erased"):
            erase_entries(local, [seq], by="the court", why="again", now=LATER)


def test_an_erased_body_that_is_put_back_is_found(ledger: Ledger) -> None:
    entry = next(ledger.entries(7, 8))
    erase_entries(ledger, [7], by="the court", why="order 8/26", now=LATER)
    with ledger.database.engine.connect() as connection, connection.execution_options(writing=True).begin():
        if ledger.path is None:
            connection.execute(text("ALTER TABLE entry DISABLE TRIGGER ALL"))
        else:
            connection.execute(text("DROP TRIGGER entry_unchanged"))
        connection.execute(
            text("UPDATE entry SET body = :body, salt = :salt WHERE seq = 7"),
            {"body": entry.body, "salt": entry.salt},
        )

    assert any("its body is back" in f.note for f in verify(ledger).findings)


def test_a_file_left_by_a_kill_in_the_middle_of_an_erasure_is_told_and_can_be_removed(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger:
        ledger.add([SECRET], now=NOON, actor="tests 1")
        (file,) = tmp_path.glob("ledger.db.blobs/*/*")
        packed = file.read_bytes()
        erase_document(ledger, SECRET.document.id, by="the court", why="order 7/26", now=LATER)
        file.write_bytes(packed)

        assert [f.trouble for f in verify(ledger).findings if f.damage] == [Trouble.BLOB]
        assert finish_erasures(ledger) == 1
        assert verify(ledger).whole
