"""The README shows what the floors hold, and no floor is without a benchmark."""

from __future__ import annotations

import json
import pkgutil
import re
from pathlib import Path

import pytest
from eval import adapters
from eval.readme import README, SHOWN
from eval.score import FLOORS, main

HELD: dict[str, float] = json.loads(FLOORS.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("words", "key"), [(words, key) for words, key, _, _ in SHOWN])
def test_a_score_in_the_readme_is_the_floor_that_is_held(words: str, key: str) -> None:
    row = re.search(rf"^\| {re.escape(words)} \|[^|]+\| (?P<score>[.\d]+) \|", README.read_text("utf-8"), re.MULTILINE)
    assert row is not None, "run: python -m eval.readme"
    assert row["score"] == f"{HELD[key]:.3f}"


def test_every_floor_belongs_to_a_benchmark_that_is_run() -> None:
    known = {module.name for module in pkgutil.iter_modules(adapters.__path__)} | {"ledger"}  # eval/ledgers.py
    assert {key.split("/")[0] for key in HELD} <= known


def test_without_the_annotated_data_the_benchmark_says_so_and_passes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("TALLYSTICK_BENCH", str(tmp_path / "nowhere"))
    assert main([]) == 0
    assert "No annotated data" in capsys.readouterr().out
