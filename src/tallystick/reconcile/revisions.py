"""Which figures changed between two captures of one address, and whether the page says so.

Outlets rewrite what they have published. A toll that is changed in place under the same address, without a line that
owns up to it, would otherwise be read as if it had always stood there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence

from tallystick.lexicon import fold, load
from tallystick.model.claims import Claim
from tallystick.model.links import Change, FigureChange
from tallystick.model.text import Span

# Words that two sentences must share to state one figure, as a part of the shorter one's words, figures left out.
# A guess, on the safe side: a figure wrongly called added and removed is still shown with its words.
_ALIKE = 0.6
# Figures are looked for among so many before and after them, so that a page of a thousand rows ends in time.
_WITHIN = 250
_WORD = re.compile(r"[^\W_]+")


def figure_changes(
    old_claims: Sequence[Claim], old_text: str, new_claims: Sequence[Claim], new_text: str
) -> tuple[FigureChange, ...]:
    """What became of each figure, in the order of the new text, those removed last.

    Figures that stand in the same words at the same place of the order are left out. The claims are those of two
    captures of one page, each with the text that their spans are of.
    """
    old, new = _in_order(old_claims), _in_order(new_claims)
    pairs = _same_words(old, new)
    taken = {id(a) for a, _ in pairs}, {id(b) for _, b in pairs}
    kept = [c for c in old if id(c) not in taken[0]], [c for c in new if id(c) not in taken[1]]
    alike = _alike(*kept)
    changed = {id(a) for a, _ in alike}, {id(b) for _, b in alike}
    notice = correction_notice(new_text)
    places = {id(c): i for i, c in enumerate(old)}
    moved = _moved([places[id(a)] for a, _ in pairs])
    found: list[tuple[int, FigureChange]] = []
    for at, (a, b) in enumerate(pairs):
        note = _restated(a, b)
        if note:
            found.append((b.count_span.start, _change(Change.RESTATED, a, b, note, notice)))
        elif at in moved:
            found.append((b.count_span.start, _change(Change.MOVED, a, b, "the same words at another place", notice)))
    for a, b in alike:
        kind, note = _difference(a, b)
        if kind is not None:
            found.append((b.count_span.start, _change(kind, a, b, note, notice)))
    for b in kept[1]:
        if id(b) not in changed[1]:
            found.append((b.count_span.start, _change(Change.ADDED, None, b, f"“{b.span.text}” is new", notice)))
    for a in kept[0]:
        if id(a) not in changed[0]:
            note = f"“{a.span.text}” is gone"
            found.append((len(new_text) + a.count_span.start, _change(Change.REMOVED, a, None, note, notice)))
    return tuple(change for _, change in sorted(found, key=lambda item: item[0]))


def correction_notice(text: str) -> Span | None:
    """The line in which a page says that it was corrected; None where it does not."""
    hit = next((h for h in load("linking").matcher.find(fold(text)) if h.entry.name == "correction"), None)
    if hit is None:
        return None
    breaks = [m.end() for m in re.finditer(r"\n+|(?<=[.!?])\s+(?=[\"“‘(A-Z0-9])", text)]
    start = max((b for b in breaks if b <= hit.start), default=0)
    end = min((b for b in breaks if b > hit.start), default=len(text))
    words = text[start:end].strip()
    start = text.index(words, start)
    return Span.of(text, start, start + len(words))


def _in_order(claims: Sequence[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda c: (c.count_span.start, c.span.start, c.measure))


def _same_words(old: Sequence[Claim], new: Sequence[Claim]) -> list[tuple[Claim, Claim]]:
    """Claims of the same words in the same sentence, in the order of the new text."""
    waiting: defaultdict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in old:
        waiting[_words_of(claim)].append(claim)
    pairs = []
    for claim in new:
        if waiting[_words_of(claim)]:
            pairs.append((waiting[_words_of(claim)].pop(0), claim))
    return pairs


def _words_of(claim: Claim) -> tuple[object, ...]:
    return claim.measure, " ".join(claim.sentence.text.split()), claim.count_span.start - claim.sentence.start


def _alike(old: Sequence[Claim], new: Sequence[Claim]) -> list[tuple[Claim, Claim]]:
    """Claims of one measure in sentences that mostly agree, likest first, each used once."""
    by_measure: defaultdict[object, list[Claim]] = defaultdict(list)
    for claim in old:
        by_measure[claim.measure].append(claim)
    words = {id(c): _context(c) for c in (*old, *new)}
    turns: Counter[object] = Counter()
    scored = []
    for j, b in enumerate(new):
        first = max(0, turns[b.measure] - _WITHIN)
        turns[b.measure] += 1
        for i, a in enumerate(by_measure[b.measure][first : first + 2 * _WITHIN], first):
            mine, theirs = words[id(a)], words[id(b)]
            alike = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
            if alike >= _ALIKE and len(mine & theirs) > 1:
                same_who = _who(a) == _who(b)
                same_value = (a.count.low, a.count.high) == (b.count.low, b.count.high)
                scored.append((-same_who, -alike, -same_value, abs(i + 1 - turns[b.measure]), j, i, a, b))
    scored.sort(key=lambda item: item[:6])
    used: set[int] = set()
    pairs = []
    for *_, a, b in scored:
        if id(a) not in used and id(b) not in used:
            used |= {id(a), id(b)}
            pairs.append((a, b))
    return pairs


def _context(claim: Claim) -> frozenset[str]:
    """The words of the sentence without the figure."""
    start, end = claim.count_span.start - claim.sentence.start, claim.count_span.end - claim.sentence.start
    text = claim.sentence.text
    return frozenset(w for w in _WORD.findall(fold(text[:start] + " " + text[end:])) if not w.isdigit())


def _who(claim: Claim) -> str:
    return fold(claim.population.text) if claim.population is not None else ""


def _difference(a: Claim, b: Claim) -> tuple[Change | None, str]:
    """What differs between two claims of one figure in other words; None where only the wording does."""
    one, two = a.count, b.count
    if (one.low, one.high, one.value) != (two.low, two.high, two.value):
        return Change.CHANGED, f"“{a.count_span.text}” became “{b.count_span.text}”"
    note = _restated(a, b)
    return (Change.RESTATED, note) if note else (None, "")


def _restated(a: Claim, b: Claim) -> str:
    """How the same figure is now told otherwise: another source, or no longer as a fact. "" where it is not."""
    if a.factuality is not b.factuality:
        return f"was {_plain(a.factuality.value)}, is {_plain(b.factuality.value)}"
    mine = [fold(link.name or "") for link in a.attributions]
    theirs = [fold(link.name or "") for link in b.attributions]
    if mine != theirs:
        return f"was said by {_named(a)}, is said by {_named(b)}"
    return ""


def _named(claim: Claim) -> str:
    names = [link.name or "somebody unnamed" for link in claim.attributions]
    return " → ".join(f"“{name}”" for name in names) or "the page itself"


def _plain(value: str) -> str:
    return value.replace("_", " ")


def _moved(places: Sequence[int]) -> frozenset[int]:
    """Positions whose old places are out of order, all but those of a longest rising run of places."""
    tails: list[int] = []
    at: list[int] = []
    before: list[int | None] = []
    for i, place in enumerate(places):
        n = bisect_left(tails, place)
        before.append(at[n - 1] if n else None)
        if n == len(tails):
            tails.append(place)
            at.append(i)
        else:
            tails[n] = place
            at[n] = i
    in_order = set()
    i_last: int | None = at[-1] if at else None
    while i_last is not None:
        in_order.add(i_last)
        i_last = before[i_last]
    return frozenset(range(len(places))) - in_order


def _change(kind: Change, a: Claim | None, b: Claim | None, note: str, notice: Span | None) -> FigureChange:
    return FigureChange(
        kind,
        a.id if a is not None else None,
        b.id if b is not None else None,
        a.sentence if a is not None else None,
        b.sentence if b is not None else None,
        note,
        notice,
    )
