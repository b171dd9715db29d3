"""Exports that are tables: read back with the standard library's csv and with pyarrow."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.errors import ExportFailed
from tallystick.model.quantities import Where, Who, Window
from tallystick.model.records import Judgement, Verdict
from tallystick.model.tallies import Estimate
from tallystick.model.values import Measure
from tallystick.views.exports import FORMATS, acled, ucdp
from tallystick.views.exports.capture import CAPTURE
from tallystick.views.exports.claims import COLUMNS, CSV, PARQUET
from tallystick.views.exports.events import OVERLAP, events, total
from tallystick.views.exports.writing import FORMULA, cell
from tests.views.exports import build

NOW = datetime(2031, 5, 20, tzinfo=UTC)


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def rejected(index: int) -> Judgement:
    return Judgement(f"j{index}", Verdict.REJECT, (build.id_of(index),), "Ana", NOW)


def test_the_claims_table_holds_every_claim_under_the_documented_columns(tmp_path: Path) -> None:
    written = CSV.write(build.material(), tmp_path / "out.csv")
    rows = table(tmp_path / "out.csv")

    assert written.rows == len(rows) == 6
    assert list(rows[0]) == list(COLUMNS)
    assert (rows[0]["low"], rows[0]["high"], rows[0]["comparator"]) == ("12", "", "At least")
    assert rows[0]["quote"] == build.RADIO[int(rows[0]["start"]) : int(rows[0]["end"])]


def test_an_unknown_figure_is_an_empty_cell_and_an_unnamed_source_too(tmp_path: Path) -> None:
    CSV.write(build.material(), tmp_path / "out.csv")
    rows = table(tmp_path / "out.csv")

    assert rows[0]["high"] == ""
    assert rows[5]["source"] == ""
    assert rows[5]["chain"] == "'+Post; source not named"
    assert rows[4]["published"] == ""


def test_a_title_that_is_a_formula_does_not_run(tmp_path: Path) -> None:
    CSV.write(build.material(), tmp_path / "out.csv")

    assert table(tmp_path / "out.csv")[2]["title"] == "'=cmd|' /C calc'!A0"


@pytest.mark.parametrize("value", [-12.5, -3, 0, 10**20])
def test_a_number_stays_a_number(value: float) -> None:
    assert cell(value) == str(value)


@given(st.text())
def test_no_text_begins_as_a_formula_and_every_cell_is_one_line(text: str) -> None:
    for made in (cell(text), cell([text, "x"])):
        assert not made.startswith(FORMULA)
        assert not any(control in made for control in "\n\r\t\x00")


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_a_table_of_any_texts_reads_back_with_as_many_cells(texts: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([cell(text) for text in texts])

    (row,) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert row == [cell(text) for text in texts]


def test_a_rejected_claim_stays_in_the_claims_table_and_says_so(tmp_path: Path) -> None:
    CSV.write(build.material(judgements=(rejected(1),)), tmp_path / "out.csv")

    rows = table(tmp_path / "out.csv")
    assert [row["judgement"] for row in rows] == ["", "reject", "", "", "", ""]
    assert rows[1]["judged_by"] == "Ana"


def test_parquet_holds_the_same_table_with_types(tmp_path: Path) -> None:
    PARQUET.write(build.material(), tmp_path / "out.parquet")

    read = pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["low"] for row in read] == [12.0, 30.0, 15.0, 3.0, 1.0, 4000.0]
    assert read[0]["high"] is None
    assert read[0]["published"] == build.DAY
    assert read[2]["chain"] == ["The Lowland Herald", "The governor [estimates]"]
    assert list(read[0]) == list(COLUMNS)


def test_the_ucdp_columns_are_those_of_ged_in_order_with_best_high_low(tmp_path: Path) -> None:
    ucdp.UCDP.write(build.material(), tmp_path / "out.csv")
    (row,) = table(tmp_path / "out.csv")

    assert len(row) == 49
    assert list(row)[44:47] == ["best", "high", "low"]
    assert (row["best"], row["high"], row["low"]) == ("15", "15", "12")
    assert (row["deaths_civilians"], row["deaths_a"]) == ("15", "")
    assert (row["date_prec"], row["where_prec"], row["event_clarity"]) == ("1", "1", "1")
    assert (row["type_of_violence"], row["conflict_new_id"]) == ("", "")
    assert row["source_original"] == "the governor"


def test_the_origins_of_every_figure_stand_beside_the_ucdp_rows(tmp_path: Path) -> None:
    ucdp.UCDP.write(build.material(), tmp_path / "out.csv")

    rows = table(tmp_path / "out.origins.csv")
    assert {row["origin"] for row in rows} == {"the governor"}
    assert [row["origins_at_most"] for row in rows] == ["1", "1", "1"]


@pytest.mark.parametrize(("days", "code"), [(1, 1), (2, 2), (6, 2), (7, 3), (8, 4), (31, 4), (32, 5), (None, None)])
def test_the_date_precision_follows_the_number_of_days(days: int | None, code: int | None) -> None:
    assert ucdp.date_prec(days) == code


@pytest.mark.parametrize(
    ("lat", "lon", "cell_id"),
    [(-89.75, -179.75, 1), (-89.75, 179.75, 720), (89.75, 179.75, 259200), (0.25, 0.25, 129961)],
)
def test_a_grid_cell_is_counted_from_the_south_west(lat: float, lon: float, cell_id: int) -> None:
    assert ucdp.priogrid(lat, lon) == cell_id


def test_acled_rows_keep_the_dispute_in_the_notes(tmp_path: Path) -> None:
    acled.ACLED.write(build.material(), tmp_path / "out.csv")
    (row,) = table(tmp_path / "out.csv")

    assert len(row) == 31
    assert row["fatalities"] == "15"
    assert "at least 12 killed (civilians): the governor, in Lowland Radio" in row["notes"]
    assert "15 killed (civilians): The governor, in The Lowland Herald" in row["notes"]
    assert row["timestamp"] == str(int(datetime(2031, 5, 3, 8, 30, tzinfo=UTC).timestamp()))
    assert row["source"] == "Lowland Radio; The Lowland Herald; '+Post"


def test_an_event_whose_claims_are_all_rejected_is_deleted_not_coded(tmp_path: Path) -> None:
    material = build.material(judgements=tuple(rejected(index) for index in range(5)))
    acled.ACLED.write(material, tmp_path / "out.csv")

    assert table(tmp_path / "out.csv") == []
    assert table(tmp_path / "out.deleted.csv") == [
        {"event_id_cnty": "inc-1", "deleted_timestamp": str(int(NOW.timestamp()))}
    ]


def test_a_withdrawn_rejection_deletes_nothing(tmp_path: Path) -> None:
    taken_back = [replace(rejected(index), withdrawn=NOW, withdrawn_by="Ana") for index in range(5)]
    acled.ACLED.write(build.material(judgements=taken_back), tmp_path / "out.csv")

    assert len(table(tmp_path / "out.csv")) == 1
    assert table(tmp_path / "out.deleted.csv") == []


def test_airwars_files_leave_the_unknown_blank(tmp_path: Path) -> None:
    FORMATS["airwars"].write(build.material(), tmp_path / "out.csv")
    (row,) = table(tmp_path / "out.csv")

    assert (row["civilians_killed_min"], row["civilians_killed_max"]) == ("12", "15")
    assert (row["militants_killed_min"], row["civilian_harm_status"]) == ("", "")
    assert [r["name"] for r in table(tmp_path / "out.sources.csv")] == ["Lowland Radio", "The Lowland Herald", "'+Post"]
    assert [r["killed_max"] for r in table(tmp_path / "out.casualties.csv")] == ["15", ""]


def test_ibc_counts_people_of_unknown_status_in_the_upper_figure_only(tmp_path: Path) -> None:
    FORMATS["ibc"].write(build.material(), tmp_path / "out.csv")
    (row,) = table(tmp_path / "out.csv")

    assert (row["min injuries"], row["max injuries"]) == ("", "30")
    assert (row["min deaths"], row["max deaths"]) == ("12", "15")
    assert [r["person name"] for r in table(tmp_path / "out.persons.csv")] == ["Ali Oro", "Omar Sel", "Samir Dun"]


def test_a_capture_history_has_a_row_a_named_victim_and_a_column_a_list(tmp_path: Path) -> None:
    written = CAPTURE.write(build.material(), tmp_path / "out.csv")
    rows = table(tmp_path / "out.csv")

    assert [(r["victim"], r["list_Post"], r["list_The_Lowland_Herald"]) for r in rows] == [
        ("Ali Oro", "0", "1"),
        ("Omar Sel", "0", "1"),
        ("Samir Dun", "1", "1"),
    ]
    assert written.left_out == ("3 figures for deaths name nobody and were left out.",)


def test_a_capture_history_of_figures_without_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportFailed, match="never who"):
        CAPTURE.write(build.material(held=build.held()[:3]), tmp_path / "out.csv")

    assert not (tmp_path / "out.csv").exists()


def test_a_list_that_does_not_come_apart_into_its_number_of_names_names_nobody(tmp_path: Path) -> None:
    one = build.held()[3]
    longer = replace(one, claim=replace(one.claim, count=replace(one.claim.count, low=4, high=4, value=4)))

    with pytest.raises(ExportFailed):
        CAPTURE.write(build.material(held=(longer,)), tmp_path / "out.csv")


def test_overlapping_groups_are_never_added_up() -> None:
    found = build.held()
    tallies = (
        build.tally("a", "killed", Who(status="civilian"), [found[0]]),
        build.tally("b", "killed", Who(actor="northland"), [found[2]]),
    )
    (event,) = events(build.material(tallies=tallies))
    low = {"a": 12, "b": 15}

    made = total(event, "killed", lambda t: Estimate("p", low[t.id], low[t.id], low[t.id]))
    assert (made.low, made.best, made.high, made.note) == (15, None, None, OVERLAP)


def test_groups_that_share_nobody_are_added_and_one_open_end_stays_open() -> None:
    found = build.held()
    tallies = (
        build.tally("a", "killed", Who(status="civilian"), [found[0]]),
        build.tally("b", "killed", Who(status="combatant"), [found[1]]),
    )
    (event,) = events(build.material(tallies=tallies))
    ends = {"a": (12, 13, None), "b": (15, 15, 15)}

    made = total(event, "killed", lambda t: Estimate("p", *ends[t.id]))
    assert (made.low, made.best, made.high) == (27, 28, None)


def test_one_sources_civilians_are_not_added_to_anothers_fighters() -> None:
    found = build.held()
    tallies = (
        build.tally("a", "killed", Who(status="civilian"), [found[0]]),
        build.tally("b", "killed", Who(status="combatant"), [found[2]]),
    )
    (event,) = events(build.material(tallies=tallies))

    made = total(event, "killed", lambda t: Estimate("p", 8, 8, 8))
    assert (made.low, made.best, made.note) == (8, None, OVERLAP)


def test_children_alone_give_a_floor_for_the_dead_and_no_best() -> None:
    tallies = (build.tally("a", "killed", Who(age="child"), [build.held()[0]]),)
    (event,) = events(build.material(tallies=tallies))

    made = total(event, "killed", lambda t: Estimate("p", 3, 3, 3))
    assert (made.low, made.best, made.high) == (3, None, None)


def test_casualties_never_become_deaths(tmp_path: Path) -> None:
    tallies = (build.tally("a", Measure.CASUALTIES.value, Who(), [build.held()[0]]),)
    written = ucdp.UCDP.write(build.material(tallies=tallies), tmp_path / "out.csv")

    assert written.rows == 0
    assert "1 event has no figure for deaths and no row here." in written.left_out


def test_a_country_is_placed_with_the_precision_of_a_country(tmp_path: Path) -> None:
    material = build.material()
    where = Where("country:IT", "Italy", "IT", None, "country", 42.8, 12.8)
    coarse = build.material(incidents=(replace(material.incidents[0], where=where),))
    ucdp.UCDP.write(coarse, tmp_path / "u.csv")
    acled.ACLED.write(coarse, tmp_path / "a.csv")

    (row,) = table(tmp_path / "u.csv")
    assert (row["where_prec"], row["priogrid_gid"]) == ("6", "")
    assert table(tmp_path / "a.csv")[0]["geo_precision"] == "3"


def test_a_place_that_cannot_be_written_to_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(ExportFailed, match="cannot be written"):
        CSV.write(build.material(), tmp_path / "no" / "out.csv")


def test_a_count_of_nobody_knows_does_not_hide_the_soldiers_counted() -> None:
    found = build.held()
    tallies = (
        build.tally("a", "killed", Who(role="person"), [found[0]]),
        build.tally("b", "killed", Who(status="combatant", role="soldier"), [found[2]]),
    )
    (event,) = events(build.material(tallies=tallies))
    ends = {"a": (None, None, None), "b": (11, 12, 14)}

    made = total(event, "killed", lambda t: Estimate("p", *ends[t.id]))
    assert (made.low, made.best, made.high) == (11, 12, 14)


def test_soldiers_and_fighters_may_be_the_same_people() -> None:
    found = build.held()
    tallies = (
        build.tally("a", "killed", Who(status="combatant", role="fighter"), [found[0]]),
        build.tally("b", "killed", Who(status="combatant", role="soldier"), [found[2]]),
    )
    material = build.material(tallies=tallies, estimate=lambda t: Estimate("p", 9, 9, 9))
    (event,) = events(material)

    assert (total(event, "killed", material.estimate).low, total(event, "killed", material.estimate).high) == (9, None)


def test_overlapping_groups_leave_fatalities_to_the_coder(tmp_path: Path) -> None:
    found = build.held()
    tallies = (
        build.tally("a", "killed", Who(status="combatant", role="fighter"), [found[0]]),
        build.tally("b", "killed", Who(status="combatant", role="soldier"), [found[2]]),
    )
    acled.ACLED.write(build.material(tallies=tallies, estimate=lambda t: Estimate("p", 9, 9, 9)), tmp_path / "out.csv")

    (row,) = table(tmp_path / "out.csv")
    assert row["fatalities"] == ""
    assert OVERLAP in row["notes"]


def test_a_part_larger_than_the_whole_leaves_only_a_floor() -> None:
    found = build.held()
    tallies = (
        build.tally("a", "killed", Who(), [found[0]]),
        build.tally("b", "killed", Who(status="combatant"), [found[2]]),
    )
    (event,) = events(build.material(tallies=tallies))
    ends = {"a": (3, 3, 3), "b": (17, 17, None)}

    made = total(event, "killed", lambda t: Estimate("p", *ends[t.id]))
    assert (made.low, made.best, made.high) == (17, None, None)


@pytest.mark.parametrize("name", ["ucdp", "acled", "airwars", "ibc"])
def test_an_event_without_a_day_has_no_row_and_is_counted(name: str, tmp_path: Path) -> None:
    incident = replace(build.material().incidents[0], window=Window())
    made = FORMATS[name].write(build.material(incidents=(incident,)), tmp_path / "out.csv")

    assert made.rows == 0
    assert "1 event has no day, and no row here." in made.left_out
