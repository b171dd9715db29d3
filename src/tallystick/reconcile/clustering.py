"""Weighed pairs to incidents: average linkage, so that one good pair cannot chain two events into one.

What is likelier one event than two is put together; two scenes of one document never are, and a person's decision
beats every score. Scenes that no chain of pairs sure enough to be linked ties together never meet, so that each such
component can be gathered by itself.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeVar

from tallystick.model.geography import FINENESS
from tallystick.model.quantities import Evidence, Incident, LinkVerdict, SceneLink, Where, Window
from tallystick.model.records import Judgement, Scene, Verdict, figure_id
from tallystick.model.values import Place, Precision
from tallystick.reconcile.likeness import AUTO, Setting, probability, score, weigh

SURE = math.log(AUTO / (1 - AUTO)) - 1e-9
"""Log-odds of a pair that can put two incidents together; the least bit lower, so that no rounding hides one."""
# Pairs of two groups scored to find their average.
_SAMPLE = 30
# One impossible pair must not outweigh ten good ones, nor one certain pair ten poor ones.
_CLIP = 8.0
# Days between the scenes of one event at most, unless a person says otherwise: one of them has a wrong weekday.
APART_DAYS = 3

N = TypeVar("N", bound=Hashable)
Pair = tuple[int, int]
"""Two scenes by their numbers, which are in the order of recording, the earlier first."""


def odds_of(a: Scene, b: Scene, setting: Setting) -> float:
    """The log-odds that two scenes tell of one event, as far as a single pair may speak."""
    return max(-_CLIP, min(_CLIP, sum([line[1] for line in weigh(a, b, setting)])))


@dataclass(slots=True)
class _Group:
    """Scenes held to be one event, by their numbers; documents they are from, and scenes judged to be others.

    first_end and last_start are the earliest end and the latest start of their days, None where none has a day.
    """

    scenes: list[int]
    documents: set[str]
    barred: set[int] = field(default_factory=set)
    first_end: date | None = None
    last_start: date | None = None


@dataclass(slots=True)
class Work:
    """Scenes that may be of one event, by number; the log-odds of their pairs; what persons decided on these.

    setting_of gives what a pair is weighed in: pairs that were not compared are weighed where an average asks for them.
    """

    scenes: Mapping[int, Scene]
    setting_of: Callable[[int, int], Setting]
    judged: Mapping[Pair, Judgement]
    odds: dict[Pair, float]

    def __post_init__(self) -> None:
        for pair in self.odds.keys() & self.judged.keys():
            self.odds[pair] = self._doubted(pair, self.odds[pair])

    def weight(self, i: int, j: int) -> float:
        """The log-odds of a pair, worked out once; a pair that a person is unsure of is never likely."""
        pair = (i, j) if i < j else (j, i)
        known = self.odds.get(pair)
        if known is None:
            known = odds_of(self.scenes[pair[0]], self.scenes[pair[1]], self.setting_of(*pair))
            self.odds[pair] = known = self._doubted(pair, known)
        return known

    def _doubted(self, pair: Pair, odds: float) -> float:
        judgement = self.judged.get(pair)
        return min(odds, 0.0) if judgement is not None and judgement.verdict is Verdict.UNSURE else odds

    def link(self, i: int, j: int) -> SceneLink:
        """The link of a pair with its evidence."""
        return score(self.scenes[i], self.scenes[j], self.setting_of(i, j))


def judged(scenes: Mapping[int, Scene], judgements: Iterable[Judgement]) -> dict[Pair, Judgement]:
    """Standing decisions on pairs of scenes. A figure stands for its scene, a document for the first of its scenes."""
    wanted = [j for j in judgements if j.about == "event" and j.withdrawn is None and len(j.subjects) == 2]
    if not wanted:
        return {}
    named: dict[str, int] = {}
    for number, scene in sorted(scenes.items()):
        named.setdefault(scene.id, number)
        named.setdefault(scene.document, number)
        for claim in scene.claims:
            named.setdefault(figure_id(scene.document, claim), number)
    found: dict[Pair, Judgement] = {}
    for judgement in sorted(wanted, key=lambda j: j.at):
        first, second = (named.get(subject) for subject in judgement.subjects)
        if first is not None and second is not None and first != second:
            found[(min(first, second), max(first, second))] = judgement
    return found


def gather(work: Work) -> list[list[int]]:
    """Groups of scene numbers by average linkage, cannot-links kept, judged pairs first."""
    groups = {
        i: _Group([i], {scene.document}, set(), scene.end or scene.start, scene.start)
        for i, scene in sorted(work.scenes.items())
    }
    owner = {i: i for i in groups}
    same = [
        p for p, j in sorted(work.judged.items()) if j.verdict is Verdict.SAME and p[0] in groups and p[1] in groups
    ]
    for (i, j), judgement in work.judged.items():
        if judgement.verdict is Verdict.DIFFERENT and i in groups and j in groups:
            groups[i].barred.add(j)
            groups[j].barred.add(i)
    for i, j in same:
        a, b = owner[i], owner[j]
        if a != b and not groups[a].barred & set(groups[b].scenes):
            _merge(groups, owner, a, b)
    sums: defaultdict[int, dict[int, list[float]]] = defaultdict(dict)
    for (i, j), odds in sorted(work.odds.items()):  # in one order: sums of fractions depend on it
        a, b = owner[i], owner[j]
        if a != b:
            for one, two in ((a, b), (b, a)):
                known = sums[one].setdefault(two, [0.0, 0])
                known[0] += odds
                known[1] += 1
    queue: list[tuple[float, int, int, float]] = []

    def offer(a: int, b: int) -> None:
        total, count = sums[a][b]
        if total > 0 and not _barred(groups[a], groups[b]):
            heapq.heappush(queue, (-total / count, min(a, b), max(a, b), count))

    for a in list(sums):
        for b in sums[a]:
            if a < b:
                offer(a, b)
    while queue:
        least, a, b, count = heapq.heappop(queue)
        if a not in groups or b not in groups or sums[a].get(b, (0, -1))[1] != count:
            continue
        if probability(-least) < AUTO:
            break
        if count < len(groups[a].scenes) * len(groups[b].scenes) and count < _SAMPLE:
            _score_more(work, groups[a], groups[b], sums, a, b)
            if sums[a][b][1] != count:
                offer(a, b)
                continue
        _merge(groups, owner, a, b)
        for c, (total, n) in sums.pop(b).items():
            sums[c].pop(b, None)
            if c == a:
                continue
            known = sums[a].setdefault(c, [0.0, 0])
            known[0] += total
            known[1] += n
            sums[c][a] = list(known)
            sums[a][c] = list(known)
            offer(a, c)
    return [sorted(group.scenes) for group in groups.values()]


def _barred(a: _Group, b: _Group) -> bool:
    """True where two groups share a document, were judged two, or hold days that no one event has.

    The last keeps daily reports of a town under fire from being chained day by day into one event of a month.
    """
    ends = [day for day in (a.first_end, b.first_end) if day is not None]
    starts = [day for day in (a.last_start, b.last_start) if day is not None]
    if ends and starts and (max(starts) - min(ends)).days > APART_DAYS:
        return True
    return not a.documents.isdisjoint(b.documents) or not a.barred.isdisjoint(b.scenes)


def _merge(groups: dict[int, _Group], owner: dict[int, int], a: int, b: int) -> None:
    gone = groups.pop(b)
    groups[a].scenes += gone.scenes
    groups[a].documents |= gone.documents
    groups[a].barred |= gone.barred
    groups[a].first_end = min((d for d in (groups[a].first_end, gone.first_end) if d is not None), default=None)
    groups[a].last_start = max((d for d in (groups[a].last_start, gone.last_start) if d is not None), default=None)
    for i in gone.scenes:
        owner[i] = a


def _score_more(
    work: Work, one: _Group, two: _Group, sums: Mapping[int, dict[int, list[float]]], a: int, b: int
) -> None:
    """Scores pairs of two groups that were no candidates, so that the average is not that of the good ones alone."""
    total, count = 0.0, 0
    for i in one.scenes[:_SAMPLE]:
        for j in two.scenes[:_SAMPLE]:
            if count >= _SAMPLE:
                break
            pair = (i, j) if i < j else (j, i)
            if pair not in work.odds:
                total += work.weight(i, j)
                count += 1
    for x, y in ((a, b), (b, a)):
        sums[x][y] = [sums[x][y][0] + total, sums[x][y][1] + count]


def tree(work: Work, pairs: Iterable[Pair]) -> list[Pair]:
    """The likeliest pairs that hold all scenes of each incident together, judged ones first: one fewer than scenes."""
    root: dict[int, int] = {}

    def find(i: int) -> int:
        while root.setdefault(i, i) != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for (i, j), judgement in work.judged.items():
        if judgement.verdict is Verdict.SAME:
            root[find(i)] = find(j)
    kept = []
    for i, j in sorted(pairs, key=lambda pair: (-work.odds[pair], pair)):
        if find(i) != find(j):
            root[find(i)] = find(j)
            kept.append((i, j))
    return kept


def questions(odds: Mapping[Pair, float], member: Mapping[int, N], taken: Mapping[N, Set[object]]) -> list[Pair]:
    """Of two incidents that may be one, the likeliest pair of scenes: it is asked about.

    member gives the incident of each scene, taken the documents that tell of each incident.
    """
    likeliest: dict[frozenset[N], tuple[float, Pair]] = {}  # one question a pair of incidents
    for pair, likely in sorted(odds.items()):
        a, b = member[pair[0]], member[pair[1]]
        # Where the other document tells of this event in another of its scenes, this one is not it.
        if likely >= 0 and a != b and taken[a].isdisjoint(taken[b]):
            both = frozenset((a, b))
            if both not in likeliest or likely > likeliest[both][0]:
                likeliest[both] = (likely, pair)
    return [pair for _, pair in likeliest.values()]


def asked(link: SceneLink) -> SceneLink:
    """The link as one that waits for a person."""
    return replace(link, verdict=LinkVerdict.QUEUE)


def decided(link: SceneLink, judgement: Judgement) -> SceneLink:
    """The link as a person judged it."""
    verdict = {
        Verdict.SAME: LinkVerdict.JUDGED_SAME,
        Verdict.DIFFERENT: LinkVerdict.JUDGED_DIFFERENT,
    }.get(judgement.verdict, LinkVerdict.QUEUE)
    said = Evidence("judged", 0.0, f"{judgement.by}: {judgement.why or judgement.verdict.value}")
    certain = {LinkVerdict.JUDGED_SAME: 1.0, LinkVerdict.JUDGED_DIFFERENT: 0.0}.get(verdict, link.score)
    return replace(link, score=certain, verdict=verdict, evidence=(said, *link.evidence))


def incident_id(scene: Scene) -> str:
    """An incident's name, from the scene that was recorded first: it stays when more reports of the event come."""
    return f"i{scene.document[:12]}.{scene.index}"


def incident(scenes: Sequence[Scene], links: tuple[SceneLink, ...]) -> Incident:
    """The incident of scenes in recorded order: the finest place, the days most of them give, a label."""
    placed = [s for s in scenes if s.place is not None]
    finest = max(placed, key=_fineness, default=None)
    spans = Counter((s.start, s.end or s.start) for s in scenes if s.start is not None)
    start, end = min(spans, key=lambda span: (-spans[span], _length(span), span), default=(None, None))
    place = finest.place if finest is not None else None
    targets = next((s.targets[0] for s in scenes if s.targets), "")
    day = start.isoformat() if start is not None else ""
    name = place.name if place is not None else ""
    label = ", ".join(part for part in (name, day, targets) if part)
    where = where_of(place) if place is not None else None
    return Incident(incident_id(scenes[0]), tuple(s.id for s in scenes), where, Window(start, end), label, links)


def _length(span: tuple[date, date]) -> timedelta:
    return span[1] - span[0]


def _fineness(scene: Scene) -> int:
    return FINENESS[scene.place.precision] if scene.place is not None else -1


def where_of(place: Place) -> Where:
    """The place as a part-of node: "geo:2458319" or, for a country, "country:ML"."""
    if place.precision is Precision.COUNTRY and place.country is not None:
        node = f"country:{place.country}"
    else:
        node = f"geo:{place.geonameid}" if place.geonameid is not None else f"text:{place.name.lower()}"
    return Where(node, place.name, place.country, place.admin1, place.precision.value, place.lat, place.lon)
