"""Reporting or opinion, and the loaded words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.extract.stance import stance_of
from tallystick.model.claims import Stance
from tallystick.model.text import Sentence, Span


def read(text: str) -> tuple[Stance, list[str]]:
    stance, loaded, _ = stance_of(Sentence(0, len(text), text, 0, 0))
    return stance, [span.text for span in loaded]


@pytest.mark.parametrize(
    "text",
    [
        "But let's face it, the plan was a house of cards.",
        "I think the council should have resigned long ago.",
        "So much for the truce!",
        "The pompous little tyrant has learnt nothing.",
        "Who with any sense would pay for such an absurd bridge?",
    ],
)
def test_a_sentence_that_argues_is_opinion(text: str) -> None:
    assert read(text)[0] is Stance.OPINION


@pytest.mark.parametrize(
    "text",
    [
        "Shelling killed 12 people in the harbour on Monday, officials said.",
        "The ministry said that 3,000 soldiers were sent to the border in May.",
        "Forty people were wounded when a bus left the road.",
        "The brigade withdrew from the town overnight.",
        'The minister said on Tuesday: "I think this absurd and pathetic plan will fail, and you should be ashamed!"',
    ],
)
def test_a_sentence_that_reports_is_reporting(text: str) -> None:
    assert read(text)[0] is Stance.REPORTING


def test_loaded_terms_are_marked_where_they_stand() -> None:
    text = "The so-called republic shed crocodile tears at the grave."

    _, loaded, _ = stance_of(Sentence(100, 100 + len(text), text, 0, 0))

    assert loaded == (Span(104, 113, "so-called"), Span(128, 143, "crocodile tears"))


def test_a_loaded_term_inside_a_quotation_is_marked_but_does_not_make_the_writer_argue() -> None:
    stance, loaded = read('The general said on Friday that the "butchers of the valley will pay for what they did".')

    assert stance is Stance.REPORTING
    assert loaded == ["butchers"]


def test_plain_words_are_not_loaded() -> None:
    assert read("The baker of the valley opened his shop.")[1] == []


def test_reasons_name_the_entries_heaviest_first() -> None:
    text = "But the plan was absurd."

    _, _, reasons = stance_of(Sentence(0, len(text), text, 0, 0))

    assert [reason.rule for reason in reasons] == ["loaded/insult", "opinion/argument"]


@given(st.text(max_size=300))
def test_loaded_spans_are_words_of_the_sentence(text: str) -> None:
    _, loaded, _ = stance_of(Sentence(7, 7 + len(text), text, 0, 0))

    assert all(text[span.start - 7 : span.end - 7] == span.text for span in loaded)


def test_a_long_row_of_quotation_marks_is_read_in_time() -> None:
    assert read('"' * 50_000)[0] is Stance.REPORTING
