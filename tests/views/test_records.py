from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tallystick.model.mentions import PlaceMention, TimeMention, TimexType
from tallystick.model.report import Report
from tallystick.model.values import Count, Form
from tallystick.views.records import report_record, schema
from tests import builders

CONTRACT = {
    "document": {"sha256", "text_sha256", "published", "published_bounds", "title", "publisher", "language"},
    "claim": {
        "id",
        "span",
        "count",
        "measure",
        "population",
        "place",
        "period",
        "accumulation",
        "attributions",
        "factuality",
        "stance",
        "loaded",
        "rules",
        "sentence",
    },
    "count": {"low", "high", "comparator", "form", "unit", "text", "start", "end"},
    "population": {"text", "start", "end", "actor", "status"},
    "place": {"name", "geonameid", "lat", "lon", "country", "precision"},
    "period": {"start", "end", "grain", "text"},
    "attribution": {"source", "source_start", "source_end", "cue", "kind"},
}


def faults(value: Any, rule: dict[str, Any], defs: dict[str, Any], at: str = "$") -> list[str]:
    """What breaks a rule of the schema: the small part of JSON Schema that our schema uses."""
    if "$ref" in rule:
        return faults(value, defs[rule["$ref"].removeprefix("#/$defs/")], defs, at)
    if "anyOf" in rule:
        found = [faults(value, choice, defs, at) for choice in rule["anyOf"]]
        return [] if any(not f for f in found) else min(found, key=len)
    if "enum" in rule and value not in rule["enum"]:
        return [f"{at}: {value!r} is none of {rule['enum']}"]
    kinds = rule.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    names = {"string": str, "integer": int, "number": (int, float), "object": dict, "array": list, "null": type(None)}
    if kinds and not any(isinstance(value, names[kind]) for kind in kinds):
        return [f"{at}: {value!r} is no {kinds}"]
    if isinstance(value, dict) and "properties" in rule:
        keys = [f"{at}: keys differ: {set(value) ^ set(rule['properties'])}"]
        inner = [f for k, v in value.items() for f in faults(v, rule["properties"].get(k, {}), defs, f"{at}.{k}")]
        return inner + (keys if set(value) != set(rule["properties"]) else [])
    if isinstance(value, list):
        return [f for i, item in enumerate(value) for f in faults(item, rule["items"], defs, f"{at}[{i}]")]
    return []


def check(report: Report) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(json.dumps(report_record(report)))
    assert faults(record, schema(), schema()["$defs"]) == []
    return record


def test_a_report_is_written_as_the_schema_says() -> None:
    record = check(builders.report())

    assert [claim["count"]["high"] for claim in record["claims"]] == [40, 25]
    assert record["claims"][0]["period"] == {
        "start": "2024-05-10",
        "end": "2024-05-10",
        "grain": "day",
        "text": "Friday",
    }


def test_every_key_of_the_contract_is_there() -> None:
    record = report_record(builders.report())
    first, second = record["claims"]

    assert CONTRACT["document"] <= set(record["document"])
    assert CONTRACT["claim"] <= set(first)
    for name in ("count", "population", "place", "period"):
        assert CONTRACT[name] <= set(first[name])
    assert CONTRACT["attribution"] <= set(second["attributions"][0])
    assert set(record) == {"document", "claims", "quotations", "times", "places", "events"}


def test_what_the_report_does_not_say_is_null_never_zero_or_blank() -> None:
    second = report_record(builders.report())["claims"][1]

    assert [second[key] for key in ("population", "place", "period", "accumulation", "actor")] == [None] * 5
    assert (second["count"]["comparator"], report_record(builders.report())["claims"][0]["count"]["low"]) == (
        None,
        None,
    )


def test_a_place_without_a_match_keeps_its_words_and_nothing_else() -> None:
    text = builders.TEXT
    mention = PlaceMention(builders.span(text, "Sumy"), None, 0.0)
    claim = builders.claim(text, "put the dead at 25", "25", Count(25, 25), place=mention)

    place = check(Report(builders.document(), (claim,)))["claims"][0]["place"]

    assert place["name"] == "Sumy"
    assert [place[key] for key in ("geonameid", "lat", "lon", "country", "precision")] == [None] * 5


def test_words_that_fix_no_day_keep_their_text_without_days() -> None:
    text = builders.TEXT
    time = TimeMention(builders.span(text, "Friday"), TimexType.DATE, None, None)
    claim = builders.claim(text, "put the dead at 25", "25", Count(25, 25), time=time)

    period = check(Report(builders.document(), (claim,)))["claims"][0]["period"]

    assert period == {"start": None, "end": None, "grain": None, "text": "Friday"}


@given(low=st.integers(0, 10**30), more=st.integers(0, 10**6), form=st.sampled_from(list(Form)))
def test_whole_numbers_of_any_size_stay_whole(low: int, more: int, form: Form) -> None:
    claim = builders.claim(builders.TEXT, "put the dead at 25", "25", Count(low, low + more, form=form))

    count = check(Report(builders.document(), (claim,)))["claims"][0]["count"]

    assert (count["low"], count["high"]) == (low, low + more)
