"""The commands that keep accounts, on the server itself. A password is asked for, or read from standard input; it is
never an argument, which other people on the machine could read."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.cli.common import KEEPING, LedgerAt, app, day, now, show
from tallystick.errors import BadAccount
from tallystick.model.people import Permission, Role

if TYPE_CHECKING:
    from tallystick.office.store import Office

accounts_app = typer.Typer(
    name="account",
    help="Keep the accounts of a shared app: who may sign in, in which role.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
app.add_typer(accounts_app, rich_help_panel=KEEPING)

SHOWN = 200
"""Lines of the audit that a terminal is given."""

Config = Annotated[Path | None, typer.Option(metavar="FILE", help="The settings file that serve is run with.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The account’s name.", show_default=False)]


@accounts_app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What judgements are signed with, for good.")],
    role: Annotated[Role, typer.Option(help="What the person is here for.")] = Role.READER,
    full_name: Annotated[str | None, typer.Option(metavar="TEXT", help="The name in full.")] = None,
    provider: Annotated[
        bool, typer.Option("--provider", help="Without a password: signs in at the OIDC provider.")
    ] = False,
    ledger: LedgerAt = None,
    config: Config = None,
) -> None:
    """Make an account. The password is asked for, or read from standard input."""
    from tallystick.office import accounts

    with _office(ledger, config) as office:
        password = None if provider else ask_password(name)
        made = accounts.add(office, name, role, password=password, full_name=full_name, by=_me(), now=now())
    typer.echo(f"{made.name} may sign in as {made.role}.")


@accounts_app.command("list")
def list_(ledger: LedgerAt = None, config: Config = None) -> None:
    """List all accounts."""
    from rich.table import Table

    from tallystick.office import accounts

    with _office(ledger, config) as office:
        found = accounts.listing(office)
    if not found:
        typer.echo("There are no accounts. Make one: tallystick account add NAME --role admin.")
        return
    table = Table("name", "full name", "role", "made", "closed", box=None)
    for one in found:
        made = "" if one.created is None else f"{one.created:%Y-%m-%d}"
        table.add_row(
            one.name, one.full_name, one.role, made, "" if one.disabled is None else f"{one.disabled:%Y-%m-%d}"
        )
    show(table)


@accounts_app.command("role")
def role(
    name: Name,
    role: Annotated[Role | None, typer.Argument(help="The new role.", show_default=False)] = None,
    provider: Annotated[
        bool, typer.Option("--provider", help="From the next sign-in on the groups at the OIDC provider give the role.")
    ] = False,
    ledger: LedgerAt = None,
    config: Config = None,
) -> None:
    """Change a role, for good, or let the groups at the OIDC provider say it. The account’s sessions end."""
    from tallystick.office import accounts, provided

    if (role is None) is not provider:
        raise typer.BadParameter("give a role, or --provider: one of the two.")
    with _office(ledger, config) as office:
        if role is not None:
            changed = accounts.set_role(office, name, role, by=_me(), now=now())
            typer.echo(f"{changed.name} is {changed.role} now, and signed out everywhere.")
        else:
            changed = provided.hand_back(office, name, by=_me(), now=now())
            typer.echo(f"{changed.name} is {changed.role} until the groups at the provider say otherwise.")


@accounts_app.command("close")
def close(name: Name, ledger: LedgerAt = None, config: Config = None) -> None:
    """Close an account: its sessions end, its tokens are revoked, its judgements stay."""
    from tallystick.office import accounts

    with _office(ledger, config) as office:
        closed = accounts.close(office, name, by=_me(), now=now())
    typer.echo(f"{closed.name} can no longer sign in.")


@accounts_app.command("reopen")
def reopen(name: Name, ledger: LedgerAt = None, config: Config = None) -> None:
    """Open a closed account again."""
    from tallystick.office import accounts

    with _office(ledger, config) as office:
        opened = accounts.reopen(office, name, by=_me(), now=now())
    typer.echo(f"{opened.name} may sign in again as {opened.role}.")


@accounts_app.command("password")
def password(name: Name, ledger: LedgerAt = None, config: Config = None) -> None:
    """Give an account another password: asked for, or read from standard input. Its sessions end."""
    from tallystick.office import accounts

    with _office(ledger, config) as office:
        accounts.set_password(office, accounts.find(office, name).name, ask_password(name), by=_me(), now=now())
    typer.echo(f"{name} has a new password, and is signed out everywhere.")


@accounts_app.command("token")
def token(
    name: Name,
    label: Annotated[str, typer.Option(metavar="TEXT", help="What the token is for.")] = "command line",
    scope: Annotated[
        list[Permission] | None, typer.Option(help="What it may do; may be given again. Default: read.")
    ] = None,
    days: Annotated[int, typer.Option(min=0, max=3650, help="Days until it expires; 0: never.")] = 90,
    revoke: Annotated[str | None, typer.Option(metavar="ID", help="Revoke that token instead.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the tokens instead.")] = False,
    ledger: LedgerAt = None,
    config: Config = None,
) -> None:
    """Make a token for a program; it is printed once. Or list an account’s tokens, or revoke one."""
    from tallystick.office import accounts, tokens

    with _office(ledger, config) as office:
        person = accounts.find(office, name)
        if listing:
            _list_tokens(office, person.name)
        elif revoke is not None:
            tokens.revoke(office, person.name, revoke, by=_me(), now=now())
            typer.echo(f"token {revoke} is revoked.")
        elif person.disabled is not None:
            raise BadAccount(f"the account {person.name} is closed. Reopen it first.")
        else:
            expires = now() + timedelta(days=days) if days else None
            scopes = scope or [Permission.READ]
            made, secret = tokens.make(office, person, label, scopes, expires=expires, by=_me(), now=now())
            typer.echo(f"token {made.id}, shown this once:", err=True)
            typer.echo(secret)


@accounts_app.command("audit")
def audit(
    who: Annotated[str | None, typer.Option(metavar="NAME", help="What that person did alone.")] = None,
    since: Annotated[
        date | None, typer.Option(metavar="YYYY-MM-DD", parser=day, help="From that day on (UTC).")
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="All lines, as CSV.")] = False,
    ledger: LedgerAt = None,
    config: Config = None,
) -> None:
    """Show who saw and did what, newest first: sign-ins, refusals, changes of accounts, and every request."""
    from rich.table import Table
    from rich.text import Text

    from tallystick.office import acts
    from tallystick.serve.audit import as_csv

    with _office(ledger, config) as office:
        if csv:
            for part in as_csv(office, who, None, since):
                sys.stdout.write(part)
            return
        found = acts.newest(office, person=who, since=since, most=SHOWN + 1)
    if not found:
        typer.echo("The audit has no such line.")
        return
    table = Table("at", "person", "what", "about", "outcome", "address", box=None)
    for one in found[:SHOWN]:
        said = (one.person, one.what, one.about, one.outcome, one.address)
        table.add_row(f"{one.at:%Y-%m-%d %H:%M:%S}", *(Text(text or "") for text in said))
    show(table)
    if len(found) > SHOWN:
        typer.echo(f"These are the newest {SHOWN}. --csv gives all.", err=True)


@accounts_app.command("prune")
def prune(
    before: Annotated[
        date,
        typer.Option(metavar="YYYY-MM-DD", parser=day, help="The first day (UTC) that is kept.", show_default=False),
    ],
    ledger: LedgerAt = None,
    config: Config = None,
) -> None:
    """Remove old views from the audit: who looked at what, before a day. All else in it stays for good.

    Sign-ins and refusals, changes of accounts and every request that changed something are never removed, and that
    views were is noted too. Sessions that have ended and failed sign-ins that no longer count are cleared away.
    """
    from tallystick.office import retention
    from tallystick.views.words import counted

    with _office(ledger, config) as office:
        done = retention.prune(office, before, by=_me(), now=now())
    typer.echo(
        f"Removed {counted(done.views, 'view')} of before {before}, {counted(done.sessions, 'ended session')} and "
        f"{counted(done.attempts + done.arrivals, 'forgotten attempt')} to sign in."
    )


def ask_password(name: str) -> str:
    """The password, asked for twice on a terminal, else the first line of standard input. Raises BadAccount."""
    if sys.stdin.isatty():
        asked: str = typer.prompt(f"Password for {name}", hide_input=True, confirmation_prompt="Once more")
        return asked
    read = sys.stdin.readline().rstrip("\r\n")
    if not read:
        raise BadAccount("no password came on standard input. Write it there, on one line.")
    return read


def _list_tokens(office: Office, name: str) -> None:
    from rich.table import Table

    from tallystick.office import tokens

    table = Table("id", "label", "begins", "scopes", "expires", "last used", "revoked", box=None)
    for one in tokens.of(office, name):
        days = [("" if at is None else f"{at:%Y-%m-%d}") for at in (one.expires, one.used, one.revoked)]
        table.add_row(one.id, one.label, f"{one.prefix}…", ", ".join(sorted(one.scopes)), *days)
    show(table)


@contextmanager
def _office(ledger: str | None, config: Path | None) -> Iterator[Office]:
    """The accounts beside a ledger. Raises NoLedger where there is none."""
    from tallystick.cli.serving import settings_of
    from tallystick.ledger.store import Ledger
    from tallystick.serve.service import open_office

    settings = settings_of(ledger, config)
    Ledger.open(settings.ledger).close()
    with closing(open_office(settings)) as office:
        yield office


def _me() -> str:
    return f"{getpass.getuser()} (command line)"
