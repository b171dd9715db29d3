"""Toponym recognition and resolution on annotated news (LGL, TR-News, GeoVirus, GeoWebNews).

The benchmark counts demonyms with coordinates among its toponyms, so the adapter hands in demonyms with the point
of their country beside the places; Tallystick itself never takes one for a place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tallystick.extract.places import find_demonyms, find_places
from tallystick.extract.sentences import split
from tallystick.read import read_bytes

BENCH = "toponym"
SCORER = "toponym"
METRICS = {
    "recognition F1": ("ALL", "recognition", "f1"),
    "acc@161km of found": ("ALL", "acc@161km"),
    "acc@161km of all": ("ALL", "acc@161km_all"),
    "lgl recognition F1": ("lgl", "recognition", "f1"),
    "lgl acc@161km": ("lgl", "acc@161km"),
    "geovirus recognition F1": ("geovirus", "recognition", "f1"),
    "geovirus acc@161km": ("geovirus", "acc@161km"),
    "trnews recognition F1": ("trnews", "recognition", "f1"),
    "trnews acc@161km": ("trnews", "acc@161km"),
    "gwn recognition F1": ("gwn", "recognition", "f1"),
    "gwn acc@161km": ("gwn", "acc@161km"),
}


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """Places and demonyms of each document with their points."""
    predictions = []
    for row in docs:
        document = read_bytes(row["text"].encode())
        sentences = split(document)
        mentions = (*find_places(document, sentences), *find_demonyms(document, sentences))
        toponyms = [
            {"start": m.span.start, "end": m.span.end, "lat": m.place and m.place.lat, "lon": m.place and m.place.lon}
            for m in mentions
        ]
        predictions.append({"id": row["id"], "toponyms": toponyms})
    return predictions
