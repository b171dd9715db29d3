"""Running totals against the incidents they hold: the war's total is cut off from the events and added up by level.

A total of a country, or of one side's people there, must not be below what its incidents add up to. Incidents go to
their months, months to the total; reconcile.levels climbs, and tells by count where a total is too small.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select

from tallystick.ledger import codec, computed
from tallystick.ledger.computed_tables import overflow, tally
from tallystick.lexicon.gazetteer.names import key as fold
from tallystick.model.quantities import Figure
from tallystick.model.tallies import Tally
from tallystick.model.values import Accumulation, Precision
from tallystick.reconcile.levels import Overflow, Part, climb

_OF_A_TIME = (Accumulation.STOCK, Accumulation.RATE)


def sum_up(connection: Connection, countries: Iterable[str] | None) -> int:
    """Compares the totals of these countries, None for all, with their incidents, in the caller's transaction.

    What was found before is replaced. Returns how many totals are below what their incidents add up to.
    """
    t, o = tally.c, overflow.c
    wanted: list[ColumnElement[bool]] = [
        t.incident.is_(None),
        t.unit.is_(None),
        t.high.is_not(None),
        t.since.is_not(None),
        t.country.is_not(None),
    ]
    old = delete(overflow)
    if countries is not None:
        among = sorted(countries)
        wanted.append(t.country.in_(among))
        old = old.where(o.country.in_(among))
    connection.execute(old)
    rows = []
    inside: dict[tuple[object, ...], _Inside] = {}
    for body in connection.scalars(select(t.body).where(*wanted).order_by(t.id)).all():
        total = codec.loads(Tally, body)
        told = _told(total)
        if told is None or total.key.where is None or total.key.where.precision != Precision.COUNTRY:
            continue
        held = _inside(connection, total, inside)
        if held.sum_until(total.key.window.end) <= (total.bounds.high or 0):
            continue  # most totals: no need to climb
        found = climb([*_parts(held, total), _whole(total, told)])
        rows += [
            (total.id, total.key.where.country, float(one.floor - one.ceiling), one.sentence, codec.dumps(one))
            for one in found.overflows
        ]
    computed.write(connection, {"overflow": rows})
    return len(rows)


def overflows(connection: Connection, tally_id: str | None = None) -> Iterator[Overflow]:
    """The totals that are below what their incidents add up to, the furthest below first; or one tally's."""
    query = select(overflow.c.body).order_by(overflow.c.gap.desc(), overflow.c.tally)
    if tally_id is not None:
        query = query.where(overflow.c.tally == tally_id)
    for body in connection.scalars(query).all():
        yield codec.loads(Overflow, body)


def _told(total: Tally) -> Figure | None:
    """The figure that says most lately how many there are at most, of a count that adds up; None without one."""
    ceilings = [f for f in total.figures if f.binds and f.high is not None and f.accumulation not in _OF_A_TIME]
    last = ceilings[-1] if ceilings else None
    return last if last is not None and last.key.window.end is not None and last.high == total.bounds.high else None


def _whole(total: Tally, told: Figure) -> Part:
    source = told.source or "no source given"
    words = f"{source}: “{told.quote}” [{told.start}:{told.end}]"
    return Part(total.id, None, total.bounds.low or 0, total.bounds.high, total.label, words)


@dataclass(frozen=True, slots=True)
class _Inside:
    """The incidents of one country, measure and side from one day on, by their last day, with the sums of floors."""

    rows: list[Any]
    untils: list[str]
    sums: list[float]

    def sum_until(self, end: date | None) -> float:
        """What those add up to that were over by then."""
        at = 0 if end is None else bisect_right(self.untils, end.isoformat())
        return self.sums[at - 1] if at else 0.0


def _inside(connection: Connection, total: Tally, known: dict[tuple[object, ...], _Inside]) -> _Inside:
    """The incidents that can lie in the total; looked up once for all totals of the same beginning."""
    t, key = tally.c, total.key
    start = key.window.start
    actor = None if key.who.actor is None else fold(key.who.actor)
    name = (key.where and key.where.country, key.measure, actor, key.who.status, start)
    if name in known or start is None:
        return known.get(name, _Inside([], [], []))
    among = [t.actor == actor] if actor is not None else []
    among += [t.status == key.who.status] if key.who.status is not None else []
    query = select(t.id, t.low, t.since, t.until, t.label, t.incident, t.node).where(
        t.country == name[0], t.measure == key.measure, t.incident.is_not(None), t.unit.is_(None), t.low > 0,
        t.since >= start.isoformat(), t.until.is_not(None), *among,
    )  # fmt: skip
    largest: dict[str, Any] = {}
    for row in connection.execute(query.order_by(t.low.desc(), t.id)):
        largest.setdefault(row.incident, row)  # of one incident's tallies only the largest adds up
    rows = sorted(largest.values(), key=lambda row: (row.until, row.id))
    known[name] = _Inside(rows, [row.until for row in rows], list(accumulate(row.low for row in rows)))
    return known[name]


def _parts(inside: _Inside, total: Tally) -> Iterator[Part]:
    """The incidents that lie wholly in the total, by month, and the months."""
    end = total.key.window.end
    over = 0 if end is None else bisect_right(inside.untils, end.isoformat())
    months: set[str] = set()
    for row in inside.rows[:over]:
        month = row.since[:7]
        months.add(month)
        # Without a place of its own or a day it may be one of the others told of again.
        apart = row.since == row.until and row.node is not None and row.node.startswith("geo:")
        low = int(row.low) if float(row.low).is_integer() else row.low
        yield Part(row.id, f"{total.id}/{month}", low, None, row.label, "", apart)
    for month in sorted(months):
        yield Part(f"{total.id}/{month}", total.id, 0, None, f"{total.label}, {month}")
