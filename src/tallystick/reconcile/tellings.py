"""One event's figure as several reports tell it, day by day, and what of it each report's ceiling can bound.

A toll told on Monday does not bound what is told on Wednesday: tolls grow. So each day of telling gets a quantity of
its own, chained where the measure only grows; each report's telling is tied to its day by the belief that the report
tells of this event; and tellings of one fresh day are not set against each other, for nobody knows which came first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tallystick.model.constraints import AssumptionKind, Belief, Sum
from tallystick.model.quantities import Figure, Key, LinkVerdict, SceneLink
from tallystick.reconcile.halves import limits
from tallystick.reconcile.labels import day, label
from tallystick.reconcile.lattice import Lattice

_FEW_DAYS = 12
# A link so sure is an axiom: a conflict that it holds up is about the figures, not about the events.
_SURE = 0.99
# What a belief in one event costs to give up, dearest when surest: 4 at certainty, 2 at .95, where links begin to be
# made without asking. (The design's (1 - p) * 4 would have the surest links given up first.)
_IDENTITY_COST, _BY_DOUBT = 4.0, 40.0


@dataclass(slots=True)
class Tellings:
    """Where each document's word on one quantity goes, with the sums and beliefs that tie these together.

    nodes maps a document's id to the quantity that its half-claims bound; order ranks documents by day of telling.
    grows is False for what can fall from day to day: then no telling bounds another.
    """

    grows: bool = True
    nodes: dict[str, str] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)


def tellings(name: str, key: Key, group: Sequence[Figure], beliefs: Mapping[str, Belief], lattice: Lattice) -> Tellings:
    """The tellings of the quantity called name. beliefs: document id -> the belief that it tells of this event."""
    grows = lattice.mark("measure" if key.unit is None else "things", key.measure, "grows")
    made = Tellings(grows, labels={name: label(key)})
    by_document: defaultdict[str, list[Figure]] = defaultdict(list)
    for figure in group:
        by_document[figure.document].append(figure)
    if key.incident is None or len(by_document) == 1:
        made.nodes = dict.fromkeys(by_document, name)
        made.order = dict.fromkeys(by_document, 0)
        return made
    told = {document: _told(figures) for document, figures in by_document.items()}
    days = sorted({d for d in told.values() if d is not None})
    hubs = {d: name if d == days[-1] else f"{name}@{d.isoformat()}" for d in days}
    for at, before in enumerate(days):
        if before == days[-1]:
            break
        made.labels[hubs[before]] = f"{label(key)}, as told by {day(before)}"
        # Each day straight to every later one, while they are few: a conflict then needs one step, not a chain.
        for after in days[at + 1 :] if grows and len(days) <= _FEW_DAYS else days[at + 1 : at + 2 if grows else 0]:
            rule = f"grow:{hubs[before]}<{after.isoformat()}"
            made.sums.append(Sum(rule, (hubs[before],), hubs[after], text="a toll told later is no smaller"))
    for document, figures in sorted(by_document.items(), key=lambda item: (told[item[0]] or date.max, item[0])):
        when = told[document]
        made.order[document] = len(days) if when is None else days.index(when)
        belief = beliefs.get(document)
        rivals = [f for d, fs in by_document.items() if d != document and told[d] == when for f in fs]
        open_order = when is None or (_fresh(when, key, lattice) and _differ(figures, rivals))
        if belief is None and not open_order and when is not None:
            made.nodes[document] = hubs[when]
            continue
        node = f"{name}/{document[:8]}"
        made.nodes[document] = node
        on = "" if when is None else f" on {day(when)}"
        made.labels[node] = f"{label(key)}, as {figures[0].publisher or 'one report'} told it{on}"
        needs = () if belief is None else (belief.id,)
        if not open_order and when is not None:
            made.sums.append(Sum(f"told:{node}", (node,), hubs[when], True, text="one event", needs=needs))
            continue
        made.sums.append(
            Sum(f"told:{node}", (node,), name if when is None else hubs[when], text="one event", needs=needs)
        )
        earlier = [d for d in days if when is not None and d < when]
        if earlier and grows:
            words = "a toll told later is no smaller"
            made.sums.append(Sum(f"since:{node}", (hubs[earlier[-1]],), node, text=words, needs=needs))
    return made


def _told(figures: Sequence[Figure]) -> date | None:
    return next((f.said or f.published for f in figures if f.said or f.published), None)


def _fresh(when: date, key: Key, lattice: Lattice) -> bool:
    """True while a toll can grow within the day: at the event, and a few days after it."""
    end = key.window.end_latest or key.window.end
    return end is None or (when - end).days <= lattice.settings.get("fresh_days", 2)


def _differ(mine: Sequence[Figure], others: Sequence[Figure]) -> bool:
    """True when some of two reports' figures cannot both be right as they stand."""
    for a in mine:
        for b in others:
            (low, high), (low_b, high_b) = limits(a), limits(b)
            if (low is not None and high_b is not None and low > high_b) or (
                low_b is not None and high is not None and low_b > high
            ):
                return True
    return False


def identities(figures: Sequence[Figure], links: Sequence[SceneLink]) -> dict[str, dict[str, Belief]]:
    """Incident -> document -> the belief that the document tells of that event.

    The document with the most links carries the event and needs no belief; nor does one that a person judged.
    """
    documents: defaultdict[str, dict[str, str]] = defaultdict(dict)
    titles = {f.document[:8]: f.publisher or "a report" for f in figures}
    for figure in figures:
        if figure.key.incident is not None:
            documents[figure.key.incident][figure.document[:8]] = figure.document
    joined = [link for link in links if link.verdict in (LinkVerdict.AUTO, LinkVerdict.JUDGED_SAME)]
    by_document: defaultdict[str, list[SceneLink]] = defaultdict(list)
    for link in joined:
        for scene in (link.a, link.b):
            by_document[scene.partition("#")[0]].append(link)
    found: dict[str, dict[str, Belief]] = {}
    for incident, here in documents.items():
        if len(here) < 2:
            continue
        ties = {short: [link for link in by_document[short] if _other(link, short) in here] for short in here}
        root = max(sorted(here), key=lambda short: len(ties[short]))
        found[incident] = {}
        for short, document in here.items():
            if short == root or not ties[short]:
                continue
            best = max(1.0 if t.verdict is LinkVerdict.JUDGED_SAME else t.score for t in ties[short])
            if best < _SURE:
                words = f"{titles[short]} and {titles[root]} tell of one event"
                cost = max(1.0, _IDENTITY_COST - _BY_DOUBT * (1 - best))
                found[incident][document] = Belief(f"same:{incident}:{short}", cost, AssumptionKind.IDENTITY, words)
    return found


def _other(link: SceneLink, short: str) -> str:
    a, b = link.a.partition("#")[0], link.b.partition("#")[0]
    return b if a == short else a
