"""A figure's fields as a form fills them in: what changes, what is wrong with each, and how the claim then reads."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from tallystick.errors import BadJudgement
from tallystick.extract.gazetteer import gazetteer
from tallystick.ledger import corrections
from tallystick.lexicon.gazetteer.names import key
from tallystick.model.claims import Claim, Status
from tallystick.model.records import Judgement, Verdict
from tallystick.model.reviewing import Correction
from tallystick.model.values import Grain, Measure, Number, Period, Place, Precision
from tallystick.views import words

FIELDS = ("low", "high", "measure", "who", "actor", "status", "place", "start", "end")
"""The form's fields, in its order."""
_COUNTRY = re.compile(r"(.+?),\s*([A-Za-z]{2})\s*")


def as_form(claim: Claim) -> dict[str, str]:
    """What the fields hold before anybody changes them; "" where the report says nothing."""
    count, who, period = claim.count, claim.population, claim.period
    return {
        "low": _plain(count.low),
        "high": _plain(count.high),
        "measure": claim.measure.value,
        "who": "" if who is None else words.clean(who.text),
        "actor": "" if who is None else who.actor or "",
        "status": Status.UNKNOWN.value if who is None else who.status.value,
        "place": _named(claim),
        "start": "" if period is None or period.start is None else period.start.isoformat(),
        "end": "" if period is None or period.end is None else period.end.isoformat(),
    }


def _plain(value: Number | None) -> str:
    return "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)


def _named(claim: Claim) -> str:
    if claim.place is None:
        return ""
    place = claim.place.place
    if place is None:
        return words.clean(claim.place.span.text)
    return place.name if place.country is None else f"{place.name}, {place.country}"


def corrected(claim: Claim, given: Mapping[str, str]) -> Correction:
    """What a filled-in form changes of a claim. Fields that are not given stay as they are."""
    before = as_form(claim)
    after = before | {name: given[name].strip() for name in FIELDS if name in given}
    errors: dict[str, str] = {}
    fields: dict[str, Any] = {}
    if (after["low"], after["high"]) != (before["low"], before["high"]):
        fields |= _count(after, errors)
    if after["measure"] != before["measure"]:
        if after["measure"] in [one.value for one in Measure]:
            fields["measure"] = after["measure"]
        else:
            errors["measure"] = f"“{after['measure']}” is no measure. Choose one of the list."
    fields |= _population(claim, before, after, errors)
    if after["place"] != before["place"]:
        fields |= _place(after["place"], errors)
    if (after["start"], after["end"]) != (before["start"], before["end"]):
        fields |= _period(after, errors)
    if errors:
        return Correction(errors=errors)
    if not fields:
        return Correction(errors={"form": "No field differs from what was read. Accept it, or change a field."})
    changes = tuple(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in fields.items())
    try:
        read = corrections.corrected(claim, _as_judged(claim, fields))
    except BadJudgement as error:
        return Correction(errors={"form": str(error.__cause__ or error)})
    return Correction(changes, shown=tuple(differences(claim, read)))


def _as_judged(claim: Claim, fields: Mapping[str, Any]) -> Judgement:
    nested: dict[str, Any] = {}
    for name, value in fields.items():
        above, dot, last = name.partition(".")
        if dot:
            nested.setdefault(above, {})[last] = value
        else:
            nested[name] = value
    at = datetime(1970, 1, 1, tzinfo=UTC)  # never recorded
    return Judgement("preview", Verdict.CORRECT, (claim.id,), "preview", at, changes=json.dumps(nested))


def differences(before: Claim, after: Claim) -> list[tuple[str, str, str]]:
    """(field, before, after) in words, for the fields that read otherwise."""
    rows = [
        ("Count", words.figure(before.count), words.figure(after.count)),
        ("Measure", words.measure(before), words.measure(after)),
        ("Population", words.who(before.population), words.who(after.population)),
        ("Place", words.where(before.place), words.where(after.place)),
        ("Period", words.when(before.period, before.time), _when(before, after)),
        ("Certainty", " · ".join(words.sure(before)), " · ".join(words.sure(after))),
    ]
    return [row for row in rows if row[1] != row[2]]


def _when(before: Claim, after: Claim) -> str:
    return words.when(after.period, after.time if after.period == before.period else None)


def _count(after: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    ends: dict[str, Number | None] = {}
    for name in ("low", "high"):
        text = after[name].replace(",", "").replace("\u202f", "").replace(" ", "")
        if not text:
            ends[name] = None
        elif re.fullmatch(r"\d{1,15}", text):
            ends[name] = int(text)
        elif re.fullmatch(r"\d{1,15}\.\d{1,6}", text):
            ends[name] = float(text)
        else:
            errors[name] = f"“{after[name]}” is no number. Write digits, or leave it empty where that side is open."
    low, high = ends.get("low"), ends.get("high")
    if low is not None and high is not None and low > high:
        errors["low"] = f"{low:,} is above {high:,}. Give the lower number first."
    if ends == {"low": None, "high": None}:
        errors["low"] = "Give at least one number. Where the sentence states no figure, reject it."
    return {f"count.{name}": value for name, value in ends.items()}


def _population(
    claim: Claim, before: Mapping[str, str], after: Mapping[str, str], errors: dict[str, str]
) -> dict[str, Any]:
    names = {"who": "text", "actor": "actor", "status": "status"}
    changed = [name for name in names if after[name] != before[name]]
    if not changed:
        return {}
    if after["status"] not in [one.value for one in Status]:
        errors["status"] = f"“{after['status']}” is no status. Choose one of the list."
    if not after["who"]:
        if claim.population is not None and changed == ["who"]:
            return {"population": None}
        errors["who"] = "Say who is counted, in the words of the report."
        return {}
    fields: dict[str, Any] = {f"population.{names[name]}": after[name] or None for name in changed}
    if claim.population is None:
        fields["population.text"] = after["who"]
    return fields


def _place(text: str, errors: dict[str, str]) -> dict[str, Any]:
    if not text:
        return {"place": None}
    found = places_called(text)
    if not found:
        errors["place"] = (
            f"The place index has no “{text}”. Write its name, a comma and the country’s two letters (Sumy, UA), its "
            "GeoNames id, a larger place that it lies in, or nothing where the report names none."
        )
        return {}
    record = asdict(found[0])
    return {"place": {name: value for name, value in record.items() if value is not None}}


def places_called(text: str) -> list[Place]:
    """The records that a name may mean, the likeliest first: "Sumy", "Sumy, UA", or a GeoNames id.

    Those called so in the index before those also called so, settlements before areas, the larger before the smaller.
    """
    if text.isdecimal():
        rows = (gazetteer().geonameid == int(text[:9])).nonzero()[0]
        return [gazetteer().place(int(row)) for row in rows]
    match = _COUNTRY.fullmatch(text)
    name, country = (match[1], match[2].upper()) if match else (text, None)
    index = gazetteer()
    if country is not None and country not in index.countries:
        return []
    found = [index.place(int(record)) for record in index.lookup(key(name))[0]]
    fitting = [place for place in found if country is None or place.country == country]

    def order(place: Place) -> tuple[bool, bool, int]:
        settled = place.precision in (Precision.POINT, Precision.TOWN)
        return key(place.name) != key(name), not settled, -(place.population or 0)

    return sorted(fitting, key=order)


def _period(after: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    ends: dict[str, date | None] = {}
    for name in ("start", "end"):
        try:
            # Only whole days: fromisoformat takes week dates and the like as well.
            if after[name] and not re.fullmatch(r"\d{4}-\d\d-\d\d", after[name]):
                raise ValueError
            ends[name] = date.fromisoformat(after[name]) if after[name] else None
        except ValueError:
            errors[name] = f"“{after[name]}” is no day. Write it as 2024-05-14, or leave it empty where nobody says."
    if len(ends) < 2:
        return {}
    start, end = ends["start"], ends["end"]
    if start is not None and end is not None and start > end:
        errors["start"] = f"A period cannot start on {start} and end on {end}."
        return {}
    if start is None and end is None:
        return {"period": None}
    period = Period(start, end, Grain.DAY if start == end else None)
    return {
        "period": {
            "start": None if period.start is None else period.start.isoformat(),
            "end": None if period.end is None else period.end.isoformat(),
            "grain": None if period.grain is None else period.grain.value,
        }
    }
