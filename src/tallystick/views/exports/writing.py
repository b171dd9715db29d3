"""Files: CSV that no spreadsheet runs, JSON in one fixed form, each put in place whole or not at all."""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from tallystick.errors import ExportFailed
from tallystick.views import words

Cell = str | int | float | date | Sequence[str] | None

# What spreadsheets take for the start of a formula, in ASCII and full width (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SURROGATE = re.compile("[\ud800-\udfff]")


def cell(value: Cell) -> str:
    """A value as one CSV cell: None is empty, a number stays a number, a list is joined with "; ".

    Text is put on one line, without control characters; where a spreadsheet would run it as a formula an apostrophe
    is written before it. So is each item of a list, for programs that cut at semicolons.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return "; ".join(cell(item) for item in value)
    if value.isalnum():
        return value  # most cells: ids, codes and single words
    text = words.clean(_SURROGATE.sub("\ufffd", value))
    return f"'{text}" if text.startswith(FORMULA) or value.startswith(FORMULA) else text


def stamp(moment: datetime | None) -> str:
    """A moment of ours as ISO 8601; "" for None. UTC ends in Z."""
    return "" if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")


@contextmanager
def opened(path: Path) -> Iterator[IO[str]]:
    """A text file (UTF-8, line ends as written) that appears under its name only when it is whole.

    Raises ExportFailed when it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", errors="replace", newline="") as file:
            yield file
        os.replace(part, path)
    except OSError as error:
        raise ExportFailed(f"{path} cannot be written: {error.strerror or error}. Choose another place.") from error
    finally:
        part.unlink(missing_ok=True)


def write_csv(path: Path, columns: Iterable[str] | None, rows: Iterable[Iterable[Cell]], dialect: str = ",") -> int:
    """Writes a table (RFC 4180 line ends) and says how many rows, the header not counted. columns None: no header."""
    count = 0
    with opened(path) as file:
        writer = csv.writer(file, delimiter=dialect, lineterminator="\r\n")
        if columns is not None:
            writer.writerow(columns)
        for row in rows:
            writer.writerow([cell(value) for value in row])
            count += 1
    return count


def write_lines(path: Path, records: Iterable[Any]) -> int:
    """Writes JSON Lines, keys in the order given, and says how many."""
    count = 0
    with opened(path) as file:
        for record in records:
            file.write(compact(record) + "\n")
            count += 1
    return count


def write_json(path: Path, value: Any) -> None:
    """Writes one indented JSON document."""
    with opened(path) as file:
        json.dump(value, file, ensure_ascii=False, indent=1, allow_nan=False)
        file.write("\n")


def compact(value: Any) -> str:
    """The value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def write_text(path: Path, text: str) -> None:
    """Writes a text file as it is."""
    with opened(path) as file:
        file.write(text)


def beside(path: Path, name: str) -> Path:
    """A side file of an export: "out.csv" with "origins.csv" gives "out.origins.csv"."""
    return path.with_name(f"{path.stem}.{name}")
