"""What a coder writes down: one row an incident, its figures as low, best and high under a named policy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tallystick.errors import ImpossibleCount
from tallystick.model.claims import Population
from tallystick.model.values import Number, Period, Place


@dataclass(frozen=True, slots=True)
class Toll:
    """How many, as a policy codes it, and the ids of the claims it was coded from.

    low <= best <= high, ends inclusive. None is a side, or a best figure, that the report or the policy leaves
    open; all three are None when the report says nothing. Nought stands only where the text says that nobody
    was. rules names the readings used, in order. Raises ImpossibleCount when the three are out of order.
    """

    low: Number | None = None
    best: Number | None = None
    high: Number | None = None
    claims: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = [n for n in (self.low, self.best, self.high) if n is not None]
        if known != sorted(known):
            raise ImpossibleCount(f"low {self.low}, best {self.best} and high {self.high} are out of order.")

    @property
    def known(self) -> bool:
        """True when the report says anything at all."""
        return not (self.low is None and self.best is None and self.high is None)


class Scope(StrEnum):
    """What a row counts."""

    INCIDENT = "incident"  # one event, or one place on one day
    CUMULATIVE = "cumulative"  # a running total over many: never added to incidents


@dataclass(frozen=True, slots=True)
class CodedRow:
    """One incident of one document, as a coder would write it under a named policy.

    document is Document.text_sha256. period and place are None where the report fixes none. actors are those
    who did it, targets those it befell, as the text names them. claims are the ids of every claim the figures
    rest on, notes what was left out and why, in words. caveat says what the policy is not.
    """

    document: str
    policy: str
    scope: Scope = Scope.INCIDENT
    period: Period | None = None
    place: Place | None = None
    place_text: str | None = None
    actors: tuple[Population, ...] = ()
    targets: tuple[Population, ...] = ()
    killed: Toll = Toll()
    wounded: Toll = Toll()
    captured: Toll = Toll()
    claims: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    caveat: str | None = None
