"""Long jobs through the app: uploads become documents, progress is streamed, exports come back, and all of it inert."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.requests import Request
from starlette.testclient import TestClient

from tallystick.errors import BadSettings
from tallystick.model.people import Permission, Role, TaskState
from tallystick.model.questions import Question
from tallystick.office import accounts, tokens
from tallystick.office import tasks as kept
from tallystick.serve.api import tasks as tasks_api
from tallystick.serve.service import open_office, open_service
from tallystick.serve.settings import Settings
from tallystick.serve.tasks import _clear_away, file_name, question_from, question_record, spool, start
from tests.serve.conftest import shot
from tests.serve.people import House, cheap, house, run

__all__ = ["cheap"]

REPORT = b"Port Lesna, 3 May 2024. At least 14 dockers were killed when a depot was shelled, the harbour office said."


def followed(client: TestClient, name: str) -> dict[str, Any]:
    """The job once it is over, as its stream of events tells it."""
    last = {}
    with client.stream("GET", f"/api/v1/tasks/{name}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line.startswith("data: "):
                last = json.loads(line.removeprefix("data: "))
    assert last["over"]
    return last


def test_an_uploaded_report_is_read_recorded_and_reconciled(client: TestClient) -> None:
    answer = client.post(
        "/documents",
        files={"files": ("../../etc/lesna.txt", REPORT, "text/plain")},
        data={"publisher": "Lesna Post", "published": "2024-05-03", "reconcile": "true"},
        follow_redirects=False,
    )
    assert answer.status_code == 303
    task = followed(client, answer.headers["location"].rsplit("/", 1)[-1])
    assert task["state"] == "done", task
    (document,) = task["result"]["documents"]
    assert task["result"]["claims"] >= 1
    assert task["result"]["reconciled"]["documents"] >= 1
    page = client.get(answer.headers["location"]).text
    assert f"/documents/{document}" in page


def test_what_cannot_be_read_is_told_with_its_reason(client: TestClient) -> None:
    answer = client.post("/documents", files={"files": ("empty.txt", b"   ", "text/plain")}, follow_redirects=False)
    task = followed(client, answer.headers["location"].rsplit("/", 1)[-1])
    assert task["state"] == "done"
    assert task["result"]["unread"][0]["error"] == "EmptyDocument"


def test_an_export_comes_back_as_an_archive_with_its_notes(client: TestClient) -> None:
    answer = client.post("/api/v1/tasks", json={"kind": "export", "format": "csv"})
    assert answer.status_code == 202
    task = followed(client, answer.json()["id"])
    assert task["state"] == "done", task
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"/api/v1/tasks/{task['id']}/file").content))
    assert {"tallystick.csv", "tallystick.notes.txt"} <= set(archive.namelist())


def test_an_export_holds_what_its_filters_ask_for_alone(client: TestClient) -> None:
    answer = client.post("/api/v1/exports", params={"format": "jsonl", "measure": "missing"})
    task = followed(client, answer.json()["id"])
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"/api/v1/tasks/{task['id']}/file").content))
    lines = archive.read("tallystick.jsonl").decode().splitlines()
    assert {json.loads(line)["claim"]["measure"] for line in lines} == {"missing"}


def test_a_job_of_a_kind_or_format_there_is_not_is_refused_in_words(client: TestClient) -> None:
    assert client.post("/api/v1/tasks", json={"kind": "launch"}).status_code == 422
    task = followed(client, client.post("/api/v1/tasks", json={"kind": "export", "format": "xls"}).json()["id"])
    assert task["state"] == "failed"
    assert "there is no format" in task["error"]


def test_nothing_to_add_and_a_file_address_are_refused(client: TestClient) -> None:
    assert "nothing was given to add" in client.post("/documents", data={"addresses": " "}).text
    answer = client.post("/documents", data={"addresses": "file:///etc/passwd"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.txt", "report.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\papers\\day.pdf", "day.pdf"),
        ("a\x00b\n.html", "a_b_.html"),
        ("...", "document"),
        (None, "document"),
        ("x" * 400 + ".txt", "x" * 120 + ".txt"),
    ],
)
def test_an_uploaded_files_name_leads_nowhere(given: str | None, kept: str) -> None:
    assert file_name(given) == kept


def test_the_folder_of_uploads_is_nobody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tallystick.serve.tasks.gettempdir", lambda: str(tmp_path))
    settings = Settings("postgresql://db.example/tally")
    folder = spool(settings, "0a")
    assert folder.stat().st_mode & 0o077 == folder.parent.stat().st_mode & 0o077 == 0

    folder.parent.chmod(0o777)
    with pytest.raises(BadSettings, match="open to other users"):
        spool(settings, "0b")
    shutil.rmtree(folder.parent)
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.parent.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadSettings, match="open to other users"):
        spool(settings, "0c")


def test_files_of_jobs_that_have_long_been_over_are_cleared_away(tmp_path: Path) -> None:
    settings = Settings(str(tmp_path / "l.db"))
    with closing(open_office(settings)) as office:
        for name, days in (("0a", 8), ("0b", 6)):
            at = datetime.now(UTC) - timedelta(days=days)
            kept.ask(office, "export", by="ada", given={"of": name}, now=at, id=name)
            kept.stop(office, name, now=at)
            (spool(settings, name) / "tallystick-export.zip").write_bytes(b"x")
        kept.ask(office, "add", by="ada", given={}, now=datetime.now(UTC) - timedelta(days=8), id="0c")
        spool(settings, "0c")
        _clear_away(settings, office)
    assert sorted(one.name for one in spool(settings, "0c").parent.iterdir()) == ["0b", "0c"]


def test_the_office_is_for_its_owner_alone(tmp_path: Path) -> None:
    open_office(Settings(str(tmp_path / "l.db"))).close()
    assert (tmp_path / "l.db.office").stat().st_mode & 0o077 == 0


def test_however_many_ask_one_process_carries_out_what_waits(ledger_file: Path) -> None:
    at = open_service(Settings(str(ledger_file), secret="x"))
    try:
        for full in (False, True):
            start(at, "reconcile", {"full": full}, by="ada")
            start(at, "verify", {"thorough": full}, by="ada")
        assert len(at.jobs) == 1
        at.jobs[0].process.join(300)
        assert {one.state for one in kept.newest(at.office)} == {TaskState.DONE}
        assert not at.jobs[0].serves
    finally:
        at.close()


async def told(home: House, secret: str, name: str, end: Callable[[], None]) -> list[str]:
    """The events that a token's bearer is told of a job, if end is called after the first."""
    headers = [(b"authorization", f"Bearer {secret}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers, "query_string": b"", "app": home.app}
    forever = asyncio.Event()

    async def receive() -> dict[str, str]:
        await forever.wait()
        return {}

    found = []
    async for event in tasks_api._events(Request(scope, receive), home.service, name):
        found.append(event)
        end()
    return found


def test_who_may_no_longer_watch_a_job_is_told_no_more_of_it(where: str) -> None:
    with house(where) as home:
        home.add("cole", Role.CODER)
        job = kept.ask(home.office, "verify", by="cole", given={}, now=home.clock())
        for close in (
            lambda made: tokens.revoke(home.office, "cole", made.id, by="cole", now=home.clock()),
            lambda made: accounts.close(home.office, "cole", by="ada", now=home.clock()),
        ):
            cole = accounts.find(home.office, "cole")
            made, secret = tokens.make(
                home.office, cole, "x", list(Permission)[:2], expires=None, by="cole", now=home.clock()
            )
            assert len(run(told(home, secret, job.id, partial(close, made)))) == 1


def test_two_files_of_one_name_are_both_kept() -> None:
    assert file_name("a.txt", ["a.txt", "a-2.txt"]) == "a-3.txt"


def test_a_question_survives_the_way_to_the_job() -> None:
    asked = Question(
        measures=("killed",), actor="Lesna", since=date(2024, 5, 1), known_by=date(2024, 6, 1),
        held_by=datetime(2024, 6, 2, tzinfo=UTC), dated_only=True,
    )  # fmt: skip
    assert question_from(json.loads(json.dumps(question_record(asked)))) == asked


def test_a_job_is_followed_in_the_browser_until_it_is_done(open_page: Callable[..., Page]) -> None:
    page = open_page("/tasks")
    shot(page, "tasks-empty")
    page.get_by_role("button", name="Verify the ledger").click()
    expect(page.get_by_text("Nothing is damaged.")).to_be_visible(timeout=30_000)
    shot(page, "task-done")
    page.goto(page.url.split("/tasks")[0] + "/add")
    shot(page, "add")
