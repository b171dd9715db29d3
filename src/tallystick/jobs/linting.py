"""A table on the disk -> what cannot be right in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from tallystick.errors import BadTable, TallystickError
from tallystick.model.findings import Finding
from tallystick.read import decode
from tallystick.reconcile.lint import lint

# A cell longer than this is prose that a stray quotation mark has run together.
LONGEST_CELL = 1_000_000
_SEPARATORS = ",;\t|"


def lint_file(path: Path, mapping: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """What is wrong in a CSV or TSV file with a header. Raises BadTable."""
    try:
        text, _ = decode(path.read_bytes(), str(path))
    except OSError as error:
        raise BadTable(f"{path} cannot be opened: {error.strerror or error}. Check the path.") from error
    except TallystickError as error:
        raise BadTable(str(error)) from error
    return lint(_rows(text, path.name), mapping)


def _rows(text: str, name: str) -> Iterator[dict[str, str | None]]:
    head = text.lstrip("\ufeff").partition("\n")[0]
    if not head.strip():
        raise BadTable(f"{name} has no header in its first line. Name the columns there.")
    separator = max(_SEPARATORS, key=head.count)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator)
    try:
        for row in reader:
            yield {column: cell for column, cell in row.items() if isinstance(column, str)}
    except csv.Error as error:
        raise BadTable(f"{name}, after line {reader.line_num}: {error}. Mend the quotation marks there.") from error
