"""What may be a place: the value that the search, the weighing and the disambiguation hand to one another."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class How(StrEnum):
    """How a candidate's records are looked up."""

    NAME = "name"
    SOUND = "sound"  # the index lacks the name; one that sounds like it may stand for it
    CAPITAL = "capital"  # "the capital": that of the country the document is about


@dataclass(slots=True)
class Candidate:
    """Words i to j (both included) that may name a place.

    key is what the index knows them as; strength the evidence for a place. kind is the word for its kind beside it
    ("district"); country the alpha-2 code of the country it must lie in. container is the position, among the
    candidates, of the place that the text puts it in; contained says that it does so in words ("X in Y") and not
    by a comma, which a list has too. plain says that the text calls it a place even if no record is found. demonym
    is the country of a demonym, never a place.
    """

    i: int
    j: int
    start: int
    end: int
    key: str
    strength: float = 0.0
    cues: list[str] = field(default_factory=list)
    how: How = How.NAME
    country: str | None = None
    kind: str | None = None
    near: bool = False
    plain: bool = False
    container: int | None = None
    contained: bool = False
    demonym: str | None = None
