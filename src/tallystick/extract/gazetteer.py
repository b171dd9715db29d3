"""The place index: names to records, memory-mapped from the files in lexicon/gazetteer/index.

TALLYSTICK_GAZETTEER names another folder, one that `python -m tallystick.lexicon.gazetteer.build --out` wrote.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np
from numpy.typing import NDArray

from tallystick.errors import BadGazetteer
from tallystick.lexicon import gazetteer as packaged
from tallystick.lexicon.gazetteer.names import skeleton
from tallystick.lexicon.gazetteer.records import ALTERNATE, FILES, NOTHING, PRECISIONS, VERSION
from tallystick.model.values import Place, Precision

INDEX = Path(str(packaged.__file__)).parent / "index"

Ids = NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """The open index. Columns are numpy arrays over all records, to be read at the ids that lookup() gives."""

    folder: Path
    origin: str
    countries: tuple[str, ...]
    features: tuple[str, ...]
    lat: NDArray[np.float32]
    lon: NDArray[np.float32]
    population: Ids
    geonameid: Ids
    admin1: Ids
    admin2: Ids
    country: NDArray[np.uint8]
    feature: NDArray[np.uint8]
    precision: NDArray[np.uint8]
    _name: Ids
    _labels: mmap.mmap
    _names: Any
    _starts: Ids
    _postings: Ids
    _sounds: Any
    _sound_starts: Ids
    _sound_postings: Ids
    _country_rows: dict[str, int]
    _capitals: dict[str, int]

    def __len__(self) -> int:
        return len(self.lat)

    def prefixes(self, name_key: str) -> list[str]:
        """The indexed names that the key begins with, shortest first."""
        found: list[str] = self._names.prefixes(name_key)
        return found

    def opens(self, word_key: str) -> bool:
        """True when the word is an indexed name or the first word of one."""
        return word_key in self._names or next(self._names.iterkeys(word_key + " "), None) is not None

    def begins(self, beginning: str) -> bool:
        """True when an indexed name begins so."""
        return next(self._names.iterkeys(beginning), None) is not None

    def __contains__(self, name_key: str) -> bool:
        return name_key in self._names

    @lru_cache(maxsize=20_000)  # noqa: B019 - one index lives as long as the process
    def lookup(self, name_key: str) -> tuple[Ids, NDArray[np.bool_]]:
        """Ids of the records with that name, and for each whether it is the main name. Empty when unknown.

        The arrays are shared between callers: not to be written to.
        """
        row = self._names.get(name_key)
        if row is None:
            return np.empty(0, np.uint32), np.empty(0, bool)
        found = self._postings[self._starts[row] : self._starts[row + 1]]
        return found & np.uint32(ALTERNATE - 1), (found & np.uint32(ALTERNATE)) == 0

    def sounding_like(self, name_key: str) -> Ids:
        """Ids of records whose name another transliteration spells so. Empty when there is none."""
        row = self._sounds.get(skeleton(name_key))
        if row is None:
            return np.empty(0, np.uint32)
        return self._sound_postings[self._sound_starts[row] : self._sound_starts[row + 1]]

    def country_row(self, code: str) -> int:
        """The record of the country with that alpha-2 code. Raises KeyError for an unknown code."""
        return self._country_rows[code]

    def capital_row(self, code: str) -> int | None:
        """The record of the country's capital, None when the index knows none."""
        return self._capitals.get(code)

    def name(self, record: int) -> str:
        """The record's main name."""
        start = int(self._name[record])
        end = int(self._name[record + 1]) if record + 1 < len(self._name) else len(self._labels)
        return self._labels[start:end].decode()

    @lru_cache(maxsize=20_000)  # noqa: B019 - one index lives as long as the process
    def place(self, record: int) -> Place:
        """The record as a Place."""
        admin1 = int(self.admin1[record])
        own = PRECISIONS[self.precision[record]]
        feature = self.features[self.feature[record]]
        geonameid, population = int(self.geonameid[record]), int(self.population[record])
        above = self.name(record if feature == "ADM1" else admin1) if feature == "ADM1" or admin1 != NOTHING else None
        return Place(
            name=self.name(record),
            geonameid=None if geonameid == NOTHING else geonameid,
            lat=round(float(self.lat[record]), 5),
            lon=round(float(self.lon[record]), 5),
            country=self.countries[self.country[record]] or None,
            precision=Precision(own),
            admin1=None if above is None else plain_name(above),
            feature=feature,
            population=population or None,
        )


@lru_cache(maxsize=1)
def _kinds() -> frozenset[str]:
    from tallystick.lexicon import load_rows

    return frozenset(row[0] for row in load_rows("place_types") if "area" in row[1].split("|"))


def plain_name(area: str) -> str:
    """An admin area's name without the word for its kind: "Tver Oblast" -> "Tver"."""
    words = area.split()
    while len(words) > 1 and words[-1].lower() in _kinds():
        words.pop()
    return " ".join(words)


@lru_cache(maxsize=2)
def gazetteer(folder: Path | None = None) -> Gazetteer:
    """The open place index. Raises BadGazetteer when its files are missing, damaged or of another version."""
    where = folder or Path(os.environ.get("TALLYSTICK_GAZETTEER") or INDEX)
    header = _header(where)
    arrays = {
        name: np.load(where / f"{name}.npy", mmap_mode="r")
        for name in ("places", "starts", "postings", "sound_starts", "sound_postings")
    }
    # Views without the memmap class: indexing them is several times faster.
    table, starts, postings, sound_starts, sound_postings = (np.asarray(array) for array in arrays.values())
    with (where / "labels.bin").open("rb") as labels:
        mapped = mmap.mmap(labels.fileno(), 0, access=mmap.ACCESS_READ)
    return Gazetteer(
        where, header["origin"], tuple(header["countries"]), tuple(header["features"]),
        table["lat"], table["lon"], table["population"], table["geonameid"], table["admin1"], table["admin2"],
        table["country"], table["feature"], table["precision"], table["name"], mapped,
        marisa_trie.Trie().mmap(str(where / "names.marisa")), starts, postings,
        marisa_trie.Trie().mmap(str(where / "sounds.marisa")), sound_starts, sound_postings,
        {header["countries"][table["country"][row]]: row for row in range(header["country_rows"])},
        header["capitals"],
    )  # fmt: skip


def _header(where: Path) -> dict[str, Any]:
    again = "Install tallystick again, or build the index: python -m tallystick.lexicon.gazetteer.build"
    try:
        header: dict[str, Any] = json.loads((where / "header.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadGazetteer(f"no place index in {where} ({error}). {again}") from error
    if header.get("version") != VERSION:
        raise BadGazetteer(f"the place index in {where} has version {header.get('version')}, not {VERSION}. {again}")
    for name in FILES:
        try:
            with (where / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise BadGazetteer(f"the place index in {where} lacks {name} ({error}). {again}") from error
        if found != header["sha256"].get(name):
            raise BadGazetteer(f"{where / name} is not the file that the index's header describes. {again}")
    return header
