"""A question means what the words of a report mean; what was not understood is said, never dropped."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest

from tallystick.errors import BadQuestion
from tallystick.jobs.asking import understand
from tallystick.model.questions import Question


@pytest.mark.parametrize(
    ("words", "question"),
    [
        (
            "North Korean soldiers killed in Kursk",
            Question(("killed",), actor="North Korea", status="combatant", place="Kursk"),
        ),
        (
            "How many civilians were killed in Gaza in October 2023?",
            Question(("killed",), status="civilian", place="Gaza", since=date(2023, 10, 1), until=date(2023, 10, 31)),
        ),
        ("deaths in Sudan", Question(("killed",), country="SD")),
        ("people displaced from Gao since January 2024", Question(("displaced",), place="Gao", since=date(2024, 1, 1))),
        ("killed or wounded near Ansongo", Question(("casualties",), place="Ansongo")),
        ("missing and wounded near Ansongo", Question(("missing", "wounded"), place="Ansongo")),
        ("wounded Ansongo", Question(("wounded",), place="Ansongo")),
        ("Israeli hostages", Question(("abducted",), actor="Israel")),
    ],
)
def test_plain_words_become_the_filters_they_name(words: str, question: Question) -> None:
    assert understand(words).question == question


def test_words_that_name_no_filter_are_looked_for_in_the_text_and_said() -> None:
    understood = understand("soldiers killed in the convoy near Ansongo")

    assert understood.left == ("convoy",)
    assert understood.question.words == "convoy"


def test_each_filter_names_the_words_that_gave_it() -> None:
    understood = understand("North Korean soldiers killed in Kursk")

    assert ("North Korean", "actor=North Korea") in understood.read
    assert ("killed", "measure=killed") in understood.read


def test_this_year_is_known_only_with_a_day_to_count_from() -> None:
    assert understand("deaths in Sudan this year", today=date(2025, 9, 1)).question.since == date(2025, 1, 1)
    assert understand("deaths in Sudan this year").question.since is None


@pytest.mark.parametrize("words", ["", "   ", "?", "how many were there?"])
def test_a_question_that_names_nothing_is_refused_with_an_example(words: str) -> None:
    with pytest.raises(BadQuestion, match="such as"):
        understand(words)


@pytest.mark.parametrize("words", ["“”‘’", "killed " * 500, "🙂 killed 🙂", "a" * 5000, "\u202ekilled\u202c"])
def test_odd_questions_are_answered_or_refused_but_never_break(words: str) -> None:
    with contextlib.suppress(BadQuestion):
        assert understand(words).read or understand(words).left
