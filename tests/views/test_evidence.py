"""The evidence table and its lines, read back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from tallystick.reconcile.matching import Index
from tallystick.views.evidence import COLUMNS, lines, summary, write_records, write_table
from tests.reconcile.test_matching import ROW, row
from tests.views.exports import build

KEPT = {"id": "77", "my_note": "=1+1"}
FOUND = [Index(build.held()).match(coded) for coded in (row(kept=KEPT, civilians=14), row(start=None, id="78"))]


def test_the_table_has_the_documented_columns_then_the_rows_own() -> None:
    assert list(COLUMNS)[:3] == ["row", "line", "finding"]


def test_each_row_lists_every_figure_with_its_words(tmp_path: Path) -> None:
    assert write_table(FOUND, tmp_path / "out.csv") == 2
    text = (tmp_path / "out.csv").read_bytes().decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(text, newline=""))

    assert list(first) == [*COLUMNS, "coded:id", "coded:my_note"]
    ids = first["figures"].split("; ")
    assert ids[0] == build.id_of(0)
    assert int(first["found"]) == len(ids) == 4
    assert "“At least 12 civilians were killed”" in first["quotes"]
    assert first["coded:my_note"] == "'=1+1"
    assert (first["claims_low"], first["claims_high"]) == ("12", "")
    assert (second["finding"], second["figures"], second["coded:id"]) == ("no evidence", "", "")


def test_the_records_hold_offsets_that_lie_on_the_words(tmp_path: Path) -> None:
    write_records(FOUND, tmp_path / "out.jsonl")
    first, second = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())

    for evidence in first["evidence"]:
        assert build.TEXTS[evidence["document"]][evidence["start"] : evidence["end"]] == evidence["quote"]
    assert second["evidence"] == []
    assert first["kept"] == KEPT


def test_the_lines_say_what_was_coded_and_what_was_found() -> None:
    first, second = lines(FOUND)

    assert first.startswith("77 (2031-05-02, Orelle): 10–16 dead coded — ")
    assert "and 3 more" in first
    assert second.endswith("no evidence")
    assert summary(FOUND).startswith("2 rows: ")
    assert ROW.id == "77"
