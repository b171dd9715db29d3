"""card, report, and verify with a card: what they write, what they print, and the codes they leave with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.test_ledger_commands import done, prepared, run

__all__ = ["prepared"]


@pytest.fixture
def ledger(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(prepared / "ledger.db", tmp_path / "ledger.db"))


@pytest.fixture
def figure(ledger: Path) -> str:
    """The id of a figure in a conflict."""
    shown = json.loads(done("conflicts", "--ledger", ledger, "--json").out)
    first: str = shown[0]["conflict"]["figures"][0]
    return first


@pytest.mark.parametrize("name", ["card.html", "card.json"])
def test_a_card_is_written_and_verified_without_the_ledger(
    ledger: Path, figure: str, tmp_path: Path, name: str
) -> None:
    written = done("card", figure, "--ledger", ledger, "--out", tmp_path / name)
    assert figure in written.words
    assert "It is not signed" in written.complaint

    verified = done("verify", tmp_path / name)
    assert f"The card of {figure} holds." in verified.words
    assert "NOT CHECKED signature" in verified.words


def test_a_signed_card_is_verified_with_the_key(ledger: Path, figure: str, tmp_path: Path) -> None:
    key = done("checkpoint", "--ledger", ledger).err.partition("Public key: ")[2].strip()
    assert done("card", figure, "--ledger", ledger, "--out", tmp_path / "card.html").err == ""

    assert "signed by the key that was given" in done("verify", tmp_path / "card.html", "--key", key).words


def test_an_altered_card_leaves_with_one(ledger: Path, figure: str, tmp_path: Path) -> None:
    file = tmp_path / "card.html"
    done("card", figure, "--ledger", ledger, "--out", file)
    file.write_text(file.read_text("utf-8").replace("Who said it", "Who denied it", 1), "utf-8")

    outcome = run("verify", file)
    assert outcome.code == 1
    assert "ALTERED page" in outcome.words
    assert "Who denied it" in outcome.words


def test_a_card_whose_figure_was_judged_since_leaves_with_three(ledger: Path, figure: str, tmp_path: Path) -> None:
    file = tmp_path / "card.json"
    done("card", figure, "--ledger", ledger, "--out", file)
    done("judge", "reject", figure, "--by", "Ana", "--why", "a drill", "--ledger", ledger)

    assert run("verify", file).code == 0
    outcome = run("verify", file, "--ledger", ledger)
    assert outcome.code == 3
    assert "Ana judged it" in outcome.words


def test_what_is_no_card_leaves_with_one_and_what_is_not_there_with_two(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("no card", "utf-8")

    outcome = run("verify", tmp_path / "note.txt")
    assert outcome.code == 1
    assert outcome.err.startswith("BadCard: ")
    assert run("verify", tmp_path / "none.html").code == 2


def test_a_card_is_not_verified_against_a_checkpoint_of_another_size(tmp_path: Path) -> None:
    (tmp_path / "card.html").touch()

    outcome = run("verify", tmp_path / "card.html", "--against", tmp_path / "monday.txt")
    assert outcome.code == 2
    assert "verify the ledger against it" in outcome.complaint


def test_a_card_has_estimates_by_the_policies_named_and_the_text_where_asked(
    ledger: Path, figure: str, tmp_path: Path
) -> None:
    file = tmp_path / "card.json"
    done("card", figure, "--ledger", ledger, "--out", file, "--text", "--policy", "neutral", "--policy", "acled-like")

    held = json.loads(file.read_text("utf-8"))
    assert [one["policy"] for one in held["told"]["tally"]["estimates"]] == ["neutral/1", "acled-like/1"]
    assert "HOLDS text" in done("verify", file).words


def test_a_report_is_written_as_a_page_and_as_pdf(ledger: Path, figure: str, tmp_path: Path) -> None:
    for name, start in (("toll.html", b"<!doctype html>"), ("toll.pdf", b"%PDF-")):
        written = done("report", figure, "--ledger", ledger, "--out", tmp_path / name, "--policy", "neutral")
        assert "1 quantity." in written.words
        assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("command", "out", "said"),
    [
        ("card", "card.pdf", "written as .html or .json"),
        ("report", "report.json", "written as .html or .pdf"),
        ("card", "nowhere/card.html", "cannot be written"),
    ],
)
def test_a_place_or_form_that_cannot_be_is_refused(
    ledger: Path, figure: str, tmp_path: Path, command: str, out: str, said: str
) -> None:
    outcome = run(command, figure, "--ledger", ledger, "--out", tmp_path / out)

    assert outcome.code == 2
    assert said in outcome.complaint


def test_an_unknown_policy_is_refused_with_the_names_there_are(ledger: Path, figure: str, tmp_path: Path) -> None:
    outcome = run("card", figure, "--ledger", ledger, "--out", tmp_path / "card.html", "--policy", "mine")

    assert outcome.code == 2
    assert "neutral/1" in outcome.complaint
