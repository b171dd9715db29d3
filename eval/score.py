"""make bench: score every layer on the annotated data, print a table, hold the floors.

    python -m eval.score                 all benchmarks
    python -m eval.score wad timex       some
    python -m eval.score --update        raise floors to what was measured (never lowers one)
    python -m eval.score --update --allow-regression   lower them too; the commit must say why

The data lies outside the project (TALLYSTICK_BENCH, by default ../shared/bench); where it is not there, this
says so and exits 0.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import sys
import time
from pathlib import Path
from typing import Any

from eval import adapters, parses

HERE = Path(__file__).parent
FLOORS = HERE / "floors.json"
# One flipped row of the smallest benchmark moves a score by about this much; a fall within it is noise.
MARGIN = 0.0005


def bench_folder() -> Path:
    """Where the annotated data is expected."""
    return Path(os.environ.get("TALLYSTICK_BENCH", HERE.parent.parent / "shared" / "bench"))


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def measure(name: str, bench: Path) -> dict[str, float]:
    """Scores of one adapter, by the labels of its METRICS."""
    adapter = importlib.import_module(f"eval.adapters.{name}")
    folder = bench / "data" / adapter.BENCH
    predictions = adapter.predict(rows(folder / "docs.jsonl"), folder)
    out = HERE / "out"
    out.mkdir(exist_ok=True)
    with (out / f"{name}.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in predictions)
    for path in (bench / "score", bench):
        if str(path) not in sys.path:
            sys.path.insert(0, str(path))
    scorer = importlib.import_module(adapter.SCORER)
    gold = rows(folder / getattr(adapter, "GOLD", "gold.jsonl"))
    report = scorer.score(predictions, gold)
    (out / f"{name}.report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    scores = {}
    for label, path in adapter.METRICS.items():
        value: Any = report
        for key in path:
            value = value[key]
        scores[label] = round(float(value), 4)
    return scores


def main(arguments: list[str] | None = None) -> int:
    """Prints the table; returns 1 when a score is below its floor."""
    parser = argparse.ArgumentParser(description="Score the layers on annotated data and hold the floors.")
    parser.add_argument("names", nargs="*", help="benchmarks to run (default: all)")
    parser.add_argument("--update", action="store_true", help="raise the floors to what was measured")
    parser.add_argument("--cached", action="store_true", help="reuse parses of earlier runs (development only)")
    parser.add_argument("--allow-regression", action="store_true", help="with --update: lower floors too")
    options = parser.parse_args(arguments)
    bench = bench_folder()
    if not bench.is_dir():
        print(f"No annotated data at {bench}: nothing was scored. Set TALLYSTICK_BENCH to its folder.")
        return 0
    known = sorted(module.name for module in pkgutil.iter_modules(adapters.__path__) if not module.name.startswith("_"))
    floors: dict[str, float] = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    fallen = False
    print(f"{'benchmark':<14} {'metric':<28} {'score':>7} {'floor':>7}  {'':<6} {'seconds':>7}")
    for name in options.names or known:
        begun = time.perf_counter()
        cache = parses.install(name) if options.cached else None
        scores = measure(name, bench)
        if cache:
            cache.save()
        seconds = time.perf_counter() - begun
        for label, score in scores.items():
            key = f"{name}/{label}"
            floor = floors.get(key)
            low = floor is not None and score < floor - MARGIN
            fallen |= low
            shown = f"{floor:7.4f}" if floor is not None else "      -"
            print(
                f"{name:<14} {label:<28} {score:7.4f} {shown}  {'BELOW' if low else '':<6} {seconds:7.1f}", flush=True
            )
            if options.update and (floor is None or score > floor or options.allow_regression):
                floors[key] = score
    if options.update:
        FLOORS.write_text(json.dumps(dict(sorted(floors.items())), indent=1) + "\n", encoding="utf-8")
    return int(fallen and not options.update)


if __name__ == "__main__":
    sys.exit(main())
