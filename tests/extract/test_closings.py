"""Speakers at the end of a sentence. [Brackets] mark the figure that is looked up."""

import pytest

from tallystick.model.mentions import LinkKind
from tests.extract.chains import chain_of, names_in


@pytest.mark.parametrize(
    ("marked", "speaker"),
    [
        (
            "Raiders shelled the mill, killing at least [18] workers and hurting 30 others, the head of the county "
            "clinic, Ida Lom, told Lowland Wire.",
            "Ida Lom",
        ),
        (
            "Raiders shelled the mill and killed [18] workers, a nurse at the county clinic told Lowland Wire.",
            "a nurse",
        ),
        ("Raiders burned the farm, killing [9] people, the reeve of Marsh, Jon Pell, told reporters.", "Jon Pell"),
        ("Raiders burned the farm and [9] people died, a guard told the Marsh Herald on Friday.", "a guard"),
        ("Raiders struck at dawn, killing [nine] drovers, two officials told journalists in Marsh.", "two officials"),
    ],
)
def test_whoever_told_a_paper_is_the_source_and_not_the_paper(marked: str, speaker: str) -> None:
    source = chain_of(marked)[-1]
    assert source.kind is LinkKind.SAYS
    assert speaker in str(source.source)


def test_words_that_say_nothing_by_themselves_are_not_what_was_told() -> None:
    assert names_in("In the town, the reeve told reporters that [nine] drovers had died.") == ["the reeve"]


def test_clauses_of_time_are_not_what_was_told() -> None:
    assert names_in("After raiders killed [nine] drovers, the reeve told reporters nothing.") == []


def test_another_agency_that_was_told_passes_it_on() -> None:
    chain = chain_of("At least [21] people were killed, a clerk told AFP.", publisher="Lowland Wire")
    assert [(link.name, link.kind) for link in chain] == [("AFP", LinkKind.CITES), ("a clerk", LinkKind.SAYS)]


def test_a_publisher_that_was_told_is_no_link_of_its_own_chain() -> None:
    for told in ("Marsh News Agency", "the Marsh News Agency"):
        chain = chain_of(f"At least [21] people were killed, a clerk told {told}.", publisher="Marsh News Agency")
        assert [link.name for link in chain] == ["a clerk"]
