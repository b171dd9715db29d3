"""ClaimReview (schema.org): only what a person has decided about a figure itself, never what a program thinks.

A judgement on how a sentence was read (accept, correct, reject a claim) says nothing about the truth of its figure and
is never exported. Only judgements about "truth" are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tallystick.errors import ExportFailed
from tallystick.model.records import DocumentRecord, Held, Judgement, Verdict
from tallystick.views.exports import phrases
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.writing import write_json

LOSES = (
    "every figure that no person has given a verdict on: none is ever rated by a program",
    "low, high and comparator, except in the words of claimReviewed",
    "how many independent origins there are: appearances list the reports of the one origin",
    "verdicts that were withdrawn",
    "url, where the review itself is published: fill it in before publishing",
)
# Verdict -> rating and its words. The reviewer's own words stand in reviewBody.
_RATINGS = {
    Verdict.ACCEPT: (5, "Correct"),
    Verdict.CORRECT: (3, "The figure is another"),
    Verdict.UNSURE: (3, "Unproven"),
    Verdict.REJECT: (1, "Wrong"),
}


def reviews(material: Material) -> Iterator[dict[str, Any]]:
    """One review a figure with a standing verdict, by figure id."""
    held = {one.id: one for one in material.held}
    carriers = _carriers(material, held)
    for figure, verdict in sorted(material.truths().items()):
        if figure in held and verdict.verdict in _RATINGS:
            yield _review(held[figure], verdict, carriers.get(figure, [held[figure].document]))


def _review(held: Held, verdict: Judgement, told: list[DocumentRecord]) -> dict[str, Any]:
    rating, label = _RATINGS[verdict.verdict]
    source, first = phrases.source(held), told[0]
    said: dict[str, Any] = {"@type": "Claim", "name": phrases.figure(held)}
    if source is not None:
        said["author"] = {"@type": "Organization", "name": source}
    if first.published is not None:
        said["datePublished"] = first.published.isoformat()
        said["firstAppearance"] = _work(first)
    rest = [document for document in told if document is not first or first.published is None]
    said |= {"appearance": [_work(document) for document in rest]} if rest else {}
    out: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "identifier": f"urn:tally:judgement:{verdict.id}",
        "claimReviewed": f"{phrases.figure(held)} (“{phrases.quote(held)}”)",
        "author": {"@type": "Person", "name": verdict.by},
        "datePublished": verdict.at.date().isoformat(),
        "itemReviewed": said,
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": rating,
            "bestRating": 5,
            "worstRating": 1,
            "alternateName": label,
        },
    }
    return out | ({"reviewBody": verdict.why} if verdict.why else {})


def _carriers(material: Material, held: dict[str, Held]) -> dict[str, list[DocumentRecord]]:
    """Figure id -> the reports that carry its origin's figure, earliest dated first, undated last."""
    out: dict[str, list[DocumentRecord]] = {}
    for tally in material.tallies:
        for origin in tally.origins.origins:
            if not origin.known:
                continue
            figures = [f for voice in origin.voices for f in voice.figures]
            documents = _dated(held[f].document for f in figures if f in held)
            for figure in figures:
                out.setdefault(figure, documents)
    return {figure: documents for figure, documents in out.items() if documents}


def _dated(documents: Iterable[DocumentRecord]) -> list[DocumentRecord]:
    once = {document.id: document for document in documents}
    return sorted(once.values(), key=lambda d: (d.published or date.max, d.id))


def _work(document: DocumentRecord) -> dict[str, Any]:
    facts = {
        "@type": "CreativeWork",
        "url": document.url,
        "name": document.title or phrases.file_name(document),
        "datePublished": document.published.isoformat() if document.published else None,
        "publisher": {"@type": "Organization", "name": document.publisher} if document.publisher else None,
        "identifier": f"urn:sha256:{document.sha256}",
    }
    return {key: value for key, value in facts.items() if value is not None}


def write(material: Material, out: Path) -> Written:
    """Writes the reviews as a list. Raises ExportFailed when no person has given a verdict on a figure."""
    found = list(reviews(material))
    if not found:
        raise ExportFailed(
            "no person has given a verdict on whether a figure is right, and Tallystick never gives one itself. "
            "Record one with `tallystick judge accept FIGURE --about truth --by NAME --why ...`, then export again."
        )
    write_json(out, found)
    return Written((out,), len(found))


CLAIMREVIEW = Format("claimreview", "people's verdicts on figures: schema.org ClaimReview", ".json", LOSES, write)
