"""What a sentence tells of one event, of an earlier one, and of a longer stretch, is coded apart."""

from __future__ import annotations

import hashlib

import pytest

from tallystick.extract import extract
from tallystick.model.coding import CodedRow, Scope
from tallystick.model.text import Document
from tallystick.reconcile import code
from tallystick.reconcile.incidents import BACKGROUND


def coded(text: str) -> tuple[CodedRow, ...]:
    mark = hashlib.sha256(text.encode()).hexdigest()
    return code([extract(Document(text, mark, mark))], "ucdp-like/1")


def incident(text: str) -> CodedRow:
    [row] = [row for row in coded(text) if row.scope is Scope.INCIDENT and BACKGROUND not in row.notes]
    return row


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("The death of 14 guards raised the death toll to 86 since the siege began.", 14),
        ("Nine farmers were killed, raising the death toll to 120 within 11 days of shelling.", 9),
        ("Two more men died, bringing the toll to 41.", 41),
    ],
)
def test_a_total_over_a_longer_stretch_is_not_the_toll_of_the_event(text: str, killed: int) -> None:
    assert incident(text).killed.best == killed


@pytest.mark.parametrize(
    "text",
    [
        "Three days after a raid killed 19 villagers, a mine killed two boys.",
        "The court's guards executed two men on charges of killing a tax collector.",
        "Police shot dead two men accused of killing nine drivers.",
    ],
)
def test_an_earlier_event_in_the_sentence_is_background(text: str) -> None:
    assert incident(text).killed.best == 2
    assert [row for row in coded(text) if BACKGROUND in row.notes]


def test_killed_and_injured_together_is_at_least_one_of_each_and_no_best_figure() -> None:
    row = incident("The blast killed and injured 16 people.")

    assert (row.killed.low, row.killed.best, row.killed.high) == (1, None, 15)
    assert (row.wounded.low, row.wounded.best, row.wounded.high) == (1, None, 15)


def test_killed_or_injured_together_is_a_ceiling_of_each() -> None:
    row = incident("Sixteen people were killed or injured in the blast.")

    assert (row.killed.low, row.killed.best, row.killed.high) == (None, None, 16)


def test_killed_and_injured_together_adds_nothing_where_the_dead_have_a_figure() -> None:
    text = "The blast killed and injured 16 people. Four people were killed and twelve were injured, a doctor said."

    assert incident(text).killed.best == 4


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("Guards fired on seven market boys and killed one of them.", 1),
        ("About 70 villagers were killed in three massacres.", 70),
        ("The massacre of Meruna claimed the lives of 23 herders.", 23),
        ("Six nurses, including two midwives, are among the nine killed at the clinic.", 9),
        ("The militia executes a tailor.", 1),
    ],
)
def test_what_stands_beside_the_dead_is_not_added_to_them(text: str, killed: int) -> None:
    assert incident(text).killed.best == killed


def test_those_shot_less_those_who_died_are_the_wounded() -> None:
    row = incident("Four men were shot, one fatally, outside a shop.")

    assert (row.killed.best, row.wounded.best) == (1, 3)


def test_shot_alone_is_neither_killed_nor_wounded_but_at_most_so_many_of_each() -> None:
    row = incident("Four people were shot outside a shop.")

    assert (row.killed.low, row.killed.best, row.killed.high) == (None, None, 4)
    assert (row.wounded.low, row.wounded.best, row.wounded.high) == (None, None, 4)


def test_the_one_who_was_shot_and_died_is_not_also_wounded() -> None:
    row = incident("A guard was killed near the gate on Sunday. The guard was shot twice.")

    assert row.killed.best == 1
    assert not row.wounded.known


@pytest.mark.parametrize(
    ("text", "wounded"),
    [
        ("One man died and six were injured. Gunmen killed one man, wounding six others, police said.", 6),
        ("Four men were wounded. Two men, aged 28 and 22, were wounded in the leg. Two others were hurt by glass.", 4),
        ("The blast sent nine people to hospital.", 9),
    ],
)
def test_the_wounded_told_again_one_by_one_are_those_of_the_total(text: str, wounded: int) -> None:
    assert incident(text).wounded.best == wounded


@pytest.mark.parametrize("text", ["Guards shot at three fugitives.", "Soldiers shot into the crowd."])
def test_shooting_at_people_counts_nobody_hit(text: str) -> None:
    assert all(not row.killed.known and not row.wounded.known for row in coded(text))


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("The mortars killed a miller and raised the toll to 612 during the truce.", 1),
        ("The death of 17 guards raises the toll to at least 51 guards of both garrisons since they came.", 17),
        ("The raid kills six and raises the death toll of the day to 19 farmers.", 19),
        ("After executing thousands of deserters, the militia executes two clerks.", 2),
        ("After the guards killed 530 people at the wall, the rebels killed a boy.", 1),
        ("After killing two guards, the gunmen shot dead three drivers.", 5),
        ("Shells hit the town and eight guards were killed in a raid.", 8),
        ("Raids leave 18 members of the guard and reservists sworn to them dead.", 18),
        ("The “Ember Front” execute a boy at the well.", 1),
        ("Seven of the militia were killed by mines.", 7),
        ("Eleven pupils are victims of the massacre.", 11),
    ],
)
def test_the_toll_of_the_event_is_told_from_what_stands_beside_it(text: str, killed: int) -> None:
    assert incident(text).killed.best == killed


def test_dead_and_wounded_together_is_a_range_of_each() -> None:
    row = incident("The blast left six guards dead and wounded.")

    assert (row.killed.low, row.killed.best, row.killed.high) == (1, None, 5)
    assert (row.wounded.low, row.wounded.best, row.wounded.high) == (1, None, 5)


def test_dead_before_a_new_clause_on_the_wounded_is_a_toll() -> None:
    row = incident("Rocket fire left two boys dead and injured 10 others.")

    assert (row.killed.best, row.wounded.best) == (2, 10)


@pytest.mark.parametrize(
    "text",
    [
        "On 14 June 2024 the leader honoured 100 soldiers in Dunmere. Now 600 deaths are told of in Dunmere.",
        "Now 600 deaths are told of in Dunmere. On 14 June 2024 the leader honoured 100 soldiers in Dunmere.",
    ],
)
def test_nobody_is_known_to_have_died_on_the_day_of_a_ceremony(text: str) -> None:
    dead = [row for row in coded(text) if row.killed.best == 600 or row.killed.low == 600]

    assert [row.period for row in dead] == [None]
