"""Who is mourned, hurt, held or in hospital, and which day and place are not those of the dead."""

from __future__ import annotations

from datetime import date

import pytest

from tallystick.extract import extract
from tallystick.model.claims import Claim, Factuality, RelationKind
from tallystick.model.values import Measure
from tests.extract.parsing import document

FRIDAY = date(2024, 5, 10)


def claims(text: str) -> tuple[Claim, ...]:
    return extract(document(text, published=FRIDAY)).claims


def read_off(text: str) -> list[tuple[float | None, float | None, str]]:
    return [(c.count.low, c.count.high, c.measure.value) for c in claims(text)]


def days(text: str, measure: Measure) -> list[date | None]:
    return [None if c.period is None else c.period.start for c in claims(text) if c.measure is measure]


def test_those_who_mourn_did_not_kill() -> None:
    (claim,) = claims("The town is mourning nine cooks.")

    assert (claim.count.low, claim.measure, claim.actor) == (9, Measure.KILLED, None)


def test_those_who_mourn_are_not_the_dead() -> None:
    assert claims("Two of his cousins also mourned on Sunday.") == ()


def test_the_mourned_are_among_the_dead_of_the_sentence() -> None:
    sisters, _, dead = claims("Hundreds met families mourning two sisters and a brother after a fire that killed five.")

    assert [(r.kind, r.target) for r in sisters.relations] == [(RelationKind.PART_OF, dead.id)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RELATED | Family of 15-year-old killed in bus crash speaks out.", [(1, 1, "killed")]),
        ("Widow of officer slain in ambush speaks", [(1, 1, "killed")]),
        ("Four cooks remain in the hospital.", [(4, 4, "wounded")]),
        ("Two guards suffered non-life-threatening injuries.", [(2, 2, "wounded")]),
        ("The clerk sustained multiple injuries.", [(1, 1, "wounded")]),
        ("A cook suffered a deep wound and died of it.", [(1, 1, "killed")]),
        ("Three teenagers are in custody.", [(3, 3, "detained")]),
        ("Four suspects remain in custody.", [(4, 4, "detained")]),
        ("Killed in the crash were Ana Ruiz, 34; Tom Hale, 22; and Joe Bird, 19.", [(3, 3, "killed")]),
    ],
)
def test_each_is_counted_for_what_befell_them(
    text: str, expected: list[tuple[float | None, float | None, str]]
) -> None:
    assert read_off(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Police arrested a man on Tuesday over the deaths of two cooks.",
        "Police arrested a man on Tuesday. Two cooks were shot dead and three hurt in the market.",
        "The town mourned nine cooks on Tuesday.",
    ],
)
def test_the_day_of_an_arrest_or_of_mourning_is_not_that_of_the_deaths(text: str) -> None:
    assert days(text, Measure.KILLED) == [None]


@pytest.mark.parametrize(
    "text",
    [
        "Police arrested a man over the deaths of two cooks on Tuesday.",
        "Guards arrested nine men in a raid on Tuesday. Two cooks were shot dead.",
        "A man was charged on Friday after two cooks were shot dead on Tuesday.",
    ],
)
def test_the_day_behind_the_deed_or_of_the_raid_is_theirs(text: str) -> None:
    assert days(text, Measure.KILLED) == [date(2024, 5, 7)]


@pytest.mark.parametrize(
    "text", ["The army denied that there were any casualties.", "The ministry denied reports of deaths."]
)
def test_denied_deaths_without_a_figure_are_recorded_as_denied(text: str) -> None:
    (claim,) = claims(text)

    assert claim.factuality is Factuality.DENIED
    assert claim.attributions


@pytest.mark.parametrize(
    "text", ["There were reports of deaths in the town.", "It was unclear whether there were any casualties."]
)
def test_deaths_that_are_only_spoken_of_give_no_claim(text: str) -> None:
    assert claims(text) == ()


def test_what_happens_under_a_condition_did_not_happen() -> None:
    assert {c.factuality for c in claims("If I kill somebody, I kill somebody.")} == {Factuality.SPECULATED}


def test_a_family_named_like_a_town_is_on_no_side_and_in_no_town() -> None:
    (claim,) = claims("Eight members of the Al-Manama family were killed.")

    assert claim.population is not None
    assert (claim.population.actor, claim.place) == (None, None)


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Doctors said 12 had died. They said 40 people had been hurt.", "Doctors"),
        (
            "Residents of the valley, who had spent the night in cellars, and who had no water, said 14 had died.",
            "Residents of the valley",
        ),
        (
            "The head of the health office, Orben Vask, who has run it since the war began, said 14 had died.",
            "The head of the health office, Orben Vask",
        ),
    ],
)
def test_the_speaker_is_named_without_what_is_told_of_him(text: str, speaker: str) -> None:
    assert claims(text)[-1].attributions[-1].name == speaker


def test_they_of_two_groups_stand_for_neither() -> None:
    claim = claims("Police spoke to families of nine dead guards. They said 40 people had been hurt.")[-1]

    assert claim.attributions[-1].name == "They"


def test_one_of_several_events_counts_nobody() -> None:
    assert claims("This murder is one of five shootings in the town.") == ()


def test_who_died_stands_before_an_aside_between_dashes() -> None:
    (claim,) = claims("Mario Reth -- who rose from the war-era streets and whose passionate address moved all -- died.")

    assert claim.population is not None
    assert claim.population.text == "Mario Reth"
