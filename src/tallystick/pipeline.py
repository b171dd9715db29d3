"""The whole line on one screen.

bytes -read-> Document -split-> Sentences -find-> Mentions -assemble-> Claims -code-> one row an incident
"""

from __future__ import annotations

import os
import tomllib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from importlib import resources
from itertools import islice
from pathlib import Path

from tallystick.errors import ExtractionFailed, TallystickError, UnreadableDocument
from tallystick.extract import extract, extract_many
from tallystick.extract.sentences import split
from tallystick.extract.syntax import parse
from tallystick.model.claims import Claim
from tallystick.model.coding import CodedRow
from tallystick.model.report import Report
from tallystick.model.syntax import Parse
from tallystick.model.text import Document
from tallystick.processes import begin_worker
from tallystick.read import LIMITS, Origin, read_bytes, read_one
from tallystick.reconcile import incidents

__all__ = [
    "Unread",
    "attempt_chunks",
    "attempt_document",
    "attempt_many",
    "code",
    "examples",
    "extract",
    "parse_of",
    "read",
    "read_document",
    "read_many",
]

# Documents handed to a worker at once: enough to fill a parser's batch, few enough to keep two cores even.
CHUNK = 64
# Chunks under way for each worker, so that a long list of documents is never held in memory.
AHEAD = 2


@dataclass(frozen=True, slots=True)
class Unread:
    """A document of a batch that gave no report, and why."""

    name: str
    error: TallystickError


def read_document(
    source: str | Path | bytes,
    *,
    published: date | None = None,
    publisher: str | None = None,
    encoding: str | None = None,
) -> Document:
    """The one document in a file, or in bytes: a text, a page, a PDF, a mail.

    Raises UnreadableDocument where it holds no text, or several documents.
    """
    if isinstance(source, bytes):
        return read_one(source, Origin(published=published, publisher=publisher, encoding=encoding))
    origin = Origin(str(source), published, publisher, encoding=encoding)
    try:
        with Path(source).open("rb") as file:  # never more than can be read: a device has no end
            data = file.read(LIMITS.bytes + 1)
    except IsADirectoryError as error:
        said = f"{source} is a folder. Name its files, or put all of them into a ledger: tallystick add {source}"
        raise UnreadableDocument(said) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadableDocument(f"{source} cannot be opened: {reason}. Check the path.") from error
    return read_one(data, origin)


def attempt_document(
    source: str | Path | bytes,
    *,
    published: date | None = None,
    publisher: str | None = None,
    encoding: str | None = None,
) -> Document | Unread:
    """The document in a file, or an Unread that says why it cannot be read."""
    try:
        return read_document(source, published=published, publisher=publisher, encoding=encoding)
    except TallystickError as error:
        return Unread("the document" if isinstance(source, bytes) else str(source), error)


def read(
    source: str | Path | bytes,
    *,
    published: date | None = None,
    publisher: str | None = None,
    encoding: str | None = None,
) -> Report:
    """What one report says: its claims, with the words, people, places and days behind each.

    source is a path, or the bytes themselves. published fixes "Friday" and "last month"; without it the report
    carries the interval that the text allows. Raises UnreadableDocument where there is no text to read.
    """
    return extract(read_document(source, published=published, publisher=publisher, encoding=encoding))


def read_many(documents: Iterable[Document], *, jobs: int = 1) -> Iterator[Report]:
    """Reports in the order of the documents, parsed in batches; with jobs, in that many processes.

    Lazy: reads a few batches ahead. Raises ExtractionFailed for a document on which a step fails.
    """
    for outcome in attempt_many(documents, jobs=jobs):
        if isinstance(outcome, Unread):
            raise outcome.error
        yield outcome


def attempt_many(documents: Iterable[Document | Unread], *, jobs: int = 1) -> Iterator[Report | Unread]:
    """A report, or an Unread that says why there is none, for each document, in order.

    An Unread among the documents keeps its place. Never raises for one document.
    """
    waiting = iter(documents)
    yield from attempt_chunks(iter(lambda: list(islice(waiting, CHUNK)), []), jobs=jobs)


def attempt_chunks(chunks: Iterable[Sequence[Document | Unread]], *, jobs: int = 1) -> Iterator[Report | Unread]:
    """The same for documents that come in chunks, each handed on as a whole: whoever waits for slow ones keeps them
    small. Takes the next chunk when the last one is done with; with jobs, as many as AHEAD for each process.
    """
    if jobs <= 1:
        for chunk in chunks:
            yield from _attempt(chunk)
        return
    pool = ProcessPoolExecutor(jobs, initializer=begin_worker, initargs=(os.getpid(),))
    under_way: deque[tuple[Sequence[Document | Unread], Future[list[Report | Unread]]]] = deque()
    try:
        for chunk in chunks:
            under_way.append((chunk, _submit(pool, chunk)))
            while under_way and (len(under_way) >= AHEAD * jobs or under_way[0][1].done()):
                yield from _collect(*under_way.popleft())
        while under_way:
            yield from _collect(*under_way.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def _submit(pool: ProcessPoolExecutor, chunk: Sequence[Document | Unread]) -> Future[list[Report | Unread]]:
    try:
        return pool.submit(_attempt, chunk)
    except BrokenProcessPool as error:
        broken: Future[list[Report | Unread]] = Future()
        broken.set_exception(error)
        return broken


def _collect(chunk: Sequence[Document | Unread], future: Future[list[Report | Unread]]) -> Iterator[Report | Unread]:
    try:
        yield from future.result()
    except BrokenProcessPool:
        # The worker died (killed, out of memory). Each document gets a process of its own, so that only the
        # one that kills it is lost.
        for document in chunk:
            try:
                with ProcessPoolExecutor(1) as alone:
                    yield from alone.submit(_attempt, [document]).result()
            except BrokenProcessPool:
                yield _failed(document, "its worker process died, perhaps for want of memory")


def _attempt(chunk: Sequence[Document | Unread]) -> list[Report | Unread]:
    try:
        reports = iter(extract_many(d for d in chunk if isinstance(d, Document)))
        return [next(reports) if isinstance(d, Document) else d for d in chunk]
    except Exception:  # one document must not take its neighbours with it: find out which it is
        return [_attempt_one(document) for document in chunk]


def _attempt_one(document: Document | Unread) -> Report | Unread:
    if isinstance(document, Unread):
        return document
    try:
        return extract(document)
    except TallystickError as error:
        return Unread(document.name or "the document", error)
    except Exception as error:
        return _failed(document, f"a step failed with {type(error).__name__}: {error}")


def _failed(document: Document | Unread, why: str) -> Unread:
    name = document.name or "the document"
    return Unread(
        name, ExtractionFailed(f"{name}: {why}. This is a fault in Tallystick: please report it with the text.")
    )


def code(reports: Iterable[Report], policy: str = "neutral") -> tuple[CodedRow, ...]:
    """One row an incident of each report, as a coder would write it. Raises UnknownPolicy."""
    return incidents.code(reports, policy)


def examples() -> Iterator[Report]:
    """Reports of the example texts that come with the package: an invented incident, told by invented outlets."""
    folder = resources.files("tallystick") / "examples"
    for item in tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))["report"]:
        origin = Origin(item["file"], item["published"], item["publisher"])
        yield extract(read_bytes((folder / item["file"]).read_bytes(), origin))


def parse_of(report: Report, claim: Claim) -> Parse:
    """The parse of the sentence that states the claim, made again: the same words give the same parse."""
    sentence = next(s for s in split(report.document) if s.start <= claim.sentence.start < s.end)
    return parse([sentence])[0]
