"""Toponyms, resolved to the gazetteer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tallystick.extract.disambiguate import resolve
from tallystick.extract.gazetteer import gazetteer
from tallystick.extract.toponyms import Candidate, Finder
from tallystick.model.mentions import PlaceMention, Reason
from tallystick.model.text import Document, Sentence
from tallystick.model.values import Precision

# Candidates with less evidence are not places. Swept -1 to 2 on annotated news.
PLACE_AT = 0.4
# What a demonym counts for its country, beside 1 for a town there.
DEMONYM = 0.5


def find_places(document: Document, sentences: Sequence[Sentence]) -> tuple[PlaceMention, ...]:
    """Every toponym of the document, in text order, resolved or an explicit no-match."""
    index = gazetteer()
    finder = Finder(index, sentences)
    found = finder.find()
    kept = {n for n, c in enumerate(found) if c.demonym is None and c.strength > PLACE_AT}
    evidence = dict(finder.evidence)
    for c in found:
        if c.demonym is not None:
            evidence[c.demonym] = evidence.get(c.demonym, 0.0) + DEMONYM
    usable = [c if n in kept else _blank(c) for n, c in enumerate(found)]
    resolved = resolve(index, usable, evidence)
    mentions = []
    for n in sorted(kept):
        c = found[n]
        reasons = tuple(Reason("place", cue) for cue in dict.fromkeys(c.cues))
        span = document.span(c.start, c.end)
        choice = resolved.get(n)
        if choice is None:
            mentions.append(PlaceMention(span, None, 0.0, (*reasons, Reason("place", "gazetteer/no-match"))))
            continue
        place = index.place(choice.record)
        if c.near and place.precision is Precision.TOWN:
            place = index.place(choice.record, Precision.NEAR)
        sure = choice.share / (1 + math.exp(-c.strength - 0.5))
        mentions.append(PlaceMention(span, place, round(sure, 3), (*reasons, Reason("place", "gazetteer"))))
    return tuple(mentions)


def find_demonyms(document: Document, sentences: Sequence[Sentence]) -> tuple[PlaceMention, ...]:
    """Every demonym, with the country it belongs to as its place. A demonym is no place: find_places leaves it out."""
    index = gazetteer()
    mentions = []
    for c in Finder(index, sentences).find():
        if c.demonym is not None:
            row = index.country_row(c.demonym)
            mentions.append(
                PlaceMention(document.span(c.start, c.end), index.place(row), 1.0, (Reason("place", "demonyms"),))
            )
    return tuple(mentions)


def _blank(c: Candidate) -> Candidate:
    """The candidate made one that resolve() passes over."""
    return Candidate(c.i, c.j, c.start, c.end, c.key, c.strength, known=False)
