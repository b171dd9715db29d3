"""What is put forward, never decided: origins that may be one, and why two that may be are counted apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import combinations

from tallystick.lexicon import fold
from tallystick.model.claims import Factuality
from tallystick.model.quantities import Figure
from tallystick.model.tallies import Doubt, Origin, OriginReason, Sameness
from tallystick.reconcile.sourcenames import SourceKind, SourceName, compare, source_name

# How sure a doubt is that two origins are one. Guesses in the right order, not measured: an odd number that comes
# later without a source of its own is mostly copied (Dong, Berti-Equille, Srivastava 2009); a round one may not be.
_RARE_LATER = 0.8
_RARE = 0.6
_SAME_NUMBER = 0.5
_PERHAPS = 0.3
# Numbers from here on that are not round are uncommon enough for two sources not to hit on them by chance.
_UNCOMMON = 13


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure with what its chain says: the innermost source, and the outlet that carried it."""

    figure: Figure
    source: SourceName
    own: bool  # the publisher says it in its own voice
    carrier: str  # the outlet nearest to the source, folded; "" unknown
    value: tuple[object, ...]  # what two mentions of one figure share

    @property
    def bounds(self) -> tuple[object, ...]:
        """What two statements share that say the same."""
        return self.figure.low, self.figure.high, self.figure.value

    @property
    def day(self) -> date:
        """When it was said, as far as known."""
        return self.figure.said or self.figure.published or date.max


@lru_cache(maxsize=20_000)
def outlet_key(name: str | None) -> str:
    """An outlet's name as it is compared; "" for none."""
    return fold(name or "").removeprefix("the ").strip()


def age(figure: Figure) -> tuple[date, str, int, str]:
    """What figures are put in order by, oldest first; those without a date last."""
    return figure.published or figure.said or date.max, figure.document, figure.start or 0, figure.id


def _value(figure: Figure) -> tuple[object, ...]:
    """The number as written, however it is hedged ("17", "at least 17"). To deny a number is not to give it."""
    denied = figure.factuality is Factuality.DENIED
    return (denied, figure.low, figure.high) if figure.value is None else (denied, figure.value)


def mention_of(figure: Figure) -> Mention:
    """What a figure's chain says of who is behind it."""
    chain = figure.chain
    carrier = next((outlet_key(link.name) for link in reversed(chain[:-1]) if link.name), outlet_key(figure.publisher))
    if not chain:
        own = SourceName(SourceKind.OFFICE, outlet_key(figure.publisher) or figure.document, figure.publisher)
        return Mention(figure, own, True, carrier, _value(figure))
    return Mention(figure, source_name(chain[-1].name), False, carrier, _value(figure))


def says(mention: Mention) -> str:
    """The source in words, for a reason."""
    if mention.own:
        return "no source"
    return f"“{mention.source.shown}”" if mention.source.shown else "no name"


def doubts(
    made: Sequence[Origin], by_id: Mapping[str, Mention], apart: Mapping[str, Collection[str]]
) -> tuple[Doubt, ...]:
    """Pairs of origins of which the words do not say whether they are one.

    Unnamed and undecided sources that give different figures, neither citing the other, are two: each has something
    of its own to tell (the test of two sources "with sufficiently different information", as Airwars puts it).
    """
    found: defaultdict[tuple[int, int], dict[str, tuple[float, OriginReason]]] = defaultdict(dict)

    def look(i: int, a: Mention, j: int, b: Mention) -> None:
        seen = _doubt(a, b)
        if i != j and seen is not None:
            found[(min(i, j), max(i, j))].setdefault(seen[1].note, seen)

    by_value: defaultdict[tuple[object, ...], dict[tuple[object, ...], tuple[int, Mention]]] = defaultdict(dict)
    by_name: dict[tuple[object, ...], tuple[int, Mention]] = {}
    for number, origin in enumerate(made):
        for mention in (by_id[f] for voice in origin.voices for f in voice.figures):
            if not mention.figure.binds:
                continue
            kind = (number, mention.source.kind, mention.source.key, mention.own)
            by_value[mention.value].setdefault(kind, (number, mention))
            if not mention.own and mention.source.kind in (SourceKind.PERSON, SourceKind.OFFICE):
                by_name.setdefault(kind, (number, mention))
    for told in (by_name, *by_value.values()):
        for (i, a), (j, b) in combinations(told.values(), 2):
            look(i, a, j, b)
    made_doubts = []
    for (i, j), reasons in found.items():
        if not _apart(made[i], made[j], apart):
            best = sorted(reasons.values(), key=lambda item: -item[0])
            made_doubts.append(Doubt(made[i].id, made[j].id, best[0][0], tuple(r for _, r in best[:4])))
    return tuple(sorted(made_doubts, key=lambda d: (-d.score, d.a, d.b)))


def _apart(a: Origin, b: Origin, apart: Mapping[str, Collection[str]]) -> bool:
    theirs = {f for voice in b.voices for f in voice.figures}
    return any(theirs.intersection(apart.get(f, ())) for voice in a.voices for f in voice.figures)


def _doubt(a: Mention, b: Mention) -> tuple[float, OriginReason] | None:
    """How likely one of two mentions repeats the other without saying so; None where nothing hints at it."""
    one_document = a.figure.document == b.figure.document
    unsourced = [m for m in (a, b) if m.own or m.source.kind is SourceKind.NONE]
    verdict, note = compare(a.source, b.source, one_document=one_document)
    if not unsourced and verdict is not Sameness.UNDECIDED:
        return None
    number = a.figure.value if a.figure.value is not None else a.figure.low
    pair = (a.figure.id, b.figure.id)
    if not unsourced and a.source.kind is b.source.kind is not SourceKind.ANONYMOUS:
        return _SAME_NUMBER, OriginReason("undecided-name", note, pair)
    if a.value != b.value or number is None:
        return None
    rare = number >= _UNCOMMON and number % 10 != 0
    later = a if a.day > b.day else b
    if unsourced and one_document:
        return _SAME_NUMBER, OriginReason("same-source", "one report gives the figure with a source and without", pair)
    if later in unsourced:
        score = _RARE_LATER if rare else _SAME_NUMBER
        told = f"{later.figure.publisher or 'a report'} gives {number:,} later, and names no source of its own"
        return score, OriginReason("same-rare-value" if rare else "no-own-source", told, pair)
    if unsourced:
        return _PERHAPS, OriginReason("no-own-source", f"both give {number:,}, and one names no source", pair)
    rule = "same-rare-value" if rare else "undecided-name"
    return (_RARE if rare else _SAME_NUMBER), OriginReason(rule, f"both give {number:,}: {note}", pair)


def with_details(made: list[Origin], held: Sequence[Doubt], by_id: Mapping[str, Mention]) -> list[Origin]:
    """The origins, those that are counted apart only because they say something of their own with that as a reason."""
    doubted = {frozenset((d.a, d.b)) for d in held}
    done: list[Origin] = []
    for origin in made:
        mine = by_id[origin.voices[0].current]
        reason = None
        for other in done if mine.source.kind is SourceKind.ANONYMOUS else ():
            theirs = by_id[other.voices[0].current]
            undecided = compare(mine.source, theirs.source, one_document=False)[0] is Sameness.UNDECIDED
            if undecided and other.known and frozenset((origin.id, other.id)) not in doubted:
                note = f"{says(mine)} gives “{mine.figure.quote}”, {says(theirs)} “{theirs.figure.quote}”"
                reason = OriginReason("own-detail", note, (theirs.figure.id, mine.figure.id))
                break
        done.append(origin if reason is None else replace(origin, reasons=(*origin.reasons, reason)))
    return done
