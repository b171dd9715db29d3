"""Asking a language model for what was missed, and what people make of its proposals.

A proposal is no claim, and no quantity heeds it. It becomes a claim when a person accepts it, and then the claim and
that person's judgement are recorded together; declined, it is not proposed again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection

from tallystick.assist import asking, prompts
from tallystick.assist.locating import located
from tallystick.assist.model import Model, check
from tallystick.assist.offers import OfferedClaim, OfferedPair, Offers
from tallystick.errors import AlreadyJudged, AssistRefused, BadJudgement, UnknownClaim
from tallystick.jobs import deciding
from tallystick.jobs.grounding import Ground
from tallystick.ledger import lookups, proposed, queries, waiting
from tallystick.ledger.judgements import PROPOSAL, judgement_id
from tallystick.ledger.late import JOINS
from tallystick.ledger.store import Clock, Ledger
from tallystick.model.claims import Claim
from tallystick.model.mentions import Reason
from tallystick.model.proposals import Aim, Assist, Helped, ProposedClaim, ProposedPair, Quote, Refusal, Waiting
from tallystick.model.records import DocumentRecord, Held, Judgement, Scene, Verdict, figure_id
from tallystick.model.reviewing import Reviewer

PART = 12_000
"""Characters of a report that are sent at once: small models lose the thread of more."""
PARTS = 20
"""Parts of one document that are asked about; of a longer one, the first."""
KNOWN = 200
"""Figures held already that a model is told of."""

Told = Callable[[str], None]
"""What is told of each asking, for whoever watches."""


def ask_about(ledger: Ledger, model: Model, name: str, *, now: Clock, by: str, told: Told = lambda _: None) -> Helped:
    """Asks which figures of a document were missed, and records what was asked and what came back.

    Raises AssistRefused where the model cannot be asked, UnknownDocument.
    """
    check(model)
    with ledger.reading() as connection:
        record = queries.document_named(connection, name)
        text = queries.text(connection, record.id)
        held = [one.claim for one in queries.claims_of(connection, record.id)]
    ground = Ground(record, text)
    known = [one.span.text for one in held][:KNOWN]
    done = Helped()
    found: dict[str, Claim] = {}
    for number, part in enumerate(parts(text), 1):
        told(f"{record.title or record.name or record.id}, part {number}")
        seen = _Claims(ledger, ground, record.id, held, found)
        asked = asking.ask(model, prompts.CLAIMS, prompts.about_claims(part, known), Offers, seen.look)
        new = [found[name] for name in seen.new]
        placed = ground.scenes([*held, *(one for one in found.values() if one not in new)], new)
        claims = tuple(ProposedClaim(record.id, one, *placed[one.id]) for one in new)
        assist = _entry(Aim.CLAIMS, (record.id,), model, asked, tuple(seen.refused), claims=claims)
        _record(ledger, assist, now, by)
        done += _came(assist)
        if asked.failed is not None:
            break  # the endpoint is at its end, or the model is not up to it
    return done


def ask_about_pairs(
    ledger: Ledger, model: Model, most: int, *, now: Clock, by: str, told: Told = lambda _: None
) -> Helped:
    """Asks about pairs of scenes that wait in the review queue, likeliest first, each once. Raises AssistRefused."""
    check(model)
    done = Helped()
    with ledger.reading() as connection:
        pairs = list(_unasked(connection, most))
    for a, b in pairs:
        told(f"{a} and {b}")
        with ledger.reading() as connection:
            sides = [_side(connection, name) for name in (a, b)]
        seen = _Pair(a, b, sides)
        question = prompts.about_pair(*(side["sent"] for side in sides))
        asked = asking.ask(model, prompts.PAIR, question, OfferedPair, seen.look)
        documents = tuple(dict.fromkeys(side["document"] for side in sides))
        assist = _entry(Aim.PAIR, documents, model, asked, tuple(seen.refused), pair=seen.found)
        _record(ledger, assist, now, by)
        done += _came(assist)
        if asked.failed is not None:
            break
    return done


def ask_about_all(
    ledger: Ledger,
    model: Model,
    documents: Iterable[str],
    pairs: int = 0,
    *,
    now: Clock,
    by: str,
    told: Told = lambda _: None,
) -> Helped:
    """Asks about documents, then about as many pairs; goes on to the next where one asking gave no answer."""
    done = Helped()
    for name in documents:
        done += ask_about(ledger, model, name, now=now, by=by, told=told)
    if pairs:
        done += ask_about_pairs(ledger, model, pairs, now=now, by=by, told=told)
    return done


def parts(text: str) -> list[str]:
    """The text in parts that can be sent at once, cut at ends of lines where there are any."""
    found: list[str] = []
    start = 0
    while start < len(text) and len(found) < PARTS:
        end = min(len(text), start + PART)
        if end < len(text):
            line = text.rfind("\n", start + PART // 2, end)
            end = line + 1 if line >= 0 else max(text.rfind(" ", start + PART // 2, end) + 1, start + PART // 2)
        found.append(text[start:end])
        start = end
    return [one for one in found if one.strip()]


def accept(ledger: Ledger, who: Reviewer, key: int, *, why: str | None = None, now: datetime) -> Judgement:
    """Makes a proposed figure a claim, with this person's judgement that the sentence says it. Returns the judgement.

    Raises AlreadyJudged where somebody decided meanwhile, BadJudgement for a pair, UnknownClaim.
    """
    with ledger.writing() as connection:
        one, proposal = _open(connection, key)
        reason = Reason(
            "count", f"assist/{_word(one.model)}", proposal.claim.count_span,
            f"proposed by {one.model}, accepted by {who.name}",
        )  # fmt: skip
        claim = replace(proposal.claim, reasons=(*proposal.claim.reasons, reason))
        claims = queries.claims_of(connection, proposal.document)
        number = next((h.scene.index for h in claims if h.claim.id in proposal.beside and h.scene is not None), None)
        things: list[Any] = []
        if number is None:
            things.append(replace(proposal.scene, index=_next_scene(connection, proposal.document)))
        else:
            scene = f"{proposal.document[:8]}#{number}"
            claim = replace(claim, reasons=(*claim.reasons, Reason("event", JOINS, None, scene)))
        made = _judgement(Verdict.ACCEPT, proposal, who, now, "claim", why or f"proposed by {one.model}")
        ledger.record_of(connection, proposal.document, [*things, claim, made], now=now, actor=who.name)
    return made


def decline(ledger: Ledger, who: Reviewer, key: int, *, why: str | None = None, now: datetime) -> Judgement:
    """Records that a proposed figure is not to be one: it is not proposed again. Raises as accept."""
    with ledger.writing() as connection:
        _, proposal = _open(connection, key)
        made = _judgement(Verdict.REJECT, proposal, who, now, PROPOSAL, why)
        ledger.record(connection, [made], now=now, actor=who.name)
    return made


def decide_pair(
    ledger: Ledger, who: Reviewer, key: int, verdict: str, *, why: str | None = None, now: datetime
) -> Judgement:
    """This person's own judgement on a pair that a model proposed something about. Raises as deciding.decide."""
    with ledger.reading() as connection:
        one = proposed.named(connection, key)
    if not isinstance(one.proposal, ProposedPair):
        raise BadJudgement("this proposal is a figure. Accept it or decline it.")
    return deciding.decide(ledger, who, one.proposal.id, verdict, why=why, now=now)


def listed(
    connection: Connection, *, after: int = -1, document: str | None = None, limit: int = 20
) -> tuple[list[Waiting], int | None]:
    """Proposals that wait, oldest first, and where the next page begins; None at the end."""
    found = proposed.waiting(connection, after=after, of=document, limit=limit + 1)
    return found[:limit], found[limit - 1].key if len(found) > limit else None


def scene_told(connection: Connection, name: str) -> tuple[Scene, DocumentRecord]:
    """A scene by its id, and its document. Raises UnknownClaim, UnknownDocument."""
    seqs = lookups.find(connection, name)
    scenes = queries.scenes(connection, seqs)
    if len(seqs) != 1 or not scenes:
        raise UnknownClaim(f"this ledger holds no scene “{name}”. Reconcile, then ask again.")
    scene: Scene = scenes[seqs[0]]
    return scene, queries.document_named(connection, scene.document)


def pieces(words: str, quotes: Sequence[str]) -> list[tuple[str, bool]]:
    """The words cut into pieces, and of each whether one of the quotes stands there. Every character is kept."""
    marked = [False] * len(words)
    for quote in quotes:
        at = words.find(quote)
        while at >= 0 and quote:
            marked[at : at + len(quote)] = [True] * len(quote)
            at = words.find(quote, at + len(quote))
    cuts = [0, *(n for n in range(1, len(words)) if marked[n] != marked[n - 1]), len(words)]
    return [(words[a:b], marked[a]) for a, b in pairwise(cuts) if a < b]


def _open(connection: Connection, key: int) -> tuple[Waiting, ProposedClaim]:
    one = proposed.named(connection, key)
    if not isinstance(one.proposal, ProposedClaim):
        raise BadJudgement("this proposal is a pair. Choose among same, different, unsure.")
    if not proposed.is_open(connection, key):
        raise AlreadyJudged("Somebody decided on this proposal meanwhile, or it was made twice. Go on to the next.")
    return one, one.proposal


def _judgement(
    verdict: Verdict, proposal: ProposedClaim, who: Reviewer, now: datetime, about: str, why: str | None
) -> Judgement:
    subjects = (proposal.id,)
    return Judgement(
        judgement_id(verdict, subjects, who.name, now, about), verdict, subjects, who.name, now, about,
        (why or "").strip() or None,
    )  # fmt: skip


def _word(model: str) -> str:
    """A model's name as a part of a rule's name."""
    return re.sub(r"[^\w.:-]+", "-", model).strip("-")[:80] or "model"


def _next_scene(connection: Connection, document: str) -> int:
    seq = lookups.document_seq(connection, document)
    return 1 + max(lookups.scene_numbers(connection, seq), default=-1)


def _entry(
    aim: Aim,
    documents: tuple[str, ...],
    model: Model,
    asked: asking.Asked,
    refused: tuple[Refusal, ...],
    *,
    claims: tuple[ProposedClaim, ...] = (),
    pair: ProposedPair | None = None,
) -> Assist:
    return Assist(
        aim, documents, model.model, model.where, asked.parameters, asked.messages, asked.replies, claims, pair,
        refused, asked.failed,
    )  # fmt: skip


def _record(ledger: Ledger, assist: Assist, now: Clock, by: str) -> None:
    with ledger.writing() as connection:
        for name in assist.documents:
            queries.document_named(connection, name)  # erased while the model thought: nothing of it is kept
        ledger.record(connection, [assist], now=now, actor=by)


def _came(assist: Assist) -> Helped:
    failed = () if assist.failed is None else (assist.failed,)
    return Helped(len(assist.proposals), len(assist.refused), 1, failed)


class _Claims:
    """Looks at the figures of each answer: grounded ones are kept in found, the others with the reason."""

    def __init__(
        self, ledger: Ledger, ground: Ground, document: str, held: Sequence[Claim], found: dict[str, Claim]
    ) -> None:
        self._ledger = ledger
        self._ground = ground
        self._document = document
        self._held = held
        self._found = found
        self.new: list[str] = []
        self.refused: list[Refusal] = []

    def look(self, given: Offers, attempt: int) -> list[str]:
        """Why figures of the answer do not hold. Those that are held already need no second asking."""
        wrong: list[str] = []
        for offer in given.proposals:
            try:
                claim = self._ground.claim(offer)
            except AssistRefused as error:
                wrong.append(str(error))
                self._refuse(offer, str(error), attempt)
                continue
            if claim.id in self.new:
                continue  # told again with a better answer
            again = self._again(claim)
            if again is not None:
                self._refuse(offer, again, attempt)
            else:
                self._found[claim.id] = claim
                self.new.append(claim.id)
        return wrong

    def _refuse(self, offer: OfferedClaim, why: str, attempt: int) -> None:
        given = {name: value for name, value in asdict(offer).items() if value is not None}
        self.refused.append(Refusal(json.dumps(given, ensure_ascii=False, sort_keys=True), why, attempt))

    def _again(self, claim: Claim) -> str | None:
        """What makes a claim nothing new; None where it is."""
        for other in (*self._held, *self._found.values()):
            if other.measure is claim.measure and other.count_span.overlaps(claim.count_span):
                return f"it is held or proposed already: {other.span.text}."
        name = figure_id(self._document, claim.id)
        with self._ledger.reading() as connection:
            before = proposed.known(connection, [name]).get(name)
        return None if before is None else f"it was proposed before, and {before}."


class _Pair:
    """Looks at what an answer says of two scenes: words that do not stand there make it no answer."""

    def __init__(self, a: str, b: str, sides: Sequence[dict[str, Any]]) -> None:
        self._names = (a, b)
        self._sides = sides
        self.found: ProposedPair | None = None
        self.refused: list[Refusal] = []

    def look(self, given: OfferedPair, attempt: int) -> list[str]:
        """Why the answer does not hold."""
        quotes: list[Quote] = []
        wrong: list[str] = []
        for name, side, quoted in zip(self._names, self._sides, (given.quotes_a, given.quotes_b), strict=True):
            for words in quoted:
                try:
                    quotes.append(Quote(name, _in_sentences(side, words)))
                except AssistRefused as error:
                    wrong.append(str(error))
        told = {one.scene for one in quotes}
        if given.verdict != "unsure" and not wrong and len(told) < 2:
            wrong.append(f"“{given.verdict}” needs words of both passages.")
        if wrong:
            self.refused.append(Refusal(json.dumps(asdict(given), ensure_ascii=False), " ".join(wrong), attempt))
        else:
            self.found = ProposedPair(*self._names, Verdict(given.verdict), tuple(quotes))
        return wrong


def _in_sentences(side: dict[str, Any], words: str) -> Any:
    """The words as a span of the document: in one of the scene's sentences. Raises AssistRefused."""
    located(side["sent"]["text"], words)
    for sentence in side["sentences"]:
        if words.strip() in sentence.text:
            return located(side["text"], words, sentence)
    raise AssistRefused(f"“{words}” is more than one sentence: quote less of it.")


def _side(connection: Connection, name: str) -> dict[str, Any]:
    """What is sent of a scene, and where its sentences stand."""
    scene, record = scene_told(connection, name)
    held: Sequence[Held] = queries.claims_of(connection, record.id)
    sentences = sorted({one.claim.sentence for one in held if one.scene is not None and one.scene.id == scene.id})
    published = None if record.published is None else record.published.isoformat()
    return {
        "document": record.id,
        "text": queries.text(connection, record.id),
        "sentences": sentences,
        "sent": {"text": scene.words, "publisher": record.publisher, "published": published},
    }


def _unasked(connection: Connection, most: int) -> Iterator[tuple[str, str]]:
    """Pairs that wait and that no model was asked about."""
    given = 0
    for link in waiting.links(connection, limit=most + 1_000):
        if given == most:
            return
        if not proposed.of_pair(connection, link.a, link.b):
            given += 1
            yield link.a, link.b
