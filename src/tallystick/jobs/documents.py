"""Documents as pages and the API show them: the list, one in parts of its text, its copies, and what changed in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, or_, select

from tallystick.errors import BadQuestion, UnknownDocument
from tallystick.jobs.deciding import state_seen
from tallystick.jobs.reviewing import text_of
from tallystick.ledger import computed, lookups, queries, search
from tallystick.ledger.canonical import read_document
from tallystick.ledger.schema import blob
from tallystick.ledger.tables import claim, document
from tallystick.lexicon.gazetteer.names import key as fold
from tallystick.model.links import Change, CopyLink, FigureChange
from tallystick.model.quantities import Figure
from tallystick.model.records import Capture, DocumentRecord, Held, Judgement, figure_id
from tallystick.model.reviewing import Reviewer
from tallystick.reconcile.copies import COMMON, copies, shared
from tallystick.reconcile.revisions import figure_changes

CARDS = 40
"""Figures of one part of a document."""
LETTERS = 24_000
"""Characters of one part, at most."""
_LOOKED = 300
_ROUNDS = 10
PRINTS = 4_000
"""Fingerprints of a document that copies are looked for by; of a longer one, so many spread over all of it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One document of the list, with how many claims it states."""

    document: DocumentRecord
    claims: int


@dataclass(frozen=True, slots=True)
class DocumentList:
    """One page of the list. after is where the next begins, None at the end."""

    rows: tuple[Listed, ...]
    after: str | None = None


def listed(
    connection: Connection,
    *,
    words: str | None = None,
    publisher: str | None = None,
    since: date | None = None,
    until: date | None = None,
    after: str | None = None,
    limit: int = 50,
) -> DocumentList:
    """The documents asked for, those added last first; of a stretch of days, those published last first.

    words: all must stand in one sentence that states a claim, or in the title. Raises BadQuestion for words without a
    letter, and for an after that is no place.
    """
    d = document.c
    conditions: list[Any] = [] if publisher is None else [d.publisher == fold(publisher)]
    days = since is not None or until is not None
    if since is not None:
        conditions.append(d.published >= since.isoformat())
    if until is not None:
        conditions.append(d.published <= until.isoformat())
    if words is not None:
        return _with_words(connection, words, conditions, after, limit)
    order = (d.published.desc(), d.seq.desc()) if days else (d.seq.desc(),)
    if after is not None:
        day, _, seq = after.rpartition("~")
        place = _number(seq)
        later = d.seq < place
        conditions += [d.published <= day, or_(d.published < day, later)] if days else [later]
    rows = connection.execute(select(d.seq, d.published).where(*conditions).order_by(*order).limit(limit + 1)).all()
    found = _listed(connection, [row.seq for row in rows[:limit]])
    last = rows[limit - 1] if len(rows) > limit else None
    return DocumentList(found, None if last is None else f"{last.published if days else ''}~{last.seq}")


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        raise BadQuestion(f"“{text}” is no place in the list. Leave it out to begin at the top.")
    return int(text)


def _with_words(
    connection: Connection, words: str, conditions: Sequence[Any], after: str | None, limit: int
) -> DocumentList:
    """Walks the sentences that hold the words from the newest on: a common word must not be looked up to its end."""
    matches = search.holding(connection, words)
    own, place = matches.c.id, None if after is None else _number(after.rpartition("~")[2])
    seqs: list[int] = []
    for _ in range(_ROUNDS):
        query = select(matches) if place is None else select(matches).where(own < place)
        rows = connection.execute(query.order_by(own.desc()).limit(_LOOKED)).all()
        fitting = {row.document for row in rows}
        if conditions:
            inside = lookups.scattered(connection, document.c.seq, list(fitting))
            fitting = set(connection.scalars(select(document.c.seq).where(inside, *conditions)))
        for row in rows:
            if row.document not in fitting:
                continue
            if row.document not in seqs:
                if len(seqs) == limit:
                    return DocumentList(_listed(connection, seqs), f"~{place}")
                seqs.append(row.document)
            place = row.id
        if len(rows) < _LOOKED:
            return DocumentList(_listed(connection, seqs))
        place = rows[-1].id
    return DocumentList(_listed(connection, seqs), f"~{place}")


def _listed(connection: Connection, seqs: Sequence[int]) -> tuple[Listed, ...]:
    records = queries.documents_at(connection, seqs)
    rows = connection.execute(
        select(claim.c.document, func.count())
        .where(lookups.among(connection, claim.c.document, seqs))
        .group_by(claim.c.document)
    )
    many: dict[int, int] = {row[0]: row[1] for row in rows}
    return tuple(Listed(records[seq], many.get(seq, 0)) for seq in seqs if seq in records)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a document's text with the claims that begin in it. number counts from 1, of is how many there are.

    before is how many claims begin earlier. tallies are the quantities that figures are in, judged what the person may
    see of the judgements on them, both by figure id.
    """

    start: int
    end: int
    number: int
    of: int
    before: int
    claims: tuple[Held, ...]
    tallies: dict[str, str]
    judged: dict[str, tuple[Judgement, ...]]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document. text is None where it was erased; original is the size of its bytes, None where they are gone.

    earlier is the capture of its address before it, later those after it.
    """

    seq: int
    record: DocumentRecord
    text: str | None
    claims: int
    part: Part
    captures: tuple[Capture, ...]
    original: int | None
    earlier: DocumentRecord | None = None
    later: tuple[DocumentRecord, ...] = ()


def view(
    connection: Connection, who: Reviewer | None, name: str, *, part: int = 1, figure: str | None = None
) -> DocumentView:
    """One part of a document, by the document's id or its beginning; figure: the part that it stands in.

    who None: a reader, who sees no judgement. Raises UnknownDocument.
    """
    seq = lookups.document_seq(connection, name)
    record = queries.documents_at(connection, [seq])[seq]
    text = text_of(connection, record.id)
    c = claim.c
    rows = connection.execute(
        select(c.seq, c.id, c.quote_start).where(c.document == seq).order_by(c.quote_start, c.seq)
    ).all()
    starts = [row.quote_start for row in rows]
    cuts = _cuts(text or "", starts)
    wanted = (figure or "").rpartition(":")[2].lower()
    at = next((row.quote_start for row in rows if row.id.startswith(wanted)), None) if wanted else None
    number = bisect_right(cuts, at) if at is not None else part
    number = max(1, min(number, len(cuts) - 1))
    start, end = cuts[number - 1], cuts[number]
    last = number == len(cuts) - 1
    low = bisect_left(starts, start)
    high = len(starts) if last else bisect_left(starts, end)
    claims = tuple(queries.held_at(connection, [row.seq for row in rows[low:high]]))
    names = [one.id for one in claims]
    tallies: dict[str, str] = {}
    if computed.reconciled_at(connection) is not None:
        tallies = {name: ids[0] for name, ids in computed.tallies_with(connection, names).items()}
    judged = {} if who is None else state_seen(connection, who, names)
    size = connection.scalar(select(blob.c.size).where(blob.c.sha256 == record.sha256, blob.c.erased_by.is_(None)))
    earlier, later = _revisions(connection, record)
    shown = Part(start, end, number, len(cuts) - 1, low, claims, tallies, judged)
    return DocumentView(
        seq, record, text, len(rows), shown, queries.captures(connection, record.id), size, earlier, later
    )


def _cuts(text: str, starts: Sequence[int]) -> list[int]:
    """Where the parts of a text begin, and its end: at lines, else at spaces."""
    cuts = [0]
    while True:
        at = cuts[-1]
        most = at + LETTERS
        beyond = bisect_left(starts, at) + CARDS
        if beyond < len(starts):
            most = min(most, max(starts[beyond], at + 1))
        if most >= len(text):
            return [*cuts, max(len(text), at + 1)]
        line = text.rfind("\n", at, most)
        cut = line + 1 if line > at else text.rfind(" ", at, most) + 1
        cuts.append(cut if cut > at else most)


def _revisions(
    connection: Connection, record: DocumentRecord
) -> tuple[DocumentRecord | None, tuple[DocumentRecord, ...]]:
    earlier = None
    if record.revision_of is not None:
        try:
            earlier = queries.document_named(connection, record.revision_of)
        except UnknownDocument:  # erased since
            earlier = None
    names = {one.url for one in queries.captures(connection, record.id) if one.url} | {record.url or ""}
    found = {
        one.document
        for at in lookups.at_url(connection, [name for name in names if name]).values()
        for one in at
        if one.document != record.id
    }
    records = [queries.document_named(connection, name) for name in sorted(found)]
    return earlier, tuple(one for one in records if one.revision_of == record.id)


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of the figures between two captures of one address, with both documents and texts."""

    before: DocumentRecord
    after: DocumentRecord
    changes: tuple[FigureChange, ...]


def changed(connection: Connection, name: str) -> Changed | None:
    """What changed from the capture before; None where there is none, or a text was erased. Raises UnknownDocument."""
    record = queries.document_named(connection, name)
    earlier = _revisions(connection, record)[0]
    if earlier is None:
        return None
    old, new = text_of(connection, earlier.id), text_of(connection, record.id)
    if old is None or new is None:
        return None
    claims = [[held.claim for held in queries.claims_of(connection, one.id)] for one in (earlier, record)]
    return Changed(earlier, record, figure_changes(claims[0], old, claims[1], new))


def changed_quietly(connection: Connection, figures: Iterable[Figure]) -> list[Changed]:
    """The pages that gave one of these figures for another one and do not say so, each with those changes alone."""
    given = list(figures)
    mine, out = {figure.id for figure in given}, []
    for name in lookups.revisions(connection, {figure.document for figure in given}):
        found = changed(connection, name)
        quiet = tuple(
            one
            for one in (() if found is None else found.changes)
            if one.silent and one.kind is Change.CHANGED and figure_id(name, one.new or "") in mine
        )
        if found is not None and quiet:
            out.append(replace(found, changes=quiet))
    return out


@dataclass(frozen=True, slots=True)
class Copy:
    """Another document that shares words with one, with the passages that prove it."""

    document: DocumentRecord
    link: CopyLink


def copies_of(connection: Connection, name: str, *, limit: int = 10) -> tuple[list[Copy], int, bool]:
    """The documents that share their words with one, those that share most first, how many there are in all, and
    whether only a sample of a long text was looked for. Raises UnknownDocument.
    """
    seq = lookups.document_seq(connection, name)
    record = queries.documents_at(connection, [seq])[seq]
    prints = queries.fingerprints_of(connection, seq)
    sampled = len(prints) > PRINTS
    if sampled:
        prints = prints[:: len(prints) // PRINTS + 1]
    shares = lookups.sharing(connection, prints, COMMON)
    links = copies(record.id, prints, shares.holders, shares.sizes)
    d = document.c
    seqs = list(connection.scalars(select(d.seq).where(lookups.among(connection, d.id, [o.b for o in links[:limit]]))))
    texts = {at: read_document(body).text for at, body in lookups.bodies(connection, [seq, *seqs]).items()}
    others = {other.id: (at, other) for at, other in queries.documents_at(connection, seqs).items()}
    found = []
    for link in links[:limit]:
        at, other = others[link.b]
        if seq in texts and at in texts:
            link = replace(link, passages=shared(texts[seq], texts[at]))
        found.append(Copy(other, link))
    return found, len(links), sampled
