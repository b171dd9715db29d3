"""Conflicts in a terminal: short, grouped, each way out once."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console, RenderableType

from tallystick.model.constraints import AssumptionKind, Belief, Bound, Conflict, Sum, System
from tallystick.model.mentions import LinkKind
from tallystick.model.quantities import Figure, Key, Link
from tallystick.model.tallies import Tally
from tallystick.reconcile.conflicts import diagnose
from tallystick.views.clashes import CONFLICTS, clashes, disputes
from tests.reconcile.tally_build import at_least, figure, tally, up_to

LABEL = "civilians killed in Orvel on 2031-03-01"


def shown(what: RenderableType, width: int = 100) -> str:
    console = Console(width=width, file=io.StringIO())
    with console.capture() as out:
        console.print(what)
    return out.get()


def by(source: str, outlet: str) -> dict[str, object]:
    """Fields of a figure that an outlet gives to a source."""
    return {"publisher": outlet, "chain": (Link(source, LinkKind.SAYS),)}


ARMY = figure("army", 11, quote="11 were killed", on=1, **by("The army", "Daily Record"))
FRONT = figure("front", 60, quote="killed 60", **by("Northern Front", "Daily Record"))
HOSPITAL = at_least("hospital", 31, quote="at least 31 dead", **by("a hospital", "Wire"))


def half(of: Figure, low: int | None = None, high: int | None = None, *, cost: float = 3.0, about: str = "q") -> Bound:
    kind = AssumptionKind.CEILING if low is None else AssumptionKind.FLOOR
    return Bound(f"{of.id}{'≥' if low else '≤'}", about, low, high, cost, kind, f"{low or high}", (of.id,), of.id)


def told(system: System, said: dict[str | None, Sequence[Figure]]) -> tuple[tuple[Conflict, ...], Tally]:
    """The conflicts of a system, and the tally that bears them with the ways out."""
    found = diagnose(system)
    return found.conflicts, replace(tally(said), conflicts=found.conflicts, repairs=found.repairs)


def dispute() -> tuple[tuple[Conflict, ...], Tally]:
    """An army's 11, on which a hospital's and an enemy's larger figures founder."""
    bounds = (half(ARMY, high=11, cost=2.0), half(FRONT, 60, cost=2.5), half(HOSPITAL, 31))
    return told(
        System(bounds, labels={"q": LABEL}), {"Army": [ARMY], "Northern Front": [FRONT], "a hospital": [HOSPITAL]}
    )


def test_a_conflict_of_two_figures_is_one_sentence_with_both_quotes_and_days() -> None:
    system = System((half(ARMY, high=11, cost=2.0), half(FRONT, 60)), labels={"q": LABEL})
    conflicts, made = told(system, {"Army": [ARMY], "Northern Front": [FRONT]})
    out = " ".join(shown(clashes(conflicts, [made])).split())

    assert (
        "Northern Front says 60 (“killed 60”, Daily Record, 2031-03-01); the army says 11 (“11 were killed”, Daily "
        "Record, 2031-03-02). Both count the same." in out
    )
    assert out.startswith("Civilians killed in Orvel on 2031-03-01 t1 The sources disagree")


def test_several_figures_against_one_ceiling_are_one_list() -> None:
    conflicts, made = dispute()
    out = shown(clashes(conflicts, [made]))

    assert len(conflicts) == 2
    assert "2 pairs that cannot both be true" in out
    assert out.count("The army says 11") == 1
    lines = [line.split("(")[0].split() for line in out.splitlines() if line.lstrip().startswith(("at least", "60"))]
    assert lines == [["at", "least", "31", "a", "hospital"], ["60", "Northern", "Front"]] or lines == [
        ["60", "Northern", "Front"],
        ["at", "least", "31", "a", "hospital"],
    ]


def test_the_ways_out_are_told_once_cheapest_first_in_short_phrases() -> None:
    conflicts, made = dispute()
    out = shown(clashes(conflicts, [made]))

    assert out.count("Ways out, cheapest first") == 1
    assert re.search("^  1. take the army’s 11 as a floor, not the whole toll *$", out, re.MULTILINE)
    assert "2. set aside" in out
    assert "Northern Front’s 60" in out.partition("2. set aside")[2]


def test_nothing_of_the_machine_is_shown() -> None:
    conflicts, made = dispute()
    out = shown(clashes(conflicts, [made]))

    for jargon in ("q:", "≥", "≤", "Genuine", "more)", "[0:", "as told by", "half-claim"):
        assert jargon not in out


def test_what_only_bounds_from_above_is_set_aside_never_a_floor() -> None:
    mayor = up_to("mayor", 20, quote="up to 20", **by("the mayor", "Wire"))
    conflicts, made = told(
        System((half(mayor, high=20, cost=1.5), half(FRONT, 60)), labels={"q": LABEL}),
        {"the mayor": [mayor], "Northern Front": [FRONT]},
    )
    out = shown(clashes(conflicts, [made]))

    assert "the mayor says at most 20" in out
    assert "set aside the mayor’s at most 20" in out
    assert "as a floor" not in out


def test_a_belief_that_a_conflict_rests_on_is_said_and_is_a_way_out() -> None:
    belief = Belief("same", 1.0, AssumptionKind.IDENTITY, "both reports tell of one event")
    tied = Sum("tie", ("a",), "b", text="the first is part of the second", needs=("same",))
    system = System(
        (half(FRONT, 60, about="a"), half(ARMY, high=11, cost=2.0, about="b")), (tied,), (belief,), {"a": "X", "b": "Y"}
    )
    conflicts, made = told(system, {"Army": [ARMY], "Northern Front": [FRONT]})
    out = " ".join(shown(clashes(conflicts, [made])).split())

    assert "This holds only if both reports tell of one event." in out
    assert "Northern Front says 60 for X" in out
    assert "1. do not take it that both reports tell of one event" in out
    assert "It hangs on whether the reports tell of one event" in out


def test_parts_that_exceed_their_total_are_told_by_their_arithmetic() -> None:
    parts = [figure(n, v, quote=f"{v} {n}", **by("a doctor", "Wire")) for n, v in (("men", 15), ("women", 9))]
    total = figure("total", 20, quote="20 dead", **by("a doctor", "Wire"))
    rule = Sum("sum", ("m", "w"), "t", text="men and women are parts of the dead")
    bounds = (half(parts[0], 15, about="m"), half(parts[1], 9, about="w"), half(total, high=20, cost=2.0, about="t"))
    conflicts, made = told(
        System(bounds, (rule,), labels={"m": "men killed", "w": "women killed", "t": "people killed"}),
        {"a doctor": [*parts, total]},
    )
    out = shown(clashes(conflicts, [made]))

    assert "15 + 9 = 24 is more than 20." in out
    assert "men killed: a doctor (“15 men”, Wire" in out
    assert "people killed: a doctor (“20 dead”, Wire" in out
    assert "Men and women are parts of the dead." in out


def test_disputes_that_share_nothing_are_told_apart_with_their_own_ways_out() -> None:
    ours, mine = dispute()
    wounded = Key("wounded", mine.key.who, mine.key.where, mine.key.window, "i1")
    low = figure("low", 5, key=wounded, quote="5 hurt", **by("a nurse", "Wire"))
    high = figure("high", 9, key=wounded, quote="9 hurt", **by("a guard", "Wire"))
    theirs, other = told(
        System((half(low, high=5, cost=2.0, about="w"), half(high, 9, about="w")), labels={"w": "people wounded"}),
        {"a nurse": [low], "a guard": [high]},
    )
    other = replace(other, id="t2", key=wounded, label="people wounded")
    found = disputes([*ours, *theirs], [mine, other])

    assert [(len(one.conflicts), [t.id for t in one.tallies]) for one in found] == [(2, ["t1"]), (1, ["t2"])]
    assert all("nurse" not in shown(clashes(one.conflicts, one.tallies)) for one in found[:1])


def test_of_many_conflicts_the_first_are_told_and_the_rest_counted() -> None:
    many = [figure(f"n{n}", 60 + n, quote=f"{60 + n} killed", **by(f"source {n}", "Wire")) for n in range(20)]
    bounds = (half(ARMY, high=11, cost=2.0), *(half(one, int(one.low or 0)) for one in many))
    conflicts, made = told(System(bounds, labels={"q": LABEL}), {"Army": [ARMY], "others": many})
    out = shown(clashes(conflicts, [made]))

    assert len(conflicts) == 20
    assert out.count(" killed”, Wire") == CONFLICTS
    assert "and 8 more" in out


def test_a_figure_held_elsewhere_is_told_by_the_words_of_the_assumption() -> None:
    conflicts, made = dispute()
    known = replace(made, figures=(ARMY,))

    assert "60" in shown(clashes(conflicts, [known]))


def test_a_conflict_without_its_sides_is_told_by_its_sentence() -> None:
    conflicts, made = dispute()
    old = [replace(one, sides=()) for one in conflicts[:1]]
    bare = replace(made, repairs=tuple(replace(one, sides=()) for one in made.repairs))

    assert "cannot be both" in shown(clashes(old, [bare]))


def test_control_characters_of_a_quote_never_reach_the_terminal() -> None:
    evil = figure("evil", 60, quote="killed\x1b[31m 60\u202e", **by("Front\x1b[0m", "Wire"))
    conflicts, made = told(
        System((half(ARMY, high=11, cost=2.0), half(evil, 60)), labels={"q": LABEL}), {"Army": [ARMY], "F": [evil]}
    )
    out = shown(clashes(conflicts, [made]))

    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "killed[31m 60" in out
