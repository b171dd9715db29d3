"""What every command needs: the program itself, options that several share, and how results and errors are shown."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.errors import TallystickError
from tallystick.version import __version__

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from tallystick.ledger.store import Ledger
    from tallystick.model.report import Report
    from tallystick.pipeline import Unread

# Panels of the help, in the order of the work.
READING = "Read single reports"
KEEPING = "Keep a ledger"
ASKING = "Ask a ledger"
EXCHANGING = "Exchange with other programs"

DEFAULT_LEDGER = "tallystick.db"

app = typer.Typer(
    name="tallystick",
    help="Read reporting about armed conflict and keep a ledger of [bold]who said how many[/bold].\n\n"
    "Every figure is tied to the words that state it, the people who said it, and the place and day it holds for.",
    epilog="Start with: [bold]tallystick demo[/bold], then [bold]tallystick read --help[/bold].",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def day(text: str) -> date:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise typer.BadParameter(f"{text!r} is no day of the calendar written YYYY-MM-DD, such as 2024-05-14.")


def moment(text: str) -> datetime:
    """A time written YYYY-MM-DD, its whole day, or with THH:MM; UTC unless a zone is given."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return datetime.combine(day(text), time.max, UTC)
        if re.match(r"\d{4}-\d{2}-\d{2}T\d{2}", text, re.ASCII):
            found = datetime.fromisoformat(text)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except ValueError:
        pass
    raise typer.BadParameter(f"{text!r} is no time written YYYY-MM-DD or YYYY-MM-DDTHH:MM.")


def cores(number: int) -> int:
    return number or os.cpu_count() or 1


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tallystick {__version__}")
        raise typer.Exit


Published = Annotated[
    date | None,
    typer.Option(
        parser=day,
        metavar="YYYY-MM-DD",
        help="The day the reports were published: fixes “Friday” and “last month”. Without it, an interval is "
        "inferred from the text, and what it cannot fix stays unknown.",
    ),
]
Publisher = Annotated[str | None, typer.Option(metavar="NAME", help="The outlet: the first link of every chain.")]
Encoding = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The files' encoding, where it is neither UTF-8 nor marked nor Windows-1252."),
]
LedgerAt = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="LEDGER",
        envvar="TALLYSTICK_LEDGER",
        help="The ledger: a file, or a postgresql:// URL. Default: tallystick.db in this folder.",
    ),
]
Jobs = Annotated[int, typer.Option(min=0, metavar="N", help="Processes to read with; 0 takes every core.")]
Policy = Annotated[
    str, typer.Option(metavar="NAME", help="The rules that turn words into numbers: see tallystick policies.")
]


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


class Failures:
    """Counts what could not be read, and says so on standard error at once."""

    def __init__(self) -> None:
        self.count = 0

    def reports(self, outcomes: Iterable[Report | Unread]) -> Iterator[Report]:
        """The reports among the outcomes."""
        from tallystick.pipeline import Unread

        for outcome in outcomes:
            if isinstance(outcome, Unread):
                self.count += 1
                complain(outcome.error)
            else:
                yield outcome

    def end(self) -> None:
        """Leaves with exit code 1 when anything failed."""
        if self.count:
            raise typer.Exit(1)


def complain(error: TallystickError) -> None:
    print(f"{type(error).__name__}: {error}", file=sys.stderr)


def console(stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=False)


def show(*parts: RenderableType) -> None:
    screen = console()
    for part in parts:
        with screen.capture() as captured:
            screen.print(part)
        # Padding up to the terminal's edge would stand in every copied line and every saved file.
        sys.stdout.write("\n".join(line.rstrip(" ") for line in captured.get().split("\n")))


def flowing(text: str) -> str:
    """The text with the line breaks inside its paragraphs taken out: the terminal's width decides."""
    return "\n\n".join(part if part.startswith(" ") else part.replace("\n", " ") for part in text.strip().split("\n\n"))


def now() -> datetime:
    """The time by this machine's clock, in UTC."""
    return datetime.now(UTC)


def open_ledger(where: str | None) -> Ledger:
    """The ledger asked for. Raises NoLedger."""
    from tallystick.ledger.store import Ledger

    return Ledger.open(where or DEFAULT_LEDGER)


def create_ledger(where: str | None) -> Ledger:
    """The ledger asked for, made where there is none."""
    from tallystick.ledger.store import Ledger

    return Ledger.open_or_create(where or DEFAULT_LEDGER, now=now())


def by_name(where: str) -> str:
    """A ledger's place as it may be shown: without the password."""
    return re.sub(r"(?<=//)([^:/@]*):[^@/]*@", r"\1@", where)
