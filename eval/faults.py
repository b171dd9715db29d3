"""What can go wrong with a ledger, done to it on purpose: is anything lost that was acknowledged, does verify lie?

    python -m eval.faults                  200 kills of add and of reconcile, 20 of the command, 50 of each other fault
    python -m eval.faults --runs 20        fewer
    python -m eval.faults --only kill

Each run works on a ledger of its own under a temporary folder. A fault is one of

    kill       kill -9 at a random moment of add, then the same add again
    reconcile  kill -9 at random moments of reconcile, full or of what is new, in one piece or cut, then once more
    command    kill -9 at a random moment of the command “tallystick add”, on one process or two, then the command again
    writers    two processes add at once, and one of them is killed
    full       no room for the file to grow, at a random size; then the same add again with room
    page       eight bytes overwritten at a random place of the file
    clock      the clock jumps forth and back between transactions

A kill leaves the system's own cache whole: what fsync is for, only a power cut would show. Exit status 1 when anything
acknowledged is lost, a document is there by half, verify does not tell the truth, or what is worked out after a kill is
not what it is without one.
"""

from __future__ import annotations

import argparse
import atexit
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from eval.bulk import World
from tallystick.errors import LedgerError, NoLedger, StorageFull
from tallystick.jobs import reconciling
from tallystick.ledger import log, schema
from tallystick.ledger.computed_tables import COMPUTED
from tallystick.ledger.connection import sqlite_driver
from tallystick.ledger.store import Ledger
from tallystick.ledger.verify import verify
from tallystick.model.claims import Claim, claim_id
from tallystick.model.records import Added, Capture, DocumentRecord, Recording, Scene, Trouble, document_id
from tallystick.model.text import Span
from tallystick.model.values import Count, Measure

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
REPORTS = 40
CLAIMS = 6
"""Claims of each report: a document is there by half if it has another number."""


def recording(number: int) -> Recording:
    """An invented report of six figures."""
    wards = [
        f"In ward {ward} {number + 10 * ward} people were killed, report {number} says.\n" for ward in range(CLAIMS)
    ]
    text = "".join(wards)
    digest = hashlib.sha256(text.encode()).hexdigest()
    name, day = f"report-{number}.txt", date(2026, 3, 1)
    key = document_id(digest, "The Ford Echo", day)
    claims: list[Claim] = []
    start = 0
    for ward, line in enumerate(wards):
        figure = str(number + 10 * ward)
        at = start + line.index(f" {figure} people") + 1
        span, sentence = Span.of(text, at, at + len(figure)), Span.of(text, start, start + len(line))
        count = Count(int(figure), int(figure), int(figure), unit="person")
        claims.append(
            Claim(claim_id(digest, span, Measure.KILLED, None), digest, span, count, span, Measure.KILLED, sentence)
        )
        start += len(line)
    record = DocumentRecord(key, digest, digest, "The Ford Echo", day, name=name, captured_at=NOON)
    scenes = (Scene(key, 0, tuple(claim.id for claim in claims), start=day, end=day, words=text),)
    return Recording(record, text, Capture(digest, NOON, name), tuple(claims), scenes, (), text.encode())


def add(path: Path, numbers: range, told: Callable[[Added], None], batch: int = 20) -> None:
    """Adds reports, two or three a transaction."""
    with Ledger.open_or_create(path, now=NOON) as ledger:
        ledger.add(map(recording, numbers), now=NOON, actor="eval 1", batch=batch, committed=told)


def child(work: Callable[[Callable[[Added], None]], None]) -> tuple[int, int]:
    """Runs work in a process of its own: its id, and where the ids of what it acknowledged can be read."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    status = 1
    try:
        os.close(reading)
        work(lambda added: _tell(writing, added))
        status = 0
    except LedgerError as error:
        status = 3 if isinstance(error, StorageFull) else 2
    finally:
        os._exit(status)


def _tell(writing: int, added: Added) -> None:
    for name in (*added.documents, *added.duplicates):
        os.write(writing, name.encode() + b"\n")


def acknowledged(process: int, reading: int) -> tuple[set[str], int]:
    """What a process acknowledged before its end, and its exit status (negative: the signal)."""
    with os.fdopen(reading, "rb") as stream:
        names = {line.decode().strip() for line in stream.read().splitlines(keepends=True) if line.endswith(b"\n")}
    return names, os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def faults(path: Path, promised: set[str]) -> list[str]:
    """What is wrong with a ledger after the fact: empty when it is whole and holds all that was promised."""
    try:
        opened = Ledger.open(path)
    except NoLedger:  # killed before there was one
        return ["the ledger is gone"] if promised else []
    with opened as ledger:
        answer = verify(ledger)
        found = [finding.note for finding in answer.findings]
        claims: dict[str, int] = {}
        originals: dict[str, str] = {}
        with ledger.reading() as connection:
            for row in log.read(connection):
                body = json.loads(row.body or "{}")
                if row.kind == "document":
                    claims[body["id"]], originals[body["id"]] = 0, body["sha256"]
                elif row.kind == "claim":
                    claims[body["document"]] += 1
        found += [f"document {name} was acknowledged and is lost" for name in sorted(promised - claims.keys())]
        found += [f"document {name} has {count} claims" for name, count in claims.items() if count != CLAIMS]
        found += [f"the bytes of {name} are lost" for name, digest in originals.items() if not ledger.original(digest)]
    return found


def complete(path: Path, numbers: range) -> list[str]:
    """Runs the same add again, which must finish, and once more, which must find nothing to do."""
    with Ledger.open_or_create(path, now=NOON) as ledger:
        ledger.add(map(recording, numbers), now=NOON, actor="eval 1")
        size = ledger.head().size
        again = ledger.add(map(recording, numbers), now=NOON, actor="eval 1")
        lost = [] if size == ledger.head().size else ["adding the same again wrote more"]
        if len(again.duplicates) != len(numbers):
            lost.append("running again did not finish")
    return lost + faults(path, {recording(number).document.id for number in numbers})


def kill(folder: Path, random: Random) -> list[str]:
    """kill -9 at a random moment."""
    path, numbers = folder / "ledger.db", range(REPORTS)
    process, reading = child(lambda told: add(path, numbers, told))
    time.sleep(random.uniform(0, 0.5))
    os.kill(process, signal.SIGKILL)
    promised, _ = acknowledged(process, reading)
    return faults(path, promised) + complete(path, numbers)


def writers(folder: Path, random: Random) -> list[str]:
    """Two writers at once; the first is killed, the second must not notice."""
    path = folder / "ledger.db"
    Ledger.create(path, now=NOON).close()
    first = child(lambda told: add(path, range(40), told, 8))
    second = child(lambda told: add(path, range(10, REPORTS + 10), told, 8))
    time.sleep(random.uniform(0.02, 0.5))
    os.kill(first[0], signal.SIGKILL)
    promised, _ = acknowledged(*first)
    others, status = acknowledged(*second)
    found = faults(path, promised | others) + complete(path, range(REPORTS + 10))
    if status or len(others) != REPORTS:
        found.append(f"the writer that was left alone ended with {status}, after {len(others)} of {REPORTS} reports")
    return found


def full(folder: Path, random: Random) -> list[str]:
    """No file may grow past a limit, as on a full disk: the archive, the log or the write-ahead log is cut short."""
    path, numbers = folder / "ledger.db", range(REPORTS)
    Ledger.create(path, now=NOON).close()
    limit = path.stat().st_size + random.randrange(0, 600_000)

    def work(told: Callable[[Added], None]) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        add(path, numbers, told)

    promised, status = acknowledged(*child(work))
    found = faults(path, promised) + complete(path, numbers)
    if status not in (0, 3):
        found.append(f"a full disk ended add with {status}, not with StorageFull")
    return found


def page(folder: Path, random: Random) -> list[str]:
    """Bytes overwritten in the file: verify says so, or what the log holds reads as before (they were in no use)."""
    path = folder / "ledger.db"
    with Ledger.create(path, now=NOON) as ledger:
        ledger.add(map(recording, range(REPORTS)), now=NOON, actor="eval 1", batch=100)
    before, whole = contents(path), path.read_bytes()
    at = random.randrange(len(whole) - 8)
    path.write_bytes(whole[:at] + random.randbytes(8) + whole[at + 8 :])
    try:
        with Ledger.open(path) as ledger:
            silent = verify(ledger).whole
    except LedgerError:
        silent = False  # it cannot be opened, and that is said
    return [f"bytes at {at} were changed, and verify says nothing"] if silent and contents(path) != before else []


def contents(path: Path) -> object:
    """All that the log's tables hold, read without Tallystick; in words what kept them from being read."""
    driver = sqlite_driver().module
    raw = driver.connect(str(path))
    try:
        return [raw.execute(f"SELECT * FROM {table.name} ORDER BY 1, 2").fetchall() for table in schema.LOG]
    except (driver.Error, sqlite3.Error, UnicodeDecodeError) as error:
        return str(error)
    finally:
        raw.close()


@cache
def world() -> tuple[Recording, ...]:
    """Invented reports that have something to reconcile."""
    return tuple(World(3).recordings(200, NOON))


def worked_out(path: Path) -> dict[str, list[str]]:
    """All that reconciling keeps, but for how far it came."""
    with Ledger.open(path) as ledger, ledger.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select())))
            for table in COMPUTED
            if table.name not in ("mark", "component")
        }


@dataclass(frozen=True, slots=True)
class Prepared:
    """A ledger that waits to be reconciled, and what comes of it undisturbed, in so many seconds."""

    path: Path
    size: int
    result: dict[str, list[str]]
    seconds: float


@cache
def prepared(cut: bool, anew: bool, folder: Path) -> Prepared:
    """cut: into components, as a large ledger is. anew: never reconciled before; else only a third is new."""
    reports, path = world(), folder / f"{cut}-{anew}.db"
    old = 0 if anew else 2 * len(reports) // 3
    with Ledger.create(path, now=NOON) as ledger:
        ledger.add(reports[:old], now=NOON, actor="eval 1")
        if old:
            _reconcile(ledger, cut)
        ledger.add(reports[old:], now=NOON, actor="eval 1")
        size = ledger.head().size
    whole = _copy(path, folder / f"{cut}-{anew}-whole.db")
    started = time.perf_counter()
    with Ledger.open(whole) as ledger:
        _reconcile(ledger, cut)
    return Prepared(path, size, worked_out(whole), time.perf_counter() - started)


def _reconcile(ledger: Ledger, cut: bool) -> None:
    usual = reconciling.WHOLE
    reconciling.WHOLE = 0 if cut else usual
    try:
        reconciling.reconcile(ledger, now=NOON)
    finally:
        reconciling.WHOLE = usual


def _copy(path: Path, to: Path) -> Path:
    """Copies a closed ledger of invented reports: these have no originals."""
    shutil.copy(path, to)
    return to


def reconcile(folder: Path, random: Random) -> list[str]:
    """kill -9 at one to three random moments of reconcile; then it must finish, with what comes of it undisturbed."""
    cut, anew = random.random() < 0.5, random.random() < 0.5
    before = prepared(cut, anew, _kept())
    path = _copy(before.path, folder / "ledger.db")

    def work(_: Callable[[Added], None]) -> None:
        with Ledger.open(path) as ledger:
            _reconcile(ledger, cut)

    found: list[str] = []
    for _ in range(random.randint(1, 3)):
        process, reading = child(work)
        time.sleep(random.uniform(0, before.seconds * 1.2))
        os.kill(process, signal.SIGKILL)
        acknowledged(process, reading)
        with Ledger.open(path) as ledger:
            answer = verify(ledger)
            found += [finding.note for finding in answer.findings]
            if answer.size != before.size:
                found.append(f"the log had {before.size} entries, and has {answer.size}")
    with Ledger.open(path) as ledger:
        _reconcile(ledger, cut)
    after = worked_out(path)
    found += [f"table {name} differs from an undisturbed run" for name in after if after[name] != before.result[name]]
    return found


@cache
def _kept() -> Path:
    """A folder for what is prepared once, until this process ends."""
    folder = tempfile.TemporaryDirectory(prefix="faults-prepared-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


FILES = 150
_LINE = re.compile(rb"^([0-9a-f]{16}) +(?:([\d,]+) claims?|held already) ")


def _files() -> Path:
    """A folder of invented reports, small ones."""
    folder = _kept() / "reports"
    if not folder.exists():
        folder.mkdir()
        for number in range(FILES):
            words = (
                f"At least {number + 2} people were killed in ward {number} of Eastford on Monday, the mayor said.\n"
            )
            (folder / f"{number:03}.txt").write_text(words, encoding="utf-8")
    return folder


def _command(path: Path, jobs: int) -> subprocess.Popen[bytes]:
    add = [sys.executable, "-m", "tallystick", "add", str(_files()), "--ledger", str(path), "--jobs", str(jobs)]
    return subprocess.Popen(add, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)


def _told(lines: bytes) -> dict[str, int | None]:
    """What the command printed as safe: documents, with their claims where it told how many."""
    whole = [line for line in lines.splitlines(keepends=True) if line.endswith(b"\n")]
    found = [match for line in whole if (match := _LINE.match(line))]
    return {match[1].decode(): None if match[2] is None else int(match[2].replace(b",", b"")) for match in found}


def _claims_held(path: Path) -> dict[str, int]:
    """How many claims of each document the log holds."""
    held: dict[str, int] = {}
    with Ledger.open(path) as ledger, ledger.reading() as connection:
        for row in log.read(connection):
            body = json.loads(row.body or "{}")
            if row.kind == "document":
                held[body["id"]] = 0
            elif row.kind == "claim":
                held[body["document"]] += 1
    return held


@cache
def undisturbed() -> tuple[dict[str, int], float]:
    """What the command adds when it is left alone, and how long it takes."""
    path = _kept() / "undisturbed.db"
    started = time.perf_counter()
    out, _ = _command(path, 1).communicate()
    held = _claims_held(path)
    assert _told(out) == held, "the command left alone does not tell what it added"
    return held, time.perf_counter() - started


def command(folder: Path, random: Random) -> list[str]:
    """kill -9 at a random moment of the command; what it had printed is there, and the same command finishes."""
    path, jobs = folder / "ledger.db", random.choice((1, 2))
    whole, seconds = undisturbed()
    process = _command(path, jobs)
    time.sleep(random.uniform(0, seconds))
    os.killpg(process.pid, signal.SIGKILL)
    told = _told(process.communicate()[0])
    found: list[str] = []
    try:
        with Ledger.open(path) as ledger:
            found += [finding.note for finding in verify(ledger).findings]
        held = _claims_held(path)
    except NoLedger:  # killed before there was one
        held = {}
    found += [f"document {name} was printed and is lost" for name in sorted(told.keys() - held.keys())]
    found += [
        f"document {name} has {held[name]} claims, not {whole[name]}" for name in held if held[name] != whole[name]
    ]
    again = _command(path, jobs)
    told = _told(again.communicate()[0])
    if again.returncode or told.keys() != whole.keys() or _claims_held(path) != whole:
        found.append(f"the command run again ended with {again.returncode} and {len(told)} of {len(whole)} reports")
    with Ledger.open(path) as ledger:
        found += [finding.note for finding in verify(ledger).findings]
    return found


def clock(folder: Path, random: Random) -> list[str]:
    """A clock that jumps: no entry's time goes back, and verify names each time that the clock did."""
    path, latest, back = folder / "ledger.db", NOON, 0
    with Ledger.create(path, now=NOON) as ledger:
        for number in range(12):
            now = NOON + timedelta(minutes=random.randrange(-300, 300))
            ledger.add([recording(number)], now=now, actor="eval 1")
            back += now < latest and number > 0
            latest = max(latest, now) if number else now
        times = [entry.recorded_at for entry in ledger.entries()]
        answer = verify(ledger)
    told = [finding for finding in answer.findings if finding.trouble is Trouble.CLOCK]
    found = [finding.note for finding in answer.findings if finding.damage]
    if times != sorted(times):
        found.append("an entry's time goes back")
    if len(told) != back:
        found.append(f"the clock went back {back} times, and verify tells of {len(told)}")
    return found


FAULTS: dict[str, Callable[[Path, Random], list[str]]] = {
    "kill": kill,
    "reconcile": reconcile,
    "command": command,
    "writers": writers,
    "full": full,
    "page": page,
    "clock": clock,
}


def runs(name: str, count: int, seed: int = 1) -> Iterator[list[str]]:
    """What each run of one fault found wrong: empty lists where all is well."""
    for number in range(count):
        with tempfile.TemporaryDirectory(prefix="faults-") as folder:
            yield FAULTS[name](Path(folder), Random(f"{name} {seed} {number}"))


def main() -> int:
    """Prints a line a fault, and what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200, help="kills of add; other faults accordingly")
    parser.add_argument("--only", choices=sorted(FAULTS))
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    bad = 0
    for name in [given.only] if given.only else FAULTS:
        part = {"kill": 1, "reconcile": 1, "command": 10}.get(name, 4)
        count = given.runs if given.only else max(1, given.runs // part)
        started, wrong = time.perf_counter(), 0
        for found in runs(name, count, given.seed):
            wrong += bool(found)
            for note in found[:5]:
                print(f"  {name}: {note}")
        print(f"{name:9} {count:4} runs, {wrong} wrong, {time.perf_counter() - started:.0f} s", flush=True)
        bad += wrong
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
