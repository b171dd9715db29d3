"""IBC-like CSV: incidents with least and most deaths and injuries, and the people named.

An approximation of the published list of variables; not endorsed by Iraq Body Count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tallystick.views.exports import events as ev
from tallystick.views.exports.events import Event, Sum
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.names import victims
from tallystick.views.exports.writing import Cell, beside, write_csv

COLUMNS = (
    "incident date", "time", "place", "target", "min deaths", "max deaths", "min injuries", "max injuries", "weapons",
    "killers", "media sources", "primary witnesses", "incident", "status",
)  # fmt: skip
PERSONS = (
    "incident", "person name", "age", "gender", "marital status", "parental status", "occupation", "figure",
)  # fmt: skip
LOSES = (
    "combatants: only civilians, and people of whom no report says what they were (these in max deaths alone)",
    "a best figure; empty is unknown, never 0",
    "time of day, weapons, marital and parental status: not extracted, empty",
    "what an “age” in figures was: only what the claim gives (child, adult)",
    "which report states which figure: media sources joins them",
    "figures of no single event: morgue and ministry totals need the overlap taken out by hand",
    "the last two columns, incident and status, are ours",
)


def incidents(material: Material, found: Sequence[Event]) -> Iterator[tuple[Cell, ...]]:
    """One row an incident with civilian or unspecified dead or injured."""
    for event in found:
        dead, hurt = _people(event, "killed", material), _people(event, "wounded", material)
        if not (dead.known or hurt.known):
            continue
        day: Cell = event.start if event.days == 1 else None
        if event.start and event.end and event.days != 1:
            day = f"{event.start} to {event.end}"
        witnesses = [name for name in event.origins if name not in event.publishers]
        yield (
            day, None, event.place, event.targets, dead.low, dead.high, hurt.low, hurt.high, None, event.actors,
            event.publishers, witnesses, event.incident.id, dead.status or hurt.status,
        )  # fmt: skip


def _people(event: Event, measure: str, material: Material) -> Sum:
    """Civilians; where the reports do not say what people were, they count in the upper figure only."""
    civil = ev.of_status(event, measure, material.estimate, "civilian")
    if civil.known:
        return civil
    anyone = ev.of_status(event, measure, material.estimate, None)
    return Sum(None, None, anyone.high, anyone.figures, anyone.status)


def persons(found: Sequence[Event]) -> Iterator[tuple[Cell, ...]]:
    """One row a name and event."""
    for event in found:
        seen: set[str] = set()
        for victim in victims(event.held):
            if victim.key in seen:
                continue
            seen.add(victim.key)
            who = victim.held.claim.population
            alone = who if victim.held.claim.count.value == 1 else None
            yield (
                event.incident.id, victim.name, alone.age if alone else None, alone.sex if alone else None, None, None,
                alone.occupation if alone else None, victim.held.id,
            )  # fmt: skip


def write(material: Material, out: Path) -> Written:
    """Writes the incidents, and the people named beside them."""
    every = ev.events(material)
    found = ev.dated(every)
    side = beside(out, "persons.csv")
    count = write_csv(out, COLUMNS, incidents(material, found))
    write_csv(side, PERSONS, persons(found))
    none = len(found) - count
    word = "event has" if none == 1 else "events have"
    without = (f"{none} {word} no civilian or unspecified dead or injured and no row here.",) if none else ()
    return Written((out, side), count, (*ev.left_out(material, every, len(every) - len(found)), *without))


IBC = Format("ibc", "incidents with least and most civilian deaths: IBC-like CSV", ".csv", LOSES, write, "ibc-like/1",
             COLUMNS)  # fmt: skip
