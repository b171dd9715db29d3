"""Scenes: which claims of one report tell of one event, and what the report says of that event.

Every claim is in exactly one scene. Running totals make scenes of their own that never join an incident.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from tallystick.lexicon import fold, load, load_rows
from tallystick.model.claims import Claim, Factuality, Population, Status
from tallystick.model.coding import Scope
from tallystick.model.geography import FINENESS, main_place
from tallystick.model.mentions import PlaceMention
from tallystick.model.records import Scene
from tallystick.model.report import Report
from tallystick.model.text import Span
from tallystick.model.values import Period, Place, Precision
from tallystick.reconcile.incidents import group
from tallystick.reconcile.traits import listed

# What is only planned or feared has no place and day that anything happened at.
_NOT_YET = (Factuality.PLANNED, Factuality.SPECULATED)
# Names are taken from the sentences around the figures, up to so many characters after the last one.
_AFTER = 1_500
# An event mention with one of these PLOVER modes did not happen, or not now.
_NO_EVENT = frozenset({"negation", "hypothetical", "future"})

_WORD = re.compile(r"[^\W\d_](?:[\w’'.-]*\w)?")
# A word behind these opens a sentence, a quotation or a line: its capital says nothing.
_OPENS = re.compile(r"(?:^|[.!?:\n“\"‘•–—-])\s*[“\"‘(]?\s*$")
# Small words inside a name: "Ali ibn Omar", "Bank of Orrin".
_INSIDE = frozenset(("of", "the", "de", "del", "der", "van", "von", "bin", "ibn", "al", "el", "la"))
_NAMES = 60
# Classes of populations.toml that can be a party to an event.
_PARTIES = ("people", "combatants", "victims", "units", "groups")
# Countries and provinces are no names to know an event by: districts (4) and finer places are.
_LOCAL = 4
# Longer words in capitals are a headline or a line that dates the report, where every word has them.
_ACRONYM = 5


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The part of the text that tells of one scene."""

    start: int
    end: int


def scenes(report: Report, document: str) -> tuple[Scene, ...]:
    """The scenes of a report in text order; document is the ledger's id of it (DocumentRecord.id)."""
    text = report.document.text
    groups = [g for g in group(report.claims, text) if g.claims]
    groups.sort(key=lambda g: min(c.count_span.start for c in g.claims))
    stretches = _stretches([g.claims for g in groups], len(text))
    told = [g for g in groups if g.scope is Scope.INCIDENT and not g.aside]
    skip = {fold(m.span.text) for m in report.places if m.place is not None and FINENESS[m.place.precision] < _LOCAL}
    skip.add(fold(report.document.publisher or ""))
    skip |= _speakers(report)
    made = []
    for index, (one, parts) in enumerate(zip(groups, stretches, strict=True)):
        claims = sorted(one.claims, key=lambda c: (c.count_span.start, c.count_span.end, c.id))
        happened = [c for c in claims if c.factuality not in _NOT_YET] or claims
        place = one.place
        if len(told) == 1 and one is told[0]:
            place = _finer(place, main_place(report.places))
        start, end = _days(one.period, happened, one.scope is Scope.CUMULATIVE)
        sentences = sorted({c.sentence for c in claims})
        made.append(
            Scene(
                document=document,
                index=index,
                claims=tuple(c.id for c in claims),
                place=place.place if place is not None else None,
                place_text=place.span.text if place is not None else None,
                start=start,
                end=end,
                actors=_distinct(c.actor for c in claims),
                targets=_distinct(c.population for c in claims),
                names=_names(text, parts, skip),
                events=_events(report, sentences),
                cumulative=one.scope is Scope.CUMULATIVE,
                aside=one.aside,
                words=" ".join(s.text for s in sentences),
            )
        )
    return tuple(made)


def _stretches(groups: Sequence[Sequence[Claim]], size: int) -> list[list[_Stretch]]:
    """For each group its parts of the text: the sentences of its claims, and what follows each up to the next claim.

    What stands before the first figure belongs to the scene that is told of first.
    """
    turns = sorted({(c.sentence.start, g) for g, claims in enumerate(groups) for c in claims})
    parts: list[list[_Stretch]] = [[] for _ in groups]
    starts = sorted({start for start, _ in turns}) or [0]
    ends = dict(zip(starts, [*starts[1:], size], strict=True))
    for at, (start, owner) in enumerate(turns):
        parts[owner].append(_Stretch(0 if at == 0 else start, min(ends[start], start + _AFTER)))
    return parts


def _finer(own: PlaceMention | None, main: PlaceMention | None) -> PlaceMention | None:
    """The place of a report's only event: a report gives its town in one sentence and its figures in another."""
    if main is None or main.place is None:
        return own
    if own is None or own.place is None:
        return main
    same_country = own.place.country == main.place.country
    if own.place.precision is not Precision.COUNTRY and _elsewhere(own.place, main.place):
        return own  # "in the countryside of Daraa, and shells target Damascus"
    return main if same_country and FINENESS[main.place.precision] > FINENESS[own.place.precision] else own


def _elsewhere(a: Place, b: Place) -> bool:
    """True for places of two provinces."""
    return a.admin1 is not None and b.admin1 is not None and a.admin1 != b.admin1


def _days(period: Period | None, claims: Sequence[Claim], cumulative: bool) -> tuple[date | None, date | None]:
    """The first and last day: the group's own where it has one, for a running total the widest stretch given."""
    if not cumulative:
        return (None, None) if period is None else (period.start, period.end)
    known = [c.period for c in claims if c.period is not None]
    starts = [p.start for p in known if p.start is not None]
    ends = [p.end for p in known]
    last = max((e for e in ends if e is not None), default=None) if None not in ends else None
    return min(starts, default=None), last


def _distinct(populations: Iterable[Population | None]) -> tuple[str, ...]:
    by_words = {fold(p.text): p.text for p in populations if p is not None and p.text.strip() and _is_party(p)}
    return tuple(by_words.values())


def _is_party(population: Population) -> bool:
    """True for people, forces and names; not for the fire that was opened, nor for strikes and trucks."""
    if population.actor or population.unit or population.status is not Status.UNKNOWN:
        return True
    words = population.text.split()
    return any(word[:1].isupper() for word in words) or any(fold(word.strip(".,;:'\"")) in _people() for word in words)


@cache
def _people() -> frozenset[str]:
    entries = [entry for entry in load("populations") if entry.get("class") in _PARTIES]
    words = {fold(word) for entry in entries for word in (*entry.words, *entry.get("weak", ()))}
    return frozenset(words | {word for word, *_ in load_rows("occupations")})


def _events(report: Report, sentences: Sequence[Span]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            event.type
            for event in report.events
            if not _NO_EVENT & set(event.modes) and any(s.covers(event.span) for s in sentences)
        )
    )


def _names(text: str, parts: Sequence[_Stretch], skip: Collection[str]) -> tuple[str, ...]:
    """The proper names in those parts but those to skip, in order, without repeats: people, buildings, towns."""
    outlet = listed("sources", "outlet")  # "KXYZ News": at the foot of every page of one outlet
    found: dict[str, str] = {}
    for part in parts:
        for name in _names_in(text, part):
            folded = fold(name)
            if folded not in skip and outlet.isdisjoint(folded.split()) and len(found) < _NAMES:
                found.setdefault(folded, name)
    return tuple(found.values())


def _speakers(report: Report) -> frozenset[str]:
    """The ends of the phrases that name who is quoted, folded: "Issa Oro", "Oro" of "the spokesman, Colonel Issa Oro".

    One spokesman speaks of many events.
    """
    said = [words for mention in report.attributions for words in (mention.source, mention.resolved)]
    phrases = {words if isinstance(words, str) else words.text for words in said if words is not None}
    ends = set()
    for phrase in phrases:
        words = fold(phrase).split()[-4:]
        ends |= {" ".join(words[i:]) for i in range(len(words))}
    return frozenset(ends)


def _names_in(text: str, part: _Stretch) -> Iterator[str]:
    ranks = listed("origins", "rank")
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text, part.start, part.end):
        if run and not _carries_on(text, run[-1], word):
            yield from _name(text, run, ranks)
            run = []
        if word[0][0].isupper() or (run and word[0] in _INSIDE):
            run.append(word)
    yield from _name(text, run, ranks)


def _carries_on(text: str, last: re.Match[str], word: re.Match[str]) -> bool:
    return text[last.end() : word.start()] == " " and (word[0][0].isupper() or word[0] in _INSIDE)


def _name(text: str, run: Sequence[re.Match[str]], ranks: frozenset[str]) -> Iterator[str]:
    """The name in a run of capitalised words, titles and a sentence's first word taken off; nothing where none is."""
    words = list(run)
    opens = bool(words) and bool(_OPENS.search(text, max(0, words[0].start() - 4), words[0].start()))
    while words and words[-1][0] in _INSIDE:
        words.pop()
    while words and (fold(words[0][0]).rstrip(".") in ranks or words[0][0] in _INSIDE):
        opens = False
        words.pop(0)
    if opens and len(words) == 1:
        return
    if not words or all(w[0].isupper() and len(w[0]) > _ACRONYM for w in words):
        return
    name = text[words[0].start() : words[-1].end()].removesuffix("’s").removesuffix("'s")
    if fold(name) not in listed("linking", "no-name"):
        yield name
