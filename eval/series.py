"""Claim series without text: which running totals, daily figures and parts cannot all be right.

    python -m eval.series                  Gaza, Ukraine and OCHA from the benchmark folder; and Gaza with its daily
                                           figures, which the benchmark rows lack, from eval/gaza_killed_daily.csv
    python -m eval.series --daily FILE     the daily figures from FILE instead: a newer casualties_daily.json of
                                           TechForPalestine/palestine-datasets (public domain)

A contradiction is a sum that its own figures break. A running total that falls with no word on why is counted apart:
whoever keeps it may have corrected it.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from eval.score import bench_folder
from tallystick.reconcile.peeling import Knot, Peeled, peel
from tallystick.reconcile.stepwise import Stated, step_system

# A table with both running totals and daily figures: whence, and what was copied, stands in its head.
PUBLISHED = Path(__file__).parent / "gaza_killed_daily.csv"
WITH_DAYS = "gaza_daily with daily figures"

_GAZA = "killed: people in Gaza"
_PARTS = (
    (_GAZA, ("killed: children in Gaza", "killed: women in Gaza")),
    (_GAZA, ("killed: medical workers in Gaza",)),
    (_GAZA, ("killed: journalists in Gaza",)),
)


@dataclass(frozen=True)
class Result:
    """What one series came to: sums checked, contradictions, places where one repair is enough, falls, seconds."""

    name: str
    numbers: int
    sums: int
    peeled: Peeled
    falls: tuple[Knot, ...]
    seconds: float

    @property
    def single(self) -> tuple[Knot, ...]:
        """Knots that one figure alone explains."""
        return tuple(k for k in self.peeled.knots if len(k.repairs[0].proposals) == 1)


def stated(rows: Iterable[Mapping[str, Any]]) -> list[Stated]:
    """Benchmark rows as numbers of series."""
    out = []
    for at, row in enumerate(rows):
        value, comparator = row["value"], row.get("comparator")
        low, high = value, value
        if comparator == "about":  # half of the last digit that is not 0, both ways
            width = _half_unit(value)
            low, high = value - width, value + width
        elif comparator == "more":
            low, high = value + 1, None
        series = f"{row['measure']}: {row['population']}"
        day = date.fromisoformat(row["date"])
        out.append(Stated(f"{at}", series, day, low, high, bool(row["cumulative"]), origin=row["source"]))
    return out


def _half_unit(value: int) -> int:
    unit = 1
    while value and value % (unit * 10) == 0:
        unit *= 10
    return unit // 2


def published() -> list[dict[str, Any]]:
    """The days of PUBLISHED in the columns of casualties_daily.json; None where a day has no figure."""
    with PUBLISHED.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return [
        {"report_date": row["day"], "killed": _whole(row["killed"]), "killed_cum": _whole(row["killed_total"])}
        for row in rows
    ]


def _whole(cell: str) -> int | None:
    return int(cell) if cell else None


def upstream(days: Iterable[Mapping[str, Any]]) -> list[Stated]:
    """The killed of casualties_daily.json: running total and what each day added, without the filled-in columns."""
    out = []
    for row in days:
        for column, cumulative in (("killed_cum", True), ("killed", False)):
            if row.get(column) is not None:
                day = date.fromisoformat(row["report_date"])
                label = f"the total by {day}" if cumulative else f"the daily figure of {day}"
                name = f"{column} {day}"
                out.append(
                    Stated(name, "killed", day, row[column], row[column], cumulative, label, origin="the ministry")
                )
    return out


def broken(days: Iterable[Mapping[str, Any]]) -> tuple[date, ...]:
    """Days whose figure is not their total less that of the day before, by plain subtraction: what must be found."""
    by_day = {date.fromisoformat(row["report_date"]): row for row in days}
    out = []
    for day, row in by_day.items():
        before = by_day.get(day - timedelta(days=1), {}).get("killed_cum")
        total, added = row.get("killed_cum"), row.get("killed")
        if before is None or total is None or added is None:
            continue
        if total - before != added:
            out.append(day)
    return tuple(out)


def mended(days: Iterable[Mapping[str, Any]], knots: Iterable[Knot]) -> list[dict[str, Any]]:
    """The days with the figures that the first repair of each knot proposes, where it names one value."""
    proposed = {name: low for knot in knots for name, (low, high) in knot.repairs[0].proposals.items() if low == high}
    return [{key: proposed.get(f"{key} {row['report_date']}", value) for key, value in row.items()} for row in days]


def judge(name: str, numbers: Sequence[Stated]) -> Result:
    """Steps and parts in one system, falls in another."""
    start = time.perf_counter()
    system = step_system(numbers, _PARTS)
    peeled = peel(system)
    falling = step_system(numbers, falls=True)
    falls = peel(replace(falling, sums=tuple(s for s in falling.sums if s.id.startswith("fall:"))), cap=0).knots
    seconds = time.perf_counter() - start
    return Result(name, len(numbers), len(system.sums), peeled, tuple(k for k in falls if k.rules), seconds)


def measure(daily: Path | None = None) -> dict[str, Result]:
    """Every series of the benchmark folder by name, and WITH_DAYS: PUBLISHED, or the file given."""
    out = {}
    for path in sorted((bench_folder() / "series").glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        out[path.stem] = judge(path.stem, stated(rows))
    days = published() if daily is None else json.loads(daily.read_text(encoding="utf-8"))
    out[WITH_DAYS] = judge(WITH_DAYS, upstream(days))
    return out


def scores(results: Mapping[str, Result]) -> dict[str, float]:
    """The numbers that a floor can hold: contradictions, single-figure repairs and falls of each series."""
    out: dict[str, float] = {}
    for name, result in results.items():
        out[f"series/{name} contradictions"] = len(result.peeled.conflicts)
        out[f"series/{name} single-figure repairs"] = len(result.single)
        out[f"series/{name} falls"] = sum(len(k.conflicts) for k in result.falls)
    return out


def main(arguments: list[str] | None = None) -> int:
    """Prints a table, then each contradiction and what would mend it."""
    parser = argparse.ArgumentParser(description="Check claim series for contradictions.")
    parser.add_argument("--daily", type=Path, help="a newer casualties_daily.json, for the figures of each day")
    results = measure(parser.parse_args(arguments).daily)
    if not (bench_folder() / "series").is_dir():
        print(f"no series in {bench_folder()}: set TALLYSTICK_BENCH to the folder of the benchmarks.")
    head = f"{'series':32}{'numbers':>8}{'sums':>7}{'contradictions':>16}{'places':>8}{'one figure':>12}"
    print(f"{head}{'falls':>7}{'s':>7}")
    for r in results.values():
        falls = sum(len(k.conflicts) for k in r.falls)
        counts = f"{len(r.peeled.conflicts):>16}{len(r.peeled.knots):>8}{len(r.single):>12}{falls:>7}"
        print(f"{r.name:32}{r.numbers:>8}{r.sums:>7}{counts}{r.seconds:>7.2f}")
    for r in results.values():
        for knot in (*r.peeled.knots, *r.falls):
            print(f"\n{r.name}:")
            for conflict in knot.conflicts:
                print(f"  {conflict.sentence}")
            for repair in knot.repairs[:4]:
                print(f"    {repair.sentence}")
        for conflict in r.peeled.later:
            print(f"\n{r.name}, later: {conflict.sentence}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
