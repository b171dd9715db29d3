"""Toponyms, resolved to the gazetteer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from tallystick.extract.disambiguate import Resolution, resolve
from tallystick.extract.gazetteer import Gazetteer, gazetteer
from tallystick.extract.toponym_cues import place_cues
from tallystick.extract.toponyms import Finder
from tallystick.extract.toponymy import Candidate, How
from tallystick.model.mentions import PlaceMention, Reason
from tallystick.model.text import Document, Sentence
from tallystick.model.values import Precision

# Candidates with less evidence are not places. Swept -1 to 2 on annotated news.
PLACE_AT = 0.3
# A name so strong in one sentence helps its weaker mentions, unless they are this weak (a person of the same name).
PLAINLY = 1.5
DOUBTED = -1.0
SAME_NAME = 1.0
# What a name that few places have gains when one lies in a country that a demonym or armed group speaks for.
AT_HOME = 0.5
FEW = 3
# A resolution less sure than this is an explicit no-match: on annotated news one in nine of them was right, and as
# few of the small places in a country that nothing else in the document speaks for.
RESOLVED_AT = 0.1
# Without a record, a name needs this much evidence to be a place at all.
NO_MATCH_AT = 1.0

_NO_PLACE = Candidate(0, 0, 0, 0, "")


def find_places(document: Document, sentences: Sequence[Sentence]) -> tuple[PlaceMention, ...]:
    """Every toponym of the document, in text order, resolved or an explicit no-match.

    "The capital" counts as one where it is clear whose. Demonyms do not: see find_demonyms.
    """
    index = gazetteer()
    finder = Finder(index, sentences)
    found = finder.find()
    evidence = finder.evidence(found)
    _second_look(index, found, evidence)
    likely = [c.demonym is None and (c.plain or c.strength > PLACE_AT) for c in found]
    # A candidate that is no place keeps its position, which containers point at, and loses its key.
    named = [c if yes else _NO_PLACE for c, yes in zip(found, likely, strict=True)]
    resolved = resolve(index, named, evidence)
    mentions = (_mention(index, document, c, resolved.get(n)) for n, c in enumerate(found) if likely[n])
    return tuple(mention for mention in mentions if mention is not None)


def _second_look(index: Gazetteer, found: Sequence[Candidate], evidence: Mapping[str, float]) -> None:
    """Strengthens names that are plainly places elsewhere in the document, or lie in a country it speaks of."""
    plainly = {c.key for c in found if c.strength > PLAINLY}
    for c in found:
        if c.demonym is not None or not DOUBTED < c.strength <= PLACE_AT or c.how is not How.NAME:
            continue
        if c.key in plainly:
            c.strength += SAME_NAME
        else:
            ids, _ = index.lookup(c.key)
            if len(ids) <= FEW and any(index.countries[index.country[i]] in evidence for i in ids.tolist()):
                c.strength += AT_HOME


@lru_cache(maxsize=1_000)
def _reason(entry: str) -> Reason:
    return Reason("place", entry)


def _mention(index: Gazetteer, document: Document, c: Candidate, choice: Resolution | None) -> PlaceMention | None:
    if choice is None and c.how is not How.NAME and not c.plain:
        return None
    span = document.span(c.start, c.end)
    reasons = tuple(map(_reason, dict.fromkeys(c.cues)))
    if choice is None:
        return PlaceMention(span, None, 0.0, (*reasons, _reason("gazetteer/no-match")))
    sure = choice.share / (1 + math.exp(-c.strength - 0.5))
    if c.how is How.SOUND:
        sure *= 0.7
        reasons = (*reasons, _reason("gazetteer/sounds-like"))
    if not choice.supported:
        reasons = (*reasons, Reason("place", "gazetteer/unsupported", note="nothing else speaks for this country"))
    place = index.place(choice.record)
    elsewhere = "water" in place_cues().roles(c.kind or "") and place.precision is not Precision.WATER
    if sure < RESOLVED_AT or elsewhere or not choice.supported:  # the Helmand river is not where Helmand province is
        if not c.plain and c.strength < NO_MATCH_AT:
            return None
        return PlaceMention(span, None, 0.0, (*reasons, _reason("gazetteer/no-match")))
    if c.near and place.precision is Precision.TOWN:
        place = replace(place, precision=Precision.NEAR)
    return PlaceMention(span, place, round(sure, 3), (*reasons, _reason("gazetteer")))


def find_demonyms(document: Document, sentences: Sequence[Sentence]) -> tuple[PlaceMention, ...]:
    """Every demonym, with the country it belongs to as its place. A demonym is no place: find_places leaves it out."""
    index = gazetteer()
    reasons = (Reason("place", "demonyms"),)
    return tuple(
        PlaceMention(document.span(c.start, c.end), index.place(index.country_row(c.demonym)), 1.0, reasons)
        for c in Finder(index, sentences).find()
        if c.demonym is not None
    )
