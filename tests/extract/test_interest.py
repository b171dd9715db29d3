"""Whose losses a source counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.extract import extract
from tallystick.extract.interest import interest_of, side_of
from tallystick.model.claims import Interest
from tallystick.model.text import Document

OWN, ENEMY, THIRD = Interest.OWN_LOSSES, Interest.ENEMY_LOSSES, Interest.THIRD_PARTY


@pytest.mark.parametrize(
    ("source", "population", "actor", "expected"),
    [
        ("Ukraine's General Staff", "Russian", None, ENEMY),
        ("Ukraine's General Staff", "Ukrainian", None, OWN),
        ("the Russian Defence Ministry", "Ukrainian", None, ENEMY),
        ("Zelensky", "Ukraine", None, OWN),
        ("Sweden's intelligence", "Russian", None, THIRD),
        ("the United Nations", "Afghan", None, THIRD),
        ("the UN mission in Ukraine", "Ukraine", "Russia", THIRD),
        ("Gaza's health ministry", "Palestinian", None, OWN),
        ("Israel's military", "Hamas", None, ENEMY),
        ("the Israeli military", None, "Israel", ENEMY),
        ("a Turkish official", "PKK", None, ENEMY),
        ("Afghan officials", "Taliban", None, ENEMY),
        ("Afghan officials", "militants", None, ENEMY),
        ("the Syrian Observatory for Human Rights", "Syrian", None, THIRD),
        ("U.S. officials", "American", None, OWN),
        ("Swedish police", "Somali", None, THIRD),
    ],
)
def test_a_source_counts_its_own_losses_its_enemys_or_a_third_partys(
    source: str, population: str | None, actor: str | None, expected: Interest
) -> None:
    assert interest_of(source, population, actor) is expected


@pytest.mark.parametrize(
    ("source", "population", "actor"),
    [
        (None, "Russian", None),
        ("", "Russian", None),
        ("police", "Russian", None),
        ("witnesses", None, None),
        ("Ukraine's General Staff", None, None),
        ("the Taliban", "Afghan", "Pakistan"),
        ("militants", "separatists", None),
    ],
)
def test_an_interest_that_the_words_do_not_settle_stays_unknown(
    source: str | None, population: str | None, actor: str | None
) -> None:
    assert interest_of(source, population, actor) is None


def test_us_the_pronoun_names_no_country() -> None:
    assert side_of("those of us who stayed") is None
    assert interest_of("a US drone unit", "American") is OWN


def test_a_name_that_many_people_bear_stands_for_no_side() -> None:
    assert side_of("Mayor Kim Larsen") is None


def test_who_is_against_a_side_is_not_that_side() -> None:
    assert side_of("anti-Taliban fighters") is None


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_words_have_an_answer(source: str, population: str) -> None:
    assert interest_of(source, population) in (None, *Interest)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Ukrainian army said it killed 40 Russian soldiers.", [ENEMY]),
        ("Ukraine's president admitted that 40 Ukrainian soldiers were killed.", [OWN]),
        ("Ukraine's president honoured 40 soldiers.", [None]),
        ("The United Nations counted 40 Syrian soldiers killed.", [THIRD]),
        ("Forty Russian soldiers were killed.", [None]),
    ],
)
def test_a_claim_says_whose_losses_its_innermost_source_counts(text: str, expected: list[Interest | None]) -> None:
    report = extract(Document(text, "0" * 64, "0" * 64))

    assert [claim.interest for claim in report.claims] == expected
