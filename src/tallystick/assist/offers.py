"""The shape in which a model has to answer: words copied from the text, and one of our own words for what befell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from tallystick.model.values import Measure

Long = Annotated[str, Field(min_length=1, max_length=2_000)]
Short = Annotated[str, Field(min_length=1, max_length=300)]


@dataclass(frozen=True)
class OfferedClaim:
    """A figure that the report states. All but measure is copied from the report, letter for letter.

    sentence: the whole sentence that states the figure. figure: the words of the number alone. measure: what befell
    those counted. happened: the words that say what befell them. population: the words for who or what is counted.
    place, day: the words for where and when it happened. source: the words for who says so. What the report does not
    say is left out.
    """

    sentence: Long
    figure: Short
    measure: Measure
    happened: Short | None = None
    population: Short | None = None
    place: Short | None = None
    day: Short | None = None
    source: Short | None = None


@dataclass(frozen=True)
class Offers:
    """The figures found; an empty list where none was missed."""

    proposals: Annotated[list[OfferedClaim], Field(max_length=40)]


@dataclass(frozen=True)
class OfferedPair:
    """Whether two passages tell of one event. quotes: words copied from each that the answer rests on."""

    verdict: Literal["same", "different", "unsure"]
    quotes_a: Annotated[list[Short], Field(max_length=5)]
    quotes_b: Annotated[list[Short], Field(max_length=5)]
