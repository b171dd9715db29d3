"""A ranking of sources is read from a file that people write, and decides under the policy that goes by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallystick.errors import BadTable, UnknownPolicy
from tallystick.jobs.questions import answers
from tallystick.jobs.rankings import RANKED, ranked, read_ranking
from tallystick.jobs.reconciling import reconcile
from tallystick.ledger.store import Ledger
from tallystick.model.questions import Question
from tallystick.reconcile.policies import POLICIES
from tests.ledger.reports import NOON, recording


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.txt", "The hospital\n\n# an army next\nThe army\n"),
        ("list.toml", 'sources = ["The hospital", "The army"]'),
        ("list.csv", "The hospital\nThe army\n"),
        ("list.csv", "source\nThe hospital\nThe army\n"),
        ("list.csv", "rank,source\n2,The army\n1,The hospital\n"),
        ("list.csv", 'why,Name\ncounts bodies,The hospital\n"speaks, often",The army\n'),
        ("list.csv", "rank,who\n1,The hospital\n2,The army\n"),
    ],
)
def test_a_ranking_is_the_names_in_order(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")

    assert read_ranking(tmp_path / name) == ("The hospital", "The army")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("list.txt", "\n# nobody\n", "names no source"),
        ("list.txt", "The army\nthe army\n", "twice"),
        ("list.toml", "sources = ", "is not TOML"),
        ("list.toml", 'names = ["The army"]', "sources = ["),
        ("list.csv", "rank,source\nfirst,The army\nlast,The hospital\n", "no number"),
        ("gone.txt", None, "cannot be read"),
    ],
)
def test_a_ranking_that_cannot_be_used_says_why(tmp_path: Path, name: str, text: str | None, says: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(BadTable, match=says.replace("[", r"\[")):
        read_ranking(tmp_path / name)


def test_only_policies_that_go_by_a_ranking_take_one() -> None:
    assert {"ecc-source-rank", "ecc-source-rank/1"} == RANKED
    assert ranked("ecc-source-rank", ("The army",)).rank == ("The army",)
    assert ranked("neutral") == POLICIES["neutral/1"]
    with pytest.raises(UnknownPolicy, match="ranks no sources"):
        ranked("neutral", ("The army",))


def test_the_outlet_ranked_first_has_the_word(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger:
        ledger.add([recording(n, publisher=f"The Paper {n}") for n in (12, 15)], now=NOON, actor="tests 1")
        reconcile(ledger, now=NOON)
        with ledger.reading() as connection:
            asked = [
                answers(connection, Question(), policy="ecc-source-rank", ranking=ranking)[0].estimate
                for ranking in ((), ("Nobody", "paper 15", "The Paper 12"), ("The Paper 12", "The Paper 15"))
            ]

    assert [one.low for one in asked] == [None, 15, 12]
    assert (asked[0].status or "").startswith("refused")
    assert "--ranking" in asked[0].steps[-1].note
