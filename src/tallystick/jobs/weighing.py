"""What pairs of scenes weigh, block by block: kept, so that a new report has only its own scenes weighed.

A pair is weighed once, in the first block that both scenes are in, against the first documents recorded there (see
linking.settled). When these become more, the block is weighed anew; so what is kept hangs on the order of the log and
on nothing else, and is the same whether reports came one by one or all at once.
"""

from __future__ import annotations

import json
import zlib
from array import array
from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from tallystick.ledger import lookups, queries
from tallystick.ledger.computed_tables import block, weighing
from tallystick.ledger.projections import unpack
from tallystick.ledger.tables import document, fingerprints, scene
from tallystick.model.links import CopyLink
from tallystick.model.records import DocumentRecord, Scene
from tallystick.reconcile import linking
from tallystick.reconcile.clustering import SURE, Pair
from tallystick.reconcile.copies import Sharing, boilerplate
from tallystick.reconcile.likeness import Setting

_BLOCKS = 3
"""Blocks whose words are at hand: those of neighbouring months are asked for by turns."""
_PRINTS = 2_000
"""Documents whose fingerprints are at hand."""

Weights = dict[int, tuple[Sequence[int], Sequence[float]]]
"""Of each scene of a block, by its entry, the earlier ones that it was compared with, and the log-odds of each."""


@dataclass(slots=True)
class _Block:
    """A block's scenes by their entries, and what is known around them."""

    scenes: dict[int, Scene]
    settled: int
    setting: Setting
    sharing: Sharing


@dataclass(slots=True)
class _Prints:
    """Fingerprints of documents, by their ids, of the last that were asked for.

    Apart from the board, which holds settings that ask here: were it the board that they ask, it would hold itself,
    and all that was weighed in a country would lie in memory until cycles are looked for, which is seldom.
    """

    connection: Connection
    held: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def ready(self, documents: Iterable[int]) -> None:
        """Reads those of these documents at once, in place of those at hand."""
        self.held = prints_of(self.connection, documents)

    def of(self, name: str) -> tuple[int, ...]:
        """Those of one document, () where it has none."""
        known = self.held.get(name)
        if known is None:
            if len(self.held) >= _PRINTS:
                self.held.clear()
            seqs = self.connection.scalars(select(document.c.seq).where(document.c.id == name))
            known = self.held[name] = prints_of(self.connection, seqs).get(name, ())
        return known


@dataclass(slots=True)
class Board:
    """The blocks of one country: what is kept of them and what was weighed in this run.

    fresh: nothing that was kept before is looked at. rows are those to be kept, anew the blocks of which nothing else
    is; sure holds, of each scene of a block
    that was read, those that may be of one event without a person's word.
    """

    connection: Connection
    fresh: bool
    weights: dict[str, Weights] = field(default_factory=dict)
    sure: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    rows: dict[str, list[tuple[str, int, int, str]]] = field(default_factory=dict)
    anew: list[str] = field(default_factory=list)
    records: dict[str, DocumentRecord] = field(default_factory=dict)
    _noted: dict[str, bytes] = field(default_factory=dict)  # what each opened block's setting is made of, packed
    _settings: dict[str, Setting] = field(default_factory=dict)
    _prints: _Prints = field(init=False)

    def __post_init__(self) -> None:
        self._prints = _Prints(self.connection)

    def weigh(self, key: str) -> set[int]:
        """Weighs what has not been weighed in a block. Returns the scenes whose pairs are new."""
        own = self._opened(key)
        known = {} if self.fresh else self._kept(key, own.settled)
        new = own.scenes.keys() - known.keys()
        self._remember(key, known)
        if not new:
            return set()
        looked_up = {number: linking.keys(one, own.setting, key) for number, one in own.scenes.items()}
        found = linking.weighed(own.scenes, looked_up, own.sharing, own.setting, new, key)
        made = {number: (array("q"), array("d")) for number in sorted(new)}
        for (i, j), odds in found.items():
            made[j][0].append(i)
            made[j][1].append(odds)
        self._remember(key, made)
        if not known:
            self.anew.append(key)
        self.rows[key] = [(key, number, own.settled, _packed(*pairs)) for number, pairs in made.items()]
        return set(new)

    def read(self, keys: Iterable[str]) -> None:
        """Reads what is kept of further blocks."""
        for key in keys:
            if key not in self.weights:
                self._remember(key, self._kept(key, None))

    def scenes(self, seqs: Iterable[int]) -> dict[int, Scene]:
        """Scenes by their entries, in that order; what is known of their documents is learnt too."""
        told = queries.scenes(self.connection, seqs)
        self._learn({one.document for one in told.values()}, documents_of(self.connection, told).values())
        return dict(sorted(told.items()))

    def first(self, one: Scene) -> str:
        """The first of a scene's blocks."""
        known = self.records.get(one.document)
        return linking.blocks(one, known.latest_published if known is not None else None)[0]

    def setting(self, key: str) -> Setting:
        """What pairs are weighed in that meet in a block first."""
        known = self._settings.pop(key, None)
        if known is None:
            if key not in self._noted:
                self._opened(key)
            known = self._setting_noted(self._noted[key])
            while len(self._settings) >= _BLOCKS:
                del self._settings[next(iter(self._settings))]
        self._settings[key] = known  # the one asked for last is kept longest
        return known

    def ready(self, told: Iterable[int]) -> None:
        """Reads the fingerprints of these scenes' documents at once, as their pairs are about to be weighed."""
        self._prints.ready(set(documents_of(self.connection, told).values()))

    def _kept(self, key: str, settled: int | None) -> Weights:
        asked = [weighing.c.block == key]
        if settled is not None:
            asked.append(weighing.c.settled == settled)
        rows = self.connection.execute(select(weighing.c.scene, weighing.c.packed).where(*asked))
        return {row.scene: _unpacked(row.packed) for row in rows}

    def _remember(self, key: str, weights: Mapping[int, tuple[Sequence[int], Sequence[float]]]) -> None:
        self.weights.setdefault(key, {}).update(weights)
        for j, (others, odds) in weights.items():
            for i, likely in zip(others, odds, strict=True):
                if likely >= SURE:
                    self.sure[i].add(j)
                    self.sure[j].add(i)

    def _opened(self, key: str) -> _Block:
        seqs = list(self.connection.scalars(select(block.c.scene).where(block.c.key == key).order_by(block.c.scene)))
        told = dict(sorted(queries.scenes(self.connection, seqs).items()))
        of_scene = documents_of(self.connection, told)
        self._learn({one.document for one in told.values()}, of_scene.values())
        ids = list(dict.fromkeys(one.document for one in told.values()))  # in the order of recording
        settled = linking.settled(len(ids))
        early = set(ids[:settled])
        prints = prints_of(self.connection, set(of_scene.values()))
        common = boilerplate(own for name, own in prints.items() if name in early)
        sharing = Sharing(prints, common)
        records = [self.records[name] for name in ids if name in self.records]
        setting = Setting.of((one for one in told.values() if one.document in early), records)
        setting.documents, setting.copy_of = self.records, sharing.link
        self._noted[key] = _noted(setting, common)
        return _Block(told, settled, setting, sharing)

    def _setting_noted(self, noted: bytes) -> Setting:
        """A block's setting without its scenes: their traits and their words are looked up as pairs ask for them."""
        holding, places, days, size, common = json.loads(zlib.decompress(noted))
        setting = Setting(
            self.records,
            holding=Counter(holding),
            places=frozenset(places),
            days={int(place): found for place, found in days.items()},
            size=size,
        )
        boiler, prints = frozenset(common), self._prints

        def copy_of(a: str, b: str) -> CopyLink | None:
            return Sharing({name: prints.of(name) for name in (a, b)}, boiler).link(a, b)

        setting.copy_of = copy_of
        return setting

    def _learn(self, names: Iterable[str], seqs: Iterable[int]) -> None:
        if not self.records.keys() >= set(names):
            found = queries.documents_at(self.connection, sorted(set(seqs)))
            self.records.update({one.id: one for one in found.values()})


def _noted(setting: Setting, common: Iterable[int]) -> bytes:
    """What a block's setting is made of: a country has hundreds of blocks, each with thousands of words."""
    parts = (setting.holding, sorted(setting.places), setting.days, setting.size, sorted(common))
    return zlib.compress(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1)


def pairs_of(weights: Weights) -> Iterable[tuple[Pair, float]]:
    """The pairs of a block with their log-odds."""
    return (((i, j), odds) for j, own in weights.items() for i, odds in zip(*own, strict=True))


def _packed(others: array[int], odds: array[float]) -> str:
    return b64encode(others.tobytes() + odds.tobytes()).decode("ascii")


def _unpacked(packed: str) -> tuple[array[int], array[float]]:
    held = b64decode(packed)
    half = len(held) // 2
    return array("q", held[:half]), array("d", held[half:])


def documents_of(connection: Connection, scenes: Iterable[int]) -> dict[int, int]:
    """The document of each scene, both by their entries."""
    found: dict[int, int] = {}
    for part in lookups.some(sorted(scenes)):
        rows = connection.execute(select(scene.c.seq, scene.c.document).where(scene.c.seq.in_(part)))
        found.update({row.seq: row.document for row in rows})
    return found


def blocks_of(connection: Connection, scenes: Sequence[int]) -> Mapping[int, list[str]]:
    """The blocks of each scene, in the order of time."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for part in lookups.some(scenes):
        rows = select(block.c.scene, block.c.key).where(block.c.scene.in_(part)).order_by(block.c.scene, block.c.key)
        for row in connection.execute(rows):
            found[row.scene].append(row.key)
    return found


def prints_of(connection: Connection, documents: Iterable[int]) -> dict[str, tuple[int, ...]]:
    """The fingerprints of these documents, by their ids; of those that have any."""
    found: dict[str, tuple[int, ...]] = {}
    for part in lookups.some(sorted(documents)):
        rows = connection.execute(
            select(document.c.id, fingerprints.c.packed)
            .join(document, document.c.seq == fingerprints.c.document)
            .where(fingerprints.c.document.in_(part))
            .order_by(fingerprints.c.document)
        )
        found.update({row.id: tuple(unpack(row.packed)) for row in rows})
    return found
