"""Commands that keep a ledger: add, reconcile, judge, verify, back up."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.cli.common import (
    KEEPING,
    Encoding,
    Jobs,
    LedgerAt,
    Published,
    Publisher,
    app,
    by_name,
    cores,
    create_ledger,
    flowing,
    now,
    open_ledger,
)

if TYPE_CHECKING:
    from tallystick.jobs.intake import Committed, Intake
    from tallystick.model.records import Unread

ADD_HELP = """Add reports to a ledger: files, folders, and addresses.

Reads text, HTML, PDF, RSS and Atom feeds, WARC, e-mail, zip, and tables of articles (CSV, TSV, JSON, JSON Lines). The
original bytes are kept by their SHA-256. The same bytes twice are one document; the same address with other bytes is
a revision, and the figures that changed are named. A file that was changed and is added again is another document, and
both count. The ledger is made where there is none.

What has been printed is on the disk: interrupted at any moment, the same command again adds the rest.

[bold]Examples[/bold]

  tallystick add reports/ --ledger mali.db --jobs 0

  tallystick add https://www.example.org/news/attack.html

  tallystick add export.csv --text-column body --date-column day

  tallystick add feed.xml --follow
"""


@app.command(help=flowing(ADD_HELP), rich_help_panel=KEEPING)
def add(
    inputs: Annotated[list[str], typer.Argument(metavar="PATH|URL", help="Files, folders, and http(s) addresses.")],
    ledger: LedgerAt = None,
    published: Published = None,
    publisher: Publisher = None,
    encoding: Encoding = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Of a feed, fetch the pages that its entries link to.")
    ] = False,
    text_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of a table: the column with the article's text.")
    ] = None,
    date_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of a table: the column with the day of publication.")
    ] = None,
    publisher_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of a table: the column with the outlet.")
    ] = None,
    jobs: Jobs = 1,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the summary only.")] = False,
) -> None:
    from tallystick.errors import LedgerError
    from tallystick.jobs import intake
    from tallystick.jobs.inputs import Wanted
    from tallystick.model.records import Unread
    from tallystick.read import Columns
    from tallystick.views import intake as views

    columns = None
    if text_column or date_column or publisher_column:
        columns = Columns(text=text_column, published=date_column, publisher=publisher_column)
    wanted = Wanted(published, publisher, encoding, columns, follow=follow)
    safe = 0

    def told(news: Committed | Unread) -> None:
        nonlocal safe
        if isinstance(news, Unread):
            print(f"{news.error}: {news.reason}", file=sys.stderr, flush=True)
            return
        safe += 1
        if not quiet:
            print(views.committed(news.name, news.document, news.claims, new=news.new, erased=news.erased), flush=True)
        for note in news.notes:
            print(f"note: {news.name}: {note}", file=sys.stderr, flush=True)

    try:
        with create_ledger(ledger) as opened:
            done = intake.add(opened, inputs, now=now, wanted=wanted, jobs=cores(jobs), told=told)
    except KeyboardInterrupt:
        print(f"\nInterrupted. {views.kept(safe)}", file=sys.stderr)
        raise typer.Exit(130) from None
    except LedgerError:
        if safe:
            print(f"Stopped. {views.kept(safe)}", file=sys.stderr)
        raise
    _summary(done)
    if done.unread:
        raise typer.Exit(1)


def _summary(done: Intake) -> None:
    from tallystick.views import intake as views

    revised = [(one.document, one.before, one.changes) for one in done.revised]
    renewed = [(one.document, one.before) for one in done.renewed]
    for line in views.lines(done.added, done.unread, done.copied, revised, renewed):
        print(line)


@app.command(rich_help_panel=KEEPING)
def reconcile(
    ledger: LedgerAt = None,
    full: Annotated[bool, typer.Option("--full", help="Look at everything again, not only at what is new.")] = False,
    lattice: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A part-of file of your own; it is kept in the ledger from then on."),
    ] = None,
    jobs: Jobs = 1,
) -> None:
    """Work out what counts the same, who is behind it, and what cannot all be true.

    Looks at what new reports and new judgements touch. Interrupted, the same command again finishes.
    """
    from tallystick.jobs.reconciling import reconcile as run
    from tallystick.views.words import counted

    try:
        with open_ledger(ledger) as opened:
            for file in lattice or ():
                _add_lattice(opened, file)
            done = run(opened, full=full, jobs=cores(jobs), now=now())
    except KeyboardInterrupt:
        print("\nInterrupted. What was worked out is kept; the same command finishes.", file=sys.stderr)
        raise typer.Exit(130) from None
    seconds = sum(done.seconds.values())
    if not done.components:
        print(f"Looked at {counted(done.documents, 'report')}: nothing has changed ({seconds:.1f} s).")
        return
    print(
        f"Reconciled {counted(done.documents, 'report')}: worked out {counted(done.tallies, 'quantity', 'quantities')} "
        f"and {counted(done.conflicts, 'conflict')} ({seconds:.1f} s)."
    )
    print("Ask: tallystick tallies, tallystick conflicts, tallystick queue.")


def _add_lattice(opened: object, file: Path) -> None:
    from tallystick.ledger.store import Ledger
    from tallystick.reconcile.lattice import load_lattice

    assert isinstance(opened, Ledger)
    load_lattice(file)  # refused here with every fault, before it is in the ledger for good
    opened.add_lattice(file.name, file.read_text(encoding="utf-8"), now=now(), actor="tallystick")


@app.command(rich_help_panel=KEEPING)
def status(ledger: LedgerAt = None) -> None:
    """Say what a ledger holds, and how far it is reconciled."""
    from tallystick.ledger import computed, queries
    from tallystick.views import intake as views

    with open_ledger(ledger) as opened:
        with opened.reading() as connection:
            counts = queries.counts(connection)
            done, waiting = computed.reconciled_at(connection), computed.waiting_documents(connection)
        for line in views.status(opened.name, counts, opened.head().size, done, waiting):
            print(line)


@app.command(rich_help_panel=KEEPING)
def documents(
    ledger: LedgerAt = None,
    unread: Annotated[bool, typer.Option("--unread", help="What could not be read, and why.")] = False,
) -> None:
    """List the reports that a ledger holds."""
    from tallystick.ledger import queries
    from tallystick.views import intake as views

    with open_ledger(ledger) as opened, opened.reading() as connection:
        if unread:
            for one in queries.not_read(connection):
                print(f"{one.url or one.name}: {one.error}: {one.reason}")
            return
        for _, record in queries.documents(connection):
            print(views.document(record))


@app.command(rich_help_panel=KEEPING)
def verify(
    card: Annotated[
        Path | None, typer.Argument(metavar="[CARD]", help="An evidence card; without one, the ledger itself.")
    ] = None,
    ledger: LedgerAt = None,
    against: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A checkpoint kept elsewhere: catches even a rewritten log.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(metavar="KEY", help="The public key that signed it, where it is not this ledger's.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the comparison of tables with the log.")] = False,
) -> None:
    """Check that the ledger is what was written: every entry, the tree, the originals, the tables.

    Exit code 1 where anything was altered. Erasures by the book are named and are no damage.

    With CARD, checks an evidence card: alone, or with --ledger against it. Exit code 3: whole, but overtaken since.
    """
    from tallystick.ledger import checkpoints
    from tallystick.ledger.verify import verify as check

    if card is not None:
        from tallystick.cli.cards import verify_card

        if against is not None:
            raise typer.BadParameter(
                "--against is for a ledger: verify the ledger against it, then the card with --ledger."
            )
        verify_card(card, ledger, key)
        return
    kept = None
    if against is not None:
        kept = checkpoints.parse(_read(against))
    with open_ledger(ledger) as opened:
        found = check(opened, kept, key=key, thorough=not quick)
    for finding in found.findings:
        where = f" (entry {finding.seq:,})" if finding.seq is not None else ""
        print(f"{finding.trouble.value.upper():<11} {finding.note}{where}")
    for remark in found.notes:
        print(f"note        {remark}")
    root = found.root.hex()[:16] or "none"
    if not found.whole:
        print("The ledger is DAMAGED: it is not what was written. Restore a backup (tallystick restore).")
        raise typer.Exit(1)
    print(f"Whole: {found.size:,} entries, root {root}…" + (", continues the checkpoint." if kept else "."))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} cannot be read: {error}.") from error


@app.command(rich_help_panel=KEEPING)
def checkpoint(
    ledger: LedgerAt = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write it; printed if left out.")] = None,
    key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The Ed25519 key to sign with; made beside the ledger on first use."),
    ] = None,
) -> None:
    """Sign the log's size and root. Keep the result elsewhere: verify --against it finds a rewritten log."""
    from tallystick.ledger import checkpoints

    with open_ledger(ledger) as opened:
        signer = checkpoints.signing_key(opened, key)
        note = checkpoints.note(checkpoints.checkpoint(opened, now=now(), key=signer))
        public = checkpoints.public_key(opened, signer)
    if out is None:
        sys.stdout.write(note)
    else:
        _write(out, note)
        print(f"Wrote {out}. Keep it where nobody who can change the ledger can change it.")
    print(f"Public key: {public}", file=sys.stderr)


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{out} cannot be written ({error.strerror}).") from error


@app.command(rich_help_panel=KEEPING)
def prove(
    name: Annotated[str, typer.Argument(metavar="ID", help="A figure, scene or document, or the number of an entry.")],
    ledger: LedgerAt = None,
) -> None:
    """Prove that something lies in the log: its leaf, the path to the root (RFC 9162), as JSON."""
    import json

    from tallystick.ledger import lookups

    with open_ledger(ledger) as opened:
        with opened.reading() as connection:
            seq = int(name) if name.isdecimal() and len(name) < 10 else lookups.seq_of(connection, name)
        if seq is None:
            raise typer.BadParameter(f"the ledger holds no one thing named {name!r}.")
        proof = opened.prove(seq)
        record = {
            "origin": opened.meta()["origin"],
            "entry": proof.seq,
            "size": proof.size,
            "leaf": proof.leaf.hex(),
            "path": [step.hex() for step in proof.path],
            "root": proof.root.hex(),
        }
    print(json.dumps(record, indent=2))


JUDGE_HELP = """Record a decision: accept, correct or reject a figure; say that two things are the same or different.

Nothing is overwritten: a decision is a new entry with who, when and why, and can be withdrawn. What the same
person decided before on the same question is taken back.

[bold]Examples[/bold]

  tallystick judge accept 3f9a12cd:77ab01ef --by Ana

  tallystick judge correct 3f9a12cd:77ab01ef --set count.low=30 --set count.high=30 --by Ana --why "typo in the source"

  tallystick judge different 3f9a12cd#0 5512aa01#1 --by Ana --why "two villages of one name"
"""


@app.command(help=flowing(JUDGE_HELP), rich_help_panel=KEEPING)
def judge(
    verdict: Annotated[str, typer.Argument(help="accept, correct, reject, same, different or unsure.")],
    subjects: Annotated[
        list[str], typer.Argument(metavar="ID...", help="One figure; or two figures, scenes, documents.")
    ],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decides.")],
    why: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason.")] = None,
    about: Annotated[
        str | None,
        typer.Option(
            metavar="KIND", help="Of two scenes: event; of two figures: origin, quantity. Of one figure: claim, truth."
        ),
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="With correct: a field by its JSON name.")
    ] = None,
    ledger: LedgerAt = None,
) -> None:
    from tallystick.jobs.deciding import put
    from tallystick.jobs.judging import counts, prepared
    from tallystick.model.records import Verdict

    if verdict not in [one.value for one in Verdict]:
        raise typer.BadParameter(f"{verdict!r} is no verdict. Choose among {', '.join(Verdict)}.")
    for change in set_ or ():
        if not change.partition("=")[0].strip() or "=" not in change:
            raise typer.BadParameter(f"--set {change!r}: write FIELD=VALUE, such as count.low=30.")
    with open_ledger(ledger) as opened:
        made = prepared(opened, verdict, subjects, by=by, why=why, about=about, changes=set_ or (), now=now())
        earlier = put(opened, made, now=made.at)
    print(f"Recorded judgement {made.id}: {made.verdict.value} {' and '.join(made.subjects)}, by {made.by}.")
    for one in earlier:
        print(f"It takes the place of judgement {one.id} by the same person ({one.verdict.value}, {one.at:%Y-%m-%d}).")
    if counts(made):
        print("It counts from the next tallystick reconcile on.")
    else:
        print("It is kept on record and shows in exports; reconcile goes by claims, events, quantities and origins.")


@app.command(rich_help_panel=KEEPING)
def withdraw(
    judgement: Annotated[str, typer.Argument(metavar="ID", help="The judgement's id.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who takes it back.")],
    why: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason.")] = None,
    ledger: LedgerAt = None,
) -> None:
    """Take a judgement back. Both stay on record."""
    from tallystick.ledger import judgements as kept

    at = now()
    with open_ledger(ledger) as opened:
        kept.withdraw(opened, judgement, by=by, at=at, why=why, now=at)
    print(f"Withdrawn: judgement {judgement}.")


@app.command(rich_help_panel=KEEPING)
def judgements(ledger: LedgerAt = None) -> None:
    """List what people decided, withdrawn decisions included."""
    from tallystick.ledger import queries
    from tallystick.views import intake as views

    with open_ledger(ledger) as opened, opened.reading() as connection:
        found = queries.judgements(connection)
        for line in views.judgements(found):
            print(line)
    if not found:
        print("No judgements yet.")


@app.command(rich_help_panel=KEEPING)
def erase(
    names: Annotated[list[str], typer.Argument(metavar="ID...", help="A document's id, or figures of it.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who orders it.")],
    why: Annotated[str, typer.Option(metavar="TEXT", help="On what ground; this stays on record, so name no content.")],
    ledger: LedgerAt = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a document or figures for good, for legal reasons. The log still verifies."""
    from tallystick.jobs.judging import erase as run
    from tallystick.views.words import counted

    if not yes:
        typer.confirm(f"Erase {', '.join(names)} for good? This cannot be undone", abort=True)
    with open_ledger(ledger) as opened:
        for done in run(opened, names, by=by, why=why, now=now()):
            entries, originals = counted(len(done.seqs), "entry", "entries"), counted(len(done.blobs), "original")
            print(f"Erased {entries} and {originals}.")
            for line in done.advice:
                print(f"  {line}")


@app.command(rich_help_panel=KEEPING)
def backup(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; never one that exists.")],
    ledger: LedgerAt = None,
) -> None:
    """Write the whole ledger into one file, while others go on working."""
    from tallystick.cli.serving import settings_of
    from tallystick.ledger.backup import backup as run
    from tallystick.serve.service import has_accounts
    from tallystick.views.words import counted

    with open_ledger(ledger) as opened:
        made = run(opened, out, now=now())
    print(f"Wrote {out}: {made.size:,} entries, {counted(made.blobs, 'original')}.")
    if has_accounts(settings_of(ledger, None)):
        print("Accounts are not in it, nor sessions and the audit: copy the office as well.")


@app.command(rich_help_panel=KEEPING)
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    to: Annotated[
        str, typer.Argument(metavar="LEDGER", help="A new file, or the postgresql:// URL of an empty database.")
    ],
) -> None:
    """Make a ledger from a backup, on SQLite or PostgreSQL. Overwrites nothing."""
    from tallystick.ledger.backup import restore as run

    with run(file, to) as opened:
        size = opened.head().size
    print(f"Restored {size:,} entries to {by_name(to)}. Run tallystick reconcile --ledger {by_name(to)} next.")
