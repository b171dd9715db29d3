"""Plain words -> a question: "North Korean soldiers killed in Kursk" -> measure, actor, status, place.

The same lexicon and finders that read reports read the question, so that it means what a report's words mean. What
was understood is shown with every answer, and so is what was not: words that gave nothing are looked for in the text.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from tallystick.errors import BadQuestion
from tallystick.extract.places import find_places
from tallystick.extract.sentences import split
from tallystick.extract.times import find_times
from tallystick.lexicon import fold, load, load_rows
from tallystick.lexicon.gazetteer.countries import country_name, demonyms
from tallystick.model.mentions import PlaceMention
from tallystick.model.questions import Question, Understood
from tallystick.model.text import Document, Span
from tallystick.model.values import Measure, Precision

_WORD = re.compile(r"[^\W_][\w'’-]*")
_NAME = re.compile(r"(?<=\s)[^\W\d_a-z][\w'’-]*(?: [^\W\d_a-z][\w'’-]*)*")


@dataclass(slots=True)
class _Reading:
    """A question while it is being read: folded words, and which of their characters have been used."""

    text: str
    folded: str
    used: list[bool]
    read: list[tuple[str, str]] = field(default_factory=list)

    def take(self, start: int, end: int, meaning: str) -> None:
        for i in range(start, end):
            self.used[i] = True
        self.read.append((self.text[start:end], meaning))

    def free(self, start: int, end: int) -> bool:
        return not any(self.used[start:end])


def understand(words: str, today: date | None = None) -> Understood:
    """The question that plain words ask. today fixes "this year"; without it such words give no days.

    Raises BadQuestion when no word gives a measure, a place, a population, a source or a time.
    """
    text = " ".join(words.split()).rstrip("?!. ")
    reading = _Reading(text, fold(text), [False] * len(text))
    question = _times(_places(Question(), reading, today), reading, today)
    question = _sides(question, reading)
    question = _measures(question, reading)
    question = _populations(question, reading)
    left = tuple(
        match[0]
        for match in _WORD.finditer(text)
        if reading.free(match.start(), match.end()) and fold(match[0]) not in load("questions").words_of("asking")
    )
    if not reading.read and not left:
        raise BadQuestion(
            f"{words.strip()!r} names nothing to look for. Say what befell whom and where, such as "
            "“soldiers killed near Ansongo”, or use the filters (--measure, --actor, --place)."
        )
    return Understood(replace(question, words=" ".join(left) or None), tuple(reading.read), left)


def _document(text: str, today: date | None) -> Document:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(text, digest, digest, published=today, language="en")


def _places(question: Question, reading: _Reading, today: date | None) -> Question:
    """The place: the finest of those named; a country alone is the country filter."""
    document = _document(f"{reading.text}.", today)
    found = [m for m in find_places(document, split(document)) if m.place is not None]
    found = found or _bare_places(reading)
    order = list(Precision)
    for mention in sorted(found, key=lambda m: order.index(m.place.precision) if m.place else 0):
        place = mention.place
        if place is None or not reading.free(mention.span.start, mention.span.end):
            continue
        if place.precision is Precision.COUNTRY:
            if question.country is None and question.place is None:
                question = replace(question, country=place.country)
                reading.take(mention.span.start, mention.span.end, f"country={place.country}")
        elif question.place is None:
            question = replace(question, place=mention.span.text)
            where = ", ".join(part for part in (place.name, country_name(place.country)) if part)
            reading.take(mention.span.start, mention.span.end, f"place={where}")
    return question


def _bare_places(reading: _Reading) -> list[PlaceMention]:
    """Places among capitalised words that no preposition marks ("wounded Ansongo"), each read as "in Ansongo"."""
    found = []
    for match in _NAME.finditer(reading.text):
        document = _document(f"It was in {match[0]}.", None)
        for mention in find_places(document, split(document)):
            if mention.span.text == match[0] and mention.place is not None and fold(match[0]) not in _side_words():
                found.append(replace(mention, span=Span.of(reading.text, match.start(), match.end())))
    return found


def _times(question: Question, reading: _Reading, today: date | None) -> Question:
    document = _document(f"{reading.text}.", today)
    for mention in find_times(document, split(document)):
        period = mention.period
        if period is None or not reading.free(mention.span.start, mention.span.end):
            continue
        since, until = question.since, question.until
        if mention.relation in ("by", "until", "before"):
            until = period.end
        elif mention.relation in ("since", "after"):
            since = period.start
        else:
            since, until = period.start, period.end
        question = replace(question, since=since, until=until)
        reading.take(mention.span.start, mention.span.end, f"when={since or '…'} to {until or '…'}")
    return question


@cache
def _side_words() -> dict[str, str]:
    """Folded words of sides and demonyms -> the side's name, as claims name their actors."""
    words: dict[str, str] = {}
    for side, kind, _, spoken, *_ in load_rows("sides"):
        if kind in ("state", "group"):
            words.update({fold(word): side for word in spoken.split("|") if len(word) > 2})
    for word, country in demonyms().items():
        words.setdefault(word, country_name(country) or country)
    return words


def _sides(question: Question, reading: _Reading) -> Question:
    words = _side_words()
    spans = [(m.start(), m.end()) for m in _WORD.finditer(reading.folded)]
    for length in (3, 2, 1):
        for i in range(len(spans) - length + 1):
            start, end = spans[i][0], spans[i + length - 1][1]
            side = words.get(reading.folded[start:end])
            if side is not None and question.actor is None and reading.free(start, end):
                question = replace(question, actor=side)
                reading.take(start, end, f"actor={side}")
    return question


def _measures(question: Question, reading: _Reading) -> Question:
    measures: list[str] = []
    nouns = [hit for hit in load("questions").matcher.longest(reading.folded) if hit.entry.get("measure")]
    for hit in (*nouns, *load("measures").matcher.longest(reading.folded)):
        measure = hit.entry.get("measure")
        if measure is None or not reading.free(hit.start, hit.end):
            continue
        if measure == Measure.STRENGTH and load("questions").matcher.any(reading.folded[hit.start : hit.end]):
            continue  # "how many" asks; what was counted comes later
        reading.take(hit.start, hit.end, f"measure={measure}")
        measures.append(str(measure))
    return replace(question, measures=tuple(dict.fromkeys(measures)))


def _populations(question: Question, reading: _Reading) -> Question:
    for match in _WORD.finditer(reading.folded):
        if not reading.free(match.start(), match.end()):
            continue
        for entry in load("populations"):
            if match[0] in map(fold, (*entry.words, *entry.get("weak", ()))):
                status = entry.get("status") or ("combatant" if entry.get("class") == "combatants" else None)
                if status and question.status is None:
                    question = replace(question, status=str(status))
                    reading.take(match.start(), match.end(), f"status={status}")
                elif entry.name in ("persons", "others"):
                    reading.take(match.start(), match.end(), "people")
                break
    return question
