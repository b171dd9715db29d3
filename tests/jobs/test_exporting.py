"""Exports of a ledger on disk: what people decided counts, and what is missing is said."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table

from tallystick.errors import ExportFailed, UnknownPolicy
from tallystick.jobs.exporting import export
from tallystick.jobs.importing import evidence
from tallystick.ledger import codec, computed_tables
from tallystick.ledger.judgements import judge
from tallystick.ledger.store import Ledger
from tallystick.model.evidence import Finding
from tallystick.model.questions import Question
from tallystick.model.records import Capture, Judgement, Recording, Verdict
from tallystick.views.exports import FORMATS, jsonl
from tests.views.exports import build

HELD = build.held()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "ledger.db", now=build.NOW) as made:
        made.add(recordings(), now=build.NOW, actor="tests 1")
        yield made


def recordings() -> Iterator[Recording]:
    for document in (build.RADIO_DOC, build.HERALD_DOC, build.POST_DOC):
        own = [h for h in HELD if h.document == document]
        scenes = tuple(dict.fromkeys(h.scene for h in own if h.scene))
        text = build.TEXTS[document.id]
        assert document.captured_at is not None
        capture = Capture(document.sha256, document.captured_at, document.name, document.url)
        yield Recording(document, text, capture, tuple(h.claim for h in own), scenes, (), text.encode())


def reconciled(ledger: Ledger) -> Ledger:
    """The ledger with one incident and two tallies, as if they had been worked out."""
    material = build.material()
    with ledger.writing() as connection:
        computed_tables.create(connection)
        for one in material.incidents:
            put(connection, computed_tables.incident, id=one.id, body=codec.dumps(one))
        for tally in material.tallies:
            put(connection, computed_tables.tally, id=tally.id, measure=tally.key.measure, body=codec.dumps(tally))
    return ledger


def put(connection: Connection, table: Table, **values: Any) -> None:
    """One row; what must not be empty and is not given is 0 or no text."""
    needed = {c.name: 0 if c.type.python_type in (int, float) else "" for c in table.columns if not c.nullable}
    connection.execute(table.insert().values(**needed | values))


def judgement(verdict: Verdict, index: int, **given: Any) -> Judgement:
    return Judgement(f"{index:016x}", verdict, (HELD[index].id,), "Ana", build.NOW, **given)


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_an_export_comes_with_notes_on_what_it_loses(ledger: Ledger, tmp_path: Path) -> None:
    made = export(reconciled(ledger), "ucdp", tmp_path / "out.csv", now=build.NOW)

    assert [path.name for path in made.files] == ["out.csv", "out.origins.csv", "out.notes.txt"]
    text = (tmp_path / "out.notes.txt").read_text(encoding="utf-8")
    assert all(line in text for line in (*made.loses, *made.left_out))
    assert "ucdp-like/1" in text
    head = ledger.head()
    assert f"{head.size:,} entries and the root {head.root.hex()}" in text
    assert made.left_out


def test_the_figures_are_estimated_under_the_formats_policy_or_the_one_asked_for(
    ledger: Ledger, tmp_path: Path
) -> None:
    assert export(reconciled(ledger), "ucdp", tmp_path / "a.csv", now=build.NOW).policy == "ucdp-like/1"
    made = export(ledger, "ucdp", tmp_path / "b.csv", now=build.NOW, policy="neutral/1")

    assert made.policy == "neutral/1"
    assert table(tmp_path / "b.csv")[0]["code_status"] == "neutral/1"
    with pytest.raises(UnknownPolicy):
        export(ledger, "ucdp", tmp_path / "c.csv", now=build.NOW, policy="nobody/1")


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "claimreview"])
def test_every_format_can_be_written_from_a_ledger(name: str, ledger: Ledger, tmp_path: Path) -> None:
    made = export(reconciled(ledger), name, tmp_path / f"out{FORMATS[name].suffix}", now=build.NOW)

    assert made.rows > 0
    assert all(path.exists() for path in made.files)


def test_json_lines_of_a_ledger_give_its_claims_back(ledger: Ledger, tmp_path: Path) -> None:
    export(ledger, "jsonl", tmp_path / "out.jsonl", now=build.NOW)

    read = list(jsonl.read(tmp_path / "out.jsonl"))
    assert {h.id: h.claim for h in read} == {h.id: h.claim for h in HELD}
    assert {h.scene for h in read} == {h.scene for h in HELD}


def test_events_of_a_ledger_that_was_never_reconciled_are_refused(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(ExportFailed, match="tallystick reconcile"):
        export(ledger, "acled", tmp_path / "out.csv", now=build.NOW)

    assert export(ledger, "csv", tmp_path / "out.csv", now=build.NOW).rows == 6


def test_a_rejected_claim_is_listed_as_such_and_no_event_shows_it(ledger: Ledger, tmp_path: Path) -> None:
    judge(reconciled(ledger), judgement(Verdict.REJECT, 1), now=build.NOW)
    export(ledger, "csv", tmp_path / "claims.csv", now=build.NOW)
    export(ledger, "acled", tmp_path / "acled.csv", now=build.NOW)

    assert [r["judgement"] for r in table(tmp_path / "claims.csv") if r["id"] == HELD[1].id] == ["reject"]
    assert HELD[1].id not in table(tmp_path / "acled.csv")[0]["notes"]


def test_a_corrected_claim_is_exported_as_corrected(ledger: Ledger, tmp_path: Path) -> None:
    changes = json.dumps({"count": {"low": 3, "high": 3, "value": 3}})
    judge(reconciled(ledger), judgement(Verdict.CORRECT, 1, changes=changes), now=build.NOW)
    export(ledger, "acled", tmp_path / "out.csv", now=build.NOW)
    export(ledger, "csv", tmp_path / "claims.csv", now=build.NOW)

    assert "Also: 3 wounded (people)" in table(tmp_path / "out.csv")[0]["notes"]
    (row,) = [r for r in table(tmp_path / "claims.csv") if r["id"] == HELD[1].id]
    assert (row["low"], row["judgement"], row["correction"]) == ("30", "correct", changes)


def test_a_question_narrows_what_is_exported(ledger: Ledger, tmp_path: Path) -> None:
    made = export(ledger, "csv", tmp_path / "out.csv", now=build.NOW, question=Question(measures=("wounded",)))

    assert made.rows == 1


def test_an_unknown_format_is_refused_with_those_there_are(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(ExportFailed, match="csv, jsonl, parquet, ucdp"):
        export(ledger, "excel", tmp_path / "out.xlsx", now=build.NOW)


def test_a_coded_table_gets_its_evidence_from_the_ledger(ledger: Ledger, tmp_path: Path) -> None:
    export(reconciled(ledger), "ucdp", tmp_path / "out.csv", now=build.NOW)
    (found,) = evidence(ledger, tmp_path / "out.csv")

    assert found.finding is Finding.AGREES
    assert found.evidence[0].figure == HELD[2].id
    assert {one.event for one in found.evidence} == {"inc-1"}
    assert found.note == ""


def test_a_rejected_claim_is_no_evidence(ledger: Ledger, tmp_path: Path) -> None:
    export(reconciled(ledger), "ucdp", tmp_path / "out.csv", now=build.NOW)
    judge(ledger, judgement(Verdict.REJECT, 0), now=build.NOW)

    (found,) = evidence(ledger, tmp_path / "out.csv")
    assert HELD[0].id not in {one.figure for one in found.evidence}


def test_a_persons_verdict_on_a_figure_is_a_claim_review_and_drops_no_claim(ledger: Ledger, tmp_path: Path) -> None:
    judge(reconciled(ledger), judgement(Verdict.REJECT, 2, about="truth", why="The list has 14."), now=build.NOW)
    export(ledger, "claimreview", tmp_path / "out.json", now=build.NOW)

    (review,) = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert review["reviewRating"]["alternateName"] == "Wrong"
    assert review["itemReviewed"]["firstAppearance"]["url"] == build.RADIO_DOC.url
    export(ledger, "acled", tmp_path / "acled.csv", now=build.NOW)
    assert HELD[2].id in table(tmp_path / "acled.csv")[0]["notes"]


def test_estimates_as_the_ledger_held_them_on_a_day_are_refused(ledger: Ledger, tmp_path: Path) -> None:
    then = Question(held_by=build.NOW)

    with pytest.raises(ExportFailed, match="known_by"):
        export(reconciled(ledger), "ucdp", tmp_path / "out.csv", now=build.NOW, question=then)
    assert export(ledger, "csv", tmp_path / "out.csv", now=build.NOW, question=then).rows == 6


def test_a_question_that_leaves_out_figures_behind_an_estimate_is_noted(ledger: Ledger, tmp_path: Path) -> None:
    asked = Question(publisher="Lowland Radio")
    made = export(reconciled(ledger), "acled", tmp_path / "out.csv", now=build.NOW, question=asked)

    assert made.left_out[-1].startswith("the publisher asked for choose which events")
    assert made.left_out[-1] in (tmp_path / "out.notes.txt").read_text(encoding="utf-8")
