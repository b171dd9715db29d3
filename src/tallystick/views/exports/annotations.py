"""W3C Web Annotations (JSON-LD): one a claim, with a position and a quotation to find its words by.

Positions count Unicode code points of the stored plain text, as the recommendation asks. JavaScript counts UTF-16
units: a character outside the basic plane is one here and two there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tallystick.model.records import Held, Judgement
from tallystick.views.exports import phrases
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.writing import compact, opened, stamp
from tallystick.views.records import claim_record

CONTEXT = ("http://www.w3.org/ns/anno.jsonld", {"tally": "urn:tally:vocab#", "figure": {"@id": "tally:figure",
           "@type": "@json"}, "textSha256": "tally:textSha256", "offsetUnit": "tally:offsetUnit"})  # fmt: skip
LOSES = (
    "the scene, and where in the text each rule fired: the body “figure” is the record of `tallystick read --json`",
    "the reports' texts: the target is named by URL or SHA-256, with the words and 32 characters around them",
    "tallies, origins, conflicts and estimates",
    "a standard vocabulary for figures: none exists, so that other programs show the words and the tag only",
)
AROUND = 32


def annotation(held: Held, text: str | None, material: Material, judged: Judgement | None) -> dict[str, Any]:
    """One claim. text None: the document was erased, and the quotation has no surroundings."""
    claim, document = held.claim, held.document
    span = claim.span
    quote: dict[str, Any] = {"type": "TextQuoteSelector", "exact": span.text}
    if text is not None:
        quote |= {
            "prefix": text[max(0, span.start - AROUND) : span.start],
            "suffix": text[span.end : span.end + AROUND],
        }
    state: dict[str, Any] = {
        "type": "TimeState",
        "textSha256": document.text_sha256,
        "offsetUnit": "Unicode code points of the stored text",
    }
    if document.captured_at is not None:
        state["sourceDate"] = stamp(document.captured_at)
    out: dict[str, Any] = {
        "id": f"urn:tally:claim:{held.id}",
        "type": "Annotation",
        "motivation": "assessing" if judged else "identifying",
        "created": stamp(document.captured_at or material.generated_at),
        "generator": {"id": "urn:tally:software", "type": "Software", "name": f"tallystick {material.version}"},
        "generated": stamp(material.generated_at),
        "body": [
            {"type": "Dataset", "format": "application/json", "figure": claim_record(claim)},
            {"type": "TextualBody", "purpose": "tagging", "value": claim.measure.value},
            {"type": "TextualBody", "purpose": "describing", "format": "text/plain", "value": phrases.cited(held)},
        ],
        "target": {
            "source": document.url or f"urn:sha256:{document.sha256}",
            "state": state,
            "selector": [{"type": "TextPositionSelector", "start": span.start, "end": span.end}, quote],
        },
    }
    if judged is not None:
        why = f": {judged.why}" if judged.why else ""
        out["creator"] = {"type": "Person", "name": judged.by}
        out["modified"] = stamp(judged.at)
        out["body"].append({"type": "TextualBody", "purpose": "assessing", "value": f"{judged.verdict.value}{why}"})
    return out


def every(material: Material) -> Iterator[dict[str, Any]]:
    """Every claim, in the order of the log; rejected ones too, with the judgement as a body."""
    verdicts = material.verdicts()
    text: tuple[str | None, str | None] = (None, None)
    for held in material.held:
        if text[0] != held.document.id:
            text = (held.document.id, material.texts(held.document.id))
        yield annotation(held, text[1], material, verdicts.get(held.id))


def write(material: Material, out: Path) -> Written:
    """Writes one annotation collection with a single page, an annotation a line."""
    head = {
        "@context": CONTEXT,
        "id": f"urn:tally:annotations:{material.origin}",
        "type": "AnnotationCollection",
        "label": f"Figures in {material.origin}",
    }
    count = 0
    with opened(out) as file:
        file.write(compact(head)[:-1] + ',"first":{"type":"AnnotationPage","startIndex":0,"items":[')
        for one in every(material):
            file.write((",\n" if count else "\n") + compact(one))
            count += 1
        file.write(f']}},"total":{count}}}\n')
    return Written((out,), count)


ANNOTATIONS = Format("annotations", "W3C Web Annotations, JSON-LD", ".jsonld", LOSES, write)
