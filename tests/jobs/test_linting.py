"""Tables on the disk: every separator and encoding that spreadsheets write, and every way in which they are broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallystick.errors import BadTable
from tallystick.jobs.linting import lint_file
from tallystick.model.findings import FindingLevel

ROWS = (("id", "low", "best", "high", "where"), ("1", "3", "9", "4", "Sumy"), ("2", "1", "2", "3", "Gao; Ansongo"))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tables_are_read_as_spreadsheets_write_them(tmp_path: Path, separator: str, encoding: str, end: str) -> None:
    table = tmp_path / "rows.csv"
    text = end.join(separator.join(f'"{cell}"' for cell in row) for row in ROWS) + end
    table.write_bytes(text.encode(encoding))

    (found,) = lint_file(table)

    assert found.level is FindingLevel.CONTRADICTION
    assert {cell.value for cell in found.cells} >= {"9", "4"}


def test_columns_are_named_where_their_names_do_not_tell(tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    table.write_text("n,least,most\n1,9,4\n")

    with pytest.raises(BadTable, match="say which is which"):
        lint_file(table)
    mapped = lint_file(table, {"killed_low": "least", "killed_high": "most"})
    assert [found.level for found in mapped] == [FindingLevel.CONTRADICTION]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no header|nothing|empty|no text"),
        (b"\n1,2\n", "no header"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b'a,b\n"' + b"x" * 1_100_000, "after line 1"),
    ],
)
def test_what_is_no_table_is_refused_with_the_place(tmp_path: Path, content: bytes, says: str) -> None:
    table = tmp_path / "rows.csv"
    table.write_bytes(content)

    with pytest.raises(BadTable, match=says):
        lint_file(table)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(BadTable, match="cannot be opened"):
            lint_file(path)
