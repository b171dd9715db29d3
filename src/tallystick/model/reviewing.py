"""What people review: what waits for them, what they are shown, and how far they agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tallystick.model.quantities import SceneLink
from tallystick.model.records import DocumentRecord, Held, Judgement, Scene
from tallystick.model.tallies import OriginReason


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who reviews, and by which rules. coders: how many people judge each item before it leaves the queue.

    settles: this person decides where coders differ, and sees every judgement; a coder sees nobody else's on an item
    until that many have judged it.
    """

    name: str
    coders: int = 1
    settles: bool = False


class Sort(StrEnum):
    """What is judged."""

    FIGURE = "figure"  # does the sentence say this?
    EVENT = "event"  # do two scenes tell of one event?
    ORIGIN = "origin"  # do two figures rest on one origin?


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits. subjects are a figure's id, or two scenes' or figures'; after is the queue's place behind
    it. weight orders items of one sort, and of one sort only; because says in words why it waits.
    """

    sort: Sort
    subjects: tuple[str, ...]
    weight: float
    because: str
    after: str

    @property
    def key(self) -> str:
        """How pages and the API name it: "3f9a12cd:77ab01ef", "3f9a12cd#0~5512aa01#1"."""
        return "~".join(self.subjects)


@dataclass(frozen=True, slots=True)
class OtherSide:
    """A figure that cannot be true beside the one reviewed: its words, who said them, when."""

    held: Held
    tally: str | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """One conflict that a figure is in, with the figures on the other side of it."""

    id: str
    sentence: str
    kind: str
    consequence: float
    others: tuple[OtherSide, ...] = ()
    more: int = 0  # others that are not listed


@dataclass(frozen=True, slots=True)
class State:
    """How an item stands for one person. seen names that state: a decision made on another one is refused.

    mine is the person's own standing judgement, settled the one that decided between coders, judgements those that the
    person may see, oldest first. closed says why this person can judge it no more; None while they can.
    """

    seen: str
    mine: Judgement | None = None
    settled: Judgement | None = None
    judgements: tuple[Judgement, ...] = ()
    closed: str | None = None


@dataclass(frozen=True, slots=True)
class FigureReview:
    """A figure beside its text. text is the document's, None where it was erased; tally is the quantity it is in."""

    key: str
    held: Held
    text: str | None
    state: State
    disputes: tuple[Dispute, ...] = ()
    more: int = 0  # conflicts that are not listed
    tally: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One side of a pair: a scene or a figure with its document. words are its sentences."""

    id: str
    document: DocumentRecord
    words: str
    scene: Scene | None = None
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class PairReview:
    """Two scenes or two figures side by side, with what speaks for and against their being one."""

    key: str
    sort: Sort
    sides: tuple[Told, Told]
    state: State
    link: SceneLink | None = None
    reasons: tuple[OriginReason, ...] = ()
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """today: judgements that this person made since midnight UTC. waiting is capped: more is True where there are more.

    unreconciled: judgements, by anybody, that no quantity heeds yet.
    """

    today: int
    waiting: int
    more: bool
    unreconciled: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction as filled in: changes by JSON names, or what is wrong with each field. shown are (field, before,
    after) in words, for the fields that differ.
    """

    changes: tuple[str, ...] = ()
    errors: Mapping[str, str] | None = None
    shown: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Differing:
    """An item on which coders' standing judgements differ: one of each coder, oldest first. held None: a pair."""

    key: str
    sort: Sort
    judgements: tuple[Judgement, ...]
    held: Held | None = None
    settled: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A measure of agreement. value is 1 for perfect agreement, 0 for what chance gives; None with a reason why not.

    units: items that two or more people judged; judgements: how many judgements those are.
    """

    value: float | None
    units: int
    judgements: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two coders on the items that both judged. observed is the share on which they agree, None without an item."""

    a: str
    b: str
    kappa: Coefficient
    observed: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far coders agree. fields maps a corrected field to how many items have it corrected in different ways.

    low and high are alpha over the counts as the coders left them, with the ratio metric; *_interval with the interval
    metric. looked: the newest items that more than one person judged; capped is True where older ones were left out.
    """

    verdicts: Coefficient
    pairs: tuple[PairAgreement, ...] = ()
    low: Coefficient = Coefficient(None, 0, 0)
    high: Coefficient = Coefficient(None, 0, 0)
    low_interval: Coefficient = Coefficient(None, 0, 0)
    high_interval: Coefficient = Coefficient(None, 0, 0)
    events: Coefficient = Coefficient(None, 0, 0)
    fields: tuple[tuple[str, int], ...] = ()
    looked: int = 0
    capped: bool = False
    since: date | None = None
