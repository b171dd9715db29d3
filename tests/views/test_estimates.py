"""Estimates and policy diffs in a terminal."""

from __future__ import annotations

import io

from rich.console import Console, RenderableType

from tallystick.reconcile.estimates import estimate
from tallystick.reconcile.policydiff import policy_diff
from tallystick.views import estimates as views
from tests.reconcile.tally_build import figure, tally, worded

SAID = tally({"Mayor": [worded("a", "dozens", 12)], "Ministry": [figure("b", 18), figure("c", 30, on=2)]})


def shown(what: RenderableType, width: int = 100) -> str:
    console = Console(width=width, file=io.StringIO())
    with console.capture() as out:
        console.print(what)
    return out.get()


def test_an_estimate_is_shown_with_its_policy_and_every_step_in_words() -> None:
    out = shown(views.estimate(estimate(SAID, "airwars-like"), SAID))

    assert "low 12   best –   high 30" in out
    assert "airwars-like/1 (approximation of published rules, not endorsed)" in out
    assert "“dozens” read as 12 to 24" in out
    assert "· “dozens” Mayor, 2031-03-01 [a]" in out
    assert "Ministry: superseded by the word of 2031-03-03" in out


def test_policies_stand_side_by_side_and_what_is_not_given_is_a_dash() -> None:
    out = shown(views.side_by_side([estimate(SAID, name) for name in ("neutral", "acled-like", "aan-minimum")]))

    rows = [line.split()[:4] for line in out.splitlines() if "/1 " in line and ":" not in line]
    assert rows == [
        ["neutral/1", "12", "–", "–"],
        ["acled-like/1", "12", "12", "12"],
        ["aan-minimum/1", "24", "–", "–"],
    ]
    assert "– is open or not given, never nought." in out


def test_a_diff_says_which_rule_moved_which_end_and_through_which_figure() -> None:
    out = " ".join(shown(views.policy_diff(policy_diff(SAID, "acled-like", "airwars-like"), SAID)).split())

    assert "high +18 High rises by 18, from 12 to 30" in out
    assert "“words of c” Ministry, 2031-03-03 [c]" in out


def test_policies_that_agree_say_so() -> None:
    assert "Both give the same numbers." in shown(views.policy_diff(policy_diff(SAID, "neutral", "neutral")))
