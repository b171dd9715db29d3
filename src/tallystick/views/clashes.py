"""Conflicts in a terminal: grouped by what they are about, who says what in their own words, and the ways out once.

The full sentence of a conflict, with every figure behind it, stays in its JSON; here each side is told by the figure
that binds most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tallystick.model.constraints import Conflict, ConflictKind, Repair, Side
from tallystick.model.quantities import Figure
from tallystick.model.tallies import Tally
from tallystick.views import words

LONGEST_QUOTE = 90
WAYS_OUT = 3
"""Repairs shown for a group of conflicts: the cheapest; JSON holds them all."""
CONFLICTS = 12
"""Conflicts of one group that are told; the rest are counted."""
_NAMED = 2  # sources named for one side
_TOLLS = ("killed", "wounded", "casualties", "missing")
KINDS = {
    ConflictKind.ARITHMETIC: "one source contradicts itself",
    ConflictKind.GENUINE: "the sources disagree",
    ConflictKind.DEFINITION: "it hangs on what is part of what",
    ConflictKind.IDENTITY: "it hangs on whether the reports tell of one event",
    ConflictKind.READING: "it hangs on how words are read",
}


@dataclass(frozen=True, slots=True)
class Clash:
    """Conflicts that share a figure or an assumption: one dispute, with the ways out of all of it."""

    conflicts: tuple[Conflict, ...]
    tallies: tuple[Tally, ...]
    repairs: tuple[Repair, ...]


def disputes(found: Sequence[Conflict], tallies: Sequence[Tally]) -> list[Clash]:
    """The conflicts in groups that no figure and no assumption joins, in their order. tallies hold their figures."""
    home: dict[str, int] = {}
    groups: dict[int, list[Conflict]] = {}
    for at, conflict in enumerate(found):
        groups[at] = [conflict]
        for old in sorted({home[m] for m in conflict.members if m in home}):
            groups[at] = [*groups.pop(old), *groups[at]]
        home |= {member: at for one in groups[at] for member in one.members}
    made = []
    for together in groups.values():
        figures = {name for conflict in together for name in conflict.figures}
        touched = tuple(tally for tally in tallies if figures & {figure.id for figure in tally.figures})
        members = {member for conflict in together for member in conflict.members}
        repairs = {r.drop: r for tally in touched for r in tally.repairs if members & set(r.drop)}
        made.append(Clash(tuple(together), touched, tuple(sorted(repairs.values(), key=lambda r: (r.cost, r.drop)))))
    return made


def clashes(found: Sequence[Conflict], tallies: Sequence[Tally], *, headed: bool = True) -> Group:
    """What cannot all be true. headed: name the quantity above each group."""
    parts: list[RenderableType] = []
    for clash in disputes(found, tallies):
        if parts:
            parts.append(Text())
        parts += _clash(clash, headed=headed)
    return Group(*parts)


def _clash(clash: Clash, *, headed: bool) -> Iterator[RenderableType]:
    told = Told(replace(clash, conflicts=clash.conflicts[:CONFLICTS]))
    if headed:
        yield from _heading(clash)
    many = len(clash.conflicts)
    kinds = ", ".join(dict.fromkeys(KINDS[conflict.kind] for conflict in clash.conflicts))
    yield Text(words.capital(f"{kinds}: {many} pairs that cannot both be true" if many > 1 else kinds), style="red")
    blocks = list(told.by_ceiling())
    reasons = [told.why(conflicts) for conflicts in blocks]
    common = len(set(reasons)) == 1
    for conflicts, why in zip(blocks, reasons, strict=True):
        own = why if not common or len(blocks) == 1 else ""
        yield Padding(told.conflict(conflicts, own), (0, 0, 0, 2), expand=False)
    if common and len(blocks) > 1 and reasons[0]:
        yield Padding(Text(reasons[0]), (0, 0, 0, 2), expand=False)
    if many > CONFLICTS:
        yield Padding(Text(f"and {many - CONFLICTS:,} more", style="dim"), (0, 0, 0, 2), expand=False)
    yield from told.ways_out()


def _heading(clash: Clash) -> Iterator[Text]:
    if not clash.tallies and clash.conflicts[0].sides:
        yield Text(words.capital(quantity_words(clash.conflicts[0].sides[0].about)), style="bold")
    for tally in clash.tallies:
        head = Text(words.capital(words.clean(tally.label)), style="bold")
        yield head.append(f"  {tally.id[:8]}", style="not bold dim")


class Told:
    """Words for one group of conflicts."""

    def __init__(self, clash: Clash) -> None:
        self._clash = clash
        self._figures = {figure.id: figure for tally in clash.tallies for figure in tally.figures}
        self._origin = {
            figure: origin
            for tally in clash.tallies
            for origin in tally.origins.origins
            for voice in origin.voices
            for figure in voice.figures
        }

    def by_ceiling(self) -> Iterator[list[Conflict]]:
        """Conflicts of two figures that share their ceiling go together; all others stand alone."""
        groups: dict[object, list[Conflict]] = {}
        for conflict in self._clash.conflicts:
            two = _pair(conflict)
            groups.setdefault(two[1].id if two else conflict.members, []).append(conflict)
        yield from groups.values()

    def why(self, together: Sequence[Conflict]) -> str:
        """Why the figures of these conflicts are comparable, one sentence a reason."""
        return " ".join(
            dict.fromkeys(reason for conflict in together for reason in comparable(conflict, len(together) > 1))
        )

    def conflict(self, together: Sequence[Conflict], why: str) -> RenderableType:
        """One conflict as a sentence; several against one ceiling as that ceiling and a list."""
        pairs = [pair for conflict in together if (pair := _pair(conflict))]
        if len(pairs) == 1:
            floor, ceiling = pairs[0]
            same = quantity_words(floor.about) == quantity_words(ceiling.about)
            first, second = (self.says(side, about=not same) for side in pairs[0])
            return Text(f"{words.capital(first)}; {second}. {why}".rstrip())
        below = [Text(why)] if why else []
        if pairs:
            head = Text(f"{words.capital(self.says(pairs[0][1]))}. Against it:")
            return Group(head, self._list([floor for floor, _ in pairs]), *below)
        (conflict,) = together
        figures = [side for side in conflict.sides if side.low is not None or side.high is not None]
        if not figures:
            return Text(words.capital(words.clean(conflict.sentence)))
        head = Text(words.capital(f"{words.clean(conflict.line)}." if conflict.line else "These cannot all be true."))
        return Group(head, self._list(figures, about=True), *below)

    def _list(self, sides: Iterable[Side], *, about: bool = False) -> Padding:
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True, justify="right", style="bold")
        grid.add_column(overflow="fold")
        for side in sides:
            grid.add_row(self.value(side), Text(self._words(side, about=about)))
        return Padding(grid, (0, 0, 0, 2), expand=False)

    def ways_out(self) -> Iterator[RenderableType]:
        """The cheapest repairs of the whole group, numbered, each in a short phrase."""
        told = dict.fromkeys(phrase for repair in self._clash.repairs if (phrase := self.way_out(repair)))
        if not told:
            return
        yield Text("Ways out, cheapest first" if len(told) > 1 else "Way out", style="green")
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(no_wrap=True, justify="right", style="dim")
        grid.add_column(overflow="fold")
        for number, phrase in enumerate([*told][:WAYS_OUT], 1):
            grid.add_row(f"{number}.", Text(phrase))
        yield Padding(grid, (0, 0, 0, 2), expand=False)
        if len(told) > WAYS_OUT:
            more = Text(f"and {len(told) - WAYS_OUT:,} that give up more", style="dim")
            yield Padding(more, (0, 0, 0, 5), expand=False)

    def way_out(self, repair: Repair) -> str:
        """ "take the army’s 11 as a floor, not the whole toll, and set aside Northern Front’s 60"."""
        members = {member for conflict in self._clash.conflicts for member in conflict.members}
        if not repair.sides:
            return words.clean(repair.sentence)
        mine = [side for side in repair.sides if side.id in members]
        lows = {side.figures for side in mine if side.low is not None}
        floors, gone, beliefs, tolls = [], [], [], set()
        for side in mine:
            figure = self.first(side)
            if side.low is None and side.high is None:
                beliefs.append(f"do not take it that {words.clean(side.text)}")
            elif figure is None:
                beliefs.append(f"do without {words.clean(side.text)}")
            elif side.low is None and figure.low is not None and side.figures not in lows:
                floors.append(f"{_possessive(self.who(side))} {self.value(side)}")
                tolls.add(figure.key.measure in _TOLLS)
            elif side.low is not None or side.figures not in lows:
                gone.append(f"{_possessive(self.who(side))} {self.value(side)}{_needed(side, repair)}")
        phrases = []
        if floors:
            whole = "the whole toll" if tolls == {True} else "the whole"
            phrases.append(f"take {_listed(floors)} as {'a floor' if len(floors) == 1 else 'floors'}, not {whole}")
        if gone:
            phrases.append(f"set aside {_listed(gone)}")
        return "; ".join([*phrases, *beliefs])

    def says(self, side: Side, *, about: bool = False) -> str:
        """ "the army says 11 (“11 of its soldiers”, The Daily Record, 2024-03-14)"."""
        figure = self.first(side)
        if figure is None:
            return words.clean(side.text)
        what = f"{self.value(side)} for {quantity_words(side.about)}" if about else self.value(side)
        return f"{self.who(side)} {_verb(self.who(side))} {what} ({_cited(figure)})"

    def _words(self, side: Side, *, about: bool) -> str:
        figure = self.first(side)
        if figure is None:
            return words.clean(side.text)
        what = f"{quantity_words(side.about)}: " if about else ""
        return f"{what}{self.who(side)} ({_cited(figure)})"

    def first(self, side: Side) -> Figure | None:
        """The figure to tell a side by: the one that binds most, in its origin's own words where it gave any."""
        held = [self._figures[name] for name in side.figures if name in self._figures]
        if not held:
            return None
        origin = self._origin.get(held[0].id)
        if origin is None or origin.name is None:
            return held[0]
        own = (f for f in held if self._origin.get(f.id) is origin and f.source and _same(f.source, origin.name))
        return next(own, held[0])

    def value(self, side: Side) -> str:
        """What the side says, in numbers: "31", "at most 26", "3 × 12"."""
        figure = self.first(side)
        if figure is None or (figure.low is None and figure.high is None):
            return words.bounds(side.low, side.high)
        value = words.bounds(figure.low, figure.high)
        return f"{side.times} × {value}" if side.times > 1 else value

    def who(self, side: Side) -> str:
        """Who says it, each origin once: "the army and Northern Front", "the hospital and 3 others"."""
        told = self.first(side)
        first = {} if told is None else {self._origin_of(told): _source(told)}
        for name in side.figures:
            if figure := self._figures.get(name):
                first.setdefault(self._origin_of(figure), _source(figure))
        names = list(dict.fromkeys(first.values()))
        if len(names) <= _NAMED:
            return " and ".join(names)
        return f"{names[0]} and {len(names) - 1} others"

    def _origin_of(self, figure: Figure) -> str:
        origin = self._origin.get(figure.id)
        return figure.id if origin is None else origin.id


def _pair(conflict: Conflict) -> tuple[Side, Side] | None:
    """The floor and the ceiling of a conflict of two figures, each counted once; None for any other."""
    figures = [side for side in conflict.sides if side.low is not None or side.high is not None]
    if len(figures) != 2 or any(side.times > 1 for side in figures):
        return None
    low, high = sorted(figures, key=lambda side: side.low is None)
    return (low, high) if low.low is not None and high.high is not None else None


def comparable(conflict: Conflict, several: bool) -> Iterator[str]:
    """Why the sides are comparable, one sentence a reason."""
    abouts = {quantity_words(side.about) for side in conflict.sides if side.about}
    if len(abouts) == 1:
        yield "All count the same." if several or len(conflict.sides) > 2 else "Both count the same."
    for reason in conflict.given:
        yield f"{words.capital(words.clean(reason))}."
    for side in conflict.sides:
        if side.low is None and side.high is None:
            yield f"This holds only if {words.clean(side.text)}."


def quantity_words(label: str) -> str:
    """A quantity's label without the day on which it was told: the quote has its own."""
    return words.clean(label.partition(", as told by")[0])


def _source(figure: Figure) -> str:
    if figure.source is None:
        return f"a source not named by {words.clean(figure.publisher)}" if figure.publisher else "a source not named"
    name = words.clean(figure.source)
    if name.startswith(("The ", "A ", "An ")) and name != figure.publisher:
        return name[0].lower() + name[1:]
    return name


def _cited(figure: Figure) -> str:
    """The words with outlet and day: "“killed 60 soldiers”, The Daily Record, 2024-03-14"."""
    parts = [f"“{words.shorten(figure.quote, LONGEST_QUOTE)}”"]
    if figure.publisher and figure.publisher != figure.source:
        parts.append(words.clean(figure.publisher))
    parts.append(str(figure.published) if figure.published else "day unknown")
    return ", ".join(parts)


def _needed(side: Side, repair: Repair) -> str:
    """What the arithmetic would need of a figure that stands alone: " (the rest needs at most 1,500)"."""
    low, high = repair.proposals.get(side.figures[0], (None, None)) if len(side.figures) == 1 else (None, None)
    return f" (the rest needs {words.bounds(low, high)})" if low is not None or high is not None else ""


def _same(one: str, other: str) -> bool:
    return one.casefold().removeprefix("the ") == other.casefold().removeprefix("the ")


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _verb(who: str) -> str:
    several = " and " in who or who.rpartition(" ")[2] in ("sources", "officials", "witnesses", "residents", "doctors")
    return "say" if several else "says"


def _possessive(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"


__all__ = ["KINDS", "Clash", "Told", "clashes", "comparable", "disputes", "quantity_words"]
