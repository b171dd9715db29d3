"""The first page: what is new, what clashes, what waits, who judged what, and how to begin with nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tallystick.ledger import queries
from tallystick.ledger.overview_rows import MOST
from tallystick.ledger.store import Ledger
from tallystick.model.records import Unread
from tallystick.serve.app import make_app
from tallystick.serve.pages.dashboard import many
from tallystick.serve.settings import Settings
from tests.deciding import decide
from tests.ledger.reports import recording
from tests.serve.conftest import NOW, SECRET, ticking
from tests.serve.test_incidents import cheap, coder_of

__all__ = ["cheap"]


def section(page: str, name: str) -> str:
    found = re.search(rf'<h2 id="{name}">.*?</section>', page, re.DOTALL)
    assert found is not None
    return found[0]


def over(path: Path) -> TestClient:
    app = make_app(Settings(str(path), signs="ada", secret=SECRET, hosts=("testserver",)), now=ticking())
    return TestClient(app, headers={"Authorization": f"Bearer {SECRET}"})


def test_it_tells_what_is_new_and_what_clashes(client: TestClient) -> None:
    page = client.get("/").text
    assert "The names of the dead of Tera" in section(page, "new")
    assert "“34” became “43”" in section(page, "revisions")
    assert "1 without a notice" in section(page, "revisions")
    clashes = section(page, "clashes")
    assert "at least 31" in clashes
    assert re.search(r'href="/quantities/t:[0-9a-f]+#conflicts"', clashes)
    assert "at 120:150" not in clashes  # offsets are for machines


def test_it_tells_what_waits_and_how_the_ledger_stands(client: TestClient) -> None:
    page = client.get("/").text
    assert re.search(r"1</strong> conflict<", section(page, "unresolved"))
    state = section(page, "ledger")
    assert re.search(r"<dt>Entries</dt><dd>\d+</dd>", state)
    assert "2026-02-28" in state
    assert "reconcile" not in page.replace("Reconciled", "")  # nothing came after


def test_what_came_after_reconciling_is_told_with_a_button(client: TestClient, ledger_file: Path) -> None:
    with Ledger.open(ledger_file) as ledger:
        ledger.add([recording(12), recording(13, publisher="Post")], now=NOW, actor="test")
        with ledger.reading() as connection:
            figure = next(iter(queries.held(connection, limit=1))).id
        decide(ledger, "accept", (figure,), by="bruno", why="<b>as it says</b>", changes=(), now=NOW)
        ledger.add_unread([Unread("broken.pdf", None, "DamagedDocument", "it ends too early")], now=NOW, actor="test")
    page = client.get("/").text
    assert "2 documents and 1 judgement came after" in page
    assert re.search(r'<form method="post" action="/tasks"><input type="hidden" name="kind" value="reconcile">', page)
    assert "&lt;b&gt;as it says&lt;/b&gt;" in section(page, "judged")
    assert "it ends too early" in section(page, "unresolved")


def test_a_coder_sees_no_judgement_that_would_sway_them(ledger_file: Path) -> None:
    with Ledger.open(ledger_file) as ledger:
        with ledger.reading() as connection:
            figure = next(iter(queries.held(connection, limit=1))).id
        decide(ledger, "reject", (figure,), by="bruno", why="misread", changes=(), now=NOW)
    with over(ledger_file) as alone:
        assert "misread" in section(alone.get("/").text, "judged")
    with coder_of(ledger_file) as coder:
        page = coder.get("/").text
        assert "None that you may see yet" in section(page, "judged")
        assert "misread" not in page
        assert figure not in page


def test_an_empty_ledger_gets_a_friendly_start(tmp_path: Path) -> None:
    Ledger.create(tmp_path / "empty.db", now=NOW).close()
    with over(tmp_path / "empty.db") as client:
        page = client.get("/").text
    assert "Begin with some reports" in page
    assert 'href="/add"' in page


def test_a_ledger_that_was_never_reconciled_says_so(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "new.db", now=NOW) as ledger:
        ledger.add([recording(12)], now=NOW, actor="test")
    with over(tmp_path / "new.db") as client:
        page = client.get("/").text
        assert "has not been reconciled yet" in page
        assert 'value="reconcile"' in page
        assert client.get("/search?q=killed").status_code == 200
        assert 'value="reconcile"' in client.get("/incidents").text
        assert client.get("/api/v1/incidents").status_code == 409


@pytest.mark.parametrize(("number", "said"), [(0, "0"), (999, "999"), (MOST, "1,000"), (MOST + 1, "1,000+")])
def test_nothing_is_counted_beyond_a_thousand(number: int, said: str) -> None:
    assert many(number) == said
