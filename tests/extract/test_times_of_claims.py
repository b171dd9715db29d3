"""Which of the times that a sentence names a claim holds for."""

from __future__ import annotations

from datetime import date

import pytest

from tallystick.extract import extract
from tallystick.model.claims import Claim
from tests.extract.parsing import document


def only(text: str) -> Claim:
    (claim,) = extract(document(text)).claims
    return claim


@pytest.mark.parametrize(
    "text",
    [
        "Recently raiders killed 12 sailors on 4 June 2024.",
        "Raiders recently killed 12 sailors in a two-hour battle on 4 June 2024.",
        "In a raid that lasted two hours, 12 sailors were killed on 4 June 2024.",
    ],
)
def test_a_date_says_when_rather_than_a_loose_word_beside_it(text: str) -> None:
    period = only(text).period

    assert period is not None
    assert (period.start, period.end) == (date(2024, 6, 4), date(2024, 6, 4))


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("The army says that 12 sailors were killed after March 2024.", date(2024, 3, 31)),
        ("The army says that 12 sailors were killed since March 2024.", date(2024, 3, 1)),
    ],
)
def test_what_happened_after_a_month_did_not_happen_in_it(text: str, start: date) -> None:
    period = only(text).period

    assert period is not None
    assert (period.start, period.end) == (start, None)


def test_what_befell_in_the_year_that_a_comparison_names_did_not_go_on() -> None:
    period = only("It was the worst blast since 2014, when 148 miners were killed.").period

    assert period is not None
    assert (period.start, period.end) == (date(2014, 1, 1), date(2014, 12, 31))
