"""A ranking of sources on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_ledger_commands import done, figures, prepared, run, shared

__all__ = ["prepared", "shared"]
RANKED = ("--policy", "ecc-source-rank")


@pytest.fixture
def ranking(tmp_path: Path) -> Path:
    """The army stands before the mayor."""
    (tmp_path / "rank.txt").write_text("The army\nThe mayor\n", encoding="utf-8")
    return tmp_path / "rank.txt"


def test_the_source_ranked_first_has_the_word(shared: Path, ranking: Path, tmp_path: Path) -> None:
    asked = ("tallies", "--ledger", shared, "--place", "Ansongo", "--measure", "killed", "--json", *RANKED)
    army = json.loads(done(*asked, "--ranking", ranking).out)["tallies"][0]["estimate"]
    (tmp_path / "other.csv").write_text("rank,source\n2,The army\n1,The mayor\n", encoding="utf-8")
    mayor = json.loads(done(*asked, "--ranking", tmp_path / "other.csv").out)["tallies"][0]["estimate"]

    assert {army["policy"], mayor["policy"]} == {"ecc-source-rank/1"}
    assert (army["low"], army["high"]) != (mayor["low"], mayor["high"])


@pytest.mark.parametrize("command", ["ask", "explain", "series", "policy-diff", "export"])
def test_every_command_under_a_policy_takes_a_ranking(
    shared: Path, ranking: Path, tmp_path: Path, command: str
) -> None:
    figure = next(iter(figures(shared).values()))
    name = json.loads(done("ask", "killed in Ansongo", "--ledger", shared, "--json").out)["tallies"][0]["id"]
    given: dict[str, tuple[str | Path, ...]] = {
        "ask": ("killed in Ansongo", *RANKED),
        "explain": (name, *RANKED),
        "series": (figure, *RANKED),
        "policy-diff": (name, "neutral", "ecc-source-rank"),
        "export": ("ucdp", tmp_path / "out.csv", *RANKED),
    }

    assert done(command, *given[command], "--ledger", shared, "--ranking", ranking).code == 0
    without = run(command, *given[command], "--ledger", shared)
    assert without.code == 2
    assert "Give yours with --ranking FILE" in without.complaint


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("tallies", "--policy", "neutral"), "ranks no sources"),
        (("policy-diff", "t:1", "neutral", "acled-like"), "ranks no sources"),
        (("export", "ucdp", "out.csv"), "goes with --policy ecc-source-rank"),
    ],
)
def test_a_ranking_that_nothing_goes_by_is_refused(
    shared: Path, ranking: Path, arguments: tuple[str, ...], says: str
) -> None:
    refused = run(*arguments, "--ledger", shared, "--ranking", ranking)

    assert refused.code == 2
    assert says in refused.complaint


def test_a_ranking_that_cannot_be_read_is_said(shared: Path, tmp_path: Path) -> None:
    refused = run("tallies", *RANKED, "--ledger", shared, "--ranking", tmp_path / "gone.txt")

    assert refused.code == 2
    assert "cannot be read" in refused.complaint
