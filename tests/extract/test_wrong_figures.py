"""Sentences whose figures are easily put on the wrong people, or taken for people at all."""

from __future__ import annotations

import pytest

from tallystick.extract import extract
from tallystick.model.claims import Claim, Factuality, RelationKind
from tallystick.model.values import Form
from tests.extract.parsing import document


def claims(text: str) -> tuple[Claim, ...]:
    return extract(document(text)).claims


def read_off(text: str) -> list[tuple[float | None, float | None, str]]:
    return [(c.count.low, c.count.high, c.measure.value) for c in claims(text)]


@pytest.mark.parametrize("text", ["Half of the miners were killed.", "More than half of the miners were killed."])
def test_a_share_without_a_whole_bounds_no_number_of_people(text: str) -> None:
    (claim,) = claims(text)

    assert (claim.count.low, claim.count.high, claim.count.value) == (None, None, 0.5)
    assert (claim.count.form, claim.count.unit) == (Form.FRACTION, "share")


@pytest.mark.parametrize(
    ("text", "unit", "who"),
    [
        ("A third of the 60 miners were killed.", "person", "miners"),
        ("About 20 percent of the 300 sailors died.", "person", "sailors"),
        ("Two thirds of the 60 houses were destroyed.", "building", "houses"),
    ],
)
def test_a_share_of_a_whole_counts_those_of_the_whole(text: str, unit: str, who: str) -> None:
    claim = claims(text)[0]

    assert claim.population is not None
    assert (claim.population.text, claim.count.unit) == (who, unit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A figure stays in its clause.
        (
            "Another dozen miners were wounded, and several more are missing.",
            [(12, 12, "wounded"), (2, None, "missing")],
        ),
        ("One of the two clerks has said that three cooks were missing.", [(3, 3, "missing")]),
        ("Police say three cooks are missing.", [(3, 3, "missing")]),
        ("Police arrested 12 people after 30 were killed.", [(12, 12, "detained"), (30, 30, "killed")]),
        ("The fleet lost three boats, but rebels claimed five.", [(3, 3, "destroyed")]),
        ("40 people were killed or went missing.", [(40, 40, "casualties")]),
        # Names with ages are people, the ages are not.
        ("Vask, 43, and his wife Ilse, 41, were killed.", [(2, 2, "killed")]),
        ("Orben Vask, 30, Ilse Vask, 29, and their son Timo, 4, were killed.", [(3, 3, "killed")]),
        # Those behind "the dead included" are dead.
        ("The dead included Orben Vask, Ilse Darro and Timo Reth.", [(3, 3, "killed")]),
        ("The dead included six cooks.", [(6, 6, "killed")]),
        ("Among the wounded were six cooks.", [(6, 6, "wounded")]),
        # Things.
        ("The quake destroyed 14 homes and damaged 30 others.", [(14, 14, "destroyed"), (30, 30, "damaged")]),
        ("The crews shot down 21 of 26 drones.", [(21, 21, "shot_down")]),
        ("The fleet lost 40 men and two ships.", [(40, 40, "killed"), (2, 2, "destroyed")]),
        # Nobody, in a sentence that holds no other figure.
        ("No miners were hurt in the blast.", [(0, 0, "wounded")]),
        # Lists and headlines.
        ("Killed: 12. Wounded: 30.", [(12, 12, "killed"), (30, 30, "wounded")]),
        ("Dead: 5; injured: 11", [(5, 5, "killed"), (11, 11, "wounded")]),
        ("Blast in mine kills at least 11", [(11, None, "killed")]),
        ("Five members of same crew dead", [(5, 5, "killed")]),
        ("Rock fall kills and injures about 16", [(15, 17, "casualties")]),
        ("Dead – 12, injured – 30", [(12, 12, "killed"), (30, 30, "wounded")]),
        ("Death toll: 14; injured: 40; missing: 3.", [(14, 14, "killed"), (40, 40, "wounded"), (3, 3, "missing")]),
        ("Casualties: 12 dead, 30 wounded", [(12, 12, "killed"), (30, 30, "wounded")]),
        ("Twin blasts kill 30", [(30, 30, "killed")]),
        # A toll's figure stands behind a verb of counting.
        ("The deaths of nine cooks left 30 children in care.", [(9, 9, "killed")]),
        ("The number of dead surpassed 40.", [(41, None, "killed")]),
        # Other measures.
        ("The queen bestowed medals on 12 sailors.", [(12, 12, "honoured")]),
        ("There is no telling how many sailors survive.", [(None, None, "strength")]),
        ("2,000 police were sent to the mine.", [(2000, 2000, "sent")]),
        ("Two cooks were shot in the leg.", [(2, 2, "wounded")]),
        ("Four cooks were hit by shrapnel.", [(4, 4, "wounded")]),
    ],
)
def test_each_figure_counts_its_own_people(text: str, expected: list[tuple[float | None, float | None, str]]) -> None:
    assert read_off(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The mine killed 300 jobs.",
        "The senate killed two bills and a deal.",
        "Killing three birds with one stone, the minister resigned.",
        "The deaths shocked 30 villagers.",
        "The team lost 12 men to injury.",
        "Nine sailors left the base.",
        "The team was slaughtered 5-0 and lost 3 players to injury.",
    ],
)
def test_what_befell_nobody_gives_no_claim(text: str) -> None:
    assert read_off(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The drill simulated the deaths of 500 people.",
        "In the film, 12 sailors are killed.",
        "In the novel, two sisters are murdered.",
    ],
)
def test_what_is_played_or_invented_is_not_asserted(text: str) -> None:
    assert {c.factuality for c in claims(text)} == {Factuality.SPECULATED}


def test_fighters_believed_held_are_captured_by_hearsay() -> None:
    (claim,) = claims("Nine sailors are believed to be held by the rebels.")

    assert (claim.measure.value, claim.factuality) == ("captured", Factuality.HEDGED)


def test_the_dead_who_are_named_are_part_of_the_dead_counted_before() -> None:
    total, wounded, named = claims(
        "A blast killed 12 miners and wounded 30. The dead included Orben Vask and Ilse Darro."
    )

    assert [(r.kind, r.target) for r in named.relations] == [(RelationKind.PART_OF, total.id)]
    assert wounded.measure.value == "wounded"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("A blast killed 12 miners. The 12 miners were killed at dawn, a clerk said.", [RelationKind.SAME_AS]),
        ("A blast killed 12 miners in Lima. A flood killed 12 miners in Quito.", []),
        ("A blast killed 12 miners. A flood killed 12 farmers.", []),
        ("A blast killed 12 miners. A flood killed another 12 miners.", [RelationKind.ADDS_TO]),
    ],
)
def test_a_figure_told_again_is_the_same_figure(text: str, kinds: list[RelationKind]) -> None:
    first, second = claims(text)

    assert [(r.kind, r.target) for r in second.relations] == [(kind, first.id) for kind in kinds]


def test_those_not_included_are_no_part() -> None:
    assert [r.kind for c in claims("12 people, not including the driver, died.") for r in c.relations] == []


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Gunmen shot dead a Bank of Ruritania clerk on Monday.", "Bank of Ruritania clerk"),
        ("The patrol captured a Free Movement of Ruritania courier.", "Free Movement of Ruritania courier"),
    ],
)
def test_a_name_with_of_before_a_persons_noun_counts_the_person(text: str, who: str) -> None:
    (claim,) = claims(text)

    assert claim.population is not None
    assert (claim.count.low, claim.count.high, claim.population.text) == (1, 1, who)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The patrol captured a rebel captain, a rebel courier and several of their guards.",
            [(1, 1, "captured"), (1, 1, "captured"), (2, None, "captured")],
        ),
        (
            "Guards shot dead a smuggler and one armed helper and detained two others.",
            [(1, 1, "killed"), (1, 1, "killed"), (2, 2, "detained")],
        ),
        ("Shelling killed a teacher, a father of two, on Sunday.", [(1, 1, "killed")]),
        ("Olaf Brandt, a teacher and a father of two, was killed.", [(1, 1, "killed")]),
        ("Gunmen killed 12 and 30 were hurt.", [(12, 12, "killed"), (30, 30, "wounded")]),
    ],
)
def test_a_list_counts_each_of_its_members_and_an_apposition_counts_once(
    text: str, expected: list[tuple[float | None, float | None, str]]
) -> None:
    assert read_off(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A 15-year-old was killed.", [(1, 1, "killed")]),
        ("15-year-old killed in robbery", [(1, 1, "killed")]),
        ("Police arrested a 19-year-old.", [(1, 1, "detained")]),
        ("Family of 15-year-old killed in robbery wants justice", [(1, 1, "killed")]),
        ("Family of clerk killed in raid wants justice", [(1, 1, "killed")]),
        ("A family of six killed in the raid came from Brindle.", [(6, 6, "killed")]),
        ("The 20-year-old war killed nine miners.", [(9, 9, "killed")]),
    ],
)
def test_one_who_is_called_by_an_age_is_one(text: str, expected: list[tuple[float, float, str]]) -> None:
    assert read_off(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The raiders killed 32 people in bombings at the Oslo airport and a metro station.",
            [(32, 32, "killed")],
        ),
        (
            "A raid killed nine people, including two cooks, according to local security and medical officials.",
            [(9, 9, "killed"), (2, 2, "killed")],
        ),
        ("A press photographer captured a small boy covered in a sheet.", []),
        ("The battalion captured a small boy.", [(1, 1, "captured")]),
    ],
)
def test_a_place_a_source_and_one_in_a_picture_are_no_victims(
    text: str, expected: list[tuple[float, float, str]]
) -> None:
    assert read_off(text) == expected


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("A 38-year-old man was shot.", "38"),
        ("An old man was shot.", "elderly"),
        ("A 17-year-old girl was shot.", "child"),
        ("A granddaughter was shot.", None),
        ("Three grandchildren were shot.", None),
    ],
)
def test_an_age_that_is_given_stands_and_kin_have_none(text: str, age: str | None) -> None:
    (claim,) = claims(text)

    assert claim.population is not None
    assert claim.population.age == age


def test_whose_relatives_they_are_says_nothing_of_their_sex() -> None:
    whole = claims("She was killed alongside many of her family members.")[-1]

    assert whole.population is not None
    assert (whole.population.text, whole.population.sex) == ("family members", None)


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("A civilian home was hit by an Israeli airstrike, killing seven civilians.", "Israeli airstrike"),
        ("A bus was struck in the dark, killing seven civilians.", None),
        ("A shell hit a bus, killing seven civilians.", "shell"),
        ("Raiders returned for the third time, killing seven civilians.", "Raiders"),
    ],
)
def test_not_the_home_that_was_hit_killed_those_in_it(text: str, by: str | None) -> None:
    (claim,) = claims(text)

    assert (claim.actor.text if claim.actor else None) == by
