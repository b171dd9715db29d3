"""Scenes to incidents: which scenes of different documents tell of one event.

Scenes meet only inside a block (a country and a month). Each is compared with those recorded before it that share most
with it, once: a pair is weighed in the first block that both are in, by what the documents there have in common, so
that reports added one by one end where one run over all ends. reconcile.clustering puts the pairs together.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from tallystick.model.links import CopyLink, Linked
from tallystick.model.quantities import LinkVerdict, SceneLink
from tallystick.model.records import DocumentRecord, Judgement, Scene
from tallystick.reconcile import clustering
from tallystick.reconcile.clustering import Pair, Work, incident_id
from tallystick.reconcile.copies import Sharing
from tallystick.reconcile.likeness import AUTO, QUEUE, Setting, score

__all__ = ["AUTO", "QUEUE", "Setting", "blocks", "incident_id", "link", "score", "settled", "weighed"]

# Days before and after a scene's own that still put it into a month: an event of the 31st is reported on the 1st.
_MARGIN = 4
# How far back a report without a date for its event may look.
_LOOKS_BACK = 31
# Earlier scenes that each scene is compared with at most; a day's worth of one city's reports.
_CANDIDATES = 40
# Scenes under one key (a town on a day) that are looked at: the earliest, about which the others gather.
_UNDER_A_KEY = 60
# Names that a scene is looked up by: its rarest among those that an earlier one has too.
_RARE_NAMES = 16
_DEGREES = 0.5


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


def settled(documents: int) -> int:
    """Of so many documents of a block, the first whose words say how rare a word is: all up to 15, then at least 7/8.

    What a pair weighs changes with that number alone, so that most new reports leave what is known of all others.
    """
    return documents - documents % (1 << max(0, documents.bit_length() - 4))


def link(
    scenes: Sequence[Scene],
    judgements: Sequence[Judgement] = (),
    copies: Sequence[CopyLink] = (),
    documents: Iterable[DocumentRecord] = (),
) -> Linked:
    """Incidents of scenes in the order they were recorded, and the links between scenes. For a set in memory.

    documents give the days of publication, judgements those about an "event" (withdrawn ones are passed over; of two
    on one pair the later counts). Running totals are in no incident; every other scene is in exactly one.
    """
    events = dict(enumerate(scene for scene in scenes if not scene.cumulative))
    setting = Setting.of(events.values(), documents, copies)
    looked_up = {number: keys(scene, setting) for number, scene in events.items()}
    sharing: defaultdict[str, set[str]] = defaultdict(set)
    for copy in copies:
        sharing[copy.a].add(copy.b)
        sharing[copy.b].add(copy.a)
    judged = clustering.judged(events, judgements)
    odds = weighed(events, looked_up, sharing, setting, events)
    work = Work(events, lambda i, j: setting, judged, odds)
    groups = sorted(clustering.gather(work), key=lambda group: group[0])
    member = {i: n for n, group in enumerate(groups) for i in group}
    taken = {n: {events[i].document for i in group} for n, group in enumerate(groups)}
    within = [pair for pair in work.odds if member[pair[0]] == member[pair[1]]]
    links = {pair: work.link(*pair) for pair in clustering.tree(work, within)}
    links |= {pair: clustering.asked(work.link(*pair)) for pair in clustering.questions(work.odds, member, taken)}
    links |= {pair: clustering.decided(work.link(*pair), judgement) for pair, judgement in judged.items()}
    held: defaultdict[int, list[SceneLink]] = defaultdict(list)
    for (i, j), made in sorted(links.items()):
        if member[i] == member[j] and made.verdict is not LinkVerdict.JUDGED_DIFFERENT:
            held[member[i]].append(made)
    incidents = (clustering.incident([events[i] for i in g], tuple(held[n])) for n, g in enumerate(groups))
    return Linked(tuple(incidents), tuple(links[pair] for pair in sorted(links)))


class Keys(NamedTuple):
    """What a scene is looked up by, each key within a month. names are looked at where they are rare.

    first is the earliest of its blocks.
    """

    sure: tuple[object, ...]
    names: tuple[object, ...]
    first: str


def weighed(
    scenes: Mapping[int, Scene],
    looked_up: Mapping[int, Keys],
    sharing: Mapping[str, Collection[str]] | Sharing,
    setting: Setting,
    fresh: Collection[int],
    block: str | None = None,
) -> dict[Pair, float]:
    """The log-odds of the pairs worth a comparison, of each fresh scene with scenes recorded before it.

    scenes are by numbers in the order of recording; sharing names the documents that share words with one. block:
    only pairs that meet there first.
    """
    return {
        (other, number): clustering.odds_of(scenes[other], scenes[number], setting)
        for number, others in _candidates(scenes, looked_up, sharing, fresh, block)
        for other in others
    }


def _candidates(
    scenes: Mapping[int, Scene],
    looked_up: Mapping[int, Keys],
    sharing: Mapping[str, Collection[str]] | Sharing,
    fresh: Collection[int],
    block: str | None,
) -> Iterable[tuple[int, list[int]]]:
    """Of each fresh scene the earlier ones that share a place and a day, a name, a number or their words with it.

    What is looked at hangs only on what was recorded before.
    """
    under: defaultdict[object, list[int]] = defaultdict(list)
    of_document: defaultdict[str, list[int]] = defaultdict(list)
    for number in sorted(scenes):
        own, document = looked_up[number], scenes[number].document
        if number in fresh:
            rare = sorted((len(under[key]), key) for key in own.names if 0 < len(under[key]) < _UNDER_A_KEY)
            common: dict[int, int] = {}
            for key in (*own.sure, *(key for _, key in rare[:_RARE_NAMES])):
                found = under[key]
                share = 1 + round(8 / (len(found) + 1))
                for other in found:
                    common[other] = common.get(other, 0) + share

            def may_meet(other: int, first: str = own.first, document: str = document) -> bool:
                return scenes[other].document != document and (
                    block in (None, first) or looked_up[other].first == block
                )

            best: Iterable[int] = (other for other in common if may_meet(other))
            if len(common) > _CANDIDATES:
                best = heapq.nsmallest(_CANDIDATES, best, key=lambda other: (-common[other], other))
            chosen = set(best)
            for copy in sharing.get(document, ()):
                chosen.update(other for other in of_document.get(copy, ())[:_CANDIDATES] if may_meet(other))
            yield number, sorted(chosen)
        for key in (*own.sure, *own.names):
            if len(under[key]) < _UNDER_A_KEY:
                under[key].append(number)
        of_document[document].append(number)


def keys(scene: Scene, setting: Setting, block: str | None = None) -> Keys:
    """What a scene is looked up by: in each of its months, or in that of one block."""
    traits = setting.traits(scene)
    known = setting.documents.get(scene.document)
    own_blocks = blocks(scene, known.latest_published if known is not None else None)
    sure: list[object] = []
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
        sure += [("cell", cell, day) for cell in cells for day in days]
    elif place is not None:
        sure += [("coarse", place.country, place.admin1, day) for day in days]
    names = sorted(traits.names | traits.full_names)
    rare: list[object] = []
    for own in own_blocks if block is None else (block,):
        country, _, month = own.partition("/")
        rare += [("name", month, name) for name in names]
        sure += [("number", country, month, number) for number in traits.numbers]
        sure += [("quotation", month, words) for words in traits.quotations]
    return Keys(tuple(sure), tuple(rare), own_blocks[0])
