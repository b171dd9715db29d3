"""Which of a text's places it is about."""

from __future__ import annotations

from tallystick.model.geography import dominant_country, main_place
from tallystick.model.mentions import PlaceMention, Reason
from tallystick.model.text import Span
from tallystick.model.values import Place, Precision


def mention(name: str, country: str, precision: Precision, score: float = 0.9, rule: str = "gazetteer") -> PlaceMention:
    place = Place(name, None, 0.0, 0.0, country, precision)
    return PlaceMention(Span(0, len(name), name), place, score, (Reason("place", rule),))


KENYA = mention("Kenya", "KE", Precision.COUNTRY)
MANDERA = mention("Mandera", "KE", Precision.TOWN)
SOMALIA = mention("Somalia", "SO", Precision.COUNTRY)


def test_the_finest_place_of_the_dominant_country_is_the_main_one() -> None:
    assert main_place([KENYA, MANDERA, SOMALIA]) == MANDERA


def test_the_first_of_equally_fine_places_is_the_main_one() -> None:
    garissa = mention("Garissa", "KE", Precision.TOWN)

    assert main_place([MANDERA, garissa]) == MANDERA


def test_a_country_that_acts_from_outside_does_not_outweigh_a_town() -> None:
    outside = mention("Saudi Arabia", "SA", Precision.COUNTRY, 0.98, "place_cues/aside")
    amran = mention("Amran", "YE", Precision.TOWN, 0.7)

    assert main_place([outside, amran]) == amran
    assert dominant_country([outside, amran]) == "YE"


def test_a_doubtful_resolution_yields_to_a_sure_one() -> None:
    doubtful = mention("Rann", "SI", Precision.TOWN, 0.12)

    assert main_place([doubtful, SOMALIA]) == SOMALIA
    assert main_place([doubtful]) == doubtful


def test_without_a_resolved_mention_there_is_no_main_place() -> None:
    unresolved = PlaceMention(Span(0, 3, "Qax"), None, 0.0)

    assert main_place([unresolved]) is None
    assert main_place([]) is None
    assert dominant_country([unresolved]) is None
