"""Report -> the JSON record: plain dicts whose keys stay stable (docs/reference/json.md, report.schema.json).

Offsets count code points of the document's text; ends are exclusive. null is what the report does not say.
"""

from __future__ import annotations

import json
from datetime import date
from enum import Enum
from importlib import resources
from typing import Any

from tallystick.model.claims import Attribution, Claim, Population
from tallystick.model.mentions import EventMention, PlaceMention, Quotation, TimeMention
from tallystick.model.report import Report
from tallystick.model.text import DateBounds, Document, Span
from tallystick.model.values import Count, Period

Record = dict[str, Any]


def report_record(report: Report) -> Record:
    """The whole report as a record, ready for json.dumps."""
    return {
        "document": document_record(report.document),
        "claims": [claim_record(claim) for claim in report.claims],
        "quotations": [_quotation(quotation) for quotation in report.quotations],
        "times": [_time(time) for time in report.times],
        "places": [_place(place) for place in report.places],
        "events": [_event(event) for event in report.events],
    }


def schema() -> Record:
    """The JSON Schema (draft 2020-12) of report_record's answer."""
    text = (resources.files(__package__) / "report.schema.json").read_text(encoding="utf-8")
    loaded: Record = json.loads(text)
    return loaded


def document_record(document: Document) -> Record:
    """What is known about the document; its text is not repeated, text_sha256 identifies it."""
    return {
        "sha256": document.sha256,
        "text_sha256": document.text_sha256,
        "name": document.name,
        "published": _day(document.published),
        "published_bounds": _bounds(document.published_bounds),
        "title": document.title,
        "publisher": document.publisher,
        "language": document.language,
        "reader": document.reader,
    }


def claim_record(claim: Claim) -> Record:
    """One claim under the keys of the contract."""
    return {
        "id": claim.id,
        "span": _span(claim.span),
        "count": _count(claim.count, claim.count_span),
        "measure": claim.measure.value,
        "population": _population(claim.population),
        "actor": _population(claim.actor),
        "place": None if claim.place is None else _place(claim.place),
        "period": _period(claim.period, claim.time),
        "accumulation": _value(claim.accumulation),
        "attributions": [_attribution(link) for link in claim.attributions],
        "factuality": claim.factuality.value,
        "interest": _value(claim.interest),
        "stance": claim.stance.value,
        "loaded": [_span(span) for span in claim.loaded],
        "relations": [
            {"kind": relation.kind.value, "target": relation.target, "cue": _span_or_none(relation.cue)}
            for relation in claim.relations
        ],
        "rules": list(claim.rules),
        "sentence": {"start": claim.sentence.start, "end": claim.sentence.end},
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _value(member: Enum | None) -> Any:
    return None if member is None else member.value


def _span(span: Span) -> Record:
    return {"start": span.start, "end": span.end, "text": span.text}


def _span_or_none(span: Span | None) -> Record | None:
    return None if span is None else _span(span)


def _bounds(bounds: DateBounds | None) -> Record | None:
    if bounds is None:
        return None
    return {"earliest": _day(bounds.earliest), "latest": _day(bounds.latest), "reasons": list(bounds.reasons)}


def _count(count: Count, words: Span) -> Record:
    return {
        "low": count.low,
        "high": count.high,
        "value": count.value,
        "comparator": count.comparator,
        "form": count.form.value,
        "unit": count.unit,
        "typical_low": count.typical_low,
        "typical_high": count.typical_high,
        "whole": count.whole,
        "text": words.text,
        "start": words.start,
        "end": words.end,
    }


def _population(population: Population | None) -> Record | None:
    if population is None:
        return None
    span = population.span
    return {
        "text": population.text,
        "start": None if span is None else span.start,
        "end": None if span is None else span.end,
        "actor": population.actor,
        "status": population.status.value,
        "sex": population.sex,
        "age": population.age,
        "unit": population.unit,
        "occupation": population.occupation,
        "antecedent": _span_or_none(population.antecedent),
    }


def _place(mention: PlaceMention) -> Record:
    """A place as found. A toponym that the gazetteer does not hold keeps its words; the rest is null."""
    place = mention.place
    return {
        "name": mention.span.text if place is None else place.name,
        "geonameid": None if place is None else place.geonameid,
        "lat": None if place is None else place.lat,
        "lon": None if place is None else place.lon,
        "country": None if place is None else place.country,
        "admin1": None if place is None else place.admin1,
        "precision": None if place is None else place.precision.value,
        "score": round(mention.score, 3),
        "text": mention.span.text,
        "start": mention.span.start,
        "end": mention.span.end,
    }


def _period(period: Period | None, time: TimeMention | None) -> Record | None:
    """The days a claim holds for. Words that fix no day keep their text; start, end and grain are null."""
    if period is None and time is None:
        return None
    return {
        "start": None if period is None else _day(period.start),
        "end": None if period is None else _day(period.end),
        "grain": None if period is None else _value(period.grain),
        "text": None if time is None else time.span.text,
    }


def _attribution(link: Attribution) -> Record:
    source = link.source_span
    return {
        "source": link.source,
        "source_start": None if source is None else source.start,
        "source_end": None if source is None else source.end,
        "resolved": link.resolved,
        "cue": None if link.cue is None else link.cue.text,
        "cue_start": None if link.cue is None else link.cue.start,
        "cue_end": None if link.cue is None else link.cue.end,
        "kind": link.kind.value,
    }


def _quotation(quotation: Quotation) -> Record:
    return {
        **_span(quotation.span),
        "kind": quotation.kind.value,
        "speaker": quotation.speaker,
        "speaker_span": _span_or_none(quotation.speaker_span),
        "cue": _span_or_none(quotation.cue),
        "chain": list(quotation.chain),
    }


def _time(time: TimeMention) -> Record:
    period = time.period
    return {
        **_span(time.span),
        "type": time.type.value,
        "value": time.value,
        "mod": time.mod,
        "period": None
        if period is None
        else {"start": _day(period.start), "end": _day(period.end), "grain": _value(period.grain)},
        "relation": time.relation,
        "anchor": time.anchor,
    }


def _event(event: EventMention) -> Record:
    return {
        **_span(event.span),
        "type": event.type,
        "mode": event.mode,
        "actor": _span_or_none(event.actor),
        "recipient": _span_or_none(event.recipient),
        "modes": list(event.modes),
    }
