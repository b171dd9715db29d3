"""Which record a name means: what the rest of the document speaks for, and only then how large the place is.

Population priors mislead in war reporting, so they decide between places that nothing else tells apart. Evidence,
strongest first: the container that the text names ("Cottonport, Louisiana"), the kind ("Homs governorate"), the
country and admin-1 area that other names and demonyms speak for, nearness to other places of the document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tallystick.extract.gazetteer import Gazetteer
from tallystick.extract.toponym_cues import place_cues
from tallystick.extract.toponymy import Candidate, How
from tallystick.lexicon.gazetteer.countries import neighbours
from tallystick.lexicon.gazetteer.records import NOTHING

Floats = NDArray[np.float64]

# Weights of the evidence, in nats. Swept by factors of two on annotated news (python -m eval.score toponym).
CONTAINER = 4.0
KIND = 3.0
COUNTRY = 5.0
ADMIN1 = 2.0
NEARNESS = 2.5
NEAR_KM = 120.0
ALTERNATE_NAME = -1.0
PART = 0.5
PEOPLE = 0.55
COUNTRY_PRIOR = 6.5
# What bare "Kursk" gains towards the region where the document says "Kursk region", and never "the city of Kursk".
AREA_TOO = 3.5
# What a country gets of the evidence for its neighbours: wars and those who flee them cross borders.
NEIGHBOUR = 0.2
# Other evidence than this must be there before a lone foreign namesake is doubted; so many people need no support.
EVIDENCE = 0.4
SUPPORT = 0.15  # of the evidence, for its country and the neighbours
WELL_KNOWN = 300_000
KNOWN_ALONE = 50_000  # where no other place has the name
# Letters of a name that hardly two places sound like.
UNMISTAKABLE = 9
# "The capital" means the dominant country's when it has this share of the evidence.
DOMINANT = 0.6
# Groups resolved together. A long list of places costs memory with the square of this.
TOGETHER = 200
# Records tried for one name. "San José" has hundreds; beyond this the smallest are left out.
MOST_RECORDS = 150
ROUNDS = 3


@dataclass(slots=True)
class Group:
    """Mentions of one name that must mean one record: same key, container and kind."""

    members: list[int]
    key: str
    country: str | None
    kind: str | None
    container: int | None  # a group
    ids: NDArray[np.uint32]
    main: NDArray[np.bool_]
    how: How = How.NAME


@dataclass(frozen=True, slots=True)
class Resolution:
    """The record chosen, and how sure the choice among namesakes is (0..1).

    supported is False when the document speaks for other countries only, and the place is too small to be named
    without a word about where it is.
    """

    record: int
    share: float
    supported: bool


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


def _own_of(gazetteer: Gazetteer, ids: NDArray[np.uint32], main: NDArray[np.bool_], kind: str | None) -> Floats:
    people = gazetteer.population[ids].astype(float)
    prior = PEOPLE * np.log10(people + 1)
    features = [gazetteer.features[f] for f in gazetteer.feature[ids]]
    for n, feature in enumerate(features):
        if feature == "PCLI":
            prior[n] = COUNTRY_PRIOR
        elif feature in ("CONT", "OCN"):
            prior[n] = 7.0
        elif feature == "PPLC":
            prior[n] += 2.5
        elif feature == "ADM1":
            prior[n] = 1.6 + 0.4 * np.log10(people[n] + 1)
        elif feature == "ADM2":
            prior[n] = 0.3 + 0.3 * np.log10(people[n] + 1)
        elif not feature.startswith("PPL"):
            prior[n] = 4.0
        else:
            prior[n] += 0.5
        if gazetteer.geonameid[ids[n]] == NOTHING:
            prior[n] += 1.5  # overlay: places that conflict reports name
    prior += np.where(main, 0.0, ALTERNATE_NAME)
    prior += KIND * _kind_fits(kind, features) if kind else _seat(gazetteer, ids, features)
    return prior


def _seat(gazetteer: Gazetteer, ids: NDArray[np.uint32], features: Sequence[str]) -> Floats:
    """Takes the area's part down where a town of the same name lies in it: bare "Aleppo" is the city."""
    own = {int(a) for a, f in zip(gazetteer.admin1[ids], features, strict=True) if f.startswith("PPL")}
    own |= {int(a) for a, f in zip(gazetteer.admin2[ids], features, strict=True) if f.startswith("PPL")}
    return np.array(
        [-2.0 if f.startswith("ADM") and int(i) in own else 0.0 for i, f in zip(ids, features, strict=True)]
    )


def _roles(kind: str | None) -> frozenset[str]:
    return place_cues().roles(kind or "")


def _kind_fits(kind: str, features: Sequence[str]) -> Floats:
    roles = _roles(kind)
    fits = np.zeros(len(features))
    for n, feature in enumerate(features):
        if (feature == "ADM1" and "area1" in roles) or (feature == "ADM2" and "area2" in roles):
            fits[n] = 1.0
        elif feature.startswith("PPL") and "town" in roles:
            fits[n] = 0.7
        elif feature.startswith("ADM") and "area" in roles:
            fits[n] = 0.3
    return fits


def resolve(
    gazetteer: Gazetteer, candidates: Sequence[Candidate], evidence: Mapping[str, float]
) -> dict[int, Resolution]:
    """For each candidate that means a record, by its position, that record."""
    groups = _group(gazetteer, candidates)
    seen = np.zeros(len(gazetteer.countries))
    for code, amount in evidence.items():
        seen[gazetteer.countries.index(code)] += amount
    resolved: dict[int, Resolution] = {}
    share = seen
    for first in range(0, len(groups), TOGETHER):
        batch = groups[first : first + TOGETHER]
        for group in batch:
            group.container = (
                None
                if group.container is None or not 0 <= group.container - first < TOGETHER
                else group.container - first
            )
        share = share + _resolve(gazetteer, batch, seen, resolved)
    for n, c in enumerate(candidates):
        if c.how is How.CAPITAL and (capital := _capital(gazetteer, c, share)) is not None:
            resolved[n] = capital
    return resolved


def _sound_enough(group: Group, support: float, others: float) -> bool:
    """True when a record that only sounds like the name may stand for it.

    The document must speak for its country; a long name with one such record may go without, if nothing speaks
    for another.
    """
    return support > 1e-6 if others >= EVIDENCE else len(group.ids) == 1 and len(group.key) >= UNMISTAKABLE


@lru_cache(maxsize=2)
def _borders(countries: tuple[str, ...]) -> Floats:
    """1 where the countries of row and column share a land border."""
    row = {code: n for n, code in enumerate(countries)}
    borders = np.zeros((len(countries), len(countries)))
    for code, n in row.items():
        for other in neighbours(code) if code else ():
            if other in row:
                borders[n, row[other]] = 1.0
    return borders


def _capital(gazetteer: Gazetteer, c: Candidate, share: Floats) -> Resolution | None:
    if c.country is not None:
        row, sure = gazetteer.capital_row(c.country), 1.0
    elif share.sum() == 0:
        return None
    else:
        dominant = int(share.argmax())
        sure = float(share[dominant] / share.sum())
        row = gazetteer.capital_row(gazetteer.countries[dominant]) if sure >= DOMINANT else None
        sure *= 0.8
    return None if row is None else Resolution(row, sure, True)


def _resolve(gazetteer: Gazetteer, groups: list[Group], seen: Floats, resolved: dict[int, Resolution]) -> Floats:
    """Resolves the groups together and gives back what each country got from them."""
    sizes = [len(g.ids) for g in groups]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    ids = np.concatenate([g.ids for g in groups])
    owner = np.repeat(np.arange(len(groups)), sizes)
    prior = np.concatenate([_prior(gazetteer, g) for g in groups])
    country, admin1 = gazetteer.country[ids].astype(np.int64), gazetteer.admin1[ids].astype(np.int64)
    area = np.array([gazetteer.features[f] == "ADM1" for f in gazetteer.feature[ids]])
    admin1 = np.where(area, ids, admin1)
    lat, lon = np.radians(gazetteer.lat[ids].astype(float)), np.radians(gazetteer.lon[ids].astype(float))
    weight = np.array([min(len(g.members), 4) ** 0.5 for g in groups])
    coarse = np.array([gazetteer.features[f] in ("PCLI", "CONT", "OCN", "RGN", "SEA") for f in gazetteer.feature[ids]])
    prior = prior + AREA_TOO * _areas_too(gazetteer, groups) + PART * _parts(gazetteer, ids, owner)
    score = prior.copy()
    borders = _borders(gazetteer.countries)
    for _ in range(ROUNDS):
        best, sure = _best(score, starts, owner, len(groups))
        votes = weight * sure
        share = _shares(country, best, votes, seen, len(gazetteer.countries))
        total = share.sum() + 1.0
        own = np.zeros(len(ids))
        own[best] = votes
        # A group's own vote does not count for itself.
        mine = np.where(country == country[best][owner], votes[owner], 0.0)
        around = NEIGHBOUR * (share @ borders)
        agree = COUNTRY * np.where(country > 0, ((share[country] - mine).clip(0) + around[country]) / total, 0.0)
        score = prior + agree + _within(groups, best, ids, country, admin1, owner, gazetteer)
        score += _nearness(best, votes, lat, lon, owner, admin1, coarse)
    best, sure = _best(score, starts, owner, len(groups))
    votes = weight * sure
    share = _shares(country, best, votes, seen, len(gazetteer.countries))
    sure = _merged(score, best, starts, owner, lat, lon)
    people = gazetteer.population[ids[best]]
    for g, group in enumerate(groups):
        at = int(country[best[g]])
        others = share.sum() - (votes[g] if at else 0.0)
        support = share[at] - votes[g] + share @ borders[at] if at else others
        feature = gazetteer.features[gazetteer.feature[ids[best[g]]]]
        small = people[g] < (KNOWN_ALONE if len(group.ids) == 1 else WELL_KNOWN) and feature != "PPLC"
        small = small and (feature.startswith("PPL") or feature == "ADM2")
        supported = support >= SUPPORT * others or not small or others < EVIDENCE
        if group.how is How.SOUND and not _sound_enough(group, support, others):
            continue
        for member in group.members:
            resolved[member] = Resolution(int(ids[best[g]]), float(sure[g]), supported)
    gained: Floats = share - seen
    return gained


def _areas_too(gazetteer: Gazetteer, groups: Sequence[Group]) -> Floats:
    """1 for the area records of a bare name that the document elsewhere calls an area and nowhere a town."""
    called: dict[str, set[str]] = {}
    for group in groups:
        roles = _roles(group.kind)
        called.setdefault(_bare(group.key), set()).update(roles & {"area", "town"} if roles else ())
    fits = []
    for group in groups:
        areas = group.kind is None and called[_bare(group.key)] == {"area"}
        fits.extend(areas and gazetteer.features[f].startswith("ADM") for f in gazetteer.feature[group.ids].tolist())
    return np.array(fits, float)


def _bare(name_key: str) -> str:
    """The key without a word for its kind at its end."""
    name, _, last = name_key.rpartition(" ")
    return name if name and "area" in _roles(last) else name_key


def _parts(gazetteer: Gazetteer, ids: NDArray[np.uint32], owner: NDArray[np.int64]) -> Floats:
    """1 for records of a name that lie in, or hold, a record of another name of the document at district level.

    "Paris" and "Henry County" speak for the pair that belongs together before either is settled.
    """
    district = np.array([gazetteer.features[f] == "ADM2" for f in gazetteer.feature[ids]])
    holder = np.where(district, np.uint32(NOTHING), gazetteer.admin2[ids])
    named = set(ids[district].tolist())
    held = set(holder.tolist()) - {NOTHING}
    both = named & held
    fits: Floats = np.array(
        [h in both or (d and i in both) for i, h, d in zip(ids.tolist(), holder.tolist(), district, strict=True)], float
    )
    return fits


def _group(gazetteer: Gazetteer, candidates: Sequence[Candidate]) -> list[Group]:
    groups: list[Group] = []
    place: dict[tuple[str, str | None, str | None, str | None], int] = {}
    group_of: dict[int, int] = {}
    for n, c in enumerate(candidates):
        if c.how is How.CAPITAL or not c.key:
            continue
        inside = candidates[c.container] if c.container is not None and c.container < len(candidates) else None
        what = (c.key, c.country, c.kind, inside.key if inside else None)
        if what not in place:
            ids, main = gazetteer.lookup(c.key)
            how = How.NAME
            if len(ids) == 0:
                ids, how = gazetteer.sounding_like(c.key), How.SOUND
                main = np.zeros(len(ids), bool)
            if len(ids) == 0:
                continue
            if len(ids) > MOST_RECORDS:
                keep = np.argsort(gazetteer.population[ids])[-MOST_RECORDS:]
                ids, main = ids[keep], main[keep]
            place[what] = len(groups)
            groups.append(Group([], c.key, c.country, c.kind, None, ids, main, how))
        group_of[n] = place[what]
        groups[place[what]].members.append(n)
    for n, g in group_of.items():
        container = candidates[n].container
        if container is not None and container in group_of and group_of[container] != g:
            groups[g].container = group_of[container]
    _share_containers(groups)
    return groups


def _share_containers(groups: list[Group]) -> None:
    """A name that one sentence puts in a container lies there in the whole document."""
    inside: dict[str, int] = {}
    for group in groups:
        if group.container is not None:
            inside.setdefault(group.key, group.container)
    for n, group in enumerate(groups):
        if group.container is None and inside.get(group.key, n) != n:
            group.container = inside[group.key]


def _best(
    score: Floats, starts: NDArray[np.int64], owner: NDArray[np.int64], count: int
) -> tuple[NDArray[np.int64], Floats]:
    top = np.maximum.reduceat(score, starts)
    weights = np.exp(np.clip(score - top[owner], -50, 0))
    sums = np.add.reduceat(weights, starts)
    order = np.arange(len(score))
    best = np.minimum.reduceat(np.where(score == top[owner], order, len(score)), starts)
    return best, 1.0 / sums


def _shares(country: NDArray[np.int64], best: NDArray[np.int64], votes: Floats, seen: Floats, count: int) -> Floats:
    share = seen.copy()
    np.add.at(share, country[best], votes)
    share[0] = 0.0
    return share


def _within(
    groups: Sequence[Group],
    best: NDArray[np.int64],
    ids: NDArray[np.uint32],
    country: NDArray[np.int64],
    admin1: NDArray[np.int64],
    owner: NDArray[np.int64],
    gazetteer: Gazetteer,
) -> Floats:
    """What "X, Y" adds: to records of X that lie in Y's record, and to records of Y that some X lies in."""
    extra = np.zeros(len(ids))
    for g, group in enumerate(groups):
        if group.container is None:
            continue
        mine, theirs = owner == g, owner == group.container
        feature = np.array([gazetteer.features[f] for f in gazetteer.feature[ids[theirs]]])
        chosen = ids[best[group.container]]
        inside = _inside(gazetteer, ids[mine], int(chosen), country[mine], admin1[mine])
        if inside.any():
            extra[mine] += np.where(inside, CONTAINER, 0.0)
        holds = np.array(
            [_inside(gazetteer, ids[mine], int(i), country[mine], admin1[mine]).any() for i in ids[theirs][:60]]
        )
        holds = np.concatenate([holds, np.zeros(int(theirs.sum()) - len(holds), bool)])
        extra[theirs] += np.where(holds & (feature != ""), CONTAINER / 2, 0.0)
    return extra


def _inside(
    gazetteer: Gazetteer, ids: NDArray[np.uint32], holder: int, country: NDArray[np.int64], admin1: NDArray[np.int64]
) -> NDArray[np.bool_]:
    feature = gazetteer.features[gazetteer.feature[holder]]
    if feature == "PCLI":
        return (country == int(gazetteer.country[holder])) & (ids != holder)
    if feature == "ADM1":
        return (admin1 == holder) & (ids != holder)
    if feature == "ADM2":
        return gazetteer.admin2[ids] == holder
    if feature.startswith("PPL") or feature == "RGN":
        close = np.hypot(gazetteer.lat[ids] - gazetteer.lat[holder], gazetteer.lon[ids] - gazetteer.lon[holder])
        return (close < (0.5 if feature != "RGN" else 3.0)) & (ids != holder)
    return np.zeros(len(ids), bool)


def _nearness(
    best: NDArray[np.int64],
    votes: Floats,
    lat: Floats,
    lon: Floats,
    owner: NDArray[np.int64],
    admin1: NDArray[np.int64],
    coarse: NDArray[np.bool_],
) -> Floats:
    """What other fine places of the document add to records near them or in the same admin-1 area."""
    anchors = [(g, b) for g, b in enumerate(best) if not coarse[b]]
    if len(anchors) < 2:
        return np.zeros(len(owner))
    which = np.array([g for g, _ in anchors])
    at = np.array([b for _, b in anchors])
    x = (lon[:, None] - lon[at][None, :]) * np.cos((lat[:, None] + lat[at][None, :]) / 2)
    y = lat[:, None] - lat[at][None, :]
    km = 6371.0 * np.sqrt(x * x + y * y)
    strength = np.where(owner[:, None] == which[None, :], 0.0, votes[which][None, :])
    total = strength.sum(axis=1) + 0.5
    close = (strength * np.exp(-km / NEAR_KM)).sum(axis=1) / total
    same = (strength * ((admin1[:, None] == admin1[at][None, :]) & (admin1[:, None] != NOTHING))).sum(axis=1) / total
    result: Floats = np.where(coarse, 0.0, NEARNESS * np.sqrt(close) + ADMIN1 * same)
    return result


def _merged(
    score: Floats,
    best: NDArray[np.int64],
    starts: NDArray[np.int64],
    owner: NDArray[np.int64],
    lat: Floats,
    lon: Floats,
) -> Floats:
    """The share of each group's choice, namesakes within 100 km counted with it (a town and its province)."""
    chosen = best[owner]
    x = (lon - lon[chosen]) * np.cos(lat)
    km = 6371.0 * np.hypot(x, lat - lat[chosen])
    top = score[chosen]
    weights = np.exp(np.clip(score - top, -50, 0))
    shares: Floats = np.add.reduceat(np.where(km < 100, weights, 0.0), starts) / np.add.reduceat(weights, starts)
    return shares
