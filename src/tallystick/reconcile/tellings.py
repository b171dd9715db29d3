"""One event's figure as several reports tell it, day by day, and what of it each report's ceiling can bound.

A toll told on Monday does not bound what is told on Wednesday: tolls grow. So each day of telling gets a quantity of
its own, chained where the measure only grows; each report's telling is tied to its day by the belief that the report
tells of this event; and tellings of one fresh day are not set against each other, for nobody knows which came first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tallystick.model.constraints import AssumptionKind, Belief, Sum
from tallystick.model.quantities import Figure, Key, LinkVerdict, SceneLink
from tallystick.reconcile.halves import limits
from tallystick.reconcile.labels import day, label
from tallystick.reconcile.lattice import Lattice

_FEW_DAYS = 12
_LATER = "a toll told later is no smaller"
# A link so sure is an axiom: a conflict that it holds up is about the figures, not about the events.
_SURE = 0.99
_JOINING = (LinkVerdict.AUTO.value, LinkVerdict.JUDGED_SAME.value)
# What a belief in one event costs to give up, dearest when surest: 4 at certainty, 2 at .95, where links begin to be
# made without asking. (The design's (1 - p) * 4 would have the surest links given up first.)
_IDENTITY_COST, _BY_DOUBT = 4.0, 40.0


@dataclass(slots=True)
class Tellings:
    """Where each document's word on one quantity goes, with the sums and beliefs that tie these together.

    nodes maps a document's id to the quantity that its half-claims bound; order ranks documents by day of telling;
    hubs maps a day to the quantity as told by then, the last of them the quantity itself. grows is False for what can
    fall from day to day: then no telling bounds another.
    """

    grows: bool = True
    nodes: dict[str, str] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)
    hubs: dict[date, str] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)


def tellings(
    name: str,
    key: Key,
    group: Sequence[Figure],
    near: Sequence[Figure],
    beliefs: Mapping[str, Belief],
    lattice: Lattice,
) -> Tellings:
    """The tellings of the quantity called name.

    near are the figures of the same event that bear on it, group included; beliefs: document id -> the belief that it
    tells of this event.
    """
    grows = lattice.mark("measure" if key.unit is None else "things", key.measure, "grows")
    made = Tellings(grows, labels={name: label(key)})
    if key.incident is None:
        made.nodes = {figure.document: name for figure in group}
        made.order = dict.fromkeys(made.nodes, 0)
        return made
    by_document: defaultdict[str, list[Figure]] = defaultdict(list)
    for figure in group:
        by_document[figure.document].append(figure)
    told = {document: _told(figures) for document, figures in by_document.items()}
    days = sorted({d for d in told.values() if d is not None})
    if len({f.document for f in near}) == 1:
        made.nodes = dict.fromkeys(by_document, name)
        made.order = dict.fromkeys(by_document, 0)
        made.hubs = dict.fromkeys(days, name)
        return made
    made.hubs = {d: name if d == days[-1] else f"{name}@{d.isoformat()}" for d in days}
    for at, before in enumerate(days[:-1]):
        made.labels[made.hubs[before]] = f"{label(key)}, as told by {day(before)}"
        # Each day straight to every later one, while they are few: a conflict then needs one step, not a chain.
        for after in days[at + 1 :] if grows and len(days) <= _FEW_DAYS else days[at + 1 : at + 2 if grows else 0]:
            rule = f"grow:{made.hubs[before]}<{after.isoformat()}"
            made.sums.append(Sum(rule, (made.hubs[before],), made.hubs[after], text=_LATER))
    for document, figures in sorted(by_document.items(), key=lambda item: (told[item[0]] or date.max, item[0])):
        when = told[document]
        made.order[document] = len(days) if when is None else days.index(when)
        rivals = [f for f in near if f.document != document and _told([f]) == when]
        _tie(made, name, document, figures, beliefs.get(document), _open(when, key, figures, rivals, lattice))
    return made


def _open(when: date | None, key: Key, mine: Sequence[Figure], rivals: Sequence[Figure], lattice: Lattice) -> bool:
    """True when nobody knows whether a document was written before or after others that differ from it."""
    if when is None:
        return bool(rivals)
    return _fresh(when, key, lattice) and _differ(mine, rivals)


def _tie(
    made: Tellings, name: str, document: str, figures: Sequence[Figure], belief: Belief | None, open_order: bool
) -> None:
    """Gives a document its quantity: that of its day, or one of its own tied to it."""
    when = _told(figures)
    hub = name if when is None else made.hubs[when]
    if belief is None and not open_order and (when is not None or not made.hubs):
        made.nodes[document] = hub
        return
    node = f"{name}/{document[:8]}"
    made.nodes[document] = node
    on = "" if when is None else f" on {day(when)}"
    made.labels[node] = f"{made.labels[name]}, as {figures[0].publisher or 'one report'} told it{on}"
    needs = () if belief is None else (belief.id,)
    exact = not open_order and when is not None
    if when is None and not made.grows:
        return  # what can fall and has no day bounds nothing else
    made.sums.append(Sum(f"told:{node}", (node,), hub, exact, text="they tell of one event", needs=needs))
    earlier = [d for d in made.hubs if when is not None and d < when]
    if earlier and made.grows and not exact:
        made.sums.append(Sum(f"since:{node}", (made.hubs[max(earlier)],), node, text=_LATER, needs=needs))


def by_telling(rule: Sum, keys: Mapping[str, Key], told: Mapping[str, Tellings]) -> list[Sum]:
    """A part-of or packing rule as it holds between tellings: what is told later can be more than the whole was then.

    Empty where no telling of the part is as old as one of the whole.
    """
    whole = told.get(rule.total)
    parts = [told.get(part) for part in rule.parts]
    if all(part is None or not part.hubs for part in parts) and (whole is None or not whole.hubs):
        if rule.id.startswith(("part:", "maybe:")) and whole is not None and parts[0] is not None:
            return _by_document(rule, parts[0], whole) or [rule]
        return [rule]
    if whole is None or None in parts:
        return [rule]  # made by a reading: nobody tells it
    if len(parts) > 1:
        return [rule] if all(_before(part, whole, keys[rule.total]) for part in parts if part is not None) else []
    part = parts[0]
    assert part is not None
    end = keys[rule.total].window.end_latest or keys[rule.total].window.end
    if keys[rule.total].incident is None:
        days = [d for d in part.hubs if end is None or d <= end]
        return [replace(rule, parts=(part.hubs[max(days)],))] if days else []
    found = _by_document(rule, part, whole)
    for d, hub in part.hubs.items():
        steady = part.grows and whole.grows
        days = [then for then in whole.hubs if then == d or (steady and then > d)]
        if days:
            found.append(replace(rule, id=f"{rule.id}@{d.isoformat()}", parts=(hub,), total=whole.hubs[min(days)]))
    return found


def _by_document(rule: Sum, part: Tellings, whole: Tellings) -> list[Sum]:
    """The rule within each document that tells of both."""
    hubs = {*part.hubs.values(), *whole.hubs.values()}
    return [
        replace(rule, id=f"{rule.id}/{document[:8]}", parts=(node,), total=whole.nodes[document])
        for document, node in part.nodes.items()
        if document in whole.nodes and not {node, whole.nodes[document]} <= hubs
    ]


def _before(part: Tellings, whole: Tellings, key: Key) -> bool:
    """True when the part was last told no later than the whole."""
    if not part.hubs:
        return not whole.hubs
    last = max(part.hubs)
    if key.incident is None:
        end = key.window.end_latest or key.window.end
        return end is None or last <= end
    return bool(whole.hubs) and (last <= max(whole.hubs) if part.grows and whole.grows else last == max(whole.hubs))


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
    joined = [link for link in links if link.verdict.value in _JOINING]
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


def ties(links: Iterable[tuple[str, str, float, str]]) -> list[str]:
    """All of an event's links that tallies can hang on, a line each, sorted: alike here, alike in identities.

    A link is its two scenes, its score and the value of its LinkVerdict.
    Only what joins scenes counts. Where every such link is so sure that it is an axiom there is nothing to tell: what
    is certain weighs a little differently with every few reports, by way of other scenes too, and nothing follows.
    """
    told = []
    doubted = False
    for a, b, score, verdict in links:
        if verdict in _JOINING:
            certain = verdict == LinkVerdict.JUDGED_SAME.value or score >= _SURE
            doubted |= not certain
            told.append(f"{a} {b} {'sure' if certain else f'{score:.6f}'}")
    return sorted(told) if doubted else []


def _other(link: SceneLink, short: str) -> str:
    a, b = link.a.partition("#")[0], link.b.partition("#")[0]
    return b if a == short else a
