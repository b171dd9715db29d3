"""Filling a ledger by two processes: this one makes entries; another one sets the log's tree and writes them and rows.

What one batch adds is worked out after what is still being written, so that neither waits for the other. A batch is
written only where the log still ends as it was thought to: where somebody else wrote meanwhile, it is told apart again
under the lock, as Ledger.add does it. What is written is the same either way.

An empty SQLite ledger is filled without the indexes of claims, which are made at the end: row by row they took half of
the writing process's time. Questions asked meanwhile get the same answers, later. Killed before they are made, the
next one who opens the ledger makes them.
"""

from __future__ import annotations

import marshal
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from typing import NamedTuple, Self

from tallystick.errors import LedgerError, TallystickError
from tallystick.ledger import log, projections, tables
from tallystick.ledger.archive import Archive
from tallystick.ledger.canonical import moment, read_moment
from tallystick.ledger.connection import Database
from tallystick.ledger.intake import entries_of, groups, names
from tallystick.ledger.store import Clock, Ledger, uncollected
from tallystick.model.records import Added, Recording
from tallystick.processes import begin_worker, collect_seldom

BATCH = 4_000
"""Entries that are handed over at a time."""
TOGETHER = 16_000
"""Entries of one transaction at most. More are written together only where they wait already: nothing is held back.
With all that wait, this process would stand still at the end of each call while the disk takes them."""
CACHE = 128
"""MiB of pages that the writing process keeps of a SQLite ledger: what a transaction touches of a million claims'
indexes. With half of it they were read again and again."""
AHEAD = 6
"""Batches that wait to be handed over, as many as are made while the write-ahead log is moved to the file: memory
stays flat where making them is faster than writing them."""


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
        self._end: int | None = None  # the log's entries after all that was sent; None: as the ledger has it

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
            self._end = None  # others may write before more comes
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
        root: bytes | None = None
        if self._end is None:
            with ledger.reading() as connection:
                self._end, root, _ = log.head(connection)
        before = self._end
        # What is looked up from here on may have changed meanwhile: then the log no longer ends as it did.
        ready = ledger.ready(group)
        with ledger.reading() as connection:
            intake, packed = ledger.told_apart(connection, ready, ready.known)
        if not intake.drafts:
            self._end = None if root is not None else before  # the next batch must name the root
            return replace(intake.added(), size=before), None
        clock = moment(now() if callable(now) else now)
        self._end = before + len(intake.drafts)
        # Text, numbers and bytes: marshal takes a third of pickle's time.
        message = marshal.dumps((before, root, clock, actor, intake.drafts, packed))
        return replace(intake.added(), size=self._end), message

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
        self._end = None


def _growing(recordings: Iterable[Recording], most: int) -> Iterator[list[Recording]]:
    """Batches of at most about so many entries, small ones first: the other process has something to write at once.

    Where it is known how many there are, small ones last too: this one has nothing to do while the last is written.
    """
    left = sum(map(entries_of, recordings)) if isinstance(recordings, Sequence) else None
    given, least = iter(recordings), max(1, most // 8)
    size = least
    while group := next(groups(given, size), None):
        yield group
        size = min(most, 2 * size)
        if left is not None:
            left -= sum(map(entries_of, group))
            size = max(least, min(size, left // 2))


def _write_all(pipe: Pipe, where: str, patience: float, parent: int) -> None:
    """The other process: writes what comes, until nothing can come any more, and answers for each batch."""
    begin_worker(parent)
    collect_seldom()
    database, writer = Database(where, patience), log.Writer()
    files = Archive(database.path)
    # A batch continues the one before it, or names the root that it continues. Where one is refused, so are those after
    # it, of whatever size the log has become.
    goes_on = False
    message = _next(pipe)
    while message is not None:
        answers: list[bool] = []
        failed: TallystickError | None = None
        try:
            with database.writing() as connection:
                if database.path is not None:
                    connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE * 1024}")
                size, top, _ = log.head(connection)
                start = size
                if size == 0 and database.path is not None:
                    tables.drop_late(connection)
                while message is not None:
                    before, root, clock, actor, drafts, packed = marshal.loads(message)
                    message = None
                    goes_on = before == size and (goes_on if root is None else root == top)
                    answers.append(goes_on)
                    if goes_on:
                        laid = writer.append(connection, drafts, read_moment(clock), actor)
                        projections.write(connection, laid.first, laid.at, drafts)
                        files.record(connection, packed)
                        size, top, _ = laid.after
                    if size - start < TOGETHER and pipe.poll():
                        message = _next(pipe)
        except TallystickError as error:
            failed, goes_on = error, False
        if message is not None:
            answers.append(False)  # it could not even begin
        for answer in answers:
            pipe.send(failed or answer)  # an error rolls back all that was written in the transaction
        message = _next(pipe)
    if database.path is not None:
        # Should this not come to an end, the next one to open the ledger does it.
        with suppress(TallystickError), database.writing() as connection:
            connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE * 1024}")
            tables.make_late(connection)
    database.close()


def _next(pipe: Pipe) -> bytes | None:
    try:
        return pipe.recv_bytes()
    except (EOFError, OSError):
        return None
