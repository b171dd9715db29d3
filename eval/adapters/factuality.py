"""Event factuality: certainty and polarity of events whose words are given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tallystick.extract import syntax
from tallystick.extract.factuality import judge
from tallystick.model.claims import Factuality
from tallystick.model.text import Sentence

BENCH = "factuality"
SCORER = "factuality"
METRICS = {"macro F1": ("headline",), "pearson r": ("ALL", "pearson_r")}

# The annotators' scale: 3 certain, 1.5 probable, 0.75 possible, 0 unspecified, -3 certainly not.
SCALE = {
    Factuality.ASSERTED: 3.0,
    Factuality.ACKNOWLEDGED: 3.0,
    Factuality.ESTIMATED: 1.5,
    Factuality.HEDGED: 0.75,
    Factuality.DENIED: -3.0,
    Factuality.PLANNED: 0.75,
    Factuality.SPECULATED: 0.0,
    Factuality.NO_INFORMATION: 0.0,
}
# In their scheme the future of "will" is as certain as the past, and what was put off did not happen.
BY_RULE = {"hedges/will": 3.0, "hedges/postponed": -3.0}


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """A value for every given event."""
    sentences = [Sentence(0, len(doc["text"]), doc["text"], 0, 0) for doc in docs]
    rows = []
    for doc, parsed in zip(docs, syntax.parse(sentences), strict=True):
        events = []
        for start, end in doc["event_spans"]:
            words = parsed.at(start, end)
            if not words:
                continue
            inside = {t.i for t in words}
            event = next((t for t in words if t.head not in inside or t.head == t.i), words[0])
            verdict, reasons = judge(event, parsed)
            value = next((BY_RULE[r.rule] for r in reasons if r.rule in BY_RULE), SCALE[verdict])
            events.append({"start": start, "end": end, "factuality": value, "rules": [r.rule for r in reasons]})
        rows.append({"id": doc["id"], "events": events})
    return rows
