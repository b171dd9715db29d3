"""Times as pages, feeds, mails and tables write them, read without a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:[T ]+(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})(Z)?)?", re.IGNORECASE)
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_DAY_FIRST = re.compile(r"(?:[a-z]+\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?,?\s+(\d{4})", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"(?:[a-z]+\.?,\s+)?([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.IGNORECASE)
# Before the first newspapers on the web and far after today lies a broken clock, not a report.
EARLIEST, LATEST = 1800, 2200


@dataclass(frozen=True, slots=True)
class Moment:
    """A day by the writer's own calendar, and the exact time in UTC where a zone was given."""

    day: date
    at: datetime | None = None


def read_moment(text: object) -> Moment | None:
    """The moment that ISO 8601, RFC 5322 (mail, RSS) or an unambiguous date in words states; None for anything else.

    03/04/2024 is two days, depending on the country: None. A time without a zone gives its day only.
    """
    if not isinstance(text, str) or not (stripped := text.strip()) or len(stripped) > 80:
        return None
    try:
        return _sane(_iso(stripped) or _rfc(stripped) or _words(stripped))
    except (ValueError, OverflowError, TypeError, IndexError):  # the 31st of February; a year beyond the calendar
        return None


def _sane(moment: Moment | None) -> Moment | None:
    return moment if moment is not None and EARLIEST <= moment.day.year <= LATEST else None


def _iso(text: str) -> Moment | None:
    found = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    when = date(int(year), int(month), int(day))
    if hour is None or zone is None:
        return Moment(when)
    return _zoned(datetime(when.year, when.month, when.day, int(hour), int(minute), int(second or 0)), zone)


def _zoned(local: datetime, zone: str) -> Moment:
    if zone.upper() in ("Z", "UTC", "GMT"):
        offset = timedelta()
    else:
        digits = zone[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        if offset > timedelta(hours=14):
            return Moment(local.date())
        offset = -offset if zone[0] == "-" else offset
    return Moment(local.date(), (local - offset).replace(tzinfo=UTC))


def _rfc(text: str) -> Moment | None:
    if not re.match(r"(?:[A-Za-z]{3,9},?\s+)?\d{1,2}[\s-][A-Za-z]{3}[a-z]*[\s-]\d{2,4}\s+\d{1,2}:\d{2}", text):
        return None
    local = parsedate_to_datetime(text)
    if local.tzinfo is None:  # "-0000" and a missing zone: the time is not known
        return Moment(local.date())
    return Moment(local.date(), local.astimezone(UTC))


def _words(text: str) -> Moment | None:
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = found[1], found[2], found[3]
    elif found := _MONTH_FIRST.fullmatch(text):
        month, day, year = found[1], found[2], found[3]
    else:
        return None
    numbers = [i for i, name in enumerate(_MONTHS, 1) if name.startswith(month.lower())]
    if month.lower() == "sept":
        numbers = [9]
    return Moment(date(int(year), numbers[0], int(day))) if len(numbers) == 1 else None
