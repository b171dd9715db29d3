"""Coded rows as CSV and JSON Lines, and the list of policies.

An unknown figure is an empty cell in CSV and null in JSON, never 0. A cell that a spreadsheet would run as a
formula is written with an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from tallystick.model.claims import Population
from tallystick.model.coding import CodedRow, Toll
from tallystick.views import words

Row = dict[str, Any]

# Column -> what it holds. docs/reference/coding.md is made from it.
COLUMNS: dict[str, str] = {
    "file": "the file the row was read from, as given",
    "document": "SHA-256 of the document's text",
    "policy": "name and version of the policy",
    "scope": "incident, or cumulative: a running total over many incidents, never to be added to them",
    "date_start": "first day on which it can have happened; empty: the report fixes none",
    "date_end": "last day, included",
    "date_grain": "how precise the date is: day, month, year ...",
    "place": "gazetteer name, or the report's words where the gazetteer has none",
    "country": "ISO 3166-1 alpha-2",
    "lat": "latitude, degrees",
    "lon": "longitude, degrees",
    "place_precision": "point, town, near, admin2, admin1, region, country ...",
    "actors": "who did it, as the report names them",
    "targets": "whom it befell, as the report names them",
    "killed_low": "fewest killed that the policy reads from the words",
    "killed_best": "the figure that the policy would write if only one is wanted",
    "killed_high": "most killed; empty: no upper end is given",
    "wounded_low": "the same for the wounded",
    "wounded_best": "",
    "wounded_high": "",
    "captured_low": "the same for those captured or detained",
    "captured_best": "",
    "captured_high": "",
    "claims": "ids of the claims that the row rests on: look them up with --explain",
    "rules": "how the policy read each figure",
    "notes": "what was left out, and why",
    "caveat": "what the policy is not",
}

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def record(row: CodedRow, names: Mapping[str, str]) -> Row:
    """One row under COLUMNS. names gives a document's file by its text_sha256."""
    period, place = row.period, row.place
    tolls = {"killed": row.killed, "wounded": row.wounded, "captured": row.captured}
    out: Row = dict.fromkeys(COLUMNS)
    out |= {
        "file": names.get(row.document),
        "document": row.document,
        "policy": row.policy,
        "scope": row.scope.value,
        "date_start": period.start.isoformat() if period and period.start else None,
        "date_end": period.end.isoformat() if period and period.end else None,
        "date_grain": period.grain.value if period and period.grain else None,
        "place": place.name if place else row.place_text,
        "country": place.country if place else None,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "place_precision": place.precision.value if place else None,
        "actors": [_named(population) for population in row.actors],
        "targets": [_named(population) for population in row.targets],
        "claims": list(row.claims),
        "rules": _rules(*tolls.values()),
        "notes": list(row.notes),
        "caveat": row.caveat,
    }
    for name, toll in tolls.items():
        out |= {f"{name}_low": toll.low, f"{name}_best": toll.best, f"{name}_high": toll.high}
    return out


def _named(population: Population) -> str:
    return words.clean(population.text)


def _rules(*tolls: Toll) -> list[str]:
    return list(dict.fromkeys(rule for toll in tolls for rule in toll.rules))


def as_jsonl(rows: Iterable[CodedRow], names: Mapping[str, str]) -> str:
    """One JSON object a line, in the order of the rows."""
    return "".join(json.dumps(record(row, names), ensure_ascii=False) + "\n" for row in rows)


def as_csv(rows: Iterable[CodedRow], names: Mapping[str, str]) -> str:
    """A CSV table (RFC 4180, UTF-8, a header line). Lists are joined with "; "."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(value) for value in record(row, names).values()])
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return str(value)
    text = "; ".join(value) if isinstance(value, list) else str(value)
    text = words.clean(text)
    return f"'{text}" if text.startswith(_FORMULA) else text


def policies(known: Iterable[tuple[str, str, str | None]]) -> Table:
    """Policies as a table: name, what it does, what it is not."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Policy", no_wrap=True)
    table.add_column("What it does", overflow="fold")
    for name, summary, caveat in known:
        table.add_row(Text(name), Text(summary + (f" ({caveat})" if caveat else "")))
    return table
