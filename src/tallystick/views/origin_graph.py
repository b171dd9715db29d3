"""Mentions, voices and origins of a quantity as a drawing: SVG made here, without a script, a style or a link in it.

Documents stand at the left, who speaks in them in the middle, the independent origins at the right. Each line bears the
words of the link that it stands for. Looks come from the page's style sheet, by class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from tallystick.model.claims import Factuality
from tallystick.model.quantities import Figure
from tallystick.model.tallies import Origin, Tally, Voice
from tallystick.views import words

ALONE = 30
"""Mentions up to which each is drawn by itself; above, those of one outlet are one box."""
BOXES, VOICES, ORIGINS = 30, 24, 16
"""Boxes of a column that are drawn; what is left out is counted."""

WIDTH = 1040
_HIGH, _GAP, _TOP = 42, 10, 26
_COLUMNS = ((0, 330), (400, 230), (700, 240))  # left edge and width of a column's boxes
_LETTER = 7.1  # pixels of a letter of 13 pixels, on the wide side
_NAMED = "source not named"


@dataclass(frozen=True, slots=True)
class Node:
    """One box: its column (0 documents, 1 voices, 2 origins), its two lines, and where it stands in pixels.

    told is the whole of it in words; faded: all that it says was replaced by a later word of the same voice.
    """

    id: str
    column: int
    line: str
    below: str
    told: str
    top: float = 0.0
    faded: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """One line, from a box to the box at its right. quote is the link's own words, "" where the text gives none."""

    start: str
    end: str
    quote: str
    told: str
    faded: bool = False
    undecided: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """What is drawn. left_out counts mentions without a box, grouped is True where a box is an outlet."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    height: float
    grouped: bool = False
    left_out: int = 0


def graph(tally: Tally) -> Graph:
    """The boxes and lines of a tally's origins, the most repeated origin first."""
    figures = {figure.id: figure for figure in tally.figures}
    grouped = sum(len(v.figures) for o in tally.origins.origins for v in o.voices) > ALONE
    chosen = _chosen(tally.origins.origins)
    nodes: list[Node] = []
    edges: list[Edge] = []
    drawn = 0
    for origin, voices in chosen:
        many = sum(len(voice.figures) for voice in origin.voices)
        reasons = "; ".join(dict.fromkeys(words.clean(one.note) for one in origin.reasons))
        name = _name(origin.name)
        nodes.append(Node(origin.id, 2, name, _origin_line(many), f"Origin: {name}. {reasons or 'One voice.'}"))
        for voice in voices:
            now = figures.get(voice.current)
            mine = [figures[i] for i in voice.figures if i in figures]
            groups = _groups(mine, grouped=grouped)[: max(1, BOXES - drawn)] if drawn < BOXES else []
            if not groups:
                continue
            drawn += len(groups)
            value = "" if now is None else value_of(now)
            nodes.append(Node(voice.id, 1, _name(voice.name), f"now {value}", f"Voice: {_name(voice.name)}, {value}"))
            edges.append(Edge(voice.id, origin.id, "", reasons or f"{_name(voice.name)} is its own origin"))
            for group in groups:
                node = _document(group, now, voice.id)
                nodes.append(node)
                edges.append(Edge(node.id, voice.id, _link(group), _told_link(group, voice), node.faded))
    nodes = _without_strays(nodes, edges)
    height, placed = _placed(nodes, edges)
    known = {node.id for node in placed}
    edges += [_doubt(d.a, d.b, (r.note for r in d.reasons)) for d in tally.origins.doubts if {d.a, d.b} <= known]
    shown = sum(_size(node) for node in placed if node.column == 0)
    return Graph(tuple(placed), tuple(edges), height, grouped, len(tally.figures) - shown)


def value_of(figure: Figure) -> str:
    """What a figure says, in numbers: "31", "at least 12", "denies 60"."""
    given = words.bounds(figure.low, figure.high)
    if figure.factuality is not Factuality.DENIED:
        return given
    if given != words.UNKNOWN:
        return f"denied, {given}"
    return "denied" if figure.value is None else f"denies {words.number(figure.value)}"


def _chosen(origins: Sequence[Origin]) -> list[tuple[Origin, list[Voice]]]:
    """The origins and voices that are drawn, those behind most mentions first."""
    ordered = sorted(origins, key=lambda one: (-sum(len(v.figures) for v in one.voices), one.id))[:ORIGINS]
    left = VOICES
    found = []
    for origin in ordered:
        voices = sorted(origin.voices, key=lambda one: (-len(one.figures), one.id))[: max(left, 0)]
        left -= len(voices)
        if voices:
            found.append((origin, voices))
    return found


def _groups(mine: Sequence[Figure], *, grouped: bool) -> list[list[Figure]]:
    if not grouped:
        return [[figure] for figure in mine]
    found: dict[str, list[Figure]] = {}
    for figure in mine:
        found.setdefault(figure.publisher or "", []).append(figure)
    return sorted(found.values(), key=lambda one: -len(one))


def _document(group: Sequence[Figure], now: Figure | None, voice: str) -> Node:
    """The box of one mention, or of all mentions of one voice by one outlet."""
    first = group[0]
    outlet = words.clean(first.publisher) if first.publisher else "outlet unknown"
    faded = now is not None and all((f.low, f.high) != (now.low, now.high) for f in group)
    days = sorted({day for f in group if (day := f.said or f.published) is not None})
    if len(group) == 1:
        line, below = f"{outlet}: {value_of(first)}", _days(days)
        if quote := _link(group):
            below = f"{below} · {quote}"
        told = f"{outlet}, {_days(days)}: “{words.clean(first.quote)}”"
    else:
        values = list(dict.fromkeys(value_of(f) for f in group))
        line, below = f"{outlet} · {len(group):,} mentions", f"{_days(days)} · {_some(values)}"
        told = f"{outlet}, {len(group):,} mentions, {_days(days)}: {_some(values)}"
    if faded:
        told += " (since replaced)"
    return Node(f"{voice}/{first.id}*{len(group)}", 0, line, below, told, faded=faded)


def _size(node: Node) -> int:
    return int(node.id.rpartition("*")[2])


def _some(values: Sequence[str]) -> str:
    return ", ".join(values[:3]) + (" …" if len(values) > 3 else "")


def _days(days: Sequence[date]) -> str:
    if not days:
        return "day unknown"
    return str(days[0]) if days[0] == days[-1] else f"{days[0]} to {days[-1]}"


def _link(group: Sequence[Figure]) -> str:
    """The words with which the document gives its source: “citing the district hospital”; "" where it gives none."""
    quotes = dict.fromkeys(words.clean(link.quote) for figure in group for link in figure.chain[-1:] if link.quote)
    return f"“{next(iter(quotes))}”" if quotes else ""


def _told_link(group: Sequence[Figure], voice: Voice) -> str:
    quote = _link(group)
    return f"{_name(voice.name)}, by the words {quote}" if quote else f"{_name(voice.name)}, in the report's own voice"


def _name(name: str | None) -> str:
    return words.capital(words.clean(name)) if name else _NAMED


def _origin_line(many: int) -> str:
    return words.counted(many, "mention") + (" → 1 origin" if many > 1 else "")


def _doubt(a: str, b: str, notes: Iterable[str]) -> Edge:
    why = "; ".join(words.clean(note) for note in notes)
    return Edge(a, b, "", f"Undecided whether these are one origin: {why}", undecided=True)


def _without_strays(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[Node]:
    """The boxes that a line meets: an origin whose every voice was left out is not drawn."""
    met = {end for edge in edges for end in (edge.start, edge.end)}
    return [node for node in nodes if node.id in met]


def _placed(nodes: Sequence[Node], edges: Sequence[Edge]) -> tuple[float, list[Node]]:
    """The boxes with their places: documents one below the other, the others beside the middle of what leads there."""
    tops: dict[str, float] = {}
    bottom = [float(_TOP)] * 3
    into: dict[str, list[str]] = {}
    for edge in edges:
        into.setdefault(edge.end, []).append(edge.start)
    for column in range(3):
        for node in (one for one in nodes if one.column == column):
            before = [tops[start] for start in into.get(node.id, ()) if start in tops]
            middle = (min(before) + max(before)) / 2 if before else bottom[column]
            tops[node.id] = max(middle, bottom[column])
            bottom[column] = tops[node.id] + _HIGH + _GAP
    placed = [Node(n.id, n.column, n.line, n.below, n.told, tops[n.id], n.faded) for n in nodes]
    return max(bottom), placed


def svg(drawn: Graph, label: str) -> str:
    """The graph as SVG text. label says what it shows, for those who do not see it."""
    at = {node.id: node for node in drawn.nodes}
    parts = [
        f'<svg class="graph" role="img" viewBox="0 0 {WIDTH} {drawn.height:g}" aria-label={quoteattr(label)} '
        'xmlns="http://www.w3.org/2000/svg">'
    ]
    heads = ("Reports", "Voices", "Origins")
    parts += [f'<text class="head" x="{x}" y="14">{head}</text>' for head, (x, _) in zip(heads, _COLUMNS, strict=True)]
    parts += [_path(edge, at) for edge in drawn.edges]
    parts += [part for node in drawn.nodes for part in _box(node)]
    return "".join([*parts, "</svg>"])


def _path(edge: Edge, at: Mapping[str, Node]) -> str:
    start, end = at[edge.start], at[edge.end]
    y1, y2 = start.top + _HIGH / 2, end.top + _HIGH / 2
    (left, wide), (right, _) = _COLUMNS[start.column], _COLUMNS[end.column]
    if edge.undecided:
        x1 = x2 = left + wide
        out = x1 + 24 + min(100.0, abs(y2 - y1) / 6)  # the further apart, the further out: lines keep apart
        bend = f"C{out:g} {y1:g} {out:g} {y2:g} {x2} {y2:g}"
    else:
        x1, x2 = left + wide, right
        half = (x1 + x2) / 2
        bend = f"C{half:g} {y1:g} {half:g} {y2:g} {x2} {y2:g}"
    kind = " undecided" if edge.undecided else " old" if edge.faded else ""
    return f'<path class="edge{kind}" d="M{x1} {y1:g}{bend}"><title>{escape(edge.told)}</title></path>'


def _box(node: Node) -> Iterator[str]:
    x, wide = _COLUMNS[node.column]
    longest = int((wide - 16) / _LETTER)
    yield f'<g class="node{" old" if node.faded else ""}"><title>{escape(node.told)}</title>'
    yield f'<rect x="{x}" y="{node.top:g}" width="{wide}" height="{_HIGH}" rx="4"/>'
    yield f'<text x="{x + 9}" y="{node.top + 17:g}">{escape(words.shorten(node.line, longest))}</text>'
    small = escape(words.shorten(node.below, int(longest * 1.15)))
    yield f'<text class="below" x="{x + 9}" y="{node.top + 33:g}">{small}</text></g>'
