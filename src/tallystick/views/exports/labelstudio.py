"""Label Studio: one task a document, its claims as predictions, and the labelling configuration they need.

Offsets count code points, as Label Studio's text tag does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tallystick.model.records import DocumentRecord, Held
from tallystick.model.text import Span
from tallystick.model.values import Measure
from tallystick.views import words
from tallystick.views.exports import phrases
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.writing import beside, compact, opened, write_text

LOSES = (
    "documents whose text was erased: an annotator has nothing to read",
    "attribution chains beyond the innermost source, relations between figures, scenes",
    "low, high and comparator as fields: they stand in each region's note, for the annotator to read",
    "overlapping spans are kept, but Label Studio shows them one over the other",
    "tallies, conflicts and estimates",
)
PARTS = ("count", "population", "place", "time", "source")


def configuration() -> str:
    """The labelling configuration (XML) that the predictions refer to."""
    labels = "".join(f'    <Label value="{name}"/>\n' for name in (*(m.value for m in Measure), *PARTS))
    return (
        "<View>\n"
        '  <Header value="$title"/>\n'
        '  <Labels name="label" toName="text" showInline="true">\n'
        f"{labels}"
        "  </Labels>\n"
        '  <Text name="text" value="$text" granularity="character"/>\n'
        '  <TextArea name="figure" toName="text" perRegion="true" editable="true"/>\n'
        "</View>\n"
    )


def task(document: DocumentRecord, held: tuple[Held, ...], text: str, version: str) -> dict[str, Any]:
    """One document with a prediction that holds every claim and its parts."""
    result: list[dict[str, Any]] = []
    for one in held:
        claim, name = one.claim, one.id.replace(":", "-")
        region = _region(name, claim.span, claim.measure.value)
        region["meta"] = {"text": [phrases.cited(one)]}
        result.append(region)
        note = {"start": claim.span.start, "end": claim.span.end, "text": [phrases.figure(one)]}
        result.append({"id": name, "from_name": "figure", "to_name": "text", "type": "textarea", "value": note})
        for part, span in _parts(one):
            result.append(_region(f"{name}-{part}", span, part))
    return {
        "data": {
            "text": text,
            "title": words.clean(document.title or phrases.file_name(document) or document.id),
            "document": document.id,
            "published": str(document.published) if document.published else None,
            "publisher": document.publisher,
            "url": document.url,
        },
        "predictions": [{"model_version": f"tallystick-{version}", "result": result}],
    }


def _parts(held: Held) -> Iterator[tuple[str, Span]]:
    claim = held.claim
    yield "count", claim.count_span
    if claim.population is not None and claim.population.span is not None:
        yield "population", claim.population.span
    if claim.place is not None:
        yield "place", claim.place.span
    if claim.time is not None:
        yield "time", claim.time.span
    if claim.attributions and claim.attributions[-1].source_span is not None:
        yield "source", claim.attributions[-1].source_span


def _region(name: str, span: Span, label: str) -> dict[str, Any]:
    value = {"start": span.start, "end": span.end, "text": span.text, "labels": [label]}
    return {"id": name, "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def write(material: Material, out: Path) -> Written:
    """Writes the tasks as one JSON list, a task a line, and the configuration beside them."""
    count = erased = 0
    with opened(out) as file:
        file.write("[")
        for document, held in material.by_document():
            text = material.texts(document.id)
            if text is None:
                erased += 1
                continue
            file.write((",\n" if count else "\n") + compact(task(document, held, text, material.version)))
            count += 1
        file.write("\n]\n")
    side = beside(out, "config.xml")
    write_text(side, configuration())
    left = (f"{erased} documents whose text was erased have no task.",) if erased else ()
    return Written((out, side), count, left)


LABEL_STUDIO = Format("labelstudio", "tasks with predictions for Label Studio", ".json", LOSES, write)
