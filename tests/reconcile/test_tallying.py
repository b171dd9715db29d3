"""Tallies: figures of one quantity with what follows for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.model.constraints import Interval, Proof
from tallystick.model.quantities import Figure, Key, Who, Window
from tallystick.model.tallies import Tally
from tallystick.model.values import Accumulation
from tallystick.reconcile import tallying
from tallystick.reconcile.conflicts import diagnose
from tallystick.reconcile.tallying import groups, series_key, tallies, tally_id
from tests.reconcile.key_build import GAO, KIDAL, LATTICE, PEOPLE, days, event, figure, no_origins, total, until

RUNNING = {"accumulation": Accumulation.CUMULATIVE}


def made(*figures: Figure, readings: Sequence[str] = ()) -> dict[str, Tally]:
    found = tallies(figures, LATTICE, origins_of=no_origins, diagnose=diagnose, readings=readings)
    return {tally.label: tally for tally in found}


def test_equal_keys_are_one_tally_with_its_bounds() -> None:
    (tally,) = made(figure("aa", event(), 11, on=13), figure("bb", event(), 17, on=14, by="a doctor")).values()

    assert tally.label == "soldiers killed in Ansongo on 12 Mar 2031"
    assert [f.id for f in tally.figures] == ["aa", "bb"]
    assert (tally.bounds.low, tally.bounds.high) == (17, 17)
    assert tally.origins.mentions == 2
    assert tally.conflicts == ()


def test_a_total_that_runs_on_is_one_tally_however_often_it_is_told() -> None:
    spring = figure("aa", total(window=until(13)), 300, on=13, **RUNNING)
    summer = figure("bb", total(window=until(20)), 600, on=20, **RUNNING)

    (tally,) = made(summer, spring).values()

    assert tally.label == "soldiers killed in Mali by 20 Mar 2031"
    assert [f.id for f in tally.figures] == ["aa", "bb"]
    assert tally.bounds.low == 600


def test_counts_of_two_years_are_two_tallies() -> None:
    first = figure("aa", total(window=days(1, 5)), 3, accumulation=Accumulation.INCREMENTAL)
    second = figure("bb", total(window=days(6, 9)), 4, accumulation=Accumulation.INCREMENTAL)

    assert len(made(first, second)) == 2


def test_a_conflict_stands_with_every_tally_that_it_touches() -> None:
    by_label = made(
        figure("aa", total(), 50), figure("bb", total("casualties"), 40), figure("cc", event(who=PEOPLE), 3)
    )

    touched = [label for label, tally in by_label.items() if tally.conflicts]
    assert touched == ["soldiers killed in Mali by 20 Mar 2031", "casualties among soldiers in Mali by 20 Mar 2031"]
    assert all(by_label[label].repairs for label in touched)


def test_what_was_taken_for_granted_is_noted() -> None:
    (tally,) = made(replace(figure("aa", event(), 11), reading="the soldiers are taken to be those of mali")).values()

    assert tally.notes == ("“11 of aa”: the soldiers are taken to be those of mali",)


def test_a_tally_keeps_its_id_when_a_figure_comes_and_its_inputs_tell() -> None:
    one = figure("aa", event(), 11)
    (before,) = made(one).values()
    (after,) = made(one, figure("bb", event(), 12, on=14)).values()

    assert before.id == after.id == tally_id(event())
    assert before.inputs != after.inputs
    assert made(one)[before.label] == before


def test_readings_change_the_inputs() -> None:
    (plain,) = made(figure("aa", event(), 11)).values()
    (asked,) = made(figure("aa", event(), 11), readings=("vague",)).values()

    assert plain.inputs != asked.inputs


def test_an_undated_total_is_grouped_with_the_dated_ones() -> None:
    undated = figure("aa", total(window=Window()), 3, on=None, **RUNNING)

    assert series_key(undated) == series_key(figure("bb", total(window=until(13)), 3, on=13, **RUNNING))


def test_groups_name_each_quantity_once() -> None:
    moved = replace(event(), where=replace(GAO, lat=1.0))
    found = groups([figure("aa", moved, 1), figure("bb", replace(moved, where=replace(GAO, lat=2.0)), 2)])

    assert len(found) == 1


KEYS = st.sampled_from(
    [event(), event(who=PEOPLE), event("casualties"), total(), total(where=GAO), total("casualties")]
)
FIGURES = st.lists(st.tuples(KEYS, st.integers(1, 90), st.sampled_from([13, 14, 19])), min_size=1, max_size=6)
UNRELATED = st.sampled_from(
    [
        event(incident="elsewhere", where=KIDAL),
        Key("killed", Who("veldmark", "combatant"), replace(GAO, country="NE"), until(20)),
        Key("destroyed", Who(role="truck"), GAO, until(20), unit="vehicle"),
        Key("planned:sent", Who("veldmark"), GAO, until(20)),
    ]
)


@settings(max_examples=40, deadline=None)
@given(FIGURES, UNRELATED, st.integers(0, 5000))
def test_an_unrelated_figure_changes_no_tally(rows: list[tuple[Key, int, int]], key: Key, value: int) -> None:
    figures = [figure(f"a{n}", of, low, on=on) for n, (of, low, on) in enumerate(rows)]
    stranger = figure("zz", key, value, document="ff" * 8, published=date(2031, 3, 18))

    before, after = made(*figures), made(*figures, stranger)

    assert {label: tally for label, tally in after.items() if stranger not in tally.figures} == before


def test_a_proof_that_shares_its_parts_is_kept_to_its_first_steps() -> None:
    proof = Proof("q", "low", 1, "b")
    for _ in range(60):  # as a tree two to the sixtieth steps
        proof = Proof("q", "low", 1, "s", (proof, proof))

    told = tallying._told(Interval(1, None, proof, None))

    steps, pending = 0, [told.low_proof]
    while pending:
        step = pending.pop()
        assert step is not None
        steps += 1
        pending += step.uses
    assert told.low == 1
    assert 1 < steps <= tallying.PROOF + 1
