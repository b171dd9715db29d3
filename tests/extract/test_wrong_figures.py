"""Sentences whose figures are easily put on the wrong people, or taken for people at all."""

from __future__ import annotations

import pytest

from tallystick.extract import extract
from tallystick.model.claims import Claim
from tallystick.model.values import Form
from tests.extract.parsing import document


def claims(text: str) -> tuple[Claim, ...]:
    return extract(document(text)).claims


def read_off(text: str) -> list[tuple[float | None, float | None, str]]:
    return [(c.count.low, c.count.high, c.measure.value) for c in claims(text)]


@pytest.mark.parametrize("text", ["Half of the miners were killed.", "More than half of the miners were killed."])
def test_a_share_without_a_whole_bounds_no_number_of_people(text: str) -> None:
    (claim,) = claims(text)

    assert (claim.count.low, claim.count.high, claim.count.value) == (None, None, 0.5)
    assert (claim.count.form, claim.count.unit) == (Form.FRACTION, "share")


@pytest.mark.parametrize(
    ("text", "unit", "who"),
    [
        ("A third of the 60 miners were killed.", "person", "miners"),
        ("About 20 percent of the 300 sailors died.", "person", "sailors"),
        ("Two thirds of the 60 houses were destroyed.", "building", "houses"),
    ],
)
def test_a_share_of_a_whole_counts_those_of_the_whole(text: str, unit: str, who: str) -> None:
    claim = claims(text)[0]

    assert claim.population is not None
    assert (claim.population.text, claim.count.unit) == (who, unit)
