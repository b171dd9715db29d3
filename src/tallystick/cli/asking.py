"""Commands that ask a ledger: tallies, ask, explain, conflicts, origins, series, policy-diff, queue."""

from __future__ import annotations

import json as jsons
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.cli.common import (
    ASKING,
    LedgerAt,
    Policy,
    app,
    console,
    day,
    flowing,
    moment,
    now,
    open_ledger,
    show,
)
from tallystick.cli.policies import Ranking, compared
from tallystick.cli.policies import known as known

if TYPE_CHECKING:
    from tallystick.jobs.questions import Answer
    from tallystick.model.questions import Question, Understood
    from tallystick.model.tallies import Series, Tally
    from tallystick.reconcile.policies import Policy as Rules
    from tallystick.views.tallies import Revised

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Measure = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="killed, wounded, casualties, displaced ...; repeat for several."),
]
Actor = Annotated[str | None, typer.Option(metavar="NAME", help="Whose losses: a side, force or nationality.")]
Status = Annotated[str | None, typer.Option(metavar="NAME", help="civilian or combatant.")]
Place = Annotated[str | None, typer.Option(metavar="NAME", help="A place; what lies in it counts.")]
Country = Annotated[str | None, typer.Option(metavar="XX", help="ISO 3166-1 alpha-2: ML.")]
Since = Annotated[date | None, typer.Option(parser=day, metavar="YYYY-MM-DD", help="Events from this day on.")]
Until = Annotated[date | None, typer.Option(parser=day, metavar="YYYY-MM-DD", help="Events up to this day.")]
Outlet = Annotated[str | None, typer.Option(metavar="NAME", help="Figures that this outlet ran.")]
Source = Annotated[str | None, typer.Option(metavar="NAME", help="Figures that this source gave.")]
Words = Annotated[str | None, typer.Option(metavar="TEXT", help="Full text: all words.")]
AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of", parser=day, metavar="YYYY-MM-DD", help="Only what had been published by the end of that day."
    ),
]
HeldBy = Annotated[
    datetime | None,
    typer.Option(
        "--held-by",
        parser=moment,
        metavar="TIME",
        help="Only what this ledger had stored by then: 2026-03-01 or with T12:30.",
    ),
]
Limit = Annotated[int, typer.Option(min=1, metavar="N", help="How many to show.")]
Name = Annotated[str, typer.Argument(metavar="ID", help="A tally's id or its beginning, or a figure's.")]


def question_of(
    measure: list[str] | None,
    actor: str | None,
    status: str | None,
    place: str | None,
    country: str | None,
    since: date | None,
    until: date | None,
    outlet: str | None,
    source: str | None,
    words: str | None,
    as_of: date | None,
    held_by: datetime | None,
) -> Question:
    from tallystick.lexicon.gazetteer.countries import country_name
    from tallystick.model.questions import Question
    from tallystick.model.values import Measure as Measures

    if country is not None:
        country = country.upper()
        if country_name(country) is None:
            raise typer.BadParameter(f"--country takes an ISO 3166-1 code of two letters, such as ML, not {country!r}.")
    known = [one.value for one in Measures]
    for name in measure or ():
        if name not in known:
            raise typer.BadParameter(f"{name!r} is no measure. Choose among {', '.join(known)}.")
    if status not in (None, "civilian", "combatant"):
        raise typer.BadParameter(f"--status is civilian or combatant, not {status!r}.")
    return Question(
        measures=tuple(measure or ()),
        actor=actor,
        status=status,
        place=place,
        country=country,
        since=since,
        until=until,
        publisher=outlet,
        source=source,
        words=words,
        known_by=as_of,
        held_by=held_by,
    )


@app.command(rich_help_panel=ASKING)
def tallies(
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
    policy: Policy = "neutral",
    ranking: Ranking = None,
    limit: Limit = 30,
    json: Json = False,
) -> None:
    """List the quantities: low, best and high under a policy, how often said, and by how many independent origins."""
    question = question_of(
        measure, actor, status, place, country, since, until, publisher, source, words, as_of, held_by
    )
    _answer(ledger, question, known(policy, ranking), limit, json, None)


ASK_HELP = """Ask in plain words, filters or both: who, what befell them, where and when.

What was understood is shown first; words that name nothing known are looked for in the text.

[bold]Examples[/bold]

  tallystick ask "North Korean soldiers killed in Kursk"

  tallystick ask "civilians wounded near Ansongo" --as-of 2024-03-15 --policy airwars-like
"""


@app.command(help=flowing(ASK_HELP), rich_help_panel=ASKING)
def ask(
    question: Annotated[list[str], typer.Argument(metavar="WORDS", help="The question in plain words.")],
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
    as_of: AsOf = None,
    held_by: HeldBy = None,
    policy: Policy = "neutral",
    ranking: Ranking = None,
    limit: Limit = 30,
    json: Json = False,
) -> None:
    from tallystick.jobs.asking import understand

    understood = understand(" ".join(question), as_of or now().date())
    given = question_of(measure, actor, status, place, country, since, until, publisher, source, None, as_of, held_by)
    filters = {name: value for name in given.__slots__ if (value := getattr(given, name)) not in (None, (), False)}
    understood = replace(understood, question=replace(understood.question, **filters))
    _answer(ledger, understood.question, known(policy, ranking), limit, json, understood)


def _answer(
    where: str | None, question: Question, policy: Rules, limit: int, as_json: bool, understood: Understood | None
) -> None:
    from tallystick.jobs.questions import answers, headlines, number
    from tallystick.views import tallies as views
    from tallystick.views.tally_records import plain, tally_record, understood_record

    with open_ledger(where) as opened, opened.reading() as connection:
        of = number(connection, question)
        found = answers(connection, question, policy=policy, limit=None if of is None else limit)
        of = len(found) if of is None else of
        titles = {} if as_json else headlines(connection, (one.tally for one in found[:limit]))
    if as_json:
        record: dict[str, object] = {"tallies": [tally_record(one.tally, one.estimate) for one in found[:limit]]}
        record["of"] = of
        record |= {"asked": understood_record(understood) if understood else plain(question)}
        print(jsons.dumps(record, ensure_ascii=False))
        return
    if understood is not None:
        for line in views.understood(understood):
            print(line)
    rows = [views.Row(one.tally, one.estimate, titles.get(one.tally.id)) for one in found[:limit]]
    show(views.as_of(question), views.listing(rows))
    if of > limit:
        print(f"… and {of - limit:,} more: ask for less, or raise --limit.")


def _one(where: str | None, name: str, policy: Rules, as_of: date | None, held_by: datetime | None) -> Answer:
    """The tally of that name as it was known then, with its estimate."""
    from tallystick.jobs.questions import Answer, answered, as_known, tally_for

    with open_ledger(where) as opened, opened.reading() as connection:
        tally = as_known(connection, whole := tally_for(connection, name), as_of, held_by)
    if tally is None:
        raise typer.BadParameter(f"nothing was known of {whole.label} by then.")
    return Answer(tally, answered(tally, policy, as_of))


@app.command(rich_help_panel=ASKING)
def explain(
    name: Name,
    ledger: LedgerAt = None,
    policy: Policy = "neutral",
    ranking: Ranking = None,
    as_of: AsOf = None,
    held_by: HeldBy = None,
    json: Json = False,
) -> None:
    """Say all about one quantity: its origins, how the policy came to its range, what contradicts it.

    Of a figure (3f9a12cd:77ab01ef): the words, the chain, the lexicon entries that fired, and the parse.
    """
    from tallystick.jobs.questions import is_figure
    from tallystick.views import tallies as views
    from tallystick.views.tally_records import tally_record

    by = known(policy, ranking)
    if is_figure(name):
        _explain_figure(ledger, name, json)
        return
    answer = _one(ledger, name, by, as_of, held_by)
    if json:
        print(jsons.dumps(tally_record(answer.tally, answer.estimate), ensure_ascii=False, indent=2))
    else:
        show(views.whole(answer.tally, answer.estimate, *_around(ledger, answer.tally)))


def _around(where: str | None, tally: Tally) -> tuple[list[Tally], list[Revised]]:
    """The tallies whose figures stand in its conflicts, and the pages that changed one of its own without a word."""
    from tallystick.jobs.documents import changed_quietly
    from tallystick.jobs.questions import beside

    with open_ledger(where) as opened, opened.reading() as connection:
        quiet: list[Revised] = [(one.after, one.changes) for one in changed_quietly(connection, tally.figures)]
        return beside(connection, tally.conflicts, [tally]), quiet


def _explain_figure(where: str | None, name: str, as_json: bool) -> None:
    from tallystick.jobs.questions import report_of
    from tallystick.pipeline import parse_of
    from tallystick.views.explain import explanation, explanation_record

    with open_ledger(where) as opened, opened.reading() as connection:
        report, claim = report_of(connection, name)
    parse = parse_of(report, claim)
    if as_json:
        print(jsons.dumps(explanation_record(claim, parse), ensure_ascii=False, indent=2))
    else:
        show(explanation(report, claim, parse))


@app.command(rich_help_panel=ASKING)
def conflicts(
    name: Annotated[str | None, typer.Argument(metavar="ID", help="Those that touch one tally or figure.")] = None,
    ledger: LedgerAt = None,
    limit: Limit = 20,
    json: Json = False,
) -> None:
    """List what cannot all be true, the weightiest first: one sentence each, and the cheapest ways out."""
    from tallystick.jobs.questions import beside, check_reconciled, is_figure, tally_for
    from tallystick.jobs.summing import overflows
    from tallystick.ledger import computed
    from tallystick.views.clashes import clashes
    from tallystick.views.tally_records import plain

    with open_ledger(ledger) as opened, opened.reading() as connection:
        check_reconciled(connection)
        figure = name if name is not None and is_figure(name) else None
        tally = tally_for(connection, name).id if name is not None and figure is None else None
        found = list(computed.conflicts(connection, tally_id=tally, figure=figure, limit=limit))
        told = [kept.conflict for kept in found]
        tallies = beside(connection, told)
        below = [] if figure is not None else list(overflows(connection, tally))[:limit]
    if json:
        print(jsons.dumps([plain(one) for one in (*found, *below)], ensure_ascii=False))
        return
    if found:
        show(clashes(told, tallies))
    for total in below:
        print(f"A total below its parts: {total.sentence}")
    if not found and not below:
        print("No conflicts: everything that has been said can be true together.")


@app.command(rich_help_panel=ASKING)
def origins(
    name: Name, ledger: LedgerAt = None, as_of: AsOf = None, held_by: HeldBy = None, json: Json = False
) -> None:
    """Draw who is behind a quantity: mentions, the outlets that carry them, and the independent origins."""
    from tallystick.views import tallies as views
    from tallystick.views.tally_records import plain

    answer = _one(ledger, name, known("neutral"), as_of, held_by)
    if json:
        print(jsons.dumps(plain(answer.tally.origins), ensure_ascii=False, indent=2))
    else:
        show(views.heading(answer.tally), views.origins(answer.tally))


SERIES_HELP = """Show a quantity over time: what was known on each day, and whose figure changed it.

[bold]Examples[/bold]

  tallystick series 3f9a12cd

  tallystick series 3f9a12cd --policy ucdp-like --svg toll.svg --png toll.png
"""


@app.command(help=flowing(SERIES_HELP), rich_help_panel=ASKING)
def series(
    name: Name,
    ledger: LedgerAt = None,
    policy: Policy = "neutral",
    ranking: Ranking = None,
    clock: Annotated[
        str,
        typer.Option(
            metavar="CLOCK",
            help="When a figure counts as known: published, said (by its source), captured (by this ledger).",
        ),
    ] = "published",
    until: Until = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the chart as SVG.")] = None,
    png: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the chart as PNG.")] = None,
    plain_text: Annotated[bool, typer.Option("--ascii", help="Draw with ASCII letters only.")] = False,
    json: Json = False,
) -> None:
    from tallystick.jobs.questions import tally_for
    from tallystick.reconcile.series import Clock
    from tallystick.reconcile.series import series as over_time
    from tallystick.views.tally_records import series_record
    from tallystick.views.terminal_plot import plot

    if clock not in [one.value for one in Clock]:
        raise typer.BadParameter(f"--clock is one of {', '.join(Clock)}, not {clock!r}.")
    with open_ledger(ledger) as opened, opened.reading() as connection:
        tally = tally_for(connection, name)
    found = over_time(tally, known(policy, ranking), until=until, clock=clock)
    for out, made in ((svg, _svg), (png, _png)):
        if out is not None:
            _write(out, made(found, tally))
    if json:
        print(jsons.dumps(series_record(found), ensure_ascii=False, indent=2))
    else:
        show(plot(found, width=console().width, ascii_only=plain_text))


def _svg(found: Series, tally: Tally) -> bytes:
    from tallystick.views import charts

    return charts.svg(charts.chart(found, tally)).encode()


def _png(found: Series, tally: Tally) -> bytes:
    from tallystick.views import charts

    return charts.png(charts.chart(found, tally))


def _write(out: Path, data: bytes) -> None:
    try:
        out.write_bytes(data)
    except OSError as error:
        raise typer.BadParameter(f"{out} cannot be written ({error.strerror}).") from error
    typer.echo(f"Wrote {out}", err=True)


@app.command("policy-diff", rich_help_panel=ASKING)
def policy_diff(
    name: Name,
    one: Annotated[str, typer.Argument(metavar="POLICY", help="See tallystick policies.")],
    other: Annotated[str, typer.Argument(metavar="POLICY", help="The policy to compare with.")],
    ledger: LedgerAt = None,
    ranking: Ranking = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Say which rule moved which number between two policies, and by which figures."""
    from tallystick.reconcile.policydiff import policy_diff as compare
    from tallystick.views import estimates as views
    from tallystick.views.tally_records import plain

    first, second = compared(one, other, ranking)
    tally = _one(ledger, name, first, as_of, None).tally
    found = compare(tally, first, second, as_of=as_of)
    if json:
        print(jsons.dumps(plain(found), ensure_ascii=False, indent=2))
    else:
        show(views.policy_diff(found, tally))


@app.command(rich_help_panel=ASKING)
def queue(
    ledger: LedgerAt = None,
    limit: Limit = 20,
) -> None:
    """List what waits for a person: figures in conflicts, and reports that may tell of one event."""
    from tallystick.jobs.questions import check_reconciled
    from tallystick.ledger import computed, queries, waiting
    from tallystick.views import tallies as views

    with open_ledger(ledger) as opened, opened.reading() as connection:
        check_reconciled(connection)
        waits = list(waiting.figures(connection, limit=limit))
        figures = [(one, queries.figure(connection, one.figure)) for one in waits]
        links = list(computed.links(connection, limit=limit))
    for text in views.queue([(held, one.conflicts) for one, held in figures], links):
        print(text)
    if not figures and not links:
        print("Nothing waits for a decision.")
