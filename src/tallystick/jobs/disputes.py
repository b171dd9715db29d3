"""Conflicts made ready to be shown and settled: both sides' words, why they are comparable, and what a person can do.

A repair is never made by itself. Each names the judgements that it would mean; a person opens one, gives a reason, and
records it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from tallystick.jobs import questions
from tallystick.jobs.quantities import Quantity
from tallystick.jobs.summing import overflows
from tallystick.ledger import computed, tally_rows
from tallystick.ledger.computed import AfterTally, KeptConflict
from tallystick.model.constraints import Conflict, Repair, Side
from tallystick.model.quantities import Figure
from tallystick.model.records import Verdict
from tallystick.model.tallies import Origin, Tally
from tallystick.views import words
from tallystick.views.clashes import KINDS, Clash, Told, comparable, quantity_words
from tallystick.views.origin_graph import value_of

MOST = 12
"""Conflicts of one quantity that are told whole; the rest are listed on a page of their own."""
QUOTES = 4
JUDGED = 3
"""Figures of one side for which a judgement is offered; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One figure in its own words, with those around it in its sentence. day None: the document has none."""

    figure: str
    value: str
    quote: str
    before: str
    after: str
    source: str
    outlet: str | None
    day: date | None
    document: str
    start: int | None
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class SideTold:
    """One side of a conflict: who says what of which quantity, in whose words. more are the quotes not shown."""

    who: str
    value: str
    about: str
    quotes: tuple[Quote, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Judging:
    """A judgement that a person may record: what the button says, and what stands in the form that it opens.

    of is the figure that it judges, in its words, and does the rest of what it says; "" where it judges two things.
    low and high are proposed for a correction: None is open. why begins the reason, which the person completes.
    """

    says: str
    verdict: Verdict
    subjects: tuple[str, ...]
    about: str
    why: str
    low: str | None = None
    high: str | None = None
    of: str = ""
    does: str = ""


@dataclass(frozen=True, slots=True)
class WayOut:
    """A repair in one phrase, what it gives up (cost), and the judgements that it would mean; none where no judgement
    can make it."""

    says: str
    cost: float
    judgings: tuple[Judging, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Dispute:
    """A conflict, told. sentence says it with both quotes, kind in a phrase what sort it is."""

    id: str
    sentence: str
    kind: str
    what: str
    sides: tuple[SideTold, ...]
    given: tuple[str, ...]
    line: str
    ways: tuple[WayOut, ...]
    consequence: float
    tallies: tuple[tuple[str, str], ...] = ()  # (id, label)


@dataclass(frozen=True, slots=True)
class Disputes:
    """The conflicts of one quantity: those told, how many more there are, and sentences on a total below its parts."""

    told: tuple[Dispute, ...]
    more: int = 0
    below: tuple[str, ...] = ()


def disputes_of(connection: Connection, asked: Quantity) -> Disputes:
    """The conflicts of a quantity as it was known then, the weightiest first."""
    tally = asked.tally
    if tally is None:
        return Disputes(())
    kept = {computed.conflict_id(one.conflict): one for one in tally_rows.conflicts_near(connection, tally.id)}
    # Of a day in the past a conflict can be of fewer figures than the one that is kept now: it is told without repairs.
    mine = [kept.get(computed.conflict_id(clash)) or _alone(clash, tally) for clash in tally.conflicts]
    mine.sort(key=lambda one: (-one.consequence, one.id))
    found = tuple(told(connection, mine[:MOST], [tally]))
    below = tuple(one.sentence for one in overflows(connection, tally.id)) if asked.as_it_stands else ()
    return Disputes(found, len(mine) - len(found), below)


def _alone(clash: Conflict, tally: Tally) -> KeptConflict:
    return KeptConflict(computed.conflict_id(clash), clash, (), (tally.id,), computed.consequence(clash))


def page(connection: Connection, *, after: AfterTally | None = None, limit: int = 20) -> list[KeptConflict]:
    """One page of all conflicts, the weightiest first. Raises LedgerError where nothing has been reconciled."""
    questions.check_reconciled(connection)
    return list(computed.conflicts(connection, after=after, limit=limit))


def told(connection: Connection, kept: Sequence[KeptConflict], known: Sequence[Tally] = ()) -> Iterator[Dispute]:
    """The conflicts in words. known are tallies at hand; the others that are touched are read."""
    others = questions.beside(connection, [one.conflict for one in kept], known)
    tallies = (*known, *others)
    for one in kept:
        figures = set(one.conflict.figures)
        touched = tuple(t for t in tallies if figures & {figure.id for figure in t.figures})
        yield _Telling(connection, one, touched).dispute()


class _Telling:
    """Words for one conflict."""

    def __init__(self, connection: Connection, kept: KeptConflict, tallies: tuple[Tally, ...]) -> None:
        self._connection = connection
        self._kept = kept
        self._clash = kept.conflict
        self._tallies = tallies
        self._words = Told(Clash((kept.conflict,), tallies, kept.repairs))
        self._figures = {figure.id: figure for tally in tallies for figure in tally.figures}

    def dispute(self) -> Dispute:
        clash, kept = self._clash, self._kept
        sides = [side for side in clash.sides if side.low is not None or side.high is not None]
        sides.sort(key=lambda side: side.low is None)
        ways = {way.says: way for repair in reversed(kept.repairs) if (way := self._way(repair)).says}
        return Dispute(
            kept.id,
            self._sentence(sides),
            clash.kind.value,
            KINDS[clash.kind],
            tuple(self._side(side) for side in sides),
            tuple(comparable(clash, several=False)),
            words.clean(clash.line),
            tuple(sorted(ways.values(), key=lambda way: (way.cost, way.says))),
            kept.consequence,
            tuple((tally.id, words.clean(tally.label)) for tally in self._tallies),
        )

    def _sentence(self, sides: Sequence[Side]) -> str:
        if len(sides) != 2 or any(side.times > 1 for side in sides):
            return words.capital(words.clean(self._clash.sentence))
        apart = len({quantity_words(side.about) for side in sides}) > 1
        first, second = (self._words.says(side, about=apart) for side in sides)
        return f"{words.capital(first)}; {second}."

    def _side(self, side: Side) -> SideTold:
        held = [self._figures[name] for name in side.figures if name in self._figures]
        first = self._words.first(side)
        ordered = [*([first] if first else []), *(figure for figure in held if figure is not first)]
        quotes = tuple(quote_of(figure) for figure in ordered[:QUOTES])
        who = words.capital(self._words.who(side)) if held else words.clean(side.text)
        return SideTold(
            who, self._words.value(side), quantity_words(side.about), quotes, len(side.figures) - len(quotes)
        )

    def _way(self, repair: Repair) -> WayOut:
        phrase = self._words.way_out(repair)
        why = f"Conflict {self._kept.id[:8]}: "
        mine = [side for side in repair.sides if side.id in self._clash.members]
        judgings = list(dict.fromkeys(one for side in mine for one in self._judgings(side, why)))
        more = sum(max(0, len(side.figures) - JUDGED) for side in mine)
        return WayOut(words.capital(phrase), repair.cost, tuple(judgings), more)

    def _judgings(self, side: Side, why: str) -> Iterator[Judging]:
        if side.id.startswith("same:"):
            yield from self._two_events(side, why)
            return
        held = [self._figures[name] for name in side.figures if name in self._figures]
        if not held:
            yield from self._not_the_same(why)
            return
        for figure in held[:JUDGED]:
            of = f"“{words.shorten(figure.quote, 40)}” ({words.clean(figure.publisher or 'outlet unknown')})"
            low, high = _ends(figure)
            claim = (figure.id,), "claim", why
            if side.low is None and figure.low is not None:
                least = f"as at least {words.number(figure.low)}"
                yield Judging(f"Read {of} {least}", Verdict.CORRECT, *claim, low, None, of, f"Read it {least}")
            else:
                yield Judging(f"Correct {of}", Verdict.CORRECT, *claim, low, high, of, "Correct it")
            says = "it was read wrongly"
            yield Judging(f"Reject {of}: {says}", Verdict.REJECT, *claim, None, None, of, f"Reject: {says}")

    def _two_events(self, side: Side, why: str) -> Iterator[Judging]:
        """Marking the reports' events different: for the links that tie that document's scene to the incident."""
        _, incident, short = side.id.split(":", 2)
        found = computed.incidents(self._connection, [incident]).get(incident)
        ties = [] if found is None else [tie for tie in found.links if short in (tie.a[:8], tie.b[:8])]
        outlets = {f.document[:8]: words.clean(f.publisher) for f in self._figures.values() if f.publisher}
        for tie in ties[:JUDGED]:
            one, other = (outlets.get(scene.partition("#")[0], scene) for scene in (tie.a, tie.b))
            says = f"Mark the events of {one} and {other} as two"
            yield Judging(says, Verdict.DIFFERENT, (tie.a, tie.b), "event", why)

    def _not_the_same(self, why: str) -> Iterator[Judging]:
        """That the two sides do not count the same people, where what joins them is a belief about scope."""
        firsts = [f for side in self._clash.sides if (f := self._words.first(side)) is not None]
        if len(firsts) == 2:
            one, other = firsts
            says = "Mark the two figures as counting different things"
            yield Judging(says, Verdict.DIFFERENT, (one.id, other.id), "quantity", why)


def _ends(figure: Figure) -> tuple[str | None, str | None]:
    low = None if figure.low is None else f"{figure.low:g}" if isinstance(figure.low, float) else str(figure.low)
    high = None if figure.high is None else f"{figure.high:g}" if isinstance(figure.high, float) else str(figure.high)
    return low, high


def quote_of(figure: Figure, *, superseded: bool = False) -> Quote:
    """A figure's words, with the rest of its sentence."""
    before, after = "", ""
    whole = figure.sentence
    if whole is not None and figure.start is not None and figure.end is not None:
        first, last = figure.start - whole.start, figure.end - whole.start
        if 0 <= first <= last <= len(whole.text) and whole.text[first:last] == figure.quote:
            before, after = whole.text[:first], whole.text[last:]
    return Quote(
        figure.id,
        value_of(figure),
        figure.quote,
        before,
        after,
        words.clean(figure.source) if figure.source else "source not named",
        figure.publisher,
        figure.said or figure.published,
        figure.document,
        figure.start,
        superseded,
    )


def doubts_of(tally: Tally) -> tuple[tuple[str, str, tuple[str, ...], tuple[Judging, ...]], ...]:
    """Pairs of origins that may be one: both names, the reasons, and the judgements that would settle it."""
    origins = {origin.id: origin for origin in tally.origins.origins}
    found = []
    for doubt in tally.origins.doubts[:MOST]:
        if doubt.a not in origins or doubt.b not in origins:
            continue
        names = tuple(_name(origins[side]) for side in (doubt.a, doubt.b))
        pair = tuple(origins[side].voices[0].current for side in (doubt.a, doubt.b))
        why = f"Whether {names[0]} and {names[1]} are one origin: "
        judgings = (
            Judging("They are one origin", Verdict.SAME, pair, "origin", why),
            Judging("They are two origins", Verdict.DIFFERENT, pair, "origin", why),
        )
        found.append((names[0], names[1], tuple(words.clean(one.note) for one in doubt.reasons), judgings))
    return tuple(found)


def _name(origin: Origin) -> str:
    return words.clean(origin.name) if origin.name else "source not named"


def mentions_of(tally: Tally, first: int = 0, most: int | None = None) -> list[Quote]:
    """The figures in their own words, oldest first, those faded that their voice has since replaced.

    first is how many to pass over, most how many to tell at most.
    """
    last = None if most is None else first + most
    shown = sorted(tally.figures, key=lambda f: (f.said or f.published or date.max, f.id))[first:last]
    wanted = {figure.id for figure in shown}
    ends = {figure.id: (figure.low, figure.high) for figure in tally.figures}
    now = {
        name: ends.get(voice.current)
        for origin in tally.origins.origins
        for voice in origin.voices
        for name in voice.figures
        if name in wanted
    }
    return [quote_of(f, superseded=now.get(f.id) not in (None, (f.low, f.high))) for f in shown]
