"""Scenes to incidents: which scenes of different documents tell of one event.

Scenes meet only inside a block (a country and a month); each is compared with the few that share most with it;
what is likelier one event than two is put together by average linkage, so that one good pair cannot chain two events
into one. Two scenes of one document are never put together, and a person's decision beats every score.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache

from tallystick.model.geography import FINENESS
from tallystick.model.links import CopyLink, Linked
from tallystick.model.quantities import Evidence, Incident, LinkVerdict, SceneLink, Where, Window
from tallystick.model.records import DocumentRecord, Judgement, Scene, Verdict, figure_id
from tallystick.model.values import Place, Precision
from tallystick.reconcile.likeness import AUTO, QUEUE, Setting, probability, score, weigh

__all__ = ["AUTO", "QUEUE", "Setting", "blocks", "incident_id", "link", "score"]

# Days before and after a scene's own that still put it into a month: an event of the 31st is reported on the 1st.
_MARGIN = 4
# How far back a report without a date for its event may look.
_LOOKS_BACK = 31
# Scenes that each scene is compared with at most; a day's worth of one city's reports.
_CANDIDATES = 40
# Scenes under one key (a town on a day) that are looked at: the earliest, about which the others gather.
_UNDER_A_KEY = 60
# Names that a scene is looked up by: its rarest among those that another document has too.
_RARE_NAMES = 16
# Pairs of two groups scored to find their average.
_SAMPLE = 30
# One impossible pair must not outweigh ten good ones, nor one certain pair ten poor ones.
_CLIP = 8.0
_DEGREES = 0.5
# Days between the scenes of one event at most, unless a person says otherwise: one of them has a wrong weekday.
APART_DAYS = 3


def blocks(scene: Scene, published: date | None = None) -> tuple[str, ...]:
    """The blocks that a scene belongs to: "ML/2024-03", one for each month that its event can be of.

    Without a date for the event, the months up to the publication are those. A scene without a country is in block
    "?" of its months, one without any date in "ML/?". Two scenes can only be linked when they share a block.
    """
    place = scene.place
    where = "?" if place is None else place.country or f"@{place.name}"
    if scene.start is not None:
        first, last = scene.start, scene.end or scene.start
        months = _months(_add(first, -_MARGIN), _add(min(last, _add(first, 400)), _MARGIN))
    elif published is not None:
        months = _months(_add(published, -_LOOKS_BACK), published)
    else:
        months = ["?"]
    return tuple(f"{where}/{month}" for month in months)


def _add(day: date, days: int) -> date:
    return date.fromordinal(max(1, min(date.max.toordinal(), day.toordinal() + days)))


@lru_cache(maxsize=4_096)  # the scenes of one month have few such spans
def _months(first: date, last: date) -> Sequence[str]:
    months, at = [], first.replace(day=1)
    while at <= last:
        months.append(f"{at:%Y-%m}")
        at = (_add(at, 31)).replace(day=1) if at.year < 9999 else date.max
        if at == date.max:
            break
    return months


def incident_id(scene: Scene) -> str:
    """An incident's name, from the scene that was recorded first: it stays when more reports of the event come."""
    return f"i{scene.document[:12]}.{scene.index}"


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
class _Work:
    """The scenes of one run, what is known around them, and what persons decided, by pairs of scene numbers."""

    scenes: list[Scene]
    setting: Setting
    judged: dict[tuple[int, int], Judgement]
    odds: dict[tuple[int, int], float] = field(default_factory=dict)

    def weight(self, i: int, j: int) -> float:
        """The log-odds of a pair, worked out once; a pair that a person is unsure of is never likely."""
        pair = (i, j) if i < j else (j, i)
        known = self.odds.get(pair)
        if known is None:
            known = sum([line[1] for line in weigh(self.scenes[pair[0]], self.scenes[pair[1]], self.setting)])
            judgement = self.judged.get(pair)
            if judgement is not None and judgement.verdict is Verdict.UNSURE:
                known = min(known, 0.0)
            self.odds[pair] = known = max(-_CLIP, min(_CLIP, known))
        return known


def link(
    scenes: Sequence[Scene],
    judgements: Sequence[Judgement] = (),
    copies: Sequence[CopyLink] = (),
    documents: Iterable[DocumentRecord] = (),
) -> Linked:
    """Incidents of scenes in the order they were recorded, and the links between scenes.

    documents give the days of publication, judgements those about an "event" (withdrawn ones are passed over; of two
    on one pair the later counts). Running totals are in no incident; every other scene is in exactly one.
    """
    events = [scene for scene in scenes if not scene.cumulative]
    setting = Setting.of(events, documents, copies)
    work = _Work(events, setting, _judged(events, judgements))
    near = _candidates(events, setting, copies)
    for i, j in near:
        if events[i].document != events[j].document:
            work.weight(i, j)
    groups = _gather(work)
    groups.sort(key=lambda g: g[0])
    member = {i: n for n, group in enumerate(groups) for i in group}
    links = _links(work, member)
    held: defaultdict[int, list[SceneLink]] = defaultdict(list)
    for (i, j), made in sorted(links.items()):
        if member[i] == member[j] and made.verdict is not LinkVerdict.JUDGED_DIFFERENT:
            held[member[i]].append(made)
    incidents = tuple(_incident([events[i] for i in group], tuple(held[n])) for n, group in enumerate(groups))
    return Linked(incidents, tuple(links[pair] for pair in sorted(links)))


def _judged(scenes: Sequence[Scene], judgements: Sequence[Judgement]) -> dict[tuple[int, int], Judgement]:
    """Standing decisions on pairs of scenes. A figure stands for its scene, a document for the first of its scenes."""
    wanted = [j for j in judgements if j.about == "event" and j.withdrawn is None and len(j.subjects) == 2]
    if not wanted:
        return {}
    named: dict[str, int] = {}
    for number, scene in enumerate(scenes):
        named.setdefault(scene.id, number)
        named.setdefault(scene.document, number)
        for claim in scene.claims:
            named.setdefault(figure_id(scene.document, claim), number)
    found: dict[tuple[int, int], Judgement] = {}
    for judgement in sorted(wanted, key=lambda j: j.at):
        first, second = (named.get(subject) for subject in judgement.subjects)
        if first is not None and second is not None and first != second:
            found[(min(first, second), max(first, second))] = judgement
    return found


def _candidates(scenes: Sequence[Scene], setting: Setting, copies: Sequence[CopyLink]) -> list[tuple[int, int]]:
    """The pairs worth a comparison: scenes of a block that share a place and a day, a name, a number or their words."""
    keys = [_keys(scene, setting) for scene in scenes]
    under: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, own in enumerate(keys):
        for key in own:
            if len(under[key]) < _UNDER_A_KEY:
                under[key].append(number)
    pairs: set[tuple[int, int]] = set()
    for number, own in enumerate(keys):
        common: dict[int, int] = {}
        for key in own:
            found = under[key]
            share = 1 + round(8 / len(found))
            for other in found:
                common[other] = common.get(other, 0) + share
        common.pop(number, None)
        best: Iterable[int] = common
        if len(common) > _CANDIDATES:
            best = heapq.nsmallest(_CANDIDATES, common, key=lambda other: (-common[other], other))
        pairs.update([(number, other) if number < other else (other, number) for other in best])
    of_document: defaultdict[str, list[int]] = defaultdict(list)
    for number, scene in enumerate(scenes):
        of_document[scene.document].append(number)
    for copy in copies:
        for i in of_document.get(copy.a, ())[:_CANDIDATES]:
            for j in of_document.get(copy.b, ())[:_CANDIDATES]:
                pairs.add((min(i, j), max(i, j)))
    return sorted(pairs)


def _keys(scene: Scene, setting: Setting) -> list[tuple[object, ...]]:
    """What a scene is looked up by, each key within a block."""
    traits = setting.traits(scene)
    known = setting.documents.get(scene.document)
    own_blocks = blocks(scene, known.latest_published if known is not None else None)
    keys: list[tuple[object, ...]] = []
    place = scene.place
    days: list[object] = ["?"]
    if traits.first is not None:
        last = min(traits.last or traits.first, traits.first + 10)
        days = [*range(traits.first - 1, last + 2)]
    elif traits.published is not None:
        days = [*range(traits.published - 5, traits.published + 2)]
    if place is not None and traits.fine:
        # A cell and its neighbours: two places near each other share at least one.
        south, west = place.lat / _DEGREES, place.lon / _DEGREES
        cells = {(round(south + up), round(west + right)) for up in (-0.25, 0.25) for right in (-0.25, 0.25)}
        keys += [("cell", cell, day) for cell in cells for day in days]
    elif place is not None:
        keys += [("coarse", place.country, place.admin1, day) for day in days]
    held = sorted((setting.holding[name], name) for name in traits.names | traits.full_names)
    rare = [name for count, name in held if 1 < count <= _UNDER_A_KEY][:_RARE_NAMES]
    for block in own_blocks:
        country, _, month = block.partition("/")
        keys += [("name", month, name) for name in rare]
        keys += [("number", country, month, number) for number in traits.numbers]
        keys += [("quotation", month, words) for words in traits.quotations]
    return keys


def _gather(work: _Work) -> list[list[int]]:
    """Groups of scene numbers by average linkage, cannot-links kept, judged pairs first."""
    groups = {
        i: _Group([i], {scene.document}, set(), scene.end or scene.start, scene.start)
        for i, scene in enumerate(work.scenes)
    }
    owner = list(range(len(work.scenes)))
    same = [pair for pair, j in work.judged.items() if j.verdict is Verdict.SAME]
    for (i, j), judgement in work.judged.items():
        if judgement.verdict is Verdict.DIFFERENT:
            groups[i].barred.add(j)
            groups[j].barred.add(i)
    for i, j in same:
        a, b = owner[i], owner[j]
        if a != b and not groups[a].barred & set(groups[b].scenes):
            _merge(groups, owner, a, b)
    sums: defaultdict[int, dict[int, list[float]]] = defaultdict(dict)
    for (i, j), odds in work.odds.items():
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


def _merge(groups: dict[int, _Group], owner: list[int], a: int, b: int) -> None:
    gone = groups.pop(b)
    groups[a].scenes += gone.scenes
    groups[a].documents |= gone.documents
    groups[a].barred |= gone.barred
    groups[a].first_end = min((d for d in (groups[a].first_end, gone.first_end) if d is not None), default=None)
    groups[a].last_start = max((d for d in (groups[a].last_start, gone.last_start) if d is not None), default=None)
    for i in gone.scenes:
        owner[i] = a


def _score_more(
    work: _Work, one: _Group, two: _Group, sums: Mapping[int, dict[int, list[float]]], a: int, b: int
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


def _links(work: _Work, member: Mapping[int, int]) -> dict[tuple[int, int], SceneLink]:
    """The pairs that hold incidents together, may be one event, or were judged, with their evidence.

    Of two incidents that may be one, the likeliest pair of scenes is asked about.
    """
    taken: defaultdict[int, set[str]] = defaultdict(set)
    for i, group in member.items():
        taken[group].add(work.scenes[i].document)
    within = [pair for pair in work.odds if member[pair[0]] == member[pair[1]]]
    links = {pair: score(work.scenes[pair[0]], work.scenes[pair[1]], work.setting) for pair in _tree(work, within)}
    likeliest: dict[tuple[int, int], tuple[float, int, int]] = {}  # one question a pair of incidents
    for (i, j), odds in sorted(work.odds.items()):
        a, b = sorted((member[i], member[j]))
        # Where the other document tells of this event in another of its scenes, this one is not it.
        if odds >= 0 and a != b and not taken[a] & taken[b] and odds > likeliest.get((a, b), (-1.0, 0, 0))[0]:
            likeliest[(a, b)] = (odds, i, j)
    for _, i, j in likeliest.values():
        made = score(work.scenes[i], work.scenes[j], work.setting)
        links[(i, j)] = replace(made, verdict=LinkVerdict.QUEUE)
    for pair, judgement in work.judged.items():
        verdict = {
            Verdict.SAME: LinkVerdict.JUDGED_SAME,
            Verdict.DIFFERENT: LinkVerdict.JUDGED_DIFFERENT,
        }.get(judgement.verdict, LinkVerdict.QUEUE)
        known = score(work.scenes[pair[0]], work.scenes[pair[1]], work.setting)
        said = Evidence("judged", 0.0, f"{judgement.by}: {judgement.why or judgement.verdict.value}")
        certain = {LinkVerdict.JUDGED_SAME: 1.0, LinkVerdict.JUDGED_DIFFERENT: 0.0}.get(verdict, known.score)
        links[pair] = replace(known, score=certain, verdict=verdict, evidence=(said, *known.evidence))
    return links


def _tree(work: _Work, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
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


def _incident(scenes: Sequence[Scene], links: tuple[SceneLink, ...]) -> Incident:
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
