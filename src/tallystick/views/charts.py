"""A series as a chart: a Vega-Lite specification as plain values, and SVG or PNG drawn from it without a network.

The band runs from low to high as steps, because a toll changes on the day on which somebody says so and not in
between. The line is the best figure where the policy gives one. Each mark is one figure that somebody said.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from datetime import date, timedelta
from xml.sax.saxutils import escape, quoteattr

from tallystick.model.tallies import Point, Series, Tally
from tallystick.views import words
from tallystick.views.chart_marks import INK, Mark, Spec, mark_layers, marks_of

FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_VERSION = "5.21"

WIDTH, HEIGHT = 680, 320
_LINE = 104  # characters of a subtitle line at that width


def chart(series: Series, tally: Tally | None = None, *, width: int = WIDTH, height: int = HEIGHT) -> Spec:
    """The Vega-Lite specification of the series; width and height in pixels of the plot itself.

    With the tally every figure has its mark, its tooltip and its origin's colour. The background is transparent
    and all colours read on white and on black.
    """
    marks = marks_of(tally) if tally is not None else []
    end = _end(series, marks)
    top = _top(series, marks)
    bands = _bands(series, end, top)
    layers: list[Spec] = [*_range_layers(bands), _best_layer(bands)]
    layers += mark_layers(marks, tally) if marks and tally is not None else []
    layers += _last_layer(series, end)
    return {
        "$schema": SCHEMA,
        "description": description(series, tally),
        "background": "transparent",
        "width": width,
        "height": height,
        "padding": 12,
        "title": _title(series, width),
        "layer": layers,
        "encoding": {"x": _x(series, marks, end), "y": _y(top)},
        "config": _config(),
    }


def svg(spec: Spec) -> str:
    """The chart as SVG text. The first call takes a second or two."""
    import vl_convert

    drawn = str(vl_convert.vegalite_to_svg(spec, vl_version=_VERSION, allowed_base_urls=[]))
    # The drawing leaves its description out: a screen reader would find loose marks and no sentence.
    title = " ".join(spec["title"]["text"])
    told = f'<svg role="img" aria-label={quoteattr(title)} '
    head, _, rest = drawn.replace("<svg ", told, 1).partition(">")
    return f"{head}><desc>{escape(spec['description'])}</desc>{rest}"


def png(spec: Spec, *, scale: float = 2.0, background: str = "white") -> bytes:
    """The chart as PNG bytes on that background, scale pixels to one of the specification's."""
    import vl_convert

    drawn = {**spec, "background": background}
    return bytes(vl_convert.vegalite_to_png(drawn, vl_version=_VERSION, scale=scale, allowed_base_urls=[]))


def as_json(spec: Spec) -> str:
    """The specification as JSON text, for a page or an editor of Vega-Lite."""
    return json.dumps(spec, ensure_ascii=False, indent=1) + "\n"


def description(series: Series, tally: Tally | None = None) -> str:
    """The chart in words, for those who do not see it: what it shows, and what changed on which day."""
    label = words.clean(series.label)
    if not series.points:
        return f"{label}: no dated figure to draw."
    last = series.points[-1]
    parts = [f"{label}, by day, under the policy {series.policy}. {words.capital(_days(series))}."]
    parts += [f"{p.day}: {words.clean(p.note)}." for p in series.points]
    parts.append(f"Last: {spoken(last)}.")
    if tally is not None:
        found = tally.origins
        parts.append(f"{_many(found.mentions, 'mention')} by {_several(found.at_least, found.at_most)}.")
    return " ".join(parts)


def spoken(point: Point) -> str:
    """A point's three numbers in words: "35–41, best 39", "at least 12", "unknown"."""
    done = point.estimate
    given = words.bounds(done.low, done.high)
    if done.best is None or done.low == done.high:
        return given
    best = words.number(done.best)
    return best if given == words.UNKNOWN else f"{given}, best {best}"


def _days(series: Series) -> str:
    first, last = series.points[0].day, series.points[-1].day
    return f"on {first}" if first == last else f"from {first} to {last}"


def _title(series: Series, width: int) -> Spec:
    longest = max(40, _LINE * width // WIDTH)
    best = ", thick line for the best figure" if any(p.estimate.best is not None for p in series.points) else ""
    says = (
        f"{series.policy}: band from low to high{best}. A mark is one figure said, small once its source gives another."
    )
    if _any_open(series):
        says += " The band is faint where no source gives the other end."
    caveat = series.points[-1].estimate.caveat if series.points else None
    lines = textwrap.wrap(says, longest)
    lines += textwrap.wrap(f"{words.capital(caveat)}.", longest) if caveat else []
    return {
        "text": textwrap.wrap(words.capital(words.clean(series.label)), max(30, longest * 7 // 10)),
        "subtitle": lines,
        "anchor": "start",
        "frame": "group",
        "offset": 14,
    }


def _any_open(series: Series) -> bool:
    return any((p.estimate.low is None) != (p.estimate.high is None) for p in series.points)


def _config() -> Spec:
    axis = {
        "labelColor": INK,
        "titleColor": INK,
        "domainColor": INK,
        "tickColor": INK,
        "gridColor": INK,
        "gridOpacity": 0.18,
        "labelFontSize": 12,
        "labelPadding": 6,
    }
    return {
        "font": FONT,
        "view": {"stroke": None},
        "axis": axis,
        "title": {
            "color": INK,
            "fontSize": 17,
            "fontWeight": 600,
            "lineHeight": 22,
            "subtitleColor": INK,
            "subtitleFontSize": 12,
            "subtitleLineHeight": 17,
            "subtitlePadding": 6,
        },
        "legend": {
            "labelColor": INK,
            "titleColor": INK,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "labelLimit": 520,
            "symbolOpacity": 1,
            "rowPadding": 4,
            "layout": {"bottom": {"margin": 24, "anchor": "start"}},
        },
    }


def _end(series: Series, marks: Sequence[Mark]) -> date:
    """Where the last step ends: a little past the last day, so that it can be seen."""
    days = [p.day for p in series.points] + [m.day for m in marks]
    if not days:
        return date(2000, 1, 2)
    return max(days) + timedelta(days=max(1, round((max(days) - min(days)).days * 0.06)))


def _top(series: Series, marks: Sequence[Mark]) -> float:
    """The height of the plot: a little above the highest number in it."""
    ends = [n for p in series.points for n in (p.estimate.low, p.estimate.best, p.estimate.high) if n is not None]
    whiskers = [m.figure.high for m in marks if m.kind == "range" and m.figure.high is not None]
    highest = max([*ends, *(m.at for m in marks), *whiskers, 1])
    return float(highest) * (1.25 if _any_open(series) else 1.1)


def _bands(series: Series, end: date, top: float) -> list[Spec]:
    """One row for each step of the estimate, with its ends where they are drawn."""
    rows = []
    for at, point in enumerate(series.points):
        until = series.points[at + 1].day if at + 1 < len(series.points) else end
        done = point.estimate
        if done.low is None and done.high is None and done.best is None:
            continue
        rows.append(
            {
                "from": str(point.day),
                "until": str(until),
                "low": done.low,
                "high": done.high,
                "floor": 0 if done.low is None else done.low,
                "ceiling": top if done.high is None else done.high,
                "best": done.best,
                "banded": done.low is not None or done.high is not None,
                "closed": done.low is not None and done.high is not None,
                "what": spoken(point),
                "note": words.clean(point.note),
            }
        )
    return rows


_STEP_TIPS = [
    {"field": "from", "type": "temporal", "title": "from", "format": "%Y-%m-%d", "timeUnit": "utcyearmonthdate"},
    {"field": "what", "type": "nominal", "title": "estimate"},
    {"field": "note", "type": "nominal", "title": "what changed"},
]


def _range_layers(rows: Sequence[Spec]) -> list[Spec]:
    """The band, fainter where an end is open, and its two edges."""
    span: Spec = {"x": {"field": "from"}, "x2": {"field": "until"}}
    data: Spec = {"values": list(rows)}
    faint = {"condition": {"test": "datum.closed", "value": 0.24}, "value": 0.1}
    return [
        {
            "data": data,
            "transform": [{"filter": "datum.banded"}],
            "mark": {"type": "rect", "color": INK},
            "encoding": {
                **span,
                "y": {"field": "floor", "type": "quantitative"},
                "y2": {"field": "ceiling"},
                "opacity": faint,
                "tooltip": _STEP_TIPS,
            },
        },
        *(
            {
                "data": data,
                "transform": [{"filter": f"isValid(datum.{side})"}],
                "mark": {"type": "rule", "color": INK, "strokeWidth": 1.2, "strokeCap": "square"},
                "encoding": dict(span, y={"field": side, "type": "quantitative"}),
            }
            for side in ("low", "high")
        ),
    ]


def _best_layer(rows: Sequence[Spec]) -> Spec:
    return {
        "data": {"values": list(rows)},
        "transform": [{"filter": "isValid(datum.best)"}],
        "mark": {"type": "rule", "color": INK, "strokeWidth": 3.5, "strokeCap": "square"},
        "encoding": {
            "x": {"field": "from"},
            "x2": {"field": "until"},
            "y": {"field": "best", "type": "quantitative"},
            "tooltip": _STEP_TIPS,
        },
    }


def _last_layer(series: Series, end: date) -> list[Spec]:
    """The last estimate written at the right edge."""
    if not series.points:
        return []
    last = series.points[-1]
    numbers = [n for n in (last.estimate.best, last.estimate.high, last.estimate.low) if n is not None]
    if not numbers:
        return []
    row = {"until": str(end), "at": numbers[0], "what": spoken(last)}
    return [
        {
            "data": {"values": [row]},
            "mark": {"type": "text", "align": "left", "dx": 6, "color": INK, "fontSize": 13, "fontWeight": 600},
            "encoding": {
                "x": {"field": "until"},
                "y": {"field": "at", "type": "quantitative"},
                "text": {"field": "what", "type": "nominal"},
            },
        }
    ]


def _x(series: Series, marks: Sequence[Mark], end: date) -> Spec:
    days = sorted({p.day for p in series.points} | {m.day for m in marks})
    first = days[0] if days else end - timedelta(days=1)
    span = (end - first).days
    start = first - timedelta(days=max(1, round(span * 0.03))) if span > 6 else first - timedelta(days=1)
    pattern = "%-d %b %Y" if span <= 400 else "%b %Y" if span <= 3_000 else "%Y"
    axis: Spec = {
        "format": pattern,
        "title": None,
        "grid": False,
        "labelOverlap": "greedy",
        "labelSeparation": 12,
        "tickSize": 5,
    }
    if span <= 400:
        axis["values"] = [f"{day}" for day in _ticks(days)] if len(days) > 1 else [f"{first}"]
    else:
        axis["tickCount"] = 6
    return {
        "type": "temporal",
        "scale": {"type": "utc", "domain": [f"{start}", f"{end}"]},
        "axis": axis,
    }


def _ticks(days: Sequence[date], most: int = 6) -> list[date]:
    """Days on which something was said, first and last among them, no more than can be read."""
    span = (days[-1] - days[0]).days
    kept = [days[0]]
    for day in days[1:-1]:
        if (day - kept[-1]).days >= span / most and (days[-1] - day).days >= span / most:
            kept.append(day)
    return [*kept, days[-1]]


FEW = 6
"""Up to so many people, each number has a tick of its own."""


def _y(top: float) -> Spec:
    axis: Spec = {"format": ",d", "domain": False, "ticks": False}
    # Few people are counted one by one: Vega's own least step would put a tick at half a person, and call it one.
    axis |= {"values": list(range(int(top) + 1))} if top <= FEW else {"tickMinStep": 1, "tickCount": 6}
    return {
        "type": "quantitative",
        "scale": {"domain": [0, top], "nice": False, "zero": True},
        "axis": axis,
        "title": None,
    }


def _many(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _several(least: int, most: int) -> str:
    return _many(least, "independent origin") if least == most else f"{least} to {most} independent origins"
