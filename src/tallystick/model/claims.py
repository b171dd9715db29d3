"""A claim: one figure as one source in one document reports it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from tallystick.errors import ImpossibleSpan
from tallystick.model.mentions import LinkKind, PlaceMention, Reason, TimeMention
from tallystick.model.text import Span
from tallystick.model.values import Accumulation, Count, Measure, Period


class Status(StrEnum):
    """Whether those counted bear arms. UNKNOWN is for people whose role the text does not give."""

    CIVILIAN = "civilian"
    COMBATANT = "combatant"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Population:
    """Who or what is counted: the words, and what they resolve to.

    span is None when the text leaves it out ("another 3,000"); text is then the words of the antecedent and
    antecedent their span. actor is a side, force or nationality ("North Korea", "Taliban"); None if unsaid.
    """

    text: str
    span: Span | None
    actor: str | None = None
    status: Status = Status.UNKNOWN
    sex: str | None = None  # "female", "male"
    age: str | None = None  # "child", "adult", "elderly", or as written
    unit: str | None = None  # "47th Mechanized Brigade"
    occupation: str | None = None  # "journalist", "medic", "village chief"
    antecedent: Span | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """One link of the chain from the publisher to whoever first said it.

    source is None for "have been reported": a link without a source. resolved is the fuller name where the
    text elsewhere gives one ("he" -> "Colonel Oro").
    """

    source: str | None
    source_span: Span | None
    cue: Span | None
    kind: LinkKind
    resolved: str | None = None

    @property
    def name(self) -> str | None:
        """The best name for the source, None when the text gives none."""
        return self.resolved or self.source


class Factuality(StrEnum):
    """Certainty and polarity relative to the source, after FactBank; planned and no-information kept apart."""

    ASSERTED = "asserted"
    ACKNOWLEDGED = "acknowledged"
    ESTIMATED = "estimated"
    HEDGED = "hedged"
    DENIED = "denied"
    PLANNED = "planned"
    SPECULATED = "speculated"
    NO_INFORMATION = "no_information"


class Interest(StrEnum):
    """Whose losses the innermost source counts."""

    OWN_LOSSES = "own_losses"
    ENEMY_LOSSES = "enemy_losses"
    THIRD_PARTY = "third_party"


class Stance(StrEnum):
    """Whether the sentence reports or argues. Opinion never deletes a claim."""

    REPORTING = "reporting"
    OPINION = "opinion"


class RelationKind(StrEnum):
    """How a claim stands to another of the same document."""

    PART_OF = "part_of"  # "including 3 children", "2,300 out of the 9,000"
    ADDS_TO = "adds_to"  # "another 3,000"
    TOTAL_OF = "total_of"  # "bringing the total to 41"
    SAME_AS = "same_as"
    MORE_THAN = "more_than"  # "a bigger toll"
    REVISES = "revises"  # "the figure should have read 14"


@dataclass(frozen=True, slots=True)
class Relation:
    """This claim stands so to the claim with the id target; cue is the words that say it."""

    kind: RelationKind
    target: str
    cue: Span | None = None


def claim_id(text_sha256: str, count: Span, measure: Measure, population: Span | None) -> str:
    """Sixteen hex digits from the words alone, so that a better geoparser leaves every id as it was."""
    where = None if population is None else [population.start, population.end]
    key = json.dumps([text_sha256, [count.start, count.end], measure.value, where])
    return hashlib.sha256(key.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Claim:
    """At *span* of *document*, *attributions* say that *count* *population* were *measure* at *place* in *period*.

    span is the whole phrase that states the figure, count_span the words of the figure itself (the head of
    the phrase where no figure is written: "the village chief"). attributions run outermost first; an empty
    tuple means that the publisher says it in its own voice. place and period are None where the text is
    silent. actor is the counter-party: who did it. Raises ImpossibleSpan when count_span is outside span.
    """

    id: str
    document: str  # Document.text_sha256
    span: Span
    count: Count
    count_span: Span
    measure: Measure
    sentence: Span
    measure_span: Span | None = None
    population: Population | None = None
    actor: Population | None = None
    place: PlaceMention | None = None
    period: Period | None = None
    time: TimeMention | None = None
    accumulation: Accumulation | None = None
    attributions: tuple[Attribution, ...] = ()
    factuality: Factuality = Factuality.ASSERTED
    interest: Interest | None = None
    stance: Stance = Stance.REPORTING
    loaded: tuple[Span, ...] = ()
    relations: tuple[Relation, ...] = ()
    reasons: tuple[Reason, ...] = ()

    def __post_init__(self) -> None:
        if not self.span.covers(self.count_span):
            raise ImpossibleSpan(
                f"claim {self.id}: the figure at {self.count_span.start}:{self.count_span.end} lies outside the "
                f"claim's words at {self.span.start}:{self.span.end}. Widen the claim's span."
            )

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of every lexicon entry and step that fired, in order, without repeats."""
        return tuple(dict.fromkeys(reason.rule for reason in self.reasons))
