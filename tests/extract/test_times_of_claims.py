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


@pytest.mark.parametrize(
    "text",
    [
        "The county said on 6 June 2024 that 26 people were killed when raiders attacked the mill on 4 June 2024.",
        "Raiders blasted the mill on 4 June 2024, killing 26 people, the reeve said on 6 June 2024.",
        "Raiders attacked the mill on 4 June 2024, killing 26 people, and elders condemned the raid on 6 June 2024.",
        "The reeve condemned on 6 June 2024 the raid that killed 26 people on 4 June 2024.",
    ],
)
def test_the_day_of_an_attack_is_the_event_s_and_that_of_a_statement_is_not(text: str) -> None:
    (period,) = {claim.period for claim in extract(document(text)).claims if claim.count.low == 26}

    assert period is not None
    assert (period.start, period.end) == (date(2024, 6, 4), date(2024, 6, 4))


@pytest.mark.parametrize(
    "text",
    [
        "The county put the number of people killed at 31 on 6 June 2024, Lowland Wire reported.",
        "The county put the death toll at 31 on 6 June 2024.",
    ],
)
def test_the_day_on_which_a_toll_is_put_at_a_figure_is_not_the_event_s(text: str) -> None:
    assert only(text).period is None


def test_a_day_before_the_figure_that_a_toll_is_put_at_is_the_event_s() -> None:
    period = only("Police put the number of people killed on 4 June 2024 at 31 on 6 June 2024.").period

    assert period is not None
    assert period.start == date(2024, 6, 4)


def test_a_day_earlier_is_the_day_of_the_report_that_it_dates() -> None:
    text = "Raiders struck on 4 June 2024. Lowland Wire had reported a day earlier that at least 17 guards were killed."
    period = only(text).period

    assert period is None or period.start == date(2024, 6, 4)


@pytest.mark.parametrize(
    "text",
    [
        "The man who killed a guard was sentenced on 14 June 2024.",
        "The man who shot and killed a guard in Mombasa has been sentenced to life on 14 June 2024.",
    ],
)
def test_the_day_of_a_sentence_is_not_that_of_the_killing(text: str) -> None:
    assert only(text).period is None


def test_the_day_of_a_raid_is_that_of_those_it_killed() -> None:
    period = only("The raid that killed nine guards took place on 14 June 2024.").period

    assert period is not None
    assert period.start == date(2024, 6, 14)
