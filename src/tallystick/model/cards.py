"""What is handed out of a ledger: the evidence card of one figure, and the report of a quantity or an incident.

A card has three parts that are never mixed. *proof*: entries of the log, word for word, each with its path to the root.
*evidence*: what those entries say, made from them alone, so that whoever holds the card can make it again. *told*: what
the ledger made of the figure when the card was made, which is its maker's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tallystick.model.quantities import Figure, Incident
from tallystick.model.records import DocumentRecord
from tallystick.model.tallies import Estimate, Series, Tally
from tallystick.model.values import Number

CARD_FORMAT = "tallystick-card/1"


@dataclass(frozen=True, slots=True)
class ProvedEntry:
    """One entry of the log and its audit path, from the leaf up (RFC 9162, 2.1.3). Hashes are in hexadecimal.

    recorded_at is the time as it was hashed. body and salt are None where the body is not on the card, or erased: the
    path then proves that there is such an entry, not what it says.
    """

    seq: int
    kind: str
    recorded_at: str
    actor: str
    commitment: str
    leaf: str
    path: tuple[str, ...]
    body: str | None = None
    salt: str | None = None


@dataclass(frozen=True, slots=True)
class CardProof:
    """Entries of one log of that size and root; the claim's own is the first.

    checkpoint is a signed note over that size and root, None where the ledger has no key. key is the verifier's key as
    the card's maker gives it: worth something only to who compares it with one had from elsewhere.
    """

    origin: str
    size: int
    root: str
    entries: tuple[ProvedEntry, ...]
    checkpoint: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of the document, from code point start up to end, excluded."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CardRow:
    """One field of the claim in words, and the words of the report that it rests on; None where none state it."""

    name: str
    value: str
    words: Quoted | None = None


@dataclass(frozen=True, slots=True)
class CardLink:
    """One link of the chain, outermost first: who, what they do with the figure, in which words."""

    name: str
    does: str
    source: Quoted | None = None
    cue: Quoted | None = None


@dataclass(frozen=True, slots=True)
class CardReason:
    """One lexicon entry or step that fired."""

    stage: str
    rule: str
    note: str = ""
    words: Quoted | None = None


@dataclass(frozen=True, slots=True)
class CardJudgement:
    """What one person decided of the figure, and whether it was taken back. entry is its place in the log."""

    entry: int
    id: str
    verdict: str
    about: str
    subjects: tuple[str, ...]
    by: str
    at: datetime
    why: str | None = None
    changes: str | None = None
    withdrawn: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None


@dataclass(frozen=True, slots=True)
class CardCapture:
    """The document's bytes were found at an address at a time. entry is its place in the log."""

    entry: int
    at: datetime
    url: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CardDocument:
    """What the claim's own entry fixes of its document: 64 bits of a hash over these name it there.

    sha256 is that of the original bytes, text_sha256 that of the text in UTF-8. None is unknown.
    """

    id: str
    sha256: str
    text_sha256: str
    publisher: str | None = None
    published: date | None = None


@dataclass(frozen=True, slots=True)
class CardEvidence:
    """What the proved entries say. claim is the claim under the keys of the JSON record."""

    headline: str
    what: str
    document: CardDocument
    sentence: Quoted
    quote: Quoted
    figure: Quoted
    rows: tuple[CardRow, ...]
    chain: tuple[CardLink, ...]
    sure: tuple[str, ...]
    reasons: tuple[CardReason, ...]
    claim: Mapping[str, Any]
    judgements: tuple[CardJudgement, ...] = ()
    captures: tuple[CardCapture, ...] = ()
    standing: str = ""  # what people decided, in one sentence; "" where nobody judged it


@dataclass(frozen=True, slots=True)
class CardEstimate:
    """A policy's estimate of the quantity. uses says whether this figure is among those it rests on."""

    policy: str
    low: Number | None = None
    best: Number | None = None
    high: Number | None = None
    status: str | None = None
    caveat: str | None = None
    uses: bool = False


@dataclass(frozen=True, slots=True)
class CardTally:
    """The quantity that the figure counts. figures are ids, at most the first few hundred; more counts the rest."""

    id: str
    label: str
    mentions: int
    documents: int
    at_least: int
    at_most: int
    estimates: tuple[CardEstimate, ...]
    figures: tuple[str, ...]
    more: int = 0
    incident: str | None = None


@dataclass(frozen=True, slots=True)
class CardConflict:
    """What cannot all be true, in one sentence, with the figures behind it."""

    sentence: str
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardTold:
    """What the ledger made of the figure and its document. None is unknown.

    before and after are the sentences around the one that states it. captured is when the bytes were first stored.
    published says in words from when the document is. meanings explains the rules by name. note says why there is no
    tally.
    """

    title: str | None = None
    url: str | None = None
    published: str = ""
    captured: datetime | None = None
    language: str | None = None
    reader: str = ""
    before: Quoted | None = None
    after: Quoted | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)
    tally: CardTally | None = None
    conflicts: tuple[CardConflict, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """An evidence card. digest is the SHA-256 of its JSON with an empty digest: it finds an accident, not a forger."""

    format: str
    figure: str
    made_at: datetime
    made_by: str
    evidence: CardEvidence
    told: CardTold
    proof: CardProof
    digest: str = ""


class Outcome(StrEnum):
    """What a check of a card came to."""

    HOLDS = "holds"
    ALTERED = "altered"
    CHANGED = "changed since"
    UNCHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: of what, with which outcome, and in a sentence."""

    of: str
    outcome: Outcome
    note: str


@dataclass(frozen=True, slots=True)
class CardVerdict:
    """All checks of one card."""

    figure: str
    checks: tuple[Check, ...]

    @property
    def altered(self) -> bool:
        """True when something that the card shows is not what its proof gives, or the proof is none."""
        return any(check.outcome is Outcome.ALTERED for check in self.checks)

    @property
    def outdated(self) -> bool:
        """True when the ledger has moved on since (judged, erased, estimated otherwise), or another version drew the
        page, so that what it shows was not compared."""
        return any(
            check.outcome is Outcome.CHANGED or (check.of == "page" and check.outcome is Outcome.UNCHECKED)
            for check in self.checks
        )


@dataclass(frozen=True, slots=True)
class ReportedQuantity:
    """One quantity of a report: its tally, the estimates asked for with their traces, and one of them over time."""

    tally: Tally
    estimates: tuple[Estimate, ...]
    series: Series


@dataclass(frozen=True, slots=True)
class PrintedReport:
    """A quantity or an incident, ready to print. id is the tally's or the incident's.

    documents holds those of the figures, by id. beside holds figures of other tallies that conflicts name. left counts
    the incident's quantities that are not shown. rules says by name what each policy does. origin, size and root are
    the log's when the report was made; checkpoint is the newest signed note kept, None where none was ever signed.
    known_by and held_by: only what had been published by the end of that day, stored by that time; None is now.
    """

    id: str
    title: str
    made_at: datetime
    made_by: str
    quantities: tuple[ReportedQuantity, ...]
    documents: Mapping[str, DocumentRecord]
    beside: tuple[Figure, ...]
    rules: Mapping[str, str]
    origin: str
    size: int
    root: str
    incident: Incident | None = None
    left: int = 0
    checkpoint: str | None = None
    known_by: date | None = None
    held_by: datetime | None = None
