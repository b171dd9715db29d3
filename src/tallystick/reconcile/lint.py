"""An existing table of figures -> what in it cannot be right: the same engine as for reports, and no text.

Checked: low <= best <= high; deaths by side add up to best (UCDP); parts do not exceed their whole (children, women and
men; civilians and combatants; medical workers; journalists; killed and wounded within casualties); running totals grow
by what each day adds, and do not fall; days in order; numbers that are none. Where one cell alone would explain it,
the value that the arithmetic needs there is proposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from tallystick.model.constraints import AssumptionKind, Bound, Conflict, Repair, Sum, System
from tallystick.model.findings import Cell, Finding, FindingLevel, Proposed
from tallystick.reconcile.network import Network
from tallystick.reconcile.peeling import Knot, peel
from tallystick.reconcile.stepwise import Stated, step_system
from tallystick.reconcile.table_cells import Reader
from tallystick.reconcile.table_columns import MEASURES, Columns, columns_of
from tallystick.reconcile.wording import amount, slip

_NAMES = {"step": "daily against running total", "fall": "running total falls"}
_ORIGIN = "the table"  # every cell is said by the table: a clash is arithmetic inside one source
_GROUPS = (("children", "women", "men"), ("civilians", "combatants"), ("medical",), ("press",))
_SIDES = ("side_a", "side_b", "side_civilians", "side_unknown")

Row = Mapping[str, str | None]


def lint(rows: Iterable[Row], mapping: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """What is wrong or doubtful in a table, row by row, then series by series, then what could not be read.

    rows are as csv.DictReader gives them: column -> cell, "" or None for an empty one. Rows are numbered as in a
    spreadsheet: 2 is the first below the header. mapping (role -> column) says what columns hold where their names do
    not; roles are listed in table_columns.ROLES. An empty cell is unknown, never 0. Only the columns of running totals
    and daily figures are kept in memory. Raises BadTable.
    """
    columns: Columns | None = None
    reader = Reader()
    findings: list[Finding] = []
    series: list[Stated] = []
    cells: dict[str, Cell] = {}
    for at, row in enumerate(rows, 2):
        if columns is None:
            columns = columns_of([name for name in row if name is not None], mapping)
        read = _cells(row, at, columns)
        findings += _days(read, reader)
        numbers = {role: n for role, cell in read.items() if _counted(role) and (n := reader.number(cell)) is not None}
        findings += _row(read, numbers)
        for number in _stated(read, numbers, columns, reader):
            series.append(number)
            cells[number.id] = read[number.id.partition(":")[2]]
    return (*findings, *_series(series, cells), *reader.findings())


def _counted(role: str) -> bool:
    return role.partition("_")[0] in MEASURES


def _cells(row: Row, at: int, columns: Columns) -> dict[str, Cell]:
    return {role: Cell(at, name, str(row.get(name) or "")) for role, name in columns.roles.items()}


def _days(read: Mapping[str, Cell], reader: Reader) -> Iterator[Finding]:
    start, end = (reader.day(read[role]) if role in read else None for role in ("date_start", "date_end"))
    if start is not None and end is not None and start > end:
        first, last = read["date_start"], read["date_end"]
        sentence = f"Row {first.row}: “{first.column}” {start} is after “{last.column}” {end}."
        yield Finding("days out of order", FindingLevel.CONTRADICTION, sentence, (first, last))


def _row(read: Mapping[str, Cell], numbers: Mapping[str, int]) -> Iterator[Finding]:
    """What the numbers of one row contradict."""
    system = row_system({role: (read[role].column, value) for role, value in numbers.items()})
    if not system.sums or Network(system).spread().refuted is None:
        return
    for knot in peel(system, cap=0).knots:
        for conflict in knot.conflicts:
            yield _finding(conflict, knot, read, None, f"Row {next(iter(read.values())).row}: ")


def row_system(numbers: Mapping[str, tuple[str, int]]) -> System:
    """The system of one row: role -> (column, number), with every rule that joins the roles there. Rules are axioms.

    Quantities are roles; bounds are exact and of one origin. Public so that other tables can be checked alike.
    """
    bounds: list[Bound] = []
    for role, (_, value) in numbers.items():
        said, figure = amount(value), (role,)
        bounds.append(Bound(f"{role}≥", role, low=value, text=said, figures=figure, origin=_ORIGIN))
        bounds.append(Bound(f"{role}≤", role, None, value, 3.0, AssumptionKind.CEILING, said, figure, _ORIGIN))
    sums = [rule for measure in MEASURES for rule in _rules(measure, numbers)]
    casualties = next((r for r in ("casualties_total", "casualties_best", "casualties_high") if r in numbers), None)
    within = tuple(r for m in ("killed", "wounded") if (r := _whole(m, numbers)) is not None)
    if casualties and within:
        sums.append(Sum("casualties", within, casualties, text="the killed and the wounded are among the casualties"))
    return System(tuple(bounds), tuple(sums), (), {role: f"“{column}”" for role, (column, _) in numbers.items()})


def _whole(measure: str, numbers: Mapping[str, object]) -> str | None:
    """The role of the figure for everybody; the highest estimate where there is no best."""
    return next((r for part in ("total", "best", "high") if (r := f"{measure}_{part}") in numbers), None)


def _rules(measure: str, numbers: Mapping[str, object]) -> Iterator[Sum]:
    estimates = [r for part in ("low", "best", "high") if (r := f"{measure}_{part}") in numbers]
    for lower, upper in pairwise(estimates):
        names = f"{lower.rpartition('_')[2]} <= {upper.rpartition('_')[2]}"
        text = f"a {lower.rpartition('_')[2]} estimate is not above the {upper.rpartition('_')[2]} one"
        yield Sum(f"{measure} {names}", (lower,), upper, text=text)
    sides = [f"{measure}_{side}" for side in _SIDES]
    there = tuple(side for side in sides if side in numbers)
    best = f"{measure}_best" if f"{measure}_best" in numbers else f"{measure}_total"
    if len(there) > 1 and best in numbers:
        every = len(there) == len(sides)
        text = (
            "the deaths by side add up to the best estimate"
            if every
            else "no side’s deaths are outside the best estimate"
        )
        yield Sum(f"{measure} sides", there, best, equal=every, text=text)
    for whole, end in ((_whole(measure, numbers), ""), (f"{measure}_cum", "_cum")):
        if whole is None or whole not in numbers:
            continue
        for group in _GROUPS:
            parts = tuple(r for part in group if (r := f"{measure}_{part}{end}") in numbers)
            if parts:
                yield Sum(f"{measure} {group[0]}{end}", parts, whole, text="parts do not exceed their whole")


def _stated(read: Mapping[str, Cell], numbers: Mapping[str, int], columns: Columns, reader: Reader) -> Iterator[Stated]:
    """The numbers of a row that belong to a series over time."""
    running = [r for r in numbers if r.endswith("_cum")]
    if "date" not in read or not any(r.endswith("_cum") for r in columns.roles):
        return
    day = reader.day(read["date"])
    if day is None:
        return
    name = read["series"].value.strip() if "series" in read else ""
    for role in (*running, *(r for r in numbers if r.endswith("_daily"))):
        cell = read[role]
        series = f"{name} {role.removesuffix('_cum').removesuffix('_daily')}".strip()
        label = f"“{cell.column}” of {day}"
        words = f"{amount(numbers[role])} (row {cell.row})"
        cumulative = role.endswith("_cum")
        yield Stated(f"{cell.row}:{role}", series, day, numbers[role], numbers[role], cumulative, label, words, _ORIGIN)


def _series(numbers: Sequence[Stated], cells: Mapping[str, Cell]) -> Iterator[Finding]:
    """What the running totals and the daily figures contradict, and where a total falls with no word on why."""
    if not numbers:
        return
    mixed = _mixed(numbers)
    if mixed:
        about = tuple(cells[number.id] for number in mixed)
        sentence = (
            f"Many days have several rows, such as rows {about[0].row} and {about[1].row} for {mixed[0].day}: running "
            "totals are not checked; say which column tells the series apart (series=COLUMN)."
        )
        yield Finding("several series", FindingLevel.CHECK, sentence, about)
        return
    count = 0
    for falls in (False, True):
        system = step_system(numbers, falls=falls)
        if falls:
            system = replace(system, sums=tuple(s for s in system.sums if s.id.startswith("fall:")))
        for knot in peel(system, cap=0).knots:
            count += 1
            for conflict in knot.conflicts:
                # Two numbers of one day clash whatever the rules are: told once, with the steps.
                if knot.rules or not falls:
                    finding = _finding(conflict, knot, cells, count, "")
                    yield replace(finding, rule="running total falls", level=FindingLevel.CHECK) if falls else finding


def _mixed(numbers: Sequence[Stated]) -> tuple[Stated, Stated] | None:
    """Two numbers of one day, where so many days have several that the table must hold several series."""
    first: dict[tuple[str, bool, date], Stated] = {}
    again: dict[tuple[str, bool, date], Stated] = {}
    for number in numbers:
        key = (number.series, number.cumulative, number.day)
        if first.setdefault(key, number) is not number:
            again.setdefault(key, number)
    if len(again) <= max(1, len(first) // 20):  # a day or two entered twice is a slip, and is checked
        return None
    key = next(iter(again))
    return first[key], again[key]


def _finding(conflict: Conflict, knot: Knot, cells: Mapping[str, Cell], number: int | None, start: str) -> Finding:
    about = tuple(cells[figure] for figure in conflict.figures)
    proposals = tuple(p for repair in knot.repairs for p in _proposed(repair, knot, cells))
    sentence = start + conflict.sentence
    if proposals:
        each = [f"{amount(p.low or 0)} for {_place(p.cell)}{f' ({p.note})' if p.note else ''}" for p in proposals]
        sentence += f" All else fits with {' or '.join(each)}."
    rule = knot.rules[0].split(":")[0] if knot.rules else "two numbers for one"
    return Finding(_NAMES.get(rule, rule), FindingLevel.CONTRADICTION, sentence, about, proposals, number)


def _place(cell: Cell) -> str:
    return f"“{cell.column}” in row {cell.row}"


def _proposed(repair: Repair, knot: Knot, cells: Mapping[str, Cell]) -> Iterator[Proposed]:
    """The cell that a repair changes, where it changes one alone and the arithmetic leaves it one value."""
    if len(repair.proposals) != 1:
        return
    ((figure, (low, high)),) = repair.proposals.items()
    if low is not None and low == high:
        reader = Reader()
        values = {f: reader.number(cells[f]) for c in knot.conflicts for f in c.figures}
        near = {_place(cells[f]): value for f, value in values.items() if f != figure and value is not None}
        stated = values.get(figure)
        yield Proposed(cells[figure], low, high, "" if stated is None else slip(stated, low, near))
