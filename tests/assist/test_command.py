"""The command asks the model that is named, and no other; what it says is not taken for a finding."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tallystick.cli import app
from tallystick.errors import AssistRefused
from tallystick.jobs import assisting
from tallystick.ledger.store import Ledger
from tests.assist.fake import fake, offers, only_loopback
from tests.ledger.reports import NOON, recording

__all__ = ["only_loopback"]

REPORT = recording(12, more="Nine farmers were also hurt in Eastford.\n")
OFFER = {"sentence": "Nine farmers were also hurt in Eastford.", "figure": "Nine", "measure": "wounded"}


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as made:
        made.add([REPORT], now=NOON, actor="tests 1")
    return str(tmp_path / "ledger.db")


def test_a_document_is_asked_about_and_the_answer_waits(ledger: str, tmp_path: Path) -> None:
    with fake(offers(OFFER, OFFER | {"figure": "Ten"})) as at:
        config = tmp_path / "tallystick.toml"
        config.write_text(f'[assist]\nmodel = "small"\nendpoint = "{at.endpoint}"\n', encoding="utf-8")
        done = CliRunner().invoke(
            app, ["assist", REPORT.document.id[:8], "--config", str(config), "--ledger", ledger, "--by", "ada"]
        )
    assert done.exit_code == 0, done.output
    assert "1 proposed by small, 3 refused. Not findings: a person decides." in done.stdout
    with Ledger.open(ledger) as opened, opened.reading() as connection:
        ((one,), _) = assisting.listed(connection)
    assert one.model == "small"


def test_no_answer_is_told_and_exits_with_an_error(ledger: str) -> None:
    with fake(429) as at:
        given = ["assist", REPORT.document.id, "--model", "small", "--endpoint", at.endpoint, "--ledger", ledger]
        done = CliRunner().invoke(app, given)
    assert done.exit_code == 1
    assert "answered 429" in done.stderr


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (["--model", "small"], "give documents to ask about, or --pairs"),
        (["4d00c3bd", "--pairs", "3", "--model", "small"], "give documents to ask about, or --pairs"),
        (["4d00c3bd"], "no model is named"),
    ],
)
def test_a_command_that_names_no_model_or_nothing_to_ask_about_is_wrong(given: list[str], why: str) -> None:
    done = CliRunner().invoke(app, ["assist", *given], env={"TERM": "dumb", "COLUMNS": "200"})
    assert done.exit_code == 2
    assert why in done.output


def test_another_machine_is_not_asked_unless_it_is_allowed(ledger: str) -> None:
    given = ["assist", REPORT.document.id, "--model", "m", "--endpoint", "https://api.example.org/v1"]
    done = CliRunner().invoke(app, [*given, "--ledger", ledger])
    assert isinstance(done.exception, AssistRefused)
    assert "the text of documents would leave it" in str(done.exception)
