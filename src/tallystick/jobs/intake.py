"""Adding reports to a ledger: from files, folders and addresses to claims that are on the disk.

inputs -read-> items -known already?-> documents -extract-> reports -> recordings -add-> ledger

Resumable: what has been told as added is on the disk, and the same call again reads on from there. Nothing that
cannot be read stops the rest: it is recorded with the reason.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from tallystick.errors import BadQuestion, TallystickError, UnreadableDocument
from tallystick.ledger import lookups, queries
from tallystick.ledger.store import Ledger
from tallystick.model.claims import Claim
from tallystick.model.links import CopyLink, FigureChange
from tallystick.model.records import Added, Capture, DocumentRecord, Recording, Unread, document_id
from tallystick.model.report import Report
from tallystick.model.text import Document
from tallystick.pipeline import CHUNK, attempt_many
from tallystick.pipeline import Unread as Failed
from tallystick.read import Columns, Item, Limits, Origin, Refused, read_items
from tallystick.read.fetch import Fetcher
from tallystick.read.limits import LIMITS
from tallystick.reconcile.copies import COMMON, copies, fingerprints, shared
from tallystick.reconcile.revisions import figure_changes
from tallystick.reconcile.scenes import scenes
from tallystick.version import __version__

ACTOR = f"tallystick {__version__}"
# Documents a transaction: the disk's part in each becomes small, and little is read again after a kill.
AT_ONCE = 64
# Seconds after which what has been read is committed, though it be less.
PATIENCE = 5.0
# A file larger than this is not read: it is a dump, to be split, or a WARC of another scale.
LARGEST_FILE = 1 << 30

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How inputs are to be read. published and publisher hold for every document of the inputs; None leaves it to them.

    follow: of a feed, fetch the pages that its entries link to in place of the entries.
    """

    published: date | None = None
    publisher: str | None = None
    encoding: str | None = None
    columns: Columns | None = None
    limits: Limits = LIMITS
    follow: bool = False


@dataclass(frozen=True, slots=True)
class Revised:
    """A page that was captured before with other words: which of its figures changed."""

    document: DocumentRecord
    before: DocumentRecord
    changes: tuple[FigureChange, ...]


@dataclass(slots=True)
class Intake:
    """What an add did: what the ledger recorded, what could not be read, and what is worth a look.

    copied are pairs of a new document and one that shares its words, with how much of the shorter one is shared.
    """

    added: Added = Added()  # noqa: RUF009
    unread: list[Unread] = field(default_factory=list)
    revised: list[Revised] = field(default_factory=list)
    copied: list[CopyLink] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Committed:
    """One document that is on the disk. new is False where it was held already."""

    name: str
    document: str
    claims: int
    new: bool


Told = Callable[[Committed | Unread], None]


def add(
    ledger: Ledger,
    inputs: Iterable[str | Path],
    *,
    now: Clock,
    wanted: Wanted = Wanted(),
    jobs: int = 1,
    fetcher: Fetcher | None = None,
    told: Told | None = None,
    actor: str = ACTOR,
) -> Intake:
    """Adds every report of the inputs: paths of files and folders, and http(s) addresses.

    told hears of each document once it is on the disk, and of each input that gave none. jobs: processes that read.
    Raises what the ledger raises (LedgerBusy, StorageFull); what was told before is safe then.
    """
    run = _Run(ledger, now, wanted, told or (lambda _: None), actor)
    own = Fetcher() if fetcher is None else None
    try:
        found = _found(inputs, wanted, now, fetcher or own)
        for outcome in attempt_many(run.documents(found), jobs=jobs):
            run.take(outcome)
        run.finish()
    finally:
        if own is not None:
            own.close()
    run.compare()
    return run.done


class _Run:
    """One call of add: what has been found and waits to be read, and what has been read and waits for the disk."""

    def __init__(self, ledger: Ledger, now: Clock, wanted: Wanted, told: Told, actor: str) -> None:
        self.done = Intake()
        self._ledger = ledger
        self._now = now
        self._wanted = wanted
        self._told = told
        self._actor = actor
        self._waiting: deque[Item | Refused | Recording] = deque()  # in the order found
        self._ready: list[Recording] = []
        self._unread: list[Unread] = []
        self._since = time.monotonic()
        with ledger.reading() as connection:
            self._failed = {(u.name, u.url, u.sha256, u.reason) for u in queries.not_read(connection)}

    def documents(self, found: Iterable[Item | Refused]) -> Iterator[Document]:
        """The documents that have to be read; the others wait their turn beside them."""
        stream = iter(found)
        while chunk := list(islice(stream, CHUNK)):
            ids = {_id(one) for one in chunk if isinstance(one, Item)}
            with self._ledger.reading() as connection:
                known = set(lookups.known(connection, ids))
            for one in chunk:
                if isinstance(one, Item) and (name := _id(one)) in known:
                    self._waiting.append(_recording(one, name, self._now(), None))
                else:
                    self._waiting.append(one)
                    if isinstance(one, Item):
                        known.add(_id(one))
                        yield one.document

    def take(self, outcome: Report | Failed) -> None:
        """What became of the next document that had to be read."""
        self._drain()
        item = self._waiting.popleft()
        assert isinstance(item, Item)
        if isinstance(outcome, Failed):
            self._refuse(item.name or outcome.name, outcome.error, item)
        else:
            self._ready.append(_recording(item, _id(item), self._now(), outcome))
        if len(self._ready) >= AT_ONCE or time.monotonic() - self._since > PATIENCE:
            self.commit()

    def finish(self) -> None:
        """What was found after the last document that had to be read."""
        self._drain()
        self.commit()

    def _drain(self) -> None:
        while self._waiting and not isinstance(self._waiting[0], Item):
            one = self._waiting.popleft()
            if isinstance(one, Refused):
                self._refuse(one.name, one.error, None)
            elif isinstance(one, Recording):
                self._ready.append(one)

    def _refuse(self, name: str, error: TallystickError, item: Item | None) -> None:
        url = name if name.startswith(("http://", "https://")) else None
        sha256 = None if item is None else item.sha256
        self._unread.append(Unread(None if url else name, url, type(error).__name__, str(error), sha256))

    def commit(self) -> None:
        """Writes what is ready, then tells of it."""
        ready, unread = self._ready, self._unread
        self._ready, self._unread = [], []
        self._since = time.monotonic()
        if ready:
            added = self._ledger.add(ready, now=self._now, actor=self._actor)
            self.done.added += added
            new = set(added.documents)
            for recording in ready:
                record = recording.document
                name = recording.capture.url or recording.capture.name or record.id
                self._told(Committed(name, record.id, len(recording.claims), record.id in new))
                new.discard(record.id)
        fresh = [u for u in unread if (u.name, u.url, u.sha256, u.reason) not in self._failed]
        if fresh:  # the same input that fails in the same way again is no news for the log
            self._ledger.add_unread(fresh, now=self._now, actor=self._actor)
            self._failed |= {(u.name, u.url, u.sha256, u.reason) for u in fresh}
        for one in unread:
            self.done.unread.append(one)
            self._told(one)

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
            for name in added.documents:
                for link in _copies(connection, name):
                    if frozenset((link.a, link.b)) not in revisions:
                        self.done.copied.append(link)


def _claims(connection: Connection, document: str) -> Sequence[Claim]:
    return [held.claim for held in queries.claims_of(connection, document)]


def _copies(connection: Connection, document: str) -> list[CopyLink]:
    """The documents that share passages with this one, each pair once, with the passages."""
    seq = lookups.document_seq(connection, document)
    prints = queries.fingerprints_of(connection, seq)
    shares = lookups.sharing(connection, prints, COMMON)
    text = queries.text(connection, document)
    links = []
    for link in copies(document, prints, shares.holders, shares.sizes):
        theirs = lookups.document_seq(connection, link.b)
        if theirs < seq:
            links.append(replace(link, passages=shared(text, queries.text(connection, link.b))))
    return links


def _id(item: Item) -> str:
    document = item.document
    return document_id(document.sha256, document.publisher, document.published)


def _recording(item: Item, name: str, now: datetime, report: Report | None) -> Recording:
    """The item as it goes into the ledger; without a report it is held there already, and only its capture is new."""
    document = item.document if report is None else report.document
    captured = item.captured_at or now
    url = item.url or document.url
    record = DocumentRecord(
        id=name,
        sha256=document.sha256,
        text_sha256=document.text_sha256,
        publisher=document.publisher,
        published=document.published,
        published_at=item.published_at,
        published_bounds=document.published_bounds,
        title=document.title,
        url=document.url or url,
        name=document.name,
        language=document.language,
        reader=document.reader,
        captured_at=captured,
    )
    place = None if url is not None and item.container is None else document.name
    capture = Capture(document.sha256, captured, place, url, item.media_type, item.container)
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


def _found(
    inputs: Iterable[str | Path], wanted: Wanted, now: Clock, fetcher: Fetcher | None
) -> Iterator[Item | Refused]:
    for one in inputs:
        text = str(one)
        if "://" in text.split("?")[0]:
            yield from _fetched(text, wanted, now, fetcher)
        else:
            for path in _files(Path(one)):
                yield from _read(path, wanted, now, fetcher)


def _files(path: Path) -> Iterator[Path]:
    """The file itself, or the files of a folder in the order of their names; hidden ones are left out."""
    if not path.is_dir():
        yield path
        return
    for inside in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in inside.relative_to(path).parts)
        if inside.is_file() and not hidden:
            yield inside


def _read(path: Path, wanted: Wanted, now: Clock, fetcher: Fetcher | None) -> Iterator[Item | Refused]:
    try:
        if path.is_file() and path.stat().st_size > LARGEST_FILE:
            raise UnreadableDocument(f"{path} has more than {LARGEST_FILE:,} bytes. Split it, then add the parts.")
        with path.open("rb") as file:  # never more than the limit: a device has no end
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        yield Refused(str(path), UnreadableDocument(f"{path} cannot be opened: {reason}. Check the path."))
        return
    except TallystickError as error:
        yield Refused(str(path), error)
        return
    origin = Origin(str(path), wanted.published, wanted.publisher, encoding=wanted.encoding)
    yield from _followed(read_items(data, origin, columns=wanted.columns, limits=wanted.limits), wanted, now, fetcher)


def _fetched(url: str, wanted: Wanted, now: Clock, fetcher: Fetcher | None) -> Iterator[Item | Refused]:
    if fetcher is None:
        yield Refused(url, BadQuestion(f"{url}: fetching is switched off. Give a file."))
        return
    try:
        page = fetcher.fetch(url, now=now())
    except TallystickError as error:
        yield Refused(url, error)
        return
    origin = replace(page.origin, published=wanted.published, publisher=wanted.publisher)
    for found in read_items(
        page.body, origin, media_type=page.media_type, columns=wanted.columns, limits=wanted.limits
    ):
        if isinstance(found, Item):
            yield from _followed([found], wanted, now, fetcher)
        else:
            yield Refused(url if found.name == origin.name else found.name, found.error)


def _followed(
    found: Iterable[Item | Refused], wanted: Wanted, now: Clock, fetcher: Fetcher | None
) -> Iterator[Item | Refused]:
    """The items, or with follow the pages that a feed's entries link to."""
    single = replace(wanted, follow=False)
    for one in found:
        link = one.document.url if isinstance(one, Item) and one.container is not None else None
        if wanted.follow and link is not None and isinstance(one, Item) and one.document.reader.startswith("feed/"):
            yield from _fetched(link, single, now, fetcher)
        else:
            yield one


def utc_now() -> datetime:
    """The time by this machine's clock."""
    return datetime.now(UTC)
