"""The founding report against its ledger by hand: figures, chains, dates, the publication interval.

    python -m eval.seed            a table of what was right and wrong
    python -m eval.seed --file F --gold G     another report with a ledger of the same form

A figure is right when one claim on its words has its low and high (an open low may be given as 0), its measure
and its comparator. A chain is right when the sources agree link by link, a link without a source included.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from eval.score import bench_folder
from tallystick.model.claims import Claim
from tallystick.model.report import Report
from tallystick.pipeline import read

# Gold says "deployed" for both the stock in place and the flow; we keep them apart.
MEASURES = {
    "deployed": {"deployed", "sent"},
    "processing_capacity": {"quantity"},
    "strength": {"strength", "deployed"},
}
COMPARATORS = {
    "=": {"cardinal", "additive"},
    "<=": {"bounded"},
    "vague": {"vague", "unquantified"},
    "unknown": {"question"},
}


def _claims_on(figure: dict[str, Any], report: Report) -> list[Claim]:
    where = figure["value_span"] or figure["span"]
    found = [c for c in report.claims if c.count_span.start < where["end"] and where["start"] < c.count_span.end]
    if not found:
        span = figure["span"]
        found = [c for c in report.claims if c.count_span.start < span["end"] and span["start"] < c.count_span.end]
    return found


def _count_right(claim: Claim, value: dict[str, Any]) -> bool:
    low, high = claim.count.low, claim.count.high
    if value["comparator"] == "unknown":
        return claim.count.form.value == "question"
    if value["comparator"] == "vague":
        return (low or 0) >= 1 and high is None
    return bool((low or 0) == value["lo"] and high == value["hi"])


def _names(gold: dict[str, Any]) -> dict[str, set[str]]:
    names = {}
    for source in gold["sources"]:
        names[source["id"]] = {mention["text"].lower() for mention in source["mentions"]} | {source["name"].lower()}
    return names


def _chain_right(claim: Claim, chain: list[str], names: dict[str, set[str]]) -> bool:
    links = chain[1:] if chain and chain[0] == "article" else chain
    if len(links) != len(claim.attributions):
        return False
    for wanted, link in zip(links, claim.attributions, strict=True):
        if any(name.startswith("(no source") for name in names[wanted]):
            if link.source is not None:
                return False
            continue
        got = [text.lower() for text in (link.source, link.resolved) if text]
        if not any(name in text or text in name for name in names[wanted] if name for text in got):
            return False
    return True


def main(arguments: list[str] | None = None) -> int:
    """Prints one row a figure and the totals."""
    seed = bench_folder().parent / "seed"
    parser = argparse.ArgumentParser(description="Score the founding report.")
    parser.add_argument("--file", type=Path, default=seed / "article.txt")
    parser.add_argument("--gold", type=Path, default=seed / "gold.json")
    options = parser.parse_args(arguments)
    if not options.file.exists():
        print(f"No report at {options.file}: nothing was scored.")
        return 0
    gold = json.loads(options.gold.read_text(encoding="utf-8"))
    report = read(options.file)
    names = _names(gold)
    figures = chains = 0
    for figure in gold["figures"]:
        measures = MEASURES.get(figure["measure"], {figure["measure"]})
        forms = COMPARATORS[figure["value"]["comparator"]]
        claims = _claims_on(figure, report)
        right = [
            c
            for c in claims
            if c.measure in measures and c.count.form.value in forms and _count_right(c, figure["value"])
        ]
        best = right or claims
        chain = any(_chain_right(c, figure["chain"], names) for c in best)
        figures += bool(right)
        chains += chain
        seen = "; ".join(
            f"{c.count.low}..{c.count.high} {c.count.form} {c.measure} "
            f"<{' > '.join(a.name or '(none)' for a in c.attributions)}> [{c.factuality}]"
            for c in best[:2]
        )
        marks = f"{'ok ' if right else 'NO '} chain {'ok ' if chain else 'NO '}"
        print(f"{figure['id']:<4} {marks} {figure['span']['text'][:45]:<46} {seen or 'no claim'}")
    wrong = [
        (trap["span"]["text"], claim.span.text)
        for trap in gold["not_figures"]
        for claim in report.claims
        if trap["span"]["start"] <= claim.count_span.start and claim.count_span.end <= trap["span"]["end"]
    ]
    dated = 0
    resolvable = [t for t in gold["times"] if "interval" in t and isinstance(t["interval"].get("earliest"), str)]
    for time in resolvable:
        span, interval = time["span"], time["interval"]
        period = next(
            (m.period for m in report.times if m.span.start < span["end"] and span["start"] < m.span.end), None
        )
        ok = period is not None and str(period.start) == interval["earliest"]
        dated += ok
        if not ok:
            print(f"time NO  {span['text']:<24} wanted {interval}, got {period}")
    bounds = report.document.published_bounds
    wanted = gold["expected"]["publication_date"]["with_outside_anchor"]
    given = (str(bounds.earliest), str(bounds.latest)) if bounds else ("None", "None")
    inside = "None" not in given and given[0] <= wanted["earliest"] and wanted["latest"] <= given[1]
    total = len(gold["figures"])
    print(f"figures {figures}/{total}   chains {chains}/{total}   dates {dated}/{len(resolvable)}")
    print(f"not figures claimed: {wrong or 'none'}   published: {' .. '.join(given)} {'ok' if inside else 'NO'}")
    extra = [c for c in report.claims if not any(c in _claims_on(f, report) for f in gold["figures"])]
    print("further claims:", [(c.span.text, c.measure.value) for c in extra])
    return 0


if __name__ == "__main__":
    sys.exit(main())
