"""Policy diffs: which rule moved which end."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from tallystick.model.tallies import Tally
from tallystick.reconcile.policydiff import policy_diff
from tests.reconcile.tally_build import KEY, figure, tally, worded
from tests.reconcile.test_estimates import NAMES, tallies

MIXED = tally({"Mayor": [worded("a", "dozens", 12)], "Ministry": [figure("b", 30)]})


def test_a_reading_that_moves_an_end_is_named_with_both_readings() -> None:
    done = policy_diff(tally({"Mayor": [worded("a", "dozens", 12)]}), "ecc-range", "airwars-like")

    assert [(m.end, m.cause, m.before, m.after) for m in done.moves] == [("high", "reading", None, 24)]
    assert done.moves[0].figures == ("a",)
    assert done.moves[0].sentence == (
        "high becomes 24: “dozens” is 12 or more under ecc-range/1 and 12 to 24, best 12 under airwars-like/1."
    )


def test_a_way_of_combining_that_moves_an_end_is_named_with_both_ways() -> None:
    done = policy_diff(MIXED, "acled-like", "airwars-like")

    move = next(m for m in done.moves if m.end == "high" and m.cause == "combining")
    assert (move.before, move.after, move.by) == (12, 30, 18)
    assert "high rises by 18, from 12 to 30" in move.sentence
    assert "the lowest of all" in move.sentence
    assert move.figures == ("b",)


def test_a_policy_that_does_not_code_the_quantity_says_why() -> None:
    key = replace(KEY, measure="wounded")
    done = policy_diff(tally({"M": [figure("a", 9, key=key)]}, key=key), "airwars-like", "ucdp-like")

    assert {m.cause for m in done.moves} == {"refusal"}
    assert "the rules cover killed, not wounded" in done.moves[0].sentence


def test_a_policy_differs_in_nothing_from_itself() -> None:
    done = policy_diff(MIXED, "ucdp-like", "ucdp-like")

    assert done.same
    assert done.moves == ()


@given(tallies(), NAMES, NAMES)
def test_the_moves_lead_from_one_estimate_to_the_other(said: Tally, a: str, b: str) -> None:
    done = policy_diff(said, a, b)

    for end in ("low", "best", "high"):
        at = getattr(done.a, end)
        for move in (m for m in done.moves if m.end == end):
            assert move.before == at
            at = move.after
        assert at == getattr(done.b, end)
    assert all(set(m.figures) <= {f.id for f in said.figures} for m in done.moves)
