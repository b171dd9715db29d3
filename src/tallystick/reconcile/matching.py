"""Which figures of the ledger tell of a coded row's event: same days, same place, perhaps the same sides.

"No evidence found" is an answer. Where several events come near, all are listed: which of them a coder meant is for a
person to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

from tallystick.lexicon.gazetteer.countries import country_name
from tallystick.lexicon.gazetteer.names import ARTICLES, key, skeleton
from tallystick.model.claims import Factuality, RelationKind, Status
from tallystick.model.evidence import CodedEvent, Evidence, Finding, Fit, Matched
from tallystick.model.geography import kilometres
from tallystick.model.records import Held
from tallystick.model.values import Accumulation, Form, Measure, Number, Place, Precision

# Our choices, set by hand on invented rows: no data set was at hand to tune them on. Days and place carry the score; a
# figure is put forward only when both speak for it.
DAYS, PLACE, SIDES, FIGURE = 0.4, 0.35, 0.15, 0.1
SHOWN = 0.5
NEAR_KM, FAR_KM = 25.0, 100.0  # within: one place; beyond, for two exact places: another
TOLD_WITHIN = timedelta(days=7)  # an undated claim can be of an event up to a week before its report
LONGEST = timedelta(days=31)  # a running total is set beside a row only when the row is about as long a stretch
MARGIN = 0.1  # an event this much further off than the nearest is not meant
MOST = 20  # candidates kept for one row

_SOLID = {Factuality.ASSERTED, Factuality.ACKNOWLEDGED, Factuality.ESTIMATED, Factuality.HEDGED}
_RANKS = {Fit.FITS: 0, Fit.ABOVE: 1, Fit.BELOW: 1, Fit.PART: 2, Fit.OPEN: 3}  # where days, place and sides are as near
_OF_MORE = {RelationKind.PART_OF, RelationKind.ADDS_TO}
_EXACT = {Precision.POINT, Precision.TOWN, Precision.NEAR}
_WORD = re.compile(r"[^\W_]{3,}")
# Words that the names of many sides share: alone they say nothing.
_COMMON = frozenset((
    "army", "armed", "forces", "force", "military", "police", "government", "state", "group", "groups", "militia",
    "front", "civilians", "unidentified", "unknown", "the", "and", "for", "people", "men", "rebels", "soldiers",
))  # fmt: skip


# What gazetteers and codebooks add to a name: "Orelle town", "Lowland province".
_KINDS = frozenset({
    "town", "village", "city", "governorate", "province", "district", "region", "county", "municipality", "state",
    "department", "prefecture", "oblast", "raion", "camp", "area", "neighbourhood", "neighborhood", "countryside",
    "northern", "southern", "eastern", "western", "central", "rural",
})  # fmt: skip


class Index:
    """Claims about deaths by the days they may be about. Built once, asked for every row.

    incidents maps a scene's id to that of its incident.
    """

    def __init__(self, held: Iterable[Held], incidents: Mapping[str, str] | None = None) -> None:
        self._incidents = incidents or {}
        self._buckets: dict[str | None, dict[int, list[tuple[Held, date, date, bool]]]] = {}
        self._countries: dict[str, list[str | None]] = {}
        for one in held:
            if one.claim.measure is not Measure.KILLED or one.claim.factuality not in _SOLID:
                continue
            days = _days(one)
            if days is None:
                continue
            start, end, dated = days
            entry = (one, start, end, dated)
            weeks_of = self._buckets.setdefault(_country(one), {})
            for week in range(start.toordinal() // 7, end.toordinal() // 7 + 1):
                weeks_of.setdefault(week, []).append(entry)

    def match(self, row: CodedEvent) -> Matched:
        """The row with the figures that may tell of its event, best first."""
        if row.start is None:
            return Matched(row, Finding.NO_EVIDENCE, note="the row has no date, so that nothing can be looked for")
        last = row.end or row.start
        weeks = range((row.start - TOLD_WITHIN).toordinal() // 7, (last + TOLD_WITHIN).toordinal() // 7 + 1)
        near = {
            entry[0].id: entry
            for country in self._in(row.country)
            for week in weeks
            for entry in self._buckets[country].get(week, ())
        }
        found = [made for entry in near.values() if (made := self._weigh(row, *entry)) is not None]
        found.sort(key=lambda e: (-round(e.score - _bonus(e.fit), 3), _RANKS[e.fit], -(e.low or 0), e.figure))
        if not found:
            return Matched(row, Finding.NO_EVIDENCE, note="no figure in the ledger has its days and place")
        near_by, aside = _nearest(found)
        note = "; ".join(part for part in (_note(near_by), aside) if part)
        return Matched(row, finding(near_by), tuple(near_by[:MOST]), note)

    def _in(self, name: str | None) -> list[str | None]:
        """The codes of the countries that a table's name for one may mean; None, the claims of no country, always."""
        if (name or "") not in self._countries:
            self._countries[name or ""] = [
                code
                for code in self._buckets
                if code is None or not name or _same_country(country_name(code) or "", name)
            ]
        return self._countries[name or ""]

    def _weigh(self, row: CodedEvent, one: Held, start: date, end: date, dated: bool) -> Evidence | None:
        days = _time(row, one, start, end, dated)
        place = None if days is None else _place(row, one)
        if days is None or place is None:
            return None
        fit, figure = fits(row, one)
        sides = _sides(row, one)
        score = DAYS * days[0] + PLACE * place[0] + (SIDES if sides else 0.0)
        score += _bonus(fit)
        if score < SHOWN:
            return None
        claim, links = one.claim, one.claim.attributions
        event = None if one.scene is None else self._incidents.get(one.scene.id, one.scene.id)
        return Evidence(
            one.id, round(score, 3), fit, claim.count.low, claim.count.high, claim.span.text, claim.span.start,
            claim.span.end, one.document.id, links[-1].name if links else one.document.publisher,
            one.document.publisher, one.document.published, event,
            tuple(reason for reason in (days[1], place[1], sides, figure) if reason),
        )  # fmt: skip


def finding(found: Iterable[Evidence]) -> Finding:
    """What the figures found say to the row together. Counts of a part, which fit any larger whole, decide nothing."""
    decisive = {one.fit for one in found} - {Fit.OPEN, Fit.PART}
    if decisive == {Fit.FITS}:
        return Finding.AGREES
    return Finding.DIFFERS if decisive and Fit.FITS not in decisive else Finding.PARTLY


def fits(row: CodedEvent, held: Held) -> tuple[Fit, str]:
    """How a claim's figure stands to the row's, with the reason in words."""
    count, low, high = held.claim.count, row.low, row.high
    low = row.best if low is None else low
    high = row.best if high is None else high
    part = _part(held)
    if part == "civilians" and row.civilians is not None:
        low = high = row.civilians
        part = ""
    if low is None or high is None or (count.low is None and count.high is None):
        return Fit.OPEN, "one of the two gives no figure"
    low, high = min(low, high), max(low, high)
    said, coded = _bounds(count.low, count.high), _bounds(low, high)
    if count.low is not None and count.low > high:
        return Fit.ABOVE, f"{said} is more than the row's {coded}"
    if part:
        return Fit.PART, f"{said} counts {part}, within the row's {coded}"
    if count.high is not None and count.high < low:
        return Fit.BELOW, f"{said} is less than the row's {coded}"
    return Fit.FITS, f"{said} fits the row's {coded}"


def _bonus(fit: Fit) -> float:
    return FIGURE if fit in (Fit.FITS, Fit.PART) else 0.0


def _part(held: Held) -> str:
    """Which part of the dead a claim counts, in words; "" where it may be all of them."""
    who = held.claim.population
    if held.claim.count.form in (Form.NAMED, Form.SINGLE):
        return "people named one by one"  # a list of names never says that it is whole
    if held.claim.count.form is Form.ADDITIVE or any(r.kind in _OF_MORE for r in held.claim.relations):
        return "a part"
    if who is None:
        return ""
    if who.age is not None or who.sex is not None or who.occupation is not None:
        return who.text
    return {Status.CIVILIAN: "civilians", Status.COMBATANT: "combatants", Status.UNKNOWN: ""}[who.status]


def _bounds(low: Number | None, high: Number | None) -> str:
    if low == high:
        return str(low)
    if high is None:
        return f"at least {low}"
    return f"at most {high}" if low is None else f"{low}–{high}"


def _days(held: Held) -> tuple[date, date, bool] | None:
    """First and last day that a claim can be about, and whether its words say so; None where nothing does."""
    period, scene = held.claim.period, held.scene
    if held.claim.accumulation in (Accumulation.CUMULATIVE, Accumulation.STOCK, Accumulation.RATE):
        if period is None or period.start is None or period.end is None or period.end - period.start > LONGEST:
            return None
        return period.start, period.end, True
    for start, end in ((period.start, period.end) if period else (None, None),
                       (scene.start, scene.end) if scene else (None, None)):  # fmt: skip
        if start is not None and end is not None:
            return (start, end, True) if end - start <= LONGEST else None
    published = held.document.published
    return None if published is None else (published - TOLD_WITHIN, published, False)


def _time(row: CodedEvent, held: Held, start: date, end: date, dated: bool) -> tuple[float, str] | None:
    assert row.start is not None
    last = row.end or row.start
    if start <= last and row.start <= end:
        if not dated:
            return 0.6, f"told on {end}, within a week of the event; the report gives no day"
        if (start, end) == (row.start, last):
            return 1.0, f"the same day, {start}" if start == last else f"the same days, {start} to {last}"
        return (0.9 if (end - start).days <= 7 else 0.7), f"the days overlap: {start} to {end}"
    gap = (row.start - end).days if end < row.start else (start - last).days
    if dated and gap == 1:
        return 0.6, f"one day apart: {start}"  # time zones, and reports of the night
    return None


def _country(held: Held) -> str | None:
    place = _where(held)
    return None if place is None else place.country


def _where(held: Held) -> Place | None:
    """The claim's own place, else its scene's."""
    mention = held.claim.place
    place = mention.place if mention is not None else None
    return held.scene.place if place is None and held.scene is not None else place


def _place(row: CodedEvent, held: Held) -> tuple[float, str] | None:
    """How well the places go together, 0..1, with the reason; None where they are two places."""
    mention, place = held.claim.place, _where(held)
    words = mention.span.text if mention is not None else held.scene.place_text if held.scene else None
    names = [name for name in (place.name if place else None, words) if name]
    ours = country_name(place.country) if place else None
    if ours and row.country and not _same_country(ours, row.country):
        return None
    if row.place and any(_same_name(name, row.place) for name in names):
        return 1.0, f"the same place, {row.place}"
    if row.place and any(_sounds_like(name, row.place) for name in names):
        return 0.8, f"“{names[-1]}” reads like {row.place}"
    apart = None
    if place is not None and place.precision in _EXACT and row.exact and row.lat is not None and row.lon is not None:
        apart = kilometres(place.lat, place.lon, row.lat, row.lon)
    if apart is not None and apart > FAR_KM:
        return None
    if row.place and (named := _sounds(row.place)) and named <= _sounds(held.claim.sentence.text):
        return 0.7, f"the sentence names {row.place}"
    if place is None:
        return _told_area(row, held)
    if apart is not None:
        return 0.9 if apart <= NEAR_KM else 0.3, f"{place.name} is {apart:.0f} km from the row's point"
    return _area(row, place, ours)


def _told_area(row: CodedEvent, held: Held) -> tuple[float, str] | None:
    """A claim whose place the gazetteer has not: the words may name the row's province."""
    if row.admin1 and (named := _sounds(row.admin1)) and named <= _sounds(held.claim.sentence.text):
        return 0.5, f"the sentence names {row.admin1}"
    return None


def _area(row: CodedEvent, place: Place, country: str | None) -> tuple[float, str] | None:
    """One of the two is known only to an area that may hold the other."""
    if row.admin1 and _same_name(place.admin1 or place.name, row.admin1):
        return 0.6, f"{place.name} lies in {row.admin1}"
    if row.admin1 and place.admin1 and place.precision is not Precision.COUNTRY:
        return None
    if country and row.country:
        return 0.3, f"both in {country}, no closer"
    return None


def _same_name(a: str, b: str) -> bool:
    """Whether two names of places are one: "Orelle" and "Orelle town (Lowland)"."""
    first, second = _place_words(a), _place_words(b)
    return bool(first and second) and (first <= second or second <= first)


def _sounds_like(a: str, b: str) -> bool:
    """Whether they are one as transliterations go: "Jesr al-Shughour" and "Jisr ash Shughur town"."""
    first, second = _sounds(a), _sounds(b)
    return bool(first and second) and (first <= second or second <= first)


@lru_cache(maxsize=20_000)
def _place_words(text: str) -> frozenset[str]:
    return frozenset(w for w in key(text).split() if len(w) > 2 and w not in ARTICLES) - _KINDS


@lru_cache(maxsize=20_000)
def _sounds(text: str) -> frozenset[str]:
    """What transliterations of the words share; a word too short to tell others apart stays as it is."""
    return frozenset(sound if len(sound := skeleton(word)) > 2 else word for word in _place_words(text))


def _same_country(a: str, b: str) -> bool:
    """Whether two names may be one country's: "Yemen" and "Yemen (North Yemen)"."""
    first, second = _words(a), _words(b)
    return not first or not second or bool(first & second)


def _sides(row: CodedEvent, held: Held) -> str:
    """The names that the row's sides and the claim share; "" where none does. Other names prove nothing."""
    claim, scene = held.claim, held.scene
    told: list[str | None] = [claim.actor.text if claim.actor else None, claim.actor.actor if claim.actor else None]
    told += [claim.population.actor, claim.population.text] if claim.population else []
    told += [*scene.actors, *scene.targets] if scene else []
    ours = set().union(*(_words(name) for name in told if name)) - _COMMON
    both = ours & (set().union(*(_words(side) for side in row.sides)) - _COMMON)
    return f"both name {', '.join(sorted(both))}" if both else ""


def _words(text: str) -> set[str]:
    return set(_WORD.findall(key(text)))


def _nearest(found: list[Evidence]) -> tuple[list[Evidence], str]:
    """The figures of the events that come nearest, and what was left aside, in words.

    An event is as near as its best figure; one that is MARGIN further off than the best is another event.
    """
    best: dict[str, float] = {}
    for one in found:
        name = one.event or one.document
        best[name] = max(one.score, best.get(name, 0.0))
    limit = max(best.values()) - MARGIN
    aside = [name for name, score in best.items() if score < limit]
    kept = [one for one in found if best[one.event or one.document] >= limit]
    if not aside:
        return kept, ""
    word = "event is" if len(aside) == 1 else "events are"
    return kept, f"{len(aside)} further {word} less near and left aside ({', '.join(aside)})"


def _note(found: list[Evidence]) -> str:
    """Says when figures of more than one event come near."""
    events = list(dict.fromkeys(one.event or f"{one.document} alone" for one in found))
    if len(events) < 2:
        return ""
    return f"figures of {len(events)} events come near ({', '.join(events)}): a person must say which is meant"
