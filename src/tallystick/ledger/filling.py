"""Filling a ledger by two processes: this one makes bodies, places in the log and rows; another one writes them.

What one batch adds is worked out after what is still being written, so that neither waits for the other. A batch is
written only where the log still ends as it was thought to: where somebody else wrote meanwhile, it is told apart again
under the lock, as Ledger.add does it. What is written is the same either way.
"""

from __future__ import annotations

import marshal
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection

from tallystick.errors import LedgerError, TallystickError
from tallystick.ledger import log, merkle, projections, schema
from tallystick.ledger.connection import Database
from tallystick.ledger.intake import groups, names
from tallystick.ledger.log import Head
from tallystick.ledger.store import Clock, Ledger, placed, uncollected
from tallystick.ledger.wordindex import index_words
from tallystick.model.records import Added, Recording
from tallystick.processes import begin_worker, collect_seldom

BATCH = 4_000
"""Entries that are handed over at a time."""
TOGETHER = 64_000
"""Entries of one transaction at most. More are written together only where they wait already: nothing is held back,
and pages of the indexes that many batches touch are written once."""
CACHE = 128
"""MiB of pages that the writing process keeps of a SQLite ledger: what a transaction touches of a million claims'
indexes. With half of it they were read again and again."""
AHEAD = 3
"""Batches that wait to be handed over: memory stays flat where making them is faster than writing them."""


class _Sent(NamedTuple):
    """A batch that is being written. names are those of its documents, addresses and bytes."""

    group: list[Recording]
    names: set[str]
    added: Added


class Filling:
    """A ledger that is being filled. Use it in a with block, in a program whose main module can be imported."""

    def __init__(self, ledger: Ledger) -> None:
        """Begins the other process, which ends with the with block. The ledger may be used and read meanwhile."""
        context, database = get_context("spawn"), ledger.database
        where = database.engine.url.render_as_string(hide_password=False)
        self._ledger = ledger
        self._pipe, there = context.Pipe()
        given = (there, where, database.patience, os.getpid())
        self._process = context.Process(target=_write_all, args=given, name="ledger", daemon=True)
        self._process.start()
        there.close()
        self._sender = ThreadPoolExecutor(1, "ledger")
        self._sending: deque[Future[None]] = deque()
        self._sent: deque[_Sent] = deque()
        self._head: Head | None = None  # after all that was sent; None: as the ledger has it
        self._tree = merkle.Growing()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Waits until all is written, and ends the other process."""
        self._abandon()
        self._sender.shutdown()
        self._pipe.close()
        self._process.join()

    def add(
        self,
        recordings: Iterable[Recording],
        *,
        now: Clock,
        actor: str,
        batch: int = BATCH,
        committed: Callable[[Added], None] | None = None,
    ) -> Added:
        """Records documents as Ledger.add does, and raises what it does. What it returns is on the disk.

        committed is called for each batch of about so many entries once it is on the disk, in their order.
        """
        done: list[Added] = []

        def acknowledge(some: Iterable[Added]) -> None:
            for added in some:
                done.append(added)
                if committed is not None:
                    committed(added)

        try:
            for group in uncollected(_growing(recordings, batch)):
                acknowledge(self._take(group, now, actor))
            acknowledge(self._settled(now, actor))
            self._head = None  # others may write before more comes
        except BaseException:
            self._abandon()
            raise
        return sum(done, Added())

    def _take(self, group: list[Recording], now: Clock, actor: str) -> Iterator[Added]:
        """Hands a batch over. Gives what was written meanwhile."""
        while self._sent and self._pipe.poll():
            yield from self._written(now, actor)
        own = names(group)
        if any(not own.isdisjoint(sent.names) for sent in self._sent):
            yield from self._settled(now, actor)  # what it is told apart from must be in the ledger
        added, message = self._laid_out(group, now, actor)
        if message is None:
            yield from self._settled(now, actor)
            yield added
            return
        while len(self._sending) >= AHEAD:
            self._sending.popleft().exception()  # if any, no answer will come: see there
        self._sending.append(self._sender.submit(self._pipe.send_bytes, message))
        self._sent.append(_Sent(group, own, added))

    def _laid_out(self, group: list[Recording], now: Clock, actor: str) -> tuple[Added, bytes | None]:
        """What a batch adds, and the message that says so: None where it adds nothing."""
        ledger = self._ledger
        if self._head is None:
            with ledger.reading() as connection:
                self._head = log.head(connection)
                self._tree = log.resume(connection, self._head.size)
        before = self._head
        # What is looked up from here on may have changed meanwhile: then the log no longer ends as it did.
        ready = ledger.ready(group)
        with ledger.reading() as connection:
            intake, packed = ledger.told_apart(connection, ready, ready.known)
            if not intake.drafts:
                return replace(intake.added(), size=before.size), None
            laid = log.lay(self._tree, before, intake.drafts, now() if callable(now) else now, actor)
            rows = laid.rows | projections.rows_of(connection, placed(laid, intake.drafts, actor))
        self._head = laid.after
        rows[schema.blob] = packed
        plain = [(str.__str__(table.name), some) for table, some in rows.items() if some]
        # Rows hold text, numbers and bytes: marshal takes a third of pickle's time.
        message = marshal.dumps((tuple(before), tuple(laid.after), plain))
        return replace(intake.added(), size=laid.after.size), message

    def _written(self, now: Clock, actor: str) -> Iterator[Added]:
        """What became of the batch that was sent first."""
        if self._answer():
            yield self._sent.popleft().added
            return
        # Somebody else wrote: neither this batch nor those after it continue the log.
        refused = [one.group for one in self._sent]
        self._sent.popleft()
        self._abandon()
        for group in refused:
            yield self._ledger.write(self._ledger.ready(group), now, actor)

    def _settled(self, now: Clock, actor: str) -> Iterator[Added]:
        while self._sent:
            yield from self._written(now, actor)

    def _answer(self) -> bool:
        """Whether the first batch that was sent is written. Raises what kept it from being written."""
        try:
            answer = self._pipe.recv()
        except (EOFError, OSError) as error:
            self._sent.clear()
            raise LedgerError(
                f"the process that writes {self._ledger.name} has ended. What was acknowledged is safe; run the same "
                "command again."
            ) from error
        if isinstance(answer, TallystickError):
            self._sent.popleft()
            raise answer
        return bool(answer)

    def _abandon(self) -> None:
        """Waits for what is under way, whatever becomes of it."""
        while self._sent:
            with suppress(TallystickError):
                self._answer()
                self._sent.popleft()
        for sending in self._sending:
            sending.exception()
        self._sending.clear()
        self._head = None


def _growing(recordings: Iterable[Recording], most: int) -> Iterator[list[Recording]]:
    """Batches of at most about so many entries, small ones first: the other process has something to write at once."""
    given, size = iter(recordings), max(1, most // 8)
    while group := next(groups(given, size), None):
        yield group
        size = min(most, 2 * size)


def _write_all(pipe: Pipe, where: str, patience: float, parent: int) -> None:
    """The other process: writes what comes, until nothing can come any more, and answers for each batch."""
    begin_worker(parent)
    collect_seldom()
    database = Database(where, patience)
    message = _next(pipe)
    while message is not None:
        answers: list[bool] = []
        failed: TallystickError | None = None
        try:
            with database.writing() as connection:
                if database.path is not None:
                    connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE * 1024}")
                at, entries = tuple(log.head(connection)), 0
                while message is not None:
                    before, after, rows = marshal.loads(message)
                    message = None
                    answers.append(before == at)
                    if before == at:
                        _write(connection, rows)
                        at, entries = after, entries + after[0] - before[0]
                    if entries < TOGETHER and pipe.poll():
                        message = _next(pipe)
        except TallystickError as error:
            failed = error
        if message is not None:
            answers.append(False)  # it could not even begin
        for answer in answers:
            pipe.send(failed or answer)  # an error rolls back all that was written in the transaction
        message = _next(pipe)
    database.close()


def _next(pipe: Pipe) -> bytes | None:
    try:
        return pipe.recv_bytes()
    except (EOFError, OSError):
        return None


def _write(connection: Connection, plain: list[tuple[str, list[tuple[Any, ...]]]]) -> None:
    for name, rows in plain:
        table = schema.metadata.tables[name]
        schema.bulk(connection, table, table.columns.keys(), rows)
        if name == "passage":
            index_words(connection, rows)
