"""Claims built by hand, so that what a coder adds up is tested without any extraction."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from tallystick.model.claims import Claim, Population, Relation, RelationKind, Status, claim_id
from tallystick.model.mentions import PlaceMention, Reason
from tallystick.model.report import Report
from tallystick.model.text import Document, Sentence, Span
from tallystick.model.values import Count, Form, Grain, Measure, Mod, Period, Place, Precision

VAGUE = {
    "several": "vague/several",
    "dozens": "vague/dozens",
    "numerous": "vague/numerous",
    "a large number of": "vague/large-number",
}
DAY = date(2031, 5, 14)


def count(words: str) -> Count:
    """The count that a few plain words state: "12", "at least 12", "more than 12", "several", "a guard"."""
    number = re.search(r"\d+", words)
    if number is None:
        vague = words in VAGUE
        if not vague and words.startswith(("a ", "an ", "the ")) and not words.endswith("s"):
            return Count(1, 1, 1, Form.SINGLE, unit="person")
        floor = 12 if words == "dozens" else 2
        return Count(floor, None, None, Form.VAGUE if vague else Form.IMPLICIT_PLURAL, unit="person")
    n = int(number[0])
    if words.startswith("at least"):
        return Count(n, None, n, Form.BOUNDED, "at least", Mod.EQUAL_OR_MORE, "person")
    if words.startswith("more than"):
        return Count(n + 1, None, n, Form.BOUNDED, "more than", Mod.MORE_THAN, "person")
    if words.startswith("up to"):
        return Count(None, n, n, Form.BOUNDED, "up to", Mod.EQUAL_OR_LESS, "person")
    if words.startswith("another"):
        return Count(n, n, n, Form.ADDITIVE, unit="person")
    return Count(n, n, n, unit="person")


def report(text: str, *claims: Claim) -> Report:
    """A report of that text with those claims, as if they had been read out of it."""
    document = Document(text, "0" * 64, "0" * 64, published=DAY)
    return Report(document, tuple(sorted(claims, key=lambda c: c.count_span.start)))


def claim(text: str, figure: str, population: str | None, measure: Measure = Measure.KILLED, **fields: Any) -> Claim:
    """The claim that text makes at the first place where the figure's words stand."""
    start = text.index(figure)
    span = Span.of(text, start, start + len(figure))
    sentence = next(s for s in sentences(text) if s.start <= start < s.end)
    who = None
    if population is not None:
        at = text.index(population, sentence.start)
        who = Population(population, Span.of(text, at, at + len(population)), **fields.pop("who", {}))
    made = Claim(
        claim_id("0" * 64, span, measure, who.span if who else None),
        "0" * 64,
        span,
        count(figure),
        span,
        measure,
        Span(sentence.start, sentence.end, sentence.text),
        population=who,
        reasons=(Reason("count", VAGUE[figure], span),) if figure in VAGUE else (),
    )
    return replace(made, **fields)


def sentences(text: str) -> list[Sentence]:
    """Sentences cut at full stops: enough for these tests."""
    return [Sentence(m.start(), m.end(), m[0], i, 0) for i, m in enumerate(re.finditer(r"[^.\s][^.]*\.", text))]


def of(target: Claim, kind: RelationKind) -> dict[str, tuple[Relation, ...]]:
    """The fields of a claim that stands so to another."""
    return {"relations": (Relation(kind, target.id),)}


def place(name: str, lat: float, lon: float) -> PlaceMention:
    """A resolved town."""
    return PlaceMention(Span(0, len(name), name), Place(name, hash(name), lat, lon, "XX", Precision.TOWN), 1.0)


def day(number: int) -> Period:
    """A day of May 2031."""
    return Period(date(2031, 5, number), date(2031, 5, number), Grain.DAY)


CIVILIAN = {"status": Status.CIVILIAN}
COMBATANT = {"status": Status.COMBATANT}
CHILD = {"age": "child"}
