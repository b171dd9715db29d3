"""Coded rows of other data sets, and what the ledger holds that speaks for or against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tallystick.model.values import Number


class Layout(StrEnum):
    """Which data set's columns a table has."""

    UCDP = "ucdp"
    ACLED = "acled"


@dataclass(frozen=True, slots=True)
class CodedEvent:
    """One row of an event data set, as its coder wrote it. Deaths only: neither layout holds anything else.

    line is the row's first line in the file, the header being line 1. start and end are both included, None unknown.
    exact says that the coordinates are of a town or better. civilians is the part of the dead coded as civilians.
    sources are the reports that the coder names. kept holds every column of the row under its name, in order, also
    those that Tallystick does not know. notes says what is odd about the row.
    """

    id: str
    line: int
    layout: Layout
    start: date | None = None
    end: date | None = None
    place: str | None = None
    admin1: str | None = None
    country: str | None = None  # the table's own name for it
    lat: float | None = None
    lon: float | None = None
    exact: bool = False
    sides: tuple[str, ...] = ()
    low: Number | None = None
    best: Number | None = None
    high: Number | None = None
    civilians: Number | None = None
    sources: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Finding(StrEnum):
    """What the ledger says to a coded row."""

    AGREES = "agrees"  # every figure found fits the row
    DIFFERS = "differs"  # none does
    PARTLY = "partly"  # some do, or they count a part of the dead only
    NO_EVIDENCE = "no evidence"


class Fit(StrEnum):
    """How one figure stands to the row's low, best and high."""

    FITS = "fits"
    PART = "part"  # it counts some of them, no more than the row has
    BELOW = "below"  # its ceiling is below the row's low
    ABOVE = "above"  # its floor is above the row's high
    OPEN = "open"  # it bounds nothing, or the row gives no figure


@dataclass(frozen=True, slots=True)
class Evidence:
    """One figure that may tell of the row's event. score is 0..1; reasons say what spoke for it, in words.

    low and high are as the report has them, None open. event is the incident's or the scene's id, None for a claim of
    no event. start and end are where the quote stands in the document.
    """

    figure: str
    score: float
    fit: Fit
    low: Number | None
    high: Number | None
    quote: str
    start: int
    end: int
    document: str
    source: str | None = None
    publisher: str | None = None
    published: date | None = None
    event: str | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """A coded row with all evidence found for it, best first. Nothing is picked among several events: note says so."""

    row: CodedEvent
    finding: Finding
    evidence: tuple[Evidence, ...] = ()
    note: str = ""
