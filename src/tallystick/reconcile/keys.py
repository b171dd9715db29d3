"""What a claim counts: its key, as nodes of the part-of lattices."""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, lru_cache

from tallystick.lexicon import fold, load
from tallystick.model.claims import Claim, Factuality, Population, RelationKind, Status
from tallystick.model.quantities import Key, Where, Who, Window
from tallystick.model.records import DocumentRecord, Scene
from tallystick.model.values import Accumulation, Form, Grain, Measure, Period, Place, Precision
from tallystick.reconcile.cues import words_for_anyone
from tallystick.reconcile.kinds import partitive
from tallystick.reconcile.labels import PLANNED, UNNAMED, UNSAID, label
from tallystick.reconcile.lattice import Lattice

__all__ = ["PLANNED", "UNNAMED", "UNSAID", "facet_of", "key_of", "label", "role_of", "where_of"]

_NOT_YET = (Factuality.PLANNED, Factuality.SPECULATED)
# Measures that people cannot suffer: a unit of "person" beside them is a noun that extraction does not know.
_OF_THINGS = (Measure.DESTROYED, Measure.DAMAGED, Measure.SEIZED, Measure.SHOT_DOWN, Measure.LAUNCHED, Measure.STRUCK)
# Words that end the noun that is counted: "soldiers of the garrison", "people in the camp".
_TAIL = frozenset(("of", "from", "in", "who", "at", "with", "on", "near", "and", "for", "to", "by", "that", "which"))
_RUNNING = (Measure.DISPLACED, Measure.AFFECTED)
# Shorter words are small in a headline too.
_SHORT = 3
_AGED = re.compile(r"\d[ -]years?[ -]old\b")
_MAN, _WOMAN = frozenset(("man", "men")), frozenset(("woman", "women"))
_UNTIL = ("by", "until", "before")


def key_of(claim: Claim, document: DocumentRecord, scene: Scene | None, incident: str | None, lattice: Lattice) -> Key:
    """What the claim counts. Facets that the text leaves unsaid stay None.

    incident is the id of the event for a figure of one event; a running total, a rate and what is "so far" have none
    whatever is passed. What is planned or speculated gets a measure of its own, "planned:sent".
    """
    of_event = incident is not None and not _runs_on(claim)
    measure = claim.measure.value
    if claim.factuality in _NOT_YET:
        measure = PLANNED + measure
    return Key(
        measure,
        _who(claim, lattice, of_event=of_event),
        _where(claim, scene if of_event else None),
        _window(claim, document, scene, of_event=of_event),
        incident if of_event else None,
        _unit(claim),
    )


def facet_of(key: Key) -> str:
    """The facet of the lattice that holds the key's measure: "measure" for people, "things" for objects."""
    return "measure" if key.unit is None else "things"


def _runs_on(claim: Claim) -> bool:
    if claim.accumulation in (Accumulation.CUMULATIVE, Accumulation.RATE):
        return True
    # People go on fleeing after the day of an attack: what is told of them counts until it is told.
    return claim.measure in _RUNNING and claim.accumulation is not Accumulation.INCREMENTAL


def _unit(claim: Claim) -> str | None:
    unit = claim.count.unit
    if unit not in (None, "person"):
        return unit
    if claim.measure in _OF_THINGS or claim.measure is Measure.QUANTITY:
        return _head(claim) or "thing"
    return None


def _noun(claim: Claim) -> str | None:
    """The noun that says what sort of people are counted ("passenger"); None for words that fit anyone.

    Without it "four passengers" would count everyone. Words for a sex, an age or civilians are facets of their own.
    """
    head = _head(claim)
    if head is None or claim.population is None or fold(claim.population.text) == fold(claim.count_span.text):
        return None
    number = claim.count.form is not Form.SINGLE and head == fold(claim.count_span.text)
    if number or _is_name(claim):
        return None  # "18-year-old Orben Vask", "all five": nobody is counted as a Vask or as a five
    general = words_for_anyone() | _facet_words()
    if head in general or f"{head}s" in general or not head.replace("-", "").replace(" ", "").isalpha():
        return None
    return head


@cache
def _facet_words() -> frozenset[str]:
    """Nouns that say no more than a sex, an age, a status, or what befell people."""
    named = ("others", "civilians", "women", "men", "children", "boys", "girls", "elderly", "victims", "members")
    entries = load("populations")
    words = [word for name in named for word in (*entries[name].words, *entries[name].get("weak", ()))]
    return frozenset(fold(word) for word in words)


def _head(claim: Claim) -> str | None:
    """The noun that is counted, in the singular as far as cutting an "s" makes it."""
    head = _head_word(claim)
    return None if head is None else fold(head).removesuffix("s")


def _head_word(claim: Claim) -> str | None:
    """The noun that is counted, as written."""
    if claim.population is None:
        return None
    words = [word for word in (w.strip(".,;:'\"()[]-") for w in claim.population.text.split()) if word]
    cut = next((i for i, word in enumerate(words) if i and fold(word) in _TAIL), len(words))
    return words[cut - 1] if words else None


def _is_name(claim: Claim) -> bool:
    """True when those counted are called by a name: a capital inside a sentence that is no headline."""
    head = _head_word(claim)
    if head is None or not any(letter.isupper() for letter in head):
        return False
    words = [word for word in claim.sentence.text.split() if len(word) > _SHORT and word.isalpha()]
    return sum(word[0].isupper() for word in words) * 4 <= len(words) * 3


def _who(claim: Claim, lattice: Lattice, *, of_event: bool) -> Who:
    people = claim.population
    if _unit(claim) is not None:
        actor = None if people is None else _actor(people.actor)
        # "Several air strikes in the area": the noun beside them is what was hit, not what is counted.
        return Who(
            actor,
            role=None if claim.count.unit == "attack" else _head(claim),
            subset=_subset(claim, None, of_event=of_event),
        )
    if people is None:
        return Who(subset=_subset(claim, None, of_event=of_event))
    role = role_of(people.text) or (fold(people.occupation) if people.occupation else _noun(claim))
    status = None if people.status is Status.UNKNOWN else people.status.value
    if role is not None and status is None and role in ("soldier", "fighter"):
        status = Status.COMBATANT.value
    if role == "gunman":
        status = None
    age, sex = _age_and_sex(people)
    known = Who(
        actor=_actor(people.actor),
        status=status,
        sex=sex,
        age=age,
        unit=fold(people.unit) if people.unit else None,
        role=role,
    )
    if role == "person" and known != Who(role="person"):
        known = replace(known, role=None)  # "North Korean people": the nation says who
    return replace(known, subset=_subset(claim, known, of_event=of_event))


def _age_and_sex(people: Population) -> tuple[str | None, str | None]:
    """The age group and the sex. One person's years are no group: "a 20-year-old man" is a man, and not an old man."""
    age, sex = people.age, people.sex
    words = fold(people.text)
    if age == "elderly" and _AGED.search(words):
        age = None
        if sex is None:
            own = frozenset(words.split())
            sex = "male" if own & _MAN else "female" if own & _WOMAN else None
    return (None if age is not None and age.isdigit() else age), sex


def _actor(name: str | None) -> str | None:
    """The side or nationality, folded; None for a word for any armed group ("insurgents"), which names no side."""
    return None if name is None or role_of(name) else fold(name)


@lru_cache(maxsize=20_000)  # of few words and names, asked for many times
def role_of(text: str) -> str | None:
    """The role that the words for those counted stand for, by their head: "troops" are soldiers. None for others."""
    words = fold(text).split()
    cut = next((i for i, word in enumerate(words) if i and word.strip(".,;:") in _TAIL), len(words))
    head = " ".join(words[:cut])
    hits = [hit for hit in load("counted").matcher.longest(head) if hit.entry.get("role")]
    return str(hits[-1].entry.get("role")) if hits and hits[-1].end >= len(head.rstrip(".,;:'\"")) else None


def _subset(claim: Claim, who: Who | None, *, of_event: bool) -> str | None:
    """The words for a part that no facet names: "two of the wounded", "six more". None for a figure of its own."""
    part = partitive(claim) or any(r.kind is RelationKind.PART_OF for r in claim.relations)
    named = who is not None and who not in (Who(), Who(role="person"))
    # "4,700 casualties out of the 15,000 sent": the whole is of another measure, and no part is named here.
    if part and claim.count.whole is not None and not partitive(claim):
        part = False
    alone = partitive(claim) and claim.count.high == 1  # "one of the victims, an elderly woman"
    if part and (alone or not named):
        return _words(claim)
    if claim.count.form is Form.ADDITIVE and (of_event or claim.period is None):
        return _words(claim)
    return None


def _words(claim: Claim) -> str:
    """The claim's words, with where they stand when they are a bare number: "four" of one report is no other's."""
    text = fold(claim.span.text)
    bare = len(text.split()) < 3
    return f"{text} ({claim.document[:8]}:{claim.count_span.start})" if bare else text


def _where(claim: Claim, scene: Scene | None) -> Where | None:
    mention = claim.place
    if mention is not None and mention.place is not None:
        return where_of(mention.place)
    if scene is not None and scene.place is not None:
        return where_of(scene.place)
    return None if mention is None else Where(f"text:{fold(mention.span.text)}", mention.span.text)


def where_of(place: Place) -> Where:
    """A place of the index as a part-of node."""
    if place.precision is Precision.COUNTRY and place.country:
        node = f"country:{place.country}"
    elif place.geonameid is not None:
        node = f"geo:{place.geonameid}"
    else:
        node = f"text:{fold(place.name)}"
    return Where(node, place.name, place.country, place.admin1, place.precision.value, place.lat, place.lon)


def _window(claim: Claim, document: DocumentRecord, scene: Scene | None, *, of_event: bool) -> Window:
    period = claim.period
    relation = "during" if claim.time is None else claim.time.relation
    told = _told(document)
    if claim.accumulation is Accumulation.STOCK and not of_event:
        if period is not None and period.end is not None and relation not in _UNTIL:
            return Window(period.start, period.end)
        return Window(told.end, told.end, told.end_latest, told.end_latest)
    if of_event or claim.accumulation is Accumulation.INCREMENTAL:
        if period is not None:
            return Window(period.start, period.end)
        return Window(scene.start, scene.end) if scene is not None and of_event and _ordered(scene) else Window()
    if period is None or (
        claim.measure in _RUNNING and relation == "during" and claim.accumulation is not Accumulation.CUMULATIVE
    ):
        return told
    if relation in _UNTIL or period.start is None:
        return told if period.end is None else Window(None, period.end)
    if period.end is None or relation == "since":
        latest = _grain_end(period)
        end, end_latest = told.end, told.end_latest
        last = end_latest or end
        if last is not None and period.start > last:
            return Window(period.start, None)
        return Window(period.start, end, latest if latest != period.start else None, end_latest)
    return Window(period.start, period.end)


def _ordered(scene: Scene) -> bool:
    return scene.start is None or scene.end is None or scene.start <= scene.end


def _told(document: DocumentRecord) -> Window:
    """A window from the beginning to the day of telling; its end uncertain where only bounds are known."""
    if document.published is not None:
        return Window(None, document.published)
    bounds = document.published_bounds
    if bounds is None or bounds.latest is None:
        return Window()
    return Window(None, bounds.earliest or bounds.latest, None, bounds.latest if bounds.earliest else None)


def _grain_end(period: Period) -> date | None:
    """The last day on which a start told so can lie: "since last year" began at some time in that year."""
    start = period.start
    if start is None:
        return None
    if period.grain is Grain.YEAR:
        return date(start.year, 12, 31)
    if period.grain is Grain.MONTH:
        return date(start.year, start.month, calendar.monthrange(start.year, start.month)[1])
    if period.grain in (Grain.SEASON, Grain.QUARTER):
        return start + timedelta(days=91)
    if period.grain is Grain.WEEK:
        return start + timedelta(days=6)
    return None
