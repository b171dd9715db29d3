"""How often a place's score is right: python -m eval.places_calibration

For each threshold, the share of mentions at or above it, and how many of those are places of the annotation within
161 km of its point. The annotation is that of the toponym benchmark; mentions that only touch a name it gives no
point for are left out, as its scorer does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from eval.score import bench_folder, rows
from tallystick.extract.places import find_places
from tallystick.extract.sentences import split
from tallystick.model.mentions import PlaceMention
from tallystick.read import read_bytes

NEAR_KM = 161
THRESHOLDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


def kilometres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """The distance along a great circle."""
    a, b, c, d = map(math.radians, (lat1, lon1, lat2, lon2))
    h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(h)))


def judged() -> Iterator[tuple[float, bool]]:
    """The score of each resolved mention, and whether it is right."""
    folder = bench_folder() / "data" / "toponym"
    gold = {row["id"]: row["toponyms"] for row in rows(folder / "gold.jsonl")}
    for row in rows(folder / "docs.jsonl"):
        document = read_bytes(row["text"].encode())
        for mention in find_places(document, split(document)):
            touched = [g for g in gold[row["id"]] if mention.span.start < g["end"] and g["start"] < mention.span.end]
            wanted = [g for g in touched if g["lat"] is not None]
            if mention.place is not None and (wanted or not touched):
                yield mention.score, any(_right(mention, g) for g in wanted)


def _right(mention: PlaceMention, gold: dict[str, Any]) -> bool:
    place = mention.place
    return place is not None and kilometres(place.lat, place.lon, gold["lat"], gold["lon"]) <= NEAR_KM


def main() -> int:
    """Prints the table."""
    if not bench_folder().is_dir():
        print(f"No annotated data at {bench_folder()}: nothing was scored. Set TALLYSTICK_BENCH to its folder.")
        return 0
    scored = list(judged())
    print(f"{'score at least':>14} {'mentions':>9} {'kept':>6} {'right':>6}")
    for threshold in THRESHOLDS:
        kept = [right for score, right in scored if score >= threshold]
        print(f"{threshold:14.2f} {len(kept):9,} {len(kept) / len(scored):6.3f} {sum(kept) / len(kept):6.3f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
