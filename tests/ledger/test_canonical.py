"""One thing has one text: canonical JSON as RFC 8785 has it, read back to the very same values."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.errors import LedgerDamaged
from tallystick.ledger.canonical import decode, encode, kind_of, moment, read_document, read_moment, read_scene
from tallystick.ledger.canonical_claims import claim_json, number, place_json, read_claim, read_number
from tallystick.ledger.written import Text, Thing, Withdrawal
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
from tallystick.model.quantities import Evidence, LinkVerdict, SceneLink
from tallystick.model.records import (
    Capture,
    DocumentRecord,
    EntryKind,
    Erasure,
    Judgement,
    LatticeFile,
    Scene,
    Unread,
    Verdict,
)
from tallystick.model.text import DateBounds, Span
from tallystick.model.values import Accumulation, Count, Form, Grain, Measure, Mod, Period, Place, Precision
from tests.builders import report

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
some_words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
maybe = words | st.none()
numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False)
days = st.dates()
times = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]))
digests = st.text("0123456789abcdef", min_size=64, max_size=64)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start, text = draw(st.integers(0, 400)), draw(some_words)
    return Span(start, start + len(text), text)


def several(strategy: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


def pair(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, Any]]:
    return st.tuples(values, values).map(lambda p: (min(p), max(p)))


periods = pair(days).flatmap(
    lambda p: st.builds(Period, st.sampled_from([p[0], None]), st.sampled_from([p[1], None]), st.sampled_from(Grain))
)
counts = pair(numbers).flatmap(
    lambda p: st.builds(
        Count,
        st.sampled_from([p[0], None]),
        st.sampled_from([p[1], None]),
        numbers | st.none(),
        st.sampled_from(Form),
        maybe,
        st.sampled_from(Mod) | st.none(),
        maybe,
        numbers | st.none(),
        numbers | st.none(),
        numbers | st.none(),
    )
)
reasons = st.builds(Reason, words, words, spans() | st.none(), words)
places = st.builds(
    Place,
    words,
    st.integers(0, 2**60) | st.none(),
    st.floats(-90, 90),
    st.floats(-180, 180),
    maybe,
    st.sampled_from(Precision),
    maybe,
    maybe,
    st.integers(0, 10**9) | st.none(),
)
populations = st.builds(
    Population,
    words,
    spans() | st.none(),
    maybe,
    st.sampled_from(Status),
    maybe,
    maybe,
    maybe,
    maybe,
    spans() | st.none(),
)
timexes = st.builds(
    TimeMention,
    spans(),
    st.sampled_from(TimexType),
    maybe,
    periods | st.none(),
    maybe,
    words,
    maybe,
    several(reasons),
)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """Claims with every field, spans inside the sentence and elsewhere, and words that do not match the sentence."""
    start, text = draw(st.integers(0, 300)), draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=4))
    sentence = Span(start, start + len(text), text)
    inside = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda p: p[0] < p[1])
    within = inside.map(lambda p: Span(start + p[0], start + p[1], text[p[0] : p[1]]))
    span = within | spans()
    whole = draw(span)
    maybe_span = span | st.none()
    return Claim(
        draw(words),
        draw(digests),
        whole,
        draw(counts),
        whole,
        draw(st.sampled_from(Measure)),
        sentence,
        draw(span | st.none()),
        draw(populations | st.none()),
        draw(populations | st.none()),
        draw(st.none() | st.builds(PlaceMention, span, places | st.none(), st.floats(0, 1), several(reasons))),
        draw(periods | st.none()),
        draw(timexes | st.none()),
        draw(st.sampled_from(Accumulation) | st.none()),
        draw(several(st.builds(Attribution, maybe, maybe_span, maybe_span, st.sampled_from(LinkKind), maybe))),
        draw(st.sampled_from(Factuality)),
        draw(st.sampled_from(Interest) | st.none()),
        draw(st.sampled_from(Stance)),
        draw(several(span)),
        draw(several(st.builds(Relation, st.sampled_from(RelationKind), words, span | st.none()))),
        draw(several(reasons)),
    )


bounds = st.builds(DateBounds, days | st.none(), days | st.none(), several(words))
records = st.builds(
    DocumentRecord,
    words,
    digests,
    digests,
    maybe,
    days | st.none(),
    times | st.none(),
    bounds | st.none(),
    maybe,
    maybe,
    maybe,
    maybe,
    words,
    times | st.none(),
    maybe,
)
things: st.SearchStrategy[Thing] = st.one_of(
    st.builds(Text, records, words, several(st.integers(-(2**64), 2**64)), st.booleans()),
    st.builds(Capture, digests, times, maybe, maybe, maybe, maybe),
    st.builds(
        Scene,
        words,
        st.integers(0, 99),
        several(words),
        places | st.none(),
        maybe,
        days | st.none(),
        days | st.none(),
        several(words),
        several(words),
        several(words),
        several(words),
        st.booleans(),
        st.booleans(),
        words,
    ),
    st.builds(
        SceneLink,
        words,
        words,
        st.floats(0, 1),
        st.sampled_from(LinkVerdict),
        several(st.builds(Evidence, words, st.floats(allow_nan=False), words)),
    ),
    st.builds(
        Judgement,
        words,
        st.sampled_from(Verdict),
        several(words),
        words,
        times,
        words,
        maybe,
        maybe,
        times | st.none(),
        maybe,
    ),
    st.builds(Withdrawal, words, words, times, maybe),
    st.builds(Unread, maybe, maybe, words, words, maybe),
    st.builds(Erasure, several(st.integers(0, 2**53 - 1)), words, several(digests)),
    st.builds(LatticeFile, words, words),
)


def canonical(body: str) -> bool:
    return bool(rfc8785.dumps(json.loads(body)) == body.encode())


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(claims())
def test_a_claim_is_written_as_rfc_8785_has_it_and_read_back_whole(claim: Claim) -> None:
    body = claim_json(claim, "3f9a12cd00000000")

    assert canonical(body)
    assert read_claim(body, claim.document) == claim


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(things)
def test_everything_else_is_too(thing: Thing) -> None:
    body = encode(thing, "3f9a12cd00000000")

    assert canonical(body)
    document, again = decode(kind_of(thing), body, str)
    assert again == thing
    if isinstance(thing, Capture):
        assert document == "3f9a12cd00000000"


def test_places_that_are_equal_have_one_text_whichever_came_first() -> None:
    places = [Place("Null Island", 1, lat, 7, "XX", Precision.TOWN) for lat in (0, 0.0, -0.0, False)]

    assert len({place_json.__wrapped__(place) for place in places}) == 1
    assert '"lat":"f:0.0","lon":"f:7.0"' in place_json(places[0])


@given(numbers)
def test_no_number_loses_a_digit(value: int | float) -> None:
    written = json.loads(number(value))

    assert read_number(written) == value
    assert type(read_number(written)) is type(value)
    assert isinstance(written, str) or abs(written) < 2**53


def test_real_claims_come_back_whole() -> None:
    for claim in report().claims:
        assert read_claim(claim_json(claim, "3f9a12cd00000000"), claim.document) == claim


def test_every_field_of_a_claim_is_written() -> None:
    """A field added to Claim must be added here too: the strategy above gives every field a value."""
    assert {field.name for field in fields(Claim)} == {
        "id", "document", "span", "count", "count_span", "measure", "sentence", "measure_span", "population", "actor",
        "place", "period", "time", "accumulation", "attributions", "factuality", "interest", "stance", "loaded",
        "relations", "reasons",
    }  # fmt: skip


def test_what_is_unknown_is_left_out_and_never_zero() -> None:
    (first, second) = report().claims
    body = json.loads(claim_json(second, "3f9a12cd00000000"))

    assert "place" not in body
    assert "high" not in json.loads(claim_json(first, "d"))["count"] or first.count.high is not None
    assert "low" not in json.loads(claim_json(first, "d"))["count"]


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_have_one_width_and_order_as_text(at: datetime) -> None:
    assert len(moment(at)) == 27
    assert read_moment(moment(at)) == at


def test_a_time_of_another_zone_is_written_in_utc() -> None:
    kyiv = timezone(timedelta(hours=2))

    assert moment(datetime(2026, 3, 1, 1, 30, tzinfo=kyiv)) == "2026-02-28T23:30:00.000000Z"


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", "null", '{"document":"d"}', '{"document":"d","sentence":[1]}'])
@pytest.mark.parametrize("kind", [kind for kind in EntryKind if kind is not EntryKind.ERASURE])
def test_a_body_that_is_not_what_we_wrote_is_told(kind: EntryKind, body: str) -> None:
    with pytest.raises(LedgerDamaged, match=r"cannot be read|names no document"):
        decode(kind, body, lambda _: "0" * 64)


def test_the_words_of_a_scene_and_a_text_are_read_by_name() -> None:
    scene = Scene("3f9a12cd00000000", 0, (), words="Words.", start=date(2026, 3, 1))
    text = Text(DocumentRecord("3f9a12cd00000000", "a", "b"), "Words.")

    assert read_scene(encode(scene)) == scene
    assert read_document(encode(text)) == text
