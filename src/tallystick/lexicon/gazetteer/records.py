"""The shape of the place index on disk, known to its writer and its reader."""

from __future__ import annotations

from dataclasses import dataclass, field

VERSION = 1
"""Raised when the files change shape; the reader refuses another version."""

NOTHING = 0xFFFFFFFF
"""Stands for "no record" and "no GeoNames id" in the arrays."""

PLACE = [
    ("name", "<u4"),  # start in names.bin; the end is the next record's start
    ("lat", "<f4"),
    ("lon", "<f4"),
    ("population", "<u4"),
    ("geonameid", "<u4"),
    ("admin1", "<u4"),  # record of the admin-1 area, NOTHING where there is none
    ("admin2", "<u4"),
    ("country", "u1"),  # index into the header's countries; 0 is "no country"
    ("feature", "u1"),  # index into the header's features
    ("precision", "u1"),  # index into PRECISIONS
]

PRECISIONS = ("point", "town", "near", "admin2", "admin1", "region", "country", "multinational", "water")

ALTERNATE = 0x80000000
"""Set in a posting whose name is not the record's main name."""

FILES = ("names.marisa", "sounds.marisa", "starts.npy", "postings.npy", "sound_starts.npy", "sound_postings.npy",
         "places.npy", "labels.bin")  # fmt: skip


@dataclass(slots=True)
class Record:
    """One place on its way into the index. names are written forms besides name; codes as GeoNames has them."""

    name: str
    point: tuple[float, float] | None  # latitude, longitude
    country: str | None
    feature: str
    geonameid: int | None = None
    population: int = 0
    names: list[str] = field(default_factory=list)
    code: str | None = None  # "AF.10" or "AF.10.2312" of an admin area itself
    admin1: str | None = None  # code of the admin-1 area it lies in
    admin2: str | None = None
    precision: str | None = None
