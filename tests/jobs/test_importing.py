"""Coded tables: what is understood, what is refused and where. All rows are invented."""

from __future__ import annotations

import contextlib
import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.errors import BadTable
from tallystick.jobs.importing import match, read_rows, read_table
from tallystick.model.evidence import Finding, Layout
from tallystick.views.exports import acled, ucdp
from tests.views.exports import build

GED = {
    "id": "77", "side_a": "Government of Northland", "side_b": "Lowland Front", "where_prec": "1",
    "where_coordinates": "Orelle town", "adm_1": "Lowland", "latitude": "45.51", "longitude": "12.26",
    "country": "Italy", "date_start": "2031-05-02 00:00:00.000", "date_end": "2031-05-02", "best": "14", "high": "16",
    "low": "10", "deaths_civilians": "14", "source_article": "Lowland Radio, 2031-05-02;The Herald",
}  # fmt: skip
ACLED = {
    "event_id_cnty": "NRL12", "event_date": "02 May 2031", "time_precision": "1", "actor1": "Military of Northland",
    "actor2": "Civilians (Lowland)", "country": "Italy", "admin1": "Lowland", "location": "Orelle", "latitude": "45.5",
    "longitude": "12.25", "geo_precision": "1", "source": "Lowland Radio; Herald", "fatalities": "15",
}  # fmt: skip


def table(columns: tuple[str, ...], *rows: dict[str, str], header: bool = True, sep: str = ",") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=sep)
    if header:
        writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return out.getvalue()


def test_a_ged_row_is_read_by_the_names_of_its_columns() -> None:
    (row,) = read_rows(table(ucdp.COLUMNS, GED))

    assert (row.layout, row.id, row.line) == (Layout.UCDP, "77", 2)
    assert (row.low, row.best, row.high, row.civilians) == (10, 14, 16, 14)
    assert (row.start, row.end, row.exact) == (date(2031, 5, 2), date(2031, 5, 2), True)
    assert row.sides == ("Government of Northland", "Lowland Front")
    assert row.sources == ("Lowland Radio, 2031-05-02", "The Herald")


def test_the_order_of_named_columns_does_not_matter_and_unknown_ones_are_kept() -> None:
    columns = ("my_note", *reversed(ucdp.COLUMNS))
    (row,) = read_rows(table(columns, GED | {"my_note": "look again"}))

    assert (row.low, row.best, row.high) == (10, 14, 16)
    assert next(iter(row.kept)) == "my_note"
    assert row.kept["my_note"] == "look again"


@pytest.mark.parametrize("order", [("best", "high", "low"), ("low", "best", "high")])
def test_a_file_without_a_header_is_read_in_the_order_that_its_figures_show(order: tuple[str, ...]) -> None:
    columns = (*ucdp.COLUMNS[:44], *order, *ucdp.COLUMNS[47:])
    (row,) = read_rows(table(columns, GED, header=False))

    assert (row.low, row.best, row.high, row.line) == (10, 14, 16, 1)


def test_without_a_header_equal_figures_are_read_in_the_released_order() -> None:
    (row,) = read_rows(table(ucdp.COLUMNS, GED | {"best": "3", "high": "3", "low": "0"}, header=False))

    assert (row.low, row.best, row.high) == (0, 3, 3)


@pytest.mark.parametrize("sep", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_marks_encodings_and_separators_are_understood(sep: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(table(acled.COLUMNS, ACLED | {"notes": "à Orelle"}, sep=sep).encode(encoding))

    (row,) = read_table(path)
    assert (row.layout, row.id, row.best, row.start) == (Layout.ACLED, "NRL12", 15, date(2031, 5, 2))
    assert row.kept["notes"] == "à Orelle"


def test_an_acled_week_is_looked_for_on_the_days_around_its_date() -> None:
    (row,) = read_rows(table(acled.COLUMNS, ACLED | {"time_precision": "2"}))

    assert (row.start, row.end) == (date(2031, 4, 29), date(2031, 5, 5))


@pytest.mark.parametrize("empty", ["", "NA", "nan"])
def test_an_empty_figure_is_unknown_not_nought(empty: str) -> None:
    (row,) = read_rows(table(acled.COLUMNS, ACLED | {"fatalities": empty}))

    assert row.best is None


def test_a_row_whose_figures_are_out_of_order_is_kept_with_a_note() -> None:
    (row,) = read_rows(table(ucdp.COLUMNS, GED | {"low": "20"}))

    assert row.notes == ("the row's low 20, best 14 and high 16 are out of order",)


def test_a_table_with_few_of_the_columns_is_still_known() -> None:
    (row,) = read_rows("id,date_start,date_end,best,deaths_civilians\n5,2031-05-02,2031-05-02,3,\n")

    assert (row.layout, row.best, row.low, row.place) == (Layout.UCDP, 3, None, None)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"best": "about 12"}, r"line 2, column best: “about 12” is no whole number"),
        ({"low": "-4"}, r"line 2, column low"),
        ({"date_start": "Friday"}, r"line 2, column date_start: “Friday” is no date"),
        ({"latitude": "95"}, r"line 2, column latitude"),
        ({"longitude": "east"}, r"line 2, column longitude"),
    ],
)
def test_a_bad_value_is_named_with_line_and_column(change: dict[str, str], complaint: str) -> None:
    with pytest.raises(BadTable, match=complaint):
        read_rows(table(ucdp.COLUMNS, GED | change))


def test_the_line_of_a_bad_value_counts_lines_not_rows() -> None:
    two = table(ucdp.COLUMNS, GED | {"source_headline": "one\ntwo"}, GED | {"best": "x"})

    with pytest.raises(BadTable, match="line 4, column best"):
        read_rows(two)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n", "neither UCDP-GED nor ACLED columns"),
        (table(ucdp.COLUMNS), "no rows"),
        (table(ucdp.COLUMNS, GED) + "1,2,3\n", "line 3: 3 cells under 49 columns"),
        (table(tuple(c for c in ucdp.COLUMNS if c != "best"), GED), "no column “best”"),
        (table(ucdp.COLUMNS, GED) + '"open', "line 3: the CSV is broken here"),
    ],
)
def test_what_is_no_such_table_is_refused_and_said(text: str, complaint: str) -> None:
    with pytest.raises(BadTable, match=complaint):
        read_rows(text)


@given(st.text(max_size=200))
def test_any_text_is_a_table_or_refused(text: str) -> None:
    with contextlib.suppress(BadTable):
        assert read_rows(table(ucdp.COLUMNS) + text)


def test_what_was_exported_is_evidence_for_itself_when_it_is_imported(tmp_path: Path) -> None:
    ucdp.UCDP.write(build.material(), tmp_path / "out.csv")
    (found,) = match(read_table(tmp_path / "out.csv"), build.held(), {build.held()[0].scene.id: "inc-1"})  # type: ignore[union-attr]

    assert found.finding is Finding.AGREES
    assert [e.figure for e in found.evidence][:2] == [build.id_of(2), build.id_of(0)]
