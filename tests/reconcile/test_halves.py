"""Which half of a figure binds, and how firmly."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.model.claims import Factuality, Interest
from tallystick.model.values import Form, Mod, Number
from tallystick.reconcile.halves import bound, half_unit, halves, slack, text
from tests.reconcile.key_build import event, figure, up_to

BARE: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("low", "high", "given_fields", "wanted"),
    [
        (12, 12, {"soft_high": True}, [("low", 12, 3.0), ("high", 12, 2.0)]),
        (12, 12, {}, [("low", 12, 3.0), ("high", 12, 3.0)]),
        (12, None, {"form": Form.BOUNDED, "mod": Mod.EQUAL_OR_MORE}, [("low", 12, 3.0)]),
        (41, None, {"form": Form.BOUNDED, "mod": Mod.MORE_THAN, "value": 40}, [("low", 41, 3.0)]),
        (None, 9, {"form": Form.BOUNDED, "mod": Mod.LESS_THAN, "value": 10}, [("high", 9, 3.0)]),
        (None, 40, {"form": Form.BOUNDED, "mod": Mod.EQUAL_OR_LESS, "soft_high": True}, [("high", 40, 1.5)]),
        (None, 40, {"form": Form.BOUNDED, "mod": Mod.EQUAL_OR_LESS}, [("high", 40, 3.0)]),
        (12, None, {"form": Form.VAGUE, "typical_high": 24}, [("low", 12, 3.0)]),
        (1, 1, {"form": Form.SINGLE}, [("low", 1, 3.0)]),
        (3, 3, {"form": Form.NAMED, "named_list": True}, [("low", 3, 5.0)]),
        (12, 12, {"factuality": Factuality.HEDGED, "soft_high": True}, [("low", 12, 2.5), ("high", 12, 2.0)]),
        (12, None, {"interest": Interest.ENEMY_LOSSES}, [("low", 12, 2.5)]),
        (12, 12, {"binds": False}, []),
        (0, 0, {}, [("high", 0, 3.0)]),
    ],
)
def test_a_figure_gives_these_halves(
    low: Number | None, high: Number | None, given_fields: dict[str, Any], wanted: list[tuple[str, Number, float]]
) -> None:
    made = figure("aa", event(), low, high, **{"open": True, "form": Form.RANGE, "soft_high": False, **given_fields})

    assert [(half.side, half.value, half.cost) for half in halves(made)] == wanted


def test_about_reaches_half_a_unit_to_both_sides_at_least() -> None:
    narrow = figure("aa", event(), 4690, 4710, form=Form.APPROXIMATE, mod=Mod.APPROX, value=4700)
    wide = figure("bb", event(), 2160, 2640, form=Form.APPROXIMATE, mod=Mod.APPROX, value=2400)

    assert [half.value for half in halves(narrow)] == [4650, 4750]
    assert [half.value for half in halves(wide)] == [2160, 2640]


@pytest.mark.parametrize(("value", "wanted"), [(4700, 50), (15000, 500), (101, 0), (150, 5), (0, 0), (7, 0)])
def test_half_a_unit_is_half_of_the_last_digit_that_is_not_nought(value: int, wanted: int) -> None:
    assert half_unit(value) == wanted


def test_only_round_bare_numbers_give_way_in_sums() -> None:
    assert slack(figure("aa", event(), 4700)) == 50
    assert slack(figure("aa", event(), 40)) == 0
    assert slack(up_to("aa", event(), 12000)) == 0


def test_a_bound_says_who_said_it_in_which_words() -> None:
    named = figure("aa", event(), 600, by=None, publisher="The Lowland Herald", start=10, end=20, quote="600 deaths")
    own = figure("bb", event(), 600, by="The Daily", publisher="The Daily", quote="600 dead")

    said = text("low", 1600, [named, own])

    assert said == "at least 1,600 (The Lowland Herald: “600 deaths” [10:20]; The Daily: “600 dead”)"


def test_a_floor_of_two_origins_is_dearer_than_of_one() -> None:
    a, b = (halves(figure(name, event(), 12))[0] for name in ("aa", "bb"))

    assert bound("x", "q", "low", [a, b], ["army", "army"]).cost == 3.0
    assert bound("x", "q", "low", [a, b], ["army", "hospital"]).cost == 4.0
    assert bound("x", "q", "low", [a, b], ["army", "army"]).origin == "army"
    assert bound("x", "q", "low", [a, b], ["army", None]).origin is None


@given(st.integers(0, 10**9), st.sampled_from(list(Form)), st.sampled_from([None, *Mod]), st.booleans())
def test_halves_never_exclude_the_number_as_written(value: int, form: Form, mod: Mod | None, soft: bool) -> None:
    made = figure("aa", event(), value, value, form=form, mod=mod, value=value, soft_high=soft)

    for half in halves(made):
        assert half.value <= value if half.side == "low" else half.value >= value
