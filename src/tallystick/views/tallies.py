"""Tallies in a terminal: the list, one tally whole, its origins as a tree, its conflicts as sentences.

Every number stands with its policy's name, and with "mentions -> origins": how often it was said, and by how many
independent voices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from tallystick.model.constraints import Conflict, Repair
from tallystick.model.quantities import Figure, SceneLink
from tallystick.model.questions import Question, Understood
from tallystick.model.records import Held
from tallystick.model.tallies import Estimate, Origin, Origins, Tally
from tallystick.model.values import Number
from tallystick.views import words

LONGEST_QUOTE = 160
# Repairs shown under a conflict: the cheapest; JSON holds them all.
REPAIRS_SHOWN = 3


class Row(NamedTuple):
    """One tally with what the asked policy makes of it."""

    tally: Tally
    estimate: Estimate


def listing(rows: Sequence[Row]) -> Group:
    """The tallies, one line each where the terminal is wide enough."""
    if not rows:
        return Group(Text("No tallies. Add reports with tallystick add, or ask for less.", style="dim"))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", expand=False)
    table.add_column("Tally", no_wrap=True, style="dim")
    for name in ("Low", "Best", "High"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Said", justify="right", no_wrap=True)
    table.add_column("Quantity", overflow="fold")
    for tally, estimate in rows:
        quantity = Text(_upper(words.clean(tally.label)))
        if tally.conflicts:
            quantity.append(f"  {_count(len(tally.conflicts), 'conflict')}", style="red")
        table.add_row(
            tally.id[:8],
            _end(estimate.low),
            Text(_end(estimate.best), style="bold"),
            _end(estimate.high),
            f"{tally.origins.mentions} → {_range(tally.origins)}",
            quantity,
        )
    policy = rows[0].estimate
    note = f"Low, best and high by {policy.policy}" + (f" ({policy.caveat})" if policy.caveat else "")
    said = "Said: mentions → independent origins. – is open or unknown."
    return Group(table, Text(), Text(f"{note}. {said}", style="dim"))


def as_of(question: Question) -> Text:
    """What the answer leaves out by its clocks; empty where it leaves out nothing."""
    parts = []
    if question.known_by is not None:
        parts.append(f"as publicly known on {question.known_by}")
    if question.held_by is not None:
        parts.append(f"as this ledger held it on {question.held_by:%Y-%m-%d %H:%M} UTC")
    return Text(f"{' and '.join(parts)}.\n" if parts else "", style="dim", end="")


def understood(found: Understood) -> Iterator[str]:
    """How a question in plain words was read, on one or two lines."""
    if found.read:
        yield "Read as: " + "; ".join(f"“{words.clean(text)}” {meaning}" for text, meaning in found.read)
    if found.left:
        yield f"Looked for in the text: {', '.join(words.clean(word) for word in found.left)}"


def heading(tally: Tally) -> Text:
    """The quantity in words, with the tally's id."""
    return Text(_upper(words.clean(tally.label)), style="bold").append(f"  {tally.id[:8]}", style="not bold dim")


def queue(figures: Sequence[tuple[Held, int]], links: Sequence[SceneLink]) -> Iterator[str]:
    """What waits for a person, one a line, with the command that decides it."""
    for held, number in figures:
        quote = words.shorten(held.claim.span.text, 70)
        yield f"figure {held.id}  in {_count(number, 'conflict')}: “{quote}”"
    if figures:
        yield "  decide: tallystick judge accept|correct|reject ID --by NAME"
    for link in links:
        why = "; ".join(words.clean(reason.note) for reason in link.evidence[:3])
        yield f"events {link.a} and {link.b}  one event? {link.score:.0%}: {why}"
    if links:
        yield "  decide: tallystick judge same|different ID ID --by NAME"


def whole(tally: Tally, estimate: Estimate) -> Group:
    """One tally: its range, who said what, what follows for it, and what cannot all be true."""
    head = Text(_upper(words.clean(tally.label)), style="bold")
    parts: list[RenderableType] = [head, _facts(tally, estimate), Text(), origins(tally)]
    if steps := list(_steps(estimate)):
        parts += [Text(), Text(f"How {estimate.policy} came to it", style="bold"), *steps]
    if tally.conflicts:
        parts += [Text(), Text("What cannot all be true", style="bold"), conflicts(tally.conflicts, tally.repairs)]
    parts += [Text(f"Note: {words.clean(note)}", style="dim") for note in tally.notes]
    return Group(*parts)


def _facts(tally: Tally, estimate: Estimate) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    best = "none" if estimate.best is None else words.number(estimate.best)
    grid.add_row(estimate.policy, f"{words.bounds(estimate.low, estimate.high)}, best {best}")
    if estimate.status:
        grid.add_row("status", words.clean(estimate.status))
    if estimate.caveat:
        grid.add_row("", Text(estimate.caveat, style="dim"))
    grid.add_row("follows", words.bounds(tally.bounds.low, tally.bounds.high))
    grid.add_row("said", said(tally.origins))
    grid.add_row("tally", tally.id)
    return grid


def said(found: Origins) -> str:
    """How often and by how many: "9 mentions in 6 reports by 5 outlets → 3 to 5 independent origins"."""
    many = (
        f"{_count(found.mentions, 'mention')} in {_count(found.documents, 'report')} "
        f"by {_count(found.carriers, 'outlet')}"
    )
    return f"{many} → {_range(found)} independent {'origin' if _range(found) == '1' else 'origins'}"


def _range(found: Origins) -> str:
    if found.at_least == found.at_most:
        return str(found.at_least)
    return f"{found.at_least}–{found.at_most}"


def origins(tally: Tally) -> Tree:
    """The origins as a tree: origin, voice, and each report that passes it on, with its words."""
    figures = {figure.id: figure for figure in tally.figures}
    tree = Tree(Text(said(tally.origins)), guide_style="dim")
    for origin in tally.origins.origins:
        branch = tree.add(Text(_origin(origin, figures), style="bold"))
        for reason in origin.reasons:
            branch.add(Text(f"one origin: {words.clean(reason.note)}", style="dim"))
        for voice in origin.voices:
            stem = branch
            if len(origin.voices) > 1:
                stem = branch.add(Text(_name(voice.name)))
            for figure_id in voice.figures:
                stem.add(_mention(figures[figure_id], current=figure_id == voice.current))
    names = {origin.id: _name(origin.name) for origin in tally.origins.origins}
    for doubt in tally.origins.doubts:
        pair = f"{names.get(doubt.a, doubt.a)} and {names.get(doubt.b, doubt.b)}"
        why = "; ".join(words.clean(reason.note) for reason in doubt.reasons)
        tree.add(Text(f"undecided: {pair} may be one origin ({why})", style="yellow"))
    return tree


def _origin(origin: Origin, figures: Mapping[str, Figure]) -> str:
    current = [figures[voice.current] for voice in origin.voices if voice.current in figures]
    value = ", ".join(dict.fromkeys(_value(figure) for figure in current))
    return f"{_name(origin.name)}: {value}" if value else _name(origin.name)


def _name(name: str | None) -> str:
    return words.clean(name) if name else "source not named"


def _mention(figure: Figure, current: bool) -> Text:
    day = str(figure.said or figure.published or "day unknown")
    carriers = [figure.publisher or "the report", *(link.name or "source not named" for link in figure.chain)]
    if len(carriers) > 1 and carriers[0].casefold() == carriers[1].casefold():
        carriers = carriers[1:]
    text = Text(f"{day}  ", style="" if current else "dim")
    text.append(_value(figure), style="bold" if current else "dim")
    text.append(f"  {' ← '.join(words.clean(name) for name in carriers)}  ")
    text.append(f"“{words.shorten(figure.quote, LONGEST_QUOTE)}”", style="italic")
    text.append(f"  {figure.id}", style="dim")
    if not current:
        text.append("  (replaced by a later word)", style="dim")
    return text


def _value(figure: Figure) -> str:
    denied = "denies " if figure.factuality.value == "denied" else ""
    return denied + words.bounds(figure.low, figure.high)


def conflicts(found: Iterable[Conflict], repairs: Sequence[Repair] = ()) -> Group:
    """Each conflict as one sentence, then the cheapest ways out."""
    parts: list[RenderableType] = []
    for conflict in found:
        kind = Text(f"{_upper(conflict.kind.value)}: ", style="red")
        parts.append(kind.append(words.clean(conflict.sentence), style="default"))
    cheapest = sorted(repairs, key=lambda repair: (repair.cost, repair.drop))
    for index, repair in enumerate(cheapest[:REPAIRS_SHOWN]):
        label = "Holds if " if index == 0 else "     or "
        parts.append(Text(label, style="green").append(_lower(words.clean(repair.sentence)), style="default"))
    if len(cheapest) > REPAIRS_SHOWN:
        parts.append(Text(f"         and {len(cheapest) - REPAIRS_SHOWN} dearer ways out", style="dim"))
    return Group(*parts)


def _steps(estimate: Estimate) -> Iterator[RenderableType]:
    for number, step in enumerate(estimate.steps, 1):
        used = f"  [{', '.join(step.figures)}]" if step.figures else ""
        text = Text(f"{number:>2}. ", style="dim")
        text.append(words.clean(step.note))
        yield text.append(f"{used}  {step.rule}", style="dim")


def _end(value: Number | None) -> str:
    return "–" if value is None else words.number(value)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
