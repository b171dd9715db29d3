"""What people decided of two figures or two documents, over invented figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tallystick.model.quantities import Figure
from tallystick.model.records import Judgement, Verdict
from tallystick.reconcile.judged import as_judged, partners
from tallystick.reconcile.labels import label
from tallystick.reconcile.origins import origins
from tallystick.reconcile.scopes import compare
from tallystick.reconcile.tallying import groups
from tests.reconcile.key_build import LATTICE, event, figure, total, until

NOON = datetime(2031, 4, 1, 12, tzinfo=UTC)


def judged(verdict: Verdict, *subjects: str, after: int = 0, about: str = "quantity") -> Judgement:
    at = NOON + timedelta(minutes=after)
    return Judgement(f"{after}{'-'.join(subjects)}", verdict, subjects, "Ana", at, about)


def told(*figures: Figure) -> list[list[str]]:
    """The figures by the tally that they are in."""
    return sorted(sorted(f.id for f in group) for group in groups(figures).values())


A, B, C = (
    figure(f"{name}:1", event(), count, on=day, document=name * 16)
    for name, count, day in (("a", 12, 13), ("b", 15, 14), ("c", 9, 15))
)
ELSEWHERE = figure("d:1", event("casualties", incident="i2"), 15, on=16, document="d" * 16)


def test_figures_judged_one_quantity_count_what_the_first_of_them_counts() -> None:
    made = as_judged([A, B, ELSEWHERE], [judged(Verdict.SAME, "b:1", "d:1")])

    assert told(*made) == [["a:1", "b:1", "d:1"]]
    assert made[2].key == A.key


def test_the_later_of_two_judged_apart_counts_only_what_its_words_say() -> None:
    made = as_judged([A, B, C], [judged(Verdict.DIFFERENT, "b:1", "a:1")])

    assert told(*made) == [["a:1", "c:1"], ["b:1"]]
    assert "only “15 of b:1”" in label(made[1].key)
    assert not compare(made[0].key, made[1].key, LATTICE).comparison.value.endswith("of")


def test_the_last_word_on_a_pair_counts_and_a_withdrawn_one_does_not() -> None:
    first = judged(Verdict.DIFFERENT, "a:1", "b:1")
    then = judged(Verdict.SAME, "b:1", "a:1", after=5)

    assert told(*as_judged([A, B], [first])) == [["a:1"], ["b:1"]]
    assert told(*as_judged([A, B], [first, then])) == [["a:1", "b:1"]]
    assert told(*as_judged([A, B], [replace(first, withdrawn=NOON)])) == [["a:1", "b:1"]]
    assert told(*as_judged([A, B], [first, judged(Verdict.UNSURE, "a:1", "b:1", after=5)])) == [["a:1", "b:1"]]


def test_what_was_judged_apart_stays_apart_whatever_it_is_judged_the_same_as() -> None:
    decided = [
        judged(Verdict.DIFFERENT, "a:1", "b:1"),
        judged(Verdict.SAME, "b:1", "c:1"),
        judged(Verdict.SAME, "a:1", "c:1"),
    ]
    made = as_judged([A, B, C], decided)

    assert not any({"a:1", "b:1"} <= {*group} for group in told(*made))
    assert sorted(name for group in told(*made) for name in group) == ["a:1", "b:1", "c:1"]


def test_a_running_total_keeps_its_own_day_of_telling() -> None:
    early = figure("e:1", total(window=until(14)), 80, on=14)
    late = figure("f:1", total("casualties", window=until(18)), 95, on=18)

    made = as_judged([early, late], [judged(Verdict.SAME, "e:1", "f:1")])

    assert told(*made) == [["e:1", "f:1"]]
    assert [f.key.window.end for f in made] == [early.key.window.end, late.key.window.end]


def test_an_event_gives_its_key_before_a_total() -> None:
    early = figure("e:1", total(window=until(12)), 80, on=12)

    made = as_judged([early, B], [judged(Verdict.SAME, "e:1", "b:1")])

    assert [f.key for f in made] == [B.key, B.key]


def test_what_is_said_of_a_figure_that_is_not_there_changes_nothing() -> None:
    assert as_judged([A, B], [judged(Verdict.SAME, "a:1", "z:1")]) == [A, B]


def test_documents_are_looked_up_with_all_whose_figures_were_judged_beside_theirs() -> None:
    chain = [judged(Verdict.SAME, "aaaaaaaa:1", "bbbbbbbb:1"), judged(Verdict.DIFFERENT, "bbbbbbbb:2", "cccccccc:1")]

    assert partners(chain, ["aaaaaaaa0123"]) == {"bbbbbbbb", "cccccccc"}
    assert partners(chain, ["dddddddd0123"]) == set()


def test_what_is_judged_of_two_documents_holds_for_their_figures() -> None:
    apart = judged(Verdict.DIFFERENT, A.document, B.document, about="origin")
    one = judged(Verdict.SAME, A.document, ELSEWHERE.document, about="origin", after=1)
    hospital = figure("d:1", event(), 12, on=16, by="the hospital", document="d" * 16)

    assert origins([A, B]).at_least == 1  # both name the army
    assert origins([A, B], (), [apart]).at_least == 2
    assert origins([A, hospital]).at_least == 2
    assert origins([A, hospital], (), [one]).at_least == 1
    assert origins([A, B], (), [replace(apart, withdrawn=NOON)]).at_least == 1
