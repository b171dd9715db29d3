"""Hand-made values for tests of the views: a report is written as text, its claims as the words they rest on."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from tallystick.model.claims import Attribution, Claim, Factuality, Population, Relation, RelationKind, Status, claim_id
from tallystick.model.mentions import LinkKind, PlaceMention, Quotation, QuoteKind, Reason, TimeMention, TimexType
from tallystick.model.report import Report
from tallystick.model.text import Document, Span
from tallystick.model.values import Accumulation, Count, Form, Grain, Measure, Mod, Period, Place, Precision

TEXT = (
    "Up to 40 soldiers were killed near Sumy on Friday, the general staff said.\n\n"
    "The Lowland Herald, citing two officers, put the dead at 25 <and> rising.\n"
)
SUMY = Place("Sumy", 692194, 50.9216, 34.80029, "UA", Precision.TOWN)


def document(text: str = TEXT, **given: Any) -> Document:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(text, digest, digest, **{"name": "report.txt", "language": "en", **given})


def span(text: str, words: str, nth: int = 1) -> Span:
    """The nth place where the words stand in the text."""
    start = -1
    for _ in range(nth):
        start = text.index(words, start + 1)
    return Span.of(text, start, start + len(words))


def claim(text: str, words: str, figure: str, count: Count, measure: Measure = Measure.KILLED, **fields: Any) -> Claim:
    """A claim resting on those words of the text, in the sentence or line around them."""
    whole, number = span(text, words), span(text, figure)
    line_start = text.rfind("\n", 0, whole.start) + 1
    line_end = text.find("\n", whole.end)
    line = Span.of(text, line_start, len(text) if line_end < 0 else line_end)
    population = fields.get("population")
    key = claim_id(hashlib.sha256(text.encode()).hexdigest(), number, measure, population and population.span)
    return Claim(key, hashlib.sha256(text.encode()).hexdigest(), whole, count, number, measure, line, **fields)


def report() -> Report:
    """Two claims with everything a claim can carry, and a quotation."""
    friday = Period(date(2024, 5, 10), date(2024, 5, 10), Grain.DAY)
    when = TimeMention(span(TEXT, "Friday"), TimexType.DATE, "2024-05-10", friday, anchor="published")
    where = PlaceMention(span(TEXT, "Sumy"), SUMY, 0.93)
    first = claim(
        TEXT,
        "Up to 40 soldiers were killed near Sumy on Friday",
        "Up to 40",
        Count(None, 40, 40, Form.BOUNDED, "up to", Mod.EQUAL_OR_LESS, "person"),
        population=Population("soldiers", span(TEXT, "soldiers"), "Ukraine", Status.COMBATANT),
        place=where,
        period=friday,
        time=when,
        accumulation=Accumulation.INCIDENT,
        attributions=(
            Attribution("the general staff", span(TEXT, "the general staff"), span(TEXT, "said"), LinkKind.SAYS),
        ),
        reasons=(Reason("count", "comparators/up-to", span(TEXT, "Up to"), "no lower end"),),
    )
    second = claim(
        TEXT,
        "put the dead at 25",
        "25",
        Count(25, 25, 25, unit="person"),
        attributions=(
            Attribution("The Lowland Herald", span(TEXT, "The Lowland Herald"), None, LinkKind.ESTIMATES),
            Attribution("two officers", span(TEXT, "two officers"), span(TEXT, "citing"), LinkKind.CITES),
        ),
        factuality=Factuality.ESTIMATED,
        relations=(Relation(RelationKind.SAME_AS, first.id),),
    )
    quotation = Quotation(span(TEXT, "rising"), QuoteKind.MIXED)
    return Report(document(), (first, second), (quotation,), (when,), (where,), parsed=2, sentences=2)
