"""What a ledger holds, asked of an open connection: claims with their documents and scenes, as of any clock.

Everything streams: an answer of a million claims takes no more memory than one of a thousand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, func, or_, select, tuple_

from tallystick.errors import UnknownDocument
from tallystick.ledger import canonical, corrections, filters, lookups, search
from tallystick.ledger.filters import Scope
from tallystick.ledger.projections import moment, unpack
from tallystick.ledger.schema import entry
from tallystick.ledger.tables import (
    capture,
    claim,
    document,
    fingerprints,
    judgement,
    lattice,
    passage,
    scene,
    unread,
    withdrawal,
)
from tallystick.model.questions import Question
from tallystick.model.records import (
    Capture,
    DocumentRecord,
    Held,
    Judgement,
    LatticeFile,
    Scene,
    Unread,
    Verdict,
    figure_id,
)
from tallystick.model.text import DateBounds

AT_A_TIME = 2_000
"""Claims that are read at a time while an answer streams."""


class After(NamedTuple):
    """Where a page of claims ended: the next begins after the claim with this day of saying and this seq."""

    said: str | None
    seq: int


def held(
    connection: Connection,
    question: Question = Question(),  # noqa: B008
    *,
    scope: Scope | None = None,
    judged: bool = False,
    after: After | None = None,
    limit: int | None = None,
) -> Iterator[Held]:
    """The claims asked for, by the day they were said (undated ones last) and then by their place in the log.

    judged: as people judged them by question.held_by (by now where it is None): rejected ones are left out, corrected
    ones bear their corrections and a reason that names the judgement. scope widens actor and place to their parts.
    after and limit give one page: position(held) of its last claim is the next page's after.
    Raises UnknownDocument, and BadQuestion for words that hold no letter.
    """
    wanted = filters.prepare(connection, question, scope)
    conditions = filters.conditions(connection, wanted)
    decided = _decided(connection, question.held_by) if judged else {}
    apart = {name: one for name, one in decided.items() if one.verdict in (Verdict.CORRECT, Verdict.REJECT)}
    mended = _mended(connection, wanted, apart)
    left_out = {seq for name in apart for seq in lookups.find(connection, name)}
    found = merge(_stream(connection, conditions, after, limit, left_out), _after(mended, after), key=_order)
    yield from islice(found, limit)


def position(one: Held) -> After:
    """Where a claim stands in the order of held."""
    published = one.document.published
    return After(None if published is None else published.isoformat(), one.seq)


class Point(NamedTuple):
    """One claim in a series, as the tables hold it: low and high beyond 2**53 are rounded; None is open or unknown."""

    figure: str
    said: date | None
    low: float | None
    high: float | None
    source: str | None  # folded
    publisher: str | None  # folded
    quote: str


def series(connection: Connection, question: Question, *, scope: Scope | None = None) -> list[Point]:
    """The claims asked for, in the order of held, without their bodies: to draw, not to reconcile. As recorded."""
    c = claim.c
    conditions = filters.conditions(connection, filters.prepare(connection, question, scope))
    rows = connection.execute(
        select(document.c.id, c.id, c.said, c.low, c.high, c.source, c.publisher, c.quote)
        .join(document, document.c.seq == c.document)
        .where(*conditions)
        .order_by(c.said.is_(None), c.said, c.seq)
    )
    return [Point(figure_id(row[0], row[1]), _day(row[2]), *row[3:]) for row in rows]


def figure(connection: Connection, name: str) -> Held:
    """The claim with that figure id, or the beginning of one. Raises UnknownClaim with what comes near."""
    return held_at(connection, [lookups.claim_seq(connection, name)])[0]


def claims_of(connection: Connection, name: str) -> tuple[Held, ...]:
    """A document's claims, in text order, by its id or the beginning of it. Raises UnknownDocument."""
    own = lookups.document_seq(connection, name)
    seqs = connection.scalars(
        select(claim.c.seq).where(claim.c.document == own).order_by(claim.c.quote_start, claim.c.seq)
    )
    return tuple(held_at(connection, seqs.all()))


def held_at(connection: Connection, seqs: Sequence[int]) -> list[Held]:
    """The claims of these entries, in the order given; those erased or unknown are left out."""
    found: dict[int, Held] = {}
    for at in range(0, len(seqs), lookups.AT_A_TIME):
        part = seqs[at : at + lookups.AT_A_TIME]
        found.update({one.seq: one for one in _assembled(connection, _bodies_at(connection, part))})
    return [found[seq] for seq in seqs if seq in found]


def documents(
    connection: Connection,
    question: Question = Question(),  # noqa: B008
    *,
    scope: Scope | None = None,
    after: int = -1,
    limit: int | None = None,
) -> Iterator[tuple[int, DocumentRecord]]:
    """The documents asked for, each with its place in the log, in that order, from the one after that place on.

    Where the question speaks of measures, places or the like: those with such a claim.
    """
    conditions = filters.document_conditions(connection, question)
    if filters.of_claims(question):
        inner = filters.conditions(connection, filters.prepare(connection, question, scope))
        conditions.append(document.c.seq.in_(select(claim.c.document).where(*inner)))
    elif question.words is not None:
        found = search.matching(connection, question.words)
        inside = select(passage.c.document).where(passage.c.id.in_(found))
        conditions.append(document.c.seq.in_(inside))
    while limit is None or limit > 0:
        some = AT_A_TIME if limit is None else min(limit, AT_A_TIME)
        rows = connection.execute(
            select(document).where(*conditions, document.c.seq > after).order_by(document.c.seq).limit(some)
        ).all()
        yield from ((row.seq, _document(row)) for row in rows)
        if len(rows) < some:
            return
        after, limit = rows[-1].seq, None if limit is None else limit - len(rows)


def document_named(connection: Connection, name: str) -> DocumentRecord:
    """The document whose id begins so. Raises UnknownDocument for none or several, with what comes near."""
    seq = lookups.document_seq(connection, name)
    return _document(connection.execute(select(document).where(document.c.seq == seq)).one())


def documents_at(connection: Connection, seqs: Sequence[int]) -> dict[int, DocumentRecord]:
    """The documents of these entries, by entry."""
    found: dict[int, DocumentRecord] = {}
    for part in lookups.some(seqs):
        rows = connection.execute(select(document).where(lookups.scattered(connection, document.c.seq, part)))
        found.update({row.seq: _document(row) for row in rows})
    return found


def held_of(connection: Connection, documents: Sequence[int]) -> Iterator[Held]:
    """All claims of the documents of these entries, in the order of the log."""
    for part in lookups.some(documents):
        rows = connection.execute(_BODIES.where(claim.c.document.in_(part)).order_by(claim.c.seq))
        yield from _assembled(connection, [_Body(*row) for row in rows])


def text(connection: Connection, name: str) -> str:
    """The text of a document, as it was read. Raises UnknownDocument, also when the text was erased."""
    seq = lookups.document_seq(connection, name)
    body = connection.scalar(select(entry.c.body).where(entry.c.seq == seq))
    if body is None:
        raise UnknownDocument(f"the text of document {name} was erased; “tallystick verify” says by whom and why.")
    return canonical.read_document(body).text


def fingerprints_of(connection: Connection, seq: int) -> tuple[int, ...]:
    """The fingerprints of the document of that entry, ordered; none for a short text."""
    packed = connection.scalar(select(fingerprints.c.packed).where(fingerprints.c.document == seq))
    return () if packed is None else tuple(unpack(packed))


def captures(connection: Connection, name: str) -> tuple[Capture, ...]:
    """Where and when the bytes of a document were found, in the order of the log."""
    seq = lookups.document_seq(connection, name)
    rows = connection.execute(select(capture).where(capture.c.document == seq).order_by(capture.c.seq))
    return tuple(
        Capture(r.sha256, datetime.fromisoformat(r.captured), r.name, r.url, r.media_type, r.container) for r in rows
    )


def scenes(connection: Connection, seqs: Iterable[int]) -> dict[int, Scene]:
    """The scenes of these entries, by entry."""
    wanted = sorted(set(seqs))
    found: dict[int, Scene] = {}
    for at in range(0, len(wanted), lookups.AT_A_TIME):
        part = wanted[at : at + lookups.AT_A_TIME]
        bodies = lookups.bodies(connection, part)
        found.update({seq: canonical.read_scene(bodies[seq]) for seq in part if seq in bodies})
    return found


def scenes_of(connection: Connection, name: str) -> tuple[Scene, ...]:
    """A document's scenes, in text order, by its id or the beginning of it. Raises UnknownDocument."""
    own = lookups.document_seq(connection, name)
    seqs = connection.scalars(select(scene.c.seq).where(scene.c.document == own).order_by(scene.c.number)).all()
    return tuple(scenes(connection, seqs).values())


def judgements(
    connection: Connection,
    subject: str | None = None,
    *,
    about: str | None = None,
    held_by: datetime | None = None,
    current: bool = False,
) -> tuple[Judgement, ...]:
    """What people decided, in the order of the log: about one figure, scene or document, or all.

    held_by: as this ledger held it then. current: only what has not been withdrawn.
    """
    j, w = judgement.c, withdrawal.c
    then = [] if held_by is None else [w.recorded <= moment(held_by)]
    query = (
        select(judgement, w.at.label("withdrawn"), w.author.label("withdrawn_by"))
        .outerjoin(withdrawal, and_(w.judgement == j.id, *then))
        .order_by(j.seq, w.seq)
    )
    if subject is not None:
        query = query.where(or_(j.subject == subject, j.other == subject))
    if about is not None:
        query = query.where(j.about == about)
    if held_by is not None:
        query = query.where(j.recorded <= moment(held_by))
    found: dict[int, Judgement] = {}
    for row in connection.execute(query):
        if row.seq not in found:  # a judgement is withdrawn once; a second withdrawal changes nothing
            found[row.seq] = _judgement(row)
    return tuple(one for one in found.values() if not current or one.withdrawn is None)


def lattices(connection: Connection) -> tuple[LatticeFile, ...]:
    """The part-of files that users added: the newest of each name."""
    newest = select(func.max(lattice.c.seq)).group_by(lattice.c.name)
    rows = connection.execute(select(lattice).where(lattice.c.seq.in_(newest)).order_by(lattice.c.name))
    return tuple(LatticeFile(row.name, row.words) for row in rows)


def not_read(connection: Connection) -> tuple[Unread, ...]:
    """The inputs that could not be read, in the order of the log."""
    rows = connection.execute(select(unread).order_by(unread.c.seq))
    return tuple(Unread(row.name, row.url, row.error, row.reason, row.sha256) for row in rows)


class Counts(NamedTuple):
    """How much a ledger holds. said is the first and last day of publication, None where no document is dated."""

    documents: int
    captures: int
    claims: int
    scenes: int
    judgements: int
    unread: int
    said: tuple[date, date] | None


def counts(connection: Connection) -> Counts:
    """How much the ledger holds."""
    of = {t.name: connection.scalar(select(func.count()).select_from(t)) or 0 for t in _COUNTED}
    first, last = connection.execute(select(func.min(document.c.published), func.max(document.c.published))).one()
    said = None if first is None else (date.fromisoformat(first), date.fromisoformat(last))
    return Counts(
        of["document"], of["capture"], of["claim"], of["scene"], of["judgement"], of["unread"], said
    )  # fmt: skip


_COUNTED = (document, capture, claim, scene, judgement, unread)


_CLAIM = (claim.c.seq, claim.c.document, claim.c.scene)
_BODIES: Any = select(*_CLAIM, entry.c.body).join(entry, entry.c.seq == claim.c.seq)
_FEW = 8
"""Claims that are read together with their entries: of more, the tables are gone through one after the other."""


class _Body(NamedTuple):
    seq: int
    document: int
    scene: int | None
    body: str | None


def _bodies_at(connection: Connection, seqs: Sequence[int]) -> list[_Body]:
    """As many claims as some gives, in any order."""
    if len(seqs) <= _FEW:
        return [_Body(*row) for row in connection.execute(_BODIES.where(lookups.among(connection, claim.c.seq, seqs)))]
    rows = connection.execute(select(*_CLAIM).where(lookups.scattered(connection, claim.c.seq, seqs))).all()
    told = lookups.bodies(connection, [row.seq for row in rows])
    return [_Body(*row, told.get(row.seq)) for row in rows]


def _stream(
    connection: Connection,
    conditions: Sequence[filters.Condition],
    after: After | None,
    limit: int | None,
    left_out: set[int],
) -> Iterator[Held]:
    known: dict[int, DocumentRecord] = {}
    most = None if limit is None else limit + len(left_out)
    # Those with a day, then those without: an index has each in its order, so that a page reads no more than it shows.
    for query in _ordered(after):
        query = query.where(*conditions).limit(most)
        # One page is fetched at once; of all, PostgreSQL keeps a cursor.
        few = most is not None and most <= AT_A_TIME
        with connection.execute(query, execution_options={} if few else {"yield_per": AT_A_TIME}) as result:
            for seqs in result.scalars().partitions(AT_A_TIME):
                most = None if most is None else most - len(seqs)
                for part in lookups.some([seq for seq in seqs if seq not in left_out]):
                    if len(known) > 10 * AT_A_TIME:
                        known.clear()
                    rows = _bodies_at(connection, part)
                    found = {one.seq: one for one in _assembled(connection, rows, known)}
                    yield from (found[seq] for seq in part if seq in found)
        if most == 0:
            return


def _ordered(after: After | None) -> Iterator[Any]:
    """The claims in their order, in two parts; of each only what is short: bodies are read as they are needed."""
    c = claim.c
    dated, undated = select(c.seq).where(c.said.is_not(None)), select(c.seq).where(c.said.is_(None))
    if after is None:
        yield dated.order_by(c.said, c.seq)
    elif after.said is not None:
        yield dated.where(tuple_(c.said, c.seq) > tuple_(after.said, after.seq)).order_by(c.said, c.seq)
    else:
        undated = undated.where(c.seq > after.seq)
    yield undated.order_by(c.seq)


def _assembled(
    connection: Connection, rows: Sequence[_Body], known: dict[int, DocumentRecord] | None = None
) -> Iterator[Held]:
    """Rows of _bodies_at with their documents and scenes, each read once."""
    known = {} if known is None else known
    known.update(documents_at(connection, sorted({row.document for row in rows} - known.keys())))
    told = scenes(connection, [row.scene for row in rows if row.scene is not None])
    for row in rows:
        if row.body is not None:
            record = known[row.document]
            one = canonical.read_claim(row.body, record.text_sha256)
            yield Held(one, record, None if row.scene is None else told.get(row.scene), row.seq)


def _decided(connection: Connection, held_by: datetime | None) -> dict[str, Judgement]:
    return corrections.in_force(judgements(connection, held_by=held_by), held_by)


def _mended(connection: Connection, wanted: filters.Filter, apart: dict[str, Judgement]) -> list[Held]:
    """The corrected claims that are now what is asked for, in the order of held: few enough to be held in memory."""
    found = []
    # What a correction cannot change is asked of the database, the rest of the claim as corrected.
    question = wanted.question
    fixed = Question(
        publisher=question.publisher, source=question.source, document=question.document, incident=question.incident,
        known_by=question.known_by, held_by=question.held_by, words=question.words,
    )  # fmt: skip
    conditions = filters.conditions(connection, filters.Filter(fixed))
    for name, one in apart.items():
        if one.verdict is Verdict.REJECT:
            continue
        seqs = lookups.find(connection, name)
        kept = connection.scalars(select(claim.c.seq).where(claim.c.seq.in_(seqs), *conditions)).all()
        for before in held_at(connection, kept):
            after = corrections.applied(before, one)
            if after is not None and filters.fits(wanted, after):
                found.append(after)
    return sorted(found, key=_order)


def _order(one: Held) -> tuple[bool, str, int]:
    said, seq = position(one)
    return said is None, said or "", seq


def _after(some: list[Held], after: After | None) -> Iterator[Held]:
    start = None if after is None else (after.said is None, after.said or "", after.seq)
    return (one for one in some if start is None or _order(one) > start)


def _document(row: Row[Any]) -> DocumentRecord:
    return DocumentRecord(
        row.id, row.sha256, row.text_sha256, row.outlet, _day(row.published), _time(row.published_at),
        _bounds(row.bounds), row.title, row.url, row.name, row.language, row.reader, _time(row.captured_at),
        row.revision_of,
    )  # fmt: skip


def _judgement(row: Row[Any]) -> Judgement:
    subjects = (row.subject,) if row.other is None else (row.subject, row.other)
    return Judgement(
        row.id, Verdict(row.verdict), subjects, row.author, datetime.fromisoformat(row.at), row.about, row.why,
        row.changes, _time(row.withdrawn), row.withdrawn_by,
    )  # fmt: skip


def _bounds(held_as: str | None) -> DateBounds | None:
    if held_as is None:
        return None
    earliest, latest, reasons = json.loads(held_as)
    return DateBounds(_day(earliest), _day(latest), tuple(reasons))


def _day(day: str | None) -> date | None:
    return None if day is None else date.fromisoformat(day)


def _time(at: str | None) -> datetime | None:
    return None if at is None else datetime.fromisoformat(at)
