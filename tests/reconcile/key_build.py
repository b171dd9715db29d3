"""Invented figures for tests of keys, comparisons and systems: a war between Veldmark and the Karsk Front."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from tallystick.model.constraints import Diagnosis
from tallystick.model.mentions import LinkKind
from tallystick.model.quantities import Figure, Key, Link, Where, Who, Window
from tallystick.model.tallies import Origins
from tallystick.model.values import Form, Mod, Number
from tallystick.reconcile.conflicts import diagnose
from tallystick.reconcile.lattice import load_lattice
from tallystick.reconcile.systems import system

LATTICE = load_lattice()
MALI = Where("country:ML", "Mali", "ML", None, "country", 17.0, -4.0)
GAO = Where("geo:2457161", "Gao", "ML", "Gao", "admin1", 17.0, 0.5)
ANSONGO = Where("geo:2461003", "Ansongo", "ML", "Gao", "town", 15.66, 0.5)
KIDAL = Where("geo:2455290", "Kidal", "ML", "Kidal", "town", 18.44, 1.41)
KURSK = Where("geo:538555", "Kursk", "RU", "Kursk", "admin1", 51.7, 36.2)
UKRAINE = Where("country:UA", "Ukraine", "UA", None, "country", 49.0, 32.0)
SOLDIERS = Who(status="combatant", role="soldier")
PEOPLE = Who(role="person")


def days(first: int, last: int | None = None, month: int = 3) -> Window:
    return Window(date(2031, month, first), date(2031, month, last or first))


def until(day: int, month: int = 3) -> Window:
    return Window(None, date(2031, month, day))


def event(measure: str = "killed", who: Who = SOLDIERS, **given: Any) -> Key:
    """A key of one event at Ansongo on 12 March."""
    return Key(measure, who, **{"where": ANSONGO, "window": days(12), "incident": "i1", **given})


def total(measure: str = "killed", who: Who = SOLDIERS, **given: Any) -> Key:
    """A key of a running total in Mali until 20 March."""
    return Key(measure, who, **{"where": MALI, "window": until(20), **given})


def figure(
    name: str,
    key: Key,
    low: Number | None,
    high: Number | None = None,
    *,
    on: int | None = 13,
    by: str | None = "the army",
    **given: Any,
) -> Figure:
    """A figure of one document of its own, told on a day of March; a bare number where only low is given."""
    bare = not given.pop("open", False)
    if high is None and bare and given.get("form", Form.CARDINAL) is Form.CARDINAL:
        high = low
        given.setdefault("soft_high", True)
    told = None if on is None else date(2031, 3, on)
    fields = {
        "document": f"{name:0<16}",
        "quote": f"{low if low is not None else high} of {name}",
        "value": low if low == high else None,
        "published": told,
        "said": told,
        "publisher": f"The {name} Post",
        "chain": () if by is None else (Link(by, LinkKind.SAYS),),
    }
    return Figure(name, key, low, high, **{**fields, **given})


def up_to(name: str, key: Key, high: int, **given: Any) -> Figure:
    bounded = {"form": Form.BOUNDED, "mod": Mod.EQUAL_OR_LESS, "comparator": "up to", "soft_high": True}
    return figure(name, key, None, high, **{**bounded, "value": high, **given})


def found(*figures: Figure, **given: Any) -> Diagnosis:
    """What follows from the figures."""
    return diagnose(system(figures, LATTICE, **given))


def clashes(*figures: Figure, **given: Any) -> list[set[str]]:
    """The figures of each conflict."""
    return [set(conflict.figures) for conflict in found(*figures, **given).conflicts]


def no_origins(figures: Sequence[Figure]) -> Origins:
    return Origins(len(figures), len({f.document for f in figures}), 0)
