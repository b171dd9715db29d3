"""Values that contradict themselves cannot be built, and ids depend on words alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.errors import ImpossibleCount, ImpossiblePeriod, ImpossibleSpan, TallystickError, UnknownClaim
from tallystick.model.claims import Claim, Population, claim_id
from tallystick.model.mentions import PlaceMention
from tallystick.model.report import Report
from tallystick.model.text import Document, Span
from tallystick.model.values import Count, Measure, Period, Place, Precision

TEXT = "Shelling killed 12 people in Goma."


def claim() -> Claim:
    count = Span.of(TEXT, 16, 18)
    whole = Span.of(TEXT, 16, 25)
    people = Span.of(TEXT, 19, 25)
    return Claim(
        id=claim_id("0" * 64, count, Measure.KILLED, people),
        document="0" * 64,
        span=whole,
        count=Count(12, 12, 12),
        count_span=count,
        measure=Measure.KILLED,
        sentence=Span.of(TEXT, 0, len(TEXT)),
        population=Population("people", people),
    )


def test_a_claim_without_a_span_cannot_be_constructed() -> None:
    with pytest.raises(TypeError):
        Claim(id="x", document="y", count=Count(1, 1), measure=Measure.KILLED)  # type: ignore[call-arg]


def test_a_figure_outside_its_claim_is_refused() -> None:
    with pytest.raises(ImpossibleSpan, match="lies outside the claim"):
        replace(claim(), count_span=Span.of(TEXT, 0, 8))


@pytest.mark.parametrize(("start", "end"), [(-1, 4), (4, 4), (5, 4), (30, 99)])
def test_a_span_outside_its_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ImpossibleSpan):
        Span.of(TEXT, start, end)


def test_a_span_whose_words_do_not_fit_is_refused() -> None:
    with pytest.raises(ImpossibleSpan):
        Span(0, 8, "Shell")


def test_a_better_geoparser_leaves_the_id_as_it_was() -> None:
    goma = Place("Goma", 216281, -1.68, 29.23, "CD", Precision.TOWN)
    placed = replace(claim(), place=PlaceMention(Span.of(TEXT, 29, 33), goma, 0.9))
    again = claim_id(placed.document, placed.count_span, placed.measure, placed.population and placed.population.span)
    assert again == claim().id


def test_another_measure_on_the_same_words_has_another_id() -> None:
    span = Span.of(TEXT, 16, 18)
    assert claim_id("0", span, Measure.KILLED, None) != claim_id("0", span, Measure.WOUNDED, None)


def test_a_low_end_above_the_high_end_is_refused() -> None:
    with pytest.raises(ImpossibleCount, match="low 20 is above high 10"):
        Count(20, 10)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ImpossiblePeriod):
        Period(date(2025, 2, 1), date(2025, 1, 1))


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        (Count(100, 100), Count(600, 600), True),
        (Count(600, None), Count(2_300, 2_300), False),
        (Count(None, 8_000), Count(9_000, None), True),
        (Count(None, None), Count(3, 3), False),
    ],
)
def test_two_counts_contradict_when_no_number_satisfies_both(one: Count, other: Count, contradict: bool) -> None:
    assert one.contradicts(other) is contradict
    assert other.contradicts(one) is contradict


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_contradiction_is_the_absence_of_a_shared_number(a: int, b: int, c: int, d: int) -> None:
    one, other = Count(min(a, b), max(a, b)), Count(min(c, d), max(c, d))
    shared = set(range(min(a, b), max(a, b) + 1)) & set(range(min(c, d), max(c, d) + 1))
    assert one.contradicts(other) is (not shared)


def test_an_unknown_claim_is_named_with_those_that_exist() -> None:
    report = Report(Document(TEXT, "0" * 64, "0" * 64), (claim(),))
    assert report.claim(claim().id[:6]) == claim()
    with pytest.raises(UnknownClaim, match=claim().id):
        report.claim("zzz")


def test_every_error_derives_from_one_base() -> None:
    assert issubclass(ImpossibleCount, TallystickError)
    assert issubclass(ImpossibleCount, ValueError)
