"""Figures with a unit: money, tonnes, barrels, rates. They count no people, and are kept as quantities."""

from __future__ import annotations

from collections.abc import Set
from functools import cache

from tallystick.extract.draft import Draft
from tallystick.extract.populations import population_of
from tallystick.extract.slots import Figures
from tallystick.lexicon import load
from tallystick.model.claims import Population
from tallystick.model.mentions import CountMention, Reason
from tallystick.model.syntax import Token
from tallystick.model.text import Span
from tallystick.model.values import Measure

# Entries of units.toml whose units measure something. Lengths, ages, durations and shares measure no thing.
_MEASURED = ("money", "mass", "volume", "area", "energy")


@cache
def measured_units() -> frozenset[str]:
    """The names of the units that make a quantity."""
    units = load("units")
    return frozenset(name for entry in _MEASURED if entry in units.entries for name in units[entry].get("units", {}))


def quantities(figures: Figures, taken: Set[Span]) -> list[Draft]:
    """A draft for every figure of the sentence with a measuring unit that no frame has counted."""
    found = []
    for mention in figures.mentions:
        unit = mention.count.unit
        if unit is None or mention.span in taken or unit.split("/")[0] not in measured_units():
            continue
        draft = _draft(mention, figures)
        if draft is not None:
            found.append(draft)
    return found


def _draft(mention: CountMention, figures: Figures) -> Draft | None:
    parse = figures.parse
    tokens = parse.at(mention.span.start, mention.span.end)
    if not tokens:
        return None
    verb = next((t for t in parse.ancestors(tokens[-1]) if t.pos == "VERB"), None)
    trigger: Token = verb or tokens[-1]
    what = _what(tokens[-1], figures)
    words = mention.span
    if what is not None and what.span is not None and what.span.end > words.end:
        base = parse.sentence.start
        words = parse.sentence.span(words.start - base, what.span.end - base)
    reason = Reason("measure", "units/" + str(mention.count.unit).split("/")[0], mention.span, "quantity")
    return Draft(
        mention.count,
        mention.span,
        Measure.QUANTITY,
        parse.span(trigger, trigger),
        trigger,
        words,
        what,
        None,
        False,
        (*mention.reasons, reason),
    )


def _what(last: Token, figures: Figures) -> Population | None:
    """What is measured: "wheat" in "40 tonnes of wheat a year"."""
    parse, phrases = figures.parse, figures.phrases
    for token in parse.tokens[max(0, last.i - 3) : last.i + 2]:
        phrase = phrases.at(token.i)
        inner = phrases.after_of(phrase) if phrase is not None else None
        if inner is not None:
            return population_of(parse[inner.head], parse, phrases)
    return None
