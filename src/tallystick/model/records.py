"""What the ledger holds: documents and their captures, claims, judgements, and the log that proves them whole.

Four clocks, never mixed: *event* (Claim.period), *said* (when the source spoke; the publication day where the report
gives none), *captured* (when we stored the bytes), *decided* (when a person judged). Times of ours are UTC.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tallystick.model.claims import Claim
from tallystick.model.text import DateBounds
from tallystick.model.values import Place


class EntryKind(StrEnum):
    """What one entry of the append-only log records."""

    DOCUMENT = "document"  # a document as read: hashes, text, reader, what is known about it
    CAPTURE = "capture"  # its bytes were found at a place at a time
    CLAIM = "claim"
    SCENE = "scene"  # which claims of a document tell of one event
    LINK = "link"  # two scenes tell of one event, two documents share their words: with the evidence
    JUDGEMENT = "judgement"
    WITHDRAWAL = "withdrawal"  # of a judgement
    UNREAD = "unread"  # an input that could not be read, and why
    ERASURE = "erasure"  # a body was erased, by whom, why; never what it said
    LATTICE = "lattice"  # a part-of file that the user added
    ASSIST = "assist"  # a language model was asked: what was sent, what came back, what of it is grounded


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf of the log. body is None once erased; commit = SHA-256(salt || canonical JSON of the body) stays.

    seq counts from 0 without gaps. actor is who or what wrote it ("tallystick 0.2.0", a user's name).
    """

    seq: int
    kind: EntryKind
    recorded_at: datetime
    actor: str
    body: str | None
    salt: bytes | None
    commit: bytes


@dataclass(frozen=True, slots=True)
class Capture:
    """The bytes of a document as found at one place at one time.

    url is None for a file; name is the path, or the item inside a feed, archive or table ("feed.xml#3").
    sha256 is that of the document's own bytes (the item's, not the container's), container that of the file it came in.
    """

    sha256: str
    captured_at: datetime
    name: str | None = None
    url: str | None = None
    media_type: str | None = None
    container: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """What the ledger knows of one document. id names bytes, publisher and day: see document_id.

    published_at is the exact time where the page gives one; published its day. revision_of is the id of the
    document captured before at the same URL with other bytes; None for the first. None is unknown throughout.
    """

    id: str
    sha256: str
    text_sha256: str
    publisher: str | None = None
    published: date | None = None
    published_at: datetime | None = None
    published_bounds: DateBounds | None = None
    title: str | None = None
    url: str | None = None
    name: str | None = None
    language: str | None = None
    reader: str = "text/1"
    captured_at: datetime | None = None
    revision_of: str | None = None

    @property
    def latest_published(self) -> date | None:
        """The last day it can have been published; None when nothing fixes one."""
        if self.published is not None:
            return self.published
        return None if self.published_bounds is None else self.published_bounds.latest


def document_id(sha256: str, publisher: str | None, published: date | None) -> str:
    """Sixteen hex digits: the same bytes said by the same outlet to be of the same day are one document.

    One-line reports of different days can hold the same words; the day and the outlet keep them apart.
    """
    key = json.dumps([sha256, publisher, None if published is None else published.isoformat()])
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def figure_id(document: str, claim: str) -> str:
    """A claim's name in the ledger, "3f9a12cd:77ab01ef": the beginnings of its document's id and of its own."""
    return f"{document[:8]}:{claim[:8]}"


@dataclass(frozen=True, slots=True)
class Scene:
    """The claims of one document that tell of one event, with the finest place and the days they give.

    claims are Claim ids in text order. start and end bound the event's day, either None when unknown. actors are
    those who did it, targets those it befell, as named. names are proper names in its sentences (people, buildings),
    for linking. aside: an earlier event that the report only refers to. words are the scene's sentences.
    """

    document: str
    index: int
    claims: tuple[str, ...]
    place: Place | None = None
    place_text: str | None = None
    start: date | None = None
    end: date | None = None
    actors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    events: tuple[str, ...] = ()  # PLOVER types
    cumulative: bool = False  # a running total, of no one event
    aside: bool = False
    words: str = ""

    @property
    def id(self) -> str:
        """The document's id and the scene's place in it: "3f9a12cd#0"."""
        return f"{self.document[:8]}#{self.index}"


@dataclass(frozen=True, slots=True)
class Held:
    """A claim as the ledger holds it: with the document that states it and the scene it belongs to.

    seq is the claim's entry in the log. scene is None for claims of no event.
    """

    claim: Claim
    document: DocumentRecord
    scene: Scene | None = None
    seq: int = 0

    @property
    def id(self) -> str:
        """The figure's id."""
        return figure_id(self.document.id, self.claim.id)


class Verdict(StrEnum):
    """What a person decided."""

    ACCEPT = "accept"  # the claim is what the sentence says
    CORRECT = "correct"  # it is, with these fields changed
    REJECT = "reject"  # the sentence says no such thing
    SAME = "same"  # two things are one (events, quantities, origins)
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One decision by one person at one time. Nothing is updated: withdrawn names when it was taken back.

    subjects are what was judged: one figure id, or two ids of figures, scenes or documents for same / different /
    unsure. about says what was judged: "claim" (is the sentence read rightly?), "settled" (the same, decided
    between coders who differ: it stands above theirs), "truth" (is the figure right? a person's verdict),
    "proposal" (a figure that a language model proposed is not worth a claim), or which kind of sameness: "event",
    "quantity", "origin". changes holds
    corrected fields by their JSON names, as JSON ("{\"count\": {\"low\": 3, \"high\": 3}}"); None where nothing is
    corrected.
    """

    id: str
    verdict: Verdict
    subjects: tuple[str, ...]
    by: str
    at: datetime
    about: str = "claim"
    why: str | None = None
    changes: str | None = None
    withdrawn: datetime | None = None
    withdrawn_by: str | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log's size and root at a time: what to keep elsewhere, so that a rewritten log is found out."""

    origin: str
    size: int
    root: bytes
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The proof that entry seq lies in the log of that size and root (RFC 9162, 2.1.3)."""

    seq: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]
    root: bytes


@dataclass(frozen=True, slots=True)
class Recording:
    """One document on its way into the ledger: everything that is recorded of it in one transaction.

    fingerprints are those of its text (reconcile.copies), for finding shared passages. original holds its bytes.
    """

    document: DocumentRecord
    text: str
    capture: Capture
    claims: tuple[Claim, ...] = ()
    scenes: tuple[Scene, ...] = ()
    fingerprints: tuple[int, ...] = ()
    original: bytes | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """An input that gave no document: where it was, which error stopped it, and what that error said.

    sha256 is that of its bytes, None when there were none to read (a URL that could not be fetched).
    """

    name: str | None
    url: str | None
    error: str  # the class in errors.py: "DamagedDocument"
    reason: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class LatticeFile:
    """A part-of file that the user added, word for word. The newest of one name is the one in force."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Erasure:
    """Which entries were erased, and why; who and when stand on its entry. Never what they said.

    blobs are the SHA-256 of original bytes that went with them.
    """

    seqs: tuple[int, ...]
    why: str
    blobs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """What one call of add recorded. documents are the ids of new documents, duplicates of those held already.

    erased are the ids of documents that were not taken in because their bytes were erased by the book before.
    revisions names, for each new document found where another was captured before, the id of that one.
    size is the log's size once all of it was committed.
    """

    documents: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    revisions: tuple[tuple[str, str], ...] = ()  # (new, before)
    captures: int = 0
    claims: int = 0
    scenes: int = 0
    size: int = 0
    erased: tuple[str, ...] = ()

    def __add__(self, other: Added) -> Added:
        """Both, one after the other."""
        return Added(
            self.documents + other.documents,
            self.duplicates + other.duplicates,
            self.revisions + other.revisions,
            self.captures + other.captures,
            self.claims + other.claims,
            self.scenes + other.scenes,
            max(self.size, other.size),
            self.erased + other.erased,
        )


class Trouble(StrEnum):
    """What verify can find. ERASED and CLOCK are told, but are no damage."""

    ALTERED = "altered"  # an entry is not what was committed
    MISSING = "missing"  # an entry, a node, a blob is not there
    ROOT = "root"  # the log's root, or a stored root, is not what the entries give
    CHECKPOINT = "checkpoint"  # the log is not a continuation of what the checkpoint signed
    BLOB = "blob"  # original bytes are gone or changed
    PROJECTION = "projection"  # a table made from the entries differs from them: rebuild it
    PAGE = "page"  # the database file itself is damaged
    ERASED = "erased"  # a body was erased by the book: an ERASURE entry says so
    CLOCK = "clock"  # this machine's clock went back between two commits


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that verify found: where, and in words. seq and document are None where it is of no one entry."""

    trouble: Trouble
    note: str
    seq: int | None = None
    document: str | None = None

    @property
    def damage(self) -> bool:
        """False for what was done by the book."""
        return self.trouble not in (Trouble.ERASED, Trouble.CLOCK)


@dataclass(frozen=True, slots=True)
class Verified:
    """The answer of verify: size and root as recomputed, and all that was found, in the log's order.

    root is empty where entries are missing, so that none can be computed. notes say what was not checked, and why.
    """

    size: int
    root: bytes
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """True when nothing is damaged."""
        return not any(finding.damage for finding in self.findings)
