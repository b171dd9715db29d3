"""The command that asks a language model for proposals. Nothing else on the command line ever does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.cli.common import KEEPING, LedgerAt, app, now, open_ledger

if TYPE_CHECKING:
    from tallystick.assist.model import Model


@app.command(rich_help_panel=KEEPING)
def assist(
    documents: Annotated[
        list[str] | None, typer.Argument(metavar="DOCUMENT...", help="Documents to ask about, by their ids.")
    ] = None,
    pairs: Annotated[
        int, typer.Option(min=0, max=1_000, metavar="N", help="Ask about so many pairs of the review queue.")
    ] = 0,
    model: Annotated[str | None, typer.Option(metavar="NAME", help="The model, as the endpoint knows it.")] = None,
    endpoint: Annotated[
        str | None,
        typer.Option(metavar="URL", help="An OpenAI-compatible endpoint. Default: http://127.0.0.1:11434/v1."),
    ] = None,
    key_env: Annotated[
        str | None, typer.Option(metavar="NAME", help="The environment variable that holds the endpoint's key.")
    ] = None,
    allow_remote: Annotated[
        bool,
        typer.Option("--allow-remote", help="Let the text of documents leave this machine: the endpoint is another's."),
    ] = False,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Settings in TOML; its [assist] says which model.")
    ] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who asks. Default: your login.")] = None,
    ledger: LedgerAt = None,
) -> None:
    """Ask a language model which figures of documents were missed, or which reports tell of one event.

    What it gives are proposals, and no findings: they wait in the browser (“tallystick serve --config FILE”, then
    /assist) for a person to accept. Each is held to the exact words of the text, or refused. Needs the extra [llm].
    """
    import getpass

    from tallystick.jobs import assisting

    if bool(documents) == bool(pairs):
        raise typer.BadParameter("give documents to ask about, or --pairs N.")
    asked = _model(config, {"model": model, "endpoint": endpoint, "key_env": key_env}, allow_remote)
    if asked.remote:
        typer.echo(f"The text of documents is sent to {asked.where}, another machine.", err=True)
    with open_ledger(ledger) as opened:
        done = assisting.ask_about_all(
            opened, asked, documents or (), pairs, now=now, by=by or getpass.getuser(),
            told=lambda what: typer.echo(f"Asking about {what}", err=True),
        )  # fmt: skip
    typer.echo(
        f"{done.proposed:,} proposed by {asked.model}, {done.refused:,} refused. Not findings: a person decides."
    )
    for why in done.failed:
        typer.echo(f"No answer: {why}.", err=True)
    if done.failed:
        raise typer.Exit(1)


def _model(config: Path | None, given: dict[str, Any], allow_remote: bool) -> Model:
    """The model that the options and the settings name; options come first."""
    from dataclasses import asdict

    from tallystick.assist.model import Model, check

    read: dict[str, Any] = {}
    if config is not None:
        from tallystick.serve.settings import read_settings

        found = read_settings(config).get("assist")
        read = {} if found is None else asdict(found)
    read |= {name: value for name, value in given.items() if value is not None}
    if allow_remote:
        read["allow_remote"] = True
    if "model" not in read:
        raise typer.BadParameter("no model is named. Give --model NAME, or --config FILE with an [assist] section.")
    return check(Model(**read))
