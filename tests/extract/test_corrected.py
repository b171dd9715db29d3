"""Figures that only say that they correct another, over invented reports."""

from __future__ import annotations

import pytest

from tallystick.extract import extract
from tallystick.model.claims import Claim, Factuality, RelationKind, Stance
from tallystick.model.values import Measure
from tests.extract.parsing import document


def claims(text: str) -> tuple[Claim, ...]:
    return extract(document(text)).claims


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("At least 41 miners died in the flood near Ansongo on 3 May. The figure should have read at least 14.", 14),
        ("The flood near Ansongo on 3 May killed 41 miners. Correction: The correct figure is 14, not 41.", 14),
        ("A first version of this page said 41 miners died on 3 May; the correct number is 14.", 14),
        ("The toll near Ansongo was given as 41 dead. It should have been 14.", 14),
        ("The flood killed 41 miners and injured 30. The mine is shut. The correct figure is 14 rather than 41.", 14),
    ],
)
def test_a_correction_counts_what_the_figure_that_it_corrects_counted(text: str, right: int) -> None:
    found = claims(text)
    wrong = next(c for c in found if c.count.value == 41)
    correction = found[-1]

    assert (correction.count.value, correction.measure, correction.count.unit) == (right, Measure.KILLED, "person")
    assert [(r.kind, r.target) for r in correction.relations] == [(RelationKind.REVISES, wrong.id)]
    assert (correction.place, correction.period, correction.accumulation) == (
        wrong.place,
        wrong.period,
        wrong.accumulation,
    )
    if wrong.population is not None:
        assert correction.population is not None
        assert correction.population.text == wrong.population.text
    assert (correction.factuality, correction.stance) == (Factuality.ASSERTED, Stance.REPORTING)


def test_a_correction_keeps_its_own_limit() -> None:
    wrong, right = claims("Up to 41 miners died near Ansongo. The figure should have read at least 14.")

    assert (wrong.count.low, wrong.count.high) == (None, 41)
    assert (right.count.low, right.count.high) == (14, None)


def test_a_notice_under_a_page_that_is_right_by_now_repeats_its_figure() -> None:
    text = "The flood near Ansongo killed 14 miners and injured 30. The correct figure is 14, not 41."
    dead, injured, notice = claims(text)

    assert (injured.measure, notice.measure) == (Measure.WOUNDED, Measure.KILLED)
    assert [(r.kind, r.target) for r in notice.relations] == [(RelationKind.SAME_AS, dead.id)]


@pytest.mark.parametrize(
    "text",
    [
        "The figure should have read at least 14.",
        "The correct figure is 14, not 41.",
        "The flood killed 41 miners and injured 30. The figure should have read 14.",
        "The flood killed 41 miners and injured 41. The correct figure is 14, not 41.",
        "The flood killed 41 miners. The price should have been 14.",
        "The flood killed 41 miners. The growth figure should have been 14.",
        "The flood killed 41 miners. The figure should have been 14 percent.",
        "The flood killed 41 miners. The correct figure is $14, not $41.",
        "The flood killed 41 miners. The figure could have been 14.",
    ],
)
def test_no_claim_is_made_where_it_is_not_clear_what_is_corrected(text: str) -> None:
    assert 14 not in [c.count.value for c in claims(text) if c.measure is not Measure.QUANTITY]


def test_an_outlet_sets_right_what_it_had_its_source_say() -> None:
    wrong, right = claims("The army said 41 miners died near Ansongo. The figure should have been 14.")

    assert right.attributions == wrong.attributions
    assert [link.name for link in right.attributions] == ["The army"]


def test_another_source_takes_nothing_back() -> None:
    _, other = claims("The army said 41 miners died near Ansongo. The ministry said the figure should have been 14.")

    assert [link.name for link in other.attributions] == ["The ministry"]
    assert other.relations == ()


def test_what_is_right_is_not_what_the_first_version_said() -> None:
    wrong, right = claims("An earlier version of this page said 41 miners died; the correct number is 14.")

    assert [link.name for link in wrong.attributions] == ["An earlier version of this page"]
    assert right.attributions == ()
