"""What is added is there whole, once, in order, and cannot be changed: on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import rfc8785
from sqlalchemy import Connection, text

from tallystick.errors import LedgerBusy, LedgerError, LedgerExists, LedgerVersion, NoLedger, StorageFull
from tallystick.ledger import log, merkle, projections
from tallystick.ledger.canonical import decode
from tallystick.ledger.store import Ledger, written
from tallystick.ledger.verify import verify
from tallystick.ledger.written import Text
from tallystick.model.quantities import Evidence, LinkVerdict, SceneLink
from tallystick.model.records import Added, EntryKind, LatticeFile, Recording, Trouble, Unread
from tests.ledger.reports import NOON, recording

LATER = NOON + timedelta(hours=1)
PAGE = recording(12, url="https://echo.example/a")


@pytest.fixture
def ledger(where: str) -> Iterator[Ledger]:
    with Ledger.create(where, now=NOON) as made:
        yield made


@pytest.fixture
def local(here: str) -> Iterator[Ledger]:
    """A SQLite ledger, for what does not differ between the backends."""
    with Ledger.create(here, now=NOON) as made:
        yield made


def kinds(ledger: Ledger) -> list[str]:
    return [entry.kind.value for entry in ledger.entries()]


def test_a_document_is_recorded_with_its_capture_scenes_and_claims(ledger: Ledger) -> None:
    added = ledger.add([recording(12, 40, url="https://echo.example/a")], now=NOON, actor="tests 1")

    assert (len(added.documents), added.captures, added.claims, added.scenes, added.size) == (1, 1, 2, 1, 5)
    assert kinds(ledger) == ["document", "capture", "scene", "claim", "claim"]


def test_everything_recorded_comes_back_as_it_went_in(ledger: Ledger) -> None:
    given = recording(12, 40, url="https://echo.example/a")
    ledger.add([given], now=NOON, actor="tests 1")

    with ledger.reading() as connection:
        things = {item.kind: item.thing for item in written(connection)}
        claims = [item.thing for item in written(connection) if item.kind is EntryKind.CLAIM]
    assert things[EntryKind.DOCUMENT] == Text(given.document, given.text, given.fingerprints, archived=True)
    assert things[EntryKind.CAPTURE] == given.capture
    assert things[EntryKind.SCENE] == given.scenes[0]
    assert claims == list(given.claims)
    assert ledger.original(given.document.sha256) == given.original


def test_what_was_added_is_there_when_the_ledger_is_opened_again(where: str) -> None:
    with Ledger.create(where, now=NOON) as first:
        first.add([recording(12)], now=NOON, actor="tests 1")
        head = first.head()
    with Ledger.open(where) as again:
        assert again.head() == head
        again.add([recording(13)], now=LATER, actor="tests 1")
        assert verify(again).findings == ()


def test_the_same_bytes_at_the_same_place_are_one_document_and_one_capture(ledger: Ledger) -> None:
    ledger.add([recording(12, name="a.txt")], now=NOON, actor="tests 1")

    added = ledger.add([recording(12, name="a.txt", captured=LATER)], now=LATER, actor="tests 1")

    assert (added.documents, len(added.duplicates), added.captures) == ((), 1, 0)
    assert len(kinds(ledger)) == 4


def test_the_same_bytes_at_another_place_are_another_capture_of_one_document(local: Ledger) -> None:
    local.add([recording(12, name="a.txt")], now=NOON, actor="tests 1")

    added = local.add([recording(12, name="copy/a.txt")], now=LATER, actor="tests 1")

    assert (added.documents, added.captures, added.claims) == ((), 1, 0)
    assert kinds(local)[4:] == ["capture"]


def test_fetching_the_same_page_again_later_is_another_capture(local: Ledger) -> None:
    page = recording(12, url="https://echo.example/a")
    local.add([page, page], now=NOON, actor="tests 1")
    assert kinds(local).count("capture") == 1

    again = replace(page, capture=replace(page.capture, captured_at=LATER))
    assert local.add([again], now=LATER, actor="tests 1").captures == 1


def test_other_bytes_at_the_same_address_are_a_revision(ledger: Ledger) -> None:
    first, second = PAGE, recording(15, url="https://echo.example/a", captured=LATER)
    ledger.add([first], now=NOON, actor="tests 1")

    added = ledger.add([second], now=LATER, actor="tests 1")

    assert added.revisions == ((second.document.id, first.document.id),)
    with ledger.reading() as connection:
        records = [item.thing.record for item in written(connection) if isinstance(item.thing, Text)]
    assert [record.revision_of for record in records] == [None, first.document.id]


def test_an_address_is_what_led_to_a_page_or_what_the_page_calls_its_own(local: Ledger) -> None:
    second = recording(15, url="https://echo.example/b", captured=LATER)
    second = replace(second, capture=replace(second.capture, url="https://echo.example/a"))
    third = recording(16, url="https://echo.example/b", captured=LATER + timedelta(days=1))
    third = replace(third, capture=replace(third.capture, url=None, name="saved.html"))
    local.add([PAGE], now=NOON, actor="tests 1")

    assert local.add([second], now=LATER, actor="tests 1").revisions == ((second.document.id, PAGE.document.id),)
    assert local.add([third], now=LATER, actor="tests 1").revisions == ((third.document.id, second.document.id),)


def test_what_was_captured_earlier_revises_nothing_that_came_later(local: Ledger) -> None:
    local.add([PAGE], now=NOON, actor="tests 1")
    archived = recording(15, url="https://echo.example/a", captured=NOON - timedelta(days=400))

    assert local.add([archived], now=LATER, actor="tests 1").revisions == ()


def test_rows_of_one_table_and_words_of_a_feed_are_no_revisions(local: Ledger) -> None:
    rows = [recording(n, url="https://echo.example/a", name=f"table.csv#{n}") for n in (12, 15)]
    summary = recording(16, url="https://echo.example/a", captured=LATER, reader="feed/1 feedparser 6")

    assert local.add(rows, now=NOON, actor="tests 1").revisions == ()
    assert local.add([summary], now=LATER, actor="tests 1").revisions == ()


def test_a_revision_is_seen_within_one_batch_too(local: Ledger) -> None:
    first, second = PAGE, recording(15, url="https://echo.example/a", captured=LATER)

    assert local.add([first, second], now=NOON, actor="tests 1").revisions == ((second.document.id, first.document.id),)


def test_documents_of_files_are_no_revisions_of_one_another(local: Ledger) -> None:
    assert local.add([recording(12, name="a"), recording(13, name="a")], now=NOON, actor="tests 1").revisions == ()


def test_each_batch_is_told_once_it_is_committed(local: Ledger) -> None:
    told: list[Added] = []

    total = local.add([recording(n) for n in range(10, 16)], now=NOON, actor="tests 1", batch=8, committed=told.append)

    assert [len(added.documents) for added in told] == [2, 2, 2]
    assert sum(told, Added()) == total
    assert [added.size for added in told] == [8, 16, 24]


def test_batches_that_are_made_while_another_is_written_give_the_same_log(local: Ledger, tmp_path: Path) -> None:
    given = [recording(n, url=f"https://echo.example/{n % 5}", captured=NOON + timedelta(n)) for n in range(10, 40)]

    at_once = local.add([*given, *given[:5]], now=NOON, actor="tests 1")

    with Ledger.create(tmp_path / "other.db", now=NOON) as other:
        piecemeal = other.add([*given, *given[:5]], now=NOON, actor="tests 1", batch=1)
        assert piecemeal == at_once
        assert len(piecemeal.revisions) == 25
        assert [(e.kind, e.body) for e in other.entries()] == [(e.kind, e.body) for e in local.entries()]
        assert verify(other).findings == ()


def test_an_error_while_writing_stops_at_the_batch_that_met_it(local: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Added] = []
    write = projections.write

    def fails_at_the_third(connection: Connection, first: int, at: datetime, drafts: list[log.Draft]) -> None:
        if first == 8:
            raise StorageFull("no room")
        write(connection, first, at, drafts)

    monkeypatch.setattr("tallystick.ledger.projections.write", fails_at_the_third)
    reports = [recording(n) for n in range(10, 20)]
    with pytest.raises(StorageFull):
        local.add(reports, now=NOON, actor="tests 1", batch=4, committed=told.append)

    assert sum(told, Added()).size == local.head().size == 8
    assert verify(local).findings == ()


def test_a_failure_in_a_batch_leaves_nothing_of_its_documents(local: Ledger) -> None:
    def failing() -> Iterator[Recording]:
        yield recording(12)
        yield recording(13)
        yield recording(14)
        raise RuntimeError("the reader died")

    with pytest.raises(RuntimeError, match="the reader died"):
        local.add(failing(), now=NOON, actor="tests 1", batch=8)

    assert kinds(local).count("document") == 2  # the first batch was told, the third document never was
    assert verify(local).findings == ()


def test_an_error_while_writing_rolls_the_whole_document_back(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.add([recording(12)], now=NOON, actor="tests 1")
    before = ledger.head()
    with monkeypatch.context() as patched:
        patched.setattr("tallystick.ledger.projections.write", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ledger.add([recording(13)], now=NOON, actor="tests 1")

    assert ledger.head() == before
    ledger.add([recording(13)], now=NOON, actor="tests 1")
    assert verify(ledger).findings == ()


def test_bytes_that_are_not_those_of_their_hash_are_refused(local: Ledger) -> None:
    with pytest.raises(LedgerError, match="not those of its SHA-256"):
        local.add([replace(recording(12), original=b"something else")], now=NOON, actor="tests 1")

    assert kinds(local) == []


def test_the_database_itself_refuses_to_change_the_log(ledger: Ledger) -> None:
    ledger.add([recording(*range(10, 300))], now=NOON, actor="tests 1")
    columns = {"entry": "actor", "node": "place", "root": "clock", "meta": "value", "blob": "method"}
    for table, column in columns.items():
        # An update that changes nothing of an erasable row is refused too: only an erasure may touch it.
        for change in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(LedgerError, match="append-only"), ledger.writing() as connection:
                connection.execute(text(change))

    assert verify(ledger).findings == ()


def test_a_body_cannot_be_emptied_without_an_erasure_on_record(ledger: Ledger) -> None:
    ledger.add([recording(12)], now=NOON, actor="tests 1")

    with pytest.raises(LedgerError, match="append-only"), ledger.writing() as connection:
        connection.execute(text("UPDATE entry SET body = NULL, salt = NULL WHERE seq = 3"))
    with pytest.raises(LedgerError, match="append-only"), ledger.writing() as connection:
        connection.execute(text("INSERT INTO erased (seq, erasure) VALUES (3, 0)"))


def test_postgresql_refuses_to_truncate_the_log(postgres: str) -> None:
    with Ledger.create(postgres, now=NOON) as ledger:
        ledger.add([recording(12)], now=NOON, actor="tests 1")
        with pytest.raises(LedgerError, match="append-only"), ledger.writing() as connection:
            connection.execute(text("TRUNCATE entry"))


def test_every_entry_can_be_proved_to_lie_in_the_log(ledger: Ledger) -> None:
    for n in (10, 11, 12):
        ledger.add([recording(*range(n * 100, n * 100 + 97))], now=NOON, actor="tests 1")
    head = ledger.head()
    assert head.size == 300

    for seq in (0, 1, 255, 256, 299):
        proof = ledger.prove(seq)
        entry = next(ledger.entries(seq, seq + 1))
        assert merkle.verify_inclusion(seq, head.size, proof.leaf, proof.path, head.root)
        assert entry.body is not None
        assert log.commitment(entry.salt or b"", entry.body) == entry.commit
    with pytest.raises(LedgerError, match="no entry 300"):
        ledger.prove(300)


def test_the_log_is_proved_to_continue_what_it_was(ledger: Ledger) -> None:
    ledger.add([recording(12, 13)], now=NOON, actor="tests 1")
    old = ledger.head()
    ledger.add([recording(*range(100, 400))], now=NOON, actor="tests 1")
    new = ledger.head()

    proof = ledger.consistency(old.size)
    assert merkle.verify_consistency(old.size, new.size, old.root, new.root, proof)


def test_no_time_goes_back_when_the_clock_does_and_verify_says_so(ledger: Ledger) -> None:
    ledger.add([recording(12)], now=LATER, actor="tests 1")
    ledger.add([recording(13)], now=NOON, actor="tests 1")

    assert {entry.recorded_at for entry in ledger.entries()} == {LATER}
    answer = verify(ledger)
    assert answer.whole
    assert [finding.trouble for finding in answer.findings] == [Trouble.CLOCK]
    assert "2026-03-01T12:00:00" in answer.findings[0].note


def test_a_clock_that_ticks_is_read_for_every_transaction(local: Ledger) -> None:
    ticks = iter([NOON, LATER])

    local.add([recording(12), recording(13)], now=lambda: next(ticks), actor="tests 1", batch=1)

    assert sorted({entry.recorded_at for entry in local.entries()}) == [NOON, LATER]


def test_unread_inputs_links_and_lattices_are_on_record(ledger: Ledger) -> None:
    unread = Unread("caf\udce9.pdf", None, "DamagedDocument", "caf\udce9.pdf is cut off")
    link = SceneLink("3f9a12cd#0", "77ab01ef#1", 0.97, LinkVerdict.AUTO, (Evidence("same-place", 2.5, "Eastford"),))
    ledger.add_unread([unread], now=NOON, actor="tests 1")
    ledger.add_links([link], now=NOON, actor="tests 1")
    ledger.add_lattice("districts.toml", "[districts]\n", now=NOON, actor="ana")

    with ledger.reading() as connection:
        things = [item.thing for item in written(connection)]
    assert isinstance(things[0], Unread)
    assert things[0].name == "caf\\udce9.pdf"  # a name that is no UTF-8 is written with its bytes
    assert things[1:] == [link, LatticeFile("districts.toml", "[districts]\n")]
    assert ledger.links() == [link]
    assert verify(ledger).findings == ()


def test_rebuilt_projections_are_those_that_were_written(ledger: Ledger) -> None:
    ledger.add([recording(12, 40), recording(13)], now=NOON, actor="tests 1")

    ledger.rebuild()

    assert verify(ledger).findings == ()


def test_two_writers_at_once_lose_nothing(where: str) -> None:
    Ledger.create(where, now=NOON).close()
    failed: list[BaseException] = []

    def write(first: int) -> None:
        try:
            with Ledger.open(where) as mine:
                for n in range(first, first + 12):
                    mine.add([recording(n)], now=NOON, actor=f"writer {first}")
        except BaseException as error:
            failed.append(error)

    writers = [threading.Thread(target=write, args=(first,)) for first in (100, 200, 300)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert failed == []
    with Ledger.open(where) as ledger:
        assert [entry.seq for entry in ledger.entries()] == list(range(36 * 4))
        assert verify(ledger).findings == ()


def test_a_writer_that_waits_too_long_is_told_so(where: str) -> None:
    with Ledger.create(where, now=NOON) as first, Ledger.open(where, patience=0.2) as second:
        with first.writing(), pytest.raises(LedgerBusy, match=r"longer than 0\.2 seconds"):
            second.add([recording(12)], now=NOON, actor="tests 1")
        assert second.add([recording(12)], now=NOON, actor="tests 1").claims == 1


def test_readers_do_not_wait_for_a_writer(where: str) -> None:
    with Ledger.create(where, now=NOON) as first, Ledger.open(where, patience=0.2) as second:
        first.add([recording(12)], now=NOON, actor="tests 1")
        with first.writing() as connection:
            first.record(connection, [LatticeFile("a", "b")], now=NOON, actor="ana")
            assert second.head().size == 4


def test_a_full_disk_is_told_and_what_was_acknowledged_stays(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger:
        ledger.add([recording(12)], now=NOON, actor="tests 1")
        head = ledger.head()
        with ledger.database.engine.connect() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
        with pytest.raises(StorageFull, match="no room left"):
            ledger.add([recording(*range(100, 900))], now=NOON, actor="tests 1")

        assert ledger.head() == head
        with ledger.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        ledger.add([recording(*range(100, 900))], now=NOON, actor="tests 1")
        assert verify(ledger).findings == ()


def test_there_is_no_ledger_where_none_was_made(tmp_path: Path, postgres: str) -> None:
    (tmp_path / "notes.txt").write_text("These are notes, and no ledger at all.\n" * 100)
    for place in (tmp_path / "none.db", postgres):
        with pytest.raises(NoLedger):
            Ledger.open(place)
    with pytest.raises(LedgerError, match="is no ledger"):
        Ledger.open(tmp_path / "notes.txt")
    assert not (tmp_path / "none.db").exists()


def test_an_unreachable_database_is_told_without_its_password() -> None:
    with pytest.raises(NoLedger) as told:
        Ledger.open("postgresql://me:secret@127.0.0.1:1/none")

    assert "secret" not in str(told.value)


@pytest.mark.parametrize("place", ["mysql://host/db", "sqlite://", "postgresql://[bad"])
def test_a_place_that_cannot_hold_a_ledger_is_refused(place: str) -> None:
    with pytest.raises(LedgerError):
        Ledger.open(place)


def test_a_ledger_is_never_made_over_another(where: str) -> None:
    Ledger.create(where, now=NOON).close()

    with pytest.raises(LedgerExists):
        Ledger.create(where, now=NOON)
    with Ledger.open_or_create(where, now=NOON) as ledger:
        assert ledger.head().size == 0


def test_a_ledger_is_made_where_a_kill_left_an_empty_database_and_over_no_other_file(tmp_path: Path) -> None:
    raw = sqlite3.connect(tmp_path / "begun.db")
    raw.execute("PRAGMA journal_mode = WAL")
    raw.close()
    assert (tmp_path / "begun.db").stat().st_size
    with Ledger.open_or_create(tmp_path / "begun.db", now=NOON) as ledger:
        assert ledger.head().size == 0

    raw = sqlite3.connect(tmp_path / "other.db")
    raw.execute("CREATE TABLE mine (a)")
    raw.close()
    (tmp_path / "notes.txt").write_text("These are notes.")
    for place in ("other.db", "notes.txt"):
        with pytest.raises(LedgerExists):
            Ledger.create(tmp_path / place, now=NOON)
    assert (tmp_path / "notes.txt").read_text() == "These are notes."


def test_a_ledger_of_a_newer_version_is_left_alone(where: str) -> None:
    with Ledger.create(where, now=NOON) as ledger, ledger.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(LedgerVersion, match="revision 9999"):
        Ledger.open(where)


def test_every_recorded_text_is_what_rfc_8785_would_write(local: Ledger) -> None:

    given = recording(12, more="“Quoted”, with a tab\t, a \x7f and a 𝔘nicode tail.\n")
    local.add([given], now=NOON, actor="tests 1")

    for entry in local.entries():
        assert entry.body is not None
        _, thing = decode(entry.kind, entry.body, lambda _: given.document.text_sha256)
        assert thing in (given.capture, *given.claims, *given.scenes) or isinstance(thing, Text)

        assert rfc8785.dumps(json.loads(entry.body)) == entry.body.encode()
