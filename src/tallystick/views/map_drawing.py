"""A map as SVG: land, areas as large as what is known of a place, a scale.

Nothing of it needs a script. Attributes give the colours of a saved file; a page's style sheet stands above them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from tallystick.views import words
from tallystick.views.maps import CREDIT, FINE, KM, LEAST, LEGEND, Spot, View, disc, land, path

SEA, LAND, LINE, INK, MARK = "#e9eff3", "#fdfcf8", "#b9b5aa", "#1c1b19", "#a32018"
_STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 15, 30)

Town = tuple[str, float, float]
"""A settlement for orientation: name, latitude, longitude."""


def drawing(
    view: View,
    spots: Sequence[Spot],
    towns: Iterable[Town] = (),
    *,
    label: str,
    saved: bool = False,
    small: bool = False,
) -> str:
    """The map as an <svg>; label says in a sentence what it shows. saved: to be a file of its own, without links, with
    what its marks mean and whose land it is. small: to be shown at half the size of others.
    """
    k = view.squeeze
    west, _, _, north = view.bbox
    box = f"{west * k:.4f} {-north:.4f} {view.width * k:.4f} {view.height:.4f}"
    unit = view.width * k / (55 if small else 90)  # as the sizes of marks and letters go by
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" viewBox="{box}" '
        + ('width="1200" height="600" font-family="sans-serif" ' if saved else "")
        + f'role="{"img" if saved else "group"}" aria-label={quoteattr(label)}>',
        f"<desc>{escape(label)}</desc>",
        _hatches(unit),
        f'<rect class="sea" x="{west * k:.4f}" y="{-north:.4f}" width="{view.width * k:.4f}" '
        f'height="{view.height:.4f}" fill="{SEA}"/>',
        f'<g transform="scale({k:.6f} 1)">',
        *_ground(view),
        "</g>",
        *_net(view, unit),
        *_orientation(view, towns, unit, [] if view.whole else spots),
        *(part for spot in spots for part in _spot(view, spot, unit, links=not saved)),
        *_scale(view, unit),
        *(_key(view, unit, {spot.kind for spot in spots}) if saved else ()),
        "</svg>",
    ]
    return "\n".join(parts)


def _hatches(unit: float) -> str:
    def hatch(name: str, gap: float, turn: int) -> str:
        size = gap * unit
        return (
            f'<pattern id="{name}" patternUnits="userSpaceOnUse" width="{size:.5f}" height="{size:.5f}" '
            f'patternTransform="rotate({turn})"><path class="hatch" d="M0 0V{size:.5f}" stroke="{MARK}" '
            f'stroke-width="{unit * 0.16:.5f}"/></pattern>'
        )

    return f"<defs>{hatch('hatch-area', 0.7, 45)}{hatch('hatch-country', 1.4, -45)}</defs>"


def _turns(view: View, west: float, east: float) -> Iterator[int]:
    """By how many degrees something is to be moved to be seen: maps of the whole earth go on at their edges."""
    left, _, right, _ = view.bbox
    return (shift for shift in (-360, 0, 360) if west + shift < right and east + shift > left)


def _ground(view: View) -> Iterator[str]:
    left, south, right, north = view.bbox
    shown: dict[int, list[str]] = {}
    for piece in land(view.height <= FINE):
        west, low, east, high = piece.bbox
        if low < north and high > south:
            for shift in _turns(view, west, east):
                seen = piece.path if view.whole else piece.near(left - shift, south, right - shift, north)
                shown.setdefault(shift, []).append(seen)
    for shift, pieces in shown.items():
        moved = f' transform="translate({shift} 0)"' if shift else ""
        outline = "".join(pieces)
        yield f'<path class="land" fill="{LAND}" fill-rule="evenodd"{moved} d="{outline}"/>'


def _net(view: View, unit: float) -> Iterator[str]:
    """Meridians and parallels, each with its degrees: on land without borders they are what one goes by."""
    west, south, east, north = view.bbox
    k = view.squeeze
    lines, texts = [], []
    for lat in _every(south, north, 7):
        lines.append(f"M{west * k:.3f} {-lat:.3f}H{east * k:.3f}")
        if lat > south + 3 * unit:
            texts.append((west * k + unit * 0.4, -lat - unit * 0.25, _degrees(lat, "N", "S")))
    for lon in _every(west, east, 13):
        lines.append(f"M{lon * k:.3f} {-north:.3f}V{-south:.3f}")
        texts.append((lon * k + unit * 0.25, -south - unit * 0.5, _degrees((lon + 180) % 360 - 180, "E", "W")))
    yield (
        f'<path class="net" fill="none" stroke="{LINE}" stroke-opacity=".55" stroke-width="1" '
        f'vector-effect="non-scaling-stroke" d="{"".join(lines)}"/>'
    )
    for x, y, text in texts:
        if x < east * k - 4 * unit:
            yield _text("degrees", x, y, unit * 1.15, text)


def _every(start: float, end: float, most: int) -> Iterator[float]:
    """Round degrees between two, no more than so many."""
    step = next((s for s in _STEPS if (end - start) / s <= most), 60)
    at = math.ceil(start / step) * step
    while at < end:
        yield at
        at += step


def _degrees(value: float, positive: str, negative: str) -> str:
    value = round(value, 3)
    side = "" if value in (0, 180, -180) else positive if value > 0 else negative
    return f"{abs(value):g}°{side}"


def _text(kind: str, x: float, y: float, size: float, text: str, anchor: str = "start") -> str:
    halo = f'stroke="{LAND}" stroke-width="{size * 0.22:.4f}" stroke-linejoin="round" paint-order="stroke"'
    return (
        f'<text class="{kind}" x="{x:.4f}" y="{y:.4f}" font-size="{size:.4f}" text-anchor="{anchor}" fill="{INK}" '
        f"{halo}>{escape(words.clean(text))}</text>"
    )


def _orientation(view: View, towns: Iterable[Town], unit: float, spots: Sequence[Spot]) -> Iterator[str]:
    """Large settlements with their names, to know where one is; those that the marks name anyway are left out."""
    named = {spot.name for spot in spots}
    west, south, east, north = view.bbox
    for name, lat, lon in towns:
        if name in named:
            continue
        for shift in _turns(view, lon, lon):
            x, y = (lon + shift) * view.squeeze, -lat
            if not south + 4 * unit < lat < north - 2 * unit or x < west * view.squeeze + 2 * unit:
                continue  # its name would lie on the degrees at the edge
            turned = x > east * view.squeeze - 12 * unit
            yield f'<circle class="town" cx="{x:.4f}" cy="{y:.4f}" r="{unit * 0.28:.4f}" fill="{INK}"/>'
            at = x - unit * 0.6 if turned else x + unit * 0.6
            yield _text("town-name", at, y + unit * 0.4, unit * 1.25, name, "end" if turned else "start")


_SHAPES = {
    "exact": f'fill="{MARK}" stroke="{LAND}" stroke-width="1.5"',
    "settlement": f'fill="{MARK}" fill-opacity=".3" stroke="{MARK}" stroke-width="1.5"',
    "area": f'fill="url(#hatch-area)" stroke="{MARK}" stroke-width="1.5"',
    "country": f'fill="url(#hatch-country)" stroke="{MARK}" stroke-width="1.5" stroke-dasharray="6 4"',
    "several": f'fill="{MARK}" fill-opacity=".12" stroke="{MARK}" stroke-width="1.5" stroke-dasharray="1.5 3"',
}


def _spot(view: View, spot: Spot, unit: float, *, links: bool) -> Iterator[str]:
    """The area that a place lies in; of small ones a mark that can be seen, which the legend says is none."""
    k, least = view.squeeze, LEAST * 90 * unit * (0.75 if spot.kind == "exact" else 1.0)
    seen = spot.radius / KM >= least
    ring = disc(spot.lat, spot.lon, spot.radius) if seen else [(spot.lon - least / k, 0.0), (spot.lon + least / k, 0.0)]
    west, east = min(p[0] for p in ring), max(p[0] for p in ring)
    many = len(spot.told)
    for shift in _turns(view, west, east):
        x, y = (spot.lon + shift) * k, -spot.lat
        shape = _SHAPES[spot.kind]
        line = f'{shape} vector-effect="non-scaling-stroke"'
        if seen:
            outline = path([((lon + shift) * k, lat) for lon, lat in ring])
            drawn = f'<path class="{spot.kind}" {line} d="{outline}"/>'
        else:
            drawn = f'<circle class="{spot.kind}" {line} cx="{x:.4f}" cy="{y:.4f}" r="{least:.4f}"/>'
        number = ""
        if many > 1:
            number = _text("many", x, y + unit * 0.45, unit * 1.3, words.number(many), "middle")
        told = f"<title>{escape(words.clean(spot.label))}</title>{drawn}{number}"
        if links and spot.href and spot.href.startswith("/"):
            named = quoteattr(words.clean(spot.label))
            yield f'<a class="spot" href={quoteattr(spot.href)} aria-label={named}>{told}</a>'
        else:
            yield f'<g class="spot">{told}</g>'
        if not view.whole and view.height <= 25 and spot.kind != "country":
            below = y + (min(spot.radius / KM, view.height / 2.4) if seen else least) + unit * 1.5
            yield _text("place-name", x, below, unit * 1.35, spot.name, "middle")


def _scale(view: View, unit: float) -> Iterator[str]:
    """A bar of so many kilometres, true in the middle of the view; none on a map of the whole earth."""
    if view.whole or view.height > 90:
        return
    most = view.height * KM * 0.5
    power = 10 ** math.floor(math.log10(most))
    km = next(n * power for n in (5, 2, 1) if n * power <= most)
    length = km / KM
    _, south, east, _ = view.bbox
    x, y = east * view.squeeze - length - unit * 1.5, -south - unit * 2.6
    yield (
        f'<path class="scale" fill="none" stroke="{INK}" stroke-width="1.5" vector-effect="non-scaling-stroke" '
        f'd="M{x:.4f} {y - unit * 0.5:.4f}v{unit * 0.5:.4f}h{length:.4f}v{-unit * 0.5:.4f}"/>'
    )
    yield _text("degrees", x + length / 2, y - unit * 0.7, unit * 1.2, f"{km:g} km", "middle")


def symbol(kind: str) -> str:
    """One mark of the legend, as an <svg> of its own."""
    hatch = _hatches(5) if kind in ("area", "country") else ""
    shape = _SHAPES[kind].replace("hatch-", "legend-")
    size = 6 if kind == "exact" else 11
    return (
        f'<svg class="map symbol" viewBox="0 0 28 28" width="28" height="28" aria-hidden="true">'
        f'{hatch.replace("hatch-", "legend-")}<circle class="{kind}" {shape} cx="14" cy="14" r="{size}"/></svg>'
    )


def _key(view: View, unit: float, kinds: set[str]) -> Iterator[str]:
    """What the marks of a saved map mean, and whose land it is."""
    west, south, _, north = view.bbox
    x, y = west * view.squeeze + unit, -north + unit * 2.2
    for kind, meaning in LEGEND:
        if kind in kinds:
            place = f'cx="{x + unit:.4f}" cy="{y:.4f}" r="{unit * 0.8:.4f}"'
            yield f'<circle {_SHAPES[kind]} vector-effect="non-scaling-stroke" {place}/>'
            yield _text("key", x + unit * 2.4, y + unit * 0.4, unit * 1.2, meaning)
            y += unit * 2.1
    yield _text("key", west * view.squeeze + unit * 5, -south - unit * 1.9, unit, CREDIT)
