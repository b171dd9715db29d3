"""Ceilings that a report itself goes beyond.

"Four men were taken to hospital … two men, 28 and 22, were hit in the leg"; "three were dead, it was first said, later
11": nobody who writes so contradicts himself. The smaller figure counts some of the larger one's people, or is an older
count, and bounds them from below only. Rival voices keep theirs: an army's 11 and its enemy's 60 in one report are two
answers to one question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from tallystick.lexicon import fold
from tallystick.model.quantities import Comparison, Figure, Key, Window
from tallystick.model.values import Form
from tallystick.reconcile.halves import limits
from tallystick.reconcile.labels import UNSAID
from tallystick.reconcile.lattice import Lattice
from tallystick.reconcile.scopes import compare

_ANYONE = ("person", "victim")
_ONE = (Form.SINGLE, Form.NAMED)
_ANY_TIME = Window()


def overtaken(figures: Iterable[Figure], lattice: Lattice) -> set[str]:
    """Ids of figures whose ceiling another figure of the same report exceeds, of the same people or some of them.

    Where an event has no sides (a shooting, a fire), all of a report's voices count as one. Among running totals only
    figures of one measure overtake one another: more dead than casualties is a contradiction, told by one or by two.
    """
    figures = list(figures)
    sided = {f.key.incident for f in figures if f.key.incident is not None and _of_a_side(f.key)}
    groups: defaultdict[tuple[str, str | None, str | None], list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.binds:
            groups[figure.document, figure.key.incident, figure.key.unit].append(figure)
    found = set()
    for group in groups.values():
        floors = [(low, f) for f in group if (low := limits(f)[0]) is not None]
        most = max((low for low, _ in floors), default=0)
        loosened: list[Key] = []
        for figure in group:
            high = limits(figure)[1]
            if high is None or high >= most:
                continue
            mine = _loose(figure.key)
            loosened = loosened or [_loose(other.key) for _, other in floors]
            for (low, other), theirs in zip(floors, loosened, strict=True):
                if low <= high or (figure.key.incident is None and other.key.measure != figure.key.measure):
                    continue
                subset = theirs.who.subset
                if mine.who.subset is None and subset is not None and not subset.startswith(UNSAID):
                    # "1 injured", and below it "four boys were also injured": whoever is told of besides was hurt too.
                    theirs = replace(theirs, who=replace(theirs.who, subset=None))
                if theirs == mine:
                    if not _rivals(figure, other, sided=figure.key.incident in sided or _of_a_side(figure.key)):
                        found.add(figure.id)
                elif _some_of(theirs, mine, lattice):
                    found.add(figure.id)
    return found


def _taken_in(figures: Iterable[Figure]) -> dict[str, Figure]:
    """Figures of an event that a larger one of the same report takes in, by id, with that larger one.

    "Four were shot dead … Vask, 20, was dead at the scene": the one is among the four, and nobody's toll. A figure of
    several is taken in only by one of the same voice; one person, by any. Where the larger one is no larger than all
    the others together ("five sons, a brother, four nephews"), no figure is the whole, and none takes in another.
    """
    groups: defaultdict[tuple[str, Key], list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.binds and figure.key.incident is not None and figure.key.unit is None:
            groups[figure.document, _loose(figure.key)].append(figure)
    found = {}
    for group in groups.values():
        top = max(group, key=lambda f: limits(f)[0] or 0)
        most = limits(top)[0]
        rest = [f for f in group if f.value is not None and most is not None and f.value < most]
        if most is None or not rest or sum(dict.fromkeys(f.value or 0 for f in rest)) > most:
            continue
        for figure in rest:
            if figure.revises is not None or figure.high is None or figure.high >= most:
                continue
            if figure.form in _ONE or _name(figure) == _name(top):
                found[figure.id] = top
    return found


def whole_tolls(made: list[Figure]) -> list[Figure]:
    """The figures, those that a larger one of their own report takes in binding nothing more."""
    among = _taken_in(made)
    return [
        replace(f, binds=False, reading=f.reading or f"taken to be among those of “{among[f.id].quote}”")
        if f.id in among
        else f
        for f in made
    ]


def _name(figure: Figure) -> str:
    return fold(figure.source or "")


def _loose(key: Key) -> Key:
    """A key less what one report may tell loosely of one event: where, when, and whether "people" or "victims"."""
    who = key.who
    if who.role in _ANYONE and who.role != "person":
        who = replace(who, role="person")
    if key.incident is None:
        return key if who is key.who else replace(key, who=who)
    return Key(key.measure, who, None, _ANY_TIME, key.incident, key.unit)  # of every figure of every event


def _of_a_side(key: Key) -> bool:
    return key.who.status == "combatant" or key.who.actor is not None


def _some_of(part: Key, whole: Key, lattice: Lattice) -> bool:
    verdict = compare(part, whole, lattice)
    return verdict.comparison is Comparison.PART_OF and not verdict.assuming


def _rivals(figure: Figure, other: Figure, *, sided: bool) -> bool:
    """True when two named voices answer one question: of a side's losses, or one of them speaks for an office."""
    if not sided:
        return False
    mine, theirs = (fold(f.chain[-1].name) if f.chain and f.chain[-1].name else "" for f in (figure, other))
    if not mine:
        return False
    if mine in theirs or (theirs and theirs in mine):
        return False
    if _of_a_side(figure.key):
        return True
    return bool(theirs) and figure.official != other.official
