"""A name counts among the dead only where the report says so, and one person counts once."""

from __future__ import annotations

import hashlib

import pytest

from tallystick.extract import extract
from tallystick.model.text import Document
from tallystick.reconcile.personalnames import key_of, same_name
from tallystick.reconcile.victims import named_dead


def names(text: str) -> set[str]:
    mark = hashlib.sha256(text.encode()).hexdigest()
    return {victim.name for victim in named_dead(extract(Document(text, mark, mark)))}


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        ("Ilse Darro was killed in the raid.", {"Ilse Darro"}),
        ("The nurse Ilse Darro died at dawn.", {"Ilse Darro"}),
        ("Ilse Darro, 34, and her son Orben Darro, 9, were killed.", {"Ilse Darro", "Orben Darro"}),
        ("Ilse Darro (34) was killed alongside her husband, Tamo Quint (40).", {"Ilse Darro", "Tamo Quint"}),
        (
            "The victims were identified as Ilse Darro, Orben Vask and Sela Quint.",
            {"Ilse Darro", "Orben Vask", "Sela Quint"},
        ),
        ("He mourned the death of Orben Vask.", {"Orben Vask"}),
        ("The body of 12-year-old Sela Quint was found.", {"Sela Quint"}),
        ("Orben Vask lost his life in the raid.", {"Orben Vask"}),
    ],
)
def test_a_person_said_to_have_died_is_named(text: str, dead: set[str]) -> None:
    assert names(text) == dead


@pytest.mark.parametrize(
    "text",
    [
        "Orben Vask said that nine people were killed.",
        "According to Orben Vask, nine people were killed.",
        "A post by Orben Vask told of nine dead.",
        "Nine people were killed near Orben Vask Street.",
        "Nine people were killed and Orben Vask was wounded.",
        "Orben Vask lost his brother in the raid.",
        "Orben Vask mourned the dead.",
        "All of them died except Orben Vask.",
        "Orben Vask’s wife was killed.",
        "The wife of Orben Vask was killed.",
        "The Orben Vask Hospital counted nine dead.",
        "Orben Vask was not killed in the raid.",
        "Orben Vask opened a shop.",
    ],
)
def test_a_person_not_said_to_have_died_is_not(text: str) -> None:
    assert names(text) == set()


def test_one_person_in_two_spellings_counts_once() -> None:
    assert len(names("Mohammed Vaskari was killed. Muhammad Ali al-Vaskari (12) was killed at noon.")) == 1


def test_two_ages_are_two_people() -> None:
    assert len(names("Omar Ali Vaskari (61) was killed. Omar Vaskari (8) was killed too.")) == 2


def test_who_speaks_later_in_the_report_is_not_dead() -> None:
    assert names("The dead were Ilse Darro and Orben Vask. Orben Vask said the house had burned.") == {"Ilse Darro"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Khaled Vaskari", "Khalid Vaskari", True),
        ("Abdul Rahman Vaskari", "Abd al-Rahman Vaskari", True),
        ("Abdelrahman Vaskari", "Abdel Rahman Ali Vaskari", True),
        ("Mahmoud Vaskari", "Mohammed Vaskari", False),
        ("Amir Vaskari", "Amira Vaskari", False),
        ("Omar Ali Vaskari", "Ali Vaskari", False),
        ("Ilse Darro", "Ilse Vask", False),
    ],
)
def test_names_are_compared_by_their_sound(one: str, other: str, same: bool) -> None:
    assert same_name(key_of(one.split()), key_of(other.split())) is same
    assert same_name(key_of(other.split()), key_of(one.split())) is same
