"""What one source has said over time: one mark a figure, one colour a measure, as a Vega-Lite specification."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from tallystick.model.values import Number
from tallystick.views import charts, words
from tallystick.views.chart_marks import INK, OTHERS, PALETTE, Spec

WIDTH, HEIGHT = 760, 300
WIDE = 200
"""The figure from which the scale is one of tens."""


class Said(NamedTuple):
    """One figure: its day, its measure in words, its bounds (None where open), whose people, and its id."""

    day: date
    measure: str
    low: Number | None
    high: Number | None
    whose: str
    figure: str


def chart(name: str, said: Iterable[Said], *, width: int = WIDTH, height: int = HEIGHT) -> Spec:
    """The specification: days across, figures up on a scale that shows tens beside thousands."""
    rows = [
        {
            "day": str(one.day), "measure": one.measure, "at": at, "low": one.low, "high": one.high,
            "what": words.bounds(one.low, one.high), "whose": one.whose, "figure": one.figure,
            "open": "range" if one.low is not None and one.high is not None and one.low != one.high else
            "at least" if one.high is None else "at most" if one.low is None else "exact",
        }
        for one in said
        if (at := one.high if one.low is None else one.low) is not None
    ]  # fmt: skip
    measures = sorted({str(row["measure"]) for row in rows})
    most = max((float(row["high"] or row["at"]) for row in rows), default=1)  # type: ignore[arg-type]
    colours = [PALETTE[i] if i < len(PALETTE) else OTHERS for i in range(len(measures))]
    colour = {
        "field": "measure", "type": "nominal", "scale": {"domain": measures, "range": colours},
        "legend": {"title": None, "orient": "bottom", "columns": 4},
    }  # fmt: skip
    y = {
        "type": "quantitative", "title": None, "axis": {"format": ",d", "domain": False} | _tens(most),
        "scale": {"type": "symlog", "domainMin": 0} if most > WIDE else {"zero": True},
    }  # fmt: skip
    tips = [
        {"field": "day", "type": "temporal", "title": "day", "format": "%Y-%m-%d", "timeUnit": "utcyearmonthdate"},
        *({"field": field, "type": "nominal"} for field in ("what", "measure", "whose")),
    ]
    return {
        "$schema": charts.SCHEMA,
        "description": description(name, rows),
        "background": "transparent",
        "width": width,
        "height": height,
        "padding": 12,
        "title": {"text": words.clean(name), "anchor": "start", "color": INK},
        "data": {"values": rows},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "title": None, "scale": {"type": "utc"},
                  "axis": _days([one["day"] for one in rows])},
            "color": colour,
        },
        "layer": [
            {
                "transform": [{"filter": "datum.open === 'range'"}],
                "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.7},
                "encoding": {"y": y | {"field": "low"}, "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 55, "opacity": 0.8},
                "encoding": {
                    "y": y | {"field": "at"},
                    "shape": {
                        "field": "open", "type": "nominal",
                        "legend": {"title": None, "orient": "bottom", "symbolFillColor": INK, "symbolStrokeColor": INK},
                        "scale": {"domain": ["exact", "at least", "at most", "range"],
                                  "range": ["circle", "triangle-up", "triangle-down", "diamond"]},
                    },
                    "tooltip": tips,
                },
            },
        ],
        "config": {
            "font": charts.FONT, "view": {"stroke": None},
            "axis": {"labelColor": INK, "domainColor": INK, "tickColor": INK, "gridColor": INK, "gridOpacity": 0.18,
                     "labelFontSize": 12},
            "legend": {"labelColor": INK, "labelFontSize": 12},
        },
    }  # fmt: skip


def _tens(most: float) -> Spec:
    """The ticks of the figures: powers of ten where they stand beside one another."""
    if most <= WIDE:
        return {"values": list(range(int(most) + 1))} if most <= charts.FEW else {"tickCount": 6, "tickMinStep": 1}
    return {"values": [0, *(10**power for power in range(len(str(int(most)))))]}


def _days(days: Iterable[object]) -> Spec:
    """The axis of days: those on which something was said, no more than can be read; over years, months."""
    known = sorted({str(day) for day in days})
    axis: Spec = {"grid": False, "labelOverlap": "greedy", "labelSeparation": 12}
    if not known or (date.fromisoformat(known[-1]) - date.fromisoformat(known[0])).days > 400:
        return axis | {"format": "%b %Y", "tickCount": 6}
    every = -(-len(known) // 6)
    return axis | {"format": "%-d %b %Y", "values": known[::every]}


def description(name: str, rows: list[Spec]) -> str:
    """The chart in a sentence, for those who do not see it."""
    if not rows:
        return f"{words.clean(name)}: no dated figure to draw."
    days = sorted(str(row["day"]) for row in rows)
    measures = ", ".join(sorted({str(row["measure"]) for row in rows}))
    many = words.counted(len(rows), "figure")
    return f"{words.clean(name)}: {many} from {days[0]} to {days[-1]} ({measures}). The table of claims says the same."
