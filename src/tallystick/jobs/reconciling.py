"""Reconciling a ledger: scenes to incidents, claims to figures, figures to tallies and conflicts, kept for all who ask.

By default only what new documents and new judgements touch is computed again; a full run looks at everything and skips
what has not changed. Killed at any moment, the same call again finishes: every transaction leaves whole components,
and how far the ledger is done is noted last. A ledger of a few thousand claims is one component, so that the figures
of events and running totals bear on one another; a larger one is cut where every event would meet every total.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from multiprocessing import get_context
from typing import Any

from sqlalchemy import Connection, delete, func, select

from tallystick.jobs import relinking, retallying, summing
from tallystick.jobs.lattices import lattice_of
from tallystick.jobs.retallying import Component, Setting
from tallystick.ledger import codec, computed, computed_tables, lookups, queries, source_rows
from tallystick.ledger.computed_tables import component, incident, total, weighing
from tallystick.ledger.connection import Database
from tallystick.ledger.store import Ledger
from tallystick.ledger.tables import claim, document, judgement, scene, withdrawal
from tallystick.processes import begin_worker, collect_seldom, collecting_seldom
from tallystick.reconcile.lattice import Lattice

WHOLE = 2_000
"""Up to so many claims a ledger is one component."""
EVENTS_A_TIME = 400
"""Incidents of neighbouring months that are tallied together: their documents, mostly the same, are read once."""
DOCUMENTS_A_TIME = 300
ROWS_A_TIME = 5_000
"""Rows that are gathered before they are written: a transaction costs the disk a hundredth of a second."""
LOG_AT_MOST = 256 << 20
"""Bytes of SQLite's write-ahead log: workers that always read would let it grow to the size of all that is written."""
IN_FLIGHT = 4
"""Tasks that wait for a worker or for the writer, so that memory stays flat."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a run did. documents are those it looked at; seconds by step, wall time."""

    documents: int = 0
    incidents: int = 0
    components: int = 0
    tallies: int = 0
    conflicts: int = 0
    overflows: int = 0  # totals below what their incidents add up to
    full: bool = False
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Tally:
    """Counts while a run goes on."""

    incidents: int = 0
    components: int = 0
    tallies: int = 0
    conflicts: int = 0
    overflows: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    clock: float = field(default_factory=time.perf_counter)

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self.clock
        self.clock = now


def reconcile(
    ledger: Ledger, *, full: bool = False, jobs: int = 1, now: datetime, lattice: Lattice | None = None
) -> Reconciled:
    """Brings all that is computed up to date with the log. jobs: processes that compute; one writes.

    now is noted as the time of the run. Raises LedgerBusy, StorageFull; what was written before stays, and the same
    call again finishes.
    """
    with collecting_seldom():
        return _reconcile(ledger, full, jobs, now, lattice)


def _reconcile(ledger: Ledger, full: bool, jobs: int, now: datetime, lattice: Lattice | None) -> Reconciled:
    with ledger.writing() as connection:
        computed_tables.create(connection)
    with ledger.reading() as connection:
        size = connection.scalar(select(func.max(document.c.seq))) or 0
        size = max(
            size, *(connection.scalar(select(func.max(t.c.seq))) or 0 for t in (claim, scene, judgement, withdrawal))
        )
        claims = connection.scalar(select(func.count()).select_from(claim)) or 0
        done = computed.get_mark(connection, "done")
        mode = computed.get_mark(connection, "mode")
        rules = computed.get_mark(connection, "rules")
        setting = Setting(lattice or lattice_of(connection), queries.judgements(connection))
    wanted = "whole" if claims <= WHOLE else "cut"
    if mode != wanted or rules != setting.rules:
        with ledger.writing() as connection:
            computed_tables.drop(connection)
            computed_tables.create(connection)
            computed.set_mark(connection, "mode", wanted)
            computed.set_mark(connection, "rules", setting.rules)
        done = None
    run = _Run(ledger, setting, jobs)
    full = full or done is None  # an erasure forgets all that was computed, and how far it came
    run.note_blocks(again=full)
    documents = None if full else run.touched(int(done or 0))
    try:
        if wanted == "whole":
            run.link(None)
            run.whole()
            run.sum_up(None)
        elif documents is None:
            run.link(None)
            run.events(None)
            run.totals(None)
            run.sweep()
            run.sum_up(None)
        else:
            affected = run.link(documents)
            run.events(affected)
            run.totals(run.sharing(documents, affected))
            run.sum_up(documents)
    finally:
        run.close()
    with ledger.writing() as connection:
        source_rows.count(connection)
        computed.set_mark(connection, "done", str(size))
        computed.set_mark(connection, "at", now.isoformat())
        looked = (
            len(documents) if documents is not None else connection.scalar(select(func.count()).select_from(document))
        )
    tally = run.tally
    return Reconciled(
        looked or 0,
        tally.incidents,
        tally.components,
        tally.tallies,
        tally.conflicts,
        tally.overflows,
        full,
        tally.seconds,
    )


class _Run:
    """One run over a ledger: what is computed, by whom, and written by this process alone."""

    def __init__(self, ledger: Ledger, setting: Setting, jobs: int) -> None:
        self.ledger = ledger
        self.setting = setting
        self.tally = _Tally()
        self._pool: ProcessPoolExecutor | None = None
        if jobs > 1:
            url = ledger.database.engine.url.render_as_string(hide_password=False)
            self._pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (url, setting, os.getpid()))

    def close(self) -> None:
        """Ends the workers."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def note_blocks(self, *, again: bool) -> None:
        """Works out which months and countries each new scene may be linked in; again: forgets what was erased."""
        if again:
            with self.ledger.writing() as connection:
                _forget_erased(connection)
        last: int | None = -1
        while last is not None:
            with self.ledger.writing() as connection:
                last = relinking.note_blocks(connection, int(computed.get_mark(connection, "blocks") or -1))
                if last is not None:
                    computed.set_mark(connection, "blocks", str(last))
        self.tally.lap("blocks")

    def touched(self, done: int) -> list[int]:
        """The documents recorded or judged from that entry on."""
        with self.ledger.reading() as connection:
            found = set(connection.scalars(select(document.c.seq).where(document.c.seq >= done)))
            for one in _judged_since(connection, done):
                begins = (document.c.id >= one[:8], document.c.id < one[:8] + "g")
                found.update(connection.scalars(select(document.c.seq).where(*begins)))
            found.update(retallying.beside(connection, sorted(found), self.setting))
        return sorted(found)

    def link(self, documents: Sequence[int] | None) -> list[str]:
        """Links scenes of all countries, or of the blocks that these documents touch. Returns the incidents' ids."""
        found: list[str] = []
        with self.ledger.reading() as connection:
            if documents is None:
                tasks: list[tuple[Any, ...]] = [("country", name) for name in relinking.countries(connection)]
            else:
                tasks = [("blocks", keys, documents) for keys in relinking.touched(connection, documents).values()]
        for relinked, digest in self._each(tasks):
            self._write_linked(relinked, digest)
            found += relinked.incidents
        self.tally.incidents = len(found)
        self.tally.lap("linking")
        return found

    def _write_linked(self, relinked: relinking.Relinked, digest: str | None) -> None:
        with self.ledger.writing() as connection:
            old = computed.forget_scenes(connection, relinked.seqs, relinked.ids)
            gone = set(old) - set(relinked.incidents)
            computed.clear(connection, sorted(f"e/{name}" for name in gone))
            connection.execute(delete(component).where(component.c.name == relinked.component))
            for part in lookups.some(relinked.anew):
                connection.execute(delete(weighing).where(weighing.c.block.in_(part)))
            computed.write(connection, relinked.rows)
            if digest is not None:
                computed.write(connection, {"component": [(relinked.component, "linked", digest)]})

    def events(self, incidents: Sequence[str] | None) -> None:
        """Tallies the incidents that have changed, of all or of those given."""
        with self.ledger.reading() as connection:
            if incidents is None:
                found = connection.execute(select(incident.c.id).order_by(incident.c.home, incident.c.id))
                incidents = list(found.scalars())
        tasks = (("events", tuple(part)) for part in _parts(incidents, EVENTS_A_TIME))
        self._keep(self._each(tasks))
        self.tally.lap("events")

    def totals(self, documents: Sequence[int] | None) -> None:
        """Tallies the figures of no one event, of all documents or of the components that these touch."""
        with self.ledger.reading() as connection:
            if documents is None:
                seqs = list(connection.scalars(select(document.c.seq).order_by(document.c.seq)))
            else:
                seqs = sorted(documents)
        names: set[str] = set()
        tasks = (("figures", tuple(part)) for part in _parts(seqs, DOCUMENTS_A_TIME))
        for part, rows in self._each(tasks):
            with self.ledger.writing() as connection:
                own = total.c.document.in_(part)
                names.update(connection.scalars(select(total.c.component).where(own).distinct()))
                names.update(row[2] for row in rows)
                connection.execute(delete(total).where(own))
                computed.write(connection, {"total": rows})
        if documents is None:
            with self.ledger.reading() as connection:
                names.update(connection.scalars(select(total.c.component).distinct()))
        self.tally.lap("figures")
        self._keep(self._each([("totals", name) for name in sorted(names)]))
        self.tally.lap("totals")

    def whole(self) -> None:
        """Tallies everything as one component."""
        self._keep(self._each([("whole",)]))
        self.tally.lap("tallies")

    def sum_up(self, documents: Sequence[int] | None) -> None:
        """Holds totals against the incidents in them: everywhere, or in the countries that documents tell of."""
        countries: list[str] | None = None
        with self.ledger.reading() as connection:
            if documents is None:
                asked = summing.with_totals(connection)
            else:
                told: set[str | None] = set()
                for part in lookups.some(documents):
                    where = select(claim.c.country).where(claim.c.document.in_(part), claim.c.country.is_not(None))
                    told.update(connection.scalars(where.distinct()))
                asked = countries = sorted(name for name in told if name is not None)
        rows = [row for found in self._each([("sums", name) for name in asked]) for row in found]
        with self.ledger.writing() as connection:
            summing.keep(connection, countries, rows)
        self.tally.overflows = len(rows)
        self.tally.lap("sums")

    def sharing(self, documents: Sequence[int], incidents: Sequence[str]) -> list[int]:
        """The documents given, and those that tell of the incidents: whether a scene is of one event may change."""
        found = set(documents)
        with self.ledger.reading() as connection:
            placed = computed_tables.scene_incident
            own = select(scene.c.seq).where(scene.c.document.in_(list(documents)))
            near = select(placed.c.incident).where(placed.c.scene.in_(own))
            seqs = select(placed.c.scene).where(placed.c.incident.in_(near))
            found.update(connection.scalars(select(scene.c.document).where(scene.c.seq.in_(seqs)).distinct()))
        return sorted(found)

    def sweep(self) -> None:
        """Forgets components whose incident or totals are no more."""
        events = select("e/" + incident.c.id)
        totals = select(total.c.component)
        with self.ledger.writing() as connection:
            stale = component.c.name.like("e/%") & component.c.name.not_in(events)
            gone = list(connection.scalars(select(component.c.name).where(stale)))
            stale = component.c.name.like("t/%") & component.c.name.not_in(totals)
            gone += list(connection.scalars(select(component.c.name).where(stale)))
            computed.clear(connection, gone)

    def _keep(self, found: Iterable[list[Component]]) -> None:
        """Writes components, some together."""
        waiting: list[Component] = []
        size = 0
        for components in found:
            waiting += components
            size += sum(len(rows) for one in components for rows in one.rows.values())
            if size >= ROWS_A_TIME:
                self._write(waiting)
                waiting, size = [], 0
        self._write(waiting)

    def _write(self, components: Sequence[Component]) -> None:
        if not components:
            return
        with self.ledger.writing() as connection:
            kept = computed.inputs_of(connection, [one.name for one in components])
            computed.clear(connection, kept)
            joined: computed.Rows = {}
            for one in components:
                for table, rows in one.rows.items():
                    joined.setdefault(table, []).extend(rows)
            computed.write(connection, joined)
        self.ledger.database.trim(LOG_AT_MOST)
        self.tally.components += len(components)
        self.tally.tallies += sum(one.tallies for one in components)
        self.tally.conflicts += sum(one.conflicts for one in components)

    def _each(self, tasks: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """What comes of each task that has anything to say, computed here or by the workers, in any order."""
        if self._pool is None:
            for task in tasks:
                with self.ledger.reading() as connection:
                    found = _do(connection, self.setting, task)
                if found is not None:
                    yield found
            return
        more = iter(tasks)
        running: set[Future[Any]] = {self._pool.submit(_work, task) for task in islice(more, IN_FLIGHT)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            running |= {self._pool.submit(_work, task) for task in islice(more, len(done))}
            for future in done:
                if future.result() is not None:
                    yield future.result()


def _forget_erased(connection: Connection) -> None:
    """Forgets blocks, places in incidents and totals of scenes and documents that are gone."""
    scenes, documents = select(scene.c.seq), select(document.c.seq)
    placed, blocks = computed_tables.scene_incident, computed_tables.block
    for table in (blocks, placed, weighing):
        connection.execute(delete(table).where(table.c.scene.not_in(scenes)))
    connection.execute(delete(incident).where(incident.c.id.not_in(select(placed.c.incident))))
    connection.execute(delete(total).where(total.c.document.not_in(documents)))


def _judged_since(connection: Connection, done: int) -> set[str]:
    """The subjects of judgements made or withdrawn from that entry on."""
    again = select(withdrawal.c.judgement).where(withdrawal.c.seq >= done)
    fresh = (judgement.c.seq >= done) | judgement.c.id.in_(again)
    rows = connection.execute(select(judgement.c.subject, judgement.c.other).where(fresh))
    return {subject for row in rows for subject in row if subject is not None}


def _do(connection: Connection, setting: Setting, task: tuple[Any, ...]) -> Any:
    """One task's answer; None when there is nothing to write."""
    kind, *given = task
    return _TASKS[kind](connection, setting, *given)


def _country(connection: Connection, setting: Setting, name: str) -> tuple[relinking.Relinked, str] | None:
    about = [one for one in setting.judgements if one.about == "event"]
    digest = relinking.inputs(connection, name, about, setting.rules)
    if computed.inputs_of(connection, [f"l/{name}"]).get(f"l/{name}") == digest:
        return None
    blocks = relinking.months(connection, name)
    found = relinking.relink(connection, blocks, setting.judgements)
    return None if found is None else (found, digest)


def _blocks(
    connection: Connection, setting: Setting, keys: Sequence[str], documents: Sequence[int]
) -> tuple[relinking.Relinked, None] | None:
    found = relinking.relink(connection, keys, setting.judgements, documents)
    return None if found is None else (found, None)


def _events(connection: Connection, setting: Setting, incidents: Sequence[str]) -> list[Component]:
    return list(retallying.events(connection, incidents, setting))


def _figures(connection: Connection, setting: Setting, documents: Sequence[int]) -> tuple[list[int], list[Any]]:
    some = retallying.with_totals(connection, documents)
    rows = [
        (figure.id, seq, name, codec.dumps(figure))
        for seq, name, figure in retallying.totals_of(connection, some, setting)
    ]
    return list(documents), rows


def _totals(connection: Connection, setting: Setting, name: str) -> list[Component] | None:
    found = retallying.totals(connection, name, setting)
    return None if found is None else [found]


def _whole(connection: Connection, setting: Setting) -> list[Component] | None:
    documents = list(connection.scalars(select(document.c.seq).order_by(document.c.seq)))
    found = retallying.everything(connection, documents, setting)
    return None if found is None else [found]


def _sums(connection: Connection, setting: Setting, country: str) -> list[tuple[Any, ...]] | None:
    return summing.compare(connection, country) or None


_TASKS: dict[str, Callable[..., Any]] = {
    "country": _country,
    "blocks": _blocks,
    "events": _events,
    "figures": _figures,
    "totals": _totals,
    "whole": _whole,
    "sums": _sums,
}


_OWN: list[tuple[Database, Setting]] = []
"""A worker's own connection, opened when it begins."""


def _begin(url: str, setting: Setting, parent: int) -> None:
    begin_worker(parent)
    collect_seldom()
    _OWN.append((Database(url), setting))


def _work(task: tuple[Any, ...]) -> Any:
    database, setting = _OWN[0]
    with database.reading() as connection:
        return _do(connection, setting, task)


def _parts(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    more = iter(items)
    while part := list(islice(more, size)):
        yield part
