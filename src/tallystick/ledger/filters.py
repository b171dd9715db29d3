"""A question as conditions on the table of claims, and as a test of one claim at hand: both say the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from tallystick.ledger import computed_tables as computed
from tallystick.ledger import lookups, search
from tallystick.ledger.projections import moment
from tallystick.ledger.tables import claim, document
from tallystick.lexicon.gazetteer.names import key as fold
from tallystick.model.questions import Question
from tallystick.model.records import Held
from tallystick.model.values import Place, Precision

Condition = ColumnElement[bool]

COUNTED = "sources"
"""The mark of ledger.source_rows: up to which entry sources are counted, and how many entries were erased then."""
MOST_NAMES = 500
"""Voices whose claims are looked up by name; of more, every claim's source is looked at."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What else counts as the question's actor and place, for who knows the part-of lattices and the place index.

    actors are names of the actor and all its parts ("taliban", "haqqani network"); places are gazetteer records that
    the place may be: what lies in them counts. Empty: only the name itself, and what the ledger's own claims resolve
    it to.
    """

    actors: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A question made ready: folded names, and the places that its place may be."""

    question: Question
    actors: frozenset[str] = frozenset()
    place: str | None = None
    places: tuple[Place, ...] = ()


def prepare(connection: Connection, question: Question, scope: Scope | None = None) -> Filter:
    """The question with its names folded and its place looked up."""
    scope = scope or Scope()
    names = [name for name in (question.actor, *scope.actors) if name]
    place = None if question.place is None else fold(question.place)
    places = scope.places
    if place is not None and not places:
        places = _places_called(connection, place)
    return Filter(question, frozenset(map(fold, names)), place, places)


def conditions(connection: Connection, wanted: Filter) -> list[Condition]:
    """What the claims asked for must fulfil. Raises UnknownDocument for a document that the ledger does not hold."""
    question, c = wanted.question, claim.c
    found: list[Condition] = []
    if question.measures:
        found.append(c.measure.in_(question.measures))
    if wanted.actors:
        found.append(c.actor.in_(sorted(wanted.actors)))
    if question.status is not None:
        found.append(c.status == question.status)
    if wanted.place is not None:
        # Two conditions that an index answers each; a gazetteer record's claims all bear its one name.
        areas = [inside for place in wanted.places if (inside := _inside(place)) is not None]
        found.append(or_(c.place.in_(sorted(_names(wanted))), *areas))
    if question.country is not None:
        found.append(c.country == question.country.upper())
    if question.publisher is not None:
        found.append(c.publisher == fold(question.publisher))
    if question.source is not None:
        found.append(_spoken_by(connection, fold(question.source)))
    if question.document is not None:
        found.append(c.document == lookups.document_seq(connection, question.document))
    if question.incident is not None:
        scenes = select(computed.scene_incident.c.scene).where(computed.scene_incident.c.incident == question.incident)
        found.append(c.scene.in_(scenes))
    if question.words is not None:
        found.append(c.passage.in_(search.matching(connection, question.words)))
    return found + days(question) + clocks(question)


def _spoken_by(connection: Connection, words: str) -> Condition:
    """That the innermost source's name holds these words, as whole words.

    An index finds names, and no part of one: the names are looked up among those counted as the ledger was reconciled
    and among those of claims recorded since, which are few as a rule.
    """
    c, counted = claim.c, computed.source_count.c
    done = connection.scalar(select(computed.mark.c.value).where(computed.mark.c.name == COUNTED))
    if done is None:
        return _holds(c.source, words)
    since = select(c.source).where(c.seq > int(done.partition("/")[0]), _holds(c.source, words)).distinct()
    known = select(counted.name).where(counted.kind == "voice", _holds(counted.name, words))
    names = sorted({name for query in (known, since) for name in connection.scalars(query.limit(MOST_NAMES + 1))})
    if len(names) > MOST_NAMES:
        return _holds(c.source, words)
    # Of one voice the index has the claims in the order of a list.
    return c.source == names[0] if len(names) == 1 else c.source.in_(names)


def _holds(name: Any, words: str) -> Condition:
    found: Condition = (" " + name + " ").contains(f" {words} ", autoescape=True)
    return found


def days(question: Question) -> list[Condition]:
    """That the event can lie between the question's days."""
    c = claim.c
    undated = and_(c.since.is_(None), c.until.is_(None))
    found: list[Condition] = []
    if question.since is not None:
        found.append(or_(c.until >= question.since.isoformat(), and_(c.until.is_(None), c.since.is_not(None)), undated))
    if question.until is not None:
        found.append(or_(c.since <= question.until.isoformat(), and_(c.since.is_(None), c.until.is_not(None)), undated))
    if question.dated_only:
        found.append(or_(c.since.is_not(None), c.until.is_not(None)))
    return found


def clocks(question: Question) -> list[Condition]:
    """That it was published by then, and that this ledger held it then."""
    c = claim.c
    found: list[Condition] = []
    if question.known_by is not None:
        found.append(c.latest <= question.known_by.isoformat())
    if question.held_by is not None:
        found.append(c.recorded <= moment(question.held_by))
    return found


def document_conditions(connection: Connection, question: Question) -> list[Condition]:
    """What documents must fulfil, as far as the question speaks of documents."""
    d = document.c
    found: list[Condition] = []
    if question.publisher is not None:
        found.append(d.publisher == fold(question.publisher))
    if question.document is not None:
        found.append(d.seq == lookups.document_seq(connection, question.document))
    if question.known_by is not None:
        found.append(d.latest <= question.known_by.isoformat())
    if question.held_by is not None:
        found.append(d.recorded <= moment(question.held_by))
    return found


def of_claims(question: Question) -> bool:
    """True when the question asks for something that only claims have."""
    return any((
        question.measures, question.actor, question.status, question.place, question.country, question.since,
        question.until, question.dated_only, question.source, question.incident,
    ))  # fmt: skip


def fits(wanted: Filter, held: Held) -> bool:
    """Whether a claim, perhaps corrected by a person, is still what the question asks for.

    Of measure, population, place and day only: a correction changes nothing else that a question can name.
    """
    question, who, mention, period = wanted.question, held.claim.population, held.claim.place, held.claim.period
    if question.measures and held.claim.measure.value not in question.measures:
        return False
    if wanted.actors and (who is None or who.actor is None or fold(who.actor) not in wanted.actors):
        return False
    if question.status is not None and (who is None or who.status.value != question.status):
        return False
    place = None if mention is None else mention.place
    if question.country is not None and (place is None or place.country != question.country.upper()):
        return False
    if wanted.place is not None:
        name = None if mention is None else fold(mention.span.text if place is None else place.name)
        within = place is not None and any(_lies_in(place, area) for area in wanted.places)
        if name not in _names(wanted) and not within:
            return False
    start, end = (None, None) if period is None else (period.start, period.end)
    return _in_days(question, start, end)


def _in_days(question: Question, start: date | None, end: date | None) -> bool:
    if start is None and end is None:
        return not question.dated_only
    if question.since is not None and end is not None and end < question.since:
        return False
    return not (question.until is not None and start is not None and start > question.until)


def _names(wanted: Filter) -> set[str]:
    return {wanted.place or "", *(fold(place.name) for place in wanted.places)}


def _inside(area: Place) -> Condition | None:
    """That a claim's place lies in the area; None for a place that holds no others."""
    c = claim.c
    if area.precision is Precision.COUNTRY and area.country is not None:
        return c.country == area.country
    if area.precision is Precision.ADMIN1 and area.country is not None and area.admin1 is not None:
        return and_(c.country == area.country, c.admin1 == area.admin1)
    return None


def _lies_in(place: Place, area: Place) -> bool:
    if area.precision is Precision.COUNTRY:
        return area.country is not None and place.country == area.country
    if area.precision is Precision.ADMIN1 and area.admin1 is not None:
        return (place.country, place.admin1) == (area.country, area.admin1)
    return False


def _places_called(connection: Connection, name: str) -> tuple[Place, ...]:
    """The records that claims of this ledger mean by the name."""
    c = claim.c
    rows = connection.execute(
        select(c.geonameid, c.country, c.admin1, c.precision)
        .where(c.place == name, c.geonameid.is_not(None))
        .distinct()
        .limit(20)
    )
    return tuple(Place(name, r.geonameid, 0.0, 0.0, r.country, Precision(r.precision), r.admin1) for r in rows)
