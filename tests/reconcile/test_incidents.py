from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.errors import UnknownPolicy
from tallystick.model.claims import Factuality, RelationKind
from tallystick.model.coding import CodedRow, Scope
from tallystick.model.values import Accumulation, Count, Form, Measure
from tallystick.reconcile import code
from tallystick.reconcile.incidents import BACKGROUND
from tests.reconcile.build import CHILD, CIVILIAN, COMBATANT, claim, day, of, place, report


def only(rows: tuple[CodedRow, ...]) -> CodedRow:
    assert len(rows) == 1, [(r.killed, r.claims) for r in rows]
    return rows[0]


def test_children_among_the_dead_are_not_added_to_the_dead() -> None:
    text = "Shells killed 12 people in Meruna, including 3 children."
    dead = claim(text, "12", "people")
    children = claim(text, "3", "children", who=CHILD, **of(dead, RelationKind.PART_OF))

    row = only(code([report(text, dead, children)]))

    assert row.killed.best == 12
    assert any("not added" in note for note in row.notes)


def test_soldiers_and_civilians_killed_in_one_sentence_add_up() -> None:
    text = "The blast killed 5 soldiers and 2 civilians."
    row = only(
        code([report(text, claim(text, "5", "soldiers", who=COMBATANT), claim(text, "2", "civilians", who=CIVILIAN))])
    )
    assert (row.killed.low, row.killed.best, row.killed.high) == (7, 7, 7)


def test_a_figure_said_twice_is_counted_once() -> None:
    text = "A bomb killed 9 people in Meruna. Police said the 9 victims were traders."
    again = claim(text, "9 victims", "victims")
    row = only(code([report(text, claim(text, "9", "people"), again)]))
    assert row.killed.best == 9
    assert again.id in row.claims


def test_a_breakdown_after_its_total_is_not_added() -> None:
    text = "The mine killed 6 people, 2 teachers and 4 herders, on Friday."
    row = only(
        code([report(text, claim(text, "6", "people"), claim(text, "2", "teachers"), claim(text, "4", "herders"))])
    )
    assert row.killed.best == 6


def test_another_three_come_on_top() -> None:
    text = "The raid killed 8 people. The army found another 3 bodies at dusk."
    row = only(code([report(text, claim(text, "8", "people"), claim(text, "another 3", "bodies"))]))
    assert row.killed.best == 11


def test_a_stated_total_replaces_the_sum() -> None:
    text = "A guard was shot. Two of the wounded died later, bringing the toll to 4."
    guard = claim(text, "A guard", None, count=Count(1, 1, 1, Form.SINGLE))
    total = claim(text, "4", None, **of(guard, RelationKind.TOTAL_OF))
    assert only(code([report(text, guard, total)])).killed.best == 4


def test_a_single_victim_is_counted_once_under_name_and_office() -> None:
    text = "Gunmen shot dead the mayor of Meruna. The mayor was 51."
    first = claim(text, "the mayor", "mayor", who={"occupation": "mayor"})
    again = claim(text, "The mayor", "mayor", who={"occupation": "mayor"}, count=Count(1, 1, 1, Form.SINGLE))
    assert only(code([report(text, first, again)])).killed.best == 1


@pytest.mark.parametrize("factuality", [Factuality.DENIED, Factuality.PLANNED, Factuality.SPECULATED])
def test_what_the_report_denies_plans_or_imagines_is_not_coded(factuality: Factuality) -> None:
    text = "The army said it had not killed 40 people in Meruna."
    assert code([report(text, claim(text, "40", "people", factuality=factuality))]) == ()


def test_casualties_never_become_killed() -> None:
    text = "The brigade lost 2 men and took 40 casualties."
    row = only(code([report(text, claim(text, "2", "men"), claim(text, "40", "casualties", Measure.CASUALTIES))]))
    assert row.killed.best == 2
    assert not row.wounded.known
    assert any("casualties" in note for note in row.notes)


def test_a_running_total_is_kept_apart_from_the_incident() -> None:
    text = "A mine killed 3 people. The war has killed 9000 people."
    rows = code(
        [report(text, claim(text, "3", "people"), claim(text, "9000", "people", accumulation=Accumulation.CUMULATIVE))]
    )
    assert [(r.scope, r.killed.best) for r in rows] == [(Scope.INCIDENT, 3), (Scope.CUMULATIVE, 9000)]


def test_two_towns_far_apart_are_two_incidents() -> None:
    text = "Shells killed 3 people in Meruna. Rockets killed 4 people in Oster."
    near = claim(text, "3", "people", place=place("Meruna", 10.0, 20.0))
    far = claim(text, "4", "people", place=place("Oster", 12.0, 30.0))

    rows = code([report(text, near, far)])

    assert [r.killed.best for r in rows] == [3, 4]


def test_two_days_apart_are_two_incidents() -> None:
    text = "A mine killed 3 people on Monday. A bomb had killed 20 people in the town on Friday."
    rows = code([report(text, claim(text, "3", "people", period=day(12)), claim(text, "20", "people", period=day(2)))])
    assert [r.killed.best for r in rows] == [3, 20]


def test_nobody_killed_is_nought_and_silence_is_unknown() -> None:
    text = "Nobody was killed and 4 guards were hurt."
    nobody = claim(text, "Nobody", None, count=Count(0, 0, 0))
    hurt = claim(text, "4", "guards", Measure.WOUNDED)

    told, silent = only(code([report(text, nobody, hurt)])), only(code([report(text, hurt)]))

    assert told.killed.best == 0
    assert not silent.killed.known
    assert silent.killed.best is None


@pytest.mark.parametrize(
    ("policy", "figure", "expected"),
    [
        ("neutral/1", "at least 12", (12, 12, None)),
        ("neutral/1", "more than 12", (12, 12, None)),
        ("neutral/1", "up to 12", (None, 12, 12)),
        ("neutral/1", "dozens", (12, None, None)),
        ("airwars-like/1", "more than 12", (13, 13, 13)),
        ("airwars-like/1", "dozens", (12, 12, 24)),
        ("acled-like/1", "dozens", (12, 12, 12)),
        ("acled-like/1", "at least 12", (12, 12, 12)),
        ("aan-minimum/1", "dozens", (24, 24, None)),
        ("aan-minimum/1", "several", (3, 3, None)),
        ("aan-minimum/1", "numerous", (4, 4, None)),
        ("aan-minimum/1", "a large number of", (5, 5, None)),
        ("aan-minimum/1", "herders", (2, 2, None)),
        ("ucdp-like", "at least 12", (12, 12, 12)),
    ],
)
def test_a_policy_says_what_words_become(
    policy: str, figure: str, expected: tuple[int | None, int | None, int | None]
) -> None:
    text = f"The army killed {figure} near Meruna."
    row = only(code([report(text, claim(text, figure, None))], policy))
    assert (row.killed.low, row.killed.best, row.killed.high) == expected
    assert row.killed.rules


def test_every_policy_but_ours_says_that_it_is_not_endorsed() -> None:
    text = "A mine killed 3 people."
    read = report(text, claim(text, "3", "people"))
    assert only(code([read])).caveat is None
    assert "not endorsed" in str(only(code([read], "acled-like/1")).caveat)


def test_an_unknown_policy_is_refused_by_name() -> None:
    with pytest.raises(UnknownPolicy, match="neutral/1"):
        code([], "tally/9")


@given(
    st.lists(st.integers(1, 500), min_size=1, max_size=6), st.sampled_from(["neutral/1", "acled-like/1", "ucdp-like/1"])
)
def test_low_best_and_high_stay_in_order_and_every_claim_is_accounted_for(numbers: list[int], policy: str) -> None:
    text = " ".join(f"Shells killed {n} people{'!' * i}." for i, n in enumerate(numbers))
    claims = [claim(text, f"{n} people{'!' * i}.", None, count=Count(n, n, n)) for i, n in enumerate(numbers)]

    rows = code([report(text, *claims)], policy)

    for row in rows:
        known = [n for n in (row.killed.low, row.killed.best, row.killed.high) if n is not None]
        assert known == sorted(known)
    assert {c.id for c in claims} == {i for row in rows for i in row.claims}


def test_the_occasion_of_an_attack_is_not_added_to_its_dead() -> None:
    text = "Gunmen killed 9 traders in revenge for the murder of a herder."
    rows = code([report(text, claim(text, "9", "traders"), claim(text, "a herder", "herder"))])
    assert [r.killed.best for r in rows] == [9, 1]


def test_a_sentence_that_turns_elsewhere_tells_of_another_incident() -> None:
    text = "A mine killed 3 people. Meanwhile 5 people died at a market."
    rows = code([report(text, claim(text, "3", "people"), claim(text, "5", "people"))])
    assert [r.killed.best for r in rows] == [3, 5]


def test_a_figure_for_several_events_is_kept_apart_from_the_events_told_after_it() -> None:
    text = "Raids killed 20 people in separate attacks. In Oster shells killed 4 people."
    rows = code([report(text, claim(text, "20", "people"), claim(text, "4", "people"))])
    assert [(r.scope, r.killed.best) for r in rows] == [(Scope.INCIDENT, 4), (Scope.CUMULATIVE, 20)]


def test_a_figure_for_several_events_told_alone_is_coded() -> None:
    text = "Raids killed 20 people in separate attacks."
    assert only(code([report(text, claim(text, "20", "people"))])).scope is Scope.INCIDENT


def test_a_figure_for_dead_and_wounded_together_is_a_ceiling_of_each() -> None:
    text = "The blast killed and wounded 16 people."
    row = only(code([report(text, claim(text, "16", "people"), claim(text, "16", "people", Measure.WOUNDED))]))
    assert (row.killed.low, row.killed.best, row.killed.high) == (None, None, 16)
    assert any("together" in note for note in row.notes)


def test_who_dies_of_wounds_is_coded_as_killed_alone() -> None:
    text = "A shell wounded a herder, who died."
    hurt, dead = claim(text, "a herder", "herder", Measure.WOUNDED), claim(text, "a herder", "herder")
    row = only(code([report(text, hurt, dead)]))
    assert row.killed.best == 1
    assert not row.wounded.known


def test_a_figure_of_the_dead_is_not_read_for_the_wounded_who_have_their_own() -> None:
    text = "The raid left 5 people dead and 12 hurt."
    dead, twice = claim(text, "5", "people"), claim(text, "5", "people", Measure.WOUNDED)
    row = only(code([report(text, dead, twice, claim(text, "12", None, Measure.WOUNDED))]))
    assert (row.killed.best, row.wounded.best) == (5, 12)


@pytest.mark.parametrize(
    "opening",
    [
        "Several guards were killed in separate night patrols.",
        "Several guards were killed over the past 24 hours.",
    ],
)
def test_a_figure_for_several_events_is_kept_apart_from_the_one_told_next(opening: str) -> None:
    text = f"{opening} Near Meruna troops killed 6 men."
    rows = code([report(text, claim(text, "Several", "guards"), claim(text, "6", "men"))])
    assert [(row.scope, row.killed.low) for row in rows] == [(Scope.INCIDENT, 6), (Scope.CUMULATIVE, 2)]


def test_an_attack_that_the_report_only_refers_to_is_noted_as_background() -> None:
    text = "Troops held a courier near Meruna. He is linked to an attack that killed 12 people."
    held = claim(text, "a courier", "courier", Measure.CAPTURED)

    told, referred_to = code([report(text, held, claim(text, "12", "people"))])

    assert BACKGROUND not in told.notes
    assert BACKGROUND in referred_to.notes


def test_people_of_a_sort_told_of_after_one_person_are_others() -> None:
    text = "Troops held a courier near Meruna. The force held several insurgents at the house."
    held = claim(text, "a courier", "courier", Measure.CAPTURED)
    others = claim(text, "several", "insurgents", Measure.CAPTURED, who=COMBATANT)

    assert only(code([report(text, held, others)], "aan-minimum")).captured.low == 4
