"""Which of the places that a report names a claim holds at."""

from __future__ import annotations

import pytest

from tallystick.extract import extract
from tallystick.model.values import Precision
from tests.extract.parsing import document


def places(text: str) -> list[str | None]:
    return [c.place.span.text if c.place else None for c in extract(document(text)).claims]


@pytest.mark.parametrize(
    "text",
    [
        "Some 450 villagers died while Kenya was shelling farms along the river.",
        "Nine sailors were killed by Kenya.",
        "Nairobi-based monitors said that nine sailors drowned.",
        "A force led by Kenya killed nine sailors.",
    ],
)
def test_one_who_acts_is_not_where_it_happened(text: str) -> None:
    assert places(text) == [None]


def test_the_place_of_an_act_stands_beside_the_one_who_acts() -> None:
    assert places("Kenya killed nine sailors in Mombasa.") == ["Mombasa"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nine sailors died in Mombasa. Two others were wounded.", ["Mombasa", "Mombasa"]),
        ("Nairobi-based monitors spoke of a storm. Two sailors drowned.", [None]),
    ],
)
def test_a_place_holds_for_the_next_sentence_only_where_something_happened_in_it(
    text: str, expected: list[str | None]
) -> None:
    assert places(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Where somebody lives.
        ("Nine sailors died in Mombasa. Ola Venn, 39, of Nakuru, was held. Two others died.", ["Mombasa"] * 2),
        ("The sailor killed was named as Ola Venn, 32, of Nakuru.", [None]),
        ("The sailor killed was named as Ola Venn, 32, of Nakuru, Kenya.", [None]),
        ("The sailor killed was named as Ola Venn, 32, of Buckeye, Ariz.", [None]),
        # A feast, and a street that is called after a town.
        ("CHRISTMAS SHOOTING AT A CLUB. Two sailors died in Christmas killing.", [None]),
        ("A sailor was shot dead on Boston Road.", [None]),
        ("A sailor was shot dead on a road in Boston.", ["Boston"]),
        # Whose president, and whose soldier.
        ("Two sailors died as crowds hailed U.S. President Ola Venn.", [None]),
        ("He spoke of a slain U.S. soldier.", [None]),
        ("Two U.S. soldiers died in Mombasa.", ["Mombasa"]),
        # The whole of a name that an apostrophe stands in.
        ("The force detained nine men in Pul-e ‘Alam district, Logar province.", ["Pul-e ‘Alam district"]),
    ],
)
def test_a_home_a_feast_a_street_and_an_office_are_not_where_it_happened(text: str, expected: list[str | None]) -> None:
    assert places(text) == expected


def test_a_suburb_lies_near_its_city_and_the_countryside_is_the_province() -> None:
    text = "Nine sailors died in a Mombasa suburb.\n\nTwo died in the countryside of Daraa."
    held = [claim.place.place for claim in extract(document(text)).claims if claim.place is not None]

    assert [place.precision for place in held if place is not None] == [Precision.NEAR, Precision.ADMIN1]
