"""Scenes of the ledger to incidents, a country at a time: weighed month by month, put together where pairs tie them.

What a new document touches is its own scenes, and those that a chain of pairs sure enough to be linked ties to them:
only these are put together anew, from what is kept of pairs weighed before. A full run does the same with all.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection, delete, func, select

from tallystick.jobs.weighing import Board, blocks_of, documents_of, pairs_of, prints_of
from tallystick.ledger import computed, lookups, queries
from tallystick.ledger.computed_tables import block, scene_incident
from tallystick.ledger.projections import load
from tallystick.ledger.tables import document, scene
from tallystick.model.links import CopyLink, Linked
from tallystick.model.quantities import Incident, LinkVerdict, SceneLink
from tallystick.model.records import Judgement, Scene, Verdict
from tallystick.reconcile import clustering, copies, linking
from tallystick.reconcile.clustering import Pair, Work
from tallystick.reconcile.likeness import Setting

SCENES_A_TIME = 5_000
"""Scenes whose blocks are worked out in one transaction."""
TOGETHER = 500
"""Scenes that are read together."""


@dataclass(slots=True)
class Relinked:
    """What linking found anew for some scenes: what stood for them before is to be forgotten.

    anew are the blocks that were weighed from the start: nothing that was kept of them stays.
    """

    component: str
    rows: computed.Rows
    seqs: list[int]
    ids: list[str]
    incidents: list[str]
    anew: list[str]


def note_blocks(connection: Connection, after: int) -> int | None:
    """Works out the blocks of the next scenes after that entry. Returns the last entry done, None at the end."""
    rows = connection.execute(
        select(scene.c.seq, document.c.latest)
        .join(document, document.c.seq == scene.c.document)
        .where(scene.c.seq > after, scene.c.cumulative == 0)
        .order_by(scene.c.seq)
        .limit(SCENES_A_TIME)
    ).all()
    if not rows:
        return None
    told = queries.scenes(connection, [row.seq for row in rows])
    connection.execute(delete(block).where(block.c.scene > after, block.c.scene <= rows[-1].seq))
    found = []
    for seq, latest in rows:
        published = None if latest is None else date.fromisoformat(latest)
        if seq in told:
            found += [(key, seq) for key in linking.blocks(told[seq], published)]
    load(connection, block, found)
    return int(rows[-1].seq)


def countries(connection: Connection) -> list[str]:
    """What blocks are keyed by before the month: country codes, "?" and places outside any, the busiest first."""
    sizes: defaultdict[str, int] = defaultdict(int)
    for key, size in connection.execute(select(block.c.key, func.count()).group_by(block.c.key)):
        sizes[key.rpartition("/")[0]] += size
    return sorted(sizes, key=lambda name: (-sizes[name], name))


def months(connection: Connection, country: str) -> list[str]:
    """The blocks of a country in the order of time."""
    inside = (block.c.key >= f"{country}/", block.c.key < f"{country}0")  # "0" comes after "/"
    return list(connection.scalars(select(block.c.key).where(*inside).distinct().order_by(block.c.key)))


def inputs(connection: Connection, country: str, judgements: Sequence[Judgement], rules: str) -> str:
    """The hash of all that the incidents of a country follow from."""
    digest = hashlib.sha256(rules.encode())
    inside = (block.c.key >= f"{country}/", block.c.key < f"{country}0")
    rows = select(block.c.key, block.c.scene).where(*inside).order_by(block.c.key, block.c.scene)
    for key, seq in connection.execute(rows):
        digest.update(f"{key}:{seq};".encode())
    for one in judgements:
        digest.update(f"{one.id}{one.withdrawn};".encode())
    return digest.hexdigest()[:16]


def relink(
    connection: Connection,
    keys: Iterable[str],
    judgements: Sequence[Judgement],
    documents: Sequence[int] | None = None,
) -> Relinked | None:
    """The incidents of the scenes in these blocks of one country that the documents touch; None for no scenes.

    Without documents nothing that stood before is looked at, and all blocks of the country must be given.
    """
    run = _Run(Board(connection, documents is None), _Judged(connection, judgements))
    country = "?"
    changed: set[int] = set()
    for key in keys:
        country = key.rpartition("/")[0]
        changed |= run.board.weigh(key)
        if documents is not None:
            changed |= _told_by(connection, key, documents)
    if not changed:
        return None
    seqs = sorted(run.reach(changed, country))
    linked, homes, ids, placed = run.gather(seqs)
    name = f"l/{country}"
    # Two documents whose ids begin alike name their scenes alike: entries tell them apart.
    rows = computed.linking_rows(name, linked, homes, {})
    rows["scene_incident"] = [(seq, incident, name) for seq, incident in sorted(placed.items())]
    rows["weighing"] = [row for rows in run.board.rows.values() for row in rows]
    return Relinked(name, rows, seqs, ids, sorted(homes), run.board.anew)


def _told_by(connection: Connection, key: str, documents: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for part in lookups.some(documents):
        own = block.c.scene.in_(select(scene.c.seq).where(scene.c.document.in_(part)))
        found.update(connection.scalars(select(block.c.scene).where(block.c.key == key, own)))
    return found


@dataclass(slots=True)
class _Judged:
    """Standing decisions on pairs of scenes, by their entries, as far as documents they are about were met."""

    connection: Connection
    judgements: Sequence[Judgement]
    pairs: dict[Pair, Judgement] = field(default_factory=dict)
    _about: dict[str, list[Judgement]] = field(default_factory=dict)  # by what a document's id begins with

    def __post_init__(self) -> None:
        for one in self.judgements:
            if one.about == "event" and one.withdrawn is None and len(one.subjects) == 2:
                for subject in one.subjects:
                    self._about.setdefault(subject[:8], []).append(one)

    def meet(self, board: Board, names: Iterable[str], country: str) -> set[int]:
        """Learns what was decided on scenes of these documents. Returns the scenes judged to be of one event."""
        new = [one for name in {name[:8] for name in names} for one in self._about.pop(name, ())]
        if not new:
            return set()
        begins = sorted({subject[:8] for one in new for subject in one.subjects})
        seqs: list[int] = []
        for name in begins:
            own = select(document.c.seq).where(document.c.id >= name, document.c.id < name + "g")
            within = scene.c.document.in_(own), scene.c.cumulative == 0
            seqs += self.connection.scalars(select(scene.c.seq).where(*within))
        told = board.scenes(seqs)
        found = {
            pair: judgement
            for pair, judgement in clustering.judged(told, new).items()
            if all(board.first(told[seq]).rpartition("/")[0] == country for seq in pair)
        }
        for pair, judgement in sorted(found.items()):
            before = self.pairs.get(pair)
            if before is None or before.at <= judgement.at:
                self.pairs[pair] = judgement
        return {seq for pair in found for seq in pair if self.pairs[pair].verdict is Verdict.SAME}


@dataclass(slots=True)
class _Run:
    """The scenes of one country that are put together anew."""

    board: Board
    judged: _Judged
    documents: dict[int, int] = field(default_factory=dict)  # of each scene, both by their entries

    def reach(self, changed: Collection[int], country: str) -> set[int]:
        """Those scenes, and all that chains of pairs that may be linked tie to them."""
        found: set[int] = set()
        edge = set(changed)
        while edge:
            found |= edge
            some = sorted(edge)
            self.board.read({key for keys in blocks_of(self.board.connection, some).values() for key in keys})
            self.documents |= documents_of(self.board.connection, some)
            near = {other for seq in some for other in self.board.sure.get(seq, ())}
            near |= self.judged.meet(self.board, self._names(some), country)
            edge = near - found
        return found

    def _names(self, seqs: Sequence[int]) -> set[str]:
        if not self.judged.judgements:
            return set()
        found: set[str] = set()
        for part in lookups.some({self.documents[seq] for seq in seqs}):
            found.update(self.board.connection.scalars(select(document.c.id).where(document.c.seq.in_(part))))
        return found

    def gather(self, seqs: Sequence[int]) -> tuple[Linked, dict[str, str], list[str], dict[int, str]]:
        """Incidents and links; the first block of each incident, the ids of the scenes, the incident of each."""
        root = self._components(seqs)
        inside, between = self._pairs(root)
        groups: dict[str, list[int]] = {}
        ids: list[str] = []
        links: set[Pair] = set()
        firsts: dict[int, str] = {}
        bare: dict[str, Incident] = {}  # without their links
        for told, components in self._read(root):
            ids += [one.id for one in told.values()]
            firsts.update({seq: self.board.first(one) for seq, one in told.items()})
            for component in components:
                judged = {p: j for p, j in self.judged.pairs.items() if p[0] in component and p[1] in component}
                own = {seq: told[seq] for seq in component}
                work = Work(own, self._setting_of(firsts), judged, inside.pop(root[component[0]], {}))
                for group in [component] if len(component) == 1 else clustering.gather(work):
                    one = clustering.incident([told[seq] for seq in group], ())
                    groups[one.id], bare[one.id] = group, one
                    among = set(group)
                    links.update(clustering.tree(work, (p for p in work.odds if p[0] in among and p[1] in among)))
                between.update({pair: odds for pair, odds in work.odds.items() if odds >= 0})
        member = {seq: name for name, group in groups.items() for seq in group}
        asked = self._questions(between, member, groups)
        decided = {pair for pair in self.judged.pairs if pair[0] in member or pair[1] in member}
        made = dict(self._told(links | asked | decided, asked, firsts))
        held: defaultdict[str, list[SceneLink]] = defaultdict(list)
        for (i, j), link in sorted(made.items()):
            if member.get(i) == member.get(j) and link.verdict is not LinkVerdict.JUDGED_DIFFERENT:
                held[member[i]].append(link)
        incidents = (replace(one, links=tuple(held.get(name, ()))) for name, one in bare.items())
        homes = {name: firsts[group[0]] for name, group in groups.items()}
        return Linked(tuple(incidents), tuple(made[pair] for pair in sorted(made))), homes, sorted(set(ids)), member

    def _components(self, seqs: Sequence[int]) -> dict[int, int]:
        """The scene that stands for all that chains of pairs tie to each."""
        root: dict[int, int] = {}
        tied: defaultdict[int, set[int]] = defaultdict(set)
        for (i, j), judgement in self.judged.pairs.items():
            if judgement.verdict is Verdict.SAME:
                tied[i].add(j)
                tied[j].add(i)
        for seq in seqs:
            edge = [] if seq in root else [seq]
            while edge:
                at = edge.pop()
                if at not in root:
                    root[at] = seq
                    edge += self.board.sure.get(at, ())
                    edge += tied.get(at, ())
        return root

    def _pairs(self, root: Mapping[int, int]) -> tuple[dict[int, dict[Pair, float]], dict[Pair, float]]:
        """The pairs inside each component, and those between two that may yet be of one event."""
        inside: defaultdict[int, dict[Pair, float]] = defaultdict(dict)
        between: dict[Pair, float] = {}
        for weights in self.board.weights.values():
            for pair, odds in pairs_of(weights):
                a, b = root.get(pair[0]), root.get(pair[1])
                if a is not None and a == b:
                    inside[a][pair] = odds
                elif odds >= 0 and (a is not None or b is not None):
                    between[pair] = odds
        for pair, judgement in self.judged.pairs.items():
            if judgement.verdict is Verdict.UNSURE and pair in between:
                between[pair] = min(between[pair], 0.0)
        return inside, between

    def _read(self, root: Mapping[int, int]) -> Iterator[tuple[dict[int, Scene], list[list[int]]]]:
        """The components in the order of recording, some together, with their scenes."""
        components: defaultdict[int, list[int]] = defaultdict(list)
        for seq in sorted(root):
            components[root[seq]].append(seq)
        waiting: list[list[int]] = []
        for component in components.values():
            waiting.append(component)
            if sum(map(len, waiting)) >= TOGETHER:
                yield self.board.scenes(seq for one in waiting for seq in one), waiting
                waiting = []
        if waiting:
            yield self.board.scenes(seq for one in waiting for seq in one), waiting

    def _setting_of(self, firsts: Mapping[int, str]) -> Callable[[int, int], Setting]:
        return lambda i, j: self.board.setting(max(firsts[i], firsts[j]))

    def _questions(
        self, between: Mapping[Pair, float], member: Mapping[int, str], groups: Mapping[str, Sequence[int]]
    ) -> set[Pair]:
        """The pairs of scenes to ask a person about, also where one is of an incident that stays as it is."""
        connection = self.board.connection
        outside = computed.incidents_of(connection, sorted({seq for p in between for seq in p if seq not in member}))
        taken = {name: {self.documents[seq] for seq in group} for name, group in groups.items()}
        taken |= _documents_in(connection, sorted(set(outside.values())))
        known = {**outside, **member}
        odds = {pair: likely for pair, likely in between.items() if pair[0] in known and pair[1] in known}
        return set(clustering.questions(odds, known, taken))

    def _told(
        self, pairs: Collection[Pair], asked: Collection[Pair], firsts: dict[int, str]
    ) -> Iterator[tuple[Pair, SceneLink]]:
        """The links of these pairs with their evidence, by the blocks that they meet in."""
        missing = sorted({seq for pair in pairs for seq in pair if seq not in firsts})
        for part in lookups.some(missing):
            firsts.update({seq: self.board.first(one) for seq, one in self.board.scenes(part).items()})
        order = sorted(pairs, key=lambda pair: (max(firsts[pair[0]], firsts[pair[1]]), pair))
        for pairs in lookups.some(order):
            told = self.board.scenes({seq for pair in pairs for seq in pair})
            self.board.ready(told)
            work = Work(told, self._setting_of(firsts), {}, {})
            for pair in pairs:
                link = work.link(*pair)
                if pair in asked:
                    link = clustering.asked(link)
                judgement = self.judged.pairs.get(pair)
                yield pair, link if judgement is None else clustering.decided(link, judgement)


def touched(connection: Connection, documents: Sequence[int]) -> dict[str, list[str]]:
    """The blocks of these documents' scenes, by country, in the order of time."""
    keys: set[str] = set()
    for part in lookups.some(documents):
        inside = block.c.scene.in_(select(scene.c.seq).where(scene.c.document.in_(part)))
        keys.update(connection.scalars(select(block.c.key).where(inside)))
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key in sorted(keys):
        found[key.rpartition("/")[0]].append(key)
    return dict(found)


def _documents_in(connection: Connection, incidents: Sequence[str]) -> dict[str, set[int]]:
    """The documents that tell of each of these incidents."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    placed = scene_incident.c
    for part in lookups.some(incidents):
        rows = select(placed.incident, scene.c.document).join(scene, scene.c.seq == placed.scene)
        for name, seq in connection.execute(rows.where(placed.incident.in_(part))):
            found[name].add(seq)
    return found


def copies_among(connection: Connection, documents: Iterable[int]) -> tuple[CopyLink, ...]:
    """The pairs of these documents that share their words."""
    return copies.among(prints_of(connection, documents))
