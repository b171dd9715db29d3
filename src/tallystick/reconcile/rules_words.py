"""From a tally's figures to current words: which figures a policy may use, and what each origin says now.

A word is what one origin says as of a day. Growth is no disagreement: an older figure of the same origin is
superseded and survives only as a floor, unless a figure that corrects it takes it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tallystick.model.claims import Factuality, Interest
from tallystick.model.coding import Toll
from tallystick.model.quantities import Figure
from tallystick.model.tallies import Origin, Step, Tally, Voice
from tallystick.model.values import Accumulation, Form, Number
from tallystick.reconcile.policies import Policy, Together, combine, read_figure

# A later figure of these may be lower and both true: stocks, people found again, crowds, rates.
_MAY_FALL = frozenset(
    ("missing", "trapped", "deployed", "strength", "displaced", "detained", "affected", "protesters", "quantity")
)


# The floors of vague words without a size end here: "many" and "numerous" are three or more.
_SMALL = 3
# Here such words do no harm, or one source alone is asked for.
_ALL_WORDS = (Together.CONSENSUS, Together.RANKED)


@dataclass(frozen=True, slots=True)
class Word:
    """What one origin says now, as the policy reads it.

    figures are those the reading rests on, newest last; correctors are the ids of those that took others away, or
    show that a later one only repeats them. known is False for an origin that no text names. day is that on which
    the word was first said, None when nothing dates it.
    """

    origin: str
    name: str | None
    toll: Toll
    figures: tuple[Figure, ...]
    known: bool = True
    day: date | None = None
    correctors: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all figures that it would be another word without."""
        return tuple(dict.fromkeys((*self.correctors, *(figure.id for figure in self.figures))))

    @property
    def low(self) -> Number | None:
        """The lowest number that it gives; None where it gives no floor ("up to 15")."""
        return self.toll.low

    @property
    def interests(self) -> frozenset[Interest | None]:
        """Whose losses its figures count."""
        return frozenset(figure.interest for figure in self.figures)

    @property
    def label(self) -> str:
        """Its name for a sentence."""
        return self.name or "a source that is not named"


def day_of(figure: Figure) -> date | None:
    """When the figure was said, else published, else stored: the day by which words supersede one another."""
    if figure.said is not None:
        return figure.said
    if figure.published is not None:
        return figure.published
    return None if figure.captured is None else figure.captured.date()


def known_by(figure: Figure, day: date) -> bool:
    """True when the figure was public by the end of that day: its publication counts, not when its source spoke.

    A document without a date was public when we stored it, at the latest.
    """
    if figure.published is not None:
        return figure.published <= day
    if figure.captured is not None:
        return figure.captured.date() <= day
    return False


def select(figures: Sequence[Figure], as_of: date | None) -> tuple[tuple[Figure, ...], tuple[Step, ...]]:
    """The figures that bound the quantity, and one step for each reason to leave others out."""
    kept: list[Figure] = []
    left: dict[str, list[str]] = {}
    ids = {figure.id for figure in figures}
    for figure in figures:
        reason = _left_out(figure, ids, as_of)
        if reason is None:
            kept.append(figure)
        else:
            left.setdefault(reason, []).append(figure.id)
    steps = [Step("select", f"{_figures(len(kept))} of {len(figures)} kept", tuple(f.id for f in kept))]
    steps += [Step("drop", f"left out: {reason}", tuple(which)) for reason, which in left.items()]
    return tuple(kept), tuple(steps)


def _left_out(figure: Figure, ids: Iterable[str], as_of: date | None) -> str | None:
    if as_of is not None and not known_by(figure, as_of):
        return f"not public by {as_of}, or not dated"
    if not figure.binds:
        words = {
            Factuality.DENIED: "denied, without a limit of its own",
            Factuality.SPECULATED: "speculation",
            Factuality.PLANNED: "a plan, not what happened",
            Factuality.NO_INFORMATION: "the source says that it does not know",
        }
        return words.get(figure.factuality, "it bounds nothing")
    if figure.low is None and figure.high is None:
        return "its words bound nothing"
    if figure.form is Form.FRACTION and figure.key.unit is not None:
        return "a share of a whole that is not stated"
    if any(other in ids for other in figure.adds_to):
        return "it comes on top of another figure here and is no total"
    return None


def words_of(
    tally: Tally, kept: Sequence[Figure], by: Policy, read: Mapping[str, Toll] | None = None
) -> tuple[tuple[Word, ...], tuple[Step, ...]]:
    """Each origin's current word, and the steps that led there. Origins without a usable figure have none.

    read holds figures that were read under the policy before, by id.
    """
    steps: list[Step] = []
    tolls: dict[str, Toll] = {}
    blank: list[str] = []
    beside: dict[str, list[str]] = {}
    officials = {i for o in tally.origins.origins for v in o.voices if v.official for i in v.figures}
    for figure in kept:
        toll = read_figure(figure, by) if read is None else read[figure.id]
        if not toll.known:
            blank.append(figure.id)
        elif (reason := _beside_the_point(figure, toll, by, officials)) is not None:
            beside.setdefault(reason, []).append(figure.id)
        else:
            tolls[figure.id] = toll
    if blank:
        steps.append(Step("drop", "left out: the rules do not code such words", tuple(blank)))
    sizeless = [f.id for f in kept if f.id in tolls and _sizeless(f)]
    if sizeless and len(sizeless) < len(tolls) and by.together not in _ALL_WORDS:
        steps.append(Step("drop", "left out: words without a size are no rival to a number", tuple(sizeless)))
        for i in sizeless:
            del tolls[i]
    steps += [Step("drop", f"left out: {reason}", tuple(which)) for reason, which in beside.items()]
    steps += _readings(kept, tolls)
    readable = {figure.id: figure for figure in kept if figure.id in tolls}
    found: list[Word] = []
    for origin in _origins(tally, readable):
        mine = [readable[i] for voice in origin.voices for i in voice.figures if i in readable]
        if not mine:
            continue
        word, notes = _current(origin, mine, tolls, by)
        found.append(word)
        steps += notes
    return tuple(found), tuple(steps)


def _beside_the_point(figure: Figure, toll: Toll, by: Policy, officials: Iterable[str]) -> str | None:
    """Why a policy that asks for one kind of figure leaves this one out before anything is compared."""
    if by.together is Together.OFFICIAL and not figure.official and figure.id not in officials:
        return "not said by an official source"
    if by.together is Together.NAMES and not named(figure):
        return "no list of names"
    if by.together is Together.RECENT and figure.interest is Interest.ENEMY_LOSSES:
        return "the number comes from the party that did it"
    if by.together is Together.RECENT and toll.best is None:
        return "too vague to write a figure down"
    return None


def _sizeless(figure: Figure) -> bool:
    """True for "soldiers were killed", "several", "many": true of any number, so at odds with none.

    ACLED, for one, codes such words only where “the exact number is unknown”.
    """
    return figure.value is None and figure.high is None and (figure.low or 0) <= _SMALL


def named(figure: Figure) -> bool:
    """True when the figure counts names."""
    return figure.named_list or figure.form is Form.NAMED


def _readings(kept: Sequence[Figure], tolls: Mapping[str, Toll]) -> list[Step]:
    """One step for each rule that put a number where the words give none, or another one."""
    by_rule: dict[tuple[str, Number | None, Number | None, Number | None], list[Figure]] = {}
    for figure in kept:
        toll = tolls.get(figure.id)
        if toll is None or not toll.rules:
            continue
        if (toll.low, toll.high) == (figure.low, figure.high) and figure.value == toll.best:
            continue
        if figure.low == figure.high == toll.low == toll.high:
            continue
        by_rule.setdefault((toll.rules[0], toll.low, toll.best, toll.high), []).append(figure)
    return [
        Step("read", f"{_quoted(found)}read as {span(low, best, high)} ({rule})", tuple(f.id for f in found))
        for (rule, low, best, high), found in by_rule.items()
    ]


def _quoted(found: Sequence[Figure]) -> str:
    """The words of the first, and how many other wordings are read so."""
    quotes = list(dict.fromkeys(f.quote.strip() for f in found if f.quote.strip()))
    if not quotes:
        return ""
    return f"“{quotes[0]}” " + (f"and {len(quotes) - 1} like it " if len(quotes) > 1 else "")


def span(low: Number | None, best: Number | None, high: Number | None) -> str:
    """The three numbers in words: "12", "12 to 24", "12 or more", "unknown"."""
    if low is None and high is None:
        return "unknown" if best is None else f"{best:,}"
    if low is None:
        return f"{high:,} or fewer"
    if high is None:
        return f"{low:,} or more"
    out = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    return f"{out}, best {best:,}" if best is not None and low != high else out


def _origins(tally: Tally, readable: Mapping[str, Figure]) -> list[Origin]:
    """The tally's origins, and one for each figure that none of them holds."""
    held = {i for origin in tally.origins.origins for voice in origin.voices for i in voice.figures}
    loose = [
        Origin(
            f"figure:{f.id}", f.source, (Voice(f.id, f.source, (f.id,), f.id, f.official),), known=f.source is not None
        )
        for f in readable.values()
        if f.id not in held
    ]
    return [*tally.origins.origins, *loose]


def _current(origin: Origin, mine: Sequence[Figure], tolls: Mapping[str, Toll], by: Policy) -> tuple[Word, list[Step]]:
    """The origin's newest word, held up by its older ones."""
    steps: list[Step] = []
    standing, retired, correctors = _standing(mine)
    since = _first_days(standing)
    dated = [day for day in since.values() if day is not None]
    newest = max(dated) if dated else None
    # What is not dated can neither supersede nor be superseded.
    current = [f for f in standing if since[_value(f)] in (None, newest)]
    older = [f for f in standing if since[_value(f)] not in (None, newest)]
    # Told again later, a figure is no new word: but without its first report it would be one.
    echoed = {_value(f) for f in older if _repeats(f, newest)}
    again = [f for f in older if _value(f) in echoed]
    toll = combine([tolls[f.id] for f in current], by)
    used = list(current)
    name = origin.name or "an unnamed source"
    if retired:
        steps.append(Step("revise", f"{name}: corrected, the older word is gone", tuple(f.id for f in retired)))
    if older:
        steps.append(Step("supersede", f"{name}: superseded by the word of {newest}", tuple(f.id for f in older)))
        toll, floors, note = _held_up(toll, older, tolls)
        if note is not None:
            used = [*floors, *used]
            steps.append(Step("older-word", f"{name}: {note}", tuple(f.id for f in floors)))
    by_correction = (*correctors, *(f.id for f in again))
    return Word(origin.id, origin.name, toll, tuple(used), origin.known, newest, by_correction), steps


def _standing(mine: Sequence[Figure]) -> tuple[list[Figure], list[Figure], tuple[str, ...]]:
    """The figures left, those that were taken back, and the ids without which they would not have been.

    A figure that was taken back and is told again by somebody who has not heard of it stays taken back.
    """
    correctors = {f.revises: f for f in mine if f.revises is not None}
    named = [f for f in mine if f.id in correctors]
    kept = {_value(f) for f in mine if f.id not in correctors and f.revises is not None}
    back = {_value(f) for f in named} - kept
    retired = [f for f in mine if f.id in correctors or (f.revises is None and _value(f) in back)]
    gone = {f.id for f in retired}
    standing = [f for f in mine if f.id not in gone]
    if not standing:  # figures that correct one another in a ring: none can be left out
        return list(mine), [], ()
    echoed = [f.id for f in named] if len(retired) > len(named) else []
    return standing, retired, (*(correctors[f.id].id for f in named), *echoed)


def _repeats(figure: Figure, newest: date | None) -> bool:
    """True when the figure would be a current word, had nobody said the same before."""
    day = day_of(figure)
    return day is None or newest is None or day >= newest


def _value(figure: Figure) -> tuple[Number | None, Number | None, Number | None]:
    return figure.low, figure.high, figure.value


def _first_days(
    figures: Iterable[Figure],
) -> dict[tuple[Number | None, Number | None, Number | None], date | None]:
    """The day on which each figure was first said: "the last count was 11", told a week later, is no new word."""
    first: dict[tuple[Number | None, Number | None, Number | None], date | None] = {}
    for figure in figures:
        day, known = day_of(figure), first.get(_value(figure))
        first[_value(figure)] = day if known is None else known if day is None else min(known, day)
    return first


def _held_up(
    toll: Toll, older: Sequence[Figure], tolls: Mapping[str, Toll]
) -> tuple[Toll, tuple[Figure, ...], str | None]:
    """The current reading with the floors of older words; what they changed, and why, in words."""
    lasting = [f for f in older if f.low is not None and not _may_fall(f) and f.factuality is not Factuality.DENIED]
    if not lasting:
        return toll, (), None
    best_floor = max(lasting, key=lambda f: (f.low or 0, f.id))
    floor = best_floor.low
    assert floor is not None
    top = toll.high if toll.high is not None else toll.best
    if toll.low is not None and toll.low >= floor:
        return toll, (), None
    if toll.high is None or toll.high >= floor:  # "at least 40" before, "dozens" now
        best = None if toll.best is None else max(toll.best, floor)
        return replace(toll, low=floor, best=best), (best_floor,), f"its own older word keeps it at {floor:,} or more"
    # A lower word that nothing says is a correction: both stand.
    was = tolls[best_floor.id]
    high = max(n for n in (was.high, was.best, floor, top) if n is not None)
    note = f"lower than its own older word of {floor:,}, and nothing says that it is a correction: both stand"
    return replace(toll, high=high), (best_floor,), note


def _may_fall(figure: Figure) -> bool:
    measure = figure.key.measure
    return (
        measure in _MAY_FALL
        or measure.startswith("planned:")
        or figure.accumulation in (Accumulation.STOCK, Accumulation.RATE)
    )


def _figures(n: int) -> str:
    return "1 figure" if n == 1 else f"{n} figures"


def independent(words: Iterable[Word], tally: Tally) -> int:
    """How many independent origins these words have at the least: unnamed ones count nought, doubtful pairs one."""
    parent = {word.origin: word.origin for word in words if word.known}

    def root(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    for doubt in tally.origins.doubts:
        if doubt.a in parent and doubt.b in parent:
            parent[root(doubt.b)] = root(doubt.a)
    return sum(1 for name in parent if root(name) == name)
