"""tallystick serve, as a program of its own: its settings, its port, several workers, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from inspect import iscoroutinefunction
from pathlib import Path
from urllib.request import url2pathname

import httpx2
import pytest
from fastapi.routing import APIRoute
from typer.testing import CliRunner

from tallystick.cli import app as program
from tallystick.cli import serving
from tallystick.errors import BadSettings, LedgerDamaged
from tallystick.ledger import judgements
from tallystick.ledger.store import Ledger
from tallystick.model.people import Permission, Role
from tallystick.office import accounts, acts, tasks, tokens
from tallystick.serve import api, pages
from tallystick.serve.service import open_office
from tallystick.serve.settings import Audience, Settings
from tallystick.views import charts
from tests.serve.people import NOW, PASSWORD, cheap

__all__ = ["cheap"]


@contextmanager
def served(*arguments: str, given: str = "") -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program, running, and the address that it printed."""
    command = [sys.executable, "-m", "tallystick", "serve", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        try:
            running.stdin.write(given)
            running.stdin.close()
            yield running, running.stdout.readline().removeprefix("Open ").strip()
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(120)


def test_local_mode_is_one_command_and_its_address_signs_in(tmp_path: Path) -> None:
    with served("--ledger", str(tmp_path / "new.db"), "--port", "0") as (running, address):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/start\?secret=[\w-]{32}", address)
        with httpx2.Client(follow_redirects=True, timeout=180) as client:
            assert client.get(address).status_code == 200
            assert client.get(f"{address[: address.index('/start')]}/api/v1/me").json()["role"] == "admin"
            assert not [cookie for cookie in client.cookies.jar if cookie.value in address]
    assert running.returncode in (0, -signal.SIGTERM)


def test_several_workers_know_the_same_people_and_no_line_of_the_audit_is_lost(postgres: str) -> None:
    Ledger.create(postgres, now=NOW).close()
    arguments = ("--shared", "--ledger", postgres, "--port", "0", "--workers", "2", "--admin", "ada")
    with served(*arguments, given=f"{PASSWORD}\n") as (_, address):
        form, origin = {"name": "ada", "password": PASSWORD}, {"Origin": address.rstrip("/")}
        with httpx2.Client(timeout=180) as client:
            key = client.post(f"{address}sign-in", data=form, headers=origin).cookies["tallystick"]
        # Each on a connection of its own: either worker may take it.
        bearing = {"Cookie": f"tallystick={key}"}
        seen = [httpx2.get(f"{address}account?n={n}", headers=bearing, timeout=180).status_code for n in range(12)]
        out = httpx2.post(f"{address}sign-out", headers=origin | bearing, timeout=180)
        after = {httpx2.get(f"{address}api/v1/me", headers=bearing, timeout=180).status_code for _ in range(6)}
    assert set(seen) == {200}
    assert (out.status_code, after) == (303, {401})
    with closing(open_office(Settings(postgres, audience=Audience.SHARED))) as office:
        whats = [act.what for act in acts.newest(office, person="ada", most=100)]
    assert sorted(what for what in whats if "n=" in what) == sorted(f"GET /account?n={n}" for n in range(12))


@pytest.mark.parametrize(("how", "workers"), [(signal.SIGINT, "1"), (signal.SIGTERM, "2")])
def test_a_stopped_app_ends_streams_and_jobs_and_keeps_every_judgement_that_it_acknowledged(
    ledger_file: Path, how: signal.Signals, workers: str
) -> None:
    shared = ("--shared", "--workers", workers)
    settings = Settings(str(ledger_file), audience=Audience.SHARED)
    with closing(open_office(settings)) as office:
        accounts.add(office, "ada", Role.ADMIN, password=PASSWORD, by="test", now=NOW)
        ada = accounts.find(office, "ada")
        _, secret = tokens.make(office, ada, "x", list(Permission), expires=None, by="ada", now=NOW)
        # A job of another app that never ends: ours is waited for, and so is its stream.
        tasks.ask(office, "verify", by="ada", given={"other": True}, now=NOW)
        tasks.begin(office, now=NOW.replace(year=9000))
    with served("--ledger", str(ledger_file), "--port", "0", *shared) as (running, address):
        with httpx2.Client(timeout=180, headers={"Authorization": f"Bearer {secret}"}) as client:
            job = client.post(f"{address}api/v1/tasks", json={"kind": "verify"}).json()["id"]
            figure = client.get(f"{address}api/v1/judgements/queue?limit=1").json()["items"][0]["key"]
            with client.stream("GET", f"{address}api/v1/tasks/{job}/events") as stream:
                lines = stream.iter_lines()
                assert next(lines) == "event: task"
                made = client.post(
                    f"{address}api/v1/judgements", json={"verdict": "accept", "subjects": [figure]}
                ).json()
                began = time.monotonic()
                running.send_signal(how)
                rest = list(lines)
        running.wait(60)
        took = time.monotonic() - began
        assert running.stdout is not None
        assert running.stdout.read() == ""  # all that it began has let go of it too
    assert [line for line in rest if line.startswith("data: ")][:1] == rest[:1]  # it ended, and did not break off
    assert took < serving._GRACE
    with Ledger.open(ledger_file) as ledger:
        assert [one.id for one in judgements.judgements(ledger)] == [made["id"]]


def refused(*arguments: str) -> str:
    """Why the program does not start."""
    done = CliRunner().invoke(program, ["serve", *arguments])
    assert done.exit_code != 0
    return str(done.exception) if isinstance(done.exception, BadSettings) else done.output


def test_answers_are_sent_at_once(tmp_path: Path) -> None:
    # asyncio turns Nagle's algorithm off only on what is said to be TCP: else a kept connection waits 40 ms a page.
    with serving._listening(Settings(str(tmp_path / "l.db"), port=0)) as (listening, bound):
        assert listening.proto == socket.IPPROTO_TCP
        assert bound.port != 0


def test_charts_are_drawn_before_anybody_waits_for_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    svg, png = charts.svg, charts.png
    monkeypatch.setattr(charts, "svg", lambda spec: drawn.append(svg(spec)))
    monkeypatch.setattr(charts, "png", lambda spec, scale: drawn.append(str(png(spec, scale=scale)[:8])))
    monkeypatch.setattr(serving, "collect_what_is_new", lambda: None)  # that would be for good
    begun: list[threading.Timer] = []
    monkeypatch.setattr(threading.Timer, "start", lambda timer: begun.append(timer))
    app = serving._app(Settings(str(tmp_path / "l.db"), secret="x"))

    (timer,) = begun
    assert timer.daemon
    assert not drawn  # the start does not wait for it
    timer.function()
    assert [one[:4] for one in drawn] == ["<svg", "b'\\x"]
    app.state.service.close()


def test_no_page_is_worked_out_where_all_requests_are_taken() -> None:
    routers = (*pages.ROUTERS, pages.assist.router, *api.ROUTERS, api.assist.router)
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    assert len(routes) > 80
    # Drawing a chart there would keep everybody waiting. Events are awaited, not worked out.
    assert [route.name for route in routes if iscoroutinefunction(route.endpoint)] == ["events"]


def test_a_port_that_another_program_has_is_said_so(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = refused("--ledger", str(tmp_path / "l.db"), "--port", port)
    assert said.startswith(f"port {port} at 127.0.0.1 cannot be had")
    assert "--port 0" in said


def test_no_address_is_told_of_an_app_whose_ledger_cannot_be_opened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("Not a ledger. " * 100)
    with pytest.raises(LedgerDamaged), serving._listening(Settings(str(tmp_path / "notes.txt"), port=0)) as found:
        serving._run(found[1], found[0], open_=False)
    assert capsys.readouterr() == ("", "")


def test_a_shared_app_that_nobody_could_sign_in_to_does_not_start(tmp_path: Path) -> None:
    at = str(tmp_path / "l.db")
    Ledger.create(at, now=NOW).close()
    assert refused("--shared", "--ledger", at).startswith("nobody could sign in")


def test_a_shared_app_must_know_its_names(tmp_path: Path) -> None:
    assert "Give --hosts" in refused("--shared", "--host", "0.0.0.0", "--ledger", str(tmp_path / "l.db"))
    assert "no address or network" in refused("--shared", "--proxy", "proxy.example", "--ledger", "x.db")


@pytest.mark.parametrize("option", [("--host", "0.0.0.0"), ("--hosts", "x"), ("--workers", "2"), ("--https",)])
def test_what_is_for_several_people_is_refused_in_local_mode(option: tuple[str, ...]) -> None:
    assert "Add --shared" in refused(*option)


def test_options_come_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('ledger = "a.db"\ncoders = 2\nhosts = ["Tallies.Example.Org"]\nhttps = true\n')
    read = serving._settings({"coders": 3, "ledger": None}, True, file)
    assert (read.ledger, read.coders, read.hosts, read.https) == ("a.db", 3, ("tallies.example.org",), True)
    assert read.audience is Audience.SHARED


def test_the_browser_is_given_a_file_that_only_this_user_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda address: opened.append(address) or True)
    with serving._told(Settings("x", secret="s3cret"), open_=True):
        assert "s3cret" not in opened[0]
        page = Path(url2pathname(opened[0].removeprefix("file://")))
        assert "/start?secret=s3cret" in page.read_text()
        assert os.stat(page.parent).st_mode & 0o077 == 0
    assert not page.exists()


def test_the_first_administrator_is_made_once(tmp_path: Path) -> None:
    at = str(tmp_path / "l.db")
    Ledger.create(at, now=NOW).close()
    settings = Settings(at, audience=Audience.SHARED)
    with closing(open_office(settings)) as office:
        accounts.add(office, "ada", Role.ADMIN, password=PASSWORD, by="test", now=NOW)
        serving._first_admin(settings, "eve")
        assert [one.name for one in accounts.listing(office)] == ["ada"]
