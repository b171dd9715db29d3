"""What quantities of no conflict weigh: people, then voices, then the newest report; never as much as a conflict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.ledger.computed import AfterTally, weight
from tallystick.ledger.stakes import CONFLICT, stake
from tallystick.model.constraints import Conflict, ConflictKind, Interval
from tallystick.model.quantities import Figure, Key
from tallystick.model.tallies import Origin, Origins, Tally, Voice
from tallystick.serve.asked import after_tally, next_tally

KEY = Key("killed")


def tally(
    *people: float | None,
    voices: int = 1,
    day: date | None = None,
    key: Key = KEY,
    conflicts: tuple[Conflict, ...] = (),
) -> Tally:
    figures = tuple(Figure(f"a:{n}", key, low, None, "a", published=day) for n, low in enumerate(people))
    origins = tuple(Origin(f"o{n}", "x", (Voice(f"v{n}", "x", ("a:0",), "a:0"),)) for n in range(voices))
    return Tally("t:1", key, "", figures, Origins(1, 1, 1, origins), Interval(None, None), conflicts)


def test_more_people_weigh_more_and_so_do_more_voices() -> None:
    assert stake(tally(900)) > stake(tally(30)) > stake(tally(3)) > stake(tally(None))
    assert stake(tally(3, 900)) == stake(tally(900))
    assert stake(tally(30, voices=4)) > stake(tally(30, voices=2)) > stake(tally(30))


def test_of_two_that_weigh_the_same_the_newer_comes_first_and_an_undated_one_last() -> None:
    newest, older, undated = (stake(tally(30, day=day)) for day in (date(2024, 6, 4), date(2024, 6, 3), None))

    assert newest > older > undated
    assert stake(tally(31, day=date(1990, 1, 1))) > newest  # one more person weighs more than any day


def test_things_and_money_are_no_people() -> None:
    assert stake(tally(5_000_000, key=replace(KEY, unit="USD"))) == stake(tally(None)) < stake(tally(1))


def test_any_conflict_weighs_more_than_none() -> None:
    least = Conflict((), ConflictKind.READING, "", (), "", 0)

    assert weight(tally(1, conflicts=(least,))) >= CONFLICT > weight(tally(10**30, voices=500, day=date.max))


@given(
    st.one_of(st.none(), st.integers(0, 10**40), st.floats(0, 1e300)),
    st.integers(0, 40),
    st.one_of(st.none(), st.dates()),
)
def test_every_stake_lies_below_a_conflict_and_is_named_exactly_by_an_address(
    people: float | None, voices: int, day: date | None
) -> None:
    found = stake(tally(people, voices=voices, day=day))

    assert 0.001 <= found < CONFLICT
    assert after_tally(next_tally(AfterTally(found, "t:1"))) == AfterTally(found, "t:1")


@pytest.mark.parametrize("people", [float("inf"), float("nan")])
def test_what_is_no_number_of_people_weighs_as_none(people: float) -> None:
    assert stake(tally(people)) == stake(tally(None))
