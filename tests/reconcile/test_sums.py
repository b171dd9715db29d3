"""Which figures of one event count the same people."""

from __future__ import annotations

import pytest

from tallystick.model.claims import Attribution, Claim, Factuality, RelationKind
from tallystick.model.mentions import LinkKind
from tallystick.model.values import Count, Form, Measure, Mod
from tallystick.reconcile.policies import policy
from tallystick.reconcile.sums import tally
from tests.reconcile.build import CHILD, CIVILIAN, COMBATANT, claim, of

ONE = Count(1, 1, 1, Form.SINGLE, unit="person")


def best(*claims: Claim, by: str = "neutral/1") -> object:
    ordered = sorted(claims, key=lambda c: c.count_span.start)
    return tally(ordered, policy(by))[0].best


def test_a_name_and_an_office_in_the_next_sentence_are_one_person() -> None:
    text = "Gunmen shot dead a village elder. Two men killed Orben Vask at his door."
    assert (
        best(claim(text, "a village elder", "village elder"), claim(text, "Orben Vask", "Orben Vask", count=ONE)) == 1
    )


def test_two_names_are_two_people() -> None:
    text = "A mine killed Orben Vask. A second mine killed Ilse Darro."
    first = claim(text, "Orben Vask", "Orben Vask", count=ONE)
    assert best(first, claim(text, "Ilse Darro", "Ilse Darro", count=ONE)) == 2


def test_a_child_is_not_the_commander_killed_before() -> None:
    text = "Troops killed a commander. A child was killed by the blast."
    commander = claim(text, "a commander", "commander", who=COMBATANT)
    assert best(commander, claim(text, "A child", "child", who=CHILD, count=ONE)) == 2


def test_the_bare_plural_beside_a_figure_shares_it() -> None:
    text = "The raid killed 35 civilians and guards."
    assert best(claim(text, "35", "civilians", who=CIVILIAN), claim(text, "guards", "guards")) == 35


def test_an_exact_figure_speaks_for_the_vague_one_before_it() -> None:
    text = "Troops held several suspects at the dam. Three herders were held, police said."
    exact = claim(text, "Three", "herders", Measure.DETAINED, count=Count(3, 3, 3, unit="person"))
    assert best(claim(text, "several", "suspects", Measure.DETAINED), exact, by="aan-minimum/1") == 3


def test_a_vague_figure_adds_to_one_person_only_with_also() -> None:
    text = "Troops held a courier. The troops also held several suspects."
    again = "Troops held a courier. The troops held several suspects."
    for words, expected in ((text, 4), (again, 3)):
        courier = claim(words, "a courier", "courier", Measure.DETAINED)
        suspects = claim(words, "several", "suspects", Measure.DETAINED)
        assert best(courier, suspects, by="aan-minimum/1") == expected


def test_a_later_sentence_that_lists_the_same_number_is_not_added() -> None:
    text = "The strike killed 4 people. Police named the dead as a teacher and 3 herders."
    four, teacher = claim(text, "4", "people"), claim(text, "a teacher", "teacher", count=ONE)
    assert best(four, teacher, claim(text, "3", "herders")) == 4


def test_of_the_dead_says_that_they_are_some_of_them() -> None:
    text = "The mine hurt 18 people. Four of the hurt were guards."
    four = claim(text, "Four", None, count=Count(4, 4, 4, unit="person"))
    assert best(claim(text, "18", "people"), four) == 18


def test_two_sources_with_two_figures_give_a_range_and_no_sum() -> None:
    text = "Police counted 7 people dead although elders said over 10 people died."
    elders = (Attribution("elders", None, None, LinkKind.SAYS),)
    seven = claim(text, "7", "people")
    ten = claim(text, "10", "people", attributions=elders)

    toll, notes = tally([seven, ten], policy("neutral/1"))

    assert (toll.low, toll.best, toll.high) == (7, 7, 10)
    assert any("another figure" in note for note in notes)


def test_nobody_of_one_sort_says_nothing_of_the_rest() -> None:
    text = "No women were hurt."
    women = claim(text, "No women", "women", Measure.WOUNDED, count=Count(0, 0, 0))
    assert best(women) is None


@pytest.mark.parametrize("kind", [RelationKind.PART_OF, RelationKind.SAME_AS])
def test_what_the_text_itself_says_of_two_figures_settles_it(kind: RelationKind) -> None:
    text = "The blast killed 12 traders. It killed 20 buyers."
    first = claim(text, "12", "traders")
    assert best(first, claim(text, "20", "buyers", **of(first, kind))) == 12


def test_a_headline_that_gives_the_stated_total_holds_what_raised_it() -> None:
    text = "The toll is 26. Another 6 of them died, which makes 26 in all."
    headline = claim(text, "26", None)
    raised = claim(text, "6 of them", None, count=Count(6, 6, 6, Form.ADDITIVE, unit="person"))
    total = claim(text, "26 in all", None, count=Count(26, 26, 26, unit="person"), **of(raised, RelationKind.TOTAL_OF))

    assert best(headline, raised, total) == 26


def test_in_capitals_an_office_is_no_name() -> None:
    text = "GUNMEN KILLED A JUDGE. THE JUDGE WAS 40."
    judge = claim(text, "A JUDGE", "JUDGE", count=ONE)
    assert best(judge, claim(text, "THE JUDGE", "JUDGE", count=ONE)) == 1
    named = "GUNMEN KILLED ORBEN VASK. THEY KILLED ILSE DARRO."
    first = claim(named, "ORBEN VASK", "ORBEN VASK", count=ONE)
    assert best(first, claim(named, "ILSE DARRO", "ILSE DARRO", count=ONE)) == 2


def test_a_share_of_an_unstated_whole_adds_nobody() -> None:
    text = "Shelling killed 40 people. More than half of the guards were killed."
    share = Count(None, None, 0.5, Form.FRACTION, "More than", Mod.MORE_THAN, "share")
    assert best(claim(text, "40", "people"), claim(text, "half of the guards", "guards", count=share)) == 40


def test_a_capture_confirmed_later_is_that_of_somebody_counted_before() -> None:
    text = "Troops seized a courier and 2 guards. On Friday the force confirmed the capture of a commander."
    caught = [claim(text, "a courier", "courier", Measure.CAPTURED), claim(text, "2", "guards", Measure.CAPTURED)]
    later = claim(text, "a commander", "commander", Measure.CAPTURED, factuality=Factuality.ACKNOWLEDGED)
    toll, notes = tally([*caught, later], policy("neutral/1"))
    assert toll.best == 3
    assert any("confirms one of" in note for note in notes)
