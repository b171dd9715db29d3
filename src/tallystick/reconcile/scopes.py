"""How two figures stand to one another, facet by facet, each with the reason in words.

Only equal keys, and keys of which one is part of the other, may ever contradict. Where a facet leaves it open, the
answer is "not comparable", or part-of with what must be assumed for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from tallystick.lexicon import fold
from tallystick.lexicon.gazetteer.countries import country_name, country_names
from tallystick.lexicon.gazetteer.names import key as name_key
from tallystick.model.geography import kilometres
from tallystick.model.quantities import Comparison, Figure, Key, ScopeVerdict, Where, Who
from tallystick.model.values import Precision
from tallystick.reconcile.labels import PLANNED, day, people, spoken
from tallystick.reconcile.lattice import Edge, Lattice
from tallystick.reconcile.windows import Inclusion, apart, inclusion, outreaches

# Two places nearer than this may be one told of twice: a village and the town it lies near. As in incidents.py.
NEAR_KM = 60.0
_FINE = (Precision.POINT, Precision.TOWN, Precision.NEAR)
_LOOSE = (Precision.REGION, Precision.MULTINATIONAL, Precision.WATER)
# Whoever counts soldiers counts those of every sex and age: a figure need not say so.
_UNMARKED = ("sex", "age", "unit")


class Side(StrEnum):
    """How the first stands to the second in one facet."""

    EQUAL = "equal"
    PART = "part"
    WHOLE = "whole"
    APART = "apart"
    OPEN = "open"  # nothing says


_MIRROR = {Side.PART: Side.WHOLE, Side.WHOLE: Side.PART}


@dataclass(frozen=True, slots=True)
class Facet:
    """How two keys stand in one facet. reason is a clause; assuming what must be believed, in words.

    kind names the sort of assumption: measure, population, place, theatre or time.
    """

    side: Side
    reason: str = ""
    assuming: tuple[str, ...] = ()
    different: Comparison = Comparison.NOT_COMPARABLE
    kind: str = ""

    def mirrored(self) -> Facet:
        """The same, seen from the second."""
        return replace(self, side=_MIRROR.get(self.side, self.side))


def compare(a: Key, b: Key, lattice: Lattice, readings: tuple[str, ...] = ()) -> ScopeVerdict:
    """How a stands to b: the same, part of it, containing it, different, or not comparable, with one reason a facet.

    readings: "theatre" reads the name of a country at war as the whole theatre ("in Ukraine").
    """
    return judge(a, b, lattice, readings)[0]


def judge(a: Key, b: Key, lattice: Lattice, readings: tuple[str, ...] = ()) -> tuple[ScopeVerdict, frozenset[str]]:
    """What compare says, and the sorts of assumption that it rests on: measure, population, place, theatre, time."""
    facets = facets_of(a, b, lattice, readings)
    none: frozenset[str] = frozenset()
    apart_by = [f for f in facets if f.side is Side.APART]
    if apart_by:
        return ScopeVerdict(apart_by[0].different, tuple(f.reason for f in apart_by if f.reason)), none
    if any(f.side is Side.OPEN for f in facets):
        reasons = tuple(f.reason for f in facets if f.side is Side.OPEN)
        return ScopeVerdict(Comparison.NOT_COMPARABLE, reasons), none
    sides = {f.side for f in facets} - {Side.EQUAL}
    reasons = tuple(f.reason for f in facets if f.reason)
    if sides == {Side.PART, Side.WHOLE}:
        return ScopeVerdict(Comparison.NOT_COMPARABLE, ("each is wider than the other in some way", *reasons)), none
    assuming = tuple(dict.fromkeys(words for f in facets for words in f.assuming))
    kinds = frozenset(f.kind for f in facets if f.assuming)
    result = Comparison.SAME
    if sides:
        result = Comparison.PART_OF if Side.PART in sides else Comparison.CONTAINS
    return ScopeVerdict(result, reasons, assuming), kinds


def compare_figures(a: Figure, b: Figure, lattice: Lattice, readings: tuple[str, ...] = ()) -> ScopeVerdict:
    """How two figures stand to one another; the reasons open with the words of both."""
    verdict = compare(a.key, b.key, lattice, readings)
    words = f"{_quoted(a)} and {_quoted(b)}"
    said = tuple(f"“{f.quote}”: {f.reading}" for f in (a, b) if f.reading)
    return ScopeVerdict(verdict.comparison, (f"compared: {words}", *verdict.reasons, *said), verdict.assuming)


def _quoted(figure: Figure) -> str:
    where = "" if figure.start is None else f" [{figure.start}:{figure.end}]"
    return f"“{figure.quote}”{where}"


def facets_of(a: Key, b: Key, lattice: Lattice, readings: tuple[str, ...] = ()) -> list[Facet]:
    """How two keys stand in each facet, in the order measure, event, population, place, time."""
    measure, edges = _measure(a, b, lattice)
    facets = [measure, _event(a, b)]
    if measure.side in (Side.APART, Side.OPEN):
        return facets
    upward = measure.side is Side.PART
    part, whole = (a, b) if upward else (b, a)
    if any(edge.later for edge in edges):
        # A ceremony comes after the deaths and at another place: only a total of all the dead so far can hold it.
        rest = [*_population(part.who, whole.who, lattice), _all_places(whole), _so_far(part, whole)]
        return facets + (rest if upward else [f.mirrored() for f in rest])
    if any(edge.foreign for edge in edges):
        facets.append(_abroad(part, whole, lattice))
    return [
        *facets,
        *_population(a.who, b.who, lattice),
        _place(a.where, b.where, lattice, readings, one_event=a.incident is not None and a.incident == b.incident),
        _time(a, b),
    ]


def _measure(a: Key, b: Key, lattice: Lattice) -> tuple[Facet, tuple[Edge, ...]]:
    different = Comparison.DIFFERENT_MEASURE
    if a.unit != b.unit:
        return Facet(Side.APART, f"one counts {_unit(a)}, the other {_unit(b)}", (), different), ()
    if a.measure == b.measure:
        return Facet(Side.EQUAL), ()
    if PLANNED in a.measure[: len(PLANNED)] + b.measure[: len(PLANNED)]:
        return Facet(Side.APART, "one is planned or only thought possible, the other told as done", (), different), ()
    facet = "measure" if a.unit is None else "things"
    for side, low, high in ((Side.PART, a.measure, b.measure), (Side.WHOLE, b.measure, a.measure)):
        path = lattice.path(facet, low, high)
        if path:
            reason = f"{low} are part of {high}: {path[0].meaning[:1].lower()}{path[0].meaning[1:].rstrip('.')}"
            return Facet(side, reason, tuple(e.assuming for e in path if e.assuming), kind="measure"), path
    return Facet(Side.APART, f"one counts the {a.measure}, the other the {b.measure}", (), different), ()


def _unit(key: Key) -> str:
    return "people" if key.unit is None else f"a “{key.unit}”"


def _event(a: Key, b: Key) -> Facet:
    if a.incident == b.incident:
        return Facet(Side.EQUAL)
    if a.incident is not None and b.incident is not None:
        return Facet(Side.APART, "they are of two events", (), Comparison.DIFFERENT_EVENT)
    if a.incident is not None:
        return Facet(Side.PART, "one is of one event, the other a total")
    return Facet(Side.WHOLE, "one is of one event, the other a total")


def _population(a: Who, b: Who, lattice: Lattice) -> list[Facet]:
    if a == b:
        return [Facet(Side.EQUAL)]
    return [_subset(a, b), *(_who(a, b, name, lattice) for name in ("actor", "status", "sex", "age", "unit", "role"))]


def _subset(a: Who, b: Who) -> Facet:
    if a.subset == b.subset:
        return Facet(Side.EQUAL)
    if a.subset is not None and b.subset is not None:
        words = f"“{spoken(a.subset)}” and “{spoken(b.subset)}”"
        return Facet(Side.OPEN, f"{words} are parts that nothing sets against one another")
    # A part of some figure: of which one only the text's own link can say.
    words = spoken(a.subset or b.subset or "")
    return Facet(Side.OPEN, f"“{words}” is a part of something; the words do not say of this figure")


def _who(a: Who, b: Who, name: str, lattice: Lattice) -> Facet:
    mine, theirs = getattr(a, name), getattr(b, name)
    if mine == theirs:
        return Facet(Side.EQUAL)
    if mine is None:
        return _unsaid(b, a, name, theirs).mirrored()
    if theirs is None:
        return _unsaid(a, b, name, mine)
    for side, low, high in ((Side.PART, mine, theirs), (Side.WHOLE, theirs, mine)):
        path = lattice.path(name, low, high)
        if path:
            assuming = tuple(e.assuming for e in path if e.assuming)
            words = f"{people(a)} are among {people(b)}" if side is Side.PART else f"{people(b)} are among {people(a)}"
            return Facet(side, words, assuming, kind="population")
    different = Comparison.DIFFERENT_POPULATION
    if lattice.disjoint(name, mine, theirs) or (name == "actor" and _state(mine) and _state(theirs)):
        return Facet(Side.APART, f"one counts {people(a)}, the other {people(b)}", (), different)
    if name in ("actor", "unit"):
        return Facet(Side.APART, f"one is of {mine}, the other of {theirs}", (), different)
    return Facet(Side.OPEN, f"nothing says how {mine} and {theirs} stand to one another")


def _unsaid(said: Who, silent: Who, name: str, value: str) -> Facet:
    """How a figure that names a facet stands to one that leaves it out: part of it, if that one counts everyone."""
    if name == "role" and value == "person":
        # "Eight people" beside "three women": whoever is counted by the second is one of the people.
        return Facet(Side.WHOLE, f"{people(silent)} are people") if silent != Who() else Facet(Side.EQUAL)
    if silent.role == "person":
        return Facet(Side.PART, f"{people(said)} are among the people")
    if silent == Who():
        return Facet(Side.PART, "", ("the figure that does not say whom it counts counts everyone",), kind="population")
    if name in _UNMARKED or (name == "role" and silent.status) or (name == "status" and (silent.role or silent.actor)):
        return Facet(Side.PART, f"{people(said)} are among the {people(silent)}")
    if name == "status" and (silent.sex or silent.age):
        return Facet(Side.PART, f"{people(said)} are among the {people(silent)}")
    if name == "actor" and silent.status == "civilian":
        return Facet(Side.PART, f"{people(said)} are among the civilians")
    if name == "actor":
        return Facet(
            Side.PART, "", (f"the {people(silent)} of no named side take in those of {value}",), kind="population"
        )
    return Facet(Side.OPEN, f"one counts {people(said)}, the other {people(silent)}: they may overlap")


def _state(actor: str) -> bool:
    return name_key(actor) in country_names()


def _place(a: Where | None, b: Where | None, lattice: Lattice, readings: tuple[str, ...], *, one_event: bool) -> Facet:
    if a == b or (a is not None and b is not None and a.node == b.node):
        return Facet(Side.EQUAL)
    if a is None or b is None:
        if one_event:
            return Facet(Side.EQUAL)
        named = a or b
        assert named is not None
        note = f"the figure that gives no place is not of {named.name} alone"
        return Facet(Side.PART if b is None else Side.WHOLE, "", (note,), kind="place")
    for side, part, whole in ((Side.PART, a, b), (Side.WHOLE, b, a)):
        words = lattice.place_path(part, whole)
        if words is not None:
            return Facet(side, words[0] if words else "")
    theatre = _theatre(a, b, lattice)
    if theatre is not None:
        return theatre if "theatre" in readings else Facet(Side.APART, theatre.reason, (), Comparison.DIFFERENT_PLACE)
    reason = f"one is of {_told(a)}, the other of {_told(b)}"
    if one_event or _may_meet(a, b):
        return Facet(Side.OPEN, reason)
    return Facet(Side.APART, reason, (), Comparison.DIFFERENT_PLACE)


def _told(where: Where) -> str:
    country = country_name(where.country)
    return where.name if country in (None, where.name) else f"{where.name} in {country}"


def _theatre(a: Where, b: Where, lattice: Lattice) -> Facet | None:
    """The second reading of a country's name in wartime: the whole theatre, which holds the other place too."""
    for side, part, whole in ((Side.PART, a, b), (Side.WHOLE, b, a)):
        for wide in lattice.theatres(whole):
            if lattice.place_path(part, wide) is not None:
                reason = f"{_told(part)} is no part of {whole.name}, unless “{whole.name}” means the {wide.name}"
                return Facet(side, reason, (f"“{whole.name}” is said of the whole {wide.name}",), kind="theatre")
    return None


def _may_meet(a: Where, b: Where) -> bool:
    """True when two places may overlap or be one: near towns, regions without firm borders, names not resolved."""
    if a.precision is None or b.precision is None or {a.precision, b.precision} & {p.value for p in _LOOSE}:
        return True
    if a.country and b.country and a.country != b.country:
        return False
    fine = a.precision in _FINE and b.precision in _FINE
    if fine and None not in (a.lat, a.lon, b.lat, b.lon):
        return kilometres(a.lat or 0.0, a.lon or 0.0, b.lat or 0.0, b.lon or 0.0) < NEAR_KM
    if a.precision == b.precision == Precision.ADMIN1:
        return False
    return not (a.admin1 and b.admin1 and fold(a.admin1) != fold(b.admin1))


def _time(a: Key, b: Key) -> Facet:
    if a.window == b.window:
        return Facet(Side.EQUAL)
    if apart(a.window, b.window):
        return Facet(Side.APART, "their days do not meet", (), Comparison.DIFFERENT_TIME)
    if a.incident is not None and a.incident == b.incident:
        # One event is over when it is over; what is dated later may be its aftermath or a slip of dating.
        return Facet(Side.OPEN, "they are of one event but of different days of it")
    here, there = inclusion(a.window, b.window), inclusion(b.window, a.window)
    for side, found, inner, outer in ((Side.PART, here, a, b), (Side.WHOLE, there, b, a)):
        if found is Inclusion.CERTAIN:
            return Facet(side, f"{_span(inner)} lies within {_span(outer)}")
    if here is there is Inclusion.POSSIBLE:
        # Either may hold the other: the one whose uncertain ends reach further is taken for the wider, if one is.
        here, there = outreaches(b.window, a.window), outreaches(a.window, b.window)
        if here is there:
            return Facet(Side.OPEN, f"{_span(a)} and {_span(b)}: either may reach further")
    for side, found, inner, outer in ((Side.PART, here, a, b), (Side.WHOLE, there, b, a)):
        if found is Inclusion.POSSIBLE:
            return Facet(side, "", (f"{_span(inner)} lies within {_span(outer)}",), kind="time")
    return Facet(Side.OPEN, f"{_span(a)} and {_span(b)} overlap")


def _span(key: Key) -> str:
    window = key.window
    end = window.end_latest or window.end
    if window.start is None:
        return "the time until then" if end is None else f"the time until {day(end)}"
    return f"the time since {day(window.start)}" if end is None else f"{day(window.start)} to {day(end)}"


def _all_places(whole: Key) -> Facet:
    wide = whole.where is None or whole.where.node.startswith("theatre:")
    return Facet(Side.EQUAL) if wide else Facet(Side.OPEN, "where they died is not said of those named later")


def _so_far(part: Key, whole: Key) -> Facet:
    """Whether a total of the dead reaches from the beginning to the later happening."""
    if whole.window.start is None:
        return (
            _time(part, Key(whole.measure, whole.who, window=whole.window))
            if part.window != whole.window
            else Facet(Side.EQUAL)
        )
    return Facet(Side.OPEN, "when they died is not said of those named later")


def _abroad(part: Key, whole: Key, lattice: Lattice) -> Facet:
    """Only a force abroad has to be sent to be there; at home others can be killed than those who were sent."""
    actor = part.who.actor
    if actor is None or whole.who.actor is None or not lattice.leq("actor", actor, whole.who.actor):
        return Facet(Side.OPEN, "nothing says that it is one force")
    at_home = any(
        where is not None and where.country is not None and fold(country_name(where.country) or "") == actor
        for where in (part.where, whole.where)
    )
    if at_home or not _state(actor):
        return Facet(Side.OPEN, "a force at home need not be sent")
    return Facet(Side.EQUAL)
