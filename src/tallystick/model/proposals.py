"""What a language model proposed for people to decide on, and how it was asked. A proposal is never a finding."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tallystick.model.claims import Claim
from tallystick.model.records import DocumentRecord, Scene, Verdict, figure_id
from tallystick.model.text import Span


class Aim(StrEnum):
    """What a model was asked for."""

    CLAIMS = "claims"  # figures of one document that were missed
    PAIR = "pair"  # whether two scenes tell of one event


@dataclass(frozen=True, slots=True)
class ProposedClaim:
    """A figure that a model pointed out, grounded in the document's words and read by our own rules.

    claim rests on words of the text alone: nothing in it was written by the model. beside are the ids of claims,
    held or proposed, that tell of the same event, in text order; scene is what is recorded of that event where none of
    those is held yet. scene.index has no meaning before that.
    """

    document: str  # DocumentRecord.id
    claim: Claim
    scene: Scene
    beside: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The figure's id, should it be accepted."""
        return figure_id(self.document, self.claim.id)


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of one scene: start and end are code points of its document's text."""

    scene: str
    span: Span


@dataclass(frozen=True, slots=True)
class ProposedPair:
    """What a model makes of two scenes, with the words of both that it points to."""

    a: str
    b: str
    verdict: Verdict  # same, different or unsure
    quotes: tuple[Quote, ...] = ()

    @property
    def id(self) -> str:
        """How the review queue names the pair."""
        return f"{self.a}~{self.b}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A proposal that was not grounded: what the model gave, as JSON, and why it was refused. attempt counts from 1."""

    given: str
    why: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Assist:
    """One asking of a model, as the log keeps it: what was sent, what came back, what was grounded, what refused.

    documents are the ids of those whose words were sent: erasing one erases this. endpoint is the host and port asked,
    parameters and the messages are JSON as sent. replies are the bodies as received, one a call. failed says why no
    answer could be used; None where one was.
    """

    aim: Aim
    documents: tuple[str, ...]
    model: str
    endpoint: str
    parameters: str
    messages: tuple[str, ...]
    replies: tuple[str, ...]
    claims: tuple[ProposedClaim, ...] = ()
    pair: ProposedPair | None = None
    refused: tuple[Refusal, ...] = ()
    failed: str | None = None

    @property
    def proposals(self) -> tuple[ProposedClaim | ProposedPair, ...]:
        """What waits for people, in the order of the entry."""
        return self.claims if self.pair is None else (*self.claims, self.pair)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that nobody has decided on. key names it: its entry's place in the log and its own place there.

    document is where its words stand, for a pair those of its first scene.
    """

    key: int
    model: str
    proposal: ProposedClaim | ProposedPair
    document: DocumentRecord

    @property
    def seq(self) -> int:
        """The entry that tells how it was asked for."""
        return self.key // PER_ENTRY


PER_ENTRY = 1_000
"""Proposals that one entry may hold: a key is the entry's seq times this, plus the place in the entry."""


@dataclass(frozen=True, slots=True)
class Helped:
    """What came of asking: proposals that wait now, refusals, askings, and the askings that gave no answer."""

    proposed: int = 0
    refused: int = 0
    asked: int = 0
    failed: tuple[str, ...] = ()

    def __add__(self, other: Helped) -> Helped:
        """Both, one after the other."""
        return Helped(
            self.proposed + other.proposed,
            self.refused + other.refused,
            self.asked + other.asked,
            self.failed + other.failed,
        )
