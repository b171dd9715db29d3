"""What a row makes of figures that different sources of one report give for the same people."""

from __future__ import annotations

from typing import Any

import pytest

from tallystick.model.claims import Attribution, Claim, Factuality
from tallystick.model.coding import CodedRow, Toll
from tallystick.model.mentions import LinkKind
from tallystick.reconcile import code
from tests.reconcile.build import CIVILIAN, COMBATANT, claim, report


def by(name: str, kind: LinkKind = LinkKind.SAYS) -> dict[str, Any]:
    return {"attributions": (Attribution(name, None, None, kind),)}


def denied_by(name: str) -> dict[str, Any]:
    return {"factuality": Factuality.DENIED, **by(name, LinkKind.DENIES)}


def soldiers(text: str, figure: str, **fields: Any) -> Claim:
    return claim(text, figure, "soldiers", who=COMBATANT, **fields)


def row(text: str, *claims: Claim, policy: str = "neutral") -> CodedRow:
    (only,) = code([report(text, *claims)], policy)
    return only


def ends(toll: Toll) -> tuple[object, object, object]:
    return toll.low, toll.best, toll.high


THREE = (
    "The army said 12 soldiers had died. It denied that 60 soldiers had died. The Front said 60 soldiers fell. "
    "A diplomat said 20 soldiers were dead."
)


def three_voices(policy: str) -> CodedRow:
    front = THREE.replace("denied that 60", "denied that ##")
    return row(
        THREE,
        soldiers(THREE, "12", **by("The army")),
        soldiers(THREE, "60", **denied_by("The army")),
        soldiers(front, "60", **by("The Front")),
        soldiers(THREE, "20", **by("A diplomat")),
        policy=policy,
    )


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("neutral", (12, None, 60)),
        ("ucdp-like", (12, 12, 60)),
        ("acled-like", (12, 12, 12)),
        ("airwars-like", (12, None, 60)),
    ],
)
def test_sources_that_disagree_give_a_range_and_a_denied_figure_is_never_the_best(
    policy: str, expected: tuple[object, object, object]
) -> None:
    assert ends(three_voices(policy).killed) == expected


def test_the_notes_say_who_denies_a_figure() -> None:
    assert any("a ceiling at most, army denies '60'" in note for note in three_voices("neutral").notes)


def test_a_figure_that_the_other_side_denies_without_a_figure_of_its_own_is_a_ceiling() -> None:
    text = "The Front said 60 soldiers fell. The army denied that 60 had died."
    second = text.replace("said 60", "said ##")
    coded = row(text, soldiers(text, "60", **by("The Front")), claim(second, "60", None, **denied_by("The army")))
    assert ends(coded.killed) == (None, None, 60)


def test_sources_that_agree_give_one_figure() -> None:
    text = "The army said 12 soldiers had died. A medic counted 12 dead soldiers."
    second = text.replace("said 12", "said ##")
    coded = row(text, soldiers(text, "12", **by("The army")), soldiers(second, "12", **by("A medic")))
    assert ends(coded.killed) == (12, 12, 12)


def test_a_toll_that_another_source_sets_higher_is_the_upper_end() -> None:
    text = "The army said 12 soldiers had died. An official said the toll had reached 26."
    coded = row(text, soldiers(text, "12", **by("The army")), claim(text, "26", None, **by("An official")))
    assert ends(coded.killed) == (12, None, 26)


def test_a_larger_figure_of_the_same_source_supersedes_its_first() -> None:
    text = "The mayor said 12 people had died. By evening the mayor put it at 15 people."
    coded = row(text, claim(text, "12", "people", **by("The mayor")), claim(text, "15", "people", **by("the mayor")))
    assert ends(coded.killed) == (15, 15, 15)
    assert any("supersedes" in note for note in coded.notes)


def test_figures_of_two_sources_for_different_people_add_up() -> None:
    text = "The army said 12 soldiers had died. A medic said 5 civilians had died."
    coded = row(
        text,
        soldiers(text, "12", **by("The army")),
        claim(text, "5", "civilians", who=CIVILIAN, **by("A medic")),
    )
    assert ends(coded.killed) == (17, 17, 17)


def test_a_pronoun_is_no_other_source() -> None:
    text = "The mayor said 12 people had died. He said 9 people had been found."
    coded = row(text, claim(text, "12", "people", **by("The mayor")), claim(text, "9", "people", **by("He")))
    assert ends(coded.killed) == (12, 12, 12)
