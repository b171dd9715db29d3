"""How two figures stand to one another, and the words that decide."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.model.quantities import Comparison, Key, Where, Who, Window
from tallystick.reconcile.scopes import compare, compare_figures
from tests.reconcile.key_build import (
    ANSONGO,
    GAO,
    KIDAL,
    KURSK,
    LATTICE,
    MALI,
    PEOPLE,
    SOLDIERS,
    UKRAINE,
    days,
    event,
    figure,
    total,
    until,
)  # fmt: skip

MIRROR = {Comparison.PART_OF: Comparison.CONTAINS, Comparison.CONTAINS: Comparison.PART_OF}
NORTH_KOREANS = Who("north korea", "combatant", role="soldier")


@pytest.mark.parametrize(
    ("a", "b", "wanted", "words"),
    [
        (event(), event(), Comparison.SAME, ""),
        (event(), event("casualties"), Comparison.PART_OF, "killed are part of casualties"),
        (event("wounded"), event(), Comparison.DIFFERENT_MEASURE, "one counts the wounded, the other the killed"),
        (event("planned:killed"), event(), Comparison.DIFFERENT_MEASURE, "planned or only thought possible"),
        (event(), event(incident="i2"), Comparison.DIFFERENT_EVENT, "two events"),
        (event(), total(), Comparison.PART_OF, "one of event".replace("one of", "one is of one")),
        (event(who=Who("russia")), event(who=Who("ukraine")), Comparison.DIFFERENT_POPULATION, "people"),
        (event(who=Who(status="civilian")), event(), Comparison.DIFFERENT_POPULATION, "civilians"),
        (event(), event(who=PEOPLE), Comparison.PART_OF, "soldiers are among the people"),
        (event(who=Who(None, "civilian", age="child")), event(who=Who(None, "civilian")), Comparison.PART_OF, "child"),
        (event(who=Who(role="passenger")), event(who=Who(role="driver")), Comparison.NOT_COMPARABLE, "nothing says"),
        (event(who=Who(sex="female")), event(), Comparison.NOT_COMPARABLE, ""),
        (total(where=GAO), total(), Comparison.PART_OF, "Gao lies in Mali"),
        (total(where=GAO), total(where=KIDAL), Comparison.DIFFERENT_PLACE, "Kidal"),
        (total(window=until(10)), total(), Comparison.PART_OF, "lies within"),
        (total(window=days(1, 5)), total(window=days(6, 9)), Comparison.DIFFERENT_TIME, "do not meet"),
        (total(window=days(1, 5)), total(window=days(3, 9)), Comparison.NOT_COMPARABLE, "overlap"),
        (total(where=GAO), total(window=until(10)), Comparison.NOT_COMPARABLE, "each is wider"),
        (event(who=Who(subset="two of them")), event(), Comparison.NOT_COMPARABLE, "part of something"),
        (event(unit="tank"), event(), Comparison.DIFFERENT_MEASURE, "people"),
    ],
)  # fmt: skip
def test_keys_compare(a: Key, b: Key, wanted: Comparison, words: str) -> None:
    verdict = compare(a, b, LATTICE)

    assert verdict.comparison is wanted, verdict
    assert verdict.assuming == ()
    assert words in "; ".join(verdict.reasons)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (event(), event(who=Who()), "counts everyone"),
        (event(who=Who("mali", "combatant", role="soldier")), event(), "take in those of mali"),
        (total(where=None), total(), "gives no place"),
        (total(window=Window(until(2).end, until(9).end, until(6).end)), total(window=days(4, 20)), "lies within"),
        (total("missing"), total("casualties"), "take in the missing"),
        (total("honoured", where=GAO, window=days(5)), total(where=None), "are among the dead"),
    ],
)
def test_what_is_left_open_is_an_assumption(a: Key, b: Key, words: str) -> None:
    verdict = compare(a, b, LATTICE)

    assert verdict.comparison in (Comparison.PART_OF, Comparison.CONTAINS), verdict
    assert words in "; ".join(verdict.assuming)


def test_killed_soldiers_are_among_those_sent_only_for_one_force_abroad() -> None:
    abroad = total(who=NORTH_KOREANS, where=KURSK)
    sent = replace(abroad, measure="sent")
    home = total(who=Who("mali", "combatant", role="soldier"))

    assert compare(abroad, sent, LATTICE).comparison is Comparison.PART_OF
    assert compare(home, replace(home, measure="sent"), LATTICE).comparison is Comparison.NOT_COMPARABLE
    assert compare(total(), total("sent"), LATTICE).comparison is Comparison.NOT_COMPARABLE


def test_those_honoured_are_not_held_against_the_dead_of_one_place() -> None:
    honoured = total("honoured", where=ANSONGO, window=days(19))

    assert compare(honoured, total(where=GAO), LATTICE).comparison is Comparison.NOT_COMPARABLE


def test_a_country_at_war_is_its_theatre_only_when_asked() -> None:
    front, country = total(who=NORTH_KOREANS, where=KURSK), total(who=NORTH_KOREANS, where=UKRAINE)

    plain = compare(front, country, LATTICE)
    asked = compare(front, country, LATTICE, ("theatre",))

    assert plain.comparison is Comparison.DIFFERENT_PLACE
    assert "unless “Ukraine” means the war in Ukraine" in "; ".join(plain.reasons)
    assert asked.comparison is Comparison.PART_OF
    assert asked.assuming == ("“Ukraine” is said of the whole war in Ukraine",)


def test_a_village_and_the_town_beside_it_may_be_one_place() -> None:
    village = Where("geo:9", "Bara", "ML", "Gao", "town", 15.7, 0.6)

    assert compare(total(where=village), total(where=ANSONGO), LATTICE).comparison is Comparison.NOT_COMPARABLE
    assert compare(total(where=KIDAL), total(where=ANSONGO), LATTICE).comparison is Comparison.DIFFERENT_PLACE


def test_two_figures_are_compared_by_their_own_words() -> None:
    a = figure("aa", event(), 12, start=4, end=9)
    b = replace(figure("bb", event("casualties"), 30), reading="read as all of them")

    verdict = compare_figures(a, b, LATTICE)

    assert verdict.reasons[0] == "compared: “12 of aa” [4:9] and “30 of bb”"
    assert verdict.reasons[-1] == "“30 of bb”: read as all of them"


WHO = st.builds(
    Who,
    actor=st.sampled_from([None, "mali", "north korea", "karsk front"]),
    status=st.sampled_from([None, "civilian", "combatant"]),
    sex=st.sampled_from([None, "female"]),
    age=st.sampled_from([None, "child", "adult"]),
    role=st.sampled_from([None, "person", "soldier", "victim", "driver"]),
    subset=st.sampled_from([None, None, "two of them"]),
)
KEYS = st.builds(
    Key,
    measure=st.sampled_from(["killed", "wounded", "casualties", "sent", "honoured", "missing", "planned:sent"]),
    who=WHO,
    where=st.sampled_from([None, MALI, GAO, ANSONGO, KIDAL, KURSK, UKRAINE]),
    window=st.sampled_from([Window(), until(20), until(10), days(12), days(1, 31), Window(until(2).end, None)]),
    incident=st.sampled_from([None, "i1", "i2"]),
)


@given(KEYS, KEYS)
def test_comparing_the_other_way_round_mirrors_the_verdict(a: Key, b: Key) -> None:
    here, there = compare(a, b, LATTICE), compare(b, a, LATTICE)

    assert there.comparison is MIRROR.get(here.comparison, here.comparison)
    assert sorted(here.assuming) == sorted(there.assuming)


@given(KEYS)
def test_a_key_is_the_same_as_itself(a: Key) -> None:
    assert compare(a, a, LATTICE).comparison is Comparison.SAME


def test_soldiers_are_held_against_soldiers_alone() -> None:
    assert compare(event(who=SOLDIERS), event(who=Who(status="civilian")), LATTICE).assuming == ()
