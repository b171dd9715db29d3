"""Which documents are new: told apart from duplicates, revisions, and what was erased, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection

from tallystick.ledger import lookups
from tallystick.ledger.canonical import claim_json, encode, moment, writable
from tallystick.ledger.canonical_scenes import scene_json
from tallystick.ledger.log import Draft, salts
from tallystick.ledger.parts import capture_part, claim_part, document_part, scene_part
from tallystick.ledger.written import Text
from tallystick.model.records import Added, DocumentRecord, Recording


class Prepared(NamedTuple):
    """A recording with the entries that do not depend on what the ledger holds."""

    recording: Recording
    name: str | None  # of the captured file, as it can be written
    capture: Draft
    document: Draft | None  # as it is when it is no revision, and its bytes are archived where there are any
    rest: list[Draft] | None


def prepare(recording: Recording, new: bool = True) -> Prepared:
    """Makes entries before the ledger is locked, as far as they can be. If not new: its capture’s."""
    document = recording.document.id
    whole: Draft | None = None
    rest: list[Draft] | None = None
    if new:
        whole = _document(recording, recording.document, recording.original is not None)
        many = len(recording.scenes)
        salt = salts(many + len(recording.claims))
        rest = [
            ("scene", scene_json(scene), drawn, document, scene_part(scene))
            for scene, drawn in zip(recording.scenes, salt, strict=False)
        ]
        rest += [
            ("claim", claim_json(claim, document), drawn, document, claim_part(claim))
            for claim, drawn in zip(recording.claims, salt[many:], strict=True)
        ]
    capture = writable(recording.capture)
    (salt_of_capture,) = salts(1)
    taken = ("capture", encode(capture, document), salt_of_capture, document, capture_part(capture))
    return Prepared(recording, capture.name, taken, whole, rest)


def _document(recording: Recording, record: DocumentRecord, archived: bool) -> Draft:
    whole = writable(Text(record, recording.text, recording.fingerprints, archived))
    (salt,) = salts(1)
    return "document", encode(whole), salt, record.id, document_part(whole)


class Intake:
    """One transaction's documents, told apart into new ones, duplicates and revisions."""

    def __init__(
        self,
        connection: Connection,
        group: list[Recording],
        erased: set[str],
        archived: set[str],
        known: set[str] | None = None,
    ) -> None:
        """erased are hashes of bytes that must not come back, archived those of bytes that the ledger has or gets.

        known are the documents of the group that the ledger holds; None: they are looked up.
        """
        self.drafts: list[Draft] = []
        self.hashes: set[str] = set()
        self._erased_hashes = erased
        self._archived = archived
        self._known = set(lookups.known(connection, {r.document.id for r in group}) if known is None else known)
        self._at_url = lookups.at_url(connection, {url for r in group for url in _addresses(r)})
        self._captured: dict[tuple[str, str | None, str | None, str | None], str] = {}
        for found in lookups.captures(connection, {r.document.sha256 for r in group}):
            self._saw(found.sha256, found.url, found.name, found.container, found.captured_at)
        self._documents: list[str] = []
        self._duplicates: list[str] = []
        self._erased: list[str] = []
        self._revisions: list[tuple[str, str]] = []
        self._captures = self._claims = self._scenes = 0

    def _saw(self, sha256: str, url: str | None, name: str | None, container: str | None, at: str) -> bool:
        """Whether these bytes at this place are news: never found there before, or fetched again later."""
        place = (sha256, url, name if url is None else None, container)
        before = self._captured.get(place)
        if before is not None and (url is None or container is not None or at <= before):
            return False
        self._captured[place] = at
        return True

    def take(self, item: Prepared) -> None:
        """Adds what is new of one recording to drafts."""
        recording = item.recording
        record, capture = recording.document, recording.capture
        if record.sha256 in self._erased_hashes:
            self._erased.append(record.id)
            return
        at = moment(capture.captured_at)
        news = self._saw(record.sha256, capture.url, item.name, capture.container, at)
        if record.id in self._known:
            self._duplicates.append(record.id)
            if news:
                self._captures += 1
                self.drafts.append(item.capture)
        else:
            self._take_new(item)
        here = lookups.AtUrl(at, record.id, record.sha256, lookups.reader_kind(record.reader))
        for url in _addresses(recording):
            self._at_url.setdefault(url, []).append(here)

    def _before(self, recording: Recording) -> str | None:
        """The document with other bytes that was captured last at the recording's address, before it; None for none.

        Of one kind: what a feed says of a page, and the page, are not one another's revision. What was captured at the
        same moment, as the rows of one table are, stands side by side.
        """
        record, at = recording.document, moment(recording.capture.captured_at)
        kind = lookups.reader_kind(record.reader)
        there = [one for url in _addresses(recording) for one in self._at_url.get(url, ())]
        earlier = [one for one in there if one.captured < at and one.kind == kind and one.document != record.id]
        if not earlier:
            return None
        last = sorted(earlier, key=lambda one: one.captured)[-1]
        return None if last.sha256 == record.sha256 else last.document

    def _take_new(self, item: Prepared) -> None:
        recording = item.recording
        record = recording.document
        if record.revision_of is None and (before := self._before(recording)) is not None:
            record = replace(record, revision_of=before)
        if record.revision_of is not None:
            self._revisions.append((record.id, record.revision_of))
        whole, archived = item.document, record.sha256 in self._archived
        if whole is None or record is not recording.document or archived != (recording.original is not None):
            whole = _document(recording, record, archived)
        self.drafts.append(whole)
        self.drafts.append(item.capture)
        # It was held when the bodies were made, and was erased since.
        rest = item.rest if item.rest is not None else prepare(recording).rest
        self.drafts += rest or []
        self.hashes.add(record.sha256)
        self._known.add(record.id)
        self._documents.append(record.id)
        self._captures += 1
        self._claims += len(recording.claims)
        self._scenes += len(recording.scenes)

    def added(self) -> Added:
        """What was told apart so far; size is not known here."""
        return Added(
            tuple(self._documents),
            tuple(self._duplicates),
            tuple(self._revisions),
            self._captures,
            self._claims,
            self._scenes,
            erased=tuple(self._erased),
        )


def _addresses(recording: Recording) -> tuple[str, ...]:
    """Where it was found, and what it calls its own address."""
    return tuple(dict.fromkeys(url for url in (recording.document.url, recording.capture.url) if url is not None))


def names(group: Iterable[Recording]) -> set[str]:
    """What a batch is told apart by from others: its documents, their bytes, the addresses they were found at."""
    return {name for r in group for name in (r.document.id, r.document.sha256, *_addresses(r))}


def entries_of(recording: Recording) -> int:
    """The entries of a new recording: itself, its capture, its claims and scenes."""
    return 2 + len(recording.claims) + len(recording.scenes)


def groups(recordings: Iterable[Recording], batch: int) -> Iterator[list[Recording]]:
    """Recordings of about batch entries together; a large document stays whole."""
    group: list[Recording] = []
    entries = 0
    for recording in recordings:
        group.append(recording)
        entries += entries_of(recording)
        if entries >= batch:
            yield group
            group, entries = [], 0
    if group:
        yield group
