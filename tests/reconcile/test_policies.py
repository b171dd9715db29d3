"""What each policy makes of words, and which policies there are."""

from __future__ import annotations

import pytest

from tallystick.errors import UnknownPolicy
from tallystick.model.quantities import Figure
from tallystick.reconcile.codebooks import RULES
from tallystick.reconcile.policies import POLICIES, policy, read_figure
from tests.reconcile.tally_build import about, at_least, between, figure, more_than, up_to, worded

DOZENS = worded("a", "dozens", 12)
SEVERAL = worded("a", "several", 2)


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("neutral", DOZENS, (12, None, None)),
        ("acled-like", DOZENS, (12, 12, 12)),
        ("airwars-like", DOZENS, (12, 12, 24)),
        ("aan-minimum", DOZENS, (24, 24, None)),
        ("acled-like", SEVERAL, (3, 3, 3)),
        ("acled-like", worded("a", "few", 2), (3, 3, 3)),
        ("airwars-like", SEVERAL, (2, 2, 2)),
        ("aan-minimum", SEVERAL, (3, 3, None)),
        ("neutral", SEVERAL, (2, None, None)),
        ("acled-like", worded("a", "hundreds", 100), (100, 100, 100)),
        ("airwars-like", worded("a", "hundreds", 100), (100, 100, 200)),
        ("neutral", at_least("a", 40), (40, 40, None)),
        ("acled-like", at_least("a", 40), (40, 40, 40)),
        ("airwars-like", at_least("a", 40), (40, 40, 40)),
        ("gtd-like", at_least("a", 11), (11, 11, 11)),
        ("neutral", more_than("a", 40), (40, 40, None)),
        ("airwars-like", more_than("a", 40), (41, 41, 41)),
        ("aan-minimum", more_than("a", 40), (41, 41, None)),
        ("neutral", up_to("a", 40), (None, 40, 40)),
        ("acled-like", up_to("a", 40), (40, 40, 40)),
        ("neutral", about("a", 40), (36, 40, 44)),
        ("ucdp-like", about("a", 40), (40, 40, 40)),
        ("ucdp-like", between("a", 30, 40), (30, 30, 40)),
        ("acled-like", between("a", 30, 40), (30, 30, 30)),
        ("gtd-like", DOZENS, (12, None, None)),  # too vague: no figure to write
    ],
)
def test_each_policy_reads_words_as_its_rules_say(
    name: str, said: Figure, expected: tuple[int | None, int | None, int | None]
) -> None:
    toll = read_figure(said, policy(name, ledger=True))

    assert (toll.low, toll.best, toll.high) == expected
    assert toll.claims == ("a",)


def test_a_vague_word_is_found_in_the_quote_where_the_figure_does_not_name_it() -> None:
    from tallystick.model.values import Form

    said = figure("a", 12, form=Form.VAGUE, quote="Dozens of villagers")

    assert read_figure(said, policy("airwars-like")).high == 24


def test_a_policy_for_ledgers_refuses_a_single_report_and_says_which_do_not() -> None:
    with pytest.raises(UnknownPolicy, match=r"consensus/1 compares .* needs a ledger.*neutral/1"):
        policy("consensus")

    assert policy("consensus", ledger=True).name == "consensus/1"


def test_an_unknown_policy_is_told_which_there_are() -> None:
    with pytest.raises(UnknownPolicy, match=r"no policy 'best'.*acled-like/1"):
        policy("best")


def test_every_policy_but_our_own_says_that_it_is_not_endorsed() -> None:
    likes = [p for p in POLICIES.values() if "-like" in p.name or p.stem in ("aan-minimum", "hrdag-enumeration")]

    assert len(likes) == 7
    assert all("not endorsed" in (p.note or "") for p in likes)
    assert all("needs a ledger" in (p.note or "") for p in POLICIES.values() if p.needs_ledger)


def test_every_rule_names_its_publication_or_is_marked_as_from_memory() -> None:
    assert set(RULES) == set(POLICIES)
    rules = [rule for found in RULES.values() for rule in found]
    assert all(rule.source is not None or rule.quote is None for rule in rules)
    assert [r.quote for r in rules if r.quote and len(r.quote.split()) > 15] == []
