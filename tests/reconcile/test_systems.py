"""What figures say of one another: when they clash, what is blamed, and when they stay silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.model.claims import Factuality
from tallystick.model.constraints import AssumptionKind, ConflictKind
from tallystick.model.quantities import Evidence, Figure, LinkVerdict, SceneLink, Who, Window
from tallystick.model.tallies import Origin, Origins, Voice
from tallystick.model.values import Accumulation, Form
from tallystick.reconcile.systems import quantity, system
from tallystick.reconcile.tellings import ties
from tests.reconcile.key_build import (
    ANSONGO,
    GAO,
    KIDAL,
    KURSK,
    LATTICE,
    MALI,
    PEOPLE,
    UKRAINE,
    clashes,
    days,
    event,
    figure,
    found,
    total,
    until,
    up_to,
)  # fmt: skip

CIVILIANS = Who(status="civilian")
NORTH_KOREANS = Who("north korea", "combatant", role="soldier")


def link(a: Figure, b: Figure, score: float, verdict: LinkVerdict = LinkVerdict.AUTO) -> SceneLink:
    return SceneLink(f"{a.document[:8]}#0", f"{b.document[:8]}#0", score, verdict, (Evidence("day", 1.0, ""),))


# What clashes


def test_two_tolls_of_one_event_clash_and_a_lower_one_can_be_read_as_a_floor() -> None:
    army, rebels = (
        figure("aa", event(), 11, by="the army"),
        figure("bb", event(), 60, by="the rebels", document="aa" * 8),
    )
    both = found(replace(army, document="aa" * 8), rebels)

    assert [set(c.figures) for c in both.conflicts] == [{"aa", "bb"}]
    assert both.conflicts[0].kind is ConflictKind.GENUINE
    assert both.repairs[0].drop == (f"{quantity(army.key)}≤11",)
    assert "“60 of bb”" in both.conflicts[0].sentence


def test_more_dead_than_casualties_is_one_clash() -> None:
    assert clashes(figure("aa", total(), 50), figure("bb", total("casualties"), 40)) == [{"aa", "bb"}]


def test_the_dead_of_a_province_are_among_those_of_the_country() -> None:
    assert clashes(figure("aa", total(where=GAO), 50), figure("bb", total(), 40)) == [{"aa", "bb"}]
    assert clashes(figure("aa", total(where=GAO), 30), figure("bb", total(), 40)) == []


def test_an_event_is_part_of_a_total_that_takes_its_day_and_place_in() -> None:
    assert clashes(figure("aa", event(), 50), figure("bb", total(), 40)) == [{"aa", "bb"}]
    assert clashes(figure("aa", event(), 50), figure("bb", total(where=KIDAL), 40)) == []
    assert clashes(figure("aa", event(), 50), figure("bb", total(window=days(1, 5)), 40)) == []


def test_parts_that_share_nobody_cannot_exceed_their_whole() -> None:
    months = [figure("aa", total(window=days(1, 9)), 31), figure("bb", total(window=days(10, 19)), 32)]

    assert clashes(*months, figure("cc", total(), 62)) == [{"aa", "bb", "cc"}]
    assert clashes(*months, figure("cc", total(), 63)) == []


def test_provinces_add_up_as_days_do() -> None:
    places = [figure("aa", total(where=GAO), 31), figure("bb", total(where=KIDAL), 32)]

    assert clashes(*places, figure("cc", total(), 60)) == [{"aa", "bb", "cc"}]


def test_civilians_and_soldiers_are_separate_people() -> None:
    both = [figure("aa", event(who=CIVILIANS), 31), figure("bb", event(), 31)]

    assert clashes(*both, figure("cc", event(who=PEOPLE), 60, document="cc" * 8, on=20)) == [{"aa", "bb", "cc"}]


def test_round_numbers_give_way_in_sums_and_nowhere_else() -> None:
    parts = [figure("aa", total(window=days(1, 9)), 1000), figure("bb", total(window=days(10, 19)), 1000)]

    assert clashes(*parts, figure("cc", total(), 1900)) == []
    assert clashes(*parts, figure("cc", total(), 900)) != []


def test_the_wounded_of_two_days_add_up_only_by_an_assumption() -> None:
    parts = [figure(n, total("wounded", window=w), 31) for n, w in (("aa", days(1, 9)), ("bb", days(10, 19)))]
    made = system([*parts, figure("cc", total("wounded"), 60)], LATTICE)

    (sum_,) = [rule for rule in made.sums if len(rule.parts) == 2]
    assert (sum_.cost, sum_.kind) == (2.0, AssumptionKind.PARTITION)


def test_those_in_place_are_those_sent_less_the_dead() -> None:
    now = date(2031, 3, 20)
    sent = figure("aa", total("sent", NORTH_KOREANS, where=KURSK), 1500)
    dead = figure("bb", total("killed", NORTH_KOREANS, where=KURSK), 600)
    left = figure(
        "cc", total("deployed", NORTH_KOREANS, where=KURSK, window=Window(now, now)), None, form=Form.QUESTION
    )
    bounds = found(sent, dead, replace(left, binds=False)).bounds[quantity(left.key)]

    assert bounds.high == 900


# What stays silent


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (event(), event("wounded")),
        (event(), event(incident="i2")),
        (event(who=CIVILIANS), event()),
        (event(), event(who=Who())),
        (event(who=Who("mali", "combatant", role="soldier")), event()),
        (event(), event(who=Who(subset="two of them"))),
        (event(), event("planned:killed")),
        (total(where=KURSK, who=NORTH_KOREANS), total(where=UKRAINE, who=NORTH_KOREANS)),
        (total("honoured"), total(where=None)),
        (total("missing"), total("casualties")),
        (total(where=None), total()),
    ],
)
def test_figures_of_different_things_never_clash(a: object, b: object) -> None:
    first, second = figure("aa", a, 500), figure("bb", b, 3)  # type: ignore[arg-type]

    assert clashes(first, second) == []
    assert clashes(replace(first, low=3, high=3), replace(second, low=500, high=500)) == []


def test_a_toll_that_grows_is_no_contradiction() -> None:
    assert clashes(figure("aa", event(), 11, on=13), figure("bb", event(), 17, on=14, by="a doctor")) == []


def test_a_toll_below_an_earlier_floor_is_one() -> None:
    early, late = figure("aa", event(), 17, on=13, by="a doctor"), figure("bb", event(), 11, on=14)

    assert clashes(early, late) == [{"aa", "bb"}]
    assert "a toll told later is no smaller" in found(early, late).conflicts[0].sentence


def test_tolls_of_one_fresh_day_are_not_set_against_each_other() -> None:
    fresh = (figure("aa", event(), 11, on=13), figure("bb", event(), 17, on=13, by="a doctor"))
    later = tuple(replace(f, published=date(2031, 3, 19), said=date(2031, 3, 19)) for f in fresh)

    assert clashes(*fresh) == []
    assert clashes(*later) == [{"aa", "bb"}]


def test_undated_reports_are_not_set_against_each_other() -> None:
    assert clashes(figure("aa", event(), 11, on=None), figure("bb", event(), 17, on=None, by="a doctor")) == []


def test_a_part_told_later_may_exceed_what_the_whole_was_told_to_be_before() -> None:
    everyone, soldiers = figure("aa", event(who=PEOPLE), 11, on=13), figure("bb", event(), 17, on=15, by="a doctor")

    assert clashes(everyone, soldiers) == []
    assert clashes(replace(everyone, published=date(2031, 3, 16), said=date(2031, 3, 16)), soldiers) == [{"aa", "bb"}]


def test_reports_of_one_fresh_day_are_not_set_against_each_other_by_their_parts_either() -> None:
    everyone, soldiers = figure("aa", event(who=PEOPLE), 11), figure("bb", event(), 17, by="a doctor")

    assert clashes(everyone, soldiers) == []
    assert clashes(replace(everyone, document="cc" * 8), replace(soldiers, document="cc" * 8)) == []


def test_an_event_told_after_a_total_was_closed_does_not_contradict_it() -> None:
    day_total = figure("aa", total(window=until(13)), 11, on=13)

    assert clashes(day_total, figure("bb", event(), 17, on=15), figure("cc", event(), 3, on=13)) == []


def test_the_wounded_may_be_fewer_the_day_after() -> None:
    first, second = figure("aa", event("wounded"), 20, on=13, by="a doctor"), figure("bb", event("wounded"), 15, on=14)

    assert clashes(first, second) == []


def test_a_report_that_goes_beyond_its_own_figure_does_not_contradict_itself() -> None:
    part = figure("aa", event(who=PEOPLE), 2, document="cc" * 8, by=None)
    whole = figure("bb", event(who=PEOPLE), 9, document="cc" * 8, by="police")

    assert clashes(part, whole) == []


def test_a_headline_s_count_is_no_ceiling_where_the_report_tells_of_others_besides() -> None:
    child = Who(role="person", age="child")
    headline = figure("aa", event(who=PEOPLE), 3, on=15, document="cc" * 8, by=None)
    besides = figure("bb", event(who=replace(child, subset="four kids were also hurt")), 4, on=15, document="cc" * 8)
    elsewhere = figure("dd", event(who=child), 4, by="police")

    assert clashes(headline, elsewhere) != []
    assert clashes(headline, besides, elsewhere) == []


def test_vague_words_and_single_victims_are_no_ceiling() -> None:
    dozens = figure("aa", event(), 12, form=Form.VAGUE, typical_high=24, document="cc" * 8)
    one = figure("bb", event(), 1, 1, form=Form.SINGLE, document="cc" * 8, by="a doctor")

    assert clashes(dozens, one, figure("dd", event(), 900, document="cc" * 8, by="the rebels")) == []


def test_a_voice_s_older_words_are_floors_only() -> None:
    old, new = figure("aa", total(), 60, on=13), figure("bb", total(), 50, on=14, by="a doctor")
    same = replace(old, id="cc", low=45, high=45, value=45)

    assert clashes(same, figure("dd", total(), 50, on=19)) == []
    assert clashes(old, new) == [{"aa", "bb"}]


def test_a_figure_that_was_corrected_binds_no_more() -> None:
    old = figure("aa", event(), 17, on=13)
    new = figure("bb", event(), 14, on=15)

    assert clashes(old, new) == [{"aa", "bb"}]
    assert clashes(old, replace(new, revises="aa")) == []


def test_voices_come_from_origins_when_they_are_given() -> None:
    old, new = figure("aa", total(), 10, on=13, by="x"), figure("bb", total(), 30, on=14, by="y")
    one = Origins(2, 2, 2, (Origin("o", "x", (Voice("v", "x", ("aa", "bb"), "bb"),)),))

    assert clashes(old, new) == [{"aa", "bb"}]
    assert clashes(old, new, origins=[one]) == []


# Readings


def test_casualties_are_the_dead_and_the_wounded_only_when_asked() -> None:
    dead, hurt = figure("aa", total(), 600), figure("bb", total("casualties"), 4700)
    wounded = quantity(total("wounded"))

    assert wounded not in found(dead, hurt).bounds
    assert (found(dead, hurt, readings=("A_kw",)).bounds[wounded].high) == 4100


def test_vague_words_end_where_they_usually_do_only_when_asked() -> None:
    dozens = figure("aa", total(), 12, form=Form.VAGUE, typical_high=99)
    many = figure("bb", total(), 300, by="a doctor")

    assert clashes(dozens, many) == []
    asked = found(dozens, many, readings=("vague",))
    assert [c.kind for c in asked.conflicts] == [ConflictKind.READING]
    assert asked.repairs[0].drop == ("vague:aa",)


def test_a_figure_is_the_whole_toll_only_when_asked() -> None:
    some = figure("aa", total(who=replace(NORTH_KOREANS, subset="those honoured"), where=UKRAINE), 100)
    toll = figure("bb", total(who=NORTH_KOREANS, where=KURSK), 600)

    assert clashes(some, toll) == []
    asked = found(some, toll, readings=("all:aa",))
    assert [set(c.figures) for c in asked.conflicts] == [{"aa", "bb"}]
    assert asked.repairs[0].drop == ("all:aa",)


def test_the_waves_are_everyone_only_when_asked() -> None:
    first = up_to("aa", total("sent", NORTH_KOREANS, where=KURSK, window=days(1, 5)), 1200, document="cc" * 8)
    more = figure("bb", total("sent", NORTH_KOREANS, where=KURSK, window=days(6, 9)), 300, document="cc" * 8)
    more = replace(more, adds_to=("aa",), form=Form.ADDITIVE)
    everyone = figure("dd", total("sent", NORTH_KOREANS, where=KURSK), 1500, document="cc" * 8)
    name = quantity(first.key)

    plain, asked = found(first, more, everyone), found(first, more, everyone, readings=("waves",))

    assert (plain.bounds[name].low or 0, plain.bounds[name].high) == (0, 1200)
    assert (asked.bounds[name].low, asked.bounds[name].high) == (1200, 1200)


# What texts add up


def test_a_part_that_the_text_names_is_part() -> None:
    whole = figure("aa", event(), 20, document="cc" * 8)
    part = figure(
        "bb", event(who=Who(subset="of them")), 4, document="cc" * 8, part_of=("aa",), open=True, soft_high=False
    )
    made = found(whole, replace(part, high=None))

    assert made.consistent
    assert made.bounds[quantity(part.key)].high == 20


def test_six_more_bring_twenty_to_twenty_six() -> None:
    fields = {"document": "cc" * 8}
    before = figure("aa", event(who=Who(subset="told before")), 20, **fields)
    added = figure("bb", event(who=Who(subset="six more")), 6, adds_to=("aa",), **fields)
    toll = figure("dd", event(), 20, total_of=("bb",), **fields)
    now = replace(toll, high=None, form=Form.BOUNDED)

    bounds = found(before, added, now).bounds[quantity(now.key)]

    assert (bounds.low, bounds.high) == (26, 26)


def test_a_sum_that_a_report_cannot_have_meant_is_left_out() -> None:
    fields = {"document": "cc" * 8}
    before = figure("aa", event(who=Who(subset="told before")), 26, **fields)
    added = figure("bb", event(who=Who(subset="six more")), 6, adds_to=("aa",), **fields)

    assert clashes(before, added, figure("dd", event(), 26, total_of=("bb",), **fields)) == []


# Identity


def test_an_unsure_link_stands_in_the_conflict_and_a_sure_one_does_not() -> None:
    early, late = figure("aa", event(), 17, on=13, by="a doctor"), figure("bb", event(), 11, on=19)

    unsure = found(early, late, incident_links=[link(early, late, 0.96)])
    sure = found(early, late, incident_links=[link(early, late, 0.999)])
    judged = found(early, late, incident_links=[link(early, late, 0.6, LinkVerdict.JUDGED_SAME)])

    assert [c.kind for c in unsure.conflicts] == [ConflictKind.IDENTITY]
    assert "tell of one event" in unsure.conflicts[0].sentence
    assert [c.kind for c in sure.conflicts] == [ConflictKind.GENUINE]
    assert [c.kind for c in judged.conflicts] == [ConflictKind.GENUINE]


_SCORES = (0.5, 0.96, 0.98, 0.9899, 0.99, 0.9901, 0.995, 1.0)
_LINKS = st.lists(
    st.tuples(
        st.sampled_from([(0, 1), (1, 2), (0, 2), (2, 3)]), st.sampled_from(_SCORES), st.sampled_from(LinkVerdict)
    ),
    max_size=4,
    unique_by=lambda drawn: drawn[0],
)
_TOLD = [
    figure("aa", event(), 17, on=13),
    figure("bb", event(), 11, on=19),
    figure("dd", event(), 9, on=20),
    figure("ee", event(), 8, on=21),
]


def told(links: list[SceneLink]) -> list[str]:
    return ties((one.a, one.b, one.score, one.verdict.value) for one in links)


@given(_LINKS, _LINKS, st.data())
@settings(max_examples=150, deadline=None)
def test_links_that_are_told_alike_have_alike_consequences(
    drawn: list[tuple[tuple[int, int], float, LinkVerdict]],
    others: list[tuple[tuple[int, int], float, LinkVerdict]],
    data: st.DataObject,
) -> None:
    links = [link(_TOLD[i], _TOLD[j], score, verdict) for (i, j), score, verdict in drawn]
    if told(links):  # some doubt: each link's score is changed as far as it is told alike
        alike = links
        for at, one in enumerate(links):
            scores = [s for s in _SCORES if told([*alike[:at], replace(one, score=s), *alike[at + 1 :]]) == told(links)]
            alike = [*alike[:at], replace(one, score=data.draw(st.sampled_from(scores))), *alike[at + 1 :]]
    else:  # none: other pairs of scenes, as long as there is none either
        alike = [link(_TOLD[i], _TOLD[j], score, verdict) for (i, j), score, verdict in others]
        alike = [one for one in alike if not told([one])]

    assert told(alike) == told(links)
    assert system(_TOLD, LATTICE, incident_links=alike) == system(_TOLD, LATTICE, incident_links=links)


def test_of_links_that_are_all_sure_nothing_is_told_and_beside_an_unsure_one_all_that_join() -> None:
    sure, unsure = ("a", "b", 0.99, LinkVerdict.AUTO.value), ("b", "c", 0.96, LinkVerdict.AUTO.value)
    judged, asked = ("a", "c", 0.5, LinkVerdict.JUDGED_SAME.value), ("c", "d", 0.6, LinkVerdict.QUEUE.value)

    assert ties([sure, judged, asked]) == []
    assert ties([unsure, asked, sure, judged]) == ["a b sure", "a c sure", "b c 0.960000"]


def test_the_surer_a_link_the_dearer_it_is_to_doubt() -> None:
    early, late = figure("aa", event(), 17, on=13), figure("bb", event(), 11, on=19)

    def cost(score: float) -> float:
        (belief,) = system([early, late], LATTICE, incident_links=[link(early, late, score)]).beliefs
        return belief.cost

    assert 1.0 <= cost(0.95) < cost(0.98) < 4.0


# The whole


def test_the_same_figures_in_any_order_give_the_same_system() -> None:
    made = [figure("aa", event(), 11), figure("bb", event("casualties"), 40), figure("cc", total(), 300)]

    assert system(made, LATTICE) == system(made[::-1], LATTICE)


def test_every_rule_stands_on_quantities_with_labels_and_ids_are_unique() -> None:
    made = system(
        [figure("aa", event(), 11, on=13), figure("bb", event(), 9, on=14), figure("cc", total(), 3)], LATTICE
    )
    ids = [a.id for a in (*made.bounds, *made.sums, *made.beliefs)]

    assert len(ids) == len(set(ids))
    assert {q for rule in made.sums for q in (*rule.parts, rule.total)} <= set(made.labels)
    assert {b.quantity for b in made.bounds} <= set(made.labels)


def test_part_of_sums_leave_out_what_others_imply() -> None:
    keys = [total(where=ANSONGO), total(where=GAO), total(where=MALI)]
    made = system([figure(n, k, 9) for n, k in zip(("aa", "bb", "cc"), keys, strict=True)], LATTICE)

    assert len([rule for rule in made.sums if rule.id.startswith("part:")]) == 2


def test_a_long_series_stays_near_linear() -> None:
    series = [
        figure(
            f"{n:04d}",
            total(window=Window(None, date.fromordinal(738000 + n))),
            n + 1,
            accumulation=Accumulation.CUMULATIVE,
        )
        for n in range(600)
    ]
    begun = process_time()
    made = system(series, LATTICE)

    assert len(made.sums) == 599
    assert process_time() - begun < 2


AMOUNTS = st.integers(0, 40)
KEYS = st.sampled_from([event(), event(who=PEOPLE), event("casualties"), event("wounded"), event(who=CIVILIANS)])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(KEYS, AMOUNTS, st.sampled_from([13, 14, 19, None])), min_size=1, max_size=6))
def test_floors_alone_never_clash(rows: list[tuple[object, int, int | None]]) -> None:
    made = [
        replace(figure(f"a{n}", key, low, on=on), high=None, form=Form.BOUNDED)  # type: ignore[arg-type]
        for n, (key, low, on) in enumerate(rows)
    ]

    assert clashes(*made) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(KEYS, AMOUNTS), min_size=1, max_size=6))
def test_hearsay_binds_no_less_than_it_clashes(rows: list[tuple[object, int]]) -> None:
    made = [figure(f"a{n}", key, n_, document="cc" * 8) for n, (key, n_) in enumerate(rows)]  # type: ignore[arg-type]
    denied = [replace(f, binds=False, factuality=Factuality.DENIED) for f in made]

    assert clashes(*denied) == []
