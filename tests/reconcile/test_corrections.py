"""Which figures take back an earlier one, over invented reports."""

from __future__ import annotations

from datetime import date

import pytest

from tallystick.model.claims import Attribution, Claim, RelationKind
from tallystick.model.mentions import LinkKind
from tallystick.model.quantities import Figure
from tallystick.reconcile.figures import figures
from tallystick.reconcile.policies import policy
from tallystick.reconcile.sums import tally
from tests.reconcile.build import claim, of
from tests.reconcile.test_figures import held, record

NOTICE = "A first version said 41 miners died; the correct number is 14."


def by(name: str) -> tuple[Attribution, ...]:
    return (Attribution(name, None, None, LinkKind.SAYS),)


def corrected(text: str, wrong: str, right: str) -> tuple[Claim, Claim]:
    first = claim(text, wrong, "miners")
    return first, claim(text, right, "miners", **of(first, RelationKind.REVISES))


def numbers(found: list[Figure]) -> dict[object, object]:
    """What each number takes back."""
    named = {figure.id: figure.value for figure in found}
    return {figure.value: named.get(figure.revises or "") for figure in found}


def test_a_figure_that_says_which_it_corrects_takes_that_one_back() -> None:
    assert numbers(figures(held(*corrected(NOTICE, "41", "14")))) == {41: None, 14: 41}


def test_the_wrong_figure_of_a_correction_takes_back_no_other() -> None:
    text = f"The flood killed 14 miners. {NOTICE}"
    body = claim(text, "14", "miners")
    wrong = claim(text, "41", "miners")

    assert figures(held(body, wrong))[1].revises is not None  # by its sentence alone it would
    right = claim(text.replace("14", "XX", 1), "14", "miners", **of(wrong, RelationKind.REVISES))
    made = figures(held(body, wrong, right))
    assert [figure.revises for figure in made] == [None, None, made[1].id]


def test_a_notice_takes_back_what_the_page_said_before() -> None:
    old = held(claim("The flood killed 41 miners.", "41", "miners"))
    later = record("e", publisher=old[0].document.publisher, published=date(2031, 5, 22))
    new = held(claim("The correct figure is 14 miners, not 41.", "14", "miners"), document=later)
    incidents = {item.scene.id: "i1" for item in (*old, *new) if item.scene}

    assert numbers(figures([*old, *new], incidents)) == {41: None, 14: 41}


@pytest.mark.parametrize(("source", "takes_back"), [("the army", 41), ("the ministry", None)])
def test_a_source_takes_back_its_own_figures_only(source: str, takes_back: int | None) -> None:
    text = "The army said 41 miners died. They said the toll was revised to 14 miners."
    first = claim(text, "41", "miners", attributions=by("the army"))
    second = claim(text, "14", "miners", attributions=by(source))

    assert numbers(figures(held(first, second))) == {41: None, 14: takes_back}


def test_a_coder_leaves_out_what_the_report_takes_back() -> None:
    wrong, right = corrected(NOTICE, "41", "14")

    toll, notes = tally([wrong, right], policy("neutral/1"))

    assert (toll.low, toll.best, toll.high) == (14, 14, 14)
    assert notes == (f"{wrong.id}: not added, the report takes it back",)


def test_earlier_tellings_of_a_figure_that_is_taken_back_are_gone_with_it() -> None:
    days = [date(2031, 5, day) for day in (15, 16, 20)]
    texts = ("The flood killed 41 miners.", "The flood has killed 41 miners.", NOTICE)
    told = [record(name, publisher="The Post", published=on) for name, on in zip("def", days, strict=True)]
    old = [held(claim(text, "41", "miners"), document=told[i]) for i, text in enumerate(texts[:2])]
    other = held(claim(texts[0], "41", "miners"), document=record("c", publisher="The Echo"))
    new = held(*corrected(NOTICE, "41", "14"), document=told[2])
    incidents = {item.scene.id: "i1" for item in (*old[0], *old[1], *new, *other) if item.scene}

    made = figures([*old[0], *old[1], *other, *new], incidents)
    gone = {figure.revises for figure in made}

    assert {figure.id for figure in made if figure.value == 41 and figure.publisher == "The Post"} <= gone
    assert made[2].id not in gone
    assert made[-1].id not in gone
