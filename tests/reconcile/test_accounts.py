"""Under a policy that keeps sources apart, their tolls of one incident are compared, never added."""

from __future__ import annotations

import hashlib

import pytest

from tallystick.extract import extract
from tallystick.model.coding import CodedRow, Toll
from tallystick.model.text import Document
from tallystick.reconcile import code


def rows(text: str, policy: str = "airwars-like/1", *, one_event: bool = True) -> tuple[CodedRow, ...]:
    mark = hashlib.sha256(text.encode()).hexdigest()
    return code([extract(Document(text, mark, mark))], policy, one_event=one_event)


def killed(text: str) -> Toll:
    return rows(text)[0].killed


def test_two_sources_tolls_are_the_ends_of_a_range_not_added() -> None:
    toll = killed(
        "Ember News reported that nine civilians were killed in the strike. "
        "Harbour Agency reported that twelve people were killed."
    )

    assert (toll.low, toll.best, toll.high) == (9, None, 12)


def test_one_figure_that_all_sources_give_is_the_best() -> None:
    toll = killed(
        "Ember News reported that nine civilians were killed. Harbour Agency also said that nine people were killed."
    )

    assert (toll.low, toll.best, toll.high) == (9, 9, 9)


@pytest.mark.parametrize(
    "part",
    [
        "Ember News reported that three children were killed.",
        "Ember News reported that four of those killed were farmers.",
        "Ember News published a photograph of two bodies of victims.",
        "Ember News reported that a nurse was killed.",
        "Ember News reported that several people were killed.",
    ],
)
def test_what_is_no_whole_toll_sets_no_end(part: str) -> None:
    toll = killed(f"Harbour Agency reported that twelve people were killed. {part}")

    assert (toll.low, toll.high) == (12, 12)


def test_two_kinds_of_people_in_one_sentence_of_a_source_add_up() -> None:
    toll = killed("Ember News said that 27 members of the Vask family and eleven guards were killed.")

    assert (toll.low, toll.high) == (38, 38)


def test_of_one_source_the_largest_toll_counts() -> None:
    toll = killed(
        "Harbour Agency reported that four people were killed. "
        "Hours later Harbour Agency reported that eleven people were killed. "
        "Ember News reported that nine people were killed."
    )

    assert (toll.low, toll.high) == (9, 11)


def test_dozens_beyond_every_number_are_an_end() -> None:
    toll = killed("Ember News said that three people were killed. Harbour Agency said that dozens were killed.")

    assert (toll.low, toll.high) == (3, 24)


def test_other_policies_still_take_the_report_as_a_whole() -> None:
    text = (
        "Ember News reported that nine civilians were killed. Harbour Agency reported that twelve people were killed."
    )

    [row] = rows(text, "neutral/1", one_event=False)

    assert row.killed.high == 12


def test_no_toll_is_lower_than_the_people_named() -> None:
    text = (
        "Ember News reported that two people were killed. Those killed were Ilse Darro (34), Orben Vask (41), "
        "Sela Quint (9) and Tamo Quint (7)."
    )

    assert (killed(text).low, killed(text).high) == (4, 4)


def test_names_alone_are_a_floor_open_above() -> None:
    text = (
        "The teacher Ilse Darro was killed, and her whole family died. "
        "The names of the victims were Ilse Darro, Orben Darro, Tamo Darro and Jaro Darro."
    )

    assert (killed(text).low, killed(text).best, killed(text).high) == (4, None, None)


def test_a_report_that_counts_nobody_stays_unknown() -> None:
    assert not any(
        row.killed.known for row in rows("Ember News reported a strike. A man named Orben Vask lives there.")
    )


def test_a_page_on_one_event_is_not_split_by_places_it_names() -> None:
    text = (
        "Ember News reported that nine people were killed in Damascus. "
        "Harbour Agency in Beirut reported that twelve people were killed in Basra."
    )

    assert len([r for r in rows(text) if r.killed.known]) == 1
    assert len([r for r in rows(text, one_event=False) if r.killed.known]) == 2
