"""Is an evidence card what it says? Every hash again, everything shown made anew from what is proved, and compared.

A card alone shows that its entries lay in a log of that root, and that what it shows is what they say. Whose log that
is, only the signature says, checked with a key had from elsewhere; whether the log goes on as it was, only the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from hashlib import sha256
from itertools import zip_longest
from json import JSONDecodeError
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from sqlalchemy import Connection, select

from tallystick.errors import BadCard, LedgerError, TallystickError
from tallystick.jobs.cards import claim_on, evidence_of, text_on, told_of
from tallystick.ledger import checkpoints, codec, log, merkle, queries, schema
from tallystick.ledger.canonical import decode
from tallystick.ledger.store import Ledger
from tallystick.model.cards import (
    CARD_FORMAT,
    Card,
    CardEvidence,
    CardProof,
    CardTold,
    CardVerdict,
    Check,
    Outcome,
    ProvedEntry,
    Quoted,
)
from tallystick.model.claims import claim_id
from tallystick.model.records import Checkpoint, EntryKind, Erasure, document_id, figure_id
from tallystick.version import __version__
from tallystick.views import card as views
from tallystick.views import card_page

# A forger's entries can hold anything that JSON can.
_UNREADABLE = (
    TallystickError, ValueError, TypeError, LookupError, AttributeError, AssertionError, ArithmeticError, RecursionError
)  # fmt: skip
LARGEST = 64 * 1024 * 1024
"""Bytes: a card with its whole text is smaller than the largest document."""


def check_card(data: bytes, *, key: str | None = None, ledger: Ledger | None = None) -> CardVerdict:
    """All that can be said of a card's file, HTML or JSON.

    key is the verifier's key that its checkpoint must bear, had from elsewhere. ledger is the one it should come from.
    Raises BadCard for what is no card, LedgerError for what is no key.
    """
    text, page = _opened(data)
    card = _read(text)
    checks = [*_form(card, text), *_page(card, page), *_log(card.proof, key, ledger)]
    try:
        checks += _shown(card)
    except _UNREADABLE as error:
        checks.append(Check("evidence", Outcome.ALTERED, f"what its entries say cannot be read ({error})."))
    if ledger is None:
        checks.append(Check("since then", Outcome.UNCHECKED, _ONLY_THE_LEDGER))
    elif CardVerdict(card.figure, tuple(checks)).altered:
        checks.append(Check("ledger", Outcome.UNCHECKED, "the card is altered in itself, so it was not compared."))
    else:
        with ledger.reading() as connection:
            checks += _against(connection, ledger.meta()["origin"], card)
    return CardVerdict(card.figure, tuple(checks))


_ONLY_THE_LEDGER = (
    "whether it was judged, corrected or erased later, and what it says of quantities, conflicts and the document's "
    "title: these are the maker's word until they are compared with the ledger (--ledger)."
)


def _opened(data: bytes) -> tuple[str, str | None]:
    """The card's JSON, and the page around it where it came in one."""
    if len(data) > LARGEST:
        raise BadCard(f"this file holds {len(data):,} bytes: it is no evidence card.")
    try:
        # Not with newlines translated: every byte counts.
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadCard(f"this is no evidence card: byte {error.start:,} is not UTF-8. Make the card again.") from error
    if text.startswith("{"):
        return text, None
    return card_page.json_of(text), text


def _read(text: str) -> Card:
    try:
        card = codec.loads(Card, text)
        if card.format != CARD_FORMAT:
            raise BadCard(f"this card is of the format {card.format!r}; this version knows {CARD_FORMAT}.")
        if not _fits(card, Card):
            raise TypeError("something is of another type")
        return card
    except (JSONDecodeError, RecursionError) as error:
        raise BadCard(f"this is no evidence card: its JSON cannot be read ({error}).") from error
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise BadCard(
            f"this is no evidence card, or it was altered: a field is not as it must be ({error})."
        ) from error


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value is of its type hint, all the way down: JSON can put anything anywhere."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any:
        return True
    if origin is UnionType:
        return any(_fits(value, part) for part in parts)
    if origin is tuple:
        return isinstance(value, tuple) and all(_fits(one, parts[0]) for one in value)
    if origin is not None:
        return isinstance(value, dict) and all(_fits(one, parts[1]) for one in value.values())
    if isinstance(value, bool) or type(value) is not kind:
        return isinstance(value, bool) and kind is bool
    hints = get_type_hints(kind) if is_dataclass(kind) else {}
    return all(_fits(getattr(value, name), hint) for name, hint in hints.items())


def _form(card: Card, text: str) -> Iterator[Check]:
    if views.as_json(card) != text:
        yield Check("file", Outcome.ALTERED, "the JSON is not written as a card is: something was added or changed.")
    elif views.digest(card) != card.digest:
        yield Check("file", Outcome.ALTERED, "its digest is not that of what it holds: something was changed.")
    else:
        yield Check("file", Outcome.HOLDS, "the digest is that of all that the card holds.")


def _page(card: Card, page: str | None) -> Iterator[Check]:
    """What the page shows against what its data give."""
    if page is None:
        return
    try:
        made = card_page.page(card)
    except (TypeError, ValueError, AttributeError, LookupError) as error:
        yield Check("page", Outcome.ALTERED, f"no page can be made of these data ({error}).")
        return
    if made == page:
        yield Check("page", Outcome.HOLDS, "what it shows is made from its data, character by character.")
    elif card_page.page(card, warned=False) == page:
        # Cards made before pages bore the notice. Its absence is told here, so that cutting it out hides nothing.
        note = f"what it shows is made from its data, but without this notice: {' '.join(card_page.mixed(card))}"
        yield Check("page", Outcome.HOLDS, note)
    elif card.made_by != f"tallystick {__version__}":
        yield Check(
            "page",
            Outcome.UNCHECKED,
            f"what it shows could not be compared: {card.made_by} made it, and this is {__version__}. Go by its JSON.",
        )
    else:
        yield Check("page", Outcome.ALTERED, f"what it shows is not what its data give, at {_differs(page, made)}")


def _differs(page: str, made: str) -> str:
    pairs = zip_longest(page.split("\n"), made.split("\n"), fillvalue="")
    for number, (shown, given) in enumerate(pairs, 1):
        if shown != given:
            at = next((i for i, (a, b) in enumerate(zip_longest(shown, given)) if a != b), 0)
            start = max(0, at - 30)
            return f"line {number}: “{shown[start : at + 60].strip()}” for “{given[start : at + 60].strip()}”."
    return "its end."


def _log(proof: CardProof, key: str | None, ledger: Ledger | None) -> Iterator[Check]:
    """Commitments, leaves, paths, root and signature."""
    wrong = [note for entry in proof.entries if (note := _entry(entry, proof))]
    yield from (Check("log", Outcome.ALTERED, note) for note in wrong)
    if not wrong:
        seqs = ", ".join(f"{entry.seq:,}" for entry in proof.entries)
        many = "entry" if len(proof.entries) == 1 else "entries"
        note = f"{many} {seqs} of a log of {proof.size:,}: words, commitments, leaves and paths lead to its root."
        yield Check("log", Outcome.HOLDS, note)
    yield _signature(proof, key, ledger)


def _entry(entry: ProvedEntry, proof: CardProof) -> str:
    """What is wrong with an entry; "" for nothing."""
    try:
        commitment, leaf, root = (bytes.fromhex(part) for part in (entry.commitment, entry.leaf, proof.root))
        path = [bytes.fromhex(step) for step in entry.path]
        salt = None if entry.salt is None else bytes.fromhex(entry.salt)
        hexed = [commitment.hex(), leaf.hex(), root.hex(), *(step.hex() for step in path)]
        if hexed != [entry.commitment, entry.leaf, proof.root, *entry.path] or (salt and salt.hex() != entry.salt):
            return f"entry {entry.seq}: a hash is not written as it must be."
        if (entry.body is None) != (salt is None) or (salt is not None and len(salt) != log.SALT):
            return f"entry {entry.seq}: its words and their salt do not go together."
        if entry.body is not None and salt is not None and log.commitment(salt, entry.body) != commitment:
            return f"entry {entry.seq}: its words are not those that were committed to."
        row = log.Row(entry.seq, entry.kind, entry.recorded_at, entry.actor, None, None, commitment)
        if row.leaf() != leaf:
            return f"entry {entry.seq}: its leaf is not that of its author, kind, time, place and commitment."
        if not merkle.verify_inclusion(entry.seq, proof.size, leaf, path, root):
            return f"entry {entry.seq}: its path does not lead to the root."
    except (TypeError, ValueError) as error:
        return f"entry {entry.seq}: {error}."
    return ""


def _signature(proof: CardProof, key: str | None, ledger: Ledger | None) -> Check:
    if proof.checkpoint is None:
        if key is not None:
            return Check("signature", Outcome.ALTERED, "there is none, and a key was given that should have signed.")
        note = "no signed checkpoint is on the card: that this is anybody's log is its maker's word."
        return Check("signature", Outcome.UNCHECKED, note)
    try:
        signed = checkpoints.parse(proof.checkpoint)
    except LedgerError as error:
        return Check("signature", Outcome.ALTERED, str(error))
    if signed.signature is None or checkpoints.note(signed) != proof.checkpoint:
        return Check("signature", Outcome.ALTERED, "the checkpoint is not written as one is.")
    if (signed.origin, signed.size, signed.root.hex()) != (proof.origin, proof.size, proof.root):
        return Check("signature", Outcome.ALTERED, "the checkpoint signs another log, size or root than the card's.")
    return _signed(signed, proof.key, key, ledger)


def _signed(signed: Checkpoint, own: str | None, key: str | None, ledger: Ledger | None) -> Check:
    """The signature with the best key there is: the one given, the ledger's, the one that the card itself names."""
    whose, known = "by the key that was given", key
    file = None if ledger is None else checkpoints.key_file(ledger)
    if known is None and ledger is not None and file is not None and file.exists():
        whose, known = "by this ledger's key", checkpoints.public_key(ledger, checkpoints.signing_key(ledger))
    if known is not None:
        if not checkpoints.verified(signed, known):
            return Check("signature", Outcome.ALTERED, f"the checkpoint was not signed {whose}.")
        if own is not None and own != known:
            return Check("signature", Outcome.ALTERED, f"signed {whose}, but the card names another: {own[:60]}.")
        return Check("signature", Outcome.HOLDS, f"the checkpoint was signed {whose}.")
    if own is None:
        return Check("signature", Outcome.UNCHECKED, "the checkpoint is signed; no key was given to check it with.")
    try:
        good = checkpoints.verified(signed, own)
    except LedgerError as error:
        return Check("signature", Outcome.ALTERED, str(error))
    if not good:
        return Check("signature", Outcome.ALTERED, "the checkpoint was not signed with the key that the card names.")
    note = f"signed by the key that the card itself names, which is the card's own word. Compare it: {own}"
    return Check("signature", Outcome.HOLDS, note)


_PARTS = {"rows": "what is counted", "chain": "who said it", "claim": "the claim's record", "sure": "how sure it is"}


def _shown(card: Card) -> Iterator[Check]:
    """The evidence against the entries, and the names that tie the claim to its document and text."""
    evidence, given = card.evidence, evidence_of(card.proof, card.evidence.document)
    wrong = [
        f.name
        for f in fields(evidence)
        if codec.plain(getattr(evidence, f.name)) != codec.plain(getattr(given, f.name))
    ]
    for name in wrong:
        yield Check("evidence", Outcome.ALTERED, f"{_PARTS.get(name, name)} is not what the proved entries say.")
    document, (_, claim) = given.document, claim_on(card.proof, given.document.text_sha256)
    who = None if claim.population is None else claim.population.span
    if claim_id(document.text_sha256, claim.count_span, claim.measure, who) != claim.id:
        yield Check("evidence", Outcome.ALTERED, "the text's SHA-256 is not that of the text the claim was read from.")
    if document_id(document.sha256, document.publisher, document.published) != document.id:
        yield Check("evidence", Outcome.ALTERED, "the document's SHA-256, publisher or day is not what was recorded.")
    if figure_id(document.id, claim.id) != card.figure:
        yield Check("evidence", Outcome.ALTERED, f"the card is called {card.figure}, and its claim is another.")
    if not all(_inside(part, given.sentence) for part in (given.quote, given.figure)):
        yield Check("evidence", Outcome.ALTERED, "the quoted words do not stand in the sentence where they should.")
    if not wrong:
        yield Check("evidence", Outcome.HOLDS, "quote, fields, chain, reasons and judgements are what the entries say.")
    yield from _text(card)


def _differing(a: CardEvidence | CardTold, b: CardEvidence | CardTold) -> list[str]:
    """The names of the fields in which two of a kind differ."""
    pairs = ((f.name, getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    # As JSON holds them: there tuples are lists, and 12 is not 12.0.
    return [name for name, one, other in pairs if repr(codec.plain(one)) != repr(codec.plain(other))]


def _inside(part: Quoted, sentence: Quoted) -> bool:
    at = part.start - sentence.start
    if at < 0 or part.end > sentence.end:
        return True  # words of another sentence, which the body bears on its own
    return sentence.text[at : part.end - sentence.start] == part.text


def _text(card: Card) -> Iterator[Check]:
    """The whole text where the card bears it: its hash, and every quoted word at its place."""
    held, told, evidence = text_on(card.proof), card.told, card.evidence
    if held is None:
        note = (
            "the text is not on the card, only its SHA-256. To check the quote, read the document and compare: code "
            f"points {evidence.quote.start} to {evidence.quote.end}. The sentences around it are the maker's word."
        )
        yield Check("text", Outcome.UNCHECKED, note)
        return
    record = held.record
    if sha256(held.text.encode()).hexdigest() != evidence.document.text_sha256:
        yield Check("text", Outcome.ALTERED, "the text on the card is not that of the SHA-256 it names.")
        return
    if (record.id, record.sha256) != (evidence.document.id, evidence.document.sha256):
        yield Check("text", Outcome.ALTERED, "the document on the card is another than the claim's.")
    quoted = [evidence.sentence, evidence.quote, evidence.figure, *(q for q in (told.before, told.after) if q)]
    if any(held.text[q.start : q.end] != q.text for q in quoted):
        yield Check("text", Outcome.ALTERED, "words quoted do not stand in the text where the card says.")
        return
    known = (record.title, record.url, record.language, record.reader, record.captured_at)
    if known != (told.title, told.url, told.language, told.reader, told.captured):
        yield Check("text", Outcome.ALTERED, "title, address, language, reader or capture is not as recorded.")
        return
    yield Check(
        "text", Outcome.HOLDS, "the whole text is on the card, and every quoted word stands in it at its place."
    )


def _against(connection: Connection, origin: str, card: Card) -> Iterator[Check]:
    """The card against the ledger as it is now."""
    proof = card.proof
    if proof.origin != origin:
        yield Check("ledger", Outcome.ALTERED, f"the card is of the log {proof.origin}, and this ledger is {origin}.")
        return
    size = log.head(connection).size
    if proof.size > size:
        note = f"the card's log had {proof.size:,} entries, and this one has {size:,}: it was cut off, or is a copy."
        yield Check("ledger", Outcome.ALTERED, note)
        return
    if log.root_at(connection, proof.size).hex() != proof.root:
        note = f"the first {proof.size:,} entries of this ledger have another root: card or ledger was rewritten."
        yield Check("ledger", Outcome.ALTERED, note)
        return
    yield Check("ledger", Outcome.HOLDS, f"this ledger's {size:,} entries continue the card's {proof.size:,}.")
    gone = _erased(connection, proof)
    yield from gone
    if not gone:
        yield from _since(connection, card)


def _erased(connection: Connection, proof: CardProof) -> list[Check]:
    """Entries whose words the card still bears although the ledger has erased them."""
    found = []
    for entry in proof.entries:
        by = connection.scalar(select(schema.erased.c.erasure).where(schema.erased.c.seq == entry.seq))
        if by is None:
            continue
        row = next(log.read(connection, by, by + 1))
        order = None if row.body is None else decode(EntryKind.ERASURE, row.body, str)[1]
        why = order.why if isinstance(order, Erasure) else "no reason is left"
        note = f"entry {entry.seq:,} ({entry.kind}) was erased by {row.actor} on {row.recorded_at[:10]}: {why}"
        found.append(Check("since then", Outcome.CHANGED, note))
    return found


def _since(connection: Connection, card: Card) -> Iterator[Check]:
    """Judgements and what the ledger makes of the figure, now against then."""
    held = queries.figure(connection, card.figure)
    then = {one.id: one.withdrawn for one in card.evidence.judgements}
    now = {one.id: one for one in queries.judgements(connection, held.id)}
    new = [one for name, one in now.items() if name not in then]
    back = [one for name, one in now.items() if name in then and then[name] is None and one.withdrawn is not None]
    for one in new:
        note = f"{one.by} judged it on {one.at:%Y-%m-%d}: {one.verdict.value} ({one.about}), judgement {one.id}."
        yield Check("since then", Outcome.CHANGED, note)
    for one in back:
        yield Check(
            "since then", Outcome.CHANGED, f"judgement {one.id} by {one.by} was withdrawn by {one.withdrawn_by}."
        )
    if not new and not back:
        yield Check("since then", Outcome.HOLDS, "nobody has judged the figure since, and nothing of it was erased.")
    policies = [] if card.told.tally is None else [one.policy for one in card.told.tally.estimates]
    try:
        told = told_of(connection, held, policies)
    except TallystickError as error:  # a policy that this version does not know
        yield Check("told", Outcome.UNCHECKED, str(error))
        return
    yield from _told(card.told, told)


_FROM_THE_LOG = ("title", "url", "published", "captured", "language", "reader", "before", "after")


def _told(then: CardTold, now: CardTold) -> Iterator[Check]:
    differ = _differing(then, now)
    fixed = [name for name in differ if name in _FROM_THE_LOG]
    if fixed:
        note = f"{', '.join(fixed)}: not what the ledger holds of the document."
        yield Check("told", Outcome.ALTERED, note)
    moved = [name for name in differ if name not in _FROM_THE_LOG]
    if moved:
        note = f"{', '.join(moved)}: the ledger gives something else now: it moved on, or the card was altered there."
        yield Check("told", Outcome.CHANGED, note)
    if not differ:
        yield Check("told", Outcome.HOLDS, "quantity, estimates, conflicts and document are what the ledger gives now.")
