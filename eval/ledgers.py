"""Scores of reconciling, held by the same floors as the scores of reading.

    python -m eval.ledgers             the founding report's conclusions, origins, incident links, series
    python -m eval.ledgers --update    raise floors to what was measured

Each part prints more by itself: python -m eval.reconciled_seed, eval.origins, eval.linking, eval.series.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
from collections.abc import Iterator

from eval import linking, origins, reconciled_seed, series
from eval.score import FLOORS, MARGIN, bench_folder


def scores() -> Iterator[tuple[str, float]]:
    """Label and score, larger is better; parts whose data is not there are left out."""
    bench = bench_folder()
    with contextlib.redirect_stdout(io.StringIO()):
        counts = reconciled_seed.main([])
    if counts:
        yield "ledger/founding report, conclusions reached", counts["reached"] / counts["expected"]
    story = bench.parent / origins.STORY
    if story.is_file():
        found = origins.run(origins.story(story))
        alone = [one for one in found.values() if one["mentions"] > 1]
        single = [one for one in alone if one["at least"] == one["at most"] == 1]
        yield "ledger/repeated figures of one story with one origin", len(single) / len(alone)
    if (bench / "data" / "gva").is_dir():
        linked = linking.run()
        yield "ledger/articles to incidents, pair precision", linked["pair precision"]
        yield "ledger/articles to incidents, pair recall", linked["pair recall"]
        yield "ledger/articles to incidents, B3 F1", linked["B3 F1"]
    for name in ("isafpr", "ucdp_syria"):
        if (bench / "data" / name).is_dir():
            merged = linking.false_merges(name)
            yield f"ledger/{name}: events kept apart", 1 - merged["put together"] / merged["reports"]
    if (bench / "series").is_dir():
        results = series.measure()
        with_days = results.pop(series.WITH_DAYS)
        for name, result in results.items():
            steps = len(result.peeled.conflicts)
            yield f"ledger/{name}: sums without contradiction", 1.0 if not steps else 1 - steps / max(1, result.sums)
        # This one does contradict itself, so that finding less is worse.
        days = series.published()
        wrong = {f"killed by {day}" for day in series.broken(days)}
        told = {conflict.quantity for conflict in with_days.peeled.conflicts}
        left = series.broken(series.mended(days, with_days.single))
        yield f"ledger/{series.WITH_DAYS}: contradictions found and no other", len(wrong & told) / len(wrong | told)
        yield f"ledger/{series.WITH_DAYS}: contradictions mended by one figure", 1 - len(left) / len(wrong)


def main(arguments: list[str] | None = None) -> int:
    """Prints a table; 1 when a score is below its floor."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="raise the floors to what was measured")
    options = parser.parse_args(arguments)
    if not bench_folder().is_dir():
        print(f"No annotated data at {bench_folder()}: nothing was scored. Set TALLYSTICK_BENCH to its folder.")
        return 0
    floors: dict[str, float] = json.loads(FLOORS.read_text(encoding="utf-8"))
    fallen = False
    for label, score in scores():
        score = round(score, 4)
        floor = floors.get(label)
        low = floor is not None and score < floor - MARGIN
        fallen |= low
        shown = "-" if floor is None else f"{floor:.4f}"
        print(f"{label:<56} {score:7.4f} {shown:>7}  {'BELOW' if low else ''}".rstrip(), flush=True)
        if options.update and (floor is None or score > floor):
            floors[label] = score
    if options.update:
        FLOORS.write_text(json.dumps(dict(sorted(floors.items())), indent=1) + "\n", encoding="utf-8")
    return int(fallen and not options.update)


if __name__ == "__main__":
    sys.exit(main())
