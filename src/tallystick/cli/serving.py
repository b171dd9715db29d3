"""The command that serves the web app and the REST API."""

from __future__ import annotations

import getpass
import secrets
from typing import Annotated

import typer

from tallystick.cli.common import DEFAULT_LEDGER, KEEPING, LedgerAt, app


@app.command(rich_help_panel=KEEPING)
def serve(
    ledger: LedgerAt = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on this machine; 0 takes a free one.")] = 8377,
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who signs the judgements. Default: your login.")
    ] = None,
) -> None:
    """Open the ledger in the browser: read, review, search, and the REST API. On this machine only."""
    import uvicorn

    from tallystick.serve.app import make_app
    from tallystick.serve.settings import Settings

    secret = secrets.token_urlsafe(24)
    settings = Settings(ledger or DEFAULT_LEDGER, signs=by or getpass.getuser(), secret=secret, port=port)
    made = make_app(settings)
    typer.echo(f"Open http://127.0.0.1:{port}/start?secret={secret}")
    uvicorn.run(made, host=settings.host, port=port, log_level="warning", server_header=False)
