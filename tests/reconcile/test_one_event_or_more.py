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
        ("Guards opened fire on a group of young men and killed one of them.", 1),
        ("About 50 people were killed in 2 massacres.", 50),
        ("The massacre of Meruna claimed the lives of 14 citizens.", 14),
        ("Four women including 3 students are among the 5 persons killed in the area.", 5),
        ("The militia executes a person.", 1),
    ],
)
def test_what_stands_beside_the_dead_is_not_added_to_them(text: str, killed: int) -> None:
    assert incident(text).killed.best == killed
