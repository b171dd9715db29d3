"""Coded tables -> coded rows -> evidence: reads UCDP-GED and ACLED CSV files and finds what the ledger says to them.

Nothing of the table enters the ledger: a coder's figure is no claim of a report. What comes back is a table that a
coder can put beside the rows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import inspect, select

from tallystick.errors import BadTable
from tallystick.ledger import codec, queries
from tallystick.ledger.computed_tables import incident
from tallystick.ledger.store import Ledger
from tallystick.model.evidence import CodedEvent, Layout, Matched
from tallystick.model.quantities import Incident
from tallystick.model.questions import Question
from tallystick.model.records import Held
from tallystick.model.values import Number
from tallystick.reconcile.matching import Index
from tallystick.views.exports import acled, ucdp

LARGEST = 512 * 1024 * 1024  # bytes; the whole of GED is half of that
WEEK = timedelta(days=8)  # a report may come a week after an event, and a claim be a day off
_UNKNOWN = {"", "na", "n/a", "nan", "null", "none", "-"}
_NEEDED = {
    Layout.UCDP: ("date_start", "date_end", "best"),
    Layout.ACLED: ("event_id_cnty", "event_date", "fatalities"),
}
_COLUMNS = (ucdp.COLUMNS, acled.COLUMNS)
_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%d %B %Y", "%d-%B-%Y", "%d %b %Y", "%Y/%m/%d")

Row = tuple[int, dict[str, str]]


def read_table(path: Path) -> tuple[CodedEvent, ...]:
    """The rows of a UCDP-GED or ACLED CSV file, whichever its columns say it is.

    A byte order mark, semicolons or tabs for commas, and a missing header (as some UCDP candidate files are released:
    49 columns, best, high, low; or low, best, high where the figures show it) are understood. Raises BadTable with
    line and column.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise BadTable(f"{path.name} has more than {LARGEST // 2**20} MiB. Split it into years.")
        data = path.read_bytes()
    except OSError as error:
        raise BadTable(f"{path} cannot be read: {error.strerror or error}.") from error
    return read_rows(_decoded(data, path.name), path.name)


def read_rows(text: str, name: str = "table") -> tuple[CodedEvent, ...]:
    """The same from a text."""
    layout, rows = _laid_out(text, name)
    make: Callable[[Row, str], CodedEvent] = _ucdp if layout is Layout.UCDP else _acled
    found = tuple(make(row, name) for row in rows)
    if not found:
        raise BadTable(f"{name} has a header and no rows.")
    return found


def match(rows: Iterable[CodedEvent], held: Iterable[Held], incidents: dict[str, str] | None = None) -> list[Matched]:
    """Each row with the evidence among the claims held, in the order of the rows.

    incidents maps a scene's id to its incident's.
    """
    index = Index(held, incidents)
    return [index.match(row) for row in rows]


def evidence(ledger: Ledger, path: Path, question: Question = Question()) -> list[Matched]:  # noqa: B008
    """Each row of a UCDP-GED or ACLED file with the evidence that the ledger holds, as people judged it.

    Of the question, everything but measures and days narrows which claims count (publisher, known_by, held_by ...).
    Raises BadTable.
    """
    rows = read_table(path)
    days = [day for row in rows for day in (row.start, row.end) if day is not None]
    since, until = (min(days) - WEEK, max(days) + WEEK) if days else (None, None)
    asked = replace(question, measures=("killed",), since=since, until=until)
    with ledger.reading() as connection:
        incidents = {}
        if inspect(connection).has_table(incident.name):
            bodies = connection.execution_options(yield_per=1000).scalars(select(incident.c.body))
            for found in (codec.loads(Incident, body) for body in bodies):
                incidents.update(dict.fromkeys(found.scenes, found.id))
        return match(rows, queries.held(connection, asked, judged=True), incidents)


def _decoded(data: bytes, name: str) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                break
    try:
        return data.decode("cp1252")  # what spreadsheets write where they do not write UTF-8
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadTable(
            f"{name}, line {line}: this is text in no encoding that is known here. Save it as UTF-8."
        ) from error


def _laid_out(text: str, name: str) -> tuple[Layout, list[Row]]:
    rows = list(_cells(text, name))
    if not rows:
        raise BadTable(f"{name} is empty.")
    line, first = rows[0]
    header = [cell.strip().lstrip("\ufeff").lower() for cell in first]
    for layout, needed in _NEEDED.items():
        known, other = (set(c) for c in _COLUMNS[:: 1 if layout is Layout.UCDP else -1])
        if len(set(header) & (known - other)) >= 3:
            missing = [column for column in needed if column not in header]
            if missing:
                raise BadTable(
                    f"{name}, line {line}: this looks like {layout.value.upper()} and has no column “{missing[0]}”. "
                    f"It has: {', '.join(header[:12])} …"
                )
            return layout, [_named(number, cells, first, name) for number, cells in rows[1:]]
    if len(first) == len(ucdp.COLUMNS):
        columns = _headless(rows, name)
        return Layout.UCDP, [_named(number, cells, columns, name) for number, cells in rows]
    raise BadTable(
        f"{name}, line {line}: neither UCDP-GED nor ACLED columns. Found {len(first)}: {', '.join(header[:8])} … "
        "Expected a header with date_start, date_end, best, or with event_id_cnty, event_date, fatalities."
    )


def _cells(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line it starts on."""
    head = text[: text.find("\n") + 1 or len(text)]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadTable(f"{name}, line {reader.line_num or start}: the CSV is broken here ({error}).") from error
        if any(cell.strip() for cell in cells):
            yield start, cells
        start = reader.line_num + 1


def _named(line: int, cells: Sequence[str], columns: Sequence[str], name: str) -> Row:
    if len(cells) != len(columns):
        raise BadTable(
            f"{name}, line {line}: {len(cells)} cells under {len(columns)} columns. "
            "A text with a comma may lack quotes."
        )
    return line, {c.strip().lstrip("\ufeff"): cell for c, cell in zip(columns, cells, strict=True)}


def _headless(rows: Sequence[tuple[int, list[str]]], name: str) -> tuple[str, ...]:
    """The columns of a GED file without a header: which of the two orders its figures are in, all of them."""
    at = ucdp.COLUMNS.index("best")
    orders = {("best", "high", "low"): 0, ("low", "best", "high"): 0}
    for line, cells in rows:
        if len(cells) != len(ucdp.COLUMNS):
            _named(line, cells, ucdp.COLUMNS, name)
        figures = [_number(cell, name, line, "best, high, low") for cell in cells[at : at + 3]]
        for order in orders:
            low, best, high = (figures[order.index(which)] for which in ("low", "best", "high"))
            known = [n for n in (low, best, high) if n is not None]
            orders[order] += known == sorted(known)
    # A tie is no evidence against the order in which the files are released. Some released rows break low <= best.
    released, other = orders
    order = other if orders[other] > orders[released] else released
    return (*ucdp.COLUMNS[:at], *order, *ucdp.COLUMNS[at + 3 :])


def _ucdp(row: Row, name: str) -> CodedEvent:
    line, cells = row
    low, best, high = (_number(cells.get(c, ""), name, line, c) for c in ("low", "best", "high"))
    start, end = (_date(cells.get(c, ""), name, line, c) for c in ("date_start", "date_end"))
    precision = _number(cells.get("where_prec", ""), name, line, "where_prec")
    return CodedEvent(
        id=_text(cells, "id") or _text(cells, "relid") or f"line {line}",
        line=line,
        layout=Layout.UCDP,
        start=start,
        end=end,
        place=_text(cells, "where_coordinates"),
        admin1=_text(cells, "adm_1"),
        country=_text(cells, "country"),
        lat=_degrees(cells.get("latitude", ""), name, line, "latitude", 90),
        lon=_degrees(cells.get("longitude", ""), name, line, "longitude", 180),
        exact=precision in (1, 2),
        sides=tuple(side for c in ("side_a", "side_b") if (side := _text(cells, c))),
        low=low,
        best=best,
        high=high,
        civilians=_number(cells.get("deaths_civilians", ""), name, line, "deaths_civilians") or None,
        sources=_several(cells, "source_article", "source_office"),
        kept=dict(cells),
        notes=_odd(start, end, low, best, high),
    )


def _acled(row: Row, name: str) -> CodedEvent:
    line, cells = row
    day = _date(cells.get("event_date", ""), name, line, "event_date")
    precision = _number(cells.get("geo_precision", ""), name, line, "geo_precision")
    vague = _number(cells.get("time_precision", ""), name, line, "time_precision")
    # Codebook: 2 is a week; 3 is longer, up to the month that the date stands in the middle of.
    around = timedelta(days={2: 3, 3: 15}.get(int(vague or 1), 0))
    return CodedEvent(
        id=_text(cells, "event_id_cnty") or f"line {line}",
        line=line,
        layout=Layout.ACLED,
        start=None if day is None else day - around,
        end=None if day is None else day + around,
        place=_text(cells, "location"),
        admin1=_text(cells, "admin1"),
        country=_text(cells, "country"),
        lat=_degrees(cells.get("latitude", ""), name, line, "latitude", 90),
        lon=_degrees(cells.get("longitude", ""), name, line, "longitude", 180),
        exact=precision in (1, 2),
        sides=tuple(side for c in ("actor1", "assoc_actor_1", "actor2", "assoc_actor_2") if (side := _text(cells, c))),
        best=_number(cells.get("fatalities", ""), name, line, "fatalities"),
        sources=_several(cells, "source"),
        kept=dict(cells),
    )


def _text(cells: dict[str, str], column: str) -> str | None:
    text = cells.get(column, "").strip()
    return None if text.lower() in _UNKNOWN else text


def _several(cells: dict[str, str], *columns: str) -> tuple[str, ...]:
    found = [part.strip() for column in columns for part in (_text(cells, column) or "").split(";")]
    return tuple(dict.fromkeys(part for part in found if part))


def _number(text: str, name: str, line: int, column: str) -> Number | None:
    """A count; None where the cell is empty or says that nothing is known. Raises BadTable."""
    text = text.strip()
    if text.lower() in _UNKNOWN:
        return None
    if re.fullmatch(r"\d{1,15}(?:\.0+)?", text):
        return int(text.split(".")[0])
    raise BadTable(f"{name}, line {line}, column {column}: “{text[:40]}” is no whole number from 0 on.")


def _degrees(text: str, name: str, line: int, column: str, most: int) -> float | None:
    text = text.strip()
    if text.lower() in _UNKNOWN:
        return None
    if re.fullmatch(r"[-+]?\d{1,3}(?:\.\d+)?", text) and abs(float(text)) <= most:
        return float(text)
    raise BadTable(f"{name}, line {line}, column {column}: “{text[:40]}” is no {column} between -{most} and {most}.")


def _date(text: str, name: str, line: int, column: str) -> date | None:
    text = text.strip()
    if text.lower() in _UNKNOWN:
        return None
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise BadTable(f"{name}, line {line}, column {column}: “{text[:40]}” is no date. Write it as YYYY-MM-DD.")


def _odd(
    start: date | None, end: date | None, low: Number | None, best: Number | None, high: Number | None
) -> tuple[str, ...]:
    """What is wrong with a row as it was coded. It is matched all the same: released tables hold such rows."""
    out = []
    known = [n for n in (low, best, high) if n is not None]
    if known != sorted(known):
        out.append(f"the row's low {low}, best {best} and high {high} are out of order")
    if start is not None and end is not None and end < start:
        out.append(f"the row ends on {end}, before it starts")
    return tuple(out)
