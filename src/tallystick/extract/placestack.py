"""The records that all names of a document may mean, side by side, and what speaks for each.

Evidence, strongest first: the container that the text names ("Cottonport, Louisiana"), the kind ("Homs
governorate"), the countries that other names, demonyms and armed groups speak for, nearness to other places of
the document. Population decides between places that nothing else tells apart: in war reporting it misleads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tallystick.extract.gazetteer import Gazetteer
from tallystick.extract.toponym_cues import place_cues
from tallystick.extract.toponymy import How
from tallystick.lexicon.gazetteer.countries import neighbours
from tallystick.lexicon.gazetteer.records import NOTHING

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Weights of the evidence, in nats. Swept by factors of two on annotated news (python -m eval.score toponym): halving
# or doubling any one moves the share within 161 km by less than 0.01.
CONTAINER = 4.0
KIND = 3.0
COUNTRY = 5.0
ADMIN1 = 2.0
NEARNESS = 2.5
NEAR_KM = 200.0
ALTERNATE_NAME = -1.0
PART = 0.5
PEOPLE = 0.55
COUNTRY_PRIOR = 6.5
# What bare "Tver" gains towards the region where the document says "Tver region", and never "the city of Tver".
AREA_TOO = 3.5
# Bare "Aleppo" is the city, not the governorate it lies in.
SEAT = -2.0
# What a country gets of the evidence for its neighbours: wars and those who flee them cross borders.
NEIGHBOUR = 0.2
# Places that others are measured against. More of them cost time and change nothing.
MOST_ANCHORS = 40

_COUNTRY, _ADM1, _ADM2, _CAPITAL, _TOWN, _VAST, _OTHER = range(7)
_CLASSES = (
    ("PCL", _COUNTRY),
    ("ADM1", _ADM1),
    ("ADM", _ADM2),
    ("PPLC", _CAPITAL),
    ("PPL", _TOWN),
    ("CONT", _VAST),
    ("OCN", _VAST),
)


@lru_cache(maxsize=2)
def classes(gazetteer: Gazetteer) -> Ints:
    """For each feature code of the index, what sort of place it is, as a small number."""
    return np.array([next((c for prefix, c in _CLASSES if f.startswith(prefix)), _OTHER) for f in gazetteer.features])


@dataclass(slots=True)
class Group:
    """Mentions of one name that must mean one record: same key, container and kind.

    container is another group; contained says that the text puts the name into it in words.
    """

    members: list[int]
    key: str
    country: str | None
    kind: str | None
    container: int | None
    ids: NDArray[np.uint32]
    main: Bools
    how: How = How.NAME
    contained: bool = False


class Stack:
    """The records of some groups in columns, one group after the other."""

    def __init__(self, gazetteer: Gazetteer, groups: Sequence[Group]) -> None:
        sizes = [len(g.ids) for g in groups]
        self.gazetteer, self.groups = gazetteer, groups
        self.ids = np.concatenate([g.ids for g in groups])
        self.owner = np.repeat(np.arange(len(groups)), sizes)
        self.starts = np.cumsum([0, *sizes[:-1]])
        self.sort = classes(gazetteer)[gazetteer.feature[self.ids]]
        self.country = gazetteer.country[self.ids].astype(np.int64)
        self.admin1 = np.where(self.sort == _ADM1, self.ids, gazetteer.admin1[self.ids]).astype(np.int64)
        self.admin2 = np.where(self.sort == _ADM2, self.ids, gazetteer.admin2[self.ids]).astype(np.int64)
        self.lat = np.radians(gazetteer.lat[self.ids].astype(float))
        self.lon = np.radians(gazetteer.lon[self.ids].astype(float))
        self.weight = np.sqrt([min(len(g.members), 4) for g in groups])
        self.coarse = (self.sort == _COUNTRY) | (self.sort >= _VAST)
        self.prior = np.concatenate([_prior(gazetteer, g) for g in groups])
        self.prior += AREA_TOO * self._areas_too() + PART * self._parts() + self._holders()

    def best(self, score: Floats) -> tuple[Ints, Floats]:
        """The row of each group's best record, and the share of the group's weight that it has."""
        top = np.maximum.reduceat(score, self.starts)[self.owner]
        sums = np.add.reduceat(np.exp(np.maximum(score - top, -50)), self.starts)
        rows = np.where(score == top, np.arange(len(score)), len(score))
        return np.minimum.reduceat(rows, self.starts), 1.0 / sums

    def shares(self, best: Ints, votes: Floats, seen: Floats) -> Floats:
        """What each country has of the evidence: seen from elsewhere, and the votes of the groups' best records."""
        share: Floats = seen + np.bincount(self.country[best], votes, len(seen))
        share[0] = 0.0
        return share

    def agreement(self, best: Ints, votes: Floats, seen: Floats) -> Floats:
        """What the document's countries add to each record. A group's own vote does not count for itself."""
        share = self.shares(best, votes, seen)
        own = np.where(self.country == self.country[best][self.owner], votes[self.owner], 0.0)
        around = NEIGHBOUR * (share @ borders(self.gazetteer.countries))
        each = np.maximum(share[self.country] - own, 0) + around[self.country]
        result: Floats = np.where(self.country > 0, COUNTRY / (share.sum() + 1.0) * each, 0.0)
        return result

    def containment(self, best: Ints) -> Floats:
        """What "X, Y" adds to the records of X that lie in the best record of Y."""
        extra = np.zeros(len(self.ids))
        for g, group in enumerate(self.groups):
            if group.container is not None:
                rows = self._rows(g)
                extra[rows] = np.where(self._inside(rows, int(best[group.container])), CONTAINER, 0.0)
        return extra

    def nearness(self, best: Ints, votes: Floats) -> Floats:
        """What other fine places of the document add to records near them or in the same admin-1 area."""
        which = np.flatnonzero(~self.coarse[best])
        if len(which) < 2:
            return np.zeros(len(self.ids))
        if len(which) > MOST_ANCHORS:
            which = which[np.argsort(-votes[which], kind="stable")[:MOST_ANCHORS]]
        at = best[which]
        y = self.lat[:, None] - self.lat[at]
        x = (self.lon[:, None] - self.lon[at]) * np.cos(self.lat)[:, None]
        strength = np.where(self.owner[:, None] == which, 0.0, votes[which])
        total = strength.sum(axis=1) + 0.5
        close = (strength * np.exp(np.sqrt(x * x + y * y) * (-6371.0 / NEAR_KM))).sum(axis=1) / total
        here = self.admin1[at]
        same = (strength * ((self.admin1[:, None] == here) & (here != NOTHING))).sum(axis=1) / total
        result: Floats = np.where(self.coarse, 0.0, NEARNESS * np.sqrt(close) + ADMIN1 * same)
        return result

    def merged(self, score: Floats, best: Ints) -> Floats:
        """The share of each group's choice, namesakes within 100 km counted with it (a town and its province)."""
        chosen = best[self.owner]
        x = (self.lon - self.lon[chosen]) * np.cos(self.lat)
        close = 6371.0 * np.hypot(x, self.lat - self.lat[chosen]) < 100
        weights = np.exp(np.maximum(score - score[chosen], -50))
        shares: Floats = np.add.reduceat(np.where(close, weights, 0.0), self.starts) / np.add.reduceat(
            weights, self.starts
        )
        return shares

    def misplaced(self, group: int, best: Ints) -> bool:
        """True when the text puts the name into a country or area where its best record does not lie."""
        g, row = self.groups[group], int(best[group])
        if g.country is not None and self.gazetteer.countries[self.country[row]] != g.country:
            return True
        if g.container is None or not g.contained:
            return False
        holder = int(best[g.container])
        if int(self.sort[holder]) not in (_COUNTRY, _ADM1) or self.ids[holder] == self.ids[row]:
            return False
        return not self._inside(slice(row, row + 1), holder)[0]

    def small(self, row: int) -> bool:
        """True for a town or district, which a reader far away cannot be expected to know."""
        return int(self.sort[row]) in (_TOWN, _ADM2)

    # -- parts of the prior that the other groups decide

    def _rows(self, group: int) -> slice:
        start = int(self.starts[group])
        return slice(start, start + len(self.groups[group].ids))

    def _inside(self, rows: slice, holder: int) -> Bools:
        """Which of the rows lie in the record of another row."""
        sort = int(self.sort[holder])
        if sort == _COUNTRY:
            within: Bools = self.country[rows] == self.country[holder]
        elif sort == _ADM1:
            within = self.admin1[rows] == self.ids[holder]
        elif sort == _ADM2:
            within = self.admin2[rows] == self.ids[holder]
        else:
            reach = 0.5 if sort in (_TOWN, _CAPITAL) else 3.0
            apart = np.hypot(self.lat[rows] - self.lat[holder], self.lon[rows] - self.lon[holder])
            within = (apart < np.radians(reach)) & (sort != _VAST)
        others: Bools = self.ids[rows] != self.ids[holder]
        return np.logical_and(within, others)

    def _holders(self) -> Floats:
        """What "X, Y" adds to the records of Y that some record of X lies in."""
        extra = np.zeros(len(self.ids))
        for g, group in enumerate(self.groups):
            if group.container is None:
                continue
            mine, theirs = self._rows(g), self._rows(group.container)
            areas = {*self.admin1[mine].tolist(), *self.admin2[mine].tolist()}
            countries = set(self.country[mine].tolist())
            columns = (self.ids[theirs], self.sort[theirs], self.country[theirs])
            extra[theirs] = [
                CONTAINER / 2 if record in areas or (sort == _COUNTRY and country in countries) else 0.0
                for record, sort, country in zip(*(column.tolist() for column in columns), strict=True)
            ]
        return extra

    def _areas_too(self) -> Floats:
        """1 for the area records of a bare name that the document elsewhere calls an area and nowhere a town."""
        called: dict[str, set[str]] = {}
        fits = np.zeros(len(self.ids))
        if not any(group.kind for group in self.groups):
            return fits
        for group in self.groups:
            called.setdefault(_bare(group.key), set()).update(_roles(group.kind) & {"area", "town"})
        for g, group in enumerate(self.groups):
            if group.kind is None and called[_bare(group.key)] == {"area"}:
                rows = self._rows(g)
                fits[rows] = (self.sort[rows] == _ADM1) | (self.sort[rows] == _ADM2)
        return fits

    def _parts(self) -> Floats:
        """1 for records that lie in, or are, a district that another name of the document may mean.

        "Paris" and "Henry County" speak for the pair that belongs together before either is settled.
        """
        fits = np.zeros(len(self.ids))
        district = self.sort == _ADM2
        named = self.ids[district].tolist()
        if named and (both := set(named).intersection(self.admin2[~district].tolist())):
            fits[[row for row, area in enumerate(self.admin2.tolist()) if area in both]] = 1.0
        return fits


def _prior(gazetteer: Gazetteer, group: Group) -> Floats:
    """What speaks for each record whatever the document says."""
    own = _own(gazetteer, group.key, group.kind)
    if group.how is not How.NAME or len(own) != len(group.ids):
        own = _own_of(gazetteer, group.ids, group.main, group.kind)
    if group.country is None:
        return own
    wanted = gazetteer.countries.index(group.country)
    return own + np.where(gazetteer.country[group.ids] == wanted, CONTAINER, -CONTAINER)


@lru_cache(maxsize=20_000)
def _own(gazetteer: Gazetteer, name_key: str, kind: str | None) -> Floats:
    return _own_of(gazetteer, *gazetteer.lookup(name_key), kind)


def _own_of(gazetteer: Gazetteer, ids: NDArray[np.uint32], main: Bools, kind: str | None) -> Floats:
    sort = classes(gazetteer)[gazetteer.feature[ids]]
    prior: Floats = _of_records(gazetteer)[ids]
    if not main.all():
        prior += np.where(main, 0.0, ALTERNATE_NAME)
    if kind:
        return prior + KIND * _kind_fits(kind, sort)
    area = (sort == _ADM1) | (sort == _ADM2)
    if area.any():
        towns = (sort == _TOWN) | (sort == _CAPITAL)
        within = ids[towns]
        seats = {*gazetteer.admin1[within].tolist(), *gazetteer.admin2[within].tolist()}
        if seats:
            prior += np.where(area & [record in seats for record in ids.tolist()], SEAT, 0.0)
    return prior


@lru_cache(maxsize=2)
def _of_records(gazetteer: Gazetteer) -> Floats:
    """What speaks for each record of the index whatever its name, worked out for all of them at once."""
    sort = classes(gazetteer)[gazetteer.feature]
    people = np.log10(gazetteer.population.astype(float) + 1)
    by_sort = (
        (_COUNTRY, COUNTRY_PRIOR), (_ADM1, 1.6 + 0.4 * people), (_ADM2, 0.3 + 0.3 * people),
        (_CAPITAL, PEOPLE * people + 2.5), (_TOWN, PEOPLE * people + 0.5), (_VAST, 7.0), (_OTHER, 4.0),
    )  # fmt: skip
    prior: Floats = np.select([sort == s for s, _ in by_sort], [p for _, p in by_sort])
    prior += np.where(gazetteer.geonameid == NOTHING, 1.5, 0.0)  # the overlay: places that conflict reports name
    return prior


def _kind_fits(kind: str, sort: Ints) -> Floats:
    """How well each record suits the word beside its name, -1 to 1."""
    roles = _roles(kind)
    area, town = "area" in roles, "town" in roles
    suits = np.zeros(7)
    suits[_COUNTRY] = -1.0 if area else 0.0  # "Niger state" lies in Nigeria
    suits[_ADM1] = 1.0 if "area1" in roles else 0.3 if area else 0.0
    suits[_ADM2] = 1.0 if "area2" in roles else 0.3 if area else 0.0
    suits[_TOWN] = suits[_CAPITAL] = 0.7 if town else 0.0
    fits: Floats = suits[sort]
    return fits


def _roles(kind: str | None) -> frozenset[str]:
    return place_cues().roles(kind or "")


def _bare(name_key: str) -> str:
    """The key without a word for its kind at its end."""
    name, _, last = name_key.rpartition(" ")
    return name if name and "area" in _roles(last) else name_key


@lru_cache(maxsize=2)
def borders(countries: tuple[str, ...]) -> Floats:
    """1 where the countries of row and column share a land border."""
    row = {code: n for n, code in enumerate(countries)}
    shared = np.zeros((len(countries), len(countries)))
    for code, n in row.items():
        for other in neighbours(code) if code else ():
            if other in row:
                shared[n, row[other]] = 1.0
    return shared
