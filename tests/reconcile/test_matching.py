"""Coded rows and the figures that speak for or against them. All rows and claims are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tallystick.model.claims import Factuality, Population, Relation, RelationKind, Status
from tallystick.model.evidence import CodedEvent, Finding, Fit, Layout, Matched
from tallystick.model.geography import kilometres
from tallystick.model.records import Held
from tallystick.model.values import Accumulation, Count, Form, Measure, Period, Place, Precision
from tallystick.reconcile.matching import Index, fits
from tests.views.exports import build

ROW = CodedEvent(
    "77", 2, Layout.UCDP, build.DAY, build.DAY, "Orelle", "Lowland", "Italy", 45.5, 12.25, True,
    ("Government of Northland", "Civilians"), 10, 14, 16,
)  # fmt: skip
FAR = Place("Vessin", 990002, 44.0, 12.25, "IT", Precision.TOWN, admin1="Upland")


def row(**given: Any) -> CodedEvent:
    return replace(ROW, **given)


def dead(index: int = 0, **given: Any) -> Held:
    """A claim about the dead, with its fields changed."""
    one = build.held()[index]
    return replace(one, claim=replace(one.claim, **given))


def match(coded: CodedEvent, *held: Held) -> Matched:
    return Index(held).match(coded)


def test_a_figure_of_the_same_day_and_place_is_evidence_with_its_words_and_reasons() -> None:
    found = match(ROW, dead())

    (one,) = found.evidence
    assert (one.figure, one.quote) == (build.id_of(0), "At least 12 civilians were killed")
    assert one.reasons[:2] == ("the same day, 2031-05-02", "the same place, Orelle")
    assert "both name northland" in one.reasons
    assert one.score >= 0.9


def test_no_evidence_is_an_answer() -> None:
    found = match(row(start=date(2031, 8, 1), end=date(2031, 8, 1)), dead())

    assert (found.finding, found.evidence) == (Finding.NO_EVIDENCE, ())
    assert found.note == "no figure in the ledger has its days and place"


def test_a_row_without_a_date_finds_nothing_and_says_why() -> None:
    assert "no date" in match(row(start=None, end=None), dead()).note


@pytest.mark.parametrize(
    ("low", "high", "fit"),
    [
        (12, None, Fit.FITS),
        (14, 14, Fit.FITS),
        (None, 40, Fit.FITS),
        (17, 17, Fit.ABOVE),
        (17, None, Fit.ABOVE),
        (9, 9, Fit.BELOW),
        (None, 9, Fit.BELOW),
        (None, None, Fit.OPEN),
    ],
)
def test_a_figure_fits_where_its_bounds_and_the_rows_meet(low: int | None, high: int | None, fit: Fit) -> None:
    people = Population("people", None)

    assert fits(ROW, dead(count=Count(low, high), population=people))[0] is fit


def test_civilians_are_a_part_of_the_dead_unless_the_row_counts_them_apart() -> None:
    five = dead(count=Count(5, 5))

    assert fits(ROW, five)[0] is Fit.PART
    assert fits(row(civilians=5), five)[0] is Fit.FITS
    assert fits(row(civilians=14), five)[0] is Fit.BELOW


def test_more_children_than_the_row_has_dead_is_a_difference() -> None:
    children = dead(count=Count(20, 20), population=Population("children", None, age="child"))

    assert fits(ROW, children)[0] is Fit.ABOVE


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([Count(14, 14)], Finding.AGREES),
        ([Count(30, 30)], Finding.DIFFERS),
        ([Count(14, 14), Count(30, 30)], Finding.PARTLY),
    ],
)
def test_the_finding_follows_from_all_figures_found(counts: list[Count], expected: Finding) -> None:
    people = Population("people", None, status=Status.UNKNOWN)
    held = [replace(dead(count=c, population=people, id=f"{i}" * 16), seq=i) for i, c in enumerate(counts)]

    assert match(ROW, *held).finding is expected


def test_figures_of_two_events_are_all_listed_and_none_is_picked() -> None:
    here, there = dead(0), dead(2)
    found = match(ROW, here, there)

    assert len(found.evidence) == 2
    assert found.note.startswith("figures of 2 events come near")
    scenes = {h.scene.id: "inc-1" for h in (here, there) if h.scene}
    assert Index([here, there], scenes).match(ROW).note == ""


def test_an_event_that_is_plainly_further_off_is_left_aside_and_named() -> None:
    later = date(2031, 5, 3)
    other = dead(2, period=Period(later, later))
    found = match(ROW, dead(0), other)

    assert [one.figure for one in found.evidence] == [build.id_of(0)]
    assert other.scene is not None
    assert found.note == f"1 further event is less near and left aside ({other.scene.id})"


def test_counts_of_a_part_do_not_make_a_difference_agree() -> None:
    children = replace(
        dead(count=Count(3, 3), population=Population("children", None, age="child"), id="1" * 16), seq=1
    )
    people = dead(count=Count(30, 30), population=Population("people", None))

    assert match(ROW, children, people).finding is Finding.DIFFERS
    assert match(ROW, children).finding is Finding.PARTLY


def test_what_a_report_tells_as_a_part_is_no_difference() -> None:
    people = Population("people", None)
    more = dead(count=Count(2, 2, 2, Form.ADDITIVE), population=people)
    part = dead(count=Count(2, 2), population=people, relations=(Relation(RelationKind.PART_OF, "9" * 16),))

    assert fits(ROW, more)[0] is Fit.PART
    assert fits(ROW, part)[0] is Fit.PART


@pytest.mark.parametrize("measure", [Measure.WOUNDED, Measure.CASUALTIES, Measure.HONOURED])
def test_only_the_killed_are_evidence_for_deaths(measure: Measure) -> None:
    assert match(ROW, dead(measure=measure)).evidence == ()


@pytest.mark.parametrize("factuality", [Factuality.DENIED, Factuality.PLANNED, Factuality.SPECULATED])
def test_what_a_source_does_not_assert_is_no_evidence(factuality: Factuality) -> None:
    assert match(ROW, dead(factuality=factuality)).evidence == ()


def test_a_running_total_is_no_evidence_for_one_event() -> None:
    since_january = Period(date(2031, 1, 1), date(2031, 5, 2))

    assert match(ROW, dead(accumulation=Accumulation.CUMULATIVE, period=since_january)).evidence == ()


def test_a_town_in_another_province_is_another_place() -> None:
    place = replace(dead().claim.place, place=FAR, span=replace(dead().claim.place.span, text="Vessin"))  # type: ignore[type-var,union-attr]

    assert match(ROW, dead(place=place)).evidence == ()


def test_a_country_in_common_alone_is_weak_and_says_so() -> None:
    italy = Place("Italy", 1, 42.8, 12.8, "IT", Precision.COUNTRY)
    mention = dead().claim.place
    assert mention is not None
    coarse = dead(place=replace(mention, place=italy, span=replace(mention.span, text="Italia")))

    (one,) = match(row(place="Vessin", admin1=None), coarse).evidence
    assert "both in Italy, no closer" in one.reasons
    assert one.score < match(ROW, dead()).evidence[0].score


@pytest.mark.parametrize("spelled", ["Aurelle town", "Orrelle", "al-Orell", "Northern Orelle district"])
def test_another_spelling_of_the_place_is_the_same_place(spelled: str) -> None:
    assert match(row(place=spelled, lat=None, lon=None), dead()).evidence


def test_a_place_that_the_gazetteer_has_not_is_looked_for_in_the_sentence() -> None:
    unresolved = replace(dead(place=None), scene=None)

    assert "the sentence names Orelle" in match(ROW, unresolved).evidence[0].reasons
    assert match(row(place="Vessin"), unresolved).evidence == ()


def test_a_day_apart_is_allowed_and_two_are_not() -> None:
    next_day, third = date(2031, 5, 3), date(2031, 5, 4)

    assert "one day apart: 2031-05-02" in match(row(start=next_day, end=next_day), dead()).evidence[0].reasons
    assert match(row(start=third, end=third), dead()).evidence == ()


def test_a_claim_without_a_day_is_looked_for_in_the_week_before_its_report() -> None:
    undated = replace(dead(period=None), scene=None)

    (one,) = match(ROW, undated).evidence
    assert one.reasons[0] == "told on 2031-05-02, within a week of the event; the report gives no day"


def test_sides_in_common_raise_the_score_and_common_words_do_not() -> None:
    named = match(ROW, dead()).evidence[0].score
    common = match(row(sides=("Army of the Hills",)), dead()).evidence[0].score

    assert named > common


def test_the_distance_of_two_points_is_in_kilometres() -> None:
    assert kilometres(0, 0, 0, 1) == pytest.approx(111.19, abs=0.01)
    assert kilometres(45, 12, 45, 12) == 0
    assert kilometres(0, 179.5, 0, -179.5) == pytest.approx(111.19, abs=0.01)


def test_a_count_of_a_part_stands_after_the_figures_that_decide() -> None:
    people = Population("people", None)
    children = replace(
        dead(count=Count(3, 3), population=Population("children", None, age="child"), id="1" * 16), seq=1
    )
    found = match(ROW, children, dead(count=Count(30, 30), population=people))

    assert [one.fit for one in found.evidence] == [Fit.ABOVE, Fit.PART]
