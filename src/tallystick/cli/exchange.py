"""Commands that exchange with other programs: export, import, lint."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tallystick.cli.asking import (
    Actor,
    AsOf,
    Country,
    HeldBy,
    Measure,
    Outlet,
    Place,
    Since,
    Source,
    Status,
    Until,
    Words,
    question_of,
)
from tallystick.cli.common import EXCHANGING, LedgerAt, app, flowing, now, open_ledger
from tallystick.cli.policies import Ranking, known

EXPORT_HELP = """Export a ledger in a format that others read, with a note beside it of what that format loses.

[bold]Examples[/bold]

  tallystick export ucdp events.csv --country ML

  tallystick export jsonl claims.jsonl --as-of 2024-03-15

  tallystick export acled rows.csv --policy acled-like

Formats: csv, jsonl, parquet, ucdp, acled, airwars, ibc, gkg, plover, ftm, annotations, prov, geojson, labelstudio,
webanno, claimreview, capture. docs/reference/exports.md lists their columns and what each loses.
"""


@app.command(help=flowing(EXPORT_HELP), rich_help_panel=EXCHANGING)
def export(
    format: Annotated[str, typer.Argument(metavar="FORMAT", help="The name of a format.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write; for some formats a folder.")],
    ledger: LedgerAt = None,
    measure: Measure = None,
    actor: Actor = None,
    status: Status = None,
    place: Place = None,
    country: Country = None,
    since: Since = None,
    until: Until = None,
    publisher: Outlet = None,
    source: Source = None,
    words: Words = None,
    as_of: AsOf = None,
    held_by: HeldBy = None,
    policy: Annotated[
        str | None, typer.Option(metavar="NAME", help="How figures are estimated; each format has its own default.")
    ] = None,
    ranking: Ranking = None,
) -> None:
    from tallystick.jobs.exporting import export as run
    from tallystick.jobs.questions import scope_of
    from tallystick.views.exports import FORMATS
    from tallystick.views.words import counted

    if format not in FORMATS:
        raise typer.BadParameter(f"there is no format {format!r}. Choose among {', '.join(FORMATS)}.")
    if ranking is not None and policy is None:
        raise typer.BadParameter("--ranking goes with --policy ecc-source-rank: without it nothing is ranked.")
    by = None if policy is None else known(policy, ranking)

    question = question_of(
        measure, actor, status, place, country, since, until, publisher, source, words, as_of, held_by
    )
    with open_ledger(ledger) as opened:
        done = run(opened, format, out, now=now(), question=question, policy=by, scope=scope_of(question))
    under = f" under {done.policy}" if done.policy else ""
    print(f"Wrote {', '.join(str(file) for file in done.files)}: {counted(done.rows, 'row')}{under}.")
    print(f"{format} cannot hold everything: {done.files[-1].name} says what is lost.", file=sys.stderr)
    for line in done.left_out:
        print(f"Left out: {line}", file=sys.stderr)


IMPORT_HELP = """Attach evidence to coded rows: for each row of a UCDP-GED or ACLED table, the ledger's figures for it.

A row without evidence is said to be so; several candidates are all listed, never silently picked.

[bold]Examples[/bold]

  tallystick import GEDEvent.csv --out evidence.csv

  tallystick import acled.csv --out evidence.jsonl
"""


@app.command("import", help=flowing(IMPORT_HELP), rich_help_panel=EXCHANGING)
def import_(
    table: Annotated[Path, typer.Argument(metavar="FILE", help="A UCDP-GED or ACLED CSV.")],
    ledger: LedgerAt = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write the evidence: .csv or .jsonl.")
    ] = None,
    as_of: AsOf = None,
    held_by: HeldBy = None,
) -> None:
    from tallystick.jobs.importing import evidence
    from tallystick.model.questions import Question
    from tallystick.views import evidence as views

    with open_ledger(ledger) as opened:
        matched = evidence(opened, table, Question(known_by=as_of, held_by=held_by))
    if out is None:
        for line in views.lines(matched):
            print(line)
    elif out.suffix == ".jsonl":
        views.write_records(matched, out)
    else:
        views.write_table(matched, out)
    print(views.summary(matched), file=sys.stderr)


LINT_HELP = """Check a table of figures: low <= best <= high, parts against totals, daily against running totals.

Needs no ledger and no text. Columns are told from their names; say otherwise with --column ROLE=NAME. Exit code 1 where
something cannot be right.

[bold]Examples[/bold]

  tallystick lint GEDEvent.csv

  tallystick lint daily.csv --column killed_total=cum_dead --column killed_daily=dead --json
"""


@app.command(help=flowing(LINT_HELP), rich_help_panel=EXCHANGING)
def lint(
    table: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or TSV file with a header.")],
    column: Annotated[
        list[str] | None, typer.Option(metavar="ROLE=NAME", help="What a column holds, where its name does not tell.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    from tallystick.jobs.linting import lint_file
    from tallystick.model.findings import FindingLevel
    from tallystick.views import linting as views

    mapping: dict[str, str] = {}
    for given in column or ():
        role, equals, name = given.partition("=")
        if not equals:
            raise typer.BadParameter(f"--column {given!r}: write ROLE=NAME, such as killed_total=cum_dead.")
        mapping[role] = name
    found = lint_file(table, mapping)
    if json:
        print(views.as_json(found))
    elif csv:
        sys.stdout.write(views.as_csv(found))
    else:
        sys.stdout.write(views.as_text(found, table.name))
    if any(finding.level is FindingLevel.CONTRADICTION for finding in found):
        raise typer.Exit(1)
