"""Figures that a second source sets against the first, the measure left out: "put the toll at 40, the rebels at 90"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tallystick.extract.draft import Draft
from tallystick.extract.slots import Figures
from tallystick.extract.sources import is_report
from tallystick.model.mentions import CountMention, Reason
from tallystick.model.syntax import Parse, Token
from tallystick.model.values import Form, Measure

_FORMS = (Form.CARDINAL, Form.APPROXIMATE, Form.BOUNDED, Form.RANGE, Form.VAGUE)
# A sentence with more figures is a table, and each figure is held against those before it.
_MOST = 60
# Nouns before "at 90" that still name a source; a longer stretch is a clause.
_LONGEST_SOURCE = 6
# Tokens of a sentence that a writer could still leave a verb out of.
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Gap:
    """A source and its figure where the verb of the first is left out."""

    source: tuple[int, ...]
    figure: tuple[int, ...]


def gapped(parse: Parse, verb: Token) -> list[Gap]:
    """Later sources of "put the toll at 40, the rebels at 90": each with its figure, in text order."""
    if len(parse) > _LONGEST:
        return []
    ats = [t for t in parse.tokens[verb.i + 1 :] if t.lower == "at" and _number_after(parse, t) is not None]
    found = []
    for at in ats[1:]:
        first = at.i
        while first > 0 and at.i - first < _LONGEST_SOURCE and parse.tokens[first - 1].pos in _NAMING:
            first -= 1
        parted = parse.tokens[first - 1].text == "," or parse.tokens[first - 1].pos == "CCONJ"
        number = _number_after(parse, at)
        if number is not None and parted and any(t.pos in ("NOUN", "PROPN") for t in parse.tokens[first : at.i]):
            found.append(Gap(tuple(range(first, at.i)), tuple(range(at.i + 1, number.i + 1))))
    return found


_NAMING = ("DET", "ADJ", "NOUN", "PROPN")


def _number_after(parse: Parse, at: Token) -> Token | None:
    following = parse.tokens[at.i + 1 : at.i + 4]
    return next((t for t in following if t.tag == "CD"), None)


def countered(found: Sequence[Draft], figures: Figures) -> list[Draft]:
    """Drafts of bare figures that another source of the sentence gives for what the draft before them counts."""
    parse = figures.parse
    if not found or len(figures.mentions) > _MOST:
        return []
    taken = {d.figure for d in found}
    made: list[Draft] = []
    for mention in figures.mentions:
        told = [d for d in found if d.figure.end <= mention.span.start and d.measure is not Measure.QUANTITY]
        if not told or mention.span in taken or mention.count.form not in _FORMS or mention.count.unit is not None:
            continue
        last = told[-1]
        if last.count.unit != "person" or not _by_another(mention, last, figures):
            continue
        reason = Reason("measure", "ellipsis/another-source", last.measure_span, last.measure.value)
        population = last.population
        if population is not None:
            population = replace(population, span=None, antecedent=population.span or population.antecedent)
        made.append(
            replace(
                last,
                count=replace(mention.count, unit="person"),
                figure=mention.span,
                span=parse.sentence.span(
                    mention.span.start - parse.sentence.start, mention.span.end - parse.sentence.start
                ),
                population=population,
                reasons=(*mention.reasons, reason),
                part_of=None,
                total_of=None,
            )
        )
    return made


def _by_another(mention: CountMention, told: Draft, figures: Figures) -> bool:
    """True for a figure without a noun that a source named after the first figure gives."""
    parse = figures.parse
    tokens = [t for t in parse.at(mention.number.start, mention.number.end) if t.tag == "CD"]
    if not tokens:
        return False
    number = tokens[-1]
    phrase = figures.phrases.at(number.i)
    if phrase is not None and parse[phrase.head].tag != "CD":
        return False
    governor = parse.head(number)
    at = governor if number.dep == "pobj" and governor.lower == "at" else None
    verb = parse.head(at) if at is not None else governor
    if at is None and number.dep not in ("dobj", "attr", "oprd"):
        return False
    if verb.pos == "VERB" and is_report(verb):
        subjects = parse.kids(verb, "nsubj")
        named = bool(subjects) and subjects[0].pos in ("NOUN", "PROPN") and subjects[0].start >= told.figure.end
        return named and not any(
            t.dep == "dobj" and t.pos in ("NOUN", "PROPN") and t.i != number.i for t in parse.kids(verb)
        )
    first = next((t for t in parse.tokens if is_report(t) and t.end <= told.figure.start), None)
    return first is not None and any(number.i in gap.figure for gap in gapped(parse, first))
