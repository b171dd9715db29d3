"""FollowTheMoney: entities as JSON Lines, and the same as statements CSV, the surface words beside each value.

FollowTheMoney has no schema for a figure. A figure is a Note on its event, with our optional properties of a Figure
extension kept in its description; the report is an Article, the event an Event, its proof the Article.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tallystick.model.records import DocumentRecord, Held
from tallystick.views import words
from tallystick.views.exports import phrases
from tallystick.views.exports.events import Event, events
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.writing import Cell, beside, stamp, write_csv, write_lines

STATEMENTS = (
    "canonical_id", "entity_id", "prop", "prop_type", "schema", "value", "dataset", "origin", "lang", "original_value",
    "external", "first_seen", "last_seen", "id",
)  # fmt: skip
DATASET = "tallystick"
LOSES = (
    "figures as numbers: FollowTheMoney has no schema for one; low, high and comparator are words "
    "in a Note's description",
    "offsets in the report (JSON Lines and the annotations format have them)",
    "whether an actor is a person, a body or a people: each is a LegalEntity",
    "who said a figure and who passed it on: words in the Note's description",
    "tallies, conflicts, low, best and high: only what was said",
    "whether two reports share an origin: Similar links are not written",
    "a leading apostrophe in statements.csv marks a value that a spreadsheet would otherwise run as a formula",
)
_TYPES = {
    "title": "string", "author": "string", "publisher": "string", "publishedAt": "date", "sourceUrl": "url",
    "retrievedAt": "date", "contentHash": "checksum", "bodyText": "text", "language": "language", "name": "name",
    "date": "date", "startDate": "date", "endDate": "date", "location": "string", "country": "country",
    "involved": "entity", "proof": "entity", "description": "text", "entity": "entity", "document": "entity",
    "role": "string", "summary": "text", "fileName": "string",
}  # fmt: skip

Entity = dict[str, Any]


def entities(material: Material) -> Iterator[tuple[Entity, DocumentRecord | None, dict[str, str]]]:
    """Every entity once, with the document it is seen in, and the words behind its values where they differ."""
    found = events(material)
    seen: set[str] = set()
    event_of = {held.id: event for event in found for held in event.held}
    for event in found:
        yield _event(event), event.documents[0], {}
        for name in _parties(event):
            yield from _once(_party(name), event.documents[0], seen)
    for document, claims in material.by_document():
        yield _article(document, material.texts(document.id)), document, {}
        for held in claims:
            yield _note(held, event_of.get(held.id)), document, {"name": phrases.quote(held)}
    for event in found:
        for document in event.documents:
            yield _documentation(event, document), document, {}


def _once(entity: Entity, document: DocumentRecord, seen: set[str]) -> Iterator[tuple[Entity, DocumentRecord, Any]]:
    if entity["id"] not in seen:
        seen.add(entity["id"])
        yield entity, document, {}


def _entity(schema: str, key: str, **properties: Sequence[str | None]) -> Entity:
    kept = {name: [value for value in values if value] for name, values in properties.items()}
    return {"id": f"tally-{key}", "schema": schema, "properties": {n: v for n, v in kept.items() if v}}


def _article(document: DocumentRecord, text: str | None) -> Entity:
    return _entity(
        "Article",
        document.id,
        title=[document.title or phrases.file_name(document)],
        publisher=[document.publisher],
        publishedAt=[_day(document.published)],
        sourceUrl=[document.url],
        retrievedAt=[stamp(document.captured_at)],
        contentHash=[document.sha256],
        language=[document.language],
        bodyText=[text],
    )


def _event(event: Event) -> Entity:
    where, start, end = event.incident.where, event.start, event.end
    one_day = start is not None and start == end
    involved = [_party(name)["id"] for name in _parties(event)]
    return _entity(
        "Event",
        f"event-{event.incident.id}",
        name=[words.clean(event.incident.label) or f"event {event.incident.id}"],
        date=[_day(start) if one_day else None],
        startDate=[None if one_day else _day(start)],
        endDate=[None if one_day else _day(end)],
        location=[event.place],
        country=[where.country.lower() if where and where.country else None],
        involved=list(dict.fromkeys(involved)),
        proof=[f"tally-{document.id}" for document in event.documents],
    )


def _party(name: str) -> Entity:
    key = hashlib.sha256(name.casefold().encode("utf-8", "replace")).hexdigest()[:16]
    return _entity("LegalEntity", f"party-{key}", name=[name])


def _parties(event: Event) -> list[str]:
    """Those who did it, and those of its targets that have a name: "civilians" is nobody's."""
    named = [name for name in event.targets if any(word[0].isupper() for word in name.split())]
    return list(dict.fromkeys([*event.actors, *named]))


def _note(held: Held, event: Event | None) -> Entity:
    claim = held.claim
    said = [
        f"“{phrases.quote(held)}”",
        f"Figure: {words.bounds(claim.count.low, claim.count.high)} {words.measure(claim)}",
        f"Comparator: {words.clean(claim.count.comparator)}" if claim.count.comparator else "",
        f"Said by: {' → '.join(phrases.chain(held)) or 'unknown'}",
        f"Certainty: {', '.join(words.sure(claim))}",
        f"Figure id: {held.id}",
    ]
    return _entity(
        "Note",
        f"figure-{held.id.replace(':', '-')}",
        name=[phrases.figure(held)],
        description=[". ".join(part for part in said if part)],
        entity=[None if event is None else f"tally-event-{event.incident.id}"],
        proof=[f"tally-{held.document.id}"],
        publisher=[held.document.publisher],
    )


def _documentation(event: Event, document: DocumentRecord) -> Entity:
    return _entity(
        "Documentation",
        f"doc-{event.incident.id}-{document.id}",
        document=[f"tally-{document.id}"],
        entity=[f"tally-event-{event.incident.id}"],
        role=["report"],
        date=[_day(document.published)],
    )


def _day(day: date | datetime | None) -> str | None:
    return None if day is None else day.isoformat()


def statements(material: Material) -> Iterator[tuple[Cell, ...]]:
    """One row a value. first_seen is when the report was published, last_seen when we captured it."""
    for entity, document, spoken in entities(material):
        for prop, values in entity["properties"].items():
            if prop == "bodyText":
                continue
            for value in values:
                published = None if document is None else _day(document.published)
                captured = None if document is None else stamp(document.captured_at)
                key = f"{DATASET}.{entity['id']}.{prop}.{value}".encode("utf-8", "replace")
                yield (
                    entity["id"], entity["id"], prop, _TYPES[prop], entity["schema"], value, DATASET,
                    f"tallystick {material.version}", None, spoken.get(prop), None, published, captured or None,
                    hashlib.sha1(key).hexdigest(),
                )  # fmt: skip


def write(material: Material, out: Path) -> Written:
    """Writes the entities, and the statements beside them."""
    side = beside(out, "statements.csv")
    count = write_lines(out, (entity for entity, _, _ in entities(material)))
    write_csv(side, STATEMENTS, statements(material))
    return Written((out, side), count)


FTM = Format("ftm", "FollowTheMoney entities, JSON Lines, and statements CSV", ".jsonl", LOSES, write)
