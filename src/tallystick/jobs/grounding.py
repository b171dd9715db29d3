"""What a model offered, held to the words of the document: read by our own rules from those words, or refused.

Nothing that a model says is believed. It points at words; whether they stand there, which number they are, which place
and day they name and who is cited is found by the same steps that read every document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tallystick.assist.locating import located
from tallystick.assist.offers import OfferedClaim
from tallystick.errors import AssistRefused
from tallystick.extract.accumulation import accumulation_of, one_event_so_far
from tallystick.extract.attributions import Chains, find_attributions
from tallystick.extract.cascade import select
from tallystick.extract.counts import find_counts
from tallystick.extract.factuality import judge
from tallystick.extract.interest import with_interests
from tallystick.extract.places import find_places
from tallystick.extract.populations import kind_of, population_of
from tallystick.extract.quotations import find_quotations
from tallystick.extract.sentences import split
from tallystick.extract.stance import stance_of
from tallystick.extract.syntax import parse
from tallystick.extract.times import find_times
from tallystick.model.claims import Attribution, Claim, Factuality, Population, claim_id
from tallystick.model.mentions import (
    AttributionMention,
    CountMention,
    LinkKind,
    PlaceMention,
    Reason,
    TimeMention,
)
from tallystick.model.records import DocumentRecord, Scene
from tallystick.model.report import Report
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Document, Sentence, Span
from tallystick.model.values import Measure
from tallystick.reconcile.scenes import scenes

QUOTED = "assist/quoted"
"""The reason of a claim whose words a model pointed out."""
_SHARES = ("percent", "share")
_THINGS = frozenset(
    (Measure.DESTROYED, Measure.DAMAGED, Measure.SEIZED, Measure.SHOT_DOWN, Measure.LAUNCHED, Measure.STRUCK)
)


class Ground:
    """One document, with the places, days and voices that its words name."""

    def __init__(self, record: DocumentRecord, text: str) -> None:
        self.document = Document(
            text, record.sha256, record.text_sha256, record.name, record.published, record.published_bounds,
            record.title, record.publisher, record.url, record.language, record.reader,
        )  # fmt: skip
        self._id = record.id
        self._sentences = split(self.document)
        chosen = select(self._sentences).parsed
        self._parses: dict[int, Parse] = dict(zip(chosen, parse([self._sentences[i] for i in chosen]), strict=True))
        self._places = find_places(self.document, self._sentences)
        self._times = find_times(self.document, self._sentences)
        self._said: tuple[AttributionMention, ...] | None = None

    def claim(self, offer: OfferedClaim) -> Claim:
        """The claim that the quoted words make. Raises AssistRefused, saying what does not hold."""
        sentence = self._sentence(offer.sentence)
        within = sentence.span(0, len(sentence.text))
        text = self.document.text
        tree = self._parse(sentence)
        mention = _figure(located(text, offer.figure, within), find_counts(sentence, tree), within)
        happened = None if offer.happened is None else _inside(located(text, offer.happened, within), within)
        who = None if offer.population is None else _inside(located(text, offer.population, within), within)
        place = None if offer.place is None else self._place(located(text, offer.place, within))
        time = None if offer.day is None else self._time(located(text, offer.day, within))
        population, unit = _population(who, tree, offer.measure)
        count = mention.count
        if count.unit in _SHARES:
            count = replace(count, low=None, high=None)  # a share of people bounds no number of people
        elif count.unit is None and offer.measure is Measure.QUANTITY:
            raise AssistRefused(f"“{mention.span.text}” has no unit, so that it measures no quantity.")
        elif count.unit is None:
            count = replace(count, unit=unit)
        elif offer.measure is not Measure.QUANTITY:
            raise AssistRefused(f"“{mention.span.text}” is in the unit {count.unit}: nobody is counted by it.")
        counted = None if population is None else population.span
        pieces = [piece for piece in (mention.span, happened, counted) if piece is not None]
        start, end = min(piece.start for piece in pieces), max(piece.end for piece in pieces)
        span = Span.of(text, start, end)
        chain = self._chain(mention.span, None if offer.source is None else located(text, offer.source, within))
        factuality, why = _factuality(happened or who, tree, chain)
        times = [one for one in self._times if within.covers(one.span)]
        gathered, kind = accumulation_of(
            offer.measure, count, mention.span, sentence, time, None, times,
            one_event_so_far(mention.span, sentence, times),
        )  # fmt: skip
        stance, loaded, opinion = stance_of(sentence)
        reasons = [Reason("count", QUOTED, mention.span, "words that a language model pointed out"), *mention.reasons]
        reasons += [*why, kind, *opinion]
        reasons += [one for found in (place, time) if found is not None for one in found.reasons]
        made = Claim(
            claim_id(self.document.text_sha256, mention.span, offer.measure, counted),
            self.document.text_sha256, span, count, mention.span, offer.measure, within, happened, population, None,
            place, None if time is None else time.period, time, gathered, chain, factuality, None, stance, loaded, (),
            tuple(reasons),
        )  # fmt: skip
        return with_interests((made,), self.document.publisher)[0]

    def scenes(self, held: Sequence[Claim], new: Sequence[Claim]) -> dict[str, tuple[Scene, tuple[str, ...]]]:
        """For each new claim, by its id: its event, were it recorded alone, and who else tells of that event."""
        both = sorted([*held, *new], key=lambda one: (one.count_span.start, one.count_span.end, one.id))
        report = Report(self.document, tuple(both), places=self._places)
        alone = {one.id: one for one in new}
        found: dict[str, tuple[Scene, tuple[str, ...]]] = {}
        for scene in scenes(report, self._id):
            for name in scene.claims:
                if name in alone:
                    own = replace(scene, claims=(name,), words=alone[name].sentence.text)
                    found[name] = own, tuple(one for one in scene.claims if one != name)
        return found

    def _sentence(self, words: str) -> Sentence:
        """The sentence that holds the quoted one. Ours may be longer: a model may leave out a dateline."""
        quoted = located(self.document.text, words)
        for sentence in self._sentences:
            if sentence.start <= quoted.start and quoted.end <= sentence.end:
                return sentence
        raise AssistRefused(f"“{quoted.text[:60]}…” is more than one sentence: quote the one that states the figure.")

    def _parse(self, sentence: Sentence) -> Parse:
        if sentence.index not in self._parses:
            self._parses[sentence.index] = parse([sentence])[0]
            self._said = None
        return self._parses[sentence.index]

    def _place(self, words: Span) -> PlaceMention:
        found = [one for one in self._places if one.span.overlaps(words)]
        if not found:
            raise AssistRefused(f"“{words.text}” names no place that the gazetteer or the text knows as one.")
        return max(found, key=lambda one: (one.place is not None, len(one.span.text)))

    def _time(self, words: Span) -> TimeMention:
        found = [one for one in self._times if one.span.overlaps(words)]
        if not found:
            raise AssistRefused(f"“{words.text}” names no day or time.")
        return max(found, key=lambda one: (one.period is not None, len(one.span.text)))

    def _chain(self, figure: Span, source: Span | None) -> tuple[Attribution, ...]:
        """Who says so, as our own rules find it; the source that was pointed out where they find none or another."""
        if self._said is None:
            quotations = find_quotations(self.document, self._sentences, self._parses)
            self._said = find_attributions(self.document, self._sentences, self._parses, quotations)
        chain = Chains(self._said).at(figure)
        if source is None or any(one.source_span is not None and one.source_span.overlaps(source) for one in chain):
            return chain
        known = next((one for one in self._said if one.source is not None and one.source.overlaps(source)), None)
        if known is None or known.source is None:
            return (Attribution(source.text, source, None, LinkKind.SAYS),)
        return (Attribution(known.source.text, known.source, known.cue, known.kind, known.resolved),)


def _figure(words: Span, counts: Sequence[CountMention], sentence: Span) -> CountMention:
    """The one figure that the words are. Raises AssistRefused for none, several, or a part of one."""
    if not sentence.covers(words):
        raise AssistRefused(f"“{words.text}” does not stand in the quoted sentence.")
    touched = [one for one in counts if one.span.overlaps(words)]
    whole = [one for one in touched if words.covers(one.number)]
    if len(whole) == 1:
        return whole[0]
    if len(whole) > 1:
        raise AssistRefused(f"“{words.text}” holds {len(whole)} figures: quote the words of one.")
    if touched:
        raise AssistRefused(f"“{words.text}” is only a part of the figure “{touched[0].span.text}”.")
    raise AssistRefused(f"“{words.text}” is no number of people or things by our rules.")


def _inside(words: Span, sentence: Span) -> Span:
    if not sentence.covers(words):
        raise AssistRefused(f"“{words.text}” does not stand in the quoted sentence.")
    return words


def _population(words: Span | None, tree: Parse, measure: Measure) -> tuple[Population | None, str | None]:
    """Who is counted, in the quoted words and with what our lexicon makes of them; and the unit they are counted in."""
    person = None if measure in _THINGS or measure is Measure.QUANTITY else "person"
    head = None if words is None else _head(words, tree)
    if words is None or head is None:
        return (None if words is None else Population(words.text, words)), person
    known = population_of(head, tree)
    kind = kind_of(head, tree)
    unit = kind.unit if kind is not None and kind.unit is not None else person
    if known is None:
        return Population(words.text, words), unit
    return replace(known, text=words.text, span=words, antecedent=None), unit


def _head(words: Span, tree: Parse) -> Token | None:
    """The word of a phrase that governs its others."""
    tokens = tree.at(words.start, words.end)
    inside = {token.i for token in tokens}
    return next((one for one in tokens if one.head == one.i or one.head not in inside), None)


def _factuality(
    words: Span | None, tree: Parse, chain: tuple[Attribution, ...]
) -> tuple[Factuality, tuple[Reason, ...]]:
    head = None if words is None else _head(words, tree)
    return (Factuality.ASSERTED, ()) if head is None else judge(head, tree, chain)
