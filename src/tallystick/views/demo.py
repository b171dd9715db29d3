"""The demo in a terminal: one figure as it was read, then the ledger, in an order that explains itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from tallystick.model.claims import Claim
from tallystick.model.links import FigureChange
from tallystick.model.records import Added, DocumentRecord
from tallystick.model.report import Report
from tallystick.model.tallies import Series
from tallystick.views import tallies as views
from tallystick.views import words
from tallystick.views.clashes import clashes
from tallystick.views.ledger import card
from tallystick.views.terminal_plot import plot

TALLIES = 5
PLOT_HEIGHT = 9


def one_figure(report: Report, claim: Claim) -> Group:
    """A figure as it was read, with everything that it is tied to."""
    head = f"One figure of one report ({words.publisher(report.document)}, {words.published(report.document)})"
    invented = Text("Every report, outlet and figure here is invented.\n", style="dim")
    return Group(invented, _head(head), _inset(card(report, claim)), Text())


def added(
    done: Added,
    revised: Sequence[tuple[DocumentRecord, DocumentRecord, Sequence[FigureChange]]],
    copied: Sequence[tuple[DocumentRecord, DocumentRecord, float]],
) -> Group:
    """What went into the ledger, which page was changed without a word about it, and which report is a copy."""
    lines = [f"{len(done.documents):,} reports with {done.claims:,} figures, kept with their original bytes."]
    for new, before, share in copied:
        lines.append(f"{views.outlet(new)} shares {share:.0%} of its words with {views.outlet(before)}: a copy.")
    for new, _, changes in revised:
        for change in changes:
            silent = ", without saying so" if change.silent else ""
            lines.append(f"{views.outlet(new)} changed a page: {words.clean(change.note)}{silent}.")
    return Group(_head("A ledger of eight reports: tallystick add"), *(_inset(Text(line)) for line in lines), Text())


def ledger(rows: Sequence[views.Row], series: Series, width: int) -> Iterator[RenderableType]:
    """The quantities, and of the first: who is behind it, what cannot all be true, what was known on which day."""
    main = rows[0].tally
    head = _head(f"What they count ({min(TALLIES, len(rows))} of {len(rows)}): tallystick tallies")
    yield Group(head, _inset(views.listing(rows[:TALLIES], noted=False)))
    yield Group(Text(), _head("Who is behind the first: tallystick origins"), _inset(views.origins(main, quotes=False)))
    if main.conflicts:
        told = clashes(main.conflicts, [row.tally for row in rows], headed=False)
        yield Group(Text(), _head("What cannot all be true: tallystick conflicts"), _inset(told))
    drawn = plot(series, width=width - 2, height=PLOT_HEIGHT)
    drawn.rstrip()
    yield Group(Text(), _head("What was known on which day: tallystick series"), _inset(drawn), Text())


def onward() -> Text:
    """Where to go next."""
    return Text(
        "Next, with reports of your own: tallystick read FILE for one of them, or\n"
        "tallystick add FOLDER and tallystick reconcile for a ledger of many.\n",
        style="dim",
    )


def _head(text: str) -> Text:
    return Text(text, style="bold")


def _inset(part: RenderableType) -> Padding:
    return Padding(part, (0, 0, 0, 2), expand=False)
