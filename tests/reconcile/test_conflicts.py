"""What cannot all be true, how it is told, and what would mend it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tallystick.model.constraints import AssumptionKind, Belief, Bound, ConflictKind, Sum, System
from tallystick.reconcile.conflicts import components, diagnose
from tallystick.reconcile.wording import slip

LABELS = {
    "killed at the ford": "those killed at the ford",
    "killed": "those killed in the campaign",
    "casualties": "all casualties",
    "sent": "all those sent",
    "first wave": "the first wave",
    "second wave": "the second wave",
}
FORD = Sum("ford", ("killed at the ford",), "killed", text="the ford lies in the campaign’s region")
DEAD = Sum("dead", ("killed",), "casualties", text="the dead are part of the casualties")
WAVES = Sum("waves", ("first wave", "second wave"), "sent", True, 2.0, text="the two waves were everyone sent")


def least(figure: str, quantity: str, low: int, who: str, cost: float = 3.0) -> Bound:
    text = f"at least {low:,} ({who}: “{low:,}” [10:15])"
    return Bound(f"{figure}≥", quantity, low=low, cost=cost, text=text, figures=(figure,), origin=who)


def most(figure: str, quantity: str, high: int, who: str, cost: float = 2.0) -> Bound:
    text = f"at most {high:,} ({who}: “{high:,}” [10:15])"
    return Bound(f"{figure}≤", quantity, None, high, cost, AssumptionKind.CEILING, text, (figure,), who)


def exactly(figure: str, quantity: str, value: int, who: str) -> tuple[Bound, Bound]:
    return least(figure, quantity, value, who), most(figure, quantity, value, who)


def system(*bounds: Bound, sums: tuple[Sum, ...] = (), beliefs: tuple[Belief, ...] = ()) -> System:
    return System(bounds, sums, beliefs, LABELS)


def test_figures_that_can_all_be_true_give_bounds_and_no_conflict() -> None:
    found = diagnose(system(least("F1", "killed at the ford", 60, "Ardovia"), sums=(FORD, DEAD)))

    assert found.consistent
    assert found.repairs == ()
    assert found.set_aside == ()
    assert found.bounds["casualties"].low == 60


def test_a_conflict_of_two_is_told_with_both_quotes_and_the_definitions_between_them() -> None:
    found = diagnose(
        system(
            least("F1", "killed at the ford", 600, "Ardovia"),
            most("F2", "casualties", 470, "Belmark"),
            sums=(FORD, DEAD),
        )
    )

    (conflict,) = found.conflicts
    assert conflict.members == ("F1≥", "F2≤")
    assert conflict.figures == ("F1", "F2")
    assert conflict.gap == 130
    assert conflict.quantity == "casualties"
    assert conflict.sentence == (
        "Those killed at the ford cannot be at least 600 (Ardovia: “600” [10:15]) with all casualties at most 470 "
        "(Belmark: “470” [10:15]), given that the dead are part of the casualties and the ford lies in the campaign’s "
        "region."
    )


def test_a_definition_is_told_without_its_reasons() -> None:
    reasoned = replace(DEAD, text="the dead are part of the casualties: whoever is killed is one. Not for animals")
    found = diagnose(
        system(least("F1", "killed", 600, "Ardovia"), most("F2", "casualties", 470, "Belmark"), sums=(reasoned,))
    )

    assert found.conflicts[0].sentence.endswith(", given that the dead are part of the casualties.")


def test_two_figures_of_one_quantity_are_told_shortly() -> None:
    found = diagnose(system(least("F1", "killed", 60, "Ardovia"), most("F2", "killed", 40, "Belmark")))

    assert found.conflicts[0].sentence == (
        "Those killed in the campaign cannot be both at least 60 (Ardovia: “60” [10:15]) and at most 40 "
        "(Belmark: “40” [10:15])."
    )


def test_a_conflict_of_three_figures_is_told_by_its_arithmetic() -> None:
    found = diagnose(
        system(
            most("F1", "first wave", 1200, "the Gazette"),
            *exactly("F2", "second wave", 200, "the Gazette"),
            least("F3", "sent", 1500, "Ardovia"),
            sums=(WAVES,),
        )
    )

    (conflict,) = found.conflicts
    assert conflict.members == ("F1≤", "F2≤", "F3≥", "waves")
    assert conflict.gap == 100
    assert conflict.sentence == (
        "1,200 + 200 = 1,400 is less than 1,500: the first wave, at most 1,200 (the Gazette: “1,200” [10:15]), and the "
        "second wave, at most 200 (the Gazette: “200” [10:15]), against all those sent, at least 1,500 (Ardovia: "
        "“1,500” [10:15]), assuming that the two waves were everyone sent."
    )


def test_a_figure_that_counts_twice_is_multiplied_in_the_arithmetic() -> None:
    pairs = Sum("pairs", ("killed", "killed"), "sent")
    found = diagnose(system(least("F1", "killed", 60, "Ardovia"), most("F2", "sent", 100, "Belmark"), sums=(pairs,)))

    assert found.conflicts[0].sentence.startswith("2 × 60 = 120 is more than 100: ")


def test_floors_that_add_up_to_too_much_are_told_so() -> None:
    packed = replace(WAVES, equal=False, cost=None)
    found = diagnose(
        system(
            least("F1", "first wave", 900, "the Gazette"),
            least("F2", "second wave", 700, "the Gazette"),
            most("F3", "sent", 1500, "Ardovia"),
            sums=(packed,),
        )
    )

    assert found.conflicts[0].sentence.startswith("900 + 700 = 1,600 is more than 1,500: ")
    assert "given that the two waves were everyone sent" in found.conflicts[0].sentence


def test_where_only_whole_numbers_fail_the_sentence_says_so() -> None:
    pairs = Sum("pairs", ("killed", "killed"), "sent", equal=True)
    found = diagnose(system(*exactly("F1", "sent", 7, "Ardovia"), sums=(pairs,)))

    assert found.conflicts[0].sentence.startswith("No whole numbers fit all those sent, ")
    assert found.conflicts[0].gap is None


def test_a_belief_is_part_of_the_conflict_and_the_cheapest_to_give_up() -> None:
    same = Belief("same", 0.4, AssumptionKind.IDENTITY, "the two reports tell of one event")
    joined = replace(FORD, needs=("same",))
    found = diagnose(
        system(
            least("F1", "killed at the ford", 60, "Ardovia"),
            most("F2", "killed", 40, "Belmark"),
            sums=(joined,),
            beliefs=(same,),
        )
    )

    assert found.conflicts[0].members == ("F1≥", "F2≤", "same")
    assert found.conflicts[0].kind is ConflictKind.IDENTITY
    assert found.repairs[0].drop == ("same",)
    assert found.repairs[0].sentence == (
        "All else can be true without assuming that the two reports tell of one event."
    )
    assert found.set_aside == ("same",)
    assert found.bounds["killed at the ford"].low == 60
    assert found.bounds["killed"].high == 40


READ = replace(most("F2", "killed", 40, "Belmark", 1.0), kind=AssumptionKind.READING)


@pytest.mark.parametrize(
    ("ceiling", "who", "rule", "kind"),
    [
        (most("F2", "killed", 40, "Belmark"), "Ardovia", FORD, ConflictKind.GENUINE),
        (most("F2", "killed", 40, "Ardovia"), "Ardovia", FORD, ConflictKind.ARITHMETIC),
        (READ, "Ardovia", FORD, ConflictKind.READING),
        (replace(READ, origin="Ardovia"), "Ardovia", FORD, ConflictKind.READING),
        (most("F2", "killed", 40, "Belmark"), "Ardovia", replace(FORD, cost=2.5), ConflictKind.DEFINITION),
    ],
)
def test_a_conflict_is_typed_by_its_cheapest_member_and_by_who_speaks(
    ceiling: Bound, who: str, rule: Sum, kind: ConflictKind
) -> None:
    found = diagnose(system(least("F1", "killed at the ford", 60, who), ceiling, sums=(rule,)))

    assert found.conflicts[0].kind is kind


def test_every_conflict_and_every_repair_is_found_the_cheapest_first() -> None:
    found = diagnose(
        system(
            most("F1", "first wave", 1200, "the Gazette"),
            most("F2", "second wave", 300, "the Gazette"),
            *exactly("F3", "sent", 1500, "Ardovia"),
            least("F4", "casualties", 2000, "Belmark"),
            sums=(WAVES, Sum("among", ("casualties",), "sent", text="the casualties are among those sent")),
        )
    )

    assert {c.members for c in found.conflicts} == {("F3≤", "F4≥"), ("F1≤", "F2≤", "F4≥", "waves")}
    assert [r.drop for r in found.repairs] == [("F4≥",), ("F1≤", "F3≤"), ("F2≤", "F3≤"), ("F3≤", "waves")]
    assert [r.cost for r in found.repairs] == [3.0, 4.0, 4.0, 4.0]
    assert found.repairs[0].proposals == {"F4": (0, 1500)}
    assert found.repairs[0].sentence == "All else can be true if all casualties were at most 1,500, not 2,000."


def test_a_reading_that_is_dropped_proposes_no_other_number() -> None:
    found = diagnose(system(least("F1", "killed at the ford", 60, "Ardovia"), READ, sums=(FORD,)))

    assert found.repairs[0].drop == ("F2≤",)
    assert found.repairs[0].proposals == {}
    assert found.repairs[0].sentence.startswith("All else can be true without those killed in the campaign being ")


def test_conflicts_of_quantities_that_nothing_joins_are_repaired_together() -> None:
    found = diagnose(
        system(
            *(b for q in ("a", "b") for b in (least(f"{q}1", q, 9, "Ardovia"), most(f"{q}2", q, 4, "Belmark"))),
            least("c1", "c", 3, "Ardovia"),
        )
    )

    assert [c.members for c in found.conflicts] == [("a1≥", "a2≤"), ("b1≥", "b2≤")]
    assert [r.drop for r in found.repairs] == [
        ("a2≤", "b2≤"),
        ("a2≤", "b1≥"),
        ("a1≥", "b2≤"),
        ("a1≥", "b1≥"),
    ]
    assert found.bounds["c"].low == 3


def test_where_the_search_is_cut_short_it_says_so_and_still_gives_a_repair() -> None:
    bounds = [b for i in range(12) for b in (least(f"x{i}", "a", 9 + i, "Ardovia"), most(f"y{i}", "a", 4, "Belmark"))]
    found = diagnose(system(*bounds), cap=5)

    assert found.more
    assert found.conflicts
    rest = [b for b in bounds if b.id not in found.repairs[0].drop]
    assert diagnose(system(*rest)).consistent


def test_the_order_of_the_inputs_changes_neither_conflicts_nor_sentences() -> None:
    bounds = (
        most("F1", "first wave", 1200, "the Gazette"),
        most("F2", "second wave", 200, "the Gazette"),
        least("F3", "sent", 1500, "Ardovia"),
        least("F4", "casualties", 2000, "Belmark"),
    )
    sums = (WAVES, Sum("among", ("casualties",), "sent"))

    assert diagnose(system(*bounds, sums=sums)) == diagnose(system(*bounds[::-1], sums=sums[::-1]))


def test_a_shared_belief_joins_quantities_that_no_sum_joins() -> None:
    same = Belief("same", 0.4, AssumptionKind.IDENTITY, "the two reports tell of one event")
    sums = (
        Sum("one", ("a",), "b", needs=("same",)),
        Sum("two", ("c",), "d", needs=("same",)),
        Sum("three", ("e",), "f"),
    )

    assert len(components(System((), sums, (same,)))) == 2


@pytest.mark.parametrize(
    ("stated", "needed", "near", "note"),
    [
        (158, 185, {}, "158 is 185 with two digits transposed"),
        (4120, 4180, {}, "one digit differs"),
        (40, 50, {}, ""),
        (101, 100, {}, ""),
        (12_000, 13_000, {}, ""),
        (400, 40, {}, "a nought too many"),
        (40, 400, {}, "a nought is missing"),
        (123, 1723, {}, "a digit is missing"),
        (1723, 123, {}, "a digit too many"),
        (0, 12, {}, "0 may stand for “not known”"),
        (4120, 5000, {"the day before": 4120}, "4,120 repeats the day before"),
        (4120, 5311, {"the day before": 4000}, ""),
        (2.5, 5, {}, ""),
    ],
)
def test_usual_slips_of_the_pen_are_named(stated: float, needed: float, near: dict[str, float], note: str) -> None:
    assert slip(stated, needed, near) == note
