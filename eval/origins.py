"""A real story told by twelve pages over nine months: how many origins stand behind each of its figures.

    python -m eval.origins

The pages' chains and figures were noted by hand; only they are read, where the design notes lie. Prints, for each
measure and number, how many pages give it and who is behind it.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from eval.score import bench_folder
from tallystick.model.mentions import LinkKind
from tallystick.model.quantities import Figure, Key, Link
from tallystick.reconcile.origins import origins

STORY = Path("prototypes") / "recon" / "story_cluster.json"


def story(path: Path) -> list[Figure]:
    """The figures of the pages in the file; a page of which only the month is known counts as of its last day."""
    made = []
    for number, page in enumerate(json.loads(path.read_text(encoding="utf-8"))):
        day = re.match(r"\d{4}-\d\d-\d\d", page["published"])
        month = re.match(r"(\d{4})-(\d\d)", page["published"])
        published = date.fromisoformat(day[0]) if day else date(int(month[1]), int(month[2]), 28) if month else None
        chain = tuple(Link(name, LinkKind.SAYS) for name in page["chain"])
        for at, told in enumerate(page["figures"]):
            low, high = _bounds(told["comparator"], told["value"])
            made.append(
                Figure(
                    f"{number:08d}:{at:08d}",
                    Key(told["measure"]),
                    low,
                    high,
                    f"{number:08d}",
                    value=told["value"],
                    comparator=told["comparator"],
                    chain=chain,
                    publisher=page["publisher"],
                    published=published,
                    said=published,
                )
            )
    return made


def _bounds(comparator: str, value: int) -> tuple[int | None, int | None]:
    if comparator.startswith(">"):
        return value + (comparator == ">"), None
    if "<" in comparator:
        return None, value
    return value, value


def run(figures: Sequence[Figure]) -> dict[tuple[str, int], dict[str, Any]]:
    """For each measure and number: mentions, the names behind them, and the interval of independent origins."""
    groups: defaultdict[tuple[str, int], list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[(figure.key.measure, int(figure.value or 0))].append(figure)
    answer = {}
    for key, told in sorted(groups.items()):
        found = origins(told)
        answer[key] = {
            "mentions": found.mentions,
            "origins": [origin.name for origin in found.origins],
            "at least": found.at_least,
            "at most": found.at_most,
            "doubts": len(found.doubts),
        }
    return answer


def main() -> int:
    path = bench_folder().parent / STORY
    if not path.is_file():
        print("the story is not here: set TALLYSTICK_BENCH to the folder beside its own.")
        return 0
    for (measure, number), found in run(story(path)).items():
        names = ", ".join(str(name) for name in found["origins"])
        independent = f"{found['at least']} to {found['at most']}"
        print(f"{measure:<24} {number:>6,}  mentions {found['mentions']:>2}  origins {independent}  {names}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
