from __future__ import annotations

import pytest

from tallystick.extract import extract
from tests.extract.parsing import document


@pytest.mark.parametrize(
    "text",
    [
        "The murder of six jurors and two clerks shocked the town.",
        "The murder of six jurors and two clerks was never solved.",
        "THE MURDER OF SIX JURORS AND TWO CLERKS SHOCKED THE TOWN.",
    ],
)
def test_all_whom_a_noun_governs_are_counted_though_its_verb_follows(text: str) -> None:
    assert [claim.count.value for claim in extract(document(text)).claims] == [6, 2]


def test_a_figure_with_a_verb_of_its_own_is_not_counted_with_the_dead() -> None:
    claims = extract(document("Police condemned the murder of six jurors, and two clerks fled to Oster.")).claims
    assert [c.count.value for c in claims if c.measure.value == "killed"] == [6]
