"""The evidence card of one figure: entries of the log with their proofs, what they say, what the ledger makes of it.

evidence_of is the one way from entries to what a card shows: it makes the card here, and checks it elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from tallystick.errors import BadCard, LedgerError, NotAllowed, UnknownClaim, UnknownDocument
from tallystick.extract.sentences import split
from tallystick.jobs.deciding import visible
from tallystick.jobs.questions import answered, check_reconciled
from tallystick.ledger import checkpoints, computed, corrections, log, lookups, merkle, queries, schema
from tallystick.ledger.canonical import decode
from tallystick.ledger.store import Ledger
from tallystick.ledger.tables import capture, judgement, withdrawal
from tallystick.ledger.written import Text, Withdrawal
from tallystick.model.cards import (
    CARD_FORMAT,
    Card,
    CardCapture,
    CardConflict,
    CardDocument,
    CardEstimate,
    CardEvidence,
    CardJudgement,
    CardLink,
    CardProof,
    CardReason,
    CardRow,
    CardTally,
    CardTold,
    ProvedEntry,
    Quoted,
)
from tallystick.model.claims import Claim
from tallystick.model.mentions import LinkKind
from tallystick.model.records import Capture, Checkpoint, EntryKind, Held, Judgement, Verdict
from tallystick.model.reviewing import Reviewer
from tallystick.model.tallies import Tally
from tallystick.model.text import Document, Span
from tallystick.reconcile.policies import NEUTRAL
from tallystick.reconcile.policies import policy as policy_called
from tallystick.version import __version__
from tallystick.views import card as views
from tallystick.views import words
from tallystick.views.explain import why
from tallystick.views.records import claim_record

NAMED = 400
"""Figures of the quantity that a card names; the rest are counted."""
CONFLICTS = 8
CAPTURES = 4
AROUND = 2_500
"""Characters on either side of a sentence in which the sentences next to it are looked for."""


def make_card(
    ledger: Ledger,
    figure: str,
    *,
    at: datetime,
    policies: Sequence[str] = (NEUTRAL.name,),
    text: bool = False,
    who: Reviewer | None = None,
) -> Card:
    """The card of a figure by its id or the beginning of it, made at that time.

    text: with the document's own entry, and so its whole text and the name that its file had. Proofs lead to the head
    of the log, signed, where a key lies beside the ledger; else to the newest signed checkpoint that covers the card,
    if one was kept. who asks, None for whoever may see all: a card that would show a judgement to which they must be
    blind is not made. Raises UnknownClaim, UnknownDocument, UnknownPolicy, NotAllowed, LedgerDamaged.
    """
    named = [policy_called(name, ledger=True) for name in policies]
    origin = ledger.meta()["origin"]
    with ledger.reading() as connection:
        try:
            held = queries.figure(connection, figure)
        except (UnknownClaim, UnknownDocument) as error:
            raise type(error)(f"{error}{_erasures(connection)}") from error
        _not_blind(connection, held, who)
        told = told_of(connection, held, [by.name for by in named])
        proof = _proof(ledger, connection, origin, _seqs(connection, held), text=text)
    record = held.document
    document = CardDocument(record.id, record.sha256, record.text_sha256, record.publisher, record.published)
    evidence = evidence_of(proof, document)
    made = Card(CARD_FORMAT, held.id, at, f"tallystick {__version__}", evidence, told, proof)
    return replace(made, digest=views.digest(made))


def _not_blind(connection: Connection, held: Held, who: Reviewer | None) -> None:
    """Raises NotAllowed where the card would give away what another decided: left off, it would say that nobody did."""
    made = queries.judgements(connection, held.id)
    if who is not None and len(visible(connection, who, made)) < len(made):
        raise NotAllowed(
            f"figure {held.id} is being coded by several people, blind to one another. Its card can be had once "
            f"{who.coders} have judged it, or by an adjudicator."
        )


def _erasures(connection: Connection) -> str:
    some = connection.execute(select(schema.erased.c.seq).limit(1)).first()
    return "" if some is None else " Entries of this ledger were erased: “tallystick verify” says by whom and why."


def _seqs(connection: Connection, held: Held) -> list[int]:
    """The entries that a card proves: the claim, its document, captures, judgements and their withdrawals."""
    document = lookups.document_seq(connection, held.document.id)
    found = [held.seq, document]
    found += connection.scalars(
        select(capture.c.seq).where(capture.c.document == document).order_by(capture.c.seq).limit(CAPTURES)
    )
    rows = connection.execute(
        select(judgement.c.seq, judgement.c.id)
        .where(or_(judgement.c.subject == held.id, judgement.c.other == held.id))
        .order_by(judgement.c.seq)
    ).all()
    found += [row.seq for row in rows]
    for part in lookups.some([row.id for row in rows]):
        found += connection.scalars(
            select(withdrawal.c.seq).where(withdrawal.c.judgement.in_(part)).order_by(withdrawal.c.seq)
        )
    return found


def _proof(ledger: Ledger, connection: Connection, origin: str, seqs: Sequence[int], *, text: bool) -> CardProof:
    head = log.head(connection)
    signed, key = _signed(ledger, connection, Checkpoint(origin, head.size, head.root), max(seqs))
    subtree = log.subtrees(connection)
    entries = []
    for seq in seqs:
        (row,) = log.read(connection, seq, seq + 1)
        path = merkle.inclusion(seq, signed.size, subtree)
        shown = row.body is not None and row.salt is not None and (text or _shows(row.kind, row.body))
        entries.append(
            ProvedEntry(
                row.seq,
                row.kind,
                row.recorded_at,
                row.actor,
                bytes(row.commitment).hex(),
                row.leaf().hex(),
                tuple(step.hex() for step in path),
                row.body if shown else None,
                bytes(row.salt).hex() if shown and row.salt is not None else None,
            )
        )
    note = None if signed.signature is None else checkpoints.note(signed)
    return CardProof(origin, signed.size, signed.root.hex(), tuple(entries), note, key)


def _shows(kind: str, body: str) -> bool:
    """Whether an entry's body is on every card: not a whole text, and no path of a file on the maker's machine."""
    if kind == EntryKind.CAPTURE:
        thing = decode(EntryKind.CAPTURE, body, str)[1]
        return isinstance(thing, Capture) and thing.url is not None and thing.container is None
    return kind != EntryKind.DOCUMENT


def _signed(ledger: Ledger, connection: Connection, head: Checkpoint, last: int) -> tuple[Checkpoint, str | None]:
    """The checkpoint that the proofs lead to, and the public key where it is known. Unsigned where nobody can sign."""
    file = checkpoints.key_file(ledger)
    if file is not None and file.exists():
        key = checkpoints.signing_key(ledger)
        return checkpoints.sign(head, key), checkpoints.public_key(ledger, key)
    kept = connection.scalar(
        select(schema.checkpoint.c.note)
        .where(schema.checkpoint.c.size > last)
        .order_by(schema.checkpoint.c.size.desc(), schema.checkpoint.c.signed_at.desc())
        .limit(1)
    )
    return (head if kept is None else checkpoints.parse(kept)), None


def evidence_of(proof: CardProof, document: CardDocument) -> CardEvidence:
    """What the entries say. Of the document, publisher, day and hashes are taken as given: the claim's entry names it
    by them. Raises BadCard where the first entry is no claim; LedgerDamaged for a body that cannot be read.
    """
    under, claim = claim_on(proof, document.text_sha256)
    captures, judged = [], []
    for entry, thing in _things(proof.entries[1:]):
        if isinstance(thing, Capture) and thing.url is not None:
            captures.append(CardCapture(entry.seq, thing.captured_at, thing.url, thing.sha256))
        elif isinstance(thing, Judgement):
            judged.append((entry.seq, thing))
    taken = {thing.judgement: thing for _, thing in _things(proof.entries[1:]) if isinstance(thing, Withdrawal)}
    return CardEvidence(
        words.figure(claim.count),
        _what(claim),
        replace(document, id=under),
        _quoted(claim.sentence),
        _quoted(claim.span),
        _quoted(claim.count_span),
        tuple(_rows(claim)),
        tuple(_chain(claim, document)),
        words.sure(claim),
        tuple(CardReason(r.stage, r.rule, r.note, _or_none(r.span)) for r in claim.reasons),
        claim_record(claim),
        tuple(_judged(seq, one, taken.get(one.id)) for seq, one in judged),
        tuple(captures),
        standing([_withdrawn(one, taken.get(one.id)) for _, one in judged]),
    )


def claim_on(proof: CardProof, text_sha256: str) -> tuple[str, Claim]:
    """The id of the document that the claim was recorded under, and the claim. Raises BadCard, LedgerDamaged."""
    first = proof.entries[0] if proof.entries else None
    if first is None or first.kind != EntryKind.CLAIM or first.body is None:
        raise BadCard("its first entry is no claim with its words. Make the card again.")
    under, claim = decode(EntryKind.CLAIM, first.body, lambda _: text_sha256)
    assert isinstance(claim, Claim)
    return under or "", claim


def _things(entries: Sequence[ProvedEntry]) -> Iterator[tuple[ProvedEntry, Any]]:
    for entry in entries:
        if entry.body is not None:
            yield entry, decode(EntryKind(entry.kind), entry.body, str)[1]


def text_on(proof: CardProof) -> Text | None:
    """The document's entry, where its body is on the card."""
    return next((thing for _, thing in _things(proof.entries[1:]) if isinstance(thing, Text)), None)


def _quoted(span: Span) -> Quoted:
    return Quoted(span.text, span.start, span.end)


def _what(claim: Claim) -> str:
    """ "people killed"."""
    who = "" if claim.population is None else words.clean(claim.population.text)
    counted = f"{who} {words.measure(claim)}".strip()
    unit = words.unit(claim.count)
    return f"{counted} ({unit})" if unit else counted


def _rows(claim: Claim) -> Iterator[CardRow]:
    count = claim.count
    note = words.form_note(count)
    yield CardRow("Figure", words.figure(count) + (f" ({note})" if note else ""), _quoted(claim.count_span))
    yield CardRow("Bounds", words.bounds(count.low, count.high))
    if count.comparator:
        yield CardRow("Comparator", words.clean(count.comparator))
    adds = words.accumulation(claim)
    yield CardRow("Measure", words.measure(claim) + (f" ({adds})" if adds else ""), _or_none(claim.measure_span))
    for name, who in (("Who", claim.population), ("By whom", claim.actor)):
        if name == "Who" or who is not None:
            yield CardRow(name, words.who(who), None if who is None else _or_none(who.span or who.antecedent))
    toponym, time = claim.place, claim.time
    place = None if toponym is None else toponym.place
    at = "" if place is None else f", {place.lat:.4f}, {place.lon:.4f}"
    yield CardRow("Where", words.where(toponym) + at, None if toponym is None else _quoted(toponym.span))
    yield CardRow("When", words.when(claim.period, time), None if time is None else _quoted(time.span))


def _or_none(span: Span | None) -> Quoted | None:
    return None if span is None else _quoted(span)


def _chain(claim: Claim, document: CardDocument) -> Iterator[CardLink]:
    """The outlet first, unless it names itself, then each link as the words give it."""
    links = claim.attributions
    outlet = words.clean(document.publisher) if document.publisher else "the report"
    if not (links and links[0].name and _plain(links[0].name) == _plain(outlet)):
        yield CardLink(outlet, "publishes" if links else "says so in its own voice")
    for link in links:
        name = words.clean(link.name) if link.name else "source not named"
        does = "" if link.kind is LinkKind.NONE_GIVEN else link.kind.value
        yield CardLink(name, does, _or_none(link.source_span), _or_none(link.cue))


def _plain(name: str) -> str:
    return name.casefold().removeprefix("the ")


def _judged(seq: int, one: Judgement, taken: Withdrawal | None) -> CardJudgement:
    back = (None, None, None) if taken is None else (taken.at, taken.by, taken.why)
    return CardJudgement(
        seq, one.id, one.verdict.value, one.about, one.subjects, one.by, one.at, one.why, one.changes, *back
    )


def _withdrawn(one: Judgement, taken: Withdrawal | None) -> Judgement:
    return one if taken is None else replace(one, withdrawn=taken.at, withdrawn_by=taken.by)


_STANDINGS = {
    Verdict.ACCEPT: "Accepted: the sentence says so",
    Verdict.CORRECT: "Corrected: what is counted stands here as it was recorded",
    Verdict.REJECT: "Rejected: the sentence says no such thing",
}


def standing(judgements: Sequence[Judgement]) -> str:
    """The last word on the figure in one sentence; "" where nobody has judged whether it is read rightly."""
    last = next(iter(corrections.in_force(judgements).values()), None)
    if last is None:
        return ""
    changes = f" Changed: {_apart(last.changes)}." if last.changes else ""
    because = f" Reason: {_apart(last.why)}" if last.why else ""
    return f"{_STANDINGS[last.verdict]}. By {_apart(last.by)}, {last.at:%Y-%m-%d}.{changes}{because}"


def _apart(text: str) -> str:
    """Somebody's words within ours: written from right to left, they would turn the day beside them."""
    return f"\u2068{words.clean(text)}\u2069"


def told_of(connection: Connection, held: Held, policies: Sequence[str]) -> CardTold:
    """What the ledger makes of the figure now, under those policies."""
    record = held.document
    before, after = _around(queries.text(connection, record.id), held.claim.sentence)
    tally, note = _tally(connection, held.id)
    clashes = [] if tally is None else list(computed.conflicts(connection, figure=held.id, limit=CONFLICTS))
    published = str(record.published) if record.published else words.inferred(record.published_bounds)
    return CardTold(
        record.title,
        record.url,
        published,
        record.captured_at,
        record.language,
        record.reader,
        before,
        after,
        {one.reason.rule: one.meaning for one in why(held.claim) if one.meaning != one.reason.note},
        None if tally is None else _in_tally(connection, tally, held.id, policies),
        tuple(CardConflict(kept.conflict.sentence, kept.conflict.figures) for kept in clashes),
        note,
    )


def _around(text: str, sentence: Span) -> tuple[Quoted | None, Quoted | None]:
    """The sentences before and after, in the same text; None at its ends."""
    start, end = max(0, sentence.start - AROUND), min(len(text), sentence.end + AROUND)
    before = split(Document(text[start : sentence.start], "", ""))
    after = split(Document(text[sentence.end : end], "", ""))
    return (
        Quoted(before[-1].text, start + before[-1].start, start + before[-1].end) if before else None,
        Quoted(after[0].text, sentence.end + after[0].start, sentence.end + after[0].end) if after else None,
    )


def _tally(connection: Connection, figure: str) -> tuple[Tally | None, str]:
    """The quantity that a figure is in, or why there is none."""
    try:
        check_reconciled(connection)
    except LedgerError:
        return None, "The ledger had not been reconciled when this card was made, so that no quantity is known."
    inside = computed.tallies_with(connection, [figure]).get(figure, ())
    if inside:
        return computed.tally_named(connection, inside[0]), ""
    return None, (
        "The figure is in no quantity: it was rejected, or it was recorded or judged after the ledger was reconciled."
    )


def _in_tally(connection: Connection, tally: Tally, figure: str, policies: Sequence[str]) -> CardTally:
    done = [answered(tally, policy_called(name, ledger=True)) for name in policies]
    names = tuple(one.id for one in tally.figures)
    incidents = computed.incidents(connection, [tally.key.incident] if tally.key.incident else [])
    label = next((one.label for one in incidents.values()), None)
    found = tally.origins
    return CardTally(
        tally.id,
        tally.label,
        found.mentions,
        found.documents,
        found.at_least,
        found.at_most,
        tuple(
            CardEstimate(one.policy, one.low, one.best, one.high, one.status, one.caveat, figure in one.figures)
            for one in done
        ),
        names[:NAMED],
        max(0, len(names) - NAMED),
        label or None,
    )
