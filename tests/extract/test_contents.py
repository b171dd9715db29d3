"""What a source says, where the parser tears it apart. [Brackets] mark the figure that is looked up."""

import pytest

from tests.extract.chains import names_in


@pytest.mark.parametrize(
    ("marked", "source"),
    [
        (
            "A foreign envoy in Marsh said [between 20 and 25] guards were thought to have died.",
            "a foreign envoy in marsh",
        ),
        ("The reeve said between [20 and 25] people had been killed.", "the reeve"),
        ("The reeve said between [six and nine] mills burned.", "the reeve"),
        ("The reeve said on Thursday [31] people were killed.", "the reeve"),
    ],
)
def test_the_figure_that_opens_what_is_said_belongs_to_it(marked: str, source: str) -> None:
    assert names_in(marked) == [source]


def test_a_date_is_no_figure_that_was_said() -> None:
    assert names_in("The reeve spoke between [2 and 3] a.m. and said people had died.") == []


@pytest.mark.parametrize(
    ("marked", "source"),
    [
        ("The army's last official figure, given on Thursday, was [11] dead.", "the army"),
        ("The ministry's latest toll, published on Thursday, is [26] dead.", "the ministry"),
        ("The police's official toll stood at [12] dead.", "the police"),
        ("The rebels' own count is [60] dead.", "the rebels"),
    ],
)
def test_a_figure_is_from_whoever_has_it(marked: str, source: str) -> None:
    assert names_in(marked) == [source]


@pytest.mark.parametrize(
    "marked",
    [
        "The raid's death toll was [11].",
        "The army's death toll was [11].",
        "Monday's figure was [11] dead.",
        "The army's last figure was wrong, and [11] died.",
    ],
)
def test_a_toll_is_not_from_those_who_died_or_from_what_killed_them(marked: str) -> None:
    assert names_in(marked) == []
