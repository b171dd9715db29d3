"""Which of the places of a text it is about. Pure functions over place mentions."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

from tallystick.model.mentions import PlaceMention
from tallystick.model.values import Precision

# How fine each precision is. Larger is finer; water and multinational places say least about where.
FINENESS = {
    Precision.POINT: 5,
    Precision.TOWN: 5,
    Precision.NEAR: 5,
    Precision.ADMIN2: 4,
    Precision.ADMIN1: 3,
    Precision.REGION: 2,
    Precision.COUNTRY: 1,
    Precision.WATER: 0,
    Precision.MULTINATIONAL: 0,
}

# What a mention's vote for its country is multiplied by. A town named says more about where than a country does; a
# country that acts from outside ("led by", "-based") says little. Set on annotated event descriptions (wad).
TOWN_VOTE = 2.0
ASIDE_VOTE = 0.3
# "In X" says more than "from X to Y": worth this many grades of fineness.
INSIDE_VOTE = 0.5
INSIDE = frozenset({"place_cues/within", "place_cues/near"})
ASIDE = frozenset(
    {"place_cues/aside", "place_cues/belonging", "place_cues/residence", "place_cues/street", "places/dateline"}
)

# A resolution less sure than this is passed over where a surer one exists.
DOUBTFUL = 0.25


def dominant_country(places: Iterable[PlaceMention]) -> str | None:
    """The alpha-2 code of the country that most of the mentions speak for, None when none names one.

    Each mention counts with its score, a fine place twice; the first country named wins a tie.
    """
    votes: defaultdict[str, float] = defaultdict(float)
    for mention in places:
        if mention.place is not None and mention.place.country is not None:
            votes[mention.place.country] += _vote(mention)
    return max(votes, key=lambda code: votes[code]) if votes else None


def main_place(places: Iterable[PlaceMention]) -> PlaceMention | None:
    """The mention that says most exactly where: the finest one in the dominant country, the first of equals.

    None when no mention is resolved. Doubtful resolutions count only where there is nothing else.
    """
    resolved = [mention for mention in places if mention.place is not None]
    sure = [mention for mention in resolved if mention.score >= DOUBTFUL] or resolved
    country = dominant_country(sure)
    at_home = [m for m in sure if m.place is not None and m.place.country == country] or sure
    return max(at_home, key=_fineness, default=None)


def is_aside(mention: PlaceMention) -> bool:
    """True when nothing need have happened at the place ("led by X", "X-based", the date line's place of writing)."""
    return any(reason.rule in ASIDE for reason in mention.reasons)


def _vote(mention: PlaceMention) -> float:
    if mention.place is None:
        return 0.0
    fine = TOWN_VOTE if FINENESS[mention.place.precision] > FINENESS[Precision.COUNTRY] else 1.0
    return mention.score * fine * (ASIDE_VOTE if is_aside(mention) else 1.0)


def _fineness(mention: PlaceMention) -> float:
    if mention.place is None or is_aside(mention):
        return -1
    inside = any(reason.rule in INSIDE for reason in mention.reasons)
    return FINENESS[mention.place.precision] + (INSIDE_VOTE if inside else 0)


def kilometres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """The distance of two points as the crow flies, in km (haversine, Earth's radius 6,371 km)."""
    lat1, lon1, lat2, lon2 = map(math.radians, (lat1, lon1, lat2, lon2))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 12_742 * math.asin(min(1.0, math.sqrt(half)))
