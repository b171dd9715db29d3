"""Commands that hand something out: card, report. And how verify tells what became of a card."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.cli.asking import AsOf, HeldBy
from tallystick.cli.common import EXCHANGING, LedgerAt, app, console, flowing, now, open_ledger

if TYPE_CHECKING:
    from collections.abc import Callable

Policies = Annotated[
    list[str] | None, typer.Option("--policy", metavar="NAME", help="An estimate by these rules; repeat for several.")
]

CARD_HELP = """Write a figure's evidence card: one file that opens anywhere and can be verified without this ledger.

It holds the quote in its context, what is counted, who said it, why it was read so, what people decided, the quantity
and its conflicts, and entries of the log with their proofs. Where a key lies beside the ledger (tallystick checkpoint
makes one), the card is signed.

[bold]Examples[/bold]

  tallystick card c1ba834c:2858406f --out card.html

  tallystick verify card.html
"""


@app.command(help=flowing(CARD_HELP), rich_help_panel=EXCHANGING)
def card(
    figure: Annotated[str, typer.Argument(metavar="FIGURE", help="A figure's id or its beginning.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write it: .html or .json.")],
    policy: Policies = None,
    text: Annotated[
        bool, typer.Option("--text", help="With the whole text, so that the quote's place in it is proved too.")
    ] = False,
    ledger: LedgerAt = None,
) -> None:
    from tallystick.jobs.cards import make_card
    from tallystick.views import card as views
    from tallystick.views import card_page

    kinds: dict[str, Callable[..., str]] = {".html": card_page.page, ".json": views.as_json}
    if out.suffix not in kinds:
        raise typer.BadParameter(f"--out {out}: a card is written as .html or .json.")
    with open_ledger(ledger) as opened:
        made = make_card(opened, figure, at=now(), policies=policies_of(policy, ["neutral"]), text=text)
    _write(out, kinds[out.suffix](made).encode())
    print(f"Wrote {out}: {made.evidence.headline} {made.evidence.what}, figure {made.figure}.")
    if made.proof.checkpoint is None:
        print(
            "It is not signed: there is no key. “tallystick checkpoint” makes one; then write the card again.",
            file=sys.stderr,
        )


REPORT_HELP = """Write a printable report of a quantity or an incident.

It holds the estimates with their traces, the range over time, who said it in which words, what cannot all be true,
every figure with its document, and the method.

A PDF takes its letters from the fonts of this machine; where one is missing, the report says so.

[bold]Examples[/bold]

  tallystick report t:b96be7 --out toll.pdf --policy neutral --policy ucdp-like

  tallystick report i3261ed8d --out incident.html
"""


@app.command(help=flowing(REPORT_HELP), rich_help_panel=EXCHANGING)
def report(
    name: Annotated[
        str, typer.Argument(metavar="ID", help="A quantity, a figure in it, or an incident; or a beginning.")
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write it: .html or .pdf.")],
    policy: Policies = None,
    as_of: AsOf = None,
    held_by: HeldBy = None,
    ledger: LedgerAt = None,
) -> None:
    from tallystick.jobs.printing import printed_report
    from tallystick.views import printed
    from tallystick.views.words import capital, clean, counted

    if out.suffix not in (".html", ".pdf"):
        raise typer.BadParameter(f"--out {out}: a report is written as .html or .pdf.")
    with open_ledger(ledger) as opened:
        wanted = policies_of(policy, ["neutral"])
        made = printed_report(opened, name, at=now(), policies=wanted, known_by=as_of, held_by=held_by)
    if out.suffix == ".pdf":
        from tallystick.views.pdf import pdf

        _write(out, pdf(made))
    else:
        _write(out, printed.page(made).encode())
    print(f"Wrote {out}: {capital(clean(made.title))}, {counted(len(made.quantities), 'quantity', 'quantities')}.")


def policies_of(given: list[str] | None, usual: list[str]) -> list[str]:
    """The policies asked for, by their full names. Ends the command where there is none of that name."""
    from tallystick.errors import UnknownPolicy
    from tallystick.reconcile.policies import policy

    try:
        return [policy(name, ledger=True).name for name in given or usual]
    except UnknownPolicy as error:
        raise typer.BadParameter(f"--policy: {error}") from error


def _write(out: Path, data: bytes) -> None:
    try:
        out.write_bytes(data)
    except OSError as error:
        raise typer.BadParameter(f"{out} cannot be written ({error.strerror}).") from error


def verify_card(file: Path, ledger: str | None, key: str | None) -> None:
    """Prints what a card's checks came to. Leaves with 1 where something is altered, 3 where it has been overtaken."""
    from tallystick.jobs.card_checks import check_card
    from tallystick.views.words import clean

    try:
        data = file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read ({error.strerror}).") from error
    if ledger is None:
        verdict = check_card(data, key=key)
    else:
        with open_ledger(ledger) as opened:
            verdict = check_card(data, key=key, ledger=opened)
    for check in verdict.checks:
        told = f"{check.outcome.value.upper():<14} {check.of}: {clean(check.note)}"
        print(fill(told, max(40, console().width), subsequent_indent=" " * 15, break_long_words=False))
    if verdict.altered:
        print("The card is ALTERED, or was never what it says. Do not rely on it.")
        raise typer.Exit(1)
    if verdict.outdated:
        print(f"The card of {verdict.figure} holds for when it was made; see what has changed or was not compared.")
        raise typer.Exit(3)
    print(f"The card of {verdict.figure} holds. It proves that somebody recorded this, not that it is true.")
