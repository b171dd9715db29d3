"""Words in a document that name a figure, a time, a place, a quotation or an event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tallystick.model.text import Span
from tallystick.model.values import Count, Period, Place


@dataclass(frozen=True, slots=True)
class Reason:
    """One step towards a conclusion: the lexicon entry or rule that fired, where, and what it decided.

    rule is a lexicon entry's id ("comparators/up-to") or a step's name ("coreference/there"). stage is one of
    count, measure, population, place, period, attribution, factuality, accumulation, stance, relation, event.
    """

    stage: str
    rule: str
    span: Span | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CountMention:
    """A figure in the text. span holds the comparator too ("up to 8,000"), number only the figure."""

    span: Span
    number: Span
    count: Count
    reasons: tuple[Reason, ...] = ()


class TimexType(StrEnum):
    """TIMEX3 types."""

    DATE = "DATE"
    TIME = "TIME"
    DURATION = "DURATION"
    SET = "SET"


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A TIMEX3 expression. value is the TIMEX3 value as far as resolved ("2025-07", "PRESENT_REF", "P1Y").

    value is None when the text alone fixes none and no publication date is known. period is None when no
    day can be fixed. mod is the TIMEX3 mod ("START", "BEFORE", "APPROX" ...). relation is the preposition's
    meaning for what it dates: "during", "by", "since", "until", "before", "after". anchor says what resolved
    it: "text", "published", "previous" (an earlier expression), or None.
    """

    span: Span
    type: TimexType
    value: str | None
    period: Period | None
    mod: str | None = None
    relation: str = "during"
    anchor: str | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A toponym. place is None for an explicit no-match; score is 0..1, how sure the resolution is."""

    span: Span
    place: Place | None
    score: float
    reasons: tuple[Reason, ...] = ()


class QuoteKind(StrEnum):
    """What a pair of quotation marks does."""

    DIRECT = "direct"  # a whole clause in the speaker's words
    MIXED = "mixed"  # part of a clause
    SCARE = "scare"  # distance or a name, no speech


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between quotation marks, marks included. speaker and cue are None when the text names none."""

    span: Span
    kind: QuoteKind
    speaker: str | None = None
    speaker_span: Span | None = None
    cue: Span | None = None
    chain: tuple[str, ...] = ()  # carriers between the publisher and the speaker, outermost first


@dataclass(frozen=True, slots=True)
class EventMention:
    """An event with its PLOVER type.

    type is a PLOVER event type ("ASSAULT"), mode PLOVER's mode ("aerial") or None. actor and recipient are
    the words that name them. modes holds PLOVER's auxiliary modes: historical, future, hypothetical, negation.
    """

    span: Span
    type: str
    mode: str | None = None
    actor: Span | None = None
    recipient: Span | None = None
    modes: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


class LinkKind(StrEnum):
    """What a link of an attribution chain does."""

    SAYS = "says"  # the source states it: said, told, according to
    CITES = "cites"  # a carrier passes on another's words: "Fox News, citing ..."
    ESTIMATES = "estimates"  # puts at, pegs, estimates
    ACKNOWLEDGES = "acknowledges"  # admits, concedes, confirms losses of its own
    CLAIMS = "claims"  # claimed, alleged: the carrier keeps its distance
    DENIES = "denies"
    BELIEVES = "believes"  # thinks, suspects, fears
    DOCUMENTS = "documents"  # photo, video, list, record
    NONE_GIVEN = "none_given"  # "have been reported", "reportedly": a source exists, unnamed


@dataclass(frozen=True, slots=True)
class AttributionMention:
    """Who said what, as one sentence states it: source, cue and content, as in PARC3 and PolNeAR.

    source is None where none is named. resolved is the full name that a pronoun or short name stands for.
    parent is the index, in the same list, of the attribution inside whose content this one lies, or None.
    carried is True when the content is a following sentence that the attribution carries over to.
    """

    source: Span | None
    cue: Span | None
    content: tuple[Span, ...]
    kind: LinkKind
    resolved: str | None = None
    parent: int | None = None
    carried: bool = False
    reasons: tuple[Reason, ...] = ()
