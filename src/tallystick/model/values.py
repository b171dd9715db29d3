"""Figures, measures, periods and places as reports give them. None is what a report leaves open, never zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tallystick.errors import ImpossibleCount, ImpossiblePeriod

Number = int | float
"""A whole number is always an int, whatever its size; a float has a fraction."""


class Form(StrEnum):
    """How the text gives a figure."""

    CARDINAL = "cardinal"  # "45 deaths"
    APPROXIMATE = "approximate"  # "about 200", "some 200", "nearly 900"
    BOUNDED = "bounded"  # "up to 8,000", "at least 60", "more than 40"
    RANGE = "range"  # "12-24", "between 30 and 40"
    VAGUE = "vague"  # "dozens", "a few", "thousands"
    ADDITIVE = "additive"  # "another 300", "12 more": comes on top of a figure said before
    FRACTION = "fraction"  # "a third of the 40", "half of them", "12 percent"
    IMPLICIT_PLURAL = "implicit_plural"  # "civilians were killed": two or more
    SINGLE = "single"  # "shot dead the innkeeper": one, not numbered
    NAMED = "named"  # "killed Ali, Omar and Samir": counted off a list of names
    UNQUANTIFIED = "unquantified"  # "heavy losses", "a convoy of trucks": one or more
    QUESTION = "question"  # "how many are left": the text says that nobody knows


class Mod(StrEnum):
    """Which side of the written number a comparator leaves open: TIMEX3's mod values, reused for counts."""

    APPROX = "APPROX"
    LESS_THAN = "LESS_THAN"
    EQUAL_OR_LESS = "EQUAL_OR_LESS"
    EQUAL_OR_MORE = "EQUAL_OR_MORE"
    MORE_THAN = "MORE_THAN"


@dataclass(frozen=True, slots=True)
class Count:
    """How many, bounded only where the report bounds it.

    low and high are inclusive; None is a side the report leaves open, not zero: "up to 8,000" is
    Count(None, 8_000), "more than 40" Count(41, None). value is the number as written (8,000; 40), None for
    a vague word or a range. typical_low and typical_high are what a vague word usually means: shown, never
    binding, so that no vague word gets a hard ceiling. comparator is as written ("up to"), None for a bare
    figure; mod is its meaning. unit is "person" for people, an item class ("tank"), or a unit ("tonne/year").
    whole is the stated whole of a fraction or an "of the 40", None otherwise.
    """

    low: Number | None
    high: Number | None
    value: Number | None = None
    form: Form = Form.CARDINAL
    comparator: str | None = None
    mod: Mod | None = None
    unit: str | None = None
    typical_low: Number | None = None
    typical_high: Number | None = None
    whole: Number | None = None

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ImpossibleCount(f"low {self.low:,} is above high {self.high:,}: give the lower bound first.")

    def contradicts(self, other: Count) -> bool:
        """True when no number could satisfy both counts."""
        return self._all_above(other) or other._all_above(self)

    def _all_above(self, other: Count) -> bool:
        return self.low is not None and other.high is not None and self.low > other.high


class Measure(StrEnum):
    """What befell, or was done with, those counted. "Casualties" is never silently killed."""

    KILLED = "killed"
    WOUNDED = "wounded"
    CASUALTIES = "casualties"
    MISSING = "missing"
    CAPTURED = "captured"
    DETAINED = "detained"
    ABDUCTED = "abducted"
    SURRENDERED = "surrendered"
    DEFECTED = "defected"
    RELEASED = "released"
    RESCUED = "rescued"
    DISPLACED = "displaced"
    EVACUATED = "evacuated"
    RETURNED = "returned"
    DEPLOYED = "deployed"  # stock in place at a time
    SENT = "sent"  # flow: sent, dispatched, joined
    WITHDRAWN = "withdrawn"
    STRENGTH = "strength"  # how many there are ("a force of 800")
    HONOURED = "honoured"
    BURIED = "buried"
    REPATRIATED = "repatriated"
    IDENTIFIED = "identified"
    DESTROYED = "destroyed"
    DAMAGED = "damaged"
    SEIZED = "seized"  # objects taken: weapons, vehicles, drugs
    SHOT_DOWN = "shot_down"
    LAUNCHED = "launched"
    STRUCK = "struck"  # attacks or sites, counted
    AFFECTED = "affected"
    TRAPPED = "trapped"
    PROTESTERS = "protesters"
    QUANTITY = "quantity"  # money, tonnes, rates, any other figure with a unit


class Accumulation(StrEnum):
    """What stretch of time a figure adds up."""

    CUMULATIVE = "cumulative"  # from a start until the time it is said
    INCIDENT = "incident"  # of one event
    INCREMENTAL = "incremental"  # of one bounded stretch, on top of what came before
    STOCK = "stock"  # present at a moment
    RATE = "rate"  # per day, per year


class Grain(StrEnum):
    """How precise a period is."""

    MINUTE = "minute"
    HOUR = "hour"
    PART_OF_DAY = "part_of_day"
    DAY = "day"
    WEEKEND = "weekend"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    HALF = "half"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both ends included. None is an end that the text leaves open or cannot fix."""

    start: date | None
    end: date | None
    grain: Grain | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.start > self.end:
            raise ImpossiblePeriod(f"a period cannot start on {self.start} and end on {self.end}.")


class Precision(StrEnum):
    """How exactly a place is known, from the finest to the coarsest."""

    POINT = "point"  # a building, a base, a crossing
    TOWN = "town"  # a settlement
    NEAR = "near"  # near, outside, in the area of a settlement
    ADMIN2 = "admin2"  # district, county
    ADMIN1 = "admin1"  # province, region, state
    REGION = "region"  # informal or cross-border: Donbas, the Sahel
    COUNTRY = "country"
    MULTINATIONAL = "multinational"  # the Middle East
    WATER = "water"


@dataclass(frozen=True, slots=True)
class Place:
    """A gazetteer record. Field names are GeoNames' where it has one; None is what the record does not hold."""

    name: str
    geonameid: int | None
    lat: float
    lon: float
    country: str | None  # ISO 3166-1 alpha-2
    precision: Precision
    admin1: str | None = None
    feature: str | None = None  # GeoNames feature code, e.g. "PPL", "ADM1"
    population: int | None = None
