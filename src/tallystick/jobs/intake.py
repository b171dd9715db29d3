"""Adding reports to a ledger: from files, folders and addresses to claims that are on the disk.

inputs -read-> items -known already?-> documents -extract-> reports -> recordings -add-> ledger

Resumable: what has been told as added is on the disk, and the same call again reads on from there. Nothing that
cannot be read stops the rest: it is recorded with the reason. Only an address makes two documents revisions of one
page: a file that was changed and added again under its old name is another document, which is told, and both count.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from tallystick.errors import TallystickError
from tallystick.jobs.inputs import Clock, Wanted, found
from tallystick.ledger import lookups, queries
from tallystick.ledger.store import Ledger
from tallystick.ledger.tables import capture as captured
from tallystick.ledger.tables import document as held
from tallystick.model.claims import Claim
from tallystick.model.links import CopyLink, FigureChange
from tallystick.model.records import Added, Capture, DocumentRecord, Recording, Unread, document_id
from tallystick.model.report import Report
from tallystick.model.text import Document
from tallystick.pipeline import CHUNK, attempt_chunks
from tallystick.pipeline import Unread as Failed
from tallystick.read import Item, Refused
from tallystick.read.fetch import Fetcher
from tallystick.reconcile.copies import COMMON, copies, fingerprints, shared
from tallystick.reconcile.revisions import figure_changes
from tallystick.reconcile.scenes import scenes
from tallystick.version import __version__

ACTOR = f"tallystick {__version__}"
# Documents a transaction: the disk's part in each becomes small, and little is read again after a kill.
AT_ONCE = 64
# Seconds after which what has been read is committed, though it be less.
PATIENCE = 5.0
# Bytes of originals that are held in memory at once, for each chunk that is read.
HELD = 16 << 20
# Pairs of documents that share words for which the words are looked up; of the others only how much is told.
PROVED = 200


@dataclass(frozen=True, slots=True)
class Revised:
    """A page that was captured before with other words: which of its figures changed."""

    document: DocumentRecord
    before: DocumentRecord
    changes: tuple[FigureChange, ...]


@dataclass(frozen=True, slots=True)
class Renewed:
    """A file that was added before under the same name, with other bytes, another day or another outlet.

    They are two documents, and both count.
    """

    document: DocumentRecord
    before: DocumentRecord


@dataclass(slots=True)
class Intake:
    """What an add did: what the ledger recorded, what could not be read, and what is worth a look.

    copied are pairs of a new document and one that shares its words, with how much of the shorter one is shared; the
    first PROVED of them with the passages.
    """

    added: Added = Added()  # noqa: RUF009
    unread: list[Unread] = field(default_factory=list)
    revised: list[Revised] = field(default_factory=list)
    renewed: list[Renewed] = field(default_factory=list)
    copied: list[CopyLink] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Committed:
    """One document that is on the disk. new is False where it was held already; erased where its bytes had been
    erased by order, so that it was not taken in. notes are the reader's: what of the input may be missing.
    """

    name: str
    document: str
    claims: int
    new: bool
    erased: bool = False
    notes: tuple[str, ...] = ()


Told = Callable[[Committed | Unread], None]


def add(
    ledger: Ledger,
    inputs: Iterable[str | Path],
    *,
    now: Clock,
    wanted: Wanted = Wanted(),  # noqa: B008
    jobs: int = 1,
    fetcher: Fetcher | None = None,
    told: Told | None = None,
    actor: str = ACTOR,
) -> Intake:
    """Adds every report of the inputs: paths of files and folders, and http(s) addresses.

    told hears of each document once it is on the disk, and of each input that gave none. jobs: processes that read.
    Raises what the ledger raises (LedgerBusy, StorageFull); what was told before is safe then.
    """
    run = _Run(ledger, now, told or (lambda _: None), actor)
    own = Fetcher() if fetcher is None else None
    try:
        items = found(inputs, wanted, now, fetcher or own, ledger.path)
        for outcome in attempt_chunks(run.to_read(items), jobs=jobs):
            run.take(outcome)
        run.finish()
    finally:
        if own is not None:
            own.close()
    run.compare()
    return run.done


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An item in the order found. read: a report of it is under way; again: it was found before in this run, and
    counts as held if that one could be read.
    """

    item: Item
    document: str
    read: bool = False
    again: bool = False


class _Run:
    """One call of add: what has been found and waits to be read, and what has been read and waits for the disk."""

    def __init__(self, ledger: Ledger, now: Clock, told: Told, actor: str) -> None:
        self.done = Intake()
        self._ledger = ledger
        self._now = now
        self._told = told
        self._actor = actor
        self._waiting: deque[_Waiting | Refused] = deque()  # in the order found
        self._met: set[str] = set()  # documents that were read, or are being read, in this run
        self._broken: dict[str, TallystickError] = {}
        self._ready: list[tuple[Recording, Item]] = []
        self._unread: list[Unread] = []
        self._since = time.monotonic()
        with ledger.reading() as connection:
            self._failed = {_failure(one) for one in queries.not_read(connection)}

    def to_read(self, items: Iterable[Item | Refused]) -> Iterator[list[Document]]:
        """The documents that have to be read, in chunks; what need not be read goes its own way, in its turn."""
        for chunk in _chunks(items):
            ids = {_id(one) for one in chunk if isinstance(one, Item)}
            with self._ledger.reading() as connection:
                known = lookups.known(connection, ids)
            unread: list[Document] = []
            for one in chunk:
                if isinstance(one, Refused):
                    self._waiting.append(one)
                    continue
                name = _id(one)
                again = name in self._met
                read = not again and name not in known
                self._waiting.append(_Waiting(one, name, read, again))
                if read:
                    self._met.add(name)
                    unread.append(one.document)
            if unread:
                yield unread
            else:
                self._drain()

    def take(self, outcome: Report | Failed) -> None:
        """What became of the next document that had to be read."""
        self._drain()
        waiting = self._waiting.popleft()
        assert isinstance(waiting, _Waiting)
        if isinstance(outcome, Failed):
            self._broken[waiting.document] = outcome.error
            self._refuse(waiting.item.name or outcome.name, outcome.error, waiting.item)
        else:
            self._keep(waiting, outcome)
        self._drain()

    def _drain(self) -> None:
        """Goes on with what was found and need not be read, up to the next document that is being read."""
        while self._waiting and not (isinstance(self._waiting[0], _Waiting) and self._waiting[0].read):
            one = self._waiting.popleft()
            if isinstance(one, Refused):
                self._refuse(one.name, one.error, None)
            elif one.again and (error := self._broken.get(one.document)) is not None:
                self._refuse(one.item.name or "the document", error, one.item)
            else:
                self._keep(one, None)

    def _keep(self, waiting: _Waiting, report: Report | None) -> None:
        recording = _recording(waiting.item, waiting.document, self._now(), report)
        self._ready.append((recording, waiting.item))
        self._commit_enough()

    def _refuse(self, name: str, error: TallystickError, item: Item | None) -> None:
        url = name if name.startswith(("http://", "https://")) else None
        sha256 = None if item is None else item.sha256
        self._unread.append(Unread(None if url else name, url, type(error).__name__, str(error), sha256))
        self._commit_enough()

    def _commit_enough(self) -> None:
        waiting = len(self._ready) + len(self._unread)
        if waiting >= AT_ONCE or time.monotonic() - self._since > PATIENCE:
            self.commit()

    def finish(self) -> None:
        """What was found after the last document that had to be read, and all that is not on the disk yet."""
        self._drain()
        self.commit()
        self.done.added = replace(self.done.added, size=self._ledger.head().size)

    def commit(self) -> None:
        """Writes what is ready, then tells of it."""
        ready, unread = self._ready, self._unread
        self._ready, self._unread = [], []
        self._since = time.monotonic()
        if ready:
            self._add(ready)
        fresh = {_failure(one): one for one in unread if _failure(one) not in self._failed}
        if fresh:  # the same input that fails in the same way again is no news for the log
            self._ledger.add_unread(fresh.values(), now=self._now, actor=self._actor)
            self._failed |= fresh.keys()
        for one in unread:
            self.done.unread.append(one)
            self._told(one)

    def _add(self, ready: Sequence[tuple[Recording, Item]]) -> None:
        added = self._ledger.add((recording for recording, _ in ready), now=self._now, actor=self._actor)
        self.done.added += added
        new, erased = set(added.documents), set(added.erased)
        for recording, item in ready:
            record = recording.document
            name = recording.capture.url or recording.capture.name or record.id
            is_new = record.id in new
            new.discard(record.id)
            claims = len(recording.claims) if is_new else 0
            self._told(Committed(name, record.id, claims, is_new, record.id in erased, item.notes))

    def compare(self) -> None:
        """Which figures changed on pages captured before, and whose words the new documents share."""
        added = self.done.added
        with self._ledger.reading() as connection:
            for new, before in added.revisions:
                self.done.revised.append(
                    Revised(
                        queries.document_named(connection, new),
                        queries.document_named(connection, before),
                        figure_changes(
                            _claims(connection, before),
                            queries.text(connection, before),
                            _claims(connection, new),
                            queries.text(connection, new),
                        ),
                    )
                )
            revisions = {frozenset(pair) for pair in added.revisions}
            for one in _renewed(connection, added.documents):
                if frozenset((one.document.id, one.before.id)) not in revisions:
                    self.done.renewed.append(one)
            for name in added.documents:
                for link in _copies(connection, name):
                    if frozenset((link.a, link.b)) not in revisions:
                        proved = len(self.done.copied) < PROVED
                        self.done.copied.append(_proved(connection, link) if proved else link)


def _failure(one: Unread) -> tuple[str | None, str | None, str | None, str]:
    return one.name, one.url, one.sha256, one.reason


def _chunks(items: Iterable[Item | Refused]) -> Iterator[list[Item | Refused]]:
    """As many as are read together: fewer where they are large, or slow to come."""
    chunk: list[Item | Refused] = []
    size, since = 0, time.monotonic()
    for one in items:
        chunk.append(one)
        size += len(one.original) if isinstance(one, Item) else 0
        if len(chunk) >= CHUNK or size >= HELD or time.monotonic() - since > PATIENCE:
            yield chunk
            chunk, size, since = [], 0, time.monotonic()
    if chunk:
        yield chunk


def _claims(connection: Connection, document: str) -> Sequence[Claim]:
    return [held.claim for held in queries.claims_of(connection, document)]


def _copies(connection: Connection, document: str) -> list[CopyLink]:
    """The documents recorded before this one that share its words, so that each pair comes once."""
    seq = lookups.document_seq(connection, document)
    prints = queries.fingerprints_of(connection, seq)
    shares = lookups.sharing(connection, prints, COMMON)
    links = copies(document, prints, shares.holders, shares.sizes)
    return [link for link in links if lookups.document_seq(connection, link.b) < seq]


def _proved(connection: Connection, link: CopyLink) -> CopyLink:
    """The pair with the passages that it shares."""
    passages = shared(queries.text(connection, link.a), queries.text(connection, link.b))
    return replace(link, passages=passages)


def _renewed(connection: Connection, new: Sequence[str]) -> Iterator[Renewed]:
    """Which new documents are files under a name that another file had before."""
    for part in lookups.some(new):
        own = select(captured.c.name, held.c.id, held.c.seq).join(held, held.c.seq == captured.c.document)
        alone = captured.c.url.is_(None), captured.c.container.is_(None), captured.c.name.is_not(None)
        names = {row.name: row for row in connection.execute(own.where(held.c.id.in_(part), *alone))}
        for some in lookups.some(names):
            before: dict[str, str] = {}
            for row in connection.execute(own.where(captured.c.name.in_(some), *alone).order_by(held.c.seq)):
                if row.seq < names[row.name].seq:
                    before[row.name] = row.id
            for name, old in before.items():
                yield Renewed(
                    queries.document_named(connection, names[name].id), queries.document_named(connection, old)
                )


def _id(item: Item) -> str:
    document = item.document
    return document_id(document.sha256, document.publisher, document.published)


def _recording(item: Item, name: str, now: datetime, report: Report | None) -> Recording:
    """The item as it goes into the ledger; without a report it is held there already, and only its capture is new."""
    document = item.document if report is None else report.document
    at = item.captured_at or now
    record = DocumentRecord(
        id=name,
        sha256=document.sha256,
        text_sha256=document.text_sha256,
        publisher=document.publisher,
        published=document.published,
        published_at=item.published_at,
        published_bounds=document.published_bounds,
        title=document.title,
        url=document.url or item.url,
        name=document.name,
        language=document.language,
        reader=document.reader,
        captured_at=at,
    )
    # A saved page states an address of its own, but it was found in a file: only what was fetched was found there.
    place = None if item.url is not None and item.container is None else document.name
    capture = Capture(document.sha256, at, place, item.url, item.media_type, item.container)
    if report is None:
        return Recording(record, document.text, capture, original=item.original)
    return Recording(
        record,
        document.text,
        capture,
        report.claims,
        scenes(report, name),
        fingerprints(document.text),
        item.original,
    )
