"""What is part of what: measures, populations, places, as data that users can add to."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from tallystick.errors import BadLattice
from tallystick.model.quantities import Where
from tallystick.model.values import Measure, Precision
from tallystick.reconcile.windows import parse_window

FILES = ("measures", "populations", "places", "times")
FACETS = ("measure", "things", "actor", "status", "sex", "age", "role", "place", "time")
# Facets whose names must be declared: a misspelt measure would silently be part of nothing.
_CLOSED = ("measure", "things", "status", "sex")
_PLACE_KINDS = ("country:", "admin1:", "geo:", "theatre:", "text:")
_TABLES = ("node", "part", "disjoint", "partition", "rule")


@dataclass(frozen=True, slots=True)
class Edge:
    """part is part of whole. assuming: only if that is believed (None: always).

    later: the one happens after the other and somewhere else (a burial); foreign: only of a force abroad.
    """

    facet: str
    part: str
    whole: str
    meaning: str
    source: str
    assuming: str | None = None
    later: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Apart:
    """Nobody is in two of the nodes; with assuming, only if that is believed."""

    facet: str
    nodes: tuple[str, ...]
    meaning: str
    assuming: str | None = None


@dataclass(frozen=True, slots=True)
class Partition:
    """The parts are all of the whole and share nobody. With assuming it is a reading that a caller switches on."""

    id: str
    facet: str
    whole: str
    parts: tuple[str, ...]
    meaning: str
    assuming: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A pair that follows from an entry of a part-of file, or must not."""

    facet: str
    entry: str
    a: str
    b: str
    holds: bool


@dataclass(frozen=True)
class Lattice:
    """The part-of edges of all files. id names its version and content: "1+3f9a12cd"; results name it.

    Ask with leq, path, disjoint and partitions; a name no file mentions is part of itself alone.
    """

    id: str
    edges: tuple[Edge, ...]
    aparts: tuple[Apart, ...]
    splits: tuple[Partition, ...]
    nodes: Mapping[tuple[str, str], Mapping[str, Any]]
    settings: Mapping[str, int]
    examples: tuple[Example, ...]
    _up: dict[tuple[str, str], tuple[Edge, ...]] = field(default_factory=dict, repr=False)
    _paths: dict[tuple[str, str, str], tuple[Edge, ...] | None] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for edge in self.edges:
            key = (edge.facet, edge.part)
            self._up[key] = (*self._up.get(key, ()), edge)

    def leq(self, facet: str, a: str, b: str) -> bool:
        """True when a is part of b, or is b, with nothing assumed."""
        path = self.path(facet, a, b)
        return path is not None and not any(edge.assuming for edge in path)

    def path(self, facet: str, a: str, b: str) -> tuple[Edge, ...] | None:
        """The edges that lead from a up to b, those with the fewest assumptions; () when equal, None when none do."""
        known = self._paths.get((facet, a, b), ...)
        if known is not ...:
            return known
        found = self._search(facet, a, b)
        if len(self._paths) < 100_000:  # names are open: a long run must not grow without end
            self._paths[facet, a, b] = found
        return found

    def _search(self, facet: str, a: str, b: str) -> tuple[Edge, ...] | None:
        best: dict[str, int] = {a: 0}
        queue: deque[tuple[str, tuple[Edge, ...], int]] = deque([(a, (), 0)])
        found: tuple[Edge, ...] | None = None
        cost = 1 << 30
        while queue:
            node, path, assumed = queue.popleft()
            if assumed > best.get(node, assumed) or assumed >= cost:
                continue
            if node == b:
                found, cost = path, assumed
                continue
            for edge in self._up.get((facet, node), ()):
                then = assumed + (edge.assuming is not None)
                if then < best.get(edge.whole, 1 << 30):
                    best[edge.whole] = then
                    queue.append((edge.whole, (*path, edge), then))
        return found

    def separation(self, facet: str, a: str, b: str) -> Apart | None:
        """What says that nobody can be in both, None when nothing does. One without an assumption comes first."""
        found = [
            apart
            for apart in self.aparts
            if apart.facet == facet
            and any(
                x != y and self.leq(facet, a, x) and self.leq(facet, b, y) for x in apart.nodes for y in apart.nodes
            )
        ]
        return min(found, key=lambda apart: apart.assuming is not None, default=None)

    def disjoint(self, facet: str, a: str, b: str) -> bool:
        """True when the files say that nobody is in both, be it by an assumption that they name."""
        return self.separation(facet, a, b) is not None

    def partitions(self, facet: str, whole: str | None = None) -> tuple[Partition, ...]:
        """The ways in which a whole (every whole when None) is divided into parts that are all of it."""
        return tuple(p for p in self.splits if p.facet == facet and whole in (None, p.whole))

    def mark(self, facet: str, name: str, mark: str) -> bool:
        """True when the node carries the mark: once, grows, closed."""
        return bool(self.nodes.get((facet, name), {}).get(mark, False))

    def place_path(self, part: Where, whole: Where) -> tuple[str, ...] | None:
        """Why one place lies in another, in words: () for the same place, None when nothing says that it does."""
        goals = _places(whole, own=True)
        for node in _places(part, own=False):
            for goal in goals:
                path = self.path("place", node, goal)
                if path is not None:
                    if node == goal and part.node == whole.node:
                        return ()
                    return (f"{part.name} lies in {whole.name}", *(edge.meaning for edge in path))
        return None

    def theatres(self, where: Where) -> tuple[Where, ...]:
        """The theatres that reports call by this place's name: "in Ukraine" for the whole war."""
        return tuple(
            Where(name, name.partition(":")[2])
            for (facet, name), node in self.nodes.items()
            if facet == "place" and where.node in node.get("called", ())
        )


def _places(where: Where, *, own: bool) -> tuple[str, ...]:
    """The names a place goes by; with own=False those of the areas it lies in too."""
    country = f"country:{where.country}" if where.country else None
    admin1 = f"admin1:{where.country}:{where.admin1.casefold()}" if where.country and where.admin1 else None
    names = [where.node]
    if admin1 and (not own or where.precision == Precision.ADMIN1):
        names.append(admin1)
    if country and (not own or where.precision == Precision.COUNTRY):
        names.append(country)
    return tuple(dict.fromkeys(names))


def load_lattice(*user_files: Path) -> Lattice:
    """The shipped part-of files with the user's merged over them. Cached. Raises BadLattice with every fault found."""
    return _load(tuple(Path(path) for path in user_files))


@cache
def _load(paths: tuple[Path, ...]) -> Lattice:
    folder = resources.files("tallystick.lexicon") / "lattices"
    texts = [(f"{name}.toml", (folder / f"{name}.toml").read_text(encoding="utf-8")) for name in FILES]
    for path in paths:
        try:
            texts.append((str(path), path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise BadLattice(f"{path} cannot be read: {error}. Check the path.") from error
    return _build(texts)


def _build(texts: list[tuple[str, str]]) -> Lattice:
    tables: dict[str, list[tuple[str, dict[str, Any]]]] = {name: [] for name in _TABLES}
    settings: dict[str, int] = {}
    version = "1"
    faults: list[str] = []
    for name, text in texts:
        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BadLattice(f"{name} is not TOML: {error}. Mend that line.") from error
        version = max(version, str(content.pop("version", "1")))
        settings.update(content.pop("settings", {}))
        for table, entries in content.items():
            if table not in _TABLES or not isinstance(entries, list):
                faults.append(f"{name}: [{table}] is no table of a part-of file. Use [[{']], [['.join(_TABLES)}]].")
                continue
            tables[table].extend((name, entry) for entry in entries)
    nodes = _nodes(tables["node"], faults)
    edges = tuple(edge for name, entry in tables["part"] if (edge := _edge(name, entry, nodes, faults)))
    aparts = tuple(
        Apart(e["facet"], tuple(e["nodes"]), e["meaning"], e.get("assuming"))
        for name, e in tables["disjoint"]
        if _sound(name, "disjoint", e, ("facet", "nodes"), e.get("nodes", ()), nodes, faults)
    )
    splits = tuple(
        Partition(e["id"], e["facet"], e["whole"], tuple(e["parts"]), e["meaning"], e.get("assuming"))
        for name, e in tables["partition"]
        if _sound(name, "partition", e, ("facet", "id", "whole", "parts"), (), nodes, faults)
    )
    faults.extend(_circles(edges))
    examples = tuple(_examples(tables, faults))
    if faults:
        raise BadLattice("\n".join(faults))
    digest = hashlib.sha256(json.dumps([tables, settings], sort_keys=True).encode()).hexdigest()[:8]
    return Lattice(f"{version}+{digest}", edges, aparts, splits, nodes, settings, examples)


def _nodes(entries: list[tuple[str, dict[str, Any]]], faults: list[str]) -> dict[tuple[str, str], dict[str, Any]]:
    nodes: dict[tuple[str, str], dict[str, Any]] = {
        (facet, measure.value): {} for facet in ("measure", "things") for measure in Measure
    }
    nodes |= {("sex", "female"): {}, ("sex", "male"): {}, ("status", "anyone"): {}, ("status", "unknown"): {}}
    for name, entry in entries:
        if entry.get("facet") not in FACETS or not str(entry.get("name", "")).strip() or not entry.get("meaning"):
            faults.append(f"{name}: a [[node]] lacks a known facet, a name or a meaning: {entry}.")
            continue
        nodes[entry["facet"], entry["name"]] = entry
    return nodes


def _edge(name: str, entry: dict[str, Any], nodes: Mapping[tuple[str, str], Any], faults: list[str]) -> Edge | None:
    ends = (str(entry.get("part", "")), str(entry.get("whole", "")))
    if not _sound(name, "part", entry, ("facet", "part", "whole"), ends, nodes, faults):
        return None
    return Edge(
        entry["facet"],
        *ends,
        entry["meaning"],
        entry["source"],
        entry.get("assuming"),
        bool(entry.get("later", False)),
        bool(entry.get("foreign", False)),
    )


def _sound(
    name: str,
    table: str,
    entry: dict[str, Any],
    keys: tuple[str, ...],
    named: Any,
    nodes: Mapping[tuple[str, str], Any],
    faults: list[str],
) -> bool:
    """True when an entry has all that it needs; otherwise says what is missing, naming the entry."""
    before = len(faults)
    title = f"{name}: [[{table}]] {' '.join(str(entry.get(key, '?')) for key in keys)}"
    missing = [key for key in (*keys, "meaning", "source", "no") if not entry.get(key)]
    if not entry.get("yes") and not entry.get("assuming"):
        missing.append("yes")
    if missing:
        faults.append(f"{title} lacks {', '.join(missing)}. Every edge needs them, examples included.")
    facet = entry.get("facet")
    if facet not in FACETS:
        faults.append(f"{title}: “{facet}” is no facet. Use one of {', '.join(FACETS)}.")
    unknown = [n for n in named if facet in _CLOSED and (facet, n) not in nodes]
    unknown += [n for n in named if facet == "place" and not str(n).startswith(_PLACE_KINDS)]
    if unknown:
        faults.append(f"{title}: unknown node {', '.join(map(str, unknown))}. Declare it in a [[node]], or mend it.")
    return len(faults) == before


def _circles(edges: tuple[Edge, ...]) -> Iterator[str]:
    """A fault for every edge that closes a circle."""
    up: dict[tuple[str, str], list[str]] = {}
    for edge in edges:
        up.setdefault((edge.facet, edge.part), []).append(edge.whole)
    for edge in edges:
        seen, queue = set[str](), [edge.whole]
        while queue:
            node = queue.pop()
            if node == edge.part:
                yield f"{edge.facet}: “{edge.part}” is part of “{edge.whole}” and the other way round. Remove one edge."
                break
            if node not in seen:
                seen.add(node)
                queue.extend(up.get((edge.facet, node), ()))


def _examples(tables: dict[str, list[tuple[str, dict[str, Any]]]], faults: list[str]) -> Iterator[Example]:
    for table, entries in tables.items():
        for name, entry in entries:
            title = f"{table} {entry.get('part') or entry.get('id') or entry.get('name') or entry.get('nodes')}"
            for key, holds in (("yes", True), ("no", False)):
                for pair in entry.get(key, ()):
                    if not isinstance(pair, list) or len(pair) != 2:
                        faults.append(f"{name}: {title}: an example is a pair, not {pair!r}.")
                        continue
                    if table == "rule":
                        for window in pair:
                            parse_window(window)
                    yield Example(entry.get("facet", "time"), title, pair[0], pair[1], holds)
