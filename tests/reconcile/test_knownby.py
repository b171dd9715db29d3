"""Conflicts as of an earlier day, over invented figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pytest

from tallystick.model.constraints import Conflict, ConflictKind
from tallystick.model.quantities import Figure
from tallystick.reconcile.knownby import as_known, could_be_known
from tests.reconcile.key_build import LATTICE, event, figure, found, up_to

FLOOR = figure("a:1", event(), 40, on=13, by="the army", open=True)
CEILING = up_to("b:1", event(), 12, on=14, by="the hospital")
AGAIN = up_to("c:1", event(), 12, on=20, by="the hospital")


def known(*figures: Figure) -> Callable[[Iterable[str]], bool]:
    return {f.id for f in figures}.issuperset


def the_conflict(*figures: Figure) -> Conflict:
    (one,) = found(*figures).conflicts
    return one


@pytest.mark.parametrize(
    ("by_then", "shown"),
    [
        ([FLOOR, CEILING, AGAIN], True),
        ([FLOOR, CEILING], True),
        ([FLOOR, AGAIN], True),
        ([FLOOR], False),
        ([CEILING, AGAIN], False),
        ([], False),
    ],
)
def test_a_conflict_can_be_known_once_each_side_has_one_known_figure(by_then: Sequence[Figure], shown: bool) -> None:
    conflict = the_conflict(FLOOR, CEILING, AGAIN)
    assert set(conflict.figures) == {"a:1", "b:1", "c:1"}

    assert could_be_known(conflict, known(*by_then)) is shown


def test_without_its_sides_a_conflict_is_known_with_all_its_figures() -> None:
    bare = Conflict(("a", "b"), ConflictKind.GENUINE, "cannot be", ("a:1", "b:1"))

    assert could_be_known(bare, known(FLOOR, CEILING))
    assert not could_be_known(bare, known(FLOOR))


def test_the_conflict_tells_only_of_figures_known_by_then() -> None:
    today = the_conflict(FLOOR, CEILING, AGAIN)
    then = as_known(today, [FLOOR, CEILING], LATTICE)

    assert then is not None
    assert set(then.figures) == {"a:1", "b:1"}
    assert then.kind is today.kind
    assert "c Post" in today.sentence or "c:1" in today.figures
    assert CEILING.quote in then.sentence
    assert AGAIN.quote not in then.sentence


def test_figures_that_can_all_be_true_are_no_conflict_yet() -> None:
    today = the_conflict(FLOOR, CEILING, AGAIN)
    room = up_to("b:1", event(), 50, on=14, by="the hospital")

    assert as_known(today, [FLOOR, room], LATTICE) is None
