"""Claims made ready to reconcile: what binds, whose word it is, and what had to be taken for granted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tallystick.model.claims import Attribution, Claim, Factuality, Interest, RelationKind
from tallystick.model.mentions import LinkKind
from tallystick.model.quantities import Figure, Who
from tallystick.model.records import DocumentRecord, Held, Scene
from tallystick.model.text import Span
from tallystick.model.values import Accumulation, Count, Form, Measure, Mod, Place, Precision
from tallystick.reconcile.figures import figures
from tests.reconcile.build import COMBATANT, claim, day, of

TOWN = Place("Orvel", 1, 10.0, 20.0, "ML", Precision.TOWN, "Gao")
LAND = Place("Mali", 2, 17.0, -4.0, "ML", Precision.COUNTRY)


def record(name: str = "d", **given: Any) -> DocumentRecord:
    return DocumentRecord(
        name * 16, name, name, **{"publisher": f"The {name} Post", "published": date(2031, 5, 20), **given}
    )


def held(*claims: Claim, document: DocumentRecord | None = None, **scene: Any) -> list[Held]:
    """The claims of one report, all of one event at Orvel on 14 May."""
    document = document or record()
    fields = {"place": TOWN, "start": date(2031, 5, 14), "end": date(2031, 5, 14), **scene}
    told = Scene(document.id, 0, tuple(c.id for c in claims), **fields)
    return [Held(c, document, told, i) for i, c in enumerate(claims)]


def only(made: Claim, **scene: Any) -> Figure:
    (figure,) = figures(held(made, **scene))
    return figure


def says(name: str | None, kind: LinkKind = LinkKind.SAYS) -> dict[str, Any]:
    return {"attributions": (Attribution(name, None, None, kind),)}


@pytest.mark.parametrize(
    ("factuality", "binds"),
    [
        (Factuality.ASSERTED, True),
        (Factuality.ACKNOWLEDGED, True),
        (Factuality.ESTIMATED, True),
        (Factuality.HEDGED, True),
        (Factuality.DENIED, False),
        (Factuality.PLANNED, False),
        (Factuality.SPECULATED, False),
        (Factuality.NO_INFORMATION, False),
    ],
)
def test_only_what_is_said_to_be_so_binds(factuality: Factuality, binds: bool) -> None:
    assert only(claim("He said 12 soldiers died.", "12", "soldiers", factuality=factuality)).binds is binds


@pytest.mark.parametrize(
    ("mod", "bounds"),
    [
        (Mod.MORE_THAN, (None, 20)),
        (Mod.EQUAL_OR_MORE, (None, 19)),
        (Mod.LESS_THAN, (20, None)),
        (None, (None, None)),
    ],
)
def test_a_denial_binds_only_the_limit_that_it_names(mod: Mod | None, bounds: tuple[int | None, int | None]) -> None:
    made = claim("He denied that 20 soldiers died.", "20", "soldiers", factuality=Factuality.DENIED)
    figure = only(replace(made, count=replace(made.count, mod=mod)))

    assert (figure.low, figure.high) == bounds
    assert figure.binds is (bounds != (None, None))
    assert not figure.soft_high


@pytest.mark.parametrize("form", [Form.QUESTION, Form.FRACTION])
def test_a_question_and_a_fraction_bind_nothing(form: Form) -> None:
    made = claim("He said 12 soldiers died.", "12", "soldiers")

    assert not only(replace(made, count=replace(made.count, form=form))).binds


def test_a_rate_and_a_broken_number_of_people_bind_nothing() -> None:
    made = claim("He said 12 people died.", "12", "people")

    assert not only(replace(made, accumulation=Accumulation.RATE)).binds
    assert not only(replace(made, count=Count(19.3, 19.3, 19.3, unit="person"))).binds


def test_a_bare_toll_can_grow_and_a_strict_limit_cannot() -> None:
    bare = only(claim("He said 12 soldiers died.", "12", "soldiers"))
    cancellable = only(claim("He said up to 12 soldiers died.", "up to 12", "soldiers"))
    made = claim("He said 12 soldiers died.", "12", "soldiers")
    strict = only(replace(made, count=Count(None, 12, 12, Form.BOUNDED, "at most", Mod.EQUAL_OR_LESS, "person")))
    honoured = only(claim("He said 12 soldiers came.", "12", "soldiers", Measure.HONOURED))

    assert (bare.soft_high, cancellable.soft_high, strict.soft_high, honoured.soft_high) == (True, True, False, False)


@pytest.mark.parametrize(
    ("source", "official"),
    [
        ("the army", True),
        ("Colonel Oro", True),
        ("the interior ministry", True),
        ("a former minister", False),
        ("two security sources", False),
        ("the Karsk Front", False),
        ("a doctor", False),
        (None, False),
    ],
)
def test_an_official_source_speaks_for_a_state(source: str | None, official: bool) -> None:
    assert only(claim("He said 12 soldiers died.", "12", "soldiers", **says(source))).official is official


def test_who_admits_losses_of_its_own_speaks_for_a_side() -> None:
    fields = {"factuality": Factuality.ACKNOWLEDGED, "interest": Interest.OWN_LOSSES}

    assert only(claim("He said 12 soldiers died.", "12", "soldiers", **says("Ivo Kern"), **fields)).official


def test_the_chain_quotes_its_words() -> None:
    text = "Two officers told us that 12 soldiers died."
    link = Attribution("Two officers", Span.of(text, 0, 12), Span.of(text, 13, 17), LinkKind.SAYS)
    figure = only(claim(text, "12", "soldiers", attributions=(link,)))

    assert [(step.name, step.quote, step.start, step.end) for step in figure.chain] == [
        ("Two officers", "Two officers told", 0, 17)
    ]
    assert figure.source == "Two officers"
    assert figure.said == figure.published == date(2031, 5, 20)


def test_relations_lead_to_figures() -> None:
    whole = claim("He said 20 soldiers died, 3 of them officers.", "20", "soldiers")
    part = replace(
        claim("He said 20 soldiers died, 3 of them officers.", "3", "officers"), **of(whole, RelationKind.PART_OF)
    )

    first, second = figures(held(whole, part))

    assert second.part_of == (first.id,)
    assert first.id == f"dddddddd:{whole.id[:8]}"


def test_a_total_counts_those_that_it_adds_up() -> None:
    text = "Six soldiers died. The toll is now 26."
    six = claim(text, "Six", "soldiers", who=COMBATANT)
    total = replace(claim(text, "26", None), **of(six, RelationKind.TOTAL_OF))

    _, figure = figures(held(six, total))

    assert figure.key.who == Who(status="combatant", role="soldier")
    assert figure.reading == "those counted are taken to be those of “Six”"


def test_a_report_that_counts_one_people_only_means_them_where_it_says_nobody() -> None:
    text = "Mali lost 40 Malian soldiers. So far 600 deaths were told of."
    named = claim(text, "40", "Malian soldiers", who={**COMBATANT, "actor": "Mali"})
    made = figures(held(named, claim(text, "600", None), start=None, end=None, place=LAND))

    assert made[1].key.who == made[0].key.who
    assert "the only ones in the report" in (made[1].reading or "")


def test_an_event_of_two_peoples_leaves_an_unsaid_toll_apart_unless_its_number_tells() -> None:
    text = "The army said 12 soldiers died. It put the dead at 12. The rebels lost 3. Nine rebels died."
    made = figures(
        held(
            claim(text, "12", "soldiers", who=COMBATANT),
            claim("He put the dead at 12.", "12", None),
            claim(text, "3", None),
            claim(text, "Nine", "rebels", who=COMBATANT),
        )
    )

    assert made[1].key == made[0].key
    assert "the same figure for the same event" in (made[1].reading or "")
    assert made[2].key.who.subset is not None
    assert made[2].key != made[0].key


def test_where_nobody_takes_sides_a_bare_toll_counts_everyone() -> None:
    bare, people = figures(held(claim("The dead were 3.", "3", None), claim("He said 4 people died.", "4", "people")))

    assert bare.key == people.key


def test_figures_of_one_event_share_its_finest_place_and_its_day() -> None:
    one = held(claim("He said 3 people died.", "3", "people"))
    other = held(claim("He said 4 people died.", "4", "people"), document=record("e"), place=LAND, start=None, end=None)
    incidents = {one[0].scene.id: "i1", other[0].scene.id: "i1"}  # type: ignore[union-attr]

    first, second = figures([*one, *other], incidents)

    assert first.key == second.key
    assert second.key.where is not None
    assert second.key.where.name == "Orvel"


def test_scenes_without_a_link_are_events_of_their_own() -> None:
    one, other = (
        held(claim("He said 3 people died.", "3", "people")),
        held(claim("He said 4 people died.", "4", "people"), document=record("e")),
    )

    first, second = figures([*one, *other])

    assert first.key.incident != second.key.incident


def test_two_others_are_no_toll() -> None:
    text = "He said 3 people died. And 2 others died."
    first, second = figures(held(claim(text, "3", "people"), claim(text, "2", "others")))

    assert first.key.who.subset is None
    assert second.key.who.subset is not None


def test_three_others_shot_are_not_all_who_were_shot() -> None:
    made = claim("He said 3 others were shot.", "3", "others", Measure.CASUALTIES)

    assert only(made).key.who.subset is not None


def test_nobody_else_counts_nobody_of_those_told_of() -> None:
    made = claim("He said that 0 people else died.", "0", "people")

    assert only(made).key.who.subset is not None


def test_whoever_did_it_is_not_among_his_victims() -> None:
    text = "He shot 2 people. In all 3 people died."
    shot = claim(text, "2", "people", actor=claim(text, "2", "people").population)

    first, second = figures(held(shot, claim(text, "3", "people")))

    assert (first.key.who.role, second.key.who.role) == ("victim", "person")


def test_a_month_in_a_country_is_no_event_where_sides_fight() -> None:
    made = claim("He said 40 soldiers died.", "40", "soldiers", who={**COMBATANT, "actor": "Mali"})
    long = {"start": date(2031, 4, 1), "end": date(2031, 4, 30), "place": LAND}

    assert only(made, **long).key.incident is None
    assert only(claim("He said 40 civilians died.", "40", "civilians"), **long).key.incident is not None
    assert only(made).key.incident == "dddddddd#0"


def test_a_total_of_nobody_in_particular_is_compared_with_no_other_report() -> None:
    made = claim("So far 40 people died.", "40", "people", accumulation=Accumulation.CUMULATIVE)
    one, other = figures([*held(made, cumulative=True), *held(made, document=record("e"), cumulative=True)])

    assert one.key != other.key


def test_a_correction_by_the_same_outlet_names_what_it_corrects() -> None:
    first = held(claim("He said 17 soldiers died.", "17", "soldiers", who=COMBATANT))
    later = record("e", publisher="The d Post", published=date(2031, 5, 22))
    text = "The figure should have read 14 soldiers."
    second = held(claim(text, "14", "soldiers", who=COMBATANT), document=later)
    incidents = {item.scene.id: "i1" for item in (*first, *second) if item.scene}

    old, new = figures([*first, *second], incidents)

    assert new.revises == old.id
    assert old.revises is None


def test_figures_come_in_the_order_of_their_claims() -> None:
    text = "He said 3 men died. He said 4 women died. He said 5 boys died."
    items = held(*(claim(text, n, w) for n, w in (("5", "boys"), ("3", "men"), ("4", "women"))))

    assert [f.low for f in figures(items)] == [5, 3, 4]


def test_a_claim_keeps_its_day_when_it_has_one() -> None:
    made = claim("He said 3 people died.", "3", "people", period=day(13))

    assert only(made).key.window.start == date(2031, 5, 13)


def test_a_figure_without_a_number_names_the_vague_word_it_rests_on() -> None:
    assert only(claim("Dozens died: dozens of men.", "dozens", "men")).word == "dozens"
    assert only(claim("The dead were 12 men.", "12", "men")).word is None


def test_one_of_the_dead_told_of_by_name_is_among_the_toll_of_the_same_report() -> None:
    text = "Four people were killed. Orben Vask was killed at the ford."
    toll, one = figures(held(claim(text, "Four people", "people", count=_number(4)), _one(text, "Orben Vask")))

    assert (toll.binds, one.binds) == (True, False)
    assert one.reading == "taken to be among those of “Four people”"


def test_two_voices_of_one_report_keep_their_tolls() -> None:
    text = "Police said 3 people died. The hospital said 5 people died."
    made = figures(
        held(claim(text, "3", "people", **says("police")), replace(claim(text, "5", "people"), **says("the hospital")))
    )

    assert all(figure.binds for figure in made)


def test_losses_of_which_the_report_gives_the_same_number_of_dead_are_deaths() -> None:
    text = "The army put its losses at 11. It said 11 of its soldiers died. Its losses were heavy."
    losses = claim(text, "11", None, Measure.CASUALTIES)
    dead = claim(text, "11 of its soldiers", "soldiers", who=COMBATANT)
    made, _, other = figures(held(losses, dead, claim(text, "heavy", None, Measure.CASUALTIES)))

    assert (made.key.measure, made.key.who.role) == ("killed", "soldier")
    assert other.key.measure == "casualties"


def test_raids_are_counted_as_raids_and_not_as_what_they_hit() -> None:
    made = only(claim("It flew 15 raids on areas there.", "15", "areas", Measure.STRUCK, count=_number(15, "attack")))

    assert (made.key.unit, made.key.who.role) == ("attack", None)


def test_those_honoured_are_some_of_the_dead_and_not_the_toll_of_the_day_they_are_honoured() -> None:
    text = "On Friday the leader honoured 100 soldiers killed at the front. So far 600 soldiers were killed."
    honoured = claim(text, "100", "soldiers", Measure.HONOURED)
    killed, toll = claim(text, "100", "soldiers"), claim(text, "600", "soldiers")
    _, some, other = figures(held(honoured, killed, toll))

    assert some.key.who.subset is not None
    assert (some.key.incident, some.key.window.start) == (None, None)
    assert (other.key.who.subset, other.key.incident is None) == (None, False)


def _number(n: int, unit: str = "person") -> Count:
    return Count(n, n, n, unit=unit)


def _one(text: str, name: str) -> Claim:
    return claim(text, name, None, count=Count(1, 1, 1, Form.SINGLE, unit="person"))
