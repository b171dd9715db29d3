"""Agreement beyond chance, against published worked examples, and where it is not defined."""

from __future__ import annotations

import pytest

from tallystick.reconcile.agreement import alpha, interval, kappa, nominal, ratio

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): four observers, twelve units, values missing.
FOUR_OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
UNITS = [[value for value in unit if value is not None] for unit in zip(*FOUR_OBSERVERS, strict=True)]


@pytest.mark.parametrize(
    ("metric", "published"), [(nominal, 0.743), (interval, 0.849), (ratio, 0.797)], ids=["nominal", "interval", "ratio"]
)
def test_alpha_is_that_of_krippendorffs_four_observers(metric: object, published: float) -> None:
    found = alpha(UNITS, metric)  # type: ignore[arg-type]

    assert found.value == pytest.approx(published, abs=0.0005)
    assert (found.units, found.judgements) == (11, 40)


def test_alpha_is_that_of_krippendorffs_two_observers_of_ten_articles() -> None:
    # The same text, section A: binary data, two observers.
    a, b = (0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0)

    assert alpha(list(zip(a, b, strict=True)), nominal).value == pytest.approx(0.095, abs=0.0005)


def test_alpha_is_that_of_krippendorffs_two_observers_of_twelve_units() -> None:
    # The same text, section B: nominal data, two observers.
    a, b = "aabbdcccedda", "babbbcccéddd".replace("é", "e")

    assert alpha(list(zip(a, b, strict=True)), nominal).value == pytest.approx(0.692, abs=0.0005)


def test_kappa_is_that_of_fleiss_two_raters_of_a_hundred_patients() -> None:
    # J. Fleiss, B. Levin, M. Paik, Statistical Methods for Rates and Proportions, table 18.1.
    table = {"pp": 75, "pn": 1, "po": 4, "np": 5, "nn": 4, "no": 1, "oo": 10}
    found = kappa([(cell[0], cell[1]) for cell, many in table.items() for _ in range(many)])

    assert found.value == pytest.approx(0.676, abs=0.0005)
    assert (found.units, found.judgements) == (100, 200)


def test_kappa_of_our_own_four_figures() -> None:
    # Three of four agree: observed .75. By chance: accept .75 * .5, reject .25 * .5, together .5.
    pairs = [("accept", "accept"), ("accept", "accept"), ("accept", "reject"), ("reject", "reject")]

    assert kappa(pairs).value == pytest.approx(0.5)


def test_perfect_agreement_is_one_and_less_than_chance_below_zero() -> None:
    assert kappa([("a", "a"), ("b", "b")]).value == 1
    assert alpha([["a", "a"], ["b", "b"]], nominal).value == 1
    assert kappa([("a", "b"), ("b", "a")]).value == -1


def test_ten_and_twenty_are_further_apart_than_a_thousand_and_a_thousand_and_ten_by_ratio_alone() -> None:
    assert ratio(10, 20) > ratio(1000, 1010)
    assert interval(10, 20) == interval(1000, 1010)
    assert ratio(0, 0) == 0


@pytest.mark.parametrize("units", [[], [["accept"]], [["accept"], ["reject"]], [[]]])
def test_without_an_item_that_two_judged_nothing_is_defined(units: list[list[str]]) -> None:
    found = alpha(units, nominal)

    assert found.value is None
    assert found.reason == "no item was judged by two people"


def test_where_everybody_says_the_same_of_everything_agreement_beyond_chance_is_not_defined() -> None:
    for found in (kappa([("a", "a"), ("a", "a")]), alpha([["a", "a"], ["a", "a"]], nominal), alpha([[7, 7]], ratio)):
        assert found.value is None
        assert "not defined" in (found.reason or "")


def test_an_item_that_one_person_judged_counts_for_nothing() -> None:
    assert alpha([*UNITS, [5], [9]], interval) == alpha(UNITS, interval)
