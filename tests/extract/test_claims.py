"""Whole sentences and short stories to claims."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.extract import extract
from tallystick.model.claims import Claim, Factuality, RelationKind, Status
from tallystick.model.values import Accumulation, Form, Measure
from tests.extract.parsing import document


def claims(text: str) -> tuple[Claim, ...]:
    return extract(document(text)).claims


def read_off(text: str) -> list[tuple[float | None, float | None, str]]:
    return [(c.count.low, c.count.high, c.measure.value) for c in claims(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("At least 12 farmers were killed and 31 others wounded.", [(12, None, "killed"), (31, 31, "wounded")]),
        ("No fewer than 15 farmers were killed.", [(15, None, "killed")]),
        ("Up to 900 marines were deployed to the delta.", [(None, 900, "deployed")]),
        ("The bombing killed a judge and seven of her relatives.", [(1, 1, "killed"), (7, 7, "killed")]),
        ("Eight clerks from a bank and three other men were found dead.", [(8, 8, "killed"), (3, 3, "killed")]),
        ("Raiders stabbed to death at least nine herders.", [(9, None, "killed")]),
        ("Civilians were killed by shells.", [(2, None, "killed")]),
        ("Gunmen shot dead the innkeeper.", [(1, 1, "killed")]),
        ("Nobody was killed in the raid.", [(0, 0, "killed")]),
        ("The raid killed 80 leaders and couriers.", [(80, 80, "killed")]),
        ("Guards captured or killed more than 80 raiders.", [(81, None, "casualties")]),
        ("Shelling damaged or destroyed 14 houses.", [(14, 14, "damaged")]),
        ("No civilians were injured.", [(0, 0, "wounded")]),
        ("Bombs have left nine farmers dead and 33 wounded.", [(9, 9, "killed"), (33, 33, "wounded")]),
        ("Five clerks were killed and six wounded Tuesday in a raid.", [(5, 5, "killed"), (6, 6, "wounded")]),
        ("Two sailors and four cooks who drowned were kin.", [(2, 2, "killed"), (4, 4, "killed")]),
        ("Nine nurses were on Monday killed in the ward.", [(9, 9, "killed")]),
        ("The general conceded heavy casualties.", [(1, None, "casualties")]),
    ],
)
def test_a_sentence_gives_its_figures(text: str, expected: list[tuple[float | None, float | None, str]]) -> None:
    assert read_off(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The 34-year-old mayor spoke for 20 minutes.",
        "It rains every day in a month like this.",
        "The ceasefire, agreed in 2021, is a dead letter.",
        "The 3rd Brigade holds Hill 40.",
        "At the end of the day it is a bargain.",
    ],
)
def test_figures_that_count_nobody_give_no_claim(text: str) -> None:
    assert read_off(text) == []


def test_casualties_are_never_read_as_killed() -> None:
    (claim,) = claims("The ministry reported 300 casualties.")

    assert claim.measure is Measure.CASUALTIES


def test_those_included_are_part_of_the_whole() -> None:
    whole, children, nurse = claims("Nine people died, including three pupils and a nurse.")

    assert (whole.count.low, children.count.low, nurse.count.form) == (9, 3, Form.SINGLE)
    assert [r.kind for r in children.relations] == [RelationKind.PART_OF]
    assert {r.target for c in (children, nurse) for r in c.relations} == {whole.id}


def test_some_of_them_are_part_of_the_whole() -> None:
    whole, part = claims("Six boys - two of them brothers - were killed by a shell.")

    assert (whole.count.low, part.count.low) == (6, 2)
    assert part.relations[0].target == whole.id


@pytest.mark.parametrize(
    ("text", "whole", "part"),
    [
        ("Six boys - two of them brothers - were killed by a shell.", 6, 2),
        ("Two victims, a baker and a teacher, were shot dead.", 2, None),
        ("Nine people died, of whom four were women.", 9, 4),
        ("Nine people died, four of them women.", 9, 4),
    ],
)
def test_an_aside_does_not_hide_the_whole(text: str, whole: int, part: int | None) -> None:
    found = claims(text)

    assert [c.count.low for c in found if not c.relations] == [whole]
    assert [c.count.low for c in found if c.relations] == ([] if part is None else [part])


def test_freed_hostages_are_counted_once() -> None:
    assert read_off("Twelve hostages were freed.") == [(12, 12, "released")]


def test_another_figure_adds_to_the_one_before() -> None:
    first, second = claims(
        "Up to 900 Ruritanian guards were deployed on the dams in June, and another 300 were deployed in July."
    )

    assert second.count.form is Form.ADDITIVE
    assert [(r.kind, r.target) for r in second.relations] == [(RelationKind.ADDS_TO, first.id)]


def test_those_who_flee_across_a_border_are_not_taken_for_a_force_sent() -> None:
    found = claims("Some 2,400 herders fled. Another 1,100 crossed into the next valley.")

    assert Measure.SENT not in {claim.measure for claim in found}


def test_a_figure_after_at_belongs_to_the_toll_and_not_to_the_people_sent() -> None:
    tolls, sent = claims("The bishop puts casualties at a grim 470 out of 1,500 troops flown in since May.")

    assert (tolls.count.value, tolls.measure) == (470, Measure.CASUALTIES)
    assert (sent.count.value, sent.measure) == (1500, Measure.SENT)


def test_honoured_soldiers_are_counted_as_honoured() -> None:
    found = claims("The town held a service, honouring 60 firemen as martyrs.")

    assert [(c.count.value, c.measure) for c in found] == [(60, Measure.HONOURED)]


def test_a_denied_toll_is_recorded_as_denied() -> None:
    (claim,) = claims("The army denied that it had killed 12 civilians.")

    assert claim.factuality is Factuality.DENIED
    assert claim.count.value == 12


def test_a_question_of_how_many_is_kept_without_a_figure() -> None:
    (claim,) = claims("Nobody can tell how many guards are left in the fort.")

    assert (claim.count.form, claim.count.low, claim.measure) == (Form.QUESTION, None, Measure.STRENGTH)


def test_a_rate_of_goods_is_a_quantity_with_its_unit() -> None:
    found = claims("The mill that burned grinds 3 million tonnes of wheat a year.")

    assert [(c.measure, c.count.unit, c.accumulation) for c in found if c.count.value] == [
        (Measure.QUANTITY, "tonne/year", Accumulation.RATE)
    ]


def test_those_counted_are_described() -> None:
    (claim,) = claims("Gunmen killed nine Ukrainian soldiers.")

    assert claim.population is not None
    assert (claim.population.text, claim.population.actor) == ("Ukrainian soldiers", "Ukraine")
    assert claim.population.status is Status.COMBATANT


def test_every_claim_says_which_entries_it_rests_on() -> None:
    (claim,) = claims("Shelling killed 12 people.")

    assert "measures/kill" in claim.rules


WORDS = st.sampled_from(
    ["killed", "12", "people", "and", "of", "the", "--", "were", "dead", "toll", "to", "deaths", ",", "wounded", ".",
     "including", "of them", "“", "”", "(", "😀", "قتل", "KILLED", "lost", "men", "by", "who", "another", "2,500",
     "on Monday", "in Kabul", "said", "\n", "up to", "$5 million", "tonnes", "a", "no", "x" * 300]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=60))
def test_every_claim_lies_in_the_text_it_quotes(words: list[str]) -> None:
    text = " ".join(words)

    for claim in claims(text):
        for span in (claim.span, claim.count_span, claim.measure_span, claim.sentence):
            assert span is None or text[span.start : span.end] == span.text


def test_a_source_who_is_one_of_those_counted_is_no_figure() -> None:
    found = claims("Seven trucks were destroyed and three soldiers are missing, according to one of them.")

    assert 1 not in [claim.count.low for claim in found]


def test_a_total_is_related_to_what_it_adds_up() -> None:
    first, more, total = claims("Nine people died in Kano. Two more died of their wounds, bringing the total to 11.")

    assert (first.count.value, more.count.value, total.count.value) == (9, 2, 11)
    assert [r.kind for r in total.relations] == [RelationKind.TOTAL_OF]


@pytest.mark.parametrize(
    "text",
    [
        "The bishop puts casualties at a grim 470 out of 1,500 troops flown in since May.",
        "The bishop puts casualties at 470 out of the 1,500 guards sent.",
        "The bishop puts overall casualties at 470 of the 1,500 guards dispatched.",
    ],
)
def test_a_figure_out_of_another_is_part_of_it(text: str) -> None:
    tolls, sent = claims(text)

    assert (tolls.count.value, sent.count.value, sent.measure) == (470, 1500, Measure.SENT)
    assert [(r.kind, r.target) for r in tolls.relations] == [(RelationKind.PART_OF, sent.id)]


def test_a_list_of_names_is_counted_off() -> None:
    (claim,) = claims("Raiders killed Ana Ruiz, Luis Sosa and Omar Aziz.")

    assert (claim.count.form, claim.count.value) == (Form.NAMED, 3)


def test_troops_belong_to_the_only_side_whose_troops_are_named() -> None:
    text = "Up to 900 Ukrainian troops were deployed there. By May, 60 troops had been killed."

    found = claims(text)

    assert [c.population.actor for c in found if c.population] == ["Ukraine", "Ukraine"]
    assert "coreference/same-force" in found[1].rules


def test_a_time_stays_with_the_figure_it_dates() -> None:
    text = "Now 80 deaths are reported, but observers count 310 casualties among 2,000 soldiers sent since May."

    deaths = next(c for c in claims(text) if c.count.value == 80)

    assert deaths.time is None


def test_a_place_pointed_at_is_the_last_one_named() -> None:
    found = claims("Fighting broke out in Kano on Monday. Nine people were killed there.")

    assert [c.place.span.text for c in found if c.place] == ["Kano"]
    assert "relations/there" in found[0].rules


@pytest.mark.parametrize(
    ("text", "accumulation"),
    [
        ("The fever kills 1,200 people a year.", Accumulation.RATE),
        ("It killed nine people a day after the truce.", Accumulation.INCIDENT),
        ("Rebels have killed 900 people so far.", Accumulation.CUMULATIVE),
        ("Up to 900 marines were deployed to the delta.", Accumulation.STOCK),
    ],
)
def test_the_words_around_a_figure_say_what_it_adds_up(text: str, accumulation: Accumulation) -> None:
    (claim,) = claims(text)

    assert claim.accumulation is accumulation


def test_nobody_hurt_is_asserted_nought() -> None:
    (claim,) = claims("Nobody was injured.")

    assert (claim.count.low, claim.count.high, claim.factuality) == (0, 0, Factuality.ASSERTED)


def test_another_figure_without_a_verb_takes_the_measure_before_it() -> None:
    first, second = claims("Moscow received up to 900 soldiers last autumn, followed by another 300 in January.")

    assert (second.count.value, second.measure) == (300, Measure.SENT)
    assert [r.target for r in second.relations] == [first.id]
    assert second.time is not None
    assert second.time.span.text == "January"


def test_a_further_figure_with_a_verb_of_its_own_takes_no_measure() -> None:
    found = claims("Some 900 troops have joined the front, with 300 more expected.")

    assert [c.count.value for c in found] == [900]


def test_whoever_sends_is_not_the_place() -> None:
    (claim,) = claims("Kenya may send more soldiers.")

    assert claim.place is None


def test_the_dead_do_not_speak_of_their_own_death() -> None:
    text = "Soon after the murder of Father Jak Amel in Normandy, Darro spoke: “The land is lost,” he claimed."
    (claim,) = extract(document(text)).claims

    assert [(link.source, link.resolved) for link in claim.attributions] in ([("he", None)], [])
