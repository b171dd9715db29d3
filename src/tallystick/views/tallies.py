"""Tallies in a terminal: the list, one tally whole, its origins as a tree.

Every number stands with its policy's name, and with "mentions -> origins": how often it was said, and by how many
independent voices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from tallystick.model.claims import Factuality
from tallystick.model.links import FigureChange
from tallystick.model.quantities import Figure, SceneLink
from tallystick.model.questions import Question, Understood
from tallystick.model.records import DocumentRecord, Held
from tallystick.model.tallies import Estimate, Origin, Origins, Tally, Voice
from tallystick.model.values import Number
from tallystick.views import words
from tallystick.views.clashes import clashes

LONGEST_QUOTE = 160
LONGEST_TITLE = 60
_UNNAMED = "text:unnamed:"  # begins the node of a place that a report does not name
# Reasons for one origin, figure ids of a step and notes that are shown; the rest are counted, and JSON holds them all.
REASONS_SHOWN, IDS_SHOWN, NOTES_SHOWN = 3, 3, 6


Revised = tuple[DocumentRecord, Sequence[FigureChange]]
"""A page's later capture, and what changed in it."""


class Row(NamedTuple):
    """One tally with what the asked policy makes of it."""

    tally: Tally
    estimate: Estimate
    title: str | None = None  # of the report that told of it first


def listing(rows: Sequence[Row], *, noted: bool = True) -> Group:
    """The tallies, one line each where the terminal is wide enough. noted: with the policy's name."""
    if not rows:
        return Group(Text("No tallies. Add reports with tallystick add, or ask for less.", style="dim"))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", expand=False)
    table.add_column("Tally", no_wrap=True, style="dim")
    for name in ("Low", "Best", "High"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Said", justify="right", no_wrap=True)
    table.add_column("Quantity", overflow="fold")
    labels = Counter(row.tally.label for row in rows)
    for row in rows:
        tally, estimate = row.tally, row.estimate
        quantity = Text()
        if tally.conflicts:
            quantity.append(f"{words.counted(len(tally.conflicts), 'conflict')}: ", style="red")
        quantity.append(words.capital(words.clean(tally.label)))
        if labels[tally.label] > 1 or undated(tally):
            quantity.append(f": {telling(tally, row.title)}", style="dim")
        table.add_row(
            tally.id[:8],
            _end(estimate.low),
            Text(_end(estimate.best), style="bold"),
            _end(estimate.high),
            f"{tally.origins.mentions} → {_range(tally.origins)}",
            quantity,
        )
    said = "Said: mentions → independent origins. – is open or unknown."
    if not noted:
        return Group(table, Text(said, style="dim"))
    policy = rows[0].estimate
    note = f"Low, best and high by {policy.policy}" + (f" ({policy.caveat})" if policy.caveat else "")
    return Group(table, Text(), Text(f"{note}. {said}", style="dim"))


def undated(tally: Tally) -> bool:
    """True for an event of which no day is known: its label is that of any other at the place."""
    window = tally.key.window
    return tally.key.incident is not None and window.start is None and (window.end_latest or window.end) is None


def telling(tally: Tally, title: str | None = None) -> str:
    """What tells a quantity from others of its name: what of it is unknown, and who told of it first, when."""
    where, first = tally.key.where, tally.first
    parts = ["day unknown"] if undated(tally) else []
    if tally.key.incident is not None and (where is None or where.node.startswith(_UNNAMED)):
        parts.append("place unknown")
    by = f" by {words.clean(first.publisher)}" if first.publisher else ""
    day = f"on {first.published}" if first.published is not None else "on a day unknown"
    told = f"first told {day}{by}" if first.published is not None or by else ""
    named = f"“{words.shorten(title or first.quote, LONGEST_TITLE)}”"
    return "; ".join([*parts, f"{told}, {named}" if told else named])


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
    return Text(words.capital(words.clean(tally.label)), style="bold").append(f"  {tally.id[:8]}", style="not bold dim")


def queue(figures: Sequence[tuple[Held, int]], links: Sequence[SceneLink]) -> Iterator[str]:
    """What waits for a person, one a line, with the command that decides it."""
    if figures:
        yield "Figures in conflict: is the report read rightly?"
    for held, number in figures:
        outlet = words.clean(held.document.publisher) if held.document.publisher else "outlet unknown"
        quote = words.shorten(held.claim.span.text, 36)
        yield f"  {held.id}  “{quote}”, {outlet} ({words.counted(number, 'conflict')})"
    if figures:
        yield "  decide: tallystick judge accept|correct|reject ID --by NAME"
    if links:
        yield "Reports that may tell of one event:"
    for link in links:
        why = "; ".join(words.clean(reason.note) for reason in link.evidence if reason.weight > 0 and reason.note)
        yield f"  {link.a} {link.b}  {link.score:.0%}: {words.shorten(why, 90)}"
    if links:
        yield "  decide: tallystick judge same|different ID ID --by NAME"


def whole(tally: Tally, estimate: Estimate, others: Sequence[Tally] = (), changed: Sequence[Revised] = ()) -> Group:
    """One tally: its range, who said what, how the policy came to it, and what cannot all be true.

    others are tallies that share its conflicts: their figures are told by name. changed are pages that gave one of its
    figures for another one without saying so, with what changed.
    """
    facts = _facts(tally, estimate)
    for record, changes in changed:
        for change in changes:
            facts.add_row("beware", f"{outlet(record)} changed a page, without saying so: {words.clean(change.note)}")
    parts: list[RenderableType] = [heading(tally), *_undated(tally), facts, Text(), origins(tally)]
    if steps := list(_steps(estimate)):
        parts += [Text(), Text(f"How {estimate.policy} came to it", style="bold"), _numbered(steps)]
    if tally.conflicts:
        told = clashes(tally.conflicts, [tally, *others], headed=False)
        parts += [Text(), Text("What cannot all be true", style="bold"), told]
    if tally.notes:
        parts += [Text(), Text("How words were read", style="bold")]
        parts += [Text(f"  {words.clean(note)}") for note in tally.notes[:NOTES_SHOWN]]
    if len(tally.notes) > NOTES_SHOWN:
        parts.append(Text(f"  and {len(tally.notes) - NOTES_SHOWN:,} more", style="dim"))
    return Group(*parts)


def outlet(record: DocumentRecord) -> str:
    """Who published it, else where it lies."""
    return words.clean(record.publisher or record.url or record.name or record.id)


def _undated(tally: Tally) -> list[Text]:
    return [Text(words.capital(telling(tally)), style="dim")] if undated(tally) else []


def _facts(tally: Tally, estimate: Estimate) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    best = "" if estimate.best is None else f", best {words.number(estimate.best)}"
    grid.add_row(estimate.policy, f"{words.bounds(estimate.low, estimate.high)}{best}")
    if estimate.status:
        grid.add_row("", words.clean(estimate.status))
    if estimate.caveat:
        grid.add_row("", Text(estimate.caveat, style="dim"))
    follows = words.bounds(tally.bounds.low, tally.bounds.high)
    if follows != words.UNKNOWN:
        way = " once the cheapest way out is taken" if tally.conflicts else ""
        grid.add_row("follows", f"{follows}, from everything that bears on it{way}")
    return grid


def said(found: Origins) -> str:
    """How often and by how many: "9 mentions in 6 reports by 5 outlets → 3 to 5 independent origins"."""
    outlets = words.counted(found.carriers, "outlet") if found.carriers else "outlets not known"
    many = f"{words.counted(found.mentions, 'mention')} in {words.counted(found.documents, 'report')} by {outlets}"
    return f"{many} → {_range(found)} independent {'origin' if _range(found) == '1' else 'origins'}"


def _range(found: Origins) -> str:
    if found.at_least == found.at_most:
        return str(found.at_least)
    return f"{found.at_least}–{found.at_most}"


def origins(tally: Tally, *, quotes: bool = True) -> Tree:
    """The origins as a tree: each origin with how often it is behind a mention, and each report that passes it on.

    quotes: with the words of each mention and its figure's id.
    """
    figures = {figure.id: figure for figure in tally.figures}
    tree = Tree(Text(said(tally.origins)), guide_style="dim")
    for origin in sorted(tally.origins.origins, key=lambda one: -_mentions(one)):
        branch = tree.add(_origin(origin, figures))
        for reason in _reasons(origin):
            branch.add(Text(reason, style="dim"))
        if not quotes and _mentions(origin) == 1:
            (alone,) = (figures[name] for voice in origin.voices for name in voice.figures)
            branch.label = Text.assemble(_origin(origin, figures), f"  {_way(alone, origin.name)}, {_day(alone)}")
            continue
        for voice in origin.voices:
            stem = branch
            if len({_plain(one.name) for one in origin.voices}) > 1:
                stem = branch.add(Text(_name(voice.name)))
            stem.add(_said_by(voice, origin, figures, quotes=quotes))
    names = {origin.id: _name(origin.name) for origin in tally.origins.origins}
    for doubt in tally.origins.doubts:
        pair = f"{names.get(doubt.a, doubt.a)} and {names.get(doubt.b, doubt.b)}"
        why = "; ".join(words.clean(reason.note) for reason in doubt.reasons)
        tree.add(Text(f"undecided: {pair} may be one origin ({why})", style="yellow"))
    return tree


def _mentions(origin: Origin) -> int:
    return sum(len(voice.figures) for voice in origin.voices)


def _origin(origin: Origin, figures: Mapping[str, Figure]) -> Text:
    """ "District hospital: 31  9 mentions → 1 origin"."""
    current = [figures[voice.current] for voice in origin.voices if voice.current in figures]
    value = ", ".join(dict.fromkeys(_value(figure) for figure in current))
    name = _name(origin.name)
    text = Text(words.capital(f"{name}: {value}" if value else name), style="bold")
    if (number := _mentions(origin)) > 1:
        text.append(f"  {number:,} mentions → 1 origin", style="not bold")
    return text


def _reasons(origin: Origin) -> Iterator[str]:
    """Why its voices are one origin, each reason once; that all name the same source goes without saying."""
    said_so = (words.clean(one.note) for one in origin.reasons)
    notes = {_plain(note): note for note in said_so if not note.startswith("both name")}
    # How a citation was followed, by the one that is cited: the same for each report that cites it.
    told = list({note.rpartition("” cites ")[2]: note for note in notes.values()}.values())
    for note in told[:REASONS_SHOWN]:
        yield f"why one: {note}"
    if len(told) > REASONS_SHOWN:
        yield f"         and {words.counted(len(told) - REASONS_SHOWN, 'reason')} more"


def _plain(name: str | None) -> str:
    return "" if name is None else name.casefold().removeprefix("the ")


def _name(name: str | None) -> str:
    return words.clean(name) if name else "source not named"


def _said_by(voice: Voice, origin: Origin, figures: Mapping[str, Figure], *, quotes: bool) -> Table:
    """A voice's mentions, oldest first: the day, the value, and the outlets through which it came."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    mentions = [figures[name] for name in voice.figures]
    now = figures.get(voice.current)
    # Without their words, mentions of one value by one outlet on one day look alike.
    alike = Counter((_day(f), _value(f), _way(f, origin.name)) for f in mentions)
    for figure in mentions:
        row = _day(figure), _value(figure), _way(figure, origin.name)
        text = Text(row[2])
        if quotes:
            text.append(f"  “{words.shorten(figure.quote, LONGEST_QUOTE)}”", style="italic")
            text.append(f"  {figure.id}", style="dim")
        elif (times := alike.pop(row, 0)) > 1:
            text.append(" (twice)" if times == 2 else f" ({times:,} times)")
        elif not times:
            continue  # told with the one before
        held = now is None or row[1] == _value(now)
        grid.add_row(row[0], Text(row[1], style="bold" if held else "dim"), text)
    return grid


def _day(figure: Figure) -> str:
    return str(figure.said or figure.published or "day unknown")


def _way(figure: Figure, origin: str | None) -> str:
    """The outlet and whom it has it from, as far as the origin: "Radio Sirba ← Liptako Wire"."""
    names = [figure.publisher or "the report", *(link.name or "source not named" for link in figure.chain)]
    kept = [name for at, name in enumerate(names) if at == 0 or _plain(name) != _plain(names[at - 1])]
    # "the governor of the region, Ibrahim Moussa" is Ibrahim Moussa.
    if len(kept) > 1 and origin and f" {_plain(kept[-1])}".endswith(f" {_plain(origin)}"):
        kept.pop()
    return " ← ".join(words.clean(name) for name in kept)


def _value(figure: Figure) -> str:
    if figure.factuality is not Factuality.DENIED:
        return words.bounds(figure.low, figure.high)
    if figure.low is None and figure.high is None:
        return f"denies {words.number(figure.value)}" if figure.value is not None else "denied"
    return f"denied, {words.bounds(figure.low, figure.high)}"


def _numbered(lines: Sequence[Text]) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True, justify="right", style="dim")
    grid.add_column(overflow="fold")
    for number, text in enumerate(lines, 1):
        grid.add_row(f"{number:>2}.", text)
    return grid


def _steps(estimate: Estimate) -> Iterator[Text]:
    for step in estimate.steps:
        text = Text(words.clean(step.note))
        if len(step.figures) > IDS_SHOWN:
            text.append(f"  [{len(step.figures):,} figures]", style="dim")
        elif step.figures:
            text.append(f"  [{', '.join(step.figures)}]", style="dim")
        yield text


def _end(value: Number | None) -> str:
    return "–" if value is None else words.number(value)
