"""A large ledger of invented reports, built directly as Recordings: what reading would give, without the reading.

    python -m eval.bulk --claims 50000 ledger.db     makes one

A world of invented towns in real countries, of invented forces and outlets, over two years. Incidents are carried by
one to ten reports each; reports restate older incidents, give running totals by country, cite an office, another
outlet or nobody, and one in seven is another report's text under a new opening. Seeded: always the same.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tallystick.ledger.filling import Filling
from tallystick.ledger.store import Ledger
from tallystick.model.claims import (
    Attribution,
    Claim,
    Factuality,
    Population,
    Relation,
    RelationKind,
    Status,
    claim_id,
)
from tallystick.model.mentions import LinkKind, PlaceMention, Reason
from tallystick.model.records import Capture, DocumentRecord, Recording, Scene, document_id
from tallystick.model.text import Span
from tallystick.model.values import Accumulation, Count, Form, Grain, Measure, Mod, Period, Place, Precision
from tallystick.reconcile.copies import fingerprints

FIRST_DAY = date(2024, 1, 1)
DAYS = 730
TOTALS = 0.4
"""The part of reports that give running totals of their country."""

COUNTRIES = (
    ("AF", "Afghanistan"), ("BF", "Burkina Faso"), ("CD", "Congo"), ("CF", "Central African Republic"),
    ("CM", "Cameroon"), ("CO", "Colombia"), ("EG", "Egypt"), ("ET", "Ethiopia"), ("HT", "Haiti"), ("IQ", "Iraq"),
    ("KE", "Kenya"), ("LB", "Lebanon"), ("LY", "Libya"), ("ML", "Mali"), ("MM", "Myanmar"), ("MX", "Mexico"),
    ("MZ", "Mozambique"), ("NE", "Niger"), ("NG", "Nigeria"), ("PH", "Philippines"), ("PK", "Pakistan"),
    ("SD", "Sudan"), ("SO", "Somalia"), ("SS", "South Sudan"), ("SY", "Syria"), ("TD", "Chad"), ("TH", "Thailand"),
    ("UA", "Ukraine"), ("UG", "Uganda"), ("YE", "Yemen"),
)  # fmt: skip
_STARTS = ("Ka", "Mo", "Tel", "Var", "Os", "Dur", "Ner", "Sa", "Bel", "Ha", "Ily", "Gor", "Pa", "Zem", "Ru", "Lo")
_MIDDLES = ("ra", "li", "ndo", "ske", "ma", "tu", "ve", "sha", "ko", "ri", "na", "bo")
_ENDS = ("bad", "ka", "grad", "n", "sk", "ra", "mi", "ta", "vo", "do", "rik", "la")
_FORCES = ("Liberation Front", "Defence Corps", "People's Guard", "National Army", "Border Brigade", "Unity Militia")
_OUTLETS = ("Courier", "Wire", "Daily Record", "Observer", "Tribune", "Gazette", "Radio", "Post", "Monitor", "Herald")
_OFFICES = ("health ministry", "governor's office", "army", "civil defence", "police", "hospital director")
_DEEDS = ("shelling", "an air strike", "an ambush", "a raid", "a car bombing", "a drone strike")
# How many reports carry an incident: most few, some many.
_CARRIERS = (1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 10)
COPIED = 7
"""One report in so many is a copy of another."""


@dataclass(slots=True)
class Country:
    """A country's towns, forces and outlets, the incidents still in the news, and its running totals."""

    code: str
    name: str
    towns: list[Place]
    forces: list[str]
    outlets: list[str]
    open: list[Event] = field(default_factory=list)
    past: list[Event] = field(default_factory=list)
    killed: int = 0
    wounded: int = 0
    last: Story | None = None


@dataclass(slots=True)
class Event:
    """One incident: where, when, who did it, and how many it befell in truth."""

    town: Place
    day: date
    force: str
    deed: str
    killed: int
    wounded: int
    children: int
    missing: int
    carriers: int


@dataclass(slots=True)
class Story:
    """A report while it is written: sentences, and claims as (offset of the words, words, figure, ...)."""

    text: str = ""
    drafts: list[Draft] = field(default_factory=list)
    scenes: list[tuple[Event | None, list[int]]] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """One claim before its text is whole: offsets are of the story."""

    start: int
    words: str
    figure: str
    sentence: tuple[int, int]
    measure: Measure
    count: Count
    population: tuple[str, str | None, Status]  # words, actor, status
    place: tuple[str, Place]
    period: Period | None
    accumulation: Accumulation
    source: tuple[str, str] | None  # words, cue
    part_of: int | None = None


class World:
    """The invented world; recordings() is what is reported of it."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        self.countries = [self._country(n, code, name) for n, (code, name) in enumerate(COUNTRIES)]

    def _country(self, number: int, code: str, name: str) -> Country:
        pick = self.random
        towns = []
        for n in range(60):
            called = pick.choice(_STARTS) + pick.choice(_MIDDLES) + pick.choice(_MIDDLES) + pick.choice(_ENDS)
            lat, lon = pick.uniform(-30, 50), pick.uniform(-90, 110)
            towns.append(
                Place(called, 90_000_000 + number * 1_000 + n, lat, lon, code, Precision.TOWN, f"{n % 12:02}", "PPL")
            )
        forces = [f"{pick.choice(_STARTS)}{pick.choice(_ENDS)} {force}" for force in _FORCES]
        outlets = [f"{pick.choice(_STARTS)}{pick.choice(_MIDDLES)}{pick.choice(_ENDS)} {o}" for o in _OUTLETS]
        return Country(code, name, towns, forces, outlets)

    def recordings(self, claims: int, captured: datetime) -> Iterator[Recording]:
        """Reports in the order of their publication until there are that many claims."""
        number = made = 0
        while made < claims:
            day = FIRST_DAY + timedelta(days=made * DAYS // claims)
            report = self._report(number, self.random.choice(self.countries), day, captured)
            number, made = number + 1, made + len(report.claims)
            yield report

    def _report(self, number: int, country: Country, day: date, captured: datetime) -> Recording:
        pick = self.random
        outlet = pick.choice(country.outlets)
        if number % COPIED == 0 and country.last is not None:
            story = self._copied(country.last, number, outlet)
        else:
            story = self._story(number, country, day, outlet)
            country.last = story
        return _recording(story, outlet, day, captured, f"report {number:,} from {country.name}")

    def _story(self, number: int, country: Country, day: date, outlet: str) -> Story:
        pick, story = self.random, Story()
        story.text = f"{outlet}, dispatch {number}.\n"
        main = self._event(country, day)
        source = self._source(country, outlet)
        told = self._tell(story, main, source, whole=True)
        story.scenes.append((main, told))
        other = self._event(country, day)
        if other is not main:
            story.scenes.append((other, self._tell(story, other, self._source(country, outlet), whole=False)))
        told_before = pick.sample(country.past[-20:], min(len(country.past[-20:]), pick.choice((0, 1, 1, 2, 3))))
        for before in told_before:
            story.scenes.append((before, self._tell(story, before, None, whole=False)))
        if pick.random() < TOTALS:
            self._totals(story, country, day)
        return story

    def _event(self, country: Country, day: date) -> Event:
        """An incident still in the news, or a new one."""
        pick = self.random
        if not country.open or pick.random() < 0.3:
            killed = min(400, int(pick.paretovariate(0.9)))
            children = pick.randint(0, killed // 3)
            when = day - timedelta(days=pick.choice((0, 1, 1, 2)))
            made = Event(
                pick.choice(country.towns), when, pick.choice(country.forces), pick.choice(_DEEDS), killed,
                int(killed * pick.uniform(0.5, 4)) + 1, children, pick.randint(0, 5), pick.choice(_CARRIERS),
            )  # fmt: skip
            country.killed += killed
            country.wounded += made.wounded
            country.open.append(made)
        chosen = pick.choice(country.open)
        chosen.carriers -= 1
        if chosen.carriers <= 0 or (day - chosen.day).days > 6:
            country.open.remove(chosen)
            country.past = [*country.past[-40:], chosen]
        return chosen

    def _source(self, country: Country, outlet: str) -> tuple[str, str] | None:
        kind = self.random.random()
        if kind < 0.55:
            return f"the {country.name} {self.random.choice(_OFFICES)}", "said"
        if kind < 0.75:
            return self.random.choice([o for o in country.outlets if o != outlet]), "reported"
        return None

    def _tell(self, story: Story, event: Event, source: tuple[str, str] | None, *, whole: bool) -> list[int]:
        pick = self.random
        # Reports differ a little, early ones are low; one in fifty is far off.
        share = 1.0 if pick.random() < 0.7 else pick.choice((0.8, 0.9, 1.1, 3.0 if pick.random() < 0.1 else 1.0))
        killed = max(1, round(event.killed * share))
        where, when = (event.town.name, event.town), Period(event.day, event.day, Grain.DAY)
        on = f"in {event.town.name} on {event.day:%-d %B %Y}"
        count = Count(killed, killed, killed, unit="person")
        figure = f"{killed:,}"
        if pick.random() < 0.25:
            figure = f"at least {killed:,}"
            count = Count(killed, None, killed, Form.BOUNDED, "at least", Mod.EQUAL_OR_MORE, "person")
        said = "" if source is None else f", {source[0]} {source[1]}"
        people = ("people", None, Status.UNKNOWN)
        first = _add(
            story, f"{event.deed.capitalize()} by the {event.force} {on} left ", f"{figure} people dead", figure,
            f"{said}.", Measure.KILLED, count, people, where, when, Accumulation.INCIDENT, source,
        )  # fmt: skip
        made = [first]
        wounded = max(1, round(event.wounded * share))
        made.append(_add(
            story, f"In {event.town.name} ", f"{wounded:,} people were wounded", f"{wounded:,}", f"{said}.",
            Measure.WOUNDED, Count(wounded, wounded, wounded, unit="person"), people, where, when,
            Accumulation.INCIDENT, source,
        ))  # fmt: skip
        if not whole:
            return made
        if event.children:
            n = min(event.children, killed)
            made.append(_add(
                story, "The dead included ", f"{n:,} children", f"{n:,}", ".", Measure.KILLED,
                Count(n, n, n, unit="person"), ("children", None, Status.CIVILIAN), where, when,
                Accumulation.INCIDENT, source, first,
            ))  # fmt: skip
        if event.missing:
            n = event.missing
            made.append(_add(
                story, f"Residents of {event.town.name} said that ", f"{n:,} more were missing", f"{n:,}", ".",
                Measure.MISSING, Count(n, n, n, unit="person"), ("more", None, Status.UNKNOWN), where, when,
                Accumulation.INCIDENT, ("Residents", "said"),
            ))  # fmt: skip
        return made

    def _totals(self, story: Story, country: Country, day: date) -> None:
        pick = self.random
        source = (f"the {country.name} {_OFFICES[0]}", "says")
        since = Period(FIRST_DAY, day, Grain.DAY)
        place = Place(country.name, 80_000_000 + ord(country.code[0]) * 100 + ord(country.code[1]), 0.0, 0.0,
                      country.code, Precision.COUNTRY, None, "PCLI")  # fmt: skip
        force = pick.choice(country.forces)
        rows = (
            (Measure.KILLED, country.killed, "people", None, Status.UNKNOWN, "have been killed"),
            (Measure.WOUNDED, country.wounded, "people", None, Status.UNKNOWN, "have been wounded"),
            (Measure.KILLED, country.killed // 6, f"{force} fighters", force, Status.COMBATANT, "have died"),
        )
        told = []
        for measure, number, who, actor, status, verb in rows:
            n = max(1, number)
            at = _add(
                story, f"Since January 2024 in {country.name}, ", f"{n:,} {who} {verb}", f"{n:,}",
                f", {source[0]} {source[1]}.", measure, Count(n, n, n, unit="person"), (who, actor, status),
                (country.name, place), since, Accumulation.CUMULATIVE, source,
            )  # fmt: skip
            told.append(at)
        story.scenes.append((None, told))

    def _copied(self, story: Story, number: int, outlet: str) -> Story:
        """The same sentences under a new opening."""
        opening = f"{outlet} has received dispatch {number}.\n"
        old = story.text.index("\n") + 1
        shift = len(opening) - old
        drafts = [
            Draft(
                d.start + shift, d.words, d.figure, (d.sentence[0] + shift, d.sentence[1] + shift), d.measure, d.count,
                d.population, d.place, d.period, d.accumulation, d.source, d.part_of,
            )
            for d in story.drafts
        ]  # fmt: skip
        return Story(opening + story.text[old:], drafts, story.scenes)


def _add(
    story: Story, before: str, words: str, figure: str, after: str, measure: Measure, count: Count,
    population: tuple[str, str | None, Status], place: tuple[str, Place], period: Period, accumulation: Accumulation,
    source: tuple[str, str] | None, part_of: int | None = None,
) -> int:  # fmt: skip
    start = len(story.text)
    story.text += f"{before}{words}{after}\n"
    story.drafts.append(
        Draft(
            start + len(before), words, figure, (start, len(story.text) - 1), measure, count, population, place,
            period, accumulation, source, part_of,
        )
    )  # fmt: skip
    return len(story.drafts) - 1


def _recording(story: Story, outlet: str, day: date, captured: datetime, title: str) -> Recording:
    text = story.text
    original = text.encode()
    digest = hashlib.sha256(original).hexdigest()
    name = document_id(digest, outlet, day)
    claims: list[Claim] = []
    for draft in story.drafts:
        claims.append(_claim(text, digest, draft, claims))
    scenes = [_scene(name, n, event, [claims[i] for i in at]) for n, (event, at) in enumerate(story.scenes)]
    record = DocumentRecord(
        name, digest, digest, outlet, day, title=title, url=f"https://reports.example/{name}", language="en",
        captured_at=captured,
    )  # fmt: skip
    capture = Capture(digest, captured, url=record.url, media_type="text/plain")
    return Recording(record, text, capture, tuple(claims), tuple(scenes), fingerprints(text))


def _claim(text: str, digest: str, draft: Draft, before: list[Claim]) -> Claim:
    def span(words: str, start: int) -> Span:
        at = text.index(words, start)
        return Span(at, at + len(words), words)

    whole = span(draft.words, draft.start)
    figure = span(draft.figure, draft.start)
    sentence = Span.of(text, *draft.sentence)
    who, actor, status = draft.population
    people = span(who, whole.start) if who in whole.text else None
    place = span(draft.place[0], sentence.start) if draft.place[0] in sentence.text else None
    links: tuple[Attribution, ...] = ()
    if draft.source is not None and draft.source[0] in sentence.text:
        source = span(draft.source[0], sentence.start)
        links = (Attribution(draft.source[0], source, span(draft.source[1], source.end), LinkKind.SAYS),)
    mention = (
        None if place is None else PlaceMention(place, draft.place[1], 0.9, (Reason("place", "places/in", place),))
    )
    relations = () if draft.part_of is None else (Relation(RelationKind.PART_OF, before[draft.part_of].id),)
    return Claim(
        claim_id(digest, figure, draft.measure, people), digest, whole, draft.count, figure, draft.measure, sentence,
        population=Population(who, people, actor, status, None, "child" if who == "children" else None),
        place=mention, period=draft.period, accumulation=draft.accumulation, attributions=links,
        factuality=Factuality.ASSERTED, relations=relations,
        reasons=(Reason("measure", f"measures/{draft.measure.value}", whole),),
    )  # fmt: skip


def _scene(document: str, number: int, event: Event | None, claims: list[Claim]) -> Scene:
    words = " ".join(dict.fromkeys(claim.sentence.text for claim in claims))
    ids = tuple(claim.id for claim in claims)
    if event is None:
        mention, period = claims[0].place, claims[0].period
        return Scene(
            document,
            number,
            ids,
            None if mention is None else mention.place,
            None if mention is None else mention.span.text,
            None if period is None else period.start,
            None if period is None else period.end,
            cumulative=True,
            words=words,
        )
    return Scene(
        document, number, ids, event.town, event.town.name, event.day, event.day, (event.force,), ("people",),
        (event.town.name,), ("ASSAULT",), words=words,
    )  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    """Makes a ledger of invented reports."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--claims", type=int, default=50_000)
    given = parser.parse_args(arguments)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    started = time.perf_counter()
    with Ledger.create(given.ledger, now=now) as ledger, Filling(ledger) as fill:
        added = fill.add(World().recordings(given.claims, now), now=now, actor="eval.bulk")
    seconds = time.perf_counter() - started
    print(f"{len(added.documents):,} documents, {added.claims:,} claims, {seconds:.0f} s, inventing them included")


if __name__ == "__main__":
    main()
