"""Figures that a second source sets against the first, over invented reports."""

from __future__ import annotations

import pytest

from tallystick.extract import extract
from tallystick.model.claims import Claim, Factuality
from tallystick.model.text import Document
from tallystick.model.values import Measure


def claims(text: str) -> list[Claim]:
    return list(extract(Document(text, "0" * 64, "0" * 64)).claims)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The army put the number of dead at 40, the rebels at 90.", [(40, "The army"), (90, "the rebels")]),
        ("The army put the death toll at 40 and the rebels at 90.", [(40, "The army"), (90, "the rebels")]),
        (
            "The clinic put the toll at 12 dead, while the hospital put it at 19.",
            [(12, "The clinic"), (19, "the hospital")],
        ),
        ("The ministry says 40 people died; the rebels say 140.", [(40, "The ministry"), (140, "the rebels")]),
        ("The ministry says 40 miners died and the rebels say 140.", [(40, "The ministry"), (140, "the rebels")]),
    ],
)
def test_a_bare_figure_of_a_second_source_counts_what_the_first_counts(
    text: str, expected: list[tuple[int, str]]
) -> None:
    found = claims(text)

    assert [(c.count.value, c.attributions[-1].name) for c in found] == expected
    assert {c.measure for c in found} == {Measure.KILLED}


@pytest.mark.parametrize(
    "text",
    [
        "The ministry said 40 soldiers died in 12 villages.",
        "The mayor said 40 people died, and the clinic opened 9 wards.",
        "The army says 11 soldiers died at 40 posts, the rebels at 90 posts.",
    ],
)
def test_a_figure_with_a_noun_of_its_own_is_no_rival(text: str) -> None:
    assert [c.count.value for c in claims(text) if c.measure is Measure.KILLED] in ([40], [11])


def test_what_a_headline_denies_is_not_what_it_says_first() -> None:
    first, second = claims("Army says 11 killed, denies losing 60 soldiers")

    assert (first.count.value, first.factuality) == (11, Factuality.ASSERTED)
    assert (second.count.value, second.factuality) == (60, Factuality.DENIED)


def test_a_denial_after_a_semicolon_leaves_what_stands_before_it_asserted() -> None:
    first, second = claims("The Front said it had killed 60 soldiers; the army denied that 60 had died.")

    assert (first.factuality, first.attributions[-1].name) == (Factuality.ASSERTED, "Front")
    assert (second.factuality, second.attributions[-1].name) == (Factuality.DENIED, "the army")
