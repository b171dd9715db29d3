"""How fast a ledger of a million claims is filled, asked and reconciled, and how much memory each takes.

    python -m eval.at_scale                             50,000 claims, every step
    python -m eval.at_scale --claims 1000000 --jobs 2   the size that the targets are for
    python -m eval.at_scale --steps insert,ask          some steps; --ledger PATH keeps and uses that ledger

Every step runs in a fresh process over one SQLite file. Seconds are wall and processor time: where they differ, other
work was on the machine. Ratios within one run travel better between machines than seconds.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, select

from eval.bulk import COUNTRIES, World
from tallystick.jobs.reconciling import reconcile
from tallystick.ledger import computed, lookups, queries, search, waiting
from tallystick.ledger.filling import Filling
from tallystick.ledger.store import Ledger
from tallystick.ledger.tables import claim, document
from tallystick.model.questions import Question
from tallystick.model.records import Recording

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AT_A_TIME = 4_000
"""Reports (some 35,000 claims) that are invented, and held, before the clock starts again: one call of add each, at the
end of which all of them are on the disk and nothing is being written. More of them at a time show less of what a call
takes to begin and to end, and take more memory, which is counted."""
ASKED = 40
"""Times that each question is asked, of other things each time; the median is given."""

TARGETS = {
    ("insert", "claims/s"): "20,000",
    ("as-of series of one quantity", "ms"): "10",
    ("reconcile one new document", "s"): "1",
    ("reconcile in full", "s"): "600 for a million on two cores",
}


class Line(NamedTuple):
    """One row of the table. number is in unit; note says what of."""

    what: str
    number: float
    unit: str
    note: str = ""


class _Timer:
    """Wall and processor seconds, this process's and its children's."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def __enter__(self) -> _Timer:
        self._wall, self._cpu = time.perf_counter(), _cpu()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall += time.perf_counter() - self._wall
        self.cpu += _cpu() - self._cpu


def _cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def insert(path: Path, claims: int, jobs: int) -> list[Line]:
    """Bulk insertion into an empty ledger: by two processes (ledger.filling), or by one where jobs is 1.

    Counted: the bodies as canonical JSON, salts and commitments, the Merkle tree and its roots, every projection with
    its indexes, full text, fingerprints, until all is on the disk. Not counted: inventing the reports, while nothing is
    being written, and the archive, as they have no files.
    """
    timer, written, size = _Timer(), 0, 0
    with Ledger.create(path, now=NOW) as ledger:
        with timer:
            fill = Filling(ledger) if jobs > 1 else ledger
        reports = World().recordings(claims, NOW)
        while some := list(islice(reports, AT_A_TIME)):
            gc.collect()
            gc.freeze()
            with timer:
                added = fill.add(some, now=NOW, actor="eval.at_scale")
            gc.unfreeze()
            written, size = written + added.claims, added.size
        with timer:  # the other process's time is known once it has ended
            fill.close()
    disk = sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*") if file.is_file())
    return [
        Line(
            "insert",
            written / timer.wall,
            "claims/s",
            f"{written:,} claims, {size:,} entries, {min(jobs, 2)} processes",
        ),
        Line("insert", size / timer.wall, "entries/s"),
        Line("insert, by processor time", timer.cpu / written * 1e6, "µs a claim", "of all processes"),
        Line("size on disk", disk / written, "bytes/claim"),
    ]


def ask(path: Path, claims: int, jobs: int) -> list[Line]:
    """Questions that pages ask, each of many things."""
    with Ledger.open(path) as ledger, ledger.reading() as connection:
        head = ledger.head()
        world = World()
        towns = [town.name for country in world.countries for town in country.towns[:2]][:ASKED]
        forces = [force for country in world.countries for force in country.forces[:2]][:ASKED]
        most = connection.scalar(select(func.max(document.c.seq))) or 0
        ids = list(connection.scalars(select(document.c.id).where(document.c.seq > most // 2).limit(ASKED)))
        seqs = list(connection.scalars(select(claim.c.seq).where(claim.c.seq > most // 2).limit(ASKED)))
        day = date(2024, 1, 1) + timedelta(days=365)

        def series(name: str) -> object:
            return queries.series(connection, Question(measures=("killed",), place=name, known_by=day))

        def whole(name: str) -> object:
            return list(queries.held(connection, Question(measures=("killed",), place=name, known_by=day)))

        def force(name: str) -> object:
            return list(queries.held(connection, Question(measures=("killed",), actor=name, known_by=day)))

        def found(words: str) -> object:
            return list(search.search(connection, words))

        def page(code: str) -> object:
            return list(queries.held(connection, Question(measures=("wounded",), country=code), limit=50))

        return [
            _asked("as-of series of one quantity", series, towns, "killed in one town, by a day"),
            _asked("the same with whole claims", whole, towns),
            _asked("as-of series of one side", force, forces, "fighters of one force killed, by a day"),
            _asked("one document's claims", lambda n: queries.claims_of(connection, n), ids),
            _asked("first page of a country", page, [code for code, _ in COUNTRIES]),
            _asked("full text, a rare word", found, [f"“{n} people dead”" for n in range(150, 150 + ASKED)]),
            _asked("full text, a town", found, towns),
            _asked("shared passages of a document", lambda n: _shared(connection, n), ids),
            _asked("Merkle proof", ledger.prove, seqs, f"of {head.size:,} entries"),
        ]  # fmt: skip


def _shared(connection: Any, name: str) -> object:
    seq = lookups.document_seq(connection, name)
    prints = queries.fingerprints_of(connection, seq)
    return lookups.sharing(connection, prints, 50)


def _asked(what: str, question: Callable[[Any], object], of: list[Any], note: str = "") -> Line:
    seconds, found = [], 0
    for one in of:
        start = time.perf_counter()
        answer = question(one)
        seconds.append(time.perf_counter() - start)
        found += len(answer) if isinstance(answer, list | tuple) else 1
    slowest = f"slowest {max(seconds) * 1e3:.1f}; {found / len(of):.0f} found"
    return Line(what, statistics.median(seconds) * 1e3, "ms", f"{note}; {slowest}" if note else slowest)


def full(path: Path, claims: int, jobs: int) -> list[Line]:
    """A full reconcile, from nothing computed."""
    timer = _Timer()
    with Ledger.open(path) as ledger, timer:
        done = reconcile(ledger, full=True, jobs=jobs, now=NOW)
    parts = ", ".join(f"{step} {seconds:.0f} s" for step, seconds in done.seconds.items())
    found = f"{done.incidents:,} incidents, {done.tallies:,} tallies, {done.conflicts:,} conflicts"
    return [
        Line("reconcile in full", timer.wall, "s", f"{jobs} processes; {parts}"),
        Line("reconcile in full, by processor time", timer.cpu, "s", found),
        Line("reconcile in full", timer.cpu / claims * 1e6, "µs of processor a claim"),
    ]


def one(path: Path, claims: int, jobs: int) -> list[Line]:
    """New documents, one at a time: each is added, and what it touches is reconciled."""
    reports = [report for report in _later(claims) if report.claims][:10]
    seconds = []
    with Ledger.open(path) as ledger:
        for report in reports:
            ledger.add([report], now=NOW, actor="eval.at_scale")
            start = time.perf_counter()
            reconcile(ledger, now=NOW)
            seconds.append(time.perf_counter() - start)
    return [Line("reconcile one new document", statistics.median(seconds), "s", f"slowest {max(seconds):.2f}")]


def _later(claims: int) -> Iterator[Recording]:
    """Reports of the same world that the ledger does not hold: the same days told by a world of another seed."""
    return islice(World(8).recordings(claims, NOW), claims // 17, claims // 17 + 20)


def again(path: Path, claims: int, jobs: int) -> list[Line]:
    """A full reconcile when nothing has changed."""
    timer = _Timer()
    with Ledger.open(path) as ledger, timer:
        reconcile(ledger, full=True, jobs=jobs, now=NOW)
    return [Line("reconcile in full, nothing changed", timer.wall, "s", f"processor {timer.cpu:.0f} s")]


def pages(path: Path, claims: int, jobs: int) -> list[Line]:
    """What was computed, page by page."""
    with Ledger.open(path) as ledger, ledger.reading() as connection:
        codes = [code for code, _ in COUNTRIES]

        def tallies(code: str) -> object:
            return list(computed.tallies(connection, Question(country=code, measures=("killed",)), limit=50))

        return [
            _asked("fifty tallies of a country", tallies, codes),
            _asked("fifty weightiest conflicts", lambda _: list(computed.conflicts(connection, limit=50)), codes),
            _asked("review queue of figures", lambda _: list(waiting.figures(connection, limit=50)), codes),
            _asked("review queue of links", lambda _: list(computed.links(connection, limit=50)), codes),
        ]


def verify(path: Path, claims: int, jobs: int) -> list[Line]:
    """Every entry, root and projection checked."""
    from tallystick.ledger.verify import verify as check

    timer = _Timer()
    with Ledger.open(path) as ledger, timer:
        found = check(ledger)
    whole = "whole" if found.whole else f"{len(found.findings)} findings"
    return [Line("verify", timer.wall, "s", f"{found.size:,} entries, {whole}; processor {timer.cpu:.0f} s")]


STEPS: dict[str, Callable[[Path, int, int], list[Line]]] = {
    "insert": insert,
    "ask": ask,
    "full": full,
    "one": one,
    "again": again,
    "pages": pages,
    "verify": verify,
}


def _step(name: str, path: Path, claims: int, jobs: int, answer: Any) -> None:
    lines = STEPS[name](path, claims, jobs)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    answer.send([*lines, Line(f"peak memory of “{name}”", peak / 1024, "MiB")])


def measure(name: str, path: Path, claims: int, jobs: int) -> list[Line]:
    """One step in a process of its own, so that its peak memory is its own."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_step, args=(name, path, claims, jobs, there))
    process.start()
    there.close()
    try:
        lines: list[Line] = here.recv()
    except EOFError:
        lines = [Line(name, float("nan"), "", "failed: see above")]
    process.join()
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Prints one row a measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=50_000)
    parser.add_argument("--steps", default=",".join(STEPS), help="some of: " + ", ".join(STEPS))
    parser.add_argument("--jobs", type=int, default=2, help="processes that reconcile")
    parser.add_argument("--ledger", type=Path, help="keep the ledger here; without “insert” it is used as it is")
    given = parser.parse_args(arguments)
    names = [name.strip() for name in given.steps.split(",")]
    unknown = [name for name in names if name not in STEPS]
    if unknown:
        parser.error(f"no step is called {', '.join(unknown)}")
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        path = given.ledger or Path(folder) / "ledger.db"
        for name in names:
            for line in measure(name, path, given.claims, given.jobs):
                failed |= line.number != line.number
                target = TARGETS.get((line.what, line.unit))
                aim = "" if target is None else f"  (target {target})"
                print(f"{line.what:38} {line.number:12,.1f} {line.unit:24} {line.note}{aim}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
