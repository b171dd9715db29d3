"""Drafts of claims: what one sentence counts, before it is known who says so, where and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from tallystick.extract.corrected import corrected
from tallystick.extract.countered import countered
from tallystick.extract.draft import Draft, Key
from tallystick.extract.implicit import Implied, implied
from tallystick.extract.measures import find_frames, kind_meant
from tallystick.extract.parts import with_parts
from tallystick.extract.phrases import Phrase, Phrases
from tallystick.extract.populations import kind_of, population_of
from tallystick.extract.quantities import quantities
from tallystick.extract.slots import Figures, Slot, slots
from tallystick.lexicon import Matcher, fold, load
from tallystick.model.claims import Claim, Population
from tallystick.model.mentions import CountMention, Reason, TimeMention
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Span
from tallystick.model.values import Count, Form, Measure

# The least figure that names can break down.
_PLURAL = 2
# "hurt and killed": words so near each other say one thing of a crowd, not that the hurt died.
_BESIDE = 3
# Measures that "casualties" can stand for where the text leaves open which.
_HARM = frozenset((Measure.KILLED, Measure.WOUNDED, Measure.CASUALTIES, Measure.MISSING, Measure.CAPTURED))


def drafts_of(
    parse: Parse, counts: Sequence[CountMention], times: Sequence[TimeMention], before: Sequence[Claim]
) -> list[Draft]:
    """The drafts of a sentence, in text order. before are the claims of earlier sentences."""
    phrases = Phrases(parse, counts, times)
    figures = Figures(counts, parse, phrases)
    frames = find_frames(parse, phrases)
    found = [d for slot in _named_together(slots(frames, figures), parse) if (d := _draft(slot, parse, phrases))]
    found = _either(_names_counted(found, parse), parse)
    found = _new_people(_who_died(_without_fates(_once(found), parse)), before)
    found += _further(found, figures)
    found += countered(found, figures)
    found += corrected(found, figures, before)
    found = _retold(with_parts(found, figures, before))
    found += quantities(figures, {d.figure for d in found})
    return sorted(found, key=lambda d: (d.figure.start, d.span.start))


def _further(found: Sequence[Draft], figures: Figures) -> list[Draft]:
    """Drafts for "another 300" without a verb of its own: "received 900 men, followed by another 300 in May"."""
    parse, phrases = figures.parse, figures.phrases
    taken = {d.figure for d in found}
    made = []
    for mention in figures.mentions:
        told = [d for d in found if d.figure.end <= mention.span.start]
        if mention.count.form is not Form.ADDITIVE or mention.span in taken or not told:
            continue
        tokens = parse.at(mention.number.start, mention.number.end)
        phrase = phrases.at(tokens[-1].i) if tokens else None
        last = max(t.i for t in (*tokens, *parse.at(mention.span.start, mention.span.end))) if tokens else 0
        end = max(last, phrase.last) + 1 if phrase is not None else len(parse)
        after = parse[end] if end < len(parse) else None
        bare = phrase is not None and (parse[phrase.head].tag == "CD" or kind_of(parse[phrase.head], parse) is not None)
        if phrase is None or not bare or mention.count.unit not in (None, "person") or _verbal(after):
            continue
        population = population_of(parse[phrase.head], parse, phrases)
        reason = Reason("measure", "ellipsis/another", told[-1].measure_span, told[-1].measure.value)
        made.append(
            replace(
                told[-1],
                count=replace(mention.count, unit=told[-1].count.unit),
                figure=mention.span,
                span=mention.span,
                population=_without_figure(population, mention.span, parse),
                reasons=(*mention.reasons, reason),
            )
        )
    return made


def _verbal(token: Token | None) -> bool:
    return token is not None and (token.tag.startswith("VB") or token.pos == "AUX" or token.tag == "MD")


def _once(found: Sequence[Draft]) -> list[Draft]:
    seen: dict[Key, Draft] = {}
    for draft in found:
        seen.setdefault(draft.key, draft)
    return list(seen.values())


def _either(found: Sequence[Draft], parse: Parse) -> list[Draft]:
    """The drafts, "40 were killed or went missing" read as 40 casualties: how many of them died is not said."""
    kept: list[Draft] = []
    by_figure: dict[int, list[int]] = {}
    for draft in found:
        told = by_figure.setdefault(draft.figure.start, [])
        at = next((i for i in told if _alternatives(kept[i], draft, parse)), None)
        if at is None:
            told.append(len(kept))
            kept.append(draft)
            continue
        first = kept[at]
        base = parse.sentence.start
        words = parse.sentence.span(
            min(first.measure_span.start, draft.measure_span.start) - base,
            max(first.measure_span.end, draft.measure_span.end) - base,
        )
        reason = Reason("measure", "frame/either", words, f"{first.measure.value} or {draft.measure.value}")
        kept[at] = replace(
            first,
            measure=Measure.CASUALTIES,
            measure_span=words,
            span=parse.sentence.span(
                min(first.span.start, draft.span.start) - base, max(first.span.end, draft.span.end) - base
            ),
            reasons=(*first.reasons, reason),
        )
    return kept


def _alternatives(a: Draft, b: Draft, parse: Parse) -> bool:
    """True where nothing but "or" and auxiliaries stand between the words for two sorts of harm."""
    if a.measure is b.measure or not {a.measure, b.measure} <= _HARM:
        return False
    first, last = sorted((a.trigger.i, b.trigger.i))
    between = parse.tokens[first + 1 : last]
    joint = [t for t in between if t.tag == "CC"]
    rest = [t for t in between if t.tag not in ("CC", "RB") and t.pos != "AUX" and t.tag != "VBN"]
    return [t.lower for t in joint] == ["or"] and not rest


def _names_counted(found: Sequence[Draft], parse: Parse) -> list[Draft]:
    """The drafts, a list of names that one word governs counted off: "killed Ana Ruiz, Omar Aziz and Jo Bell"."""
    lists: dict[int, list[Draft]] = {}
    for draft in found:
        if draft.reasons and draft.reasons[0].rule == "implicit/name":
            lists.setdefault(draft.trigger.i, []).append(draft)
    merged: dict[int, Draft] = {}
    for names in lists.values():
        if len(names) < _PLURAL:
            continue
        base = parse.sentence.start
        figure = parse.sentence.span(names[0].figure.start - base, names[-1].figure.end - base)
        start, end = min(d.span.start for d in names), max(d.span.end for d in names)
        count = Count(len(names), len(names), len(names), Form.NAMED, unit="person")
        who = names[0].population
        merged[id(names[0])] = replace(
            names[0],
            count=count,
            figure=figure,
            span=parse.sentence.span(start - base, end - base),
            population=replace(who, text=figure.text, span=figure) if who is not None else None,
            reasons=(Reason("count", "implicit/names", figure, f"{len(names)} names"), *names[0].reasons[1:]),
        )
    gone = {id(d) for names in lists.values() if len(names) >= _PLURAL for d in names}
    return [merged.get(id(d), d) for d in found if id(d) not in gone or id(d) in merged]


def _without_fates(found: Sequence[Draft], parse: Parse) -> list[Draft]:
    """The drafts less nouns like "hostages" where a verb says what became of the same people."""
    kept = []
    for draft in found:
        kind = kind_of(draft.trigger, parse) if draft.trigger.tag.startswith("NN") else None
        retold = any(d.figure == draft.figure and d.measure is not draft.measure for d in found)
        if not (retold and kind is not None and kind.of == "people"):
            kept.append(draft)
    return kept


def _who_died(found: Sequence[Draft]) -> list[Draft]:
    """The drafts less those hurt who are told to have died: "she suffered burns and died" counts nobody wounded."""
    dead = {d.figure: d.trigger.i for d in found if d.measure is Measure.KILLED and not d.negated}
    hurt = [d for d in found if d.measure is Measure.WOUNDED and not d.negated and d.figure in dead]
    gone = {id(d) for d in hurt if dead[d.figure] - d.trigger.i > _BESIDE}
    return [d for d in found if id(d) not in gone]


def _retold(found: Sequence[Draft]) -> list[Draft]:
    """The drafts, those that only tell of the dead again made part of the dead that the sentence counts."""
    kept = list(found)
    for i, draft in enumerate(found):
        if not retells(draft.reasons) or draft.part_of is not None:
            continue
        size = draft.count.low or 0
        for whole in found:
            holds = whole.measure is draft.measure and (whole.count.high is None or whole.count.high >= size)
            if holds and (whole.count.low or 0) >= size and not retells(whole.reasons) and whole.figure != draft.figure:
                kept[i] = replace(draft, part_of=whole.key, part_cue=draft.measure_span)
                break
    return kept


def retells(reasons: Sequence[Reason]) -> bool:
    """True where the measure's word tells of people whose fate another word told: "mourned nine cooks"."""
    return _measured_by(reasons, "retells")


def afterwards(reasons: Sequence[Reason], sentence: str) -> bool:
    """True where the measure's word tells of what is done after a deed, on a day of its own: "arrested".

    Not in a raid or at a protest, of which the arrests are a part.
    """
    return _measured_by(reasons, "afterwards") and not _arresting_events().any(fold(sentence))


@cache
def _arresting_events() -> Matcher:
    return Matcher([load("relations")["arrests-in"]])


def _measured_by(reasons: Sequence[Reason], key: str) -> bool:
    return any(reason.rule in _entries_with(key) for reason in reasons)


@cache
def _entries_with(key: str) -> frozenset[str]:
    return frozenset(entry.id for entry in load("measures") if entry.get(key))


def _new_people(found: Sequence[Draft], before: Sequence[Claim]) -> list[Draft]:
    """The drafts less pronouns that stand for somebody told of already."""
    kept = []
    for draft in found:
        pronoun = any(reason.rule == "implicit/pronoun" for reason in draft.reasons)
        told = pronoun and (
            any(c.measure is draft.measure for c in reversed(before))
            or any(d.measure is draft.measure and d.figure.start < draft.figure.start for d in found)
        )
        if not told:
            kept.append(draft)
    return kept


def _draft(slot: Slot, parse: Parse, phrases: Phrases) -> Draft | None:
    frame, phrase = slot.frame, slot.phrase
    count, figure, reasons = _counted(slot, parse, phrases)
    if count is None or figure is None:
        return None
    if frame.entry is not None and frame.entry.get("needs_number") and slot.mention is None:
        return None
    measure_span = frame.words or parse.span(frame.trigger, frame.trigger)
    head = frame.population if frame.population is not None else slot.head
    if head.i == frame.trigger.i:
        population = _of_noun(phrase, parse, phrases)
    else:
        inner = phrases.at(head.i)
        head = parse[phrases.shared_out(inner).head] if inner is not None else head
        population = population_of(head, parse, phrases)
    population = _without_figure(population, figure, parse)
    actor = population_of(frame.actors[0], parse, phrases) if frame.actors else None
    pieces = [figure, measure_span]
    if phrase is not None:
        pieces.append(parse.span(parse[phrase.first], parse[phrase.last]))
    start, end = min(p.start for p in pieces), max(p.end for p in pieces)
    base = parse.sentence.start
    span = parse.sentence.span(start - base, end - base)
    return Draft(
        count,
        figure,
        frame.measure,
        measure_span,
        frame.trigger,
        span,
        population,
        actor,
        frame.negated,
        (*reasons, *frame.reasons),
    )


def _counted(slot: Slot, parse: Parse, phrases: Phrases) -> tuple[Count | None, Span | None, tuple[Reason, ...]]:
    if slot.mention is not None:
        count = slot.mention.count
        if count.unit is None:
            count = replace(count, unit=_unit(slot, phrases))
        elif count.unit in ("percent", "share"):
            count = replace(count, low=None, high=None)  # a share of people bounds no number of people
        return count, slot.mention.span, slot.mention.reasons
    found: Implied | None = implied(slot.frame, slot.head, slot.phrase, parse, phrases)
    if found is None or slot.phrase is None:
        return None, None, ()
    span = parse.span(parse[slot.phrase.first], parse[slot.phrase.last])
    return found.count, span, (Reason("count", found.rule, span, span.text),)


def _without_figure(population: Population | None, figure: Span, parse: Parse) -> Population | None:
    """The population less the figure's words at its beginning: "soldiers" of "thousands of soldiers"."""
    if population is None or population.span is None or not population.span.overlaps(figure):
        return population
    rest = [t for t in parse.at(population.span.start, population.span.end) if t.start >= figure.end]
    while rest and rest[0].tag in ("IN", "DT", "PRP$", "PDT", "JJR"):
        rest = rest[1:]
    if not rest:
        return population
    span = parse.span(rest[0], rest[-1])
    return replace(population, text=span.text, span=span)


def _unit(slot: Slot, phrases: Phrases) -> str | None:
    entry = slot.frame.entry
    kind = kind_of(slot.head, phrases.parse) if entry is None else kind_meant(slot.head, entry, phrases)
    if kind is not None and kind.unit is not None and not _some_of(slot, phrases):
        return kind.unit
    return "person"


def _some_of(slot: Slot, phrases: Phrases) -> bool:
    """True for "three of the militia": people of a body, not three bodies."""
    if slot.mention is None or slot.frame.measure not in _HARM:
        return False
    parse = phrases.parse
    behind = [t for t in parse.tokens if t.start >= slot.mention.number.end][:2]
    return [t.lower for t in behind] == ["of", "the"]


def _of_noun(phrase: Phrase | None, parse: Parse, phrases: Phrases) -> Population | None:
    """The population that modifies a measure's noun: "civilian deaths", "troop losses"."""
    if phrase is None:
        return None
    for i in range(phrase.head - 1, phrase.first - 1, -1):
        kind = kind_of(parse[i], parse) if parse[i].tag != "CD" else None
        if kind is not None and kind.of in ("people", "combatants"):
            span = parse.span(parse[i], parse[i])
            return Population(span.text, span, None, kind.status, kind.sex, kind.age, None, kind.occupation)
    return None


def _named_together(found: Sequence[Slot], parse: Parse) -> list[Slot]:
    """The slots less those that only name or break down a figure before them: "two men, Ali Omar and Jo Ruiz"."""
    kept: list[Slot] = []
    for slot in found:
        whole = next((s for s in kept if s.frame is slot.frame and _holds(s, slot, found, parse)), None)
        if whole is None:
            kept.append(slot)
    return kept


def _holds(whole: Slot, slot: Slot, found: Sequence[Slot], parse: Parse) -> bool:
    """True when the slot follows the whole's figure after a comma or colon, not joined to it by "and"."""
    if whole.mention is None or whole.phrase is None or slot.phrase is None or whole.phrase.last >= slot.phrase.first:
        return False
    size = whole.mention.count.value or whole.mention.count.low or 0
    rest = [s for s in found if s.frame is whole.frame and s.phrase and s.phrase.first > whole.phrase.last]
    if size < _PLURAL or not rest or rest[0].phrase is None or any(s.mention is not None for s in rest):
        return False
    between = [t.text for t in parse.tokens[whole.phrase.last + 1 : rest[0].phrase.first]]
    first = parse[rest[0].phrase.first]
    if between == ["and"] and parse[rest[0].phrase.head].tag == "NNS" and first.tag not in ("DT", "PRP$"):
        return True  # one figure for both: "80 leaders and couriers"
    return bool(between) and between[-1] in (",", ":") and len(rest) <= size
