"""Claims in words for people: the same phrases in the terminal, the page and the explanation.

What a report does not say reads UNKNOWN, never a blank and never a zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from tallystick.model.claims import Attribution, Claim, Factuality, Interest, Population, Stance, Status
from tallystick.model.mentions import LinkKind, PlaceMention, TimeMention
from tallystick.model.text import DateBounds, Document
from tallystick.model.values import Accumulation, Count, Form, Grain, Mod, Number, Period

UNKNOWN = "unknown"
NOT_ENGLISH = "not recognised as English: do not rely on these figures"

# Text from a document must not move the cursor, colour the terminal or turn the writing direction around.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """The words on one line, without control characters."""
    return _SPACE.sub(" ", _UNSAFE.sub("", text)).strip()


def shorten(text: str, longest: int) -> str:
    """The words, cut at a word's end with an ellipsis where they are longer."""
    text = clean(text)
    if len(text) <= longest:
        return text
    cut = text.rfind(" ", longest // 2, longest)
    return text[: cut if cut > 0 else longest - 1].rstrip(" ,;:") + " …"


def number(value: Number) -> str:
    """The number with thousands separators: 8,000."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.10g}"
    return f"{int(value):,}"


def bounds(low: Number | None, high: Number | None) -> str:
    """The numbers that the words allow: "12", "30–40", "at least 41", "at most 8,000", "unknown"."""
    if low is None and high is None:
        return UNKNOWN
    if low is None and high is not None:
        return f"at most {number(high)}"
    if high is None and low is not None:
        return f"at least {number(low)}"
    assert low is not None
    assert high is not None
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def figure(count: Count) -> str:
    """The figure as a coder would cite it; a vague word's usual meaning is added, never put in its place."""
    if count.mod is Mod.APPROX and count.value is not None:
        out = f"about {number(count.value)}"
        if count.low is not None and count.high is not None and count.low != count.high:
            out += f" ({bounds(count.low, count.high)})"
    elif count.form is Form.FRACTION and count.low is count.high is None and count.value is not None:
        out = number(count.value)  # a share of an unstated whole
    else:
        out = bounds(count.low, count.high)
    if count.form is Form.ADDITIVE:
        out = f"+ {out}"
    if count.whole is not None:
        out += f" of {number(count.whole)}"
    if count.form is Form.VAGUE and (count.typical_low is not None or count.typical_high is not None):
        out += f" (usually {bounds(count.typical_low, count.typical_high)})"
    return out


def unit(count: Count) -> str:
    """The unit where it is not people or plain things: "tonne/year"; else ""."""
    return "" if count.unit in (None, "person") else str(count.unit)


def as_written(claim: Claim) -> str:
    """The words of the figure with their comparator, as the report has them; "" where no figure is written."""
    if claim.count.form in (Form.SINGLE, Form.IMPLICIT_PLURAL, Form.NAMED, Form.UNQUANTIFIED):
        return ""
    words = clean(claim.count_span.text)
    comparator = claim.count.comparator
    if comparator and comparator.lower() not in words.lower():
        return f"{clean(comparator)} {words}"
    return words


_FORM_NOTES = {
    Form.SINGLE: "one, not numbered",
    Form.IMPLICIT_PLURAL: "a plural without a number",
    Form.NAMED: "names, counted",
    Form.UNQUANTIFIED: "no number given",
    Form.QUESTION: "the text says that nobody knows",
}


def form_note(count: Count) -> str:
    """What the reader must know where no number is written; "" for a written number."""
    return _FORM_NOTES.get(count.form, "")


_ACCUMULATIONS = {
    Accumulation.CUMULATIVE: "running total",
    Accumulation.INCIDENT: "one incident",
    Accumulation.INCREMENTAL: "on top of earlier figures",
    Accumulation.STOCK: "at a moment",
    Accumulation.RATE: "rate",
}


def measure(claim: Claim) -> str:
    """What was counted: "killed", "shot down"."""
    return claim.measure.value.replace("_", " ")


def accumulation(claim: Claim) -> str:
    """What stretch of time the figure adds up: "running total"; "" where the text does not say."""
    return "" if claim.accumulation is None else _ACCUMULATIONS[claim.accumulation]


def who(population: Population | None) -> str:
    """Who was counted, as written, with what it resolves to: "troops (North Korea, combatant)"."""
    if population is None:
        return UNKNOWN
    words = clean(population.text)
    known = [population.actor, population.unit, population.occupation, population.sex, population.age]
    notes = [note for note in known if note and note.lower() not in words.lower()]
    if population.status is not Status.UNKNOWN and population.status.value not in words.lower():
        notes.append(population.status.value)
    return f"{words} ({', '.join(clean(note) for note in notes)})" if notes else words


def where(mention: PlaceMention | None) -> str:
    """The place with country and precision: "Sumy, UA (town)"; what the gazetteer lacks is said to be so."""
    if mention is None:
        return UNKNOWN
    place = mention.place
    if place is None:
        return f"{clean(mention.span.text)} (not in the gazetteer)"
    precision = place.precision.value.replace("admin2", "district").replace("admin1", "province")
    if place.country is None or precision == "country":
        return f"{place.name} ({precision})"
    return f"{place.name}, {place.country} ({precision})"


def days(start: date | None, end: date | None, grain: Grain | None = None) -> str:
    """The days from start to end in words: "2024-05-14", "2024-05", "since 2022-02-24"."""
    if start is None and end is None:
        return UNKNOWN
    if start is None:
        return f"until {end}"
    if end is None:
        return f"since {start}"
    if start == end:
        return str(start)
    if grain is Grain.YEAR and (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return str(start.year) if start.year == end.year else f"{start.year} to {end.year}"
    if grain is Grain.MONTH and start.day == 1 and (start.year, start.month) == (end.year, end.month):
        return f"{start.year}-{start.month:02}"
    return f"{start} to {end}"


def when(period: Period | None, time: TimeMention | None) -> str:
    """The days the figure holds for; where the words fix no day, the words."""
    if period is not None and (period.start or period.end):
        return days(period.start, period.end, period.grain)
    return UNKNOWN if time is None else f"“{clean(time.span.text)}” (no day fixed)"


# What a link does beside saying or passing on, which the arrow shows.
_LINKS = {
    LinkKind.ESTIMATES: "estimates",
    LinkKind.ACKNOWLEDGES: "acknowledges",
    LinkKind.CLAIMS: "claims",
    LinkKind.DENIES: "denies",
    LinkKind.BELIEVES: "believes",
    LinkKind.DOCUMENTS: "documents",
}


def source(link: Attribution) -> str:
    """One link of the chain: its name, fuller where the text gives one, and what it does unless it just says so."""
    if link.name is None:
        cue = f" “{clean(link.cue.text)}”" if link.cue else ""
        return f"source not named{cue}"
    name = clean(link.name)
    if link.resolved and link.source and link.source.lower() != link.resolved.lower():
        name = f"{name} (“{clean(link.source)}”)"
    does = _LINKS.get(link.kind)
    return f"{name} [{does}]" if does else name


def chain(claim: Claim, document: Document) -> tuple[str, ...]:
    """Who said so, from the publisher to whoever said it first; an outlet that names itself is named once."""
    links = claim.attributions
    outlet = publisher(document)
    named = _plain(links[0].name) == _plain(outlet) if links and links[0].name else False
    return (*(() if named else (outlet,)), *(source(link) for link in links))


def _plain(name: str) -> str:
    return name.casefold().removeprefix("the ")


def publisher(document: Document) -> str:
    """The outlet, or "the report" where none is known."""
    return clean(document.publisher) if document.publisher else "the report"


_SURE = {Factuality.NO_INFORMATION: "nobody knows"}
_INTERESTS = {
    Interest.OWN_LOSSES: "counts its own losses",
    Interest.ENEMY_LOSSES: "counts its enemy's losses",
    Interest.THIRD_PARTY: "third party",
}


def sure(claim: Claim) -> tuple[str, ...]:
    """How certain the source is, and what colours the sentence: "denied", "opinion", "loaded: massacre"."""
    notes = [_SURE.get(claim.factuality, claim.factuality.value)]
    if claim.interest is not None:
        notes.append(_INTERESTS[claim.interest])
    if claim.stance is Stance.OPINION:
        notes.append("opinion")
    if claim.loaded:
        notes.append("loaded: " + ", ".join(dict.fromkeys(clean(span.text) for span in claim.loaded)))
    return tuple(notes)


def relations(claim: Claim, numbers: dict[str, int]) -> Iterator[str]:
    """How the claim stands to others of the document: "part of 3"."""
    for relation in claim.relations:
        other = numbers.get(relation.target)
        shown = f"figure {other}" if other else relation.target
        yield f"{relation.kind.value.replace('_', ' ')} {shown}"


def published(document: Document) -> str:
    """The publication date as given, or the interval that the text allows."""
    if document.published is not None:
        return str(document.published)
    return inferred(document.published_bounds)


def inferred(interval: DateBounds | None) -> str:
    """The inferred publication interval in words."""
    if interval is None or (interval.earliest is None and interval.latest is None):
        return UNKNOWN
    return f"{days(interval.earliest, interval.latest)} (inferred)"


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number and what it counts: "1 document", "2,000 entries"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def capital(text: str) -> str:
    """The text with its first letter a capital; the rest as it is, and so an address ("news.example")."""
    if "." in text.split(" ", 1)[0].rstrip(".") or text.startswith("@"):
        return text
    return text[:1].upper() + text[1:]
