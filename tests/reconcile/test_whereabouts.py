"""Where an incident was, when its claims do not say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tallystick.model.coding import CodedRow
from tallystick.model.values import Precision
from tallystick.reconcile import code
from tallystick.reconcile.whereabouts import country_by_demonyms
from tests.reconcile.build import claim, day, place, report

MERUNA = place("Meruna", 10.0, 20.0)
OSTER = place("Oster", 12.0, 30.0)


def rows(text: str, *figures: str, places: tuple[object, ...] = ()) -> tuple[CodedRow, ...]:
    made = [claim(text, figure, "people", period=day(n + 1)) for n, figure in enumerate(figures)]
    return code([replace(report(text, *made), places=places)])


def test_the_only_incident_of_a_report_lies_at_the_place_that_the_report_names() -> None:
    (row,) = rows("A shell fell on Meruna. It killed 4 people.", "4", places=(MERUNA,))

    assert row.place == MERUNA.place
    assert row.place_text == "Meruna"


def test_a_finer_place_of_the_claim_itself_is_kept() -> None:
    text = "A shell killed 4 people."
    country = replace(MERUNA, place=replace(OSTER.place, precision=Precision.COUNTRY)) if OSTER.place else MERUNA

    (row,) = code([replace(report(text, claim(text, "4", "people", place=MERUNA)), places=(MERUNA, country))])

    assert row.place == MERUNA.place


def test_of_several_incidents_none_is_given_a_place_that_its_claims_do_not() -> None:
    text = "A shell killed 4 people. The next day another killed 9 people."

    found = rows(text, "4", "9", places=(MERUNA,))

    assert len(found) < 2 or all(row.place is None for row in found)


def test_without_a_place_the_country_of_the_people_is_taken_with_a_note() -> None:
    (row,) = rows("A shell killed 4 people, Yemeni medics said.", "4")

    assert row.place is not None
    assert row.place.country == "YE"
    assert any("no place is named" in note for note in row.notes)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("North Korean guards shot a South Korean. The North Koreans fled.", "KP"),
        ("Two Afghans met a Turk.", "AF"),
        ("Nobody from anywhere was hurt.", None),
    ],
)
def test_the_country_whose_demonyms_stand_most_often_is_taken(text: str, country: str | None) -> None:
    assert country_by_demonyms(text) == country
