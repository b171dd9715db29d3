"""Commands over single reports: read, code, and what they rest on: policies, lexicon, doctor."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.cli.common import (
    Encoding,
    Failures,
    Jobs,
    Policy,
    Published,
    Publisher,
    app,
    console,
    cores,
    flowing,
    show,
)
from tallystick.errors import TallystickError, UnknownClaim, UnknownPolicy

if TYPE_CHECKING:
    from tallystick.model.claims import Claim
    from tallystick.model.report import Report
    from tallystick.model.text import Document
    from tallystick.pipeline import Unread

# From this many documents on, a progress bar is shown on a terminal.
MANY = 8


class Format(StrEnum):
    """How coded rows are written."""

    CSV = "csv"
    JSONL = "jsonl"


Files = Annotated[
    list[str], typer.Argument(metavar="FILE", help="Reports: text, HTML, PDF, e-mail; - reads one from standard input.")
]


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What was asked to be read."""

    files: Sequence[str]
    published: date | None = None
    publisher: str | None = None
    encoding: str | None = None
    jobs: int = 1

    def outcomes(self) -> Iterator[Report | Unread]:
        """A report, or why there is none, for each file in order; a progress bar where there are many."""
        from tallystick.pipeline import attempt_many

        outcomes = attempt_many(self._documents(), jobs=min(cores(self.jobs), len(self.files)))
        if len(self.files) < MANY or not sys.stderr.isatty():
            yield from outcomes
            return
        from rich.progress import track

        yield from track(outcomes, "Reading", total=len(self.files), console=console(stderr=True), transient=True)

    def _documents(self) -> Iterator[Document | Unread]:
        from tallystick.pipeline import Unread, attempt_document
        from tallystick.read import LIMITS, Origin, read_one

        for file in self.files:
            if file == "-":
                origin = Origin("standard input", self.published, self.publisher, encoding=self.encoding)
                try:
                    yield read_one(sys.stdin.buffer.read(LIMITS.bytes + 1), origin)
                except TallystickError as error:
                    yield Unread("standard input", error)
            else:
                yield attempt_document(file, published=self.published, publisher=self.publisher, encoding=self.encoding)


READ_HELP = """Read reports and print the ledger of their figures.

A figure is given with its comparator, what was counted, who, where, when, who said so, how sure they are, and
the words. What the report does not say is shown as unknown.

[bold]Examples[/bold]

  tallystick read report.txt --published 2024-05-14

  tallystick read report.txt --json | jq '.claims[].count'

  tallystick read report.txt --html report.html

  tallystick read report.txt --explain 2

  curl -s ... | tallystick read - --publisher "The Herald"

  tallystick read reports/*.txt --jobs 0 --json > claims.jsonl

One file gives one JSON object, several give JSON Lines: one object a line, in the order of the files.
A file that cannot be read is reported on standard error; the others are read, and the exit code is 1.
"""


@app.command(help=flowing(READ_HELP))
def read(
    files: Files,
    published: Published = None,
    publisher: Publisher = None,
    json: Annotated[bool, typer.Option("--json", help="Print the claims as JSON (docs/reference/json.md).")] = False,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT",
            help="Write one offline page: the text with its figures marked, beside their "
            "fields. For several files OUT is a folder.",
        ),
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Say why: the lexicon entries that fired, what they mean, and the parse. ID is "
            "a figure's number in the ledger, a claim's id, or its beginning.",
        ),
    ] = None,
    jobs: Jobs = 1,
    encoding: Encoding = None,
) -> None:
    if explain is not None and html is not None:
        raise typer.BadParameter("--explain prints one claim and cannot be combined with --html.")
    failures = Failures()
    reports = failures.reports(_Inputs(files, published, publisher, encoding, jobs).outcomes())
    if explain is not None:
        _explain(list(reports), explain, json)
    elif html is not None:
        _pages(reports, html, many=len(files) > 1, json=json)
    elif json:
        _json(reports, many=len(files) > 1)
    else:
        from tallystick.views.ledger import ledger

        for report in reports:
            show(ledger(report, console().width))
    failures.end()


def _json(reports: Iterable[Report], *, many: bool) -> None:
    import json

    from tallystick.views.records import report_record

    for report in reports:
        print(json.dumps(report_record(report), ensure_ascii=False, indent=None if many else 2))


def _pages(reports: Iterable[Report], out: Path, *, many: bool, json: bool) -> None:
    from tallystick.views.page import page

    if many:
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise typer.BadParameter(f"--html {out}: for several files OUT is a folder ({error.strerror}).") from error
    used: set[str] = set()
    for report in reports:
        target = out
        if many:
            stem = original = Path(report.document.name or "report").stem or "report"
            number = 1
            while stem in used:
                number += 1
                stem = f"{original}-{number}"
            used.add(stem)
            target = out / f"{stem}.html"
        try:
            target.write_text(page(report), encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise typer.BadParameter(f"--html {target}: cannot be written ({error.strerror}).") from error
        print(f"Wrote {target}", file=sys.stderr)
        if json:
            _json([report], many=many)


def _explain(reports: Sequence[Report], claim_id: str, as_json: bool) -> None:
    import json

    from tallystick.pipeline import parse_of
    from tallystick.views.explain import explanation, explanation_record

    problem: UnknownClaim | None = None
    for report in reports:
        try:
            claim = _chosen(report, claim_id)
        except UnknownClaim as error:
            problem = error
            continue
        parse = parse_of(report, claim)
        if as_json:
            print(json.dumps(explanation_record(claim, parse), ensure_ascii=False, indent=2))
        else:
            show(explanation(report, claim, parse))
        return
    if problem is not None:
        raise typer.BadParameter(f"--explain {claim_id}: {problem} Print the ledger to see them all.")


def _chosen(report: Report, wanted: str) -> Claim:
    """The claim with that number in the ledger, or with that id. Raises UnknownClaim."""
    if re.fullmatch(r"[1-9]\d{0,3}", wanted, re.ASCII) and int(wanted) <= len(report.claims):
        return report.claims[int(wanted) - 1]
    return report.claim(wanted)


CODE_HELP = """Code reports: one row an incident, as a coder would write it.

A row holds date, place, actors, killed low/best/high and wounded, under a named policy, and the ids of the
claims it rests on. Unknown is an empty cell (CSV) or null (JSON Lines), never 0.

[bold]Examples[/bold]

  tallystick code report.txt --published 2024-05-14

  tallystick code reports/*.txt --policy ucdp-like --jobs 0 > incidents.csv

  tallystick code report.txt --format jsonl
"""


@app.command(help=flowing(CODE_HELP))
def code(
    files: Files,
    published: Published = None,
    publisher: Publisher = None,
    format: Annotated[Format, typer.Option(help="CSV for spreadsheets, JSON Lines for programs.")] = Format.CSV,
    policy: Policy = "neutral",
    jobs: Jobs = 1,
    encoding: Encoding = None,
) -> None:
    from tallystick import pipeline
    from tallystick.reconcile import policies
    from tallystick.views import coding

    try:
        policies.policy(policy)  # an unknown name is refused before minutes of reading
    except UnknownPolicy as error:
        raise typer.BadParameter(f"--policy: {error}") from error
    failures = Failures()
    reports = failures.reports(_Inputs(files, published, publisher, encoding, jobs).outcomes())
    coded = list(reports)
    rows = pipeline.code(coded, policy)
    names = {report.document.text_sha256: report.document.name or "" for report in coded}
    sys.stdout.write(coding.as_csv(rows, names) if format is Format.CSV else coding.as_jsonl(rows, names))
    failures.end()


@app.command()
def policies() -> None:
    """List the policies that turn words into numbers, and what each does."""
    from tallystick.reconcile.policies import POLICIES
    from tallystick.views import coding

    show(coding.policies((p.name, p.summary, p.note) for p in POLICIES.values()))


@app.command()
def lexicon(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A file (comparators) or an entry (comparators/up-to).")
    ] = None,
) -> None:
    """Show the lexicon: the entries that a claim names as its reasons, their meanings and examples."""
    from tallystick import lexicon as lexicons
    from tallystick.views import lexicons as views

    if name is None:
        show(views.files())
        return
    file, _, entry = name.partition("/")
    if file not in lexicons.names():
        raise typer.BadParameter(f"the lexicon has no file {file!r}. Its files: {', '.join(lexicons.names())}.")
    loaded = lexicons.load(file)
    if entry and entry not in loaded.entries:
        raise typer.BadParameter(
            f"lexicon file {file} has no entry {entry!r}. Its entries: {', '.join(loaded.entries)}."
        )
    show(views.entries([loaded[entry]] if entry else loaded))


@app.command()
def doctor() -> None:
    """Check the installation: versions, the parser's files, the gazetteer, the lexicon."""
    from tallystick.doctor import checks

    worst = 0
    for check in checks():
        print(f"{'ok  ' if check.ok else 'FAIL'}  {check.name:<22} {check.finding}")
        worst |= not check.ok
    raise typer.Exit(int(worst))
