"""One row an incident, for the formats of event data sets: its days, place, actors, and its figures as tallied.

Event data sets hold one low, best and high an event. Several tallies of one event are added only where nobody can be
counted by two of them; else the floor alone is given, and the row says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tallystick.model.quantities import Incident, Window
from tallystick.model.records import DocumentRecord, Held, Scene
from tallystick.model.tallies import Estimate, Tally
from tallystick.model.values import Number
from tallystick.views import words
from tallystick.views.exports.material import Material
from tallystick.views.exports.phrases import file_name

OVERLAP = "counts of overlapping groups were not added: only the largest floor is given"


@dataclass(frozen=True, slots=True)
class Event:
    """An incident with everything held about it. held and documents are in order of publication, undated last."""

    incident: Incident
    held: tuple[Held, ...]
    tallies: tuple[Tally, ...]
    scenes: tuple[Scene, ...]
    documents: tuple[DocumentRecord, ...]

    @property
    def start(self) -> date | None:
        """The first day on which it can have begun."""
        return self.incident.window.start

    @property
    def end(self) -> date | None:
        """The last day on which it can have ended; None when nobody says."""
        return _last(self.incident.window)

    @property
    def days(self) -> int | None:
        """How many days it may have been on, both ends included; None when an end is open."""
        return None if self.start is None or self.end is None else (self.end - self.start).days + 1

    @property
    def actors(self) -> tuple[str, ...]:
        """Those who did it, as named."""
        return _distinct(name for scene in self.scenes for name in scene.actors)

    @property
    def targets(self) -> tuple[str, ...]:
        """Those it befell, as named."""
        return _distinct(name for scene in self.scenes for name in scene.targets)

    @property
    def types(self) -> tuple[str, ...]:
        """The PLOVER types of its scenes, in order."""
        return _distinct(name for scene in self.scenes for name in scene.events)

    @property
    def place(self) -> str | None:
        """The place's name, or the words for it where the gazetteer has none."""
        if self.incident.where is not None:
            return self.incident.where.name
        return next((scene.place_text for scene in self.scenes if scene.place_text), None)

    @property
    def origins(self) -> tuple[str, ...]:
        """Those to whom its figures go back, as named; voices that nobody names are left out."""
        found: dict[str, str] = {}
        for tally in self.tallies:
            for origin in tally.origins.origins:
                if origin.known and origin.name:
                    found.setdefault(origin.name.casefold(), words.clean(origin.name))
        return tuple(found.values())

    @property
    def publishers(self) -> tuple[str, ...]:
        """The outlets that told of it."""
        return _distinct(d.publisher or file_name(d) or d.id for d in self.documents)


@dataclass(frozen=True, slots=True)
class Sum:
    """How many, of one event: low, best and high, the figures used, and what kept it from being more exact."""

    low: Number | None = None
    best: Number | None = None
    high: Number | None = None
    figures: tuple[str, ...] = ()
    status: str | None = None
    note: str | None = None

    @property
    def known(self) -> bool:
        """True when anything at all is given."""
        return not (self.low is None and self.best is None and self.high is None)


def events(material: Material) -> tuple[Event, ...]:
    """The incidents with their claims, by first day, then id; those without a kept claim are left out."""
    by_scene: dict[str, list[Held]] = {}
    for held in material.kept():
        if held.scene is not None:
            by_scene.setdefault(held.scene.id, []).append(held)
    tallies: dict[str, list[Tally]] = {}
    for tally in material.tallies:
        if tally.key.incident is not None:
            tallies.setdefault(tally.key.incident, []).append(tally)
    found = [_event(incident, by_scene, tallies.get(incident.id, ())) for incident in material.incidents]
    kept = [event for event in found if event.held]
    return tuple(sorted(kept, key=lambda e: (e.start or date.max, e.incident.id)))


def _event(incident: Incident, by_scene: dict[str, list[Held]], tallies: Sequence[Tally]) -> Event:
    held = sorted((h for scene in incident.scenes for h in by_scene.get(scene, ())), key=_said)
    documents = {h.document.id: h.document for h in held}
    scenes = {h.scene.id: h.scene for h in held if h.scene is not None}
    return Event(incident, tuple(held), tuple(tallies), tuple(scenes.values()), tuple(documents.values()))


def _said(held: Held) -> tuple[date, str, int]:
    return held.document.published or date.max, held.document.id, held.claim.span.start


def _last(window: Window) -> date | None:
    return window.end_latest or window.end


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words.clean(name) for name in names if name))


Estimator = Callable[[Tally], Estimate]


def plain(event: Event, measure: str) -> tuple[Tally, ...]:
    """The event's tallies of people so affected, whoever they were, without those of a sex, age, unit or part."""
    return tuple(
        tally
        for tally in event.tallies
        if tally.key.measure == measure
        and tally.key.unit in (None, "person")
        and not any((tally.key.who.sex, tally.key.who.age, tally.key.who.unit, tally.key.who.subset))
    )


def total(event: Event, measure: str, estimate: Estimator) -> Sum:
    """How many in all. The widest counts are taken: everyone, else groups, added up where nobody is in two of them."""
    found = _known(plain(event, measure), estimate)
    if not found:
        parts = [t for t in event.tallies if t.key.measure == measure and t.key.unit in (None, "person")]
        return _floor(parts, estimate)
    return _widest(found, estimate)


def of_status(event: Event, measure: str, estimate: Estimator, status: str | None, actor: str | None = None) -> Sum:
    """How many of a status ("civilian", "combatant"), of one side where an actor is given."""
    found = [
        tally
        for tally in plain(event, measure)
        if tally.key.who.status == status and (actor is None or tally.key.who.actor == actor)
    ]
    return _widest(_known(found, estimate), estimate)


def _known(tallies: Sequence[Tally], estimate: Estimator) -> list[Tally]:
    """Those of which the policy says anything: “nobody knows how many people” must not hide a count of soldiers."""
    return [t for t in tallies if (e := estimate(t)).low is not None or e.best is not None or e.high is not None]


def _widest(tallies: Sequence[Tally], estimate: Estimator) -> Sum:
    widest = [tally for tally in tallies if not any(_within(tally, other) for other in tallies if other is not tally)]
    if not apart(widest):
        return _floor(tallies, estimate)
    made = added(widest, estimate)
    floors = [estimate(tally).low or 0 for tally in tallies]
    if made.high is not None and floors and max(floors) > made.high:
        return _floor(tallies, estimate)  # a part is larger than the whole: one of the two is not what it seems
    return made


def _within(tally: Tally, other: Tally) -> bool:
    """True when everyone the one counts is counted by the other, which leaves open what the one says."""
    a, b = _facets(tally), _facets(other)
    return a != b and all(theirs in (None, ours) for ours, theirs in zip(a, b, strict=True))


def _facets(tally: Tally) -> tuple[str | None, ...]:
    who = tally.key.who
    return who.actor, who.status, None if who.role in ("person", "people") else who.role


def apart(tallies: Sequence[Tally]) -> bool:
    """True when nobody can be counted by two of them: each pair differs in a status or side that both give.

    One source must tell of both. Where the mayor counts civilians and the army fighters, they may mean the same dead.
    """
    return all(
        (_differ(a.key.who.status, b.key.who.status) or _differ(a.key.who.actor, b.key.who.actor))
        and not _voices(a).isdisjoint(_voices(b))
        for index, a in enumerate(tallies)
        for b in tallies[index + 1 :]
    )


def _voices(tally: Tally) -> frozenset[tuple[str, str | None]]:
    """Who tells of it, in which document; sources that are not named are nobody."""
    return frozenset((f.document, f.source) for f in tally.figures if not f.chain or f.source is not None)


def _differ(a: str | None, b: str | None) -> bool:
    return a is not None and b is not None and a != b


def added(tallies: Sequence[Tally], estimate: Estimator) -> Sum:
    """Groups that share nobody, added up. best and high need one from every group; a floor does not."""
    if not tallies:
        return Sum()
    if len(tallies) == 1:
        return _one(tallies[0], estimate)
    estimates = [estimate(tally) for tally in tallies]
    lows = [e.low for e in estimates if e.low is not None]
    bests = [e.best for e in estimates if e.best is not None]
    highs = [e.high for e in estimates if e.high is not None]
    used = tuple(dict.fromkeys(figure for e in estimates for figure in e.figures))
    return Sum(
        sum(lows) if lows else None,
        sum(bests) if bests and len(bests) == len(estimates) else None,
        sum(highs) if highs and len(highs) == len(estimates) else None,
        used,
        note="added up from groups that share nobody",
    )


def _one(tally: Tally, estimate: Estimator) -> Sum:
    made = estimate(tally)
    return Sum(made.low, made.best, made.high, made.figures, made.status)


def _floor(tallies: Sequence[Tally], estimate: Estimator) -> Sum:
    made = [estimate(tally) for tally in tallies]
    floors = [e for e in made if e.low is not None]
    if not floors:
        return Sum(note=OVERLAP if tallies else None)
    best = max(floors, key=lambda e: e.low or 0)
    return Sum(best.low, None, None, best.figures, note=OVERLAP)


def dated(found: Sequence[Event]) -> tuple[Event, ...]:
    """The events whose first day is known: event data sets have no row without one."""
    return tuple(event for event in found if event.start is not None)


def left_out(material: Material, used: Sequence[Event], undated: int = 0) -> tuple[str, ...]:
    """What an event format has no row for, in words. undated is how many events were left out for want of a day."""
    word = "event has" if undated == 1 else "events have"
    without = (f"{undated} {word} no day, and no row here.",) if undated else ()
    return (*_loose(material, used), *without)


def _loose(material: Material, used: Sequence[Event]) -> tuple[str, ...]:
    shown = {h.id for event in used for h in event.held}
    loose = sum(1 for held in material.kept() if held.id not in shown)
    if not loose:
        return ()
    word, them = ("figure belongs", "it") if loose == 1 else ("figures belong", "them")
    return (f"{loose} {word} to no single event (running totals, stocks, background), and no row here shows {them}.",)
