"""Which of the places that a report names a claim holds at."""

from __future__ import annotations

import pytest

from tallystick.extract import extract
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
