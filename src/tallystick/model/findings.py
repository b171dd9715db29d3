"""What is wrong, or doubtful, in an existing table of figures: cells, sentences, and what the arithmetic would need."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tallystick.model.values import Number


class FindingLevel(StrEnum):
    """How sure it is that something is wrong."""

    CONTRADICTION = "contradiction"  # the numbers cannot all be right
    CHECK = "check"  # possible, but worth a look: a running total that falls may have been corrected
    UNREADABLE = "unreadable"  # not a number or a day: taken as unknown


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: row as a spreadsheet numbers it (the header is row 1), column name, content as written."""

    row: int
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the arithmetic needs in one cell if that cell alone is wrong: not a finding of fact.

    low and high are inclusive, None open. note names a usual slip of the pen that would explain it, "" where none.
    """

    cell: Cell
    low: Number | None
    high: Number | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: rule is its name, sentence says it with rows and values, cells are those it is about.

    proposals are alternatives: each alone would settle it. knot is shared by findings that one wrong cell may explain;
    None where it stands alone.
    """

    rule: str
    level: FindingLevel
    sentence: str
    cells: tuple[Cell, ...]
    proposals: tuple[Proposed, ...] = ()
    knot: int | None = None
