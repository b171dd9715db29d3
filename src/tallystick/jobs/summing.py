"""Running totals against the incidents they hold: the war's total is cut off from the events and added up by level.

A total of a country, or of one side's people there, must not be below what its incidents add up to. Incidents go to
their months, months to the total; reconcile.levels climbs, and tells by count where a total is too small.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, delete, select

from tallystick.ledger import codec, computed, lookups
from tallystick.ledger.computed_tables import overflow, tally
from tallystick.model.quantities import Figure, Key
from tallystick.model.values import Accumulation, Number, Precision
from tallystick.reconcile.levels import Floor, Overflow, Part, climb

_OF_A_TIME = (Accumulation.STOCK, Accumulation.RATE)

_WANTED = (
    tally.c.incident.is_(None),
    tally.c.unit.is_(None),
    tally.c.high.is_not(None),
    tally.c.since.is_not(None),
    tally.c.country.is_not(None),
)
"""Totals of people that say how many there are at most, since when and where."""


def sum_up(connection: Connection, countries: Iterable[str] | None) -> int:
    """Compares the totals of these countries, None for all, with their incidents, in the caller's transaction.

    What was found before is replaced. Returns how many totals are below what their incidents add up to.
    """
    among = None if countries is None else sorted(countries)
    rows = [row for name in (with_totals(connection) if among is None else among) for row in compare(connection, name)]
    keep(connection, among, rows)
    return len(rows)


def with_totals(connection: Connection) -> list[str]:
    """The countries that have a total with a ceiling."""
    return list(connection.scalars(select(tally.c.country).where(*_WANTED).distinct().order_by(tally.c.country)))


def keep(connection: Connection, countries: Sequence[str] | None, rows: Sequence[tuple[Any, ...]]) -> None:
    """Writes what compare found of these countries, None for all, in place of what was found before."""
    if countries is None:
        connection.execute(delete(overflow))
    else:
        for part in lookups.some(countries):
            connection.execute(delete(overflow).where(overflow.c.country.in_(part)))
    computed.write(connection, {"overflow": list(rows)})


def compare(connection: Connection, country: str) -> list[tuple[Any, ...]]:
    """The rows of one country's totals that are below what their incidents add up to."""
    t = tally.c
    inside: dict[tuple[object, ...], _Inside] = {}
    columns = (t.id, t.measure, t.actor, t.status, t.since, t.until, t.high)
    short: dict[str, _Inside] = {}
    for row in connection.execute(select(*columns).where(t.country == country, *_WANTED)).all():
        held = _inside(connection, country, row, inside)
        # Most totals hold: no need to read them whole. until is never before the last day that is compared below.
        if held.sum_until(row.until) > row.high:
            short[row.id] = held
    rows: list[tuple[Any, ...]] = []
    for part in lookups.some(sorted(short)):
        for name, body in connection.execute(select(t.id, t.body).where(t.id.in_(part)).order_by(t.id)):
            total = _Total.of(json.loads(body))
            if total is None or short[name].sum_until(total.end) <= total.high:
                continue
            found = climb([*_parts(short[name], total), total.part()])
            rows += [
                (name, country, float(one.floor - one.ceiling), one.sentence, codec.dumps(one))
                for one in found.overflows
            ]
    return rows


def overflows(connection: Connection, tally_id: str | None = None) -> Iterator[Overflow]:
    """The totals that are below what their incidents add up to, the furthest below first; or one tally's."""
    query = select(overflow.c.body).order_by(overflow.c.gap.desc(), overflow.c.tally)
    if tally_id is not None:
        query = query.where(overflow.c.tally == tally_id)
    for body in connection.scalars(query).all():
        yield codec.loads(Overflow, body)


@dataclass(frozen=True, slots=True)
class _Total:
    """What of a country's total is compared: its bounds until a day, and the figure that says how many at most."""

    id: str
    label: str
    low: Number
    high: Number
    end: str | None
    told: Figure

    @classmethod
    def of(cls, body: dict[str, Any]) -> _Total | None:
        """Of a tally as it is kept, its thousands of figures left unread; None where nothing is to be compared.

        That is where it is of no whole country, or where the figure that says most lately how many there are at most,
        of a count that adds up, does not say until when or is not the ceiling.
        """
        key = codec.read(Key, body["key"])
        if key.where is None or key.where.precision != Precision.COUNTRY:
            return None
        figures = (codec.read(Figure, held) for held in reversed(body["figures"]))
        told = next((f for f in figures if f.binds and f.high is not None and f.accumulation not in _OF_A_TIME), None)
        low, high = body["bounds"]["low"], body["bounds"]["high"]
        if told is None or told.key.window.end is None or told.high != high:
            return None
        end = None if key.window.end is None else key.window.end.isoformat()
        return cls(body["id"], body["label"], low or 0, high or 0, end, told)

    def part(self) -> Part:
        """The total as the top of what climbs."""
        source = self.told.source or "no source given"
        words = f"{source}: “{self.told.quote}” [{self.told.start}:{self.told.end}]"
        return Part(self.id, None, self.low, self.high, self.label, words)


@dataclass(slots=True)
class _Month:
    """The incidents that began in one month, by their last day, with what each and those before it add up to."""

    untils: list[str] = field(default_factory=list)
    floors: list[Number] = field(default_factory=list)
    sum: Floor = field(default_factory=Floor)


@dataclass(frozen=True, slots=True)
class _Inside:
    """The incidents of one country, measure and side from one day on, by their last day, with the sums of floors.

    months are by their names, "2024-03": added up once for all totals that end on different days.
    """

    untils: list[str]
    sums: list[float]
    months: dict[str, _Month]

    def sum_until(self, end: str | None) -> float:
        """What those add up to that were over by that day."""
        at = 0 if end is None else bisect_right(self.untils, end)
        return self.sums[at - 1] if at else 0.0


def _inside(connection: Connection, country: str, total: Any, known: dict[tuple[object, ...], _Inside]) -> _Inside:
    """The incidents that can lie in the total; looked up once for all totals of the same beginning."""
    t = tally.c
    name = (total.measure, total.actor, total.status, total.since)
    if name in known:
        return known[name]
    among = [t.actor == total.actor] if total.actor is not None else []
    among += [t.status == total.status] if total.status is not None else []
    query = select(t.incident, t.until, t.id, t.low, t.since, t.node).where(
        t.country == country, t.measure == total.measure, t.incident.is_not(None), t.unit.is_(None), t.low > 0,
        t.since >= total.since, t.until.is_not(None), *among,
    )  # fmt: skip
    # In the order that the rows are read in, the later one stands: of one incident's tallies the largest adds up.
    rows = connection.execute(query.order_by(t.low, t.id.desc())).all()
    largest = {incident: row for incident, *row in rows}
    ends = sorted(largest.values())
    known[name] = _Inside([row[0] for row in ends], list(accumulate(row[2] for row in ends)), _months(ends))
    return known[name]


def _months(rows: Iterable[Sequence[Any]]) -> dict[str, _Month]:
    found: dict[str, _Month] = {}
    for until, _, low, since, node in rows:
        name = since[:7]
        # Without a place of its own or a day it may be one of the others told of again.
        apart = since == until and node is not None and node.startswith("geo:")
        low = int(low) if low.is_integer() else low
        month = found.get(name)
        if month is None:
            month = found[name] = _Month()
        month.sum.add(low, apart=apart)
        month.untils.append(until)
        month.floors.append(month.sum.floor)
    return dict(sorted(found.items()))


def _parts(inside: _Inside, total: _Total) -> Iterator[Part]:
    """The months with what their incidents that lie wholly in the total add up to."""
    for name, month in inside.months.items():
        over = 0 if total.end is None else bisect_right(month.untils, total.end)
        if over:
            yield Part(
                f"{total.id}/{name}", total.id, month.floors[over - 1], label=f"{total.label}, {name}", count=over
            )
