"""Running totals against the incidents they hold: the war's total is cut off from the events and added up by level.

A total of a country, or of one side's people there, must not be below what its incidents add up to. Incidents go to
their months, months to the total; reconcile.levels climbs, and tells by count where a total is too small.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
    for body in connection.scalars(select(t.body).where(*wanted).order_by(t.id)).all():
        total = codec.loads(Tally, body)
        told = _told(total)
        if told is None or total.key.where is None or total.key.where.precision != Precision.COUNTRY:
            continue
        found = climb([*_parts(connection, total), _whole(total, told)])
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


def _parts(connection: Connection, total: Tally) -> Iterator[Part]:
    """The incidents that lie wholly in the total, by month, and the months."""
    t, key = tally.c, total.key
    where, window = key.where, key.window
    if where is None or window.start is None or window.end is None:
        return
    rows = connection.execute(
        select(t.id, t.low, t.since, t.until, t.label, t.status, t.actor)
        .where(
            t.country == where.country,
            t.measure == key.measure,
            t.incident.is_not(None),
            t.unit.is_(None),
            t.low > 0,
            t.since >= window.start.isoformat(),
            t.until <= window.end.isoformat(),
        )
        .order_by(t.incident, t.low.desc(), t.id)
        .add_columns(t.incident, t.node)
    )
    months: set[str] = set()
    seen: set[str] = set()
    for row in rows:
        # Of one incident's tallies only the largest adds up.
        if row.incident in seen or not _among(row.actor, row.status, total):
            continue
        seen.add(row.incident)
        month = row.since[:7]
        months.add(month)
        # Without a place of its own or a day it may be one of the others told of again.
        apart = row.since == row.until and row.node is not None and row.node.startswith("geo:")
        low = int(row.low) if float(row.low).is_integer() else row.low
        yield Part(row.id, f"{total.id}/{month}", low, None, row.label, "", apart)
    for month in sorted(months):
        yield Part(f"{total.id}/{month}", total.id, 0, None, f"{total.label}, {month}")


def _among(actor: str | None, status: str | None, total: Tally) -> bool:
    """Whether those counted are among those whom the total counts, as far as the names say."""
    who = total.key.who
    if who.actor is not None and actor != fold(who.actor):
        return False
    return who.status is None or status == who.status
