"""Articles put together by the event they tell of, against a registry of shootings with several articles each.

    python -m eval.linking              a table
    python -m eval.linking --pairs 20   also the wrong and the missed pairs, by their articles' ids

An article stands where its main scene stands: the first that is no running total and no aside. An article that gives
no figure is in a group of its own. B3 and pairwise scores are over articles (Bagga and Baldwin 1998).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from eval.adapters._reports import reports
from eval.score import bench_folder, rows
from tallystick.model.quantities import LinkVerdict
from tallystick.model.records import DocumentRecord, Scene
from tallystick.model.report import Report
from tallystick.reconcile.copies import find_copies
from tallystick.reconcile.linking import link
from tallystick.reconcile.scenes import scenes

Pair = tuple[str, str]


def measure(read: Sequence[tuple[dict[str, Any], Report]], gold: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Scores of the links between these reports; gold rows hold the article ids of each incident in "docs"."""
    documents: list[DocumentRecord] = []
    told: list[Scene] = []
    main: dict[str, str] = {}
    for row, report in read:
        documents.append(
            DocumentRecord(row["id"], report.document.sha256, report.document.text_sha256, published=_day(report))
        )
        own = scenes(report, row["id"])
        told += own
        main[row["id"]] = _main(own)
    started = time.perf_counter()
    copies = find_copies({row["id"]: report.document.text for row, report in read})
    compared = time.perf_counter()
    # Scenes are named by the first eight characters of their document's id, which all begin alike here.
    named = {s.id: (s.document, s.index) for s in told}
    if len(named) != len(told):
        raise ValueError("two articles have ids that begin alike: give them ids that differ in eight characters.")
    linked = link(told, (), copies, documents)
    ended = time.perf_counter()
    group_of = {scene: n for n, incident in enumerate(linked.incidents) for scene in incident.scenes}
    found = {d: str(group_of[s]) if s in group_of else d for d, s in main.items()}
    wanted = {d: row["id"] for row in gold for d in row["docs"]}
    scored: dict[str, Any] = dict(_scores(found, wanted))
    queue = {tuple(sorted((named[k.a][0], named[k.b][0]))) for k in linked.links if k.verdict is LinkVerdict.QUEUE}
    same = _pairs(wanted)
    within = {d: g for d, g in wanted.items() if main[d]}
    scored |= {
        "articles": len(wanted),
        "with a scene": len(within),
        "pair recall of those": len(_pairs(found) & _pairs(within)) / max(1, len(_pairs(within))),
        "in the queue": len(queue),
        "of those right": sum(p in same for p in queue),
        "copies": len(copies),
        "copies right": sum(tuple(sorted((c.a, c.b))) in same for c in copies),
        "copy seconds": round(compared - started, 2),
        "link seconds": round(ended - compared, 2),
    }
    scored["wrong"] = sorted(_pairs(found) - same)
    scored["missed"] = sorted(same - _pairs(found))
    return scored


def _day(report: Report) -> Any:
    return report.document.published


def _main(own: Iterable[Scene]) -> str:
    return next((s.id for s in own if not s.cumulative and not s.aside), "")


def _pairs(groups: dict[str, str]) -> set[Pair]:
    members = defaultdict(list)
    for document, group in groups.items():
        members[group].append(document)
    return {pair for held in members.values() for pair in combinations(sorted(held), 2)}


def _scores(found: dict[str, str], wanted: dict[str, str]) -> dict[str, float]:
    ours, theirs = _pairs(found), _pairs(wanted)
    both = len(ours & theirs)
    precision, recall = both / max(1, len(ours)), both / max(1, len(theirs))
    overlap = Counter((found[d], wanted[d]) for d in wanted)
    mine, true = Counter(found[d] for d in wanted), Counter(wanted.values())
    b3p = sum(n * n / mine[f] for (f, _), n in overlap.items()) / len(wanted)
    b3r = sum(n * n / true[w] for (_, w), n in overlap.items()) / len(wanted)
    return {
        "pair precision": precision,
        "pair recall": recall,
        "pair F1": 2 * precision * recall / max(1e-9, precision + recall),
        "B3 precision": b3p,
        "B3 recall": b3r,
        "B3 F1": 2 * b3p * b3r / max(1e-9, b3p + b3r),
    }


def run() -> dict[str, Any]:
    """The scores on the registry's articles, read where the annotated data lies."""
    folder = bench_folder() / "data" / "gva"
    titled = []
    for row in rows(folder / "docs.jsonl"):
        text = f"{row.get('title') or ''}\n\n{row['text']}".strip()
        titled.append({**row, "id": row["id"].removeprefix("gva-"), "text": text})
    gold = [{**row, "docs": [d.removeprefix("gva-") for d in row["docs"]]} for row in rows(folder / "incidents.jsonl")]
    return measure(list(reports(titled)), gold)


def false_merges(bench: str) -> dict[str, Any]:
    """How many one-event reports of a set are put together with another: press releases of one army tell of each raid
    in the same words, and so do the headlines of one observatory. Every report there is of an event of its own."""
    read = list(reports(rows(bench_folder() / "data" / bench / "docs.jsonl")))
    documents: list[DocumentRecord] = []
    told: list[Scene] = []
    texts: dict[str, str] = {}
    for number, (_, report) in enumerate(read):
        document = f"{number:08d}"
        documents.append(DocumentRecord(document, "", "", published=_day(report)))
        texts[document] = report.document.text
        told += scenes(report, document)
    linked = link(told, (), find_copies(texts), documents)
    return {
        "reports": len(read),
        "put together": sum(len(i.scenes) > 1 for i in linked.incidents),
        "in the queue": sum(k.verdict is LinkVerdict.QUEUE for k in linked.links),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=0)
    options = parser.parse_args()
    if not (bench_folder() / "data" / "gva").is_dir():
        print("the annotated data is not here: set TALLYSTICK_BENCH to its folder.")
        return 0
    scored = run()
    wrong, missed = scored.pop("wrong"), scored.pop("missed")
    for name, value in scored.items():
        print(f"{name:<20} {value:.3f}" if isinstance(value, float) else f"{name:<20} {value}")
    for bench in ("isafpr", "ucdp_syria"):
        found = false_merges(bench)
        print(f"{bench:<20} " + ", ".join(f"{name} {value}" for name, value in found.items()))
    for name, pairs in (("wrong", wrong), ("missed", missed)):
        print(f"{name:<20} {len(pairs)}")
        for pair in pairs[: options.pairs]:
            print("   ", json.dumps(pair))
    return 0


if __name__ == "__main__":
    sys.exit(main())
