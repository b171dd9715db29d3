"""Only sentences that can hold a claim are parsed, and none that can is left out."""

from __future__ import annotations

import pytest

from tallystick.extract.cascade import select
from tallystick.extract.sentences import split
from tallystick.read import read_bytes


def chosen(text: str) -> list[int]:
    return sorted(select(split(read_bytes(text.encode()))).candidates)


@pytest.mark.parametrize(
    "text",
    [
        "Gunmen shot dead the head of the village council.",
        "A fisherman was killed near the pier.",
        "Some 3,000 foreign troops had arrived by the autumn.",
        "Two dozen soldiers were sent to the border.",
        "The toll has risen again.",
        "Relatives have buried four of the miners.",
        "The brigade lost 40 men.",
        "The mill handles 6 million tonnes of grain a year.",
        "A further 1,500 arrived there in the winter.",
        "Nobody can say how many conscripts remain there.",
        "The envoy hinted that the kingdom could send more conscripts.",
    ],
)
def test_a_sentence_that_can_hold_a_claim_is_parsed(text: str) -> None:
    assert chosen(text) == [0]


@pytest.mark.parametrize(
    "text",
    [
        "The council will vote on the harbour dues in 2027.",
        "Shares rose by 3 percent after the announcement.",
        "In 1998 the old museum by the river opened its doors again, and people were glad of it.",
    ],
)
def test_a_sentence_about_other_things_is_not_parsed(text: str) -> None:
    assert chosen(text) == []


def test_a_word_for_people_far_from_any_figure_is_not_enough() -> None:
    assert chosen("On page 12 the author explains at some length why the people of the valley left.") == []
