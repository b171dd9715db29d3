"""How fast the app answers when many people use it at once, and whether all that they judged is in the ledger.

    python -m eval.serving --claims 100000               builds a ledger of so many claims, and serves it
    python -m eval.serving --ledger COPY                 serves this one: it gets judgements, so give a copy
    python -m eval.serving --ledger postgresql://...     the same on PostgreSQL

“tallystick serve --shared” runs in processes of its own. 20 people with accounts come to it over HTTP, each in a
browser that keeps its connection, and go on for ten minutes: they judge what waits, read documents, quantities,
incidents and sources, search, and ask the API; VISITS in eval.serving_people says how often. Between two pages they
think, one to three seconds; what a page fetches by itself follows at once. What they open is drawn from the whole
ledger. The people, the server and the database share the machine's cores: times hold the waiting for one another.

Then it is checked that each judgement acknowledged is in the ledger once, by the right person, at the right time, and
that the log is whole. 1 when a page's median is over 200 ms, or its slowest twentieth over 500, or anything failed.
Processor time, unlike the rest, can be compared between machines with other work: “alone” is what one page takes of
the server when one person asks for it, the mean of 20 asked for before the others come: the first of each kind takes
longer, as it fills caches.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

from eval import at_scale, serving_checks
from eval.serving_people import REVIEW, Answered, Crowd, Notes, alone
from eval.serving_sample import KINDS, Sample, sample
from eval.serving_server import Server, office_of, serving
from tallystick.ledger.connection import Database
from tallystick.ledger.log import Head
from tallystick.ledger.store import Ledger
from tallystick.ledger.verify import verify
from tallystick.model.people import Role
from tallystick.office import accounts
from tallystick.office.store import Office
from tallystick.serve.service import OFFICE_LOCK

MEDIAN, SLOW = 0.2, 0.5
"""Seconds: the targets of every page's median and 95th percentile."""
ENOUGH = 20
"""Requests of one kind from which its percentile is held against the target."""
MOST = 200
"""People; the clients share the machine with the server."""


class Line(NamedTuple):
    """One row of the table. Times are seconds, cpu milliseconds of processor for one page, None where not known."""

    kind: str
    requests: int
    median: float
    slow: float
    most: float
    errors: int
    cpu: float | None

    @property
    def missed(self) -> bool:
        """Whether it misses a target."""
        return bool(self.errors) or self.median > MEDIAN or (self.requests >= ENOUGH and self.slow > SLOW)


def lines(answered: Sequence[Answered], cpu: dict[str, float | None]) -> list[Line]:
    """A row for each kind of page that was asked for, in the order of the walk."""
    by: defaultdict[str, list[Answered]] = defaultdict(list)
    for one in answered:
        by[one.kind].append(one)
    rows = []
    for kind in (*REVIEW, *KINDS):
        if some := by.get(kind):
            seconds = sorted(one.seconds for one in some)
            wrong = sum(one.wrong is not None for one in some)
            median, slow = statistics.median(seconds), percentile(seconds, 0.95)
            rows.append(Line(kind, len(some), median, slow, seconds[-1], wrong, cpu.get(kind)))
    return rows


def percentile(ordered: Sequence[float], part: float) -> float:
    """The smallest value that so large a part of them does not exceed."""
    return ordered[max(0, min(len(ordered) - 1, int(part * len(ordered) + 0.999999) - 1))]


def table(rows: Sequence[Line]) -> Iterator[str]:
    """The rows as text."""
    yield f"{'page':26} {'requests':>8} {'median':>8} {'p95':>8} {'max':>8}  {'errors':>6} {'cpu alone':>9}"
    for row in rows:
        times = "".join(f"{seconds * 1000:6.0f} ms" for seconds in (row.median, row.slow, row.most))
        cpu = "" if row.cpu is None else f"{row.cpu:6.1f} ms"
        missed = "  MISSED" if row.missed else ""
        yield f"{row.kind:26} {row.requests:8,} {times}  {row.errors:6,} {cpu:>9}{missed}"


def employ(ledger: str, folder: Path, people: int) -> tuple[list[str], str]:
    """Makes an account for each of the people; their names, and the one password. Where the ledger is in PostgreSQL
    these accounts stay there.
    """
    run = os.urandom(3).hex()
    password = f"heron anvil copper {run}"
    names = [f"coder{number:03}-{run}" for number in range(people)]
    with closing(Office.open(Database(office_of(ledger, folder), lock=OFFICE_LOCK))) as office:
        now = datetime.now(UTC)
        for name in names:
            accounts.add(office, name, Role.CODER, password=password, by="eval.serving", now=now)
    return names, password


def measure(given: argparse.Namespace, where: str, folder: Path) -> bool:
    """Runs all of it and prints what was found; whether everything met its target."""
    low, high = given.think
    with Ledger.open(where) as ledger:
        before, of = ledger.head(), sample(ledger, Random(given.seed))
        kind = "SQLite" if ledger.path is not None else "PostgreSQL"
    names, password = employ(where, folder, given.users)
    print(
        f"{kind}, {before.size:,} entries; {given.users} people for {given.minutes:g} minutes, thinking {low:g} to "
        f"{high:g} s; {given.workers} workers, {given.coders} judging each item; {_cores()} cores"
    )
    with serving(where, given.workers, folder, given.coders) as server:
        notes, cpu = _walked(given, server, of, names, password)
        replaced = server.replaced()
    rows = lines(notes.answered, cpu)
    print("\n".join(table(rows)))
    wrong = list(_wrong(notes))
    if replaced:
        wrong.append("a process of the server ended while people used it.")
    wrong += _checked(where, before, notes, given.verify)
    for one in wrong[:20]:
        print(f"WRONG: {one}")
    missed = [row.kind for row in rows if row.missed]
    said = f"MISSED: {', '.join(missed) or 'nothing but the above'}" if wrong or missed else "every target met"
    print(f"{said} (median {MEDIAN * 1000:.0f} ms, p95 {SLOW * 1000:.0f} ms, no error, no judgement lost)")
    return not wrong and not missed


def _walked(
    given: argparse.Namespace, server: Server, of: Sample, names: list[str], password: str
) -> tuple[Notes, dict[str, float | None]]:
    """What the people met, and what each kind of page takes alone."""

    def cost() -> float | None:
        parts = [server.usage(), server.database_usage()]
        return sum(part.seconds for part in parts if part is not None) if parts[0] is not None else None

    print(f"load average before: {_load()}", flush=True)
    asked = alone(server.address, of, names[0], password, times=given.alone, seed=given.seed, cost=cost)
    known = asyncio.run(asked)
    missing = frozenset(name for name, (status, _) in known.items() if status == 404)
    if missing:
        print(f"left out, as this version answers 404: {', '.join(sorted(missing))}")
    server.replaced()
    crowd = Crowd(server.address, of, think=given.think, missing=missing)
    begun, spent, own = time.perf_counter(), cost(), time.process_time()
    asyncio.run(crowd.work(names, password, given.minutes * 60, given.seed))
    seconds, own, spent_now = time.perf_counter() - begun, time.process_time() - own, cost()
    requests = len(crowd.notes.answered)
    told = f"{requests:,} requests in {seconds:.0f} s, {requests / seconds:.1f} a second"
    if spent is not None and spent_now is not None and requests:
        each = (spent_now - spent) / requests * 1000
        told += f"; server and database {each:.1f} ms of processor a request, the people {own / requests * 1000:.1f}"
    print(f"{told}\nload average after: {_load()}")
    for what, usage in (("server", server.usage()), ("database", server.database_usage())):
        if usage is not None:
            print(f"memory of the {what}: {usage.mib:,.0f} MiB in all its processes")
    return crowd.notes, {name: milliseconds for name, (_, milliseconds) in known.items()}


def _wrong(notes: Notes) -> Iterator[str]:
    counted = Counter((one.kind, one.wrong) for one in notes.answered if one.wrong is not None)
    for (kind, what), many in counted.most_common(10):
        yield f"{kind}: {what}" + (f", {many:,} times" if many > 1 else "")
    if not any(one.kind == "judge" for one in notes.answered):
        yield "nobody judged anything: is anything waiting in this ledger?"


def _checked(where: str, before: Head, notes: Notes, thorough: bool) -> list[str]:
    """What is wrong with the ledger now."""
    with Ledger.open(where) as ledger:
        wrong = list(serving_checks.check(ledger, before, notes.told, notes.lost))
        made = sum(not one.undone for one in notes.told)
        print(
            f"{made:,} judgements acknowledged, {len(notes.told) - made:,} taken back, {notes.refused:,} refused as "
            f"somebody had judged it meanwhile, {notes.lost:,} without an answer; the log grew to "
            f"{ledger.head().size:,} entries"
        )
        if thorough:
            wrong += [finding.note for finding in verify(ledger).findings if finding.damage]
    return wrong


def _load() -> str:
    return " ".join(f"{one:.2f}" for one in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def think(text: str) -> tuple[float, float]:
    """The shortest and the longest time to think, from “1-3”, in seconds. Raises argparse's error."""
    low, _, high = text.removesuffix("s").partition("-")
    try:
        found = float(low), float(high or low)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time to think. Write 1-3.") from None
    if not 0 <= found[0] <= found[1] <= 600:
        raise argparse.ArgumentTypeError(f"{text!r} is no time to think. Write the shorter first: 1-3.")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Prints a table; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--ledger", help="the ledger to serve, reconciled: it gets judgements")
    what.add_argument("--claims", type=int, help="build a ledger of so many claims, and remove it afterwards")
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--coders", type=int, default=1, help="how many people judge each item")
    parser.add_argument("--think", type=think, default=(1.0, 3.0), metavar="S-S", help="seconds between two pages")
    parser.add_argument("--alone", type=int, default=20, help="times that one person opens each page beforehand")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verify", action="store_true", help="check the whole ledger afterwards")
    given = parser.parse_args(arguments)
    if not 1 <= given.users <= MOST or not 0 < given.minutes <= 120 or given.alone < 1:
        parser.error(f"1 to {MOST} people, for at most 120 minutes, and each page once at least beforehand")
    with tempfile.TemporaryDirectory(prefix="serving-") as folder:
        where = given.ledger
        if where is None:
            where = str(Path(folder) / "ledger.db")
            built = ["--claims", str(given.claims), "--steps", "insert,full", "--ledger", where]
            if at_scale.main(built):
                return 1
        return 0 if measure(given, where, Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
