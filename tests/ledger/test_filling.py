"""A ledger that two processes fill is the one that one fills, whoever else writes and whichever of them is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select

from tallystick.errors import LedgerBusy, LedgerError
from tallystick.ledger import filling, log, schema, tables
from tallystick.ledger.filling import Filling
from tallystick.ledger.intake import groups
from tallystick.ledger.search import search
from tallystick.ledger.store import Ledger
from tallystick.ledger.verify import verify
from tallystick.model.records import Added, Recording
from tests.ledger.reports import NOON, recording

LATER = NOON + timedelta(hours=1)


def told() -> list[Recording]:
    """Reports with what intake tells apart: the same again, at another place, later, changed, without bytes."""
    page = recording(12, url="https://echo.example/a")
    changed = recording(13, 9, url="https://echo.example/a", captured=LATER)
    return [
        *[recording(number, number + 1) for number in range(100, 130)],
        page,
        recording(50, original=None),
        changed,
        page,
        replace(page, capture=replace(page.capture, url="https://other.example/b")),
        replace(page, capture=replace(page.capture, captured_at=LATER)),
        *[recording(number, more="東京で火災、三人が死亡。\n") for number in range(200, 210)],
        recording(100, 101),
    ]


def held(ledger: Ledger) -> dict[str, list[Any]]:
    """Every row of the log and of the projections. Not: the log's own name, and bytes, which may lie in a folder."""
    with ledger.reading() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(*columns))), key=repr)
            for table in (*schema.LOG, *tables.PROJECTIONS)
            if table is not schema.meta and (columns := [c for c in table.columns if c is not schema.blob.c.content])
        }


EVERY = {index.name for index in tables.claim.indexes}
GROWING = {"claim_document", "claim_passage"}


def indexes(ledger: Ledger) -> set[Any]:
    """The names of the indexes of claims that there are."""
    with ledger.reading() as connection:
        return {one["name"] for one in inspect(connection).get_indexes("claim")}


def test_it_is_the_ledger_that_one_process_fills(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log.os, "urandom", lambda size: b"s" * size)  # the same salts for both
    monkeypatch.setattr(filling, "_growing", groups)  # and the same batches, each of which sets a root
    with Ledger.create(tmp_path / "one.db", now=NOON) as one:
        alone = one.add(told(), now=NOON, actor="tests 1", batch=16)
        expected = held(one)
    with Ledger.create(where, now=NOON) as two, Filling(two) as fill:
        together = fill.add(told(), now=NOON, actor="tests 1", batch=16)

        assert together == alone
        assert (len(alone.documents), len(alone.duplicates), len(alone.revisions)) == (43, 4, 1)
        assert held(two) == expected
        assert verify(two).findings == ()
        with two.reading() as connection:
            assert len(list(search(connection, "Eastford", limit=200))) == len(
                list(search(connection, "mayor", limit=200))
            )


def test_each_batch_is_told_in_its_order_once_it_is_on_the_disk(here: str) -> None:
    sizes: list[int] = []

    def acknowledge(added: Added) -> None:
        with Ledger.open(here) as other:
            assert other.head().size >= added.size
        sizes.append(added.size)

    with Ledger.create(here, now=NOON) as ledger, Filling(ledger) as fill:
        added = fill.add(map(recording, range(30)), now=NOON, actor="tests 1", batch=16, committed=acknowledge)

        assert sizes == [4, 8, 16, 32, 48, 64, 80, 96, 112, 120]  # small ones first
        assert added.size == ledger.head().size == 120


def test_where_it_is_known_how_many_come_the_last_batches_are_small_too(here: str) -> None:
    sizes: list[int] = []
    with Ledger.create(here, now=NOON) as ledger, Filling(ledger) as fill:
        given = [recording(n) for n in range(30)]
        fill.add(given, now=NOON, actor="tests 1", batch=16, committed=lambda added: sizes.append(added.size))

        assert sizes == [4, 8, 16, 32, 48, 64, 80, 96, 108, 116, 120]
        assert ledger.head().size == 120


def test_what_somebody_else_writes_meanwhile_is_told_apart_and_nothing_is_lost(where: str) -> None:
    page = recording(12, url="https://echo.example/a")
    changed = recording(13, url="https://echo.example/a", captured=LATER)

    def reports() -> Iterator[Recording]:
        yield from map(recording, range(100, 112))
        with Ledger.open(where) as other:  # the batches that are under way may come before it, or after
            other.add([page, recording(300)], now=NOON, actor="another")
        yield from (recording(300), changed, *map(recording, range(112, 124)))

    with Ledger.create(where, now=NOON) as ledger, Filling(ledger) as fill:
        added = fill.add(reports(), now=NOON, actor="tests 1", batch=8)

        assert (added.claims, added.duplicates) == (25, (recording(300).document.id,))
        assert added.revisions == ((changed.document.id, page.document.id),)
        assert [entry.seq for entry in ledger.entries()] == list(range(27 * 4))
        assert verify(ledger).findings == ()


def test_a_ledger_can_be_used_between_two_fillings_by_one_process(here: str) -> None:
    with Ledger.create(here, now=NOON) as ledger, Filling(ledger) as fill:
        fill.add([recording(1)], now=NOON, actor="tests 1")
        ledger.add([recording(2)], now=NOON, actor="tests 1")
        fill.add([recording(3), recording(2)], now=NOON, actor="tests 1")

        assert [entry.seq for entry in ledger.entries()] == list(range(12))
        assert verify(ledger).findings == ()


def test_a_ledger_that_another_holds_for_too_long_is_told_and_can_be_filled_later(here: str) -> None:
    with Ledger.create(here, now=NOON, patience=0.1) as ledger, Filling(ledger) as fill:
        with ledger.writing(), pytest.raises(LedgerBusy, match=r"longer than 0\.1 seconds"):
            fill.add(map(recording, range(20)), now=NOON, actor="tests 1", batch=8)

        assert ledger.head().size == 0
        assert fill.add(map(recording, range(20)), now=NOON, actor="tests 1", batch=8).claims == 20
        assert verify(ledger).findings == ()


def test_an_error_of_who_is_told_leaves_whole_documents_and_the_rest_for_later(here: str) -> None:
    def refuse(added: Added) -> None:
        raise RuntimeError("stop")

    with Ledger.create(here, now=NOON) as ledger, Filling(ledger) as fill:
        with pytest.raises(RuntimeError, match="stop"):
            fill.add(map(recording, range(40)), now=NOON, actor="tests 1", batch=8, committed=refuse)
        assert ledger.head().size % 8 == 0
        again = fill.add(map(recording, range(40)), now=NOON, actor="tests 1", batch=8)

        assert (again.size, len(again.documents) + len(again.duplicates)) == (160, 40)
        assert verify(ledger).findings == ()


def test_the_death_of_the_process_that_writes_is_told(here: str) -> None:
    with Ledger.create(here, now=NOON) as ledger:
        with Filling(ledger) as fill:
            told: list[Added] = []

            def kill(added: Added) -> None:
                told.append(added)
                os.kill(fill._process.pid or 0, signal.SIGKILL)

            with pytest.raises(LedgerError, match=r"the process that writes .* has ended"):
                fill.add(map(recording, range(400)), now=NOON, actor="tests 1", batch=8, committed=kill)
        assert ledger.head().size >= told[-1].size > 0
        assert verify(ledger).findings == ()
        with Filling(ledger) as fill:
            again = fill.add(map(recording, range(400)), now=NOON, actor="tests 1")

        assert len(again.documents) + len(again.duplicates) == 400
        assert again.size == 1_600
        assert indexes(ledger) == EVERY


def test_an_empty_ledger_is_filled_without_the_indexes_of_claims_and_has_them_in_the_end(here: str) -> None:
    with Ledger.create(here, now=NOON) as ledger:
        assert indexes(ledger) == EVERY
        with Filling(ledger) as fill:
            fill.add(map(recording, range(20)), now=NOON, actor="tests 1", batch=8)
            assert indexes(ledger) == GROWING
            ledger.add([recording(30)], now=NOON, actor="tests 1")  # others may go on meanwhile
        assert indexes(ledger) == EVERY


def test_whoever_opens_a_ledger_that_lacks_its_indexes_makes_them_unless_somebody_writes(here: str) -> None:
    with Ledger.create(here, now=NOON) as ledger:
        ledger.add(map(recording, range(20)), now=NOON, actor="tests 1")
        with ledger.writing() as connection:
            tables.drop_late(connection)
        with ledger.writing(), Ledger.open(here) as other:
            assert indexes(other) == GROWING
            assert other.head().size == 80
        with Ledger.open(here) as other:
            assert indexes(other) == EVERY


def test_a_ledger_that_holds_something_keeps_its_indexes_while_it_is_filled(here: str) -> None:
    with Ledger.create(here, now=NOON) as ledger:
        ledger.add([recording(1)], now=NOON, actor="tests 1")
        with Filling(ledger) as fill:
            fill.add(map(recording, range(2, 9)), now=NOON, actor="tests 1")
            assert indexes(ledger) == EVERY


_FILLER = """
import sys
from tallystick.ledger.filling import Filling
from tallystick.ledger.store import Ledger
from tests.ledger.reports import NOON, recording

def tell(added):
    print(*added.documents, flush=True)

if __name__ == "__main__":
    with Ledger.create(sys.argv[1], now=NOON) as ledger, Filling(ledger) as fill:
        fill.add((recording(n, n + 1) for n in range(100_000)), now=NOON, actor="tests 1", batch=20, committed=tell)
"""


@pytest.mark.parametrize("lines", [1, 23])
def test_a_kill_of_the_process_that_fills_loses_nothing_that_was_acknowledged(here: str, lines: int) -> None:
    filler = subprocess.Popen([sys.executable, "-c", _FILLER, here], stdout=subprocess.PIPE, text=True)
    assert filler.stdout is not None
    names = [name for _ in range(lines) for name in filler.stdout.readline().split()]
    filler.kill()
    names += [name for line in filler.stdout for name in line.split()]
    filler.wait()
    filler.stdout.close()

    with Ledger.open(here) as ledger, ledger.reading() as connection:
        documents = {row.id: row.seq for row in connection.execute(select(tables.document.c.id, tables.document.c.seq))}
        claims = connection.scalars(select(tables.claim.c.document)).all()
    assert len(names) >= lines
    assert set(names) <= documents.keys()
    assert all(claims.count(seq) == 2 for seq in documents.values())
    with Ledger.open(here) as ledger:
        assert verify(ledger).findings == ()
