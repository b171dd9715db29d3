"""Quantities: what a figure is the size of. |{x in population : x underwent measure, in place, within window}|.

A key is ordered by part-of: key <= other when everyone the one counts is counted by the other. Every figure gives
two half-claims, "at least low" and "at most high"; a contradiction is always between a floor and a ceiling.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tallystick.errors import ImpossiblePeriod
from tallystick.model.claims import Factuality, Interest
from tallystick.model.mentions import LinkKind
from tallystick.model.text import Span
from tallystick.model.values import Accumulation, Form, Mod, Number


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A stretch of days with fuzzy ends: it starts between start and start_latest, ends between end and end_latest.

    start and end are the earliest; a latest that is None equals its earliest. start None: since the beginning of
    whatever is counted; end None: nobody says when it ends. Raises ImpossiblePeriod.
    """

    start: date | None = None
    end: date | None = None
    start_latest: date | None = None
    end_latest: date | None = None

    def __post_init__(self) -> None:
        last = self.end_latest or self.end
        if self.start is not None and last is not None and self.start > last:
            raise ImpossiblePeriod(f"a window cannot start on {self.start} and end on {last}.")


@dataclass(frozen=True, slots=True, order=True)
class Who:
    """A population as part-of nodes. None is a facet that the text leaves unsaid, never "all"."""

    actor: str | None = None  # a node of the population lattice, folded: "north korea", "taliban"
    status: str | None = None  # civilian, combatant; None unknown
    sex: str | None = None
    age: str | None = None
    unit: str | None = None
    role: str | None = None  # occupation or kind of object: "journalist", "tank"
    subset: str | None = None  # a part the text names by no facet: "of the 40", "those honoured"


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A place as a part-of node: "geo:<geonameid>", "country:XX", "theatre:<name>", or "text:<folded words>"."""

    node: str
    name: str
    country: str | None = None
    admin1: str | None = None
    precision: str | None = None  # model.values.Precision value
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What is counted. incident is the id of the event for a figure of one event, None for a running total or stock.

    measure is a node of the measure lattice: a Measure value, or "planned:sent" for what has not happened yet.
    where None: the text gives no place. Keys that are equal are one quantity; keys ordered by part-of are
    comparable; others are silent about one another.
    """

    measure: str
    who: Who = Who()
    where: Where | None = None
    window: Window = Window()
    incident: str | None = None
    unit: str | None = None  # None for persons; "tank", "tonne/year"


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a figure's chain: who passed it on or said it, outermost first. name None: "have been reported"."""

    name: str | None
    kind: LinkKind
    quote: str | None = None  # the words of source and cue
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One claim, made ready to reconcile: what it counts, its bounds, who said it and when.

    id is the ledger's figure id. low and high are as stated (inclusive, None open); soft_high is True where the
    ceiling is weak or may be cancelled: a bare toll of a running event, "up to". value is the number as written.
    published is the document's day, said the source's (None unknown), captured when we stored it. binds is False
    for what bounds nothing: denied without a limit, speculated, planned. reading says how the words were understood
    where another way is possible ("100 read as all the dead"). quote is the words with their offsets in the document.
    word is the entry of the lexicon of vague words behind a figure without a number ("dozens"), None otherwise.
    """

    id: str
    key: Key
    low: Number | None
    high: Number | None
    document: str
    quote: str = ""
    start: int | None = None
    end: int | None = None
    value: Number | None = None
    form: Form = Form.CARDINAL
    mod: Mod | None = None
    comparator: str | None = None
    typical_low: Number | None = None
    typical_high: Number | None = None
    word: str | None = None
    soft_high: bool = False
    chain: tuple[Link, ...] = ()
    publisher: str | None = None
    published: date | None = None
    said: date | None = None
    captured: datetime | None = None
    factuality: Factuality = Factuality.ASSERTED
    interest: Interest | None = None
    accumulation: Accumulation | None = None
    binds: bool = True
    reading: str | None = None
    official: bool = False
    named_list: bool = False  # counted off a list of names
    revises: str | None = None  # the id of the figure that this one corrects
    part_of: tuple[str, ...] = ()  # figure ids of the same document, from the text ("including 3 children")
    adds_to: tuple[str, ...] = ()
    total_of: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    sentence: Span | None = None

    @property
    def source(self) -> str | None:
        """The innermost source; None when the text gives none, the publisher when it speaks in its own voice."""
        return self.chain[-1].name if self.chain else self.publisher


class Comparison(StrEnum):
    """How two figures stand to one another. Only same and the two part-ofs may ever contradict."""

    SAME = "same"
    PART_OF = "part_of"  # the first is part of the second
    CONTAINS = "contains"
    DIFFERENT_MEASURE = "different_measure"
    DIFFERENT_POPULATION = "different_population"
    DIFFERENT_PLACE = "different_place"
    DIFFERENT_TIME = "different_time"
    DIFFERENT_EVENT = "different_event"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class ScopeVerdict:
    """How two keys compare, and what decided: one reason a facet, each with the words or the lattice edge.

    assuming names what must be believed for it ("the unnamed soldiers are North Korean"); empty when certain.
    """

    comparison: Comparison
    reasons: tuple[str, ...] = ()
    assuming: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SceneLink:
    """Whether two scenes tell of one event. score is a probability; verdict auto, queue or separate.

    evidence is one line a feature, strongest first: its weight and the words.
    """

    a: str
    b: str
    score: float
    verdict: LinkVerdict
    evidence: tuple[Evidence, ...] = ()


class LinkVerdict(StrEnum):
    """What is done with a pair of scenes."""

    AUTO = "auto"  # >= .95: one event, an assumption in every conflict that rests on it
    QUEUE = "queue"  # .5 to .95: a person decides
    SEPARATE = "separate"
    JUDGED_SAME = "judged_same"
    JUDGED_DIFFERENT = "judged_different"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One feature that spoke for or against: log-odds weight, the rule's name, and what was seen."""

    rule: str
    weight: float
    note: str


@dataclass(frozen=True, slots=True)
class Incident:
    """One event as several documents tell it. links are those that hold it together."""

    id: str
    scenes: tuple[str, ...]
    where: Where | None = None
    window: Window = Window()
    label: str = ""
    links: tuple[SceneLink, ...] = ()
