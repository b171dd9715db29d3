"""A claim before it is known who says so, where and when."""

from __future__ import annotations

from dataclasses import dataclass

from tallystick.model.claims import Population, RelationKind
from tallystick.model.mentions import Reason
from tallystick.model.syntax import Token
from tallystick.model.text import Span
from tallystick.model.values import Count, Measure

Key = tuple[int, int, Measure]


@dataclass(frozen=True, slots=True)
class Draft:
    """One figure of a sentence with its measure and population. part_of is the key of the claim it is part of.

    antecedent is, for a figure that says only that it corrects another: how it stands to it, its key, and the words.
    """

    count: Count
    figure: Span
    measure: Measure
    measure_span: Span
    trigger: Token
    span: Span
    population: Population | None
    actor: Population | None
    negated: bool
    reasons: tuple[Reason, ...]
    part_of: Key | None = None
    part_cue: Span | None = None
    total_of: Key | None = None
    antecedent: tuple[RelationKind, Key, Span] | None = None

    @property
    def key(self) -> Key:
        """What two drafts of the same figure share."""
        return (self.figure.start, self.figure.end, self.measure)
