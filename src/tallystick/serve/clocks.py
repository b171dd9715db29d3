"""Days and times in addresses, read strictly: 0 is no day, and neither is a time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Annotated

from fastapi import Query

from tallystick.errors import BadQuestion

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # Python would take 2024-W23-6 for a day too
_DAY = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"
_TIME = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?Z?)?)?$"

Day = Annotated[str | None, Query(pattern=_DAY, description="A day, YYYY-MM-DD.", examples=["2024-06-08"])]
Time = Annotated[
    str | None,
    Query(pattern=_TIME, description="A day (its end) or a time, UTC: YYYY-MM-DD or YYYY-MM-DDTHH:MM."),
]
KnownBy = Annotated[
    str | None,
    Query(alias="as_of", pattern=_DAY, description="Only what had been published by the end of that day, YYYY-MM-DD."),
]
HeldBy = Annotated[
    str | None,
    Query(pattern=_TIME, description="Only what this ledger had stored by then, UTC: a day (its end) or a time."),
]


def day(text: str | None) -> date | None:
    """The day; None for none. Raises BadQuestion for one that is written otherwise or that no calendar has."""
    if not text:
        return None
    try:
        if not _WRITTEN.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise BadQuestion(f"{text!r} is no day. Write it as YYYY-MM-DD, such as 2024-06-08.") from None


def moment(text: str | None) -> datetime | None:
    """The time, UTC, a day standing for its end; None for none. Raises BadQuestion."""
    if not text:
        return None
    try:
        if len(text) == len("2024-06-08"):
            return datetime.combine(date.fromisoformat(text), time.max, UTC)
        return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError:
        raise BadQuestion(f"{text!r} is no time. Write it as 2024-06-08 or 2024-06-08T12:30, in UTC.") from None
