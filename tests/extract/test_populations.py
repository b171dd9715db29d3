"""Who is counted, and what the words say of them."""

from __future__ import annotations

import pytest

from tallystick.extract.populations import population_of
from tallystick.model.claims import Population, Status
from tests.extract.parsing import parsed


def population(text: str, word: str) -> Population | None:
    parse = parsed(text)[0]
    return population_of(next(t for t in parse if t.text == word), parse)


@pytest.mark.parametrize(
    ("text", "word", "words"),
    [
        ("At least 12 young villagers fled.", "villagers", "young villagers"),
        ("Thousands of Kenyan soldiers fled.", "Thousands", "Thousands of Kenyan soldiers"),
        ("A group of 12 men fled.", "group", "group of 12 men"),
        ("The village chief fled.", "chief", "village chief"),
    ],
)
def test_a_population_is_named_by_its_words_without_their_article(text: str, word: str, words: str) -> None:
    found = population(text, word)

    assert found is not None
    assert found.text == words


@pytest.mark.parametrize(
    ("text", "word", "status"),
    [
        ("Nine soldiers fell.", "soldiers", Status.COMBATANT),
        ("Nine civilians fell.", "civilians", Status.CIVILIAN),
        ("Nine people fell.", "people", Status.UNKNOWN),
        ("Nine nurses fell.", "nurses", Status.CIVILIAN),
        ("Nine police officers fell.", "officers", Status.UNKNOWN),
    ],
)
def test_a_status_is_given_only_where_the_words_give_one(text: str, word: str, status: Status) -> None:
    found = population(text, word)

    assert found is not None
    assert found.status is status


def test_a_nationality_is_the_side() -> None:
    found = population("Nine Ukrainian soldiers fell.", "soldiers")

    assert found is not None
    assert found.actor == "Ukraine"


def test_girls_are_female_children() -> None:
    found = population("Two girls drowned.", "girls")

    assert found is not None
    assert (found.sex, found.age) == ("female", "child")


def test_a_journalist_has_an_occupation() -> None:
    found = population("A radio reporter was shot.", "reporter")

    assert found is not None
    assert found.occupation == "journalist"


def test_a_bare_number_names_nobody() -> None:
    assert population("Nine were hurt.", "Nine") is None
