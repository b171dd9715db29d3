"""Small tallies for tests, built by hand: who said how many, on which day, in which words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tallystick.model.constraints import Interval
from tallystick.model.quantities import Figure, Key, Where, Who, Window
from tallystick.model.tallies import Doubt, Origin, Origins, Tally, Voice
from tallystick.model.values import Form, Mod, Number

START = date(2031, 3, 1)
KEY = Key(
    "killed",
    Who(status="civilian"),
    Where("text:orvel", "Orvel"),
    Window(START, START),
    incident="i1",
)


def day(n: int) -> date:
    """The nth day of the invented spring, counted from 0."""
    return START + timedelta(days=n)


def figure(
    name: str,
    low: Number | None = None,
    high: Number | None = None,
    *,
    on: int | None = 0,
    key: Key = KEY,
    **fields: Any,
) -> Figure:
    """A figure of that id: a bare number where only low is given (and no form, mod or word says otherwise)."""
    if high is None and low is not None and not ({"form", "mod", "word", "open"} & set(fields)):
        high = low
        fields.setdefault("value", low)
    fields.pop("open", None)
    fields.setdefault("quote", f"words of {name}")
    said = None if on is None else day(on)
    return Figure(name, key, low, high, fields.pop("document", f"doc-{name}"), published=said, **fields)


def worded(name: str, word: str, low: Number, **fields: Any) -> Figure:
    """A vague word of the lexicon: "dozens" with the floor 12."""
    return figure(name, low, form=Form.VAGUE, word=word, quote=word, **fields)


def at_least(name: str, n: int, **fields: Any) -> Figure:
    return figure(name, n, form=Form.BOUNDED, mod=Mod.EQUAL_OR_MORE, value=n, comparator="at least", **fields)


def more_than(name: str, n: int, **fields: Any) -> Figure:
    return figure(name, n + 1, form=Form.BOUNDED, mod=Mod.MORE_THAN, value=n, comparator="more than", **fields)


def up_to(name: str, n: int, **fields: Any) -> Figure:
    return figure(name, None, n, form=Form.BOUNDED, mod=Mod.EQUAL_OR_LESS, value=n, comparator="up to", **fields)


def about(name: str, n: int, **fields: Any) -> Figure:
    return figure(name, n - n // 10, n + n // 10, form=Form.APPROXIMATE, mod=Mod.APPROX, value=n, **fields)


def between(name: str, low: int, high: int, **fields: Any) -> Figure:
    return figure(name, low, high, form=Form.RANGE, **fields)


def origin(name: str | None, figures: Sequence[Figure], *, official: bool = False) -> Origin:
    """One voice with all these figures, oldest first. name None: an unnamed source."""
    label = name or f"unnamed-{figures[0].id}"
    ids = tuple(f.id for f in figures)
    return Origin(f"o:{label}", name, (Voice(f"v:{label}", name, ids, ids[-1], official),), known=name is not None)


def tally(
    said: dict[str | None, Sequence[Figure]],
    *,
    key: Key = KEY,
    bounds: Interval | None = None,
    official: Sequence[str] = (),
    doubts: Sequence[tuple[str, str]] = (),
) -> Tally:
    """A tally of what each named source said. doubts are pairs of names that may be one origin."""
    origins = tuple(origin(name, figures, official=name in official) for name, figures in said.items())
    figures = tuple(f for mine in said.values() for f in mine)
    known = sum(1 for o in origins if o.known)
    found = Origins(
        len(figures),
        len({f.document for f in figures}),
        len(figures),
        origins,
        tuple(Doubt(f"o:{a}", f"o:{b}", 0.6) for a, b in doubts),
        known - len(doubts),
        len(origins),
    )
    return Tally("t1", key, "civilians killed in Orvel on 2031-03-01", figures, found, bounds or Interval(None, None))


def without(whole: Tally, name: str) -> Tally:
    """The tally as it would be had that figure never been said."""
    origins = []
    for o in whole.origins.origins:
        voices = []
        for v in o.voices:
            ids = tuple(i for i in v.figures if i != name)
            if ids:
                voices.append(Voice(v.id, v.name, ids, ids[-1], v.official))
        if voices:
            origins.append(Origin(o.id, o.name, tuple(voices), o.reasons, o.known))
    figures = tuple(f for f in whole.figures if f.id != name)
    held = Origins(len(figures), len(figures), len(figures), tuple(origins), whole.origins.doubts, 0, len(origins))
    return Tally(whole.id, whole.key, whole.label, figures, held, whole.bounds)
