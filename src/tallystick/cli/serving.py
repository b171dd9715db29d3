"""The command that serves the web app and the REST API: for one person on this machine, or several with accounts."""

from __future__ import annotations

import getpass
import os
import secrets
import shutil
import socket
import tempfile
import threading
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.cli.accounts import ask_password
from tallystick.cli.common import DEFAULT_LEDGER, KEEPING, LedgerAt, app, now
from tallystick.errors import BadSettings
from tallystick.processes import collect_what_is_new

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tallystick.serve.settings import Settings

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_GRACE = 20  # seconds that requests have to end when the app is stopped
_WARM_AFTER = 1.0  # seconds after which a process has begun to answer, and people have not got to a chart yet
_PATIENCE = 60  # seconds that a worker may be silent, as while it starts, before another takes its place


@app.command(rich_help_panel=KEEPING)
def serve(
    ledger: LedgerAt = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The port; 0 takes a free one. Default: 8377.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who signs the judgements. Default: your login.")
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the browser.")] = False,
    shared: Annotated[bool, typer.Option("--shared", help="For several people, who sign in to accounts.")] = False,
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Shared: the address to listen at. Default: 127.0.0.1.")
    ] = None,
    hosts: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Shared: a name that people reach the app by. May be given again."),
    ] = None,
    https: Annotated[
        bool | None, typer.Option("--https/--http", help="Shared: whether people reach it over TLS, by a proxy.")
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(metavar="NETWORK", help="Shared: a proxy whose X-Forwarded-For is believed. May be given again."),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Shared: processes that answer.")] = None,
    coders: Annotated[
        int | None, typer.Option(min=1, max=9, help="How many people judge each figure, blind to each other.")
    ] = None,
    admin: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Shared: make this first administrator, where there are no accounts yet."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Settings in TOML; options given here come before them.")
    ] = None,
) -> None:
    """Open the ledger in the browser: read, review, search, and the REST API. On this machine only, unless shared.

    Shared, people sign in: make accounts with “tallystick account add”, or the first with --admin NAME. Put a proxy
    that speaks TLS before it, and say so with --https, --hosts NAME and --proxy ADDRESS.
    """
    given = {
        "ledger": ledger,
        "port": port,
        "signs": by,
        "host": host,
        "hosts": tuple(hosts) if hosts else None,
        "https": https,
        "proxies": tuple(proxy) if proxy else None,
        "workers": workers,
        "coders": coders,
    }
    settings = _settings(given, shared, config)
    if admin is not None and not shared:
        raise typer.BadParameter("an administrator is for --shared: alone on this machine there are no accounts.")
    if shared:
        _first_admin(settings, admin)
    with _listening(settings) as (listening, bound):
        _run(bound, listening, open_)


def settings_of(ledger: str | None, config: Path | None) -> Settings:
    """The settings of a shared app, as far as they say where its accounts are."""
    return _settings({"ledger": ledger}, True, config)


def _settings(given: Mapping[str, object], shared: bool, config: Path | None) -> Settings:
    from tallystick.serve.settings import Audience, Settings, check, read_settings

    read = read_settings(config) if config is not None else {}
    # An option that was not given, unlike one that was, gives way to the file.
    read |= {name: value for name, value in given.items() if value is not None}
    read.setdefault("ledger", DEFAULT_LEDGER)
    if not shared:
        for name in ("host", "hosts", "https", "proxies", "workers", "oidc"):
            if name in read:
                raise BadSettings(f"{name} is for an app that several people use. Add --shared, or leave it out.")
        read.setdefault("signs", getpass.getuser())
        return check(Settings(**read, secret=secrets.token_urlsafe(24)))
    at = read.get("host", "127.0.0.1")
    if "hosts" not in read:
        read["hosts"] = () if at in ("0.0.0.0", "::") else _LOOPBACK if at in _LOOPBACK else (at,)
    read["hosts"] = tuple(name.lower() for name in read["hosts"])
    return check(Settings(**read, audience=Audience.SHARED))


def _first_admin(settings: Settings, admin: str | None) -> None:
    """Sees to it that somebody can sign in. Raises BadSettings where nobody could."""
    from contextlib import closing

    from tallystick.ledger.store import Ledger
    from tallystick.model.people import Role
    from tallystick.office import accounts
    from tallystick.serve.service import open_office

    Ledger.open(settings.ledger).close()  # says at once where there is none, before an office is made beside nothing
    with closing(open_office(settings)) as office:
        if accounts.any_open(office):
            if admin is not None:
                typer.echo(f"There are accounts already: --admin {admin} changes nothing.", err=True)
        elif admin is not None:
            password = ask_password(admin)
            accounts.add(office, admin, Role.ADMIN, password=password, by="the command line", now=now())
        else:
            raise BadSettings(
                "nobody could sign in: there are no accounts yet. Make an administrator: tallystick serve --shared "
                "--admin NAME, or tallystick account add NAME --role admin."
            )


@contextmanager
def _listening(settings: Settings) -> Iterator[tuple[socket.socket, Settings]]:
    """A socket at the settings' address, and the settings with the port that it got. Raises BadSettings."""
    from dataclasses import replace

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Said to be TCP: else asyncio leaves Nagle's algorithm on, and most pages wait 40 ms for an acknowledgement.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as made:
        if os.name == "posix":  # elsewhere this would let two programs have one port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((settings.host.strip("[]"), settings.port))
            made.listen(128)
        except OSError as error:
            raise BadSettings(
                f"port {settings.port} at {settings.host} cannot be had: {error.strerror or error}. Another program, "
                "perhaps another tallystick, has it: stop that one, or give --port 0 for a free one."
            ) from error
        yield made, replace(settings, port=made.getsockname()[1])


def _run(settings: Settings, listening: socket.socket, open_: bool) -> None:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    # The settings reach other processes through a pipe: a secret in an environment or an argument could be read.
    config = uvicorn.Config(
        partial(_app, settings),
        factory=True,
        workers=settings.workers,
        log_level="warning",
        server_header=False,
        proxy_headers=False,  # the guard knows which proxies to believe
        timeout_graceful_shutdown=_GRACE,
        timeout_worker_healthcheck=_PATIENCE,
        h11_max_incomplete_event_size=64 * 1024,
    )
    if settings.workers == 1:
        # Errors of the settings show here, without a traceback, and before anybody is told an address.
        config.app, config.factory = _app(settings), False
    with _told(settings, open_):
        if settings.workers > 1:
            Multiprocess(config, [listening]).run()
        else:
            uvicorn.Server(config).run([listening])


def _app(settings: Settings) -> FastAPI:
    """The app of a process that does nothing else."""
    from tallystick.serve.app import make_app

    made = make_app(settings)
    collect_what_is_new()
    warming = threading.Timer(_WARM_AFTER, warm)
    warming.daemon = True
    warming.start()
    return made


def warm() -> None:
    """Draws a chart of nothing. The first one takes a second, during which the process answers nobody: better now than
    when somebody waits for a page."""
    from tallystick.views import charts

    nothing = {"$schema": charts.SCHEMA, "description": "", "title": {"text": [""]}, "data": {"values": []}}
    charts.svg(nothing | {"mark": "point"})
    charts.png(nothing | {"mark": "point"}, scale=1)


@contextmanager
def _told(settings: Settings, open_: bool) -> Iterator[None]:
    """Says where the app is, and opens it."""
    scheme = "https" if settings.https else "http"
    if settings.local:
        address = f"http://127.0.0.1:{settings.port}/start?secret={settings.secret}"
    else:
        name = settings.hosts[0]
        address = f"{scheme}://{name}/" if settings.https else f"{scheme}://{name}:{settings.port}/"
    typer.echo(f"Open {address}")
    typer.echo("Stop with Ctrl+C.", err=True)
    if not open_:
        yield
        return
    # The address holds a secret, and whoever is on this machine can read a browser's arguments: it gets a file that
    # only this user can read, which leads there.
    folder = Path(tempfile.mkdtemp(prefix="tallystick-", dir=os.environ.get("XDG_RUNTIME_DIR")))
    try:
        page = folder / "start.html"
        to = escape(address, quote=True)
        page.write_text(
            f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={to}">'
            f'<title>Tallystick</title><p><a href="{to}">Open Tallystick</a></p>',
            encoding="utf-8",
        )
        webbrowser.open(page.as_uri())
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
