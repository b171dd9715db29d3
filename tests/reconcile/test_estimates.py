"""Estimates: low, best and high of a tally under named policies, with their trace."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.errors import UnknownPolicy
from tallystick.model.claims import Factuality, Interest
from tallystick.model.constraints import Interval, Proof
from tallystick.model.quantities import Who, Window
from tallystick.model.tallies import Estimate, Tally
from tallystick.model.values import Accumulation, Form
from tallystick.reconcile.estimates import estimate, sides
from tallystick.reconcile.policies import POLICIES, policy
from tallystick.reconcile.systems import quantity
from tests.reconcile.tally_build import (
    KEY,
    about,
    at_least,
    between,
    day,
    figure,
    more_than,
    tally,
    up_to,
    without,
    worded,
)


def ends(done: Estimate) -> tuple[object, object, object]:
    return done.low, done.best, done.high


def rules(done: Estimate) -> set[str]:
    return {step.rule for step in done.steps}


TWO_AGREE = {"Ministry": [figure("a", 12)], "Red Crescent": [figure("b", 12)], "Mayor": [figure("c", 15)]}


def test_three_policies_read_dozens_three_ways_side_by_side() -> None:
    said = tally({"Mayor": [worded("a", "dozens", 12)]})

    assert ends(estimate(said, "acled-like")) == (12, 12, 12)
    assert ends(estimate(said, "airwars-like")) == (12, None, 24)
    assert ends(estimate(said, "aan-minimum")) == (24, None, None)
    assert ends(estimate(said, "neutral")) == (12, None, None)


def test_neutral_gives_no_best_figure_for_one_origin() -> None:
    done = estimate(tally({"Ministry": [figure("a", 12), figure("b", 12)]}))

    assert ends(done) == (12, None, 12)
    assert done.status == "one origin"


def test_neutral_gives_a_best_figure_where_two_independent_origins_agree() -> None:
    done = estimate(tally(TWO_AGREE))

    assert ends(done) == (12, 12, 15)
    assert done.status == "2 of 3 independent origins agree"


def test_two_origins_that_may_be_one_do_not_agree_with_one_another() -> None:
    done = estimate(tally(TWO_AGREE, doubts=[("Ministry", "Red Crescent")]))

    assert done.best is None


def test_a_source_that_no_text_names_confirms_nobody() -> None:
    assert estimate(tally({"Ministry": [figure("a", 12)], None: [figure("b", 12)]})).best is None


def test_growth_is_no_disagreement() -> None:
    grown = tally({"Ministry": [figure("a", 100, on=0), figure("b", 600, on=30)]})

    for name in ("neutral", "ibc-like", "airwars-like", "ucdp-like"):
        done = estimate(grown, name)
        assert (done.low, done.high) == (600, 600), name
        assert done.figures == ("b",)
    assert "supersede" in rules(estimate(grown))


def test_an_older_word_survives_as_a_floor() -> None:
    done = estimate(tally({"Ministry": [figure("a", 40, on=0), worded("b", "dozens", 12, on=2)]}))

    assert done.low == 40
    assert done.figures == ("a", "b")


def test_a_lower_word_without_a_correction_leaves_both_standing() -> None:
    done = estimate(tally({"Ministry": [figure("a", 40, on=0), figure("b", 31, on=2)]}))

    assert (done.low, done.high) == (31, 40)
    assert any("nothing says that it is a correction" in s.note for s in done.steps)


def test_a_correction_takes_the_older_word_away() -> None:
    done = estimate(tally({"Ministry": [figure("a", 40, on=0), figure("b", 31, on=2, revises="a")]}))

    assert (done.low, done.high) == (31, 31)


def test_a_figure_told_again_later_is_no_new_word() -> None:
    said = [figure("a", 41, on=0), figure("b", 39, on=5, revises="a"), figure("c", 39, on=6), figure("d", 41, on=9)]
    older = [figure("a", 30, on=0), figure("b", 41, on=5), figure("c", 30, on=9)]

    assert estimate(tally({"Ministry": older})).high == 41
    assert (estimate(tally({"Ministry": older})).low, estimate(tally({"Ministry": said[1:]})).low) == (41, 41)


def test_the_missing_may_become_fewer() -> None:
    key = replace(KEY, measure="missing")
    found = tally({"Mayor": [figure("a", 40, on=0, key=key), figure("b", 9, on=2, key=key)]}, key=key)
    stock = [replace(f, accumulation=Accumulation.STOCK) for f in (figure("a", 40, on=0), figure("b", 9, on=2))]

    assert (estimate(found).low, estimate(found).high) == (9, 9)
    assert estimate(tally({"Mayor": stock})).high == 9


def test_a_word_without_a_date_neither_supersedes_nor_is_superseded() -> None:
    done = estimate(tally({"Mayor": [figure("a", 12, on=None), figure("b", 15, on=3)]}))

    assert (done.low, done.high) == (12, 15)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"binds": False, "factuality": Factuality.DENIED}, "denied"),
        ({"binds": False, "factuality": Factuality.SPECULATED}, "speculation"),
        ({"binds": False, "factuality": Factuality.PLANNED}, "a plan"),
        ({"adds_to": ("a",)}, "on top of another figure"),
    ],
)
def test_what_bounds_nothing_is_left_out_with_the_reason(fields: dict[str, object], reason: str) -> None:
    done = estimate(tally({"Mayor": [figure("a", 12)], "Rebels": [figure("b", 90, **fields)]}))

    assert done.figures == ("a",)
    assert [s.figures for s in done.steps if reason in s.note] == [("b",)]


def test_words_without_a_size_are_no_rival_to_a_number() -> None:
    plural = figure("p", 2, form=Form.IMPLICIT_PLURAL, quote="soldiers were killed")
    said = tally({"Radio": [plural, worded("s", "several", 2)], "Army": [figure("a", 11)], "Mayor": [figure("b", 17)]})

    assert ends(estimate(said)) == (11, None, 17)
    assert ends(estimate(said, "acled-like")) == (11, 11, 11)
    assert ends(estimate(said, "ucdp-like")) == (11, 11, 17)
    assert ends(estimate(tally({"Radio": [plural]}), "acled-like")) == (3, 3, 3)
    assert estimate(tally({"A": [worded("d", "dozens", 12)], "B": [figure("b", 30)]}), "acled-like").low == 12


def test_a_range_runs_from_the_lowest_to_the_highest_number_reported() -> None:
    said = tally({"Army": [figure("a", 11)], "Police": [at_least("b", 17)], "Rebels": [figure("c", 60)]})

    assert ends(estimate(said, "ecc-range")) == (11, None, 60)
    assert ends(estimate(said)) == (11, None, None)  # "at least 17" closes nothing


def test_nothing_usable_stays_unknown_and_never_becomes_nought() -> None:
    silent = tally({"Mayor": [figure("a", None, form=Form.QUESTION)]})

    for name in POLICIES:
        assert ends(estimate(silent, name)) == (None, None, None), name


def test_acled_like_takes_the_lowest_and_notes_the_dispute() -> None:
    done = estimate(tally(TWO_AGREE), "acled-like")

    assert ends(done) == (12, 12, 12)
    assert any("12, 15" in s.note for s in done.steps if s.rule == "dispute")


def test_acled_like_flags_totals_that_are_tied_to_no_event() -> None:
    key = replace(KEY, incident=None)

    assert "tied to no event" in (estimate(tally({"M": [figure("a", 9, key=key)]}, key=key), "acled-like").status or "")


def test_casualties_never_become_deaths() -> None:
    key = replace(KEY, measure="casualties")
    said = tally({"M": [figure("a", 4_700, key=key)]}, key=key)

    for name in ("acled-like", "ucdp-like", "ibc-like", "airwars-like", "gtd-like", "hrdag-enumeration"):
        done = estimate(said, name)
        assert ends(done) == (None, None, None)
        assert done.status == "not coded"


def test_airwars_like_grades_by_origins_not_by_documents() -> None:
    repeated = tally({"Agency": [figure("a", 12), figure("b", 12), figure("c", 12)]})

    assert estimate(repeated, "airwars-like").status == "weak"
    assert estimate(tally(TWO_AGREE), "airwars-like").status == "fair"
    assert estimate(tally(TWO_AGREE, doubts=[("Ministry", "Mayor")]), "airwars-like").status == "fair"


def test_airwars_like_keeps_conceded_deaths_apart() -> None:
    conceded = figure("d", 3, factuality=Factuality.ACKNOWLEDGED, interest=Interest.ENEMY_LOSSES)
    done = estimate(tally({**TWO_AGREE, "Air force": [conceded]}), "airwars-like")

    assert (done.low, done.high) == (12, 15)
    assert done.status == "confirmed"
    assert any(s.rule == "conceded" and "3" in s.note and s.figures == ("d",) for s in done.steps)


def test_airwars_like_raises_the_minimum_to_the_names_known() -> None:
    named = figure("n", 15, form=Form.NAMED, high=15, named_list=True)
    done = estimate(tally({"DCI": [figure("a", 10)], "Relatives": [named]}), "airwars-like")

    assert (done.low, done.high) == (15, 15)


def test_airwars_like_takes_no_evidence_of_fighters_from_those_who_killed_them() -> None:
    key = replace(KEY, who=Who(status="combatant"))
    said = tally({"Army": [figure("a", 20, key=key, interest=Interest.ENEMY_LOSSES)]}, key=key)

    assert ends(estimate(said, "airwars-like")) == (None, None, None)
    assert estimate(said, "airwars-like").status == "unknown"


def test_ibc_like_is_provisional_with_one_origin() -> None:
    assert "provisional" in (estimate(tally({"Agency": [figure("a", 12)]}), "ibc-like").status or "")
    assert estimate(tally(TWO_AGREE), "ibc-like").status is None


def test_ibc_like_counts_people_not_known_to_be_civilians_for_the_maximum_only() -> None:
    key = replace(KEY, who=Who())

    assert ends(estimate(tally({"M": [figure("a", 9, key=key)]}, key=key), "ibc-like")) == (None, None, 9)


def test_ucdp_like_takes_the_lower_figure_where_none_stands_out() -> None:
    two = tally({"Army": [figure("a", 30)], "Mayor": [figure("b", 20)]})

    assert ends(estimate(two, "ucdp-like")) == (20, 20, 30)
    assert ends(estimate(tally(TWO_AGREE), "ucdp-like")) == (12, 12, 15)


def test_gtd_like_takes_the_most_recent_word_of_somebody_who_did_not_do_it() -> None:
    said = tally(
        {
            "Mayor": [figure("a", 20, on=1)],
            "Hospital": [figure("b", 24, on=5)],
            "Army": [figure("c", 4, on=9, interest=Interest.ENEMY_LOSSES)],
        }
    )

    assert ends(estimate(said, "gtd-like")) == (None, 24, None)


def test_gtd_like_takes_the_majority_then_the_lowest_of_equally_recent_words() -> None:
    assert estimate(tally(TWO_AGREE), "gtd-like").best == 12
    assert estimate(tally({"A": [figure("a", 30)], "B": [figure("b", 20)]}), "gtd-like").best == 20


def test_an_enumeration_is_a_minimum_and_refuses_reported_totals() -> None:
    named = figure("n", 15, named_list=True, high=15, form=Form.NAMED)
    done = estimate(tally({"Archive": [named], "Mayor": [figure("a", 40)]}), "hrdag-enumeration")

    assert ends(done) == (15, None, None)
    assert done.status == "enumeration: minimum bound, not the total"
    refused = estimate(tally({"Mayor": [figure("a", 40)]}), "hrdag-enumeration")
    assert (ends(refused), refused.status) == ((None, None, None), "refused: no list of names")


def test_an_enumeration_needs_a_place_and_a_date() -> None:
    key = replace(KEY, window=Window())
    named = figure("n", 15, named_list=True, high=15, form=Form.NAMED, key=key)

    assert estimate(tally({"Archive": [named]}, key=key), "hrdag-enumeration").low is None
    assert estimate(tally({"Archive": [named]}, key=key), "named-list-floor").low == 15


def test_latest_official_is_the_newest_word_of_an_official_source() -> None:
    said = tally(
        {"Ministry": [figure("a", 20, on=1)], "Governor": [figure("b", 22, on=3)], "Blog": [figure("c", 50, on=9)]},
        official=["Ministry", "Governor"],
    )

    assert ends(estimate(said, "latest-official")) == (22, 22, 22)


def test_both_sides_stand_side_by_side_and_are_not_merged() -> None:
    said = tally(
        {
            "Own army": [figure("a", 100, interest=Interest.OWN_LOSSES)],
            "Their army": [figure("b", 900, interest=Interest.ENEMY_LOSSES)],
            "UN": [figure("c", 300, interest=Interest.THIRD_PARTY)],
        }
    )
    done = estimate(said, "both-sides")

    assert ends(done) == (100, None, 900)
    assert [s.note.split(":")[0] for s in done.steps if s.rule == "side"] == [
        "the party that suffers",
        "the party that inflicts",
        "third parties",
    ]
    assert {label: e.low for label, e in sides(said).items()} == {
        "the party that suffers": 100,
        "the party that inflicts": 900,
        "third parties": 300,
    }


def test_consensus_is_the_span_that_most_origins_share() -> None:
    said = tally({"A": [between("a", 10, 20)], "B": [between("b", 18, 30)], "C": [between("c", 50, 60)]})

    assert ends(estimate(said, "consensus")) == (18, None, 20)
    assert estimate(said, "consensus").status == "2 of 3 independent origins"


def test_consensus_counts_origins_not_documents() -> None:
    said = tally({"A": [figure(f"a{i}", 10) for i in range(5)], "B": [figure("b", 30)], "C": [figure("c", 30)]})

    assert ends(estimate(said, "consensus")) == (30, 30, 30)


def test_no_consensus_is_said_and_no_middle_is_made_up() -> None:
    done = estimate(tally({"A": [figure("a", 10)], "B": [figure("b", 30)]}), "consensus")

    assert (ends(done), done.status) == ((None, None, None), "no consensus")


def test_the_four_ways_out_of_every_casualty() -> None:
    said = tally({**TWO_AGREE, "Hospital": [figure("d", 15)]})
    ranked = replace(policy("ecc-source-rank", ledger=True), rank=("Nobody", "Mayor"))

    assert ends(estimate(said, "ecc-range")) == (12, None, 15)
    assert ends(estimate(said, "ecc-majority")) == (12, None, 15)  # two against two
    assert ends(estimate(tally(TWO_AGREE), "ecc-majority")) == (12, 12, 15)
    assert ends(estimate(said, ranked)) == (15, 15, 15)
    assert (estimate(said, "ecc-source-rank").status or "").startswith("refused")
    assert (estimate(said, "ecc-team-discussion").status or "").startswith("pending")
    assert ends(estimate(tally({"A": [figure("a", 9)]}), "ecc-team-discussion")) == (9, 9, 9)


def test_catd_refuses_sources_that_share_too_little() -> None:
    assert estimate(tally(TWO_AGREE), "catd").status == "refused: too little overlap"


def test_catd_follows_the_source_that_came_near_elsewhere() -> None:
    def other(n: int) -> Tally:
        said = {"Near": 100 + n, "Fair": 101 + n, "Middling": 99 + n, "Far": 160 + 3 * n}
        return tally({name: [figure(f"{name}{n}", value)] for name, value in said.items()})

    asked = tally({"Near": [figure("a", 10)], "Far": [figure("b", 40)], "Fair": [figure("c", 11)]})

    assert estimate(asked, "catd", beside=[other(n) for n in range(8)]).best in (10, 11)
    assert estimate(asked, "catd", beside=[other(n) for n in range(3)]).best is None


ELSEWHERE = Proof("q", "low", 14, "sum", (Proof("part", "low", 14, "b"),))


def test_an_estimate_is_held_to_what_other_quantities_show() -> None:
    bounds = Interval(14, None, low_proof=ELSEWHERE)

    assert ends(estimate(tally(TWO_AGREE, bounds=bounds))) == (14, None, 15)
    assert ends(estimate(tally(TWO_AGREE, bounds=bounds), "acled-like")) == (14, 14, 14)


def test_what_only_follows_from_elsewhere_is_said_to() -> None:
    silent = tally({"Mayor": [figure("a", None, form=Form.QUESTION)]}, bounds=Interval(14, None, low_proof=ELSEWHERE))

    assert (ends(estimate(silent)), estimate(silent).status) == ((14, None, None), "follows from other figures alone")
    assert ends(estimate(silent, "ibc-like")) == (None, None, None)  # documented, never inferred


def test_an_end_that_cannot_be_is_left_open_and_not_replaced() -> None:
    done = estimate(tally({"A": [figure("a", 10)]}, bounds=Interval(14, None, low_proof=ELSEWHERE)), "airwars-like")

    assert ends(done) == (14, None, None)
    assert any("cannot be" in s.note for s in done.steps)


def test_a_bound_from_the_tallys_own_figures_does_not_settle_their_disagreement() -> None:
    own = Interval(15, None, low_proof=Proof("q", "low", 15, "c:low"))

    assert estimate(tally(TWO_AGREE, bounds=own)).low == 12
    assert estimate(tally(TWO_AGREE, bounds=Interval(15, None))).low == 12


def test_an_older_total_of_the_same_tally_is_no_other_quantity() -> None:
    own = Proof(quantity(KEY), "low", 15, "x:low")
    older = Interval(15, None, low_proof=Proof("q:later", "low", 15, "grows", (own,)))

    assert estimate(tally(TWO_AGREE, bounds=older)).low == 12


def test_bounds_of_today_are_not_used_for_what_was_known_before() -> None:
    done = estimate(tally(TWO_AGREE, bounds=Interval(14, None, low_proof=ELSEWHERE)), as_of=day(3))

    assert done.low == 12
    assert any("not held to" in s.note for s in done.steps)


def test_as_of_a_day_only_what_was_public_counts() -> None:
    said = tally({"Mayor": [figure("a", 12, on=0), figure("b", 20, on=5)], "UN": [figure("c", 25, on=9)]})

    assert ends(estimate(said, as_of=day(4))) == (12, None, 12)
    assert ends(estimate(said, as_of=day(5))) == (20, None, 20)
    assert estimate(said, as_of=day(9)).high == 25
    assert estimate(said, as_of=day(-1)).status == "unknown"


def test_an_estimate_names_the_policy_with_its_version_and_what_it_is_not() -> None:
    done = estimate(tally(TWO_AGREE), "ucdp-like")

    assert done.policy == "ucdp-like/1"
    assert "not endorsed" in (done.caveat or "")
    with pytest.raises(UnknownPolicy):
        estimate(tally(TWO_AGREE), "ucdp")


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    """Up to four origins, each with up to three figures of every kind, on eight days."""
    said: dict[str | None, list[object]] = {}
    count = 0
    kinds = [figure, at_least, more_than, up_to, about]
    for name in draw(st.lists(st.sampled_from(["A", "B", "C", None]), min_size=1, max_size=4, unique=True)):
        mine = []
        for _ in range(draw(st.integers(1, 3))):
            count += 1
            fields = {
                "on": draw(st.sampled_from([None, 0, 1, 2, 3, 5, 8])),
                "interest": draw(st.sampled_from([None, *Interest])),
                "factuality": draw(st.sampled_from([Factuality.ASSERTED, Factuality.ACKNOWLEDGED])),
                "binds": draw(st.integers(0, 9)) > 0,
                "official": draw(st.booleans()),
                "named_list": draw(st.integers(0, 4)) == 0,
            }
            if mine and draw(st.integers(0, 4)) == 0:
                fields["revises"] = mine[-1].id
            n, kind = draw(st.integers(0, 60)), draw(st.integers(0, 6))
            if kind < 5:
                mine.append(kinds[kind](f"f{count}", n, **fields))
            elif kind == 5:
                mine.append(between(f"f{count}", n, n + draw(st.integers(0, 30)), **fields))
            else:
                word, low = draw(st.sampled_from([("dozens", 12), ("several", 2), ("hundreds", 100)]))
                mine.append(worded(f"f{count}", word, low, **fields))
        said[name] = mine
    edge = draw(st.one_of(st.none(), st.integers(0, 60)))
    proof = Proof("q", "low", edge or 0, "sum", (Proof("p", "low", edge or 0, "b"),))
    high = draw(st.one_of(st.none(), st.integers(60, 90)))
    return tally(said, bounds=Interval(edge, high, proof, proof))  # type: ignore[arg-type]


NAMES = st.sampled_from(sorted(POLICIES))


@given(tallies(), NAMES, st.sampled_from([None, 0, 2, 8]))
def test_the_ends_are_always_in_order_and_the_figures_are_the_tallys(said: Tally, name: str, until: int | None) -> None:
    done = estimate(said, name, as_of=None if until is None else day(until))  # raises when out of order

    ids = {f.id for f in said.figures}
    assert set(done.figures) <= ids
    assert all(set(step.figures) <= ids for step in done.steps)
    assert done == estimate(said, name, as_of=None if until is None else day(until))


@given(tallies(), NAMES)
def test_a_figure_that_was_not_used_changes_nothing_when_dropped(said: Tally, name: str) -> None:
    done = estimate(said, name)

    for spare in sorted({f.id for f in said.figures} - set(done.figures)):
        assert ends(estimate(without(said, spare), name)) == ends(done), spare


@given(tallies(), st.integers(0, 8), st.integers(0, 8))
def test_later_days_know_no_less(said: Tally, one: int, two: int) -> None:
    early, late = (
        {i for s in estimate(said, as_of=day(n)).steps if s.rule == "select" for i in s.figures}
        for n in sorted((one, two))
    )

    assert early <= late


def test_up_to_alone_leaves_the_floor_open() -> None:
    done = estimate(tally({"The army": [up_to("a", 15)]}), "neutral")

    assert (done.low, done.best, done.high) == (None, None, 15)


def test_up_to_takes_no_floor_from_another_source() -> None:
    done = estimate(tally({"The army": [up_to("a", 15)], "A doctor": [figure("b", 9)]}), "neutral")

    assert (done.low, done.high) == (9, 15)
