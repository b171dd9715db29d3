"""What holds documents together: passages they share, scenes that tell of one event, figures that were changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tallystick.model.quantities import Incident, SceneLink
from tallystick.model.text import Span


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that two documents share, each where its own document has them; light edits may stand between.

    words counts those that are the same in both.
    """

    a: Span
    b: Span
    words: int


@dataclass(frozen=True, slots=True)
class CopyLink:
    """Two documents share their words. a and b are document ids.

    containment is the part, 0..1, of the shorter one's fingerprints that the other has too; shared is how many.
    passages are the evidence, in the order of a; empty where only the fingerprints were compared.
    """

    a: str
    b: str
    containment: float
    shared: int
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Linked:
    """Scenes put together into incidents: every scene of an event is in exactly one, running totals in none.

    links are the likeliest pairs that hold the incidents together, those that may be one event (queue), and those that
    were judged; not those that are plainly two.
    """

    incidents: tuple[Incident, ...] = ()
    links: tuple[SceneLink, ...] = ()


class Change(StrEnum):
    """What became of a figure between two captures of one address."""

    CHANGED = "changed"
    RESTATED = "restated"  # the same figure, now denied, hedged or said by somebody else
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"  # the same words at another place of the text


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure of a page that differs between two captures. old and new are claim ids, None where there is none.

    old_words and new_words are the sentences that state it, each in its own capture. note says what differs.
    notice is the sentence of the new capture that owns up to a correction, None where there is none: a change
    without a notice is a silent one.
    """

    kind: Change
    old: str | None = None
    new: str | None = None
    old_words: Span | None = None
    new_words: Span | None = None
    note: str = ""
    notice: Span | None = None

    @property
    def silent(self) -> bool:
        """True when the page changed and does not say so."""
        return self.notice is None
