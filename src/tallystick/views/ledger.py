"""The ledger in a terminal: a table where it is wide, one card a figure where it is narrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tallystick.model.claims import Claim, Factuality
from tallystick.model.report import Report
from tallystick.views import words

# Below this the table's nine columns would break words apart; looked at with 80 to 200 columns.
TABLE_FROM = 132
# Longer phrases are cut in the ledger; the page and the JSON hold them whole.
LONGEST_WORDS = 240

_FIRM = (Factuality.ASSERTED, Factuality.ACKNOWLEDGED)


def ledger(report: Report, width: int) -> Group:
    """Header, figures and footer for a terminal of that many columns."""
    body = _table(report) if width >= TABLE_FROM else _cards(report, report.claims)
    parts: list[RenderableType] = [_header(report)]
    if report.claims:
        parts += [Text(), body]
    parts += [Text(), _footer(report), Text()]
    return Group(*parts)


def _header(report: Report) -> Group:
    document = report.document
    title = words.clean(document.title or document.name or "standard input")
    lines = [Text(title, style="bold"), Text(f"published  {_published(report)}")]
    bounds = document.published_bounds
    if document.published is None and bounds is not None and bounds.reasons:
        lines.append(_hanging("because", "; ".join(words.clean(reason) for reason in bounds.reasons)))
    if document.publisher:
        lines.append(Text(f"publisher  {words.clean(document.publisher)}"))
    if document.language is None:
        lines.append(Text(f"language   {words.NOT_ENGLISH}", style="yellow"))
    return Group(*lines)


def _published(report: Report) -> str:
    known = words.published(report.document)
    return f"{known} (pass --published YYYY-MM-DD to resolve “Friday”)" if known == words.UNKNOWN else known


def _hanging(label: str, value: str) -> Text:
    return Text(f"{label:<9}  {words.shorten(value, LONGEST_WORDS)}")


def _footer(report: Report) -> Text:
    count = len(report.claims)
    noun = "figure" if count == 1 else "figures"
    text = f"{count or 'No'} {noun}; {report.parsed} of {report.sentences} sentences could hold one and were parsed."
    return Text(text, style="dim")


def _numbers(report: Report) -> dict[str, int]:
    return {claim.id: index for index, claim in enumerate(report.claims, 1)}


def _what(claim: Claim) -> str:
    unit = words.unit(claim.count)
    notes = [note for note in (unit, words.accumulation(claim)) if note]
    return f"{words.measure(claim)} ({', '.join(notes)})" if notes else words.measure(claim)


def _figure(claim: Claim) -> Text:
    text = Text(words.figure(claim.count), style="bold")
    if note := words.form_note(claim.count):
        text.append(f" ({note})", style="not bold")
    return text


def _who(claim: Claim) -> str:
    by = f", by {words.who(claim.actor)}" if claim.actor else ""
    return words.who(claim.population) + by


def _when(claim: Claim) -> str:
    days = words.when(claim.period, claim.time)
    if claim.time is None or "“" in days:
        return days
    return f"{days} “{words.clean(claim.time.span.text)}”"


def _sure_style(claim: Claim) -> str:
    if claim.factuality is Factuality.DENIED:
        return "red"
    return "green" if claim.factuality in _FIRM else "yellow"


def _faint(value: str) -> Text:
    return Text(value, style="dim" if value == words.UNKNOWN else "")


def _table(report: Report) -> Table:
    numbers = _numbers(report)
    table = Table(show_lines=True, expand=True, padding=(0, 1), header_style="bold")
    for name, ratio in (
        ("Figure", 11),
        ("What", 10),
        ("Who", 14),
        ("Where", 11),
        ("When", 11),
        ("Who said so", 18),
        ("How sure", 10),
        ("In the report's words", 24),
    ):
        if name == "Figure":
            table.add_column("", justify="right", no_wrap=True)
        table.add_column(name, ratio=ratio, overflow="fold")
    for index, claim in enumerate(report.claims, 1):
        sure = "\n".join((*words.sure(claim), *words.relations(claim, numbers)))
        table.add_row(
            str(index),
            _figure(claim),
            Text(_what(claim)),
            _faint(_who(claim)),
            _faint(words.where(claim.place)),
            _faint(_when(claim)),
            Text("\n→ ".join(words.chain(claim, report.document))),
            Text(sure, style=_sure_style(claim)),
            Group(Text(f"“{words.shorten(claim.span.text, LONGEST_WORDS)}”"), Text(claim.id[:8], style="dim")),
        )
    return table


def card(report: Report, claim: Claim) -> Table:
    """One figure of the report as a card."""
    return _cards(report, (claim,))


def _cards(report: Report, claims: Sequence[Claim]) -> Table:
    numbers = _numbers(report)
    grid = Table.grid(padding=(0, 2), expand=True)
    grid.add_column(justify="right", no_wrap=True, style="bold")
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(ratio=1, overflow="fold")
    for claim in claims:
        if grid.row_count:
            grid.add_row()
        head = _figure(claim)
        head.append(f" {_what(claim)}")
        grid.add_row(str(numbers[claim.id]), claim.id[:8], head)
        for label, value in _lines(claim, report, numbers):
            grid.add_row("", label, value)
    return grid


def _lines(claim: Claim, report: Report, numbers: dict[str, int]) -> Iterator[tuple[str, Text]]:
    yield "who", _faint(_who(claim))
    yield "where", _faint(words.where(claim.place))
    yield "when", _faint(_when(claim))
    yield "said by", Text(" → ".join(words.chain(claim, report.document)))
    yield "how sure", Text(" · ".join(words.sure(claim)), style=_sure_style(claim))
    if relations := ", ".join(words.relations(claim, numbers)):
        yield "relation", Text(relations)
    yield "words", Text(f"“{words.shorten(claim.span.text, LONGEST_WORDS)}”", style="italic")
