"""Long jobs through the app: uploads become documents, progress is streamed, exports come back, and all of it inert."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from tallystick.model.questions import Question
from tallystick.serve.tasks import file_name, question_from, question_record
from tests.serve.conftest import shot

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
