"""Sentences stand at offsets of the stored text, and none is lost."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.extract.sentences import LONGEST_SENTENCE, split
from tallystick.read import read_bytes
from tests.extract.parsing import document


def sentences(text: str) -> list[str]:
    return [sentence.text for sentence in split(read_bytes(text.encode()))]


def test_a_full_stop_ends_a_sentence() -> None:
    assert sentences("Nine people died on the bridge. Rescue teams left at dusk.") == [
        "Nine people died on the bridge.",
        "Rescue teams left at dusk.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Lt. Col. Amara Diallo said 12 soldiers were missing after the raid.",
        "Gen. Petrov arrived on Jan. 5 with 300 men of the 4th Brigade.",
        "The U.S. military denied that 14 civilians had been killed there.",
        "Shells fell at 5.30 p.m. on the market in Port Halden.",
    ],
)
def test_an_abbreviation_does_not_end_a_sentence(text: str) -> None:
    assert sentences(text) == [text]


def test_a_headline_is_a_sentence_of_its_own() -> None:
    assert sentences("Nine dead in ferry attack\nPORT HALDEN - Nine people died.")[0] == "Nine dead in ferry attack"


def test_a_line_break_inside_a_hard_wrapped_text_does_not_end_a_sentence() -> None:
    text = (
        "The ministry of defence said late on Monday that nine soldiers had\n"
        "been killed and that a further twelve were being treated in the\n"
        "regional hospital, where relatives had been waiting since the early\n"
        "hours of the morning for word of those who had been on the bridge\n"
        "when it was hit."
    )
    assert sentences(text) == [text]


def test_a_line_that_breaks_off_goes_on_in_the_next() -> None:
    text = "The first of them reached Port Halden in the autumn of\n2018, and the last of them in the spring."
    assert sentences(text) == [text]


def test_a_line_of_text_without_capitals_stands_for_itself() -> None:
    text = "nine fishermen were held at the pier on monday evening\npolice later let them go without a charge"
    assert len(sentences(text)) == 2


def test_a_run_without_a_full_stop_is_cut_at_white_space() -> None:
    pieces = sentences("word " * 5_000)
    assert all(len(piece) <= LONGEST_SENTENCE for piece in pieces)
    assert sum(piece.count("word") for piece in pieces) == 5_000


@given(st.text(alphabet=st.sampled_from("ab. \n\t“”'\"!?é😀ا1,"), max_size=400).filter(lambda t: t.strip()))
def test_every_sentence_is_its_slice_of_the_text_and_no_letter_is_lost(text: str) -> None:
    document = read_bytes(text.encode())
    found = split(document)
    for sentence in found:
        assert document.text[sentence.start : sentence.end] == sentence.text
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    covered = sum(sum(c.isalnum() for c in sentence.text) for sentence in found)
    assert covered == sum(c.isalnum() for c in document.text)


@pytest.mark.parametrize(
    ("text", "dateline"),
    [
        ("GAO, Mali – Gunmen killed five soldiers.", "GAO, Mali –"),
        ("BAMAKO - The army said that eleven men had died.", "BAMAKO -"),
        ("NEW ULM, Nov. 12 (QNA) — A barge sank at the quay.", "NEW ULM, Nov. 12 (QNA) —"),
        ("LIMA, 5 MAR 90 (EFE) -- POLICE FOUND TWO BODIES.", "LIMA, 5 MAR 90 (EFE) --"),
    ],
)
def test_a_date_line_is_no_part_of_the_first_sentence(text: str, dateline: str) -> None:
    assert sentences(text)[0] == dateline


@pytest.mark.parametrize(
    "text",
    ["THE ARMY - LED BY ITS CHIEF - FOUND TWO BODIES THERE.", "Gunmen - five of them - fled.", "T-72 tanks came."],
)
def test_a_dash_within_a_sentence_is_no_date_line(text: str) -> None:
    assert sentences(text) == [text]


def test_a_full_stop_of_the_clock_does_not_end_a_sentence() -> None:
    text = "The cook was found about 8 a.m. Tuesday near the mill. It rained at 9 a.m. Guards came later that day."

    assert [s.text for s in split(document(text))] == [
        "The cook was found about 8 a.m. Tuesday near the mill.",
        "It rained at 9 a.m.",
        "Guards came later that day.",
    ]


def test_headlines_between_bars_are_sentences_of_their_own_and_cells_are_not() -> None:
    headline = split(document("RELATED | Family of cook killed in raid speaks | Daily Mill"))

    assert [s.text for s in headline] == ["RELATED", "Family of cook killed in raid speaks", "Daily Mill"]
    assert len(split(document("Killed | 12 | Wounded | 30"))) == 1
    assert len(split(document("He wrote, “Urgent | Many of the cooks were hurt in it.”"))) == 1
