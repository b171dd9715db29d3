"""What befell whom: frames in every voice, and the figures that count in them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.extract.measures import find_frames
from tallystick.model.values import Measure
from tests.extract.parsing import parsed


def frames(text: str) -> list[tuple[str, str, list[str]]]:
    return [
        (frame.measure.value, frame.trigger.text, [head.text for head in frame.counted])
        for parse in parsed(text)
        for frame in find_frames(parse)
    ]


@pytest.mark.parametrize(
    ("text", "measure", "counted"),
    [
        ("Shelling killed 12 villagers near the mill.", "killed", ["villagers"]),
        ("Twelve villagers were killed near the mill.", "killed", ["villagers"]),
        ("The raid, which killed 12 villagers, lasted an hour.", "killed", ["villagers"]),
        ("A rocket hit the mill, killing 12.", "killed", ["12"]),
        ("The 12 villagers killed in the raid were buried.", "killed", ["villagers"]),
        ("Nine miners died in the blast.", "killed", ["miners"]),
        ("The blast left nine miners dead.", "killed", ["miners"]),
        ("Nine were found dead in a van.", "killed", ["Nine"]),
        ("Gunmen shot dead the fire chief.", "killed", ["chief"]),
        ("A trader was beaten to death by robbers.", "killed", ["trader"]),
        ("Also killed in the raid were three guards.", "killed", ["guards"]),
        ("The ministry counted 70 deaths.", "killed", ["deaths"]),
        ("He mourned the deaths of 90 sailors.", "killed", ["sailors"]),
        ("The toll rose from 30 to 41.", "killed", ["41"]),
        ("The flood claimed 15 lives.", "killed", ["lives"]),
        ("The unit lost 40 men in the ambush.", "killed", ["men"]),
        ("Another 12 were injured.", "wounded", ["12"]),
        ("The agency puts the casualties at 42.", "casualties", ["42"]),
        ("Rebels abducted 20 schoolgirls.", "abducted", ["schoolgirls"]),
        ("Guards took nine boatmen into custody.", "detained", ["boatmen"]),
        ("Nearly 900 marines were deployed there.", "deployed", ["marines"]),
        ("The king sent 2,000 soldiers to the front.", "sent", ["soldiers"]),
        ("The air force downed 14 drones.", "shot_down", ["drones"]),
        ("Fire destroyed 60 houses.", "destroyed", ["houses"]),
        ("The president honoured 60 soldiers.", "honoured", ["soldiers"]),
    ],
)
def test_a_frame_names_the_measure_and_those_it_befell(text: str, measure: str, counted: list[str]) -> None:
    found = [(name, heads) for name, _, heads in frames(text)]

    assert (measure, counted) in found


@pytest.mark.parametrize(
    "text",
    [
        "The talks reached a dead end.",
        "The team lost two games.",
        "She sent two letters.",
        "He fired two managers.",
        "Prices have fallen by 12 percent.",
        "The statement was released on Monday.",
        "Truck drivers pay a toll of five shekels.",
        "The bank posted losses of $3 million.",
    ],
)
def test_the_same_words_about_other_things_open_no_frame(text: str) -> None:
    assert frames(text) == []


def test_two_verbs_that_share_a_sentence_each_count_their_own() -> None:
    found = [(measure, heads) for measure, _, heads in frames("The blast killed five soldiers and wounded 12 others.")]

    assert found == [("killed", ["soldiers"]), ("wounded", ["others"])]


def test_a_passive_without_its_auxiliary_counts_its_own_subject() -> None:
    found = [(measure, heads) for measure, _, heads in frames("Twelve sailors were killed and 31 injured.")]

    assert found == [("killed", ["sailors"]), ("wounded", ["31"])]


def test_the_one_who_did_it_is_named_apart_from_those_it_befell() -> None:
    (frame,) = find_frames(parsed("Nine farmers were killed by the militia.")[0])

    assert [head.text for head in frame.actors] == ["militia"]
    assert frame.measure is Measure.KILLED


WORDS = st.sampled_from(
    ["killed", "12", "people", "and", "of", "the", "--", "-", "were", "dead", "toll", "to", "death", ",", "wounded",
     "including", "them", "“", "”", "(", "😀", "قتل", "KILLED", "lost", "men", "by", "who", "another", "2,500"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=40))
def test_no_run_of_words_breaks_the_frames(words: list[str]) -> None:
    for parse in parsed(" ".join(words)):
        for frame in find_frames(parse):
            assert all(head in parse.tokens for head in frame.counted)
