"""Estimates in a terminal: one with its trace, several policies side by side, and what moves between two.

No number stands without the name of its policy and what that policy is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tallystick.model.quantities import Figure
from tallystick.model.tallies import Estimate, Move, PolicyDiff, Tally
from tallystick.model.values import Number
from tallystick.views import words

# Figures quoted under one step; the rest are counted, and JSON holds them all.
QUOTED = 3
LONGEST_QUOTE = 100
OPEN = "–"


def estimate(done: Estimate, tally: Tally | None = None) -> Group:
    """The three numbers, their policy, and every step that led to them with the words behind it.

    With the tally the figures of a step are quoted; without it their ids stand.
    """
    parts: list[RenderableType] = []
    if tally is not None:
        parts.append(Text(words.capital(words.clean(tally.label)), style="bold"))
    parts += [_numbers(done), Text(), Text("How it came about", style="bold"), _trace(done, tally)]
    return Group(*parts)


def side_by_side(done: Sequence[Estimate], tally: Tally | None = None) -> Group:
    """One line a policy: low, best, high, its own label, and what it is not."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Policy", no_wrap=True)
    for name in ("Low", "Best", "High"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Status", overflow="fold")
    for one in done:
        table.add_row(
            one.policy,
            _end(one.low),
            Text(_end(one.best), style="bold"),
            _end(one.high),
            Text(one.status or "", style="dim"),
        )
    parts: list[RenderableType] = []
    if tally is not None:
        parts.append(Text(words.capital(words.clean(tally.label)), style="bold"))
    parts += [table, Text(), *_caveats(done)]
    return Group(*parts)


def policy_diff(diff: PolicyDiff, tally: Tally | None = None) -> Group:
    """Both estimates, and one sentence for each end that a rule moved, with the figures through which it did."""
    parts: list[RenderableType] = [side_by_side((diff.a, diff.b)), Text()]
    parts.insert(0, Text(words.capital(words.clean(diff.label)), style="bold"))
    if not diff.moves:
        parts.append(Text("Both give the same numbers." if diff.same else "No rule could be named for the difference."))
        return Group(*parts)
    known = _told(tally)
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    for move in diff.moves:
        text = Text(words.capital(words.clean(move.sentence)))
        for line in _figures(move.figures, known):
            text.append("\n").append_text(line)
        grid.add_row(move.end, _change(move), text)
    return Group(*parts, Text("What moved", style="bold"), grid)


def _numbers(done: Estimate) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    numbers = Text()
    for name, value in (("low", done.low), ("best", done.best), ("high", done.high)):
        numbers.append(f"{name} ", style="dim")
        numbers.append(f"{_end(value)}   ", style="bold")
    grid.add_row("estimate", numbers)
    grid.add_row("policy", Text(done.policy + (f" ({done.caveat})" if done.caveat else "")))
    if done.status:
        grid.add_row("status", Text(done.status))
    return grid


def _trace(done: Estimate, tally: Tally | None) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(justify="right", style="dim", no_wrap=True)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    known = _told(tally)
    for number, step in enumerate(done.steps, 1):
        text = Text(words.capital(words.clean(step.note)))
        # What was only kept or put together is quoted further down, where it decides something.
        if step.rule not in ("select", "collapse"):
            for line in _figures(step.figures, known):
                text.append("\n").append_text(line)
        grid.add_row(str(number), step.rule.replace("-", " "), text)
    return grid


def _figures(ids: Sequence[str], known: Mapping[str, str]) -> Iterable[Text]:
    """The words of the first few figures, each with who said it, when, and its id."""
    for i in ids[:QUOTED]:
        yield Text(f"· {known[i]} [{i}]" if i in known else f"· {i}", style="dim")
    if len(ids) > QUOTED:
        yield Text(f"· and {len(ids) - QUOTED} more", style="dim")


def _told(tally: Tally | None) -> dict[str, str]:
    """For each figure its words, its origin and its day."""
    if tally is None:
        return {}
    origins = {i: o.name for o in tally.origins.origins for v in o.voices for i in v.figures}
    told = {}
    for figure in tally.figures:
        quote = f"“{words.shorten(figure.quote, LONGEST_QUOTE)}”" if figure.quote else _bounds(figure)
        who = words.clean(origins.get(figure.id) or figure.source or "source not named")
        when = figure.said or figure.published
        told[figure.id] = f"{quote} {who}" + (f", {when}" if when is not None else "")
    return told


def _bounds(figure: Figure) -> str:
    return words.bounds(figure.low, figure.high)


def _caveats(done: Sequence[Estimate]) -> list[Text]:
    """Each caveat once, with the policies that it belongs to."""
    said: dict[str, list[str]] = {}
    for one in done:
        if one.caveat:
            said.setdefault(one.caveat, []).append(one.policy)
    lines = [Text(f"{', '.join(dict.fromkeys(names))}: {caveat}.", style="dim") for caveat, names in said.items()]
    return [*lines, Text(f"{OPEN} is open or not given, never nought.", style="dim")]


def _change(move: Move) -> Text:
    if move.by is not None:
        sign = "+" if move.by > 0 else "−"
        return Text(f"{sign}{words.number(abs(move.by))}", style="bold")
    return Text(f"{_end(move.before)} → {_end(move.after)}", style="bold")


def _end(value: Number | None) -> str:
    return OPEN if value is None else words.number(value)
