"""A series drawn in a terminal: the band, the best figure and who said what, and below it each origin's words.

Height is rounded to a line; the numbers below are exact. Letters name the origins, so that nothing rests on colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from rich.text import Text

from tallystick.model.tallies import Estimate, Point, Series
from tallystick.model.values import Number
from tallystick.views import words

NARROWEST = 40
"""Columns below which the plot is left out and only the words of each origin are shown."""

# Every so many columns a dotted line runs to the edge of the plot where an end is open.
_SPARSE = 6

# A letter moves at most so many columns aside, so that it stays near its day.
_ASIDE = 3

_COLOURS = ("blue", "dark_orange3", "green4", "magenta", "dark_goldenrod", "deep_sky_blue3")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class _Look(NamedTuple):
    """The characters of a plot."""

    band: str
    best: str
    edge: str
    open: str
    axis: str
    tick: str
    corner: str
    floor: str
    stop: str
    dot: str


_UNICODE = _Look("░", "━", "─", "┊", "│", "┤", "└", "─", "┴", "·")
_ASCII = _Look(":", "=", "-", "'", "|", "+", "+", "-", "+", ".")


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where days and numbers lie: columns from first to last, rows from the top (row 0) to nought (row height - 1)."""

    first: date
    last: date
    top: float
    width: int
    height: int
    tail: int = 0  # columns after the last day, so that its step can be seen

    def column(self, day: date) -> int:
        """The column of a day."""
        span = (self.last - self.first).days
        return 0 if span == 0 else round((day - self.first).days / span * (self.width - 1))

    def row(self, number: Number) -> int:
        """The row of a number."""
        return self.height - 1 - round(min(number, self.top) / self.top * (self.height - 1))


def plot(series: Series, *, width: int = 80, height: int = 14, ascii_only: bool = False) -> Text:
    """The series in that many columns and about that many lines for the plot itself; words of each origin below."""
    look = _ASCII if ascii_only else _UNICODE
    out = Text()
    out.append(_cut(words.capital(words.clean(series.label)), width), style="bold")
    out.append("\n")
    if not series.points:
        out.append("No dated figure to draw.\n", style="dim")
        return out
    for line in _subtitle(series, look, width):
        out.append(line + "\n", style="dim")
    letters = _letters(series)
    if width >= NARROWEST:
        out.append("\n")
        out.append_text(_drawing(series, letters, look, width, height))
    out.append("\n")
    out.append_text(_origins(series, letters, look, width))
    return _plain(out) if ascii_only else out


def _subtitle(series: Series, look: _Look, width: int) -> list[str]:
    parts = [series.policy]
    done = [p.estimate for p in series.points]
    if any(e.low is not None and e.high is not None and e.low != e.high for e in done):
        parts.append(f"{look.band} low to high")
    if any(e.best is not None for e in done):
        parts.append(f"{look.best} best figure")
    if any((e.low is None) != (e.high is None) for e in done):
        parts.append(f"{look.open} end left open")
    parts.append("letters: who spoke")
    lines = _wrapped(parts, f" {look.dot} ", width)
    caveat = series.points[-1].estimate.caveat
    return [*lines, *(_wrapped([words.capital(caveat) + "."], " ", width) if caveat else [])]


def _letters(series: Series) -> dict[str, str]:
    """A letter for each origin, in the order in which they first spoke."""
    names = dict.fromkeys(name for point in series.points for name in point.by_origin)
    return {name: _LETTERS[i] if i < len(_LETTERS) else "*" for i, name in enumerate(names)}


def _style(letter: str) -> str:
    return _COLOURS[_LETTERS.index(letter) % len(_COLOURS)] if letter in _LETTERS else "dim"


def _drawing(series: Series, letters: dict[str, str], look: _Look, width: int, height: int) -> Text:
    top = _top(series)
    labels = _labels(top, height)
    margin = max(len(text) for text in labels.values()) + 2
    tail = max(3, width // 20)
    frame = _Frame(series.points[0].day, series.points[-1].day, top, width - margin - 2 - tail, height, tail)
    grid = [[(" ", "")] * (frame.width + tail) for _ in range(height)]
    _draw_estimates(grid, series, frame, look)
    _draw_words(grid, series, frame, letters)
    out = Text()
    for row in range(height):
        label = labels.get(row, "")
        out.append(f"{label:>{margin - 1}} ", style="dim")
        out.append(look.tick if label else look.axis, style="dim")
        line = grid[row]
        while line and line[-1][0] == " ":
            line = line[:-1]
        for character, style in line:
            out.append(character, style=style)
        out.append("\n")
    out.append_text(_days(series, frame, look, margin))
    return out


def _top(series: Series) -> float:
    """A round number at or above the highest in the plot."""
    ends = [n for p in series.points for n in (p.estimate.low, p.estimate.best, p.estimate.high) if n is not None]
    said = [n for p in series.points for pair in p.by_origin.values() for n in pair if n is not None]
    highest = max([*ends, *said, 1])
    for step in _steps():
        if step * 5 >= highest:
            return float(step * -(-highest // step))
    return float(highest)


def _steps() -> Sequence[int]:
    return [base * 10**power for power in range(13) for base in (1, 2, 5)]


def _labels(top: float, height: int) -> dict[int, str]:
    """Row -> number, for rows that a round number falls on, five at most above nought."""
    step = next((s for s in _steps() if s * 5 >= top), top)
    frame = _Frame(date(2000, 1, 1), date(2000, 1, 1), top, 1, height)
    values = [step * n for n in range(int(top // step) + 1)]
    return {frame.row(value): words.number(int(value)) for value in values}


def _draw_estimates(grid: list[list[tuple[str, str]]], series: Series, frame: _Frame, look: _Look) -> None:
    for at, point in enumerate(series.points):
        start = frame.column(point.day)
        last = at + 1 == len(series.points)
        stop = frame.width + frame.tail if last else max(start + 1, frame.column(series.points[at + 1].day))
        for column in range(start, stop):
            for row, character in _column(point.estimate, frame, look, column):
                grid[row][column] = (character, "bold" if character == look.best else "dim")


def _column(done: Estimate, frame: _Frame, look: _Look, column: int) -> list[tuple[int, str]]:
    """What stands in one column: the band or the open end, its edges, the best figure on top."""
    cells: list[tuple[int, str]] = []
    if done.low is not None or done.high is not None:
        high = 0 if done.high is None else frame.row(done.high)
        low = frame.height - 1 if done.low is None else frame.row(done.low)
        if done.low is not None and done.high is not None:
            cells += [(row, look.band) for row in range(high, low + 1)]
        elif column % _SPARSE == _SPARSE // 2:
            cells += [(row, look.open) for row in range(high, low + 1)]
        if done.low is not None:
            cells.append((low, look.edge))
        if done.high is not None:
            cells.append((high, look.edge))
    if done.best is not None:
        cells.append((frame.row(done.best), look.best))
    return cells


def _draw_words(grid: list[list[tuple[str, str]]], series: Series, frame: _Frame, letters: dict[str, str]) -> None:
    """A letter where an origin says something new; further right where the spot is taken."""
    before: dict[str, tuple[Number | None, Number | None]] = {}
    for point in series.points:
        for name, told in point.by_origin.items():
            at = told[0] if told[0] is not None else told[1]
            if before.get(name) == told or at is None:
                continue
            row, column = frame.row(at), frame.column(point.day)
            free = [
                spot
                for spot in range(column, min(column + _ASIDE, frame.width + frame.tail))
                if grid[row][spot][0] not in _LETTERS or grid[row][spot][0] == letters[name]
            ]
            if free:  # else the lines below still tell it
                grid[row][free[0]] = (letters[name], f"bold {_style(letters[name])}")
        before = dict(point.by_origin)


def _days(series: Series, frame: _Frame, look: _Look, margin: int) -> Text:
    """The axis of days with as many dates as have room, the first and the last among them."""
    days = list(dict.fromkeys(p.day for p in series.points))
    placed: list[tuple[int, int, date]] = []  # where its text starts, its column, the day
    for day in [days[0], days[-1], *days[1:-1]]:
        column = frame.column(day)
        start = min(max(0, column - 5), max(0, frame.width + frame.tail - 10))
        if all(abs(start - other) >= 12 for other, _, _ in placed) and (day, column) not in [
            (d, c) for _, c, d in placed
        ]:
            placed.append((start, column, day))
    ticks = {column for _, column, _ in placed}
    line = "".join(look.stop if i in ticks else look.floor for i in range(frame.width + frame.tail))
    text = ""
    for start, _, day in sorted(placed):
        text = text.ljust(start) + str(day)
    pad = " " * margin
    return Text(f"{pad}{look.corner}{line}\n{pad} {text}\n", style="dim")


def _origins(series: Series, letters: dict[str, str], look: _Look, width: int) -> Text:
    """For each origin a line with its current word, and its earlier ones as far as there is room."""
    out = Text()
    last = series.points[-1]
    longest = min(max((len(name) for name in letters), default=0), max(12, width // 3))
    for name, letter in letters.items():
        history = _history(series, name)
        now = _said(*history[-1][1]) if name in last.by_origin else "no word left"
        out.append(f"{letter} ", style=f"bold {_style(letter)}")
        out.append(f"{_cut(words.clean(name), longest):<{longest}}  ")
        head = _since(now, history[-1][0], width - longest - 4) if name in last.by_origin else now
        out.append(head, style="bold")
        left = width - longest - 4 - len(head) if "\n" not in head else 0
        earlier = [f"{_said(*told)} from {day}" for day, told in reversed(history[:-1])]
        out.append(_fitted(earlier, left), style="dim")
        out.append("\n")
    done = last.estimate
    out.append(f"{look.best if done.best is not None else look.band} ", style="bold")
    out.append(f"{'estimate':<{longest}}  ")
    said = _since(_estimate(last), last.day, width - longest - 4)
    out.append(said, style="bold")
    if done.status:
        status = f"; {done.status}"
        if "\n" not in said and longest + 4 + len(said) + len(status) <= width:
            out.append(status, style="dim")
        else:
            indent = longest + 4 if width >= NARROWEST else 2
            for line in _wrapped([done.status], " ", max(16, width - indent)):
                out.append("\n" + " " * indent + line, style="dim")
    out.append("\n")
    return out


def _since(said: str, day: date, room: int) -> str:
    """ "39 since 2031-03-10", on two lines where one is too short."""
    line = f"{said} since {day}"
    return line if len(line) <= room else f"{said}\n  since {day}"


def _estimate(point: Point) -> str:
    done = point.estimate
    given = words.bounds(done.low, done.high)
    if done.best is None or done.low == done.high:
        return given
    return words.number(done.best) if given == words.UNKNOWN else f"{given}, best {words.number(done.best)}"


def _history(series: Series, name: str) -> list[tuple[date, tuple[Number | None, Number | None]]]:
    """The days on which the origin's word became another, with the word."""
    found: list[tuple[date, tuple[Number | None, Number | None]]] = []
    for point in series.points:
        told = point.by_origin.get(name)
        if told is not None and (not found or found[-1][1] != told):
            found.append((point.day, told))
    return found


def _said(low: Number | None, high: Number | None) -> str:
    return words.bounds(low, high)


def _fitted(parts: Sequence[str], room: int) -> str:
    """ "; before: 30 from 2031-03-03, ..." as far as there is room; what is left out is counted."""
    text = ""
    for n, part in enumerate(parts):
        longer = f"{text}, {part}" if text else f"; before: {part}"
        rest = len(parts) - n - 1
        tail = f", {rest} more" if rest else ""
        if len(longer) + len(tail) > room:
            whole = f"; {len(parts)} earlier" if not text else f"{text}, {len(parts) - n} more"
            return whole if len(whole) <= room else ""
        text = longer
    return text


def _wrapped(parts: Sequence[str], joint: str, width: int) -> list[str]:
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(joint) + len(part) <= width:
            lines[-1] += joint + part
            continue
        while len(part) > width:
            cut = part.rfind(" ", 0, width)
            cut = width if cut <= 0 else cut
            lines.append(part[:cut])
            part = part[cut:].lstrip()
        lines.append(part)
    return lines


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: max(1, longest - 1)].rstrip() + "…"


_TO_ASCII = str.maketrans({"–": "-", "—": "-", "…": ".", "“": '"', "”": '"', "‘": "'", "’": "'", "→": ">"})


def _plain(text: Text) -> Text:
    """The same text in ASCII; letters that have none become question marks."""
    plain = text.plain.translate(_TO_ASCII).encode("ascii", "replace").decode("ascii")
    return Text(plain, spans=text.spans)
