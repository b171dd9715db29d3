"""Claims to canonical JSON and back, by hand: nine in ten entries of a log are claims, so that this is its pace.

Keys are sorted, fields that are None or at their default are left out. A span is [start, end] where its words can be
read off the claim's sentence, [start, end, words] elsewhere: every body can be read on its own. A reason is
[stage, rule, span or null, note]. Whatever has a fraction, or lies beyond 2**53 - 1, is marked text (see number).
"""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any

from tallystick.errors import ImpossibleValue, LedgerDamaged
from tallystick.model.claims import (
    Attribution,
    Claim,
    Factuality,
    Interest,
    Population,
    Relation,
    RelationKind,
    Stance,
    Status,
)
from tallystick.model.mentions import LinkKind, PlaceMention, Reason, TimeMention, TimexType
from tallystick.model.text import Span
from tallystick.model.values import (
    Accumulation,
    Count,
    Form,
    Grain,
    Measure,
    Mod,
    Number,
    Period,
    Place,
    Precision,
)

EXACT = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly (RFC 8785, appendix D)."""

Json = Any
"""A value as json.loads gives it: the shape is this module's own, and a body that lacks it is damaged."""


def number(value: Number) -> str:
    """A number as JSON: 12 as 12, beyond 2**53 - 1 as "i:9007199254740992", 2.5 as "f:2.5"."""
    if isinstance(value, float):
        return f'"f:{value!r}"'
    return str(value) if -EXACT <= value <= EXACT else f'"i:{value}"'


def read_number(value: Json) -> Number:
    """What number wrote."""
    if isinstance(value, str):
        return int(value[2:]) if value[0] == "i" else float(value[2:])
    whole: int = value
    return whole


def claim_json(claim: Claim, document: str) -> str:
    """One line of canonical JSON. document is the id of the DocumentRecord it is recorded under."""
    sentence = claim.sentence
    base, words = sentence.start, sentence.text

    def span(s: Span) -> str:
        at = s.start - base
        if at >= 0 and words[at : s.end - base] == s.text:
            return f"[{s.start},{s.end}]"
        return f"[{s.start},{s.end},{quoted(s.text)}]"

    def reason(r: Reason) -> str:
        where = "null" if r.span is None else span(r.span)
        return f"[{quoted(r.stage)},{quoted(r.rule)},{where},{quoted(r.note)}]"

    parts: list[str] = []
    put = parts.append
    if claim.accumulation is not None:
        put(f'"accumulation":"{claim.accumulation}"')
    if claim.actor is not None:
        put(f'"actor":{_population(claim.actor, span)}')
    if claim.attributions:
        put(f'"attributions":[{",".join([_attribution(a, span) for a in claim.attributions])}]')
    put(f'"count":{_count(claim.count)},"count_span":{span(claim.count_span)},"document":{quoted(document)}')
    if claim.factuality is not Factuality.ASSERTED:
        put(f'"factuality":"{claim.factuality}"')
    put(f'"id":{quoted(claim.id)}')
    if claim.interest is not None:
        put(f'"interest":"{claim.interest}"')
    if claim.loaded:
        put(f'"loaded":[{",".join([span(s) for s in claim.loaded])}]')
    put(f'"measure":"{claim.measure}"')
    if claim.measure_span is not None:
        put(f'"measure_span":{span(claim.measure_span)}')
    if claim.period is not None:
        put(f'"period":{_period(claim.period)}')
    if claim.place is not None:
        place = claim.place
        put(
            f'"place":{{"place":{"null" if place.place is None else place_json(place.place)},'
            f'"reasons":[{",".join([reason(r) for r in place.reasons])}],'
            f'"score":{number(place.score)},"span":{span(place.span)}}}'
        )
    if claim.population is not None:
        put(f'"population":{_population(claim.population, span)}')
    if claim.reasons:
        put(f'"reasons":[{",".join([reason(r) for r in claim.reasons])}]')
    if claim.relations:
        put(f'"relations":[{",".join([_relation(r, span) for r in claim.relations])}]')
    put(f'"sentence":[{base},{sentence.end},{quoted(words)}],"span":{span(claim.span)}')
    if claim.stance is not Stance.REPORTING:
        put(f'"stance":"{claim.stance}"')
    if claim.time is not None:
        put(f'"time":{_time(claim.time, span, reason)}')
    return f"{{{','.join(parts)}}}"


def _count(count: Count) -> str:
    parts: list[str] = []
    if count.comparator is not None:
        parts.append(f'"comparator":{quoted(count.comparator)}')
    parts.append(f'"form":"{count.form}"')
    if count.high is not None:
        parts.append(f'"high":{number(count.high)}')
    if count.low is not None:
        parts.append(f'"low":{number(count.low)}')
    if count.mod is not None:
        parts.append(f'"mod":"{count.mod}"')
    if count.typical_high is not None:
        parts.append(f'"typical_high":{number(count.typical_high)}')
    if count.typical_low is not None:
        parts.append(f'"typical_low":{number(count.typical_low)}')
    if count.unit is not None:
        parts.append(f'"unit":{quoted(count.unit)}')
    if count.value is not None:
        parts.append(f'"value":{number(count.value)}')
    if count.whole is not None:
        parts.append(f'"whole":{number(count.whole)}')
    return f"{{{','.join(parts)}}}"


def _population(who: Population, span: Any) -> str:
    parts: list[str] = []
    if who.actor is not None:
        parts.append(f'"actor":{quoted(who.actor)}')
    if who.age is not None:
        parts.append(f'"age":{quoted(who.age)}')
    if who.antecedent is not None:
        parts.append(f'"antecedent":{span(who.antecedent)}')
    if who.occupation is not None:
        parts.append(f'"occupation":{quoted(who.occupation)}')
    if who.sex is not None:
        parts.append(f'"sex":{quoted(who.sex)}')
    if who.span is not None:
        parts.append(f'"span":{span(who.span)}')
    if who.status is not Status.UNKNOWN:
        parts.append(f'"status":"{who.status}"')
    parts.append(f'"text":{quoted(who.text)}')
    if who.unit is not None:
        parts.append(f'"unit":{quoted(who.unit)}')
    return f"{{{','.join(parts)}}}"


def _attribution(link: Attribution, span: Any) -> str:
    parts: list[str] = []
    if link.cue is not None:
        parts.append(f'"cue":{span(link.cue)}')
    parts.append(f'"kind":"{link.kind}"')
    if link.resolved is not None:
        parts.append(f'"resolved":{quoted(link.resolved)}')
    if link.source is not None:
        parts.append(f'"source":{quoted(link.source)}')
    if link.source_span is not None:
        parts.append(f'"source_span":{span(link.source_span)}')
    return f"{{{','.join(parts)}}}"


def _relation(relation: Relation, span: Any) -> str:
    cue = "" if relation.cue is None else f'"cue":{span(relation.cue)},'
    return f'{{{cue}"kind":"{relation.kind}","target":{quoted(relation.target)}}}'


@lru_cache(maxsize=4_096)  # days hold no number that has two texts
def _period(period: Period) -> str:
    parts: list[str] = []
    if period.end is not None:
        parts.append(f'"end":"{period.end.isoformat()}"')
    if period.grain is not None:
        parts.append(f'"grain":"{period.grain}"')
    if period.start is not None:
        parts.append(f'"start":"{period.start.isoformat()}"')
    return f"{{{','.join(parts)}}}"


@lru_cache(maxsize=4_096)  # reports of one place follow one another
def place_json(place: Place) -> str:
    """A gazetteer record as canonical JSON. Degrees are marked as fractions even where they are whole: places that
    are equal have one text."""
    parts: list[str] = []
    if place.admin1 is not None:
        parts.append(f'"admin1":{quoted(place.admin1)}')
    if place.country is not None:
        parts.append(f'"country":{quoted(place.country)}')
    if place.feature is not None:
        parts.append(f'"feature":{quoted(place.feature)}')
    if place.geonameid is not None:
        parts.append(f'"geonameid":{number(int(place.geonameid))}')
    parts.append(f'"lat":{number(place.lat + 0.0)},"lon":{number(place.lon + 0.0)},"name":{quoted(place.name)}')
    if place.population is not None:
        parts.append(f'"population":{number(int(place.population))}')
    parts.append(f'"precision":"{place.precision}"')
    return f"{{{','.join(parts)}}}"


def _time(time: TimeMention, span: Any, reason: Any) -> str:
    parts: list[str] = []
    if time.anchor is not None:
        parts.append(f'"anchor":{quoted(time.anchor)}')
    if time.mod is not None:
        parts.append(f'"mod":{quoted(time.mod)}')
    if time.period is not None:
        parts.append(f'"period":{_period(time.period)}')
    if time.reasons:
        parts.append(f'"reasons":[{",".join([reason(r) for r in time.reasons])}]')
    parts.append(f'"relation":{quoted(time.relation)},"span":{span(time.span)},"type":"{time.type}"')
    if time.value is not None:
        parts.append(f'"value":{quoted(time.value)}')
    return f"{{{','.join(parts)}}}"


_ACCUMULATION = {a.value: a for a in Accumulation}
_FACTUALITY = {f.value: f for f in Factuality}
_FORM = {f.value: f for f in Form}
_GRAIN = {g.value: g for g in Grain}
_INTEREST = {i.value: i for i in Interest}
_LINK = {k.value: k for k in LinkKind}
_MEASURE = {m.value: m for m in Measure}
_MOD = {m.value: m for m in Mod}
_RELATION = {k.value: k for k in RelationKind}
_STATUS = {s.value: s for s in Status}
_STANCE = {s.value: s for s in Stance}
_TIMEX = {t.value: t for t in TimexType}
_PRECISION = {p.value: p for p in Precision}


def read_claim(body: str, text_sha256: str) -> Claim:
    """The claim of a body. text_sha256 is that of the document it is recorded under.

    Raises LedgerDamaged for a body that is no claim.
    """
    return read_recorded_claim(body, text_sha256)[1]


def read_recorded_claim(body: str, text_sha256: str) -> tuple[str, Claim]:
    """The id of the document that a claim is recorded under, and the claim. Raises LedgerDamaged."""
    try:
        given = json.loads(body)
        return given["document"], _claim(given, text_sha256)
    except (ValueError, KeyError, TypeError, IndexError, ImpossibleValue) as error:
        raise _unreadable(body, error) from error


def read_side(body: str) -> tuple[Interest | None, str | None]:
    """A claim's interest, and the actor of its population: the same as read_claim has, without the rest.

    Raises LedgerDamaged.
    """
    try:
        given = json.loads(body)
        people = given.get("population")
        return _INTEREST[given["interest"]] if "interest" in given else None, people and people.get("actor")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(body, error) from error


def _unreadable(body: str, error: Exception) -> LedgerDamaged:
    return LedgerDamaged(
        f"this claim's entry cannot be read ({error}): {body[:80]}. Run “tallystick verify” on the ledger."
    )


def recorded_under(body: str) -> str:
    """The id of the document that a claim's body is recorded under. Raises LedgerDamaged."""
    try:
        found: str = json.loads(body)["document"]
    except (ValueError, KeyError, TypeError) as error:
        raise LedgerDamaged(f"this entry names no document: {body[:80]}. Run “tallystick verify”.") from error
    return found


def _claim(given: Json, text_sha256: str) -> Claim:
    start, end, words = given["sentence"]

    inside: dict[tuple[int, int], Span] = {}  # the same words are the reason for several things

    def span(at: Json) -> Span:
        if len(at) != 2:
            return Span(at[0], at[1], at[2])
        where = at[0], at[1]
        known = inside.get(where)
        if known is None:
            known = inside[where] = Span(at[0], at[1], words[at[0] - start : at[1] - start])
        return known

    def reasons(of: Json) -> tuple[Reason, ...]:
        return tuple([Reason(stage, rule, at and span(at), note) for stage, rule, at, note in of])

    get = given.get
    place, time, period = get("place"), get("time"), get("period")
    measure_span, loaded = get("measure_span"), get("loaded")
    return Claim(
        given["id"],
        text_sha256,
        span(given["span"]),
        _read_count(given["count"]),
        span(given["count_span"]),
        _MEASURE[given["measure"]],
        Span(start, end, words),
        measure_span and span(measure_span),
        _read_population(get("population"), span),
        _read_population(get("actor"), span),
        place
        and PlaceMention(
            span(place["span"]),
            place["place"] and read_place(place["place"]),
            read_number(place["score"]),
            reasons(place["reasons"]),
        ),
        None if period is None else _read_period(period),
        time
        and TimeMention(
            span(time["span"]),
            _TIMEX[time["type"]],
            time.get("value"),
            None if time.get("period") is None else _read_period(time["period"]),
            time.get("mod"),
            time["relation"],
            time.get("anchor"),
            reasons(time.get("reasons", ())),
        ),
        _ACCUMULATION[get("accumulation")] if "accumulation" in given else None,
        tuple([_read_attribution(a, span) for a in get("attributions", ())]),
        _FACTUALITY[get("factuality", "asserted")],
        _INTEREST[get("interest")] if "interest" in given else None,
        _STANCE[get("stance", "reporting")],
        tuple([span(at) for at in loaded]) if loaded else (),
        tuple(
            [
                Relation(_RELATION[r["kind"]], r["target"], span(r["cue"]) if "cue" in r else None)
                for r in get("relations", ())
            ]
        ),
        reasons(get("reasons", ())),
    )


def _read_count(given: Json) -> Count:
    get = given.get
    low, high, value = get("low"), get("high"), get("value")
    typical_low, typical_high, whole, mod = get("typical_low"), get("typical_high"), get("whole"), get("mod")
    return Count(
        None if low is None else read_number(low),
        None if high is None else read_number(high),
        None if value is None else read_number(value),
        _FORM[given["form"]],
        get("comparator"),
        None if mod is None else _MOD[mod],
        get("unit"),
        None if typical_low is None else read_number(typical_low),
        None if typical_high is None else read_number(typical_high),
        None if whole is None else read_number(whole),
    )


def _read_population(given: Json, span: Any) -> Population | None:
    if given is None:
        return None
    get = given.get
    at, antecedent = get("span"), get("antecedent")
    return Population(
        given["text"],
        at and span(at),
        get("actor"),
        _STATUS[get("status", "unknown")],
        get("sex"),
        get("age"),
        get("unit"),
        get("occupation"),
        antecedent and span(antecedent),
    )


def _read_attribution(given: Json, span: Any) -> Attribution:
    get = given.get
    source_span, cue = get("source_span"), get("cue")
    return Attribution(
        get("source"), source_span and span(source_span), cue and span(cue), _LINK[given["kind"]], get("resolved")
    )


def _read_period(given: Json) -> Period:
    get = given.get
    start, end, grain = get("start"), get("end"), get("grain")
    return Period(
        None if start is None else date.fromisoformat(start),
        None if end is None else date.fromisoformat(end),
        None if grain is None else _GRAIN[grain],
    )


def read_place(given: Json) -> Place:
    """The gazetteer record that place_json wrote."""
    get = given.get
    geonameid, population = get("geonameid"), get("population")
    return Place(
        given["name"],
        None if geonameid is None else int(read_number(geonameid)),
        read_number(given["lat"]),
        read_number(given["lon"]),
        get("country"),
        _PRECISION[given["precision"]],
        get("admin1"),
        get("feature"),
        None if population is None else int(read_number(population)),
    )
