"""The marks of a chart: one for each figure that somebody said, in its origin's colour, with its words as a tooltip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tallystick.model.quantities import Figure
from tallystick.model.tallies import Tally
from tallystick.model.values import Form, Mod, Number
from tallystick.views import words

Spec = dict[str, Any]

# Okabe and Ito's palette, told apart by most colour-blind readers (Color Universal Design, 2008), those first that
# stand out on white and on black; their black and yellow are left out, as each vanishes on one of the two.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
OTHERS = "#8A8A8A"
INK = "#757575"  # 4.5 to 1 or more on white and on black: text that reads on either

_SHAPES = {
    "exact": "circle",
    "at least": "triangle-up",
    "at most": "triangle-down",
    "range": "diamond",
    "left out": "cross",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure where it is drawn: its day, its height, its origin's name and what it says."""

    figure: Figure
    origin: str
    day: date
    at: Number
    kind: str


def marks_of(tally: Tally) -> list[Mark]:
    """One for each figure that has a day and a number, oldest first."""
    names = {i: o.name or "not named" for o in tally.origins.origins for v in o.voices for i in v.figures}
    found = []
    for figure in tally.figures:
        day = figure.published or figure.said or (figure.captured.date() if figure.captured else None)
        written = None if figure.form is Form.FRACTION else figure.value  # a share's value is no number of people
        at = written if written is not None else figure.low if figure.low is not None else figure.high
        if day is not None and at is not None:
            found.append(Mark(figure, names.get(figure.id, figure.source or "not named"), day, at, _kind(figure)))
    return sorted(found, key=lambda m: (m.day, m.at, m.figure.id))


def _kind(figure: Figure) -> str:
    if not figure.binds:
        return "left out"
    if figure.mod in (Mod.MORE_THAN, Mod.EQUAL_OR_MORE) or figure.high is None:
        return "at least"
    if figure.mod in (Mod.LESS_THAN, Mod.EQUAL_OR_LESS) or figure.low is None:
        return "at most"
    return "exact" if figure.low == figure.high else "range"


def mark_layers(marks: Sequence[Mark], tally: Tally) -> list[Spec]:
    """A mark for each figure, with a whisker where it is a range. Marks on one spot stand side by side."""
    colours, labels = _legend(marks, tally)
    ends = {f.id: _ends(f) for f in tally.figures}
    current = {(i, ends.get(v.current)) for o in tally.origins.origins for v in o.voices for i in v.figures}
    taken: dict[tuple[date, Number], int] = {}
    rows = []
    for mark in marks:
        figure = mark.figure
        shift = taken.get((mark.day, mark.at), 0)
        taken[(mark.day, mark.at)] = shift + 1
        ranged = figure.low is not None and figure.high is not None and figure.low != figure.high
        rows.append(
            {
                "day": str(mark.day),
                "at": mark.at,
                "low": figure.low if ranged else None,
                "high": figure.high if ranged else None,
                "origin": labels[mark.origin],
                "kind": mark.kind,
                "now": (figure.id, _ends(figure)) in current,
                "shift": shift * 11,
                "who": words.clean(mark.origin),
                "says": _as_said(figure),
                "quote": f"“{words.shorten(figure.quote, 160)}”" if figure.quote else "",
                "outlet": words.clean(figure.publisher or ""),
                "id": figure.id,
            }
        )
    colour = {
        "field": "origin",
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(colours), "range": list(colours.values())},
        "legend": {"orient": "bottom", "direction": "vertical", "symbolType": "circle", "symbolStrokeWidth": 0},
    }
    kinds = [kind for kind in _SHAPES if any(mark.kind == kind for mark in marks)]
    shape = {
        "field": "kind",
        "type": "nominal",
        "title": None,
        "scale": {"domain": kinds, "range": [_SHAPES[kind] for kind in kinds]},
        "legend": {"orient": "bottom", "symbolFillColor": INK, "symbolStrokeColor": INK} if len(kinds) > 1 else None,
    }
    tips = [
        {"field": "who", "type": "nominal", "title": "said by"},
        {"field": "quote", "type": "nominal", "title": "words"},
        {"field": "says", "type": "nominal", "title": "figure"},
        {"field": "kind", "type": "nominal", "title": "kind"},
        {"field": "day", "type": "temporal", "title": "on", "format": "%Y-%m-%d", "timeUnit": "utcyearmonthdate"},
        {"field": "outlet", "type": "nominal", "title": "in"},
        {"field": "id", "type": "nominal", "title": "figure id"},
    ]
    offset = {"expr": "datum.shift"}
    values = {"values": rows}
    return [
        {
            "data": values,
            "transform": [{"filter": "isValid(datum.low)"}],
            "mark": {"type": "rule", "strokeWidth": 1.6, "xOffset": offset},
            "encoding": {
                "x": {"field": "day"},
                "y": {"field": "low", "type": "quantitative"},
                "y2": {"field": "high"},
                "color": colour,
            },
        },
        {
            "data": values,
            "mark": {"type": "point", "filled": True, "opacity": 1, "strokeWidth": 1.6, "xOffset": offset},
            "encoding": {
                "x": {"field": "day"},
                "y": {"field": "at", "type": "quantitative"},
                "color": colour,
                "shape": shape,
                "size": {"condition": {"test": "datum.now", "value": 120}, "value": 34},
                "tooltip": tips,
            },
        },
    ]


def _legend(marks: Sequence[Mark], tally: Tally) -> tuple[dict[str, str], dict[str, str]]:
    """Colours by the label of each origin, and each origin's label: its name and its newest word."""
    current = {v.current for o in tally.origins.origins for v in o.voices}
    newest: dict[str, Mark] = {}
    for mark in marks:
        if mark.origin not in newest or mark.figure.id in current:
            newest[mark.origin] = mark
    shown = [name for name in newest if name != "not named"][: len(PALETTE)]
    labels, colours = {}, {}
    for name, mark in newest.items():
        says = _as_said(mark.figure)
        since = min(m.day for m in marks if m.origin == name and _ends(m.figure) == _ends(mark.figure))
        labels[name] = f"{words.shorten(name, 48)}: {says} since {since}"
        colours[labels[name]] = PALETTE[shown.index(name)] if name in shown else OTHERS
    return colours, labels


def _ends(figure: Figure) -> tuple[Number | None, Number | None]:
    return figure.low, figure.high


def _as_said(figure: Figure) -> str:
    """ "more than 610" where the words compare, else the bounds."""
    if figure.comparator and figure.value is not None and figure.form is not Form.FRACTION:
        return f"{words.clean(figure.comparator).lower()} {words.number(figure.value)}"
    return words.bounds(figure.low, figure.high)
