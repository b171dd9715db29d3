"""Writes the accuracy table of the README from eval/floors.json: python -m eval.readme

The floors are what `make bench` last measured (`python -m eval.score --update`). A test holds the table to them.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from eval.score import FLOORS, bench_folder, rows

README = Path(__file__).parent.parent / "README.md"
MARKS = ("<!-- scores: begin -->", "<!-- scores: end -->")

# What a reader wants to know: words, key in floors.json, folder of the rows, what others reach.
SHOWN = [
    ("killed: exact number per event description", "wad/killed exact", "wad", "fine-tuned NT5 .813 on its test rows"),
    ("wounded: exact number, where there are any", "wad/wounded exact > 0", "wad", ""),
    ("country of the event", "wad/country", "wad", ""),
    (
        "killed and wounded with counts per article (F1, upper-case wire text)",
        "muc4_casualties/numeric f1, relevant",
        "muc4",
        "best system of 1992 .63",
    ),
    ("press releases: killed, captured and date (mean)", "isafpr/headline", "isafpr", ""),
    ("figures in news: value (F1)", "newsquant/value f1", "newsquant", "CQE .920"),
    ("figures in news: value and comparator (F1)", "newsquant/value+change f1", "newsquant", "CQE .881"),
    ("time expressions: exact words (F1)", "timex/strict span F1", "timex", "HeidelTime .836"),
    ("time expressions: value (F1)", "timex/value F1", "timex", ""),
    ("place names found (F1)", "toponym/recognition F1", "toponym", ""),
    (
        "place names put within 161 km, of those found",
        "toponym/acc@161km of found",
        "toponym",
        "Mordecai 3 .827–.941, names given",
    ),
    ("attribution: source (overlap F1)", "attribution/source partial F1", "attribution", "trained annotators .818"),
    ("attribution: content (overlap F1)", "attribution/content overlap F1", "attribution", "trained annotators .914"),
    ("factuality in three classes (macro F1)", "factuality/macro F1", "factuality", "majority .27"),
    ("PLOVER event type (macro F1)", "plover/macro F1", "plover", ""),
    ("reporting or opinion (macro F1)", "subjectivity/macro F1", "subjectivity", ""),
]


def table(floors: dict[str, float], sizes: dict[str, int]) -> str:
    """The table in Markdown, one row a measure that has a floor."""
    lines = ["| what | rows | score | others |", "|---|---:|---:|---|"]
    for words, key, folder, others in SHOWN:
        if key in floors:
            lines.append(f"| {words} | {sizes.get(folder, 0):,} | {floors[key]:.3f} | {others} |")
    return "\n".join(lines)


def main() -> int:
    """Writes the table; needs the annotated data, whose rows it counts."""
    bench = bench_folder()
    if not bench.is_dir():
        print(f"No annotated data at {bench}: the table was left as it is.")
        return 0
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    sizes = {folder: len(rows(bench / "data" / folder / "docs.jsonl")) for folder in {row[2] for row in SHOWN}}
    begin, end = MARKS
    text = README.read_text(encoding="utf-8")
    made = f"{begin}\n\n{table(floors, sizes)}\n\n{end}"
    README.write_text(re.sub(rf"{begin}.*?{end}", lambda _: made, text, flags=re.DOTALL), encoding="utf-8")
    missing = [key for _, key, _, _ in SHOWN if key not in floors]
    if missing:
        print("No floor for: " + ", ".join(missing))
    return 0


if __name__ == "__main__":
    sys.exit(main())
