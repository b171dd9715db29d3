"""The evidence table: each coded row with what the ledger holds for or against it, as CSV and JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tallystick.model.evidence import Evidence, Finding, Fit, Matched
from tallystick.model.values import Number
from tallystick.views import words
from tallystick.views.exports.writing import Cell, write_csv, write_lines

# Column -> what it holds. The row's own columns follow under their own names.
COLUMNS: dict[str, str] = {
    "row": "the row's id in its own table",
    "line": "its line in the file; the header is line 1",
    "finding": "agrees, differs, partly, no evidence",
    "coded_low": "the row's low; empty where its layout has none",
    "coded_best": "the row's best figure",
    "coded_high": "the row's high",
    "claims_low": "the lowest floor among the figures found that do not count a part only; empty: open, or none",
    "claims_high": "the highest ceiling among them; empty: open, or none",
    "found": "how many figures were found",
    "events": "of how many events of the ledger",
    "best_score": "how well the best one matches, 0 to 1: days, place, sides, figure",
    "figures": "their ids, best first",
    "quotes": "the words of each, in the same order",
    "sources": "who said it and in which outlet, in the same order",
    "reasons": "what spoke for each, and how its figure stands to the row's",
    "note": "what a person must know: several events, an odd row",
}
KEPT = "coded:"


def cells(one: Matched) -> dict[str, Cell]:
    """One row under COLUMNS, then its own columns."""
    row, found = one.row, one.evidence
    whole = [e for e in found if e.fit is not Fit.PART]
    out: dict[str, Cell] = {
        "row": row.id,
        "line": row.line,
        "finding": one.finding.value,
        "coded_low": row.low,
        "coded_best": row.best,
        "coded_high": row.high,
        "claims_low": _end(min, [e.low for e in whole]),
        "claims_high": _end(max, [e.high for e in whole]),
        "found": len(found),
        "events": len({e.event or e.document for e in found}),
        "best_score": max((e.score for e in found), default=None),
        "figures": [e.figure for e in found],
        "quotes": [f"“{words.clean(e.quote)}”" for e in found],
        "sources": [_said(e) for e in found],
        "reasons": [", ".join(e.reasons) for e in found],
        "note": ". ".join(part for part in (one.note, *row.notes) if part),
    }
    return out | {f"{KEPT}{name}": value for name, value in row.kept.items()}


def _end(pick: Any, ends: Sequence[Number | None]) -> Number | None:
    """The outermost end; None where one of them is open, or none is there."""
    known = [end for end in ends if end is not None]
    return pick(known) if known and len(known) == len(ends) else None


def _said(evidence: Evidence) -> str:
    source = words.clean(evidence.source or "source not named")
    outlet = words.clean(evidence.publisher or "")
    where = f" in {outlet}" if outlet and outlet != source else ""
    return f"{source}{where}{f', {evidence.published}' if evidence.published else ''}"


def write_table(matched: Iterable[Matched], out: Path) -> int:
    """Writes the CSV and says how many rows. Raises ExportFailed."""
    rows = [cells(one) for one in matched]
    names = list(dict.fromkeys(name for row in rows for name in row)) or list(COLUMNS)
    return write_csv(out, ["\ufeff" + names[0], *names[1:]], ([row.get(name) for name in names] for row in rows))


def record(one: Matched) -> dict[str, Any]:
    """One row as JSON: what was coded, the finding, and every figure found."""
    row = one.row
    return {
        "row": row.id,
        "line": row.line,
        "layout": row.layout.value,
        "finding": one.finding.value,
        "coded": {
            "low": row.low,
            "best": row.best,
            "high": row.high,
            "from": str(row.start) if row.start else None,
            "to": str(row.end) if row.end else None,
            "place": row.place,
            "sides": list(row.sides),
        },
        "evidence": [
            {
                "figure": e.figure,
                "score": e.score,
                "fit": e.fit.value,
                "low": e.low,
                "high": e.high,
                "quote": e.quote,
                "start": e.start,
                "end": e.end,
                "document": e.document,
                "source": e.source,
                "publisher": e.publisher,
                "published": str(e.published) if e.published else None,
                "event": e.event,
                "reasons": list(e.reasons),
            }
            for e in one.evidence
        ],
        "note": one.note,
        "notes": list(row.notes),
        "kept": dict(row.kept),
    }


def write_records(matched: Iterable[Matched], out: Path) -> int:
    """Writes JSON Lines and says how many. Raises ExportFailed."""
    return write_lines(out, (record(one) for one in matched))


def summary(matched: Sequence[Matched]) -> str:
    """How many rows there are of each finding, in one line: "12 rows: 5 agree, 2 differ, 1 partly, 4 no evidence"."""
    verbs = {Finding.AGREES: "agree", Finding.DIFFERS: "differ", Finding.PARTLY: "partly", Finding.NO_EVIDENCE: None}
    counts = {kind: sum(1 for one in matched if one.finding is kind) for kind in Finding}
    parts = [f"{count} {verbs[kind] or 'without evidence'}" for kind, count in counts.items() if count]
    return f"{len(matched)} rows: {', '.join(parts) or 'none'}"


def lines(matched: Iterable[Matched]) -> Iterator[str]:
    """One line a row for a terminal: what was coded, what was found."""
    for one in matched:
        row = one.row
        coded = words.bounds(row.low, row.high) if row.low is not None else words.bounds(row.best, row.best)
        head = f"{row.id} ({row.start or 'no date'}, {row.place or row.country or 'no place'}): {coded} dead coded"
        first = one.evidence[0] if one.evidence else None
        best = f": “{words.shorten(first.quote, 80)}” [{first.figure}]" if first else ""
        more = f" and {len(one.evidence) - 1} more" if len(one.evidence) > 1 else ""
        yield words.clean(f"{head} — {one.finding.value}{best}{more}")
