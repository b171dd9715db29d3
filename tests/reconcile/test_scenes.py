"""Which claims of one report tell of one event, and what is known of that event."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from tallystick.model.claims import Factuality
from tallystick.model.mentions import AttributionMention, EventMention, LinkKind, PlaceMention
from tallystick.model.report import Report
from tallystick.model.text import Document, Span
from tallystick.model.values import Accumulation, Grain, Measure, Period, Place, Precision
from tallystick.pipeline import examples
from tallystick.reconcile.scenes import scenes
from tests.reconcile.build import claim, day, place, report

ORRIN = place("Orrin", 10.0, 20.0)
VELDEN = place("Velden", 14.0, 27.0)
DOCUMENT = "ab" * 8


def test_two_events_of_one_report_are_two_scenes_in_text_order() -> None:
    text = "Shells killed 12 guards at Orrin. A mine hurt 7 sailors off Velden."
    first = claim(text, "12", "guards", place=ORRIN, period=day(3))
    second = claim(text, "7", "sailors", Measure.WOUNDED, place=VELDEN, period=day(5))

    one, two = scenes(report(text, first, second), DOCUMENT)

    assert (one.claims, one.place_text, one.start, one.end) == (
        (first.id,),
        "Orrin",
        date(2031, 5, 3),
        date(2031, 5, 3),
    )
    assert (two.claims, two.place_text, two.start) == ((second.id,), "Velden", date(2031, 5, 5))
    assert [one.id, two.id] == ["abababab#0", "abababab#1"]
    assert one.words == "Shells killed 12 guards at Orrin."
    assert (one.targets, two.targets) == (("guards",), ("sailors",))


@pytest.mark.parametrize("measure", [Measure.DISPLACED, Measure.DESTROYED, Measure.MISSING, Measure.STRUCK])
def test_every_measure_belongs_to_the_scene_that_it_is_told_with(measure: Measure) -> None:
    text = "Shells killed 12 guards at Orrin. The same shells hit 30 houses."
    claims = [
        claim(text, "12", "guards", place=ORRIN, period=day(3)),
        claim(text, "30", "houses", measure, place=ORRIN, period=day(3)),
    ]

    (scene,) = scenes(report(text, *claims), DOCUMENT)

    assert scene.claims == tuple(c.id for c in claims)


def test_a_running_total_is_a_scene_of_its_own() -> None:
    text = "Shells killed 12 guards at Orrin. More than 300 guards have died since January."
    event = claim(text, "12", "guards", place=ORRIN, period=day(3))
    total = claim(text, "more than 300".capitalize(), "guards", place=ORRIN, accumulation=Accumulation.CUMULATIVE)
    total = replace(total, period=Period(date(2031, 1, 1), None, Grain.MONTH))

    told, running = scenes(report(text, event, total), DOCUMENT)

    assert (told.cumulative, running.cumulative) == (False, True)
    assert (running.start, running.end) == (date(2031, 1, 1), None)


def test_an_event_named_only_as_the_occasion_is_an_aside() -> None:
    text = "Riders killed 12 guards at Orrin. It was in revenge for the killing of 3 herders."
    event = claim(text, "12", "guards", place=ORRIN, period=day(3))
    occasion = claim(text, "3", "herders")

    assert [s.aside for s in scenes(report(text, event, occasion), DOCUMENT)] == [False, True]


def test_the_only_event_of_a_report_is_where_the_report_is() -> None:
    text = "Rain fell on Orrin. Shells killed 12 guards."
    country = PlaceMention(Span(0, 4, "Rain"), Place("Land", 1, 11.0, 21.0, "XX", Precision.COUNTRY), 1.0)
    vague = claim(text, "12", "guards", place=country)

    (scene,) = scenes(replace(report(text, vague), places=(country, ORRIN)), DOCUMENT)

    assert scene.place == ORRIN.place
    assert scene.place_text == "Orrin"


@pytest.mark.parametrize(("province", "where"), [("North", "Orrin"), ("South", "Land of Dara")])
def test_a_town_of_another_province_is_not_where_it_was(province: str, where: str) -> None:
    text = "Shells killed 12 guards in the land of Dara."
    span = Span(0, 6, "Shells")
    around = PlaceMention(span, Place("Land of Dara", 1, 11.0, 21.0, "XX", Precision.ADMIN1, "North"), 1.0)
    town = PlaceMention(span, Place("Orrin", 2, 11.2, 21.2, "XX", Precision.TOWN, province), 1.0)

    (scene,) = scenes(replace(report(text, claim(text, "12", "guards", place=around)), places=(around, town)), DOCUMENT)

    assert scene.place is not None
    assert scene.place.name == where


def test_what_the_report_does_not_say_stays_unknown() -> None:
    (scene,) = scenes(report("12 guards died.", claim("12 guards died.", "12", "guards")), DOCUMENT)

    assert (scene.place, scene.place_text, scene.start, scene.end) == (None, None, None, None)


def test_names_of_people_and_buildings_are_kept_and_those_of_days_and_speakers_are_not() -> None:
    text = (
        "Shells killed 12 guards and the baker Orben Vask at Hill School on Tuesday. "
        "The dead lay there till dawn, Colonel Issa Oro said. Lena Marr lost an arm."
    )
    spoken = text.index("Colonel Issa Oro")
    said = AttributionMention(Span.of(text, spoken, spoken + 16), None, (), LinkKind.SAYS)

    (scene,) = scenes(replace(report(text, claim(text, "12", "guards")), attributions=(said,)), DOCUMENT)

    assert scene.names == ("Orben Vask", "Hill School", "Lena Marr")


def test_event_types_are_those_of_the_scenes_own_sentences_that_happened() -> None:
    text = "Shells killed 12 guards at Orrin. A vote follows. No raid came."
    at = text.index("killed"), text.index("vote"), text.index("raid")
    found = [Span.of(text, i, i + 4) for i in at]
    events = (
        EventMention(found[0], "ASSAULT"),
        EventMention(found[1], "CONSULT"),
        EventMention(found[0], "MOBILIZE", modes=("negation",)),
    )

    (scene,) = scenes(replace(report(text, claim(text, "12", "guards")), events=events), DOCUMENT)

    assert scene.events == ("ASSAULT",)


def test_a_report_without_figures_has_no_scenes() -> None:
    document = Document("Rain fell.", "0" * 64, "0" * 64)

    assert scenes(Report(document), DOCUMENT) == ()


def test_every_claim_of_the_examples_is_in_exactly_one_scene() -> None:
    seen = 0
    for told in examples():
        counted = Counter(claim for scene in scenes(told, DOCUMENT) for claim in scene.claims)
        assert counted == Counter(c.id for c in told.claims)
        seen += len(counted)
    assert seen > 40


def test_what_is_only_planned_does_not_date_a_running_total() -> None:
    text = "Some 900 people left since 2 May. Up to 5000 people may go by June."
    left = claim(text, "900", "people", Measure.DISPLACED, accumulation=Accumulation.CUMULATIVE)
    left = replace(left, period=Period(date(2031, 5, 2), date(2031, 5, 9), Grain.DAY))
    plan = claim(text, "Up to 5000".lower().capitalize(), "people", Measure.DISPLACED)
    plan = replace(
        plan,
        period=Period(date(2031, 5, 2), date(2031, 6, 30), Grain.MONTH),
        accumulation=Accumulation.CUMULATIVE,
        factuality=Factuality.PLANNED,
    )

    (scene,) = scenes(report(text, left, plan), DOCUMENT)

    assert (scene.start, scene.end) == (date(2031, 5, 2), date(2031, 5, 9))
