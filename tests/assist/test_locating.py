"""Quoted words are looked up exactly, and count only where it is plain which ones are meant."""

from __future__ import annotations

import pytest

from tallystick.assist.locating import located
from tallystick.errors import AssistRefused
from tests.builders import span

TEXT = "Five died at Orrin. Later 15 died at Lesna, and 5 more; “nobody knows” why the 1,500 fled.\nFive died too."


@pytest.mark.parametrize("words", ["15", "Orrin", "“nobody knows”", "1,500", "at Lesna, and 5", "fled.\nFive"])
def test_words_that_stand_once_are_found_at_their_code_points(words: str) -> None:
    assert located(TEXT, words) == span(TEXT, words)


@pytest.mark.parametrize(
    "words", ["16", "orrin", "Orrin Bay", '"nobody knows"', "at  Lesna", "Five died at Lesna", " "]
)
def test_words_that_do_not_stand_there_letter_for_letter_are_refused(words: str) -> None:
    with pytest.raises(AssistRefused, match=r"does not stand|quotes nothing"):
        located(TEXT, words)


@pytest.mark.parametrize("words", ["500", "50", "rrin", "1"])
def test_a_part_of_a_number_or_word_is_no_quote_of_it(words: str) -> None:
    with pytest.raises(AssistRefused, match="does not stand"):
        located("The 1,500x of Orrin: 15000, 1500.", words)


def test_words_that_stand_twice_are_refused_unless_their_sentence_has_them_once() -> None:
    with pytest.raises(AssistRefused, match="stands 2 times in the text"):
        located(TEXT, "Five died")
    last = span(TEXT, "Five died too.")
    assert located(TEXT, "Five died", last).start == last.start


def test_words_twice_in_one_sentence_are_refused_although_the_text_has_others() -> None:
    text = "Two of two shells fell."
    with pytest.raises(AssistRefused, match="stands 2 times in its sentence"):
        located("Two and Two", "Two", span("Two and Two", "Two and Two"))
    assert located(text, "two", span(text, text)).start == 7
