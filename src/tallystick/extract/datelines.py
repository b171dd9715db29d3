"""The date line of a report: the day of publication as the text itself states it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tallystick.extract import timecalendar as calendar
from tallystick.model.mentions import TimeMention
from tallystick.model.text import Document, Sentence

# A date line stands at the head of a report; titles and release numbers come before it.
HEAD = 600
# Words before the date on its line: a place, an agency, an office. A sentence about the past is longer.
LEAD = 90
# A release number that begins with year and month ("2010-12-S-336") gives a date line without a year its year.
_RELEASE = re.compile(r"(?<![\d-])((?:19|20)\d\d)-(0[1-9]|1[0-2])-(?=[A-Z0-9])")
_DASHES = "-–—:|/("


def dateline_date(
    document: Document, sentences: Sequence[Sentence], times: Sequence[TimeMention]
) -> TimeMention | None:
    """The date that the report's own date line states, None where no full date heads it.

    A date line is a full date near the start, outside running text: in brackets after a place, at the start or
    the end of a line, or after a place in capitals ("SANTA ANA, 3 MAR 91"). A date without a year counts where
    a release number at the head gives year and month.
    """
    for mention in times:
        if mention.span.start > HEAD:
            return None
        value = mention.value
        if value is None or len(value) != 10 or not value[5:].replace("-", "").isdigit():
            continue
        bare = mention.anchor != "text"
        if _heads(document.text, mention.span.start, mention.span.end, bare):
            if not bare:
                return mention
            if (dated := _with_release_year(document.text, mention, value)) is not None:
                return dated
    return None


def _with_release_year(text: str, mention: TimeMention, value: str) -> TimeMention | None:
    for number in _RELEASE.finditer(text, 0, HEAD):
        if number[2] == value[5:7]:
            when = calendar.of_day(int(number[1]), int(value[5:7]), int(value[8:]))
            if when.period is not None:
                return replace(mention, value=when.value, period=when.period, anchor="text")
    return None


def _heads(text: str, start: int, end: int, bare: bool) -> bool:
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    before = text[line_start:start].strip()
    after = text[end : line_end if line_end >= 0 else len(text)].lstrip()
    if before.endswith(("(", "[")) and after.startswith((")", "]")):
        after = after[1:].lstrip(" .")
        return len(before) < LEAD and (not after or after[0] in _DASHES or (after[0].isupper() and _names(before)))
    if bare:
        return False
    if not before.strip(" -–—:|") and (not after or after[0] in _DASHES + "."):
        return True
    letters = [c for c in before if c.isalpha()]
    capitals = bool(letters) and sum(c.isupper() for c in letters) > 0.6 * len(letters)
    if capitals and (not after or after[0] in _DASHES + ")[.") and len(before) < LEAD:
        return True
    return not after and len(before) < LEAD and before.rstrip(" ,").endswith((":", "|", "-", "–", "—"))


def _names(before: str) -> bool:
    """True when every longer word begins with a capital: a place, an agency."""
    return all(word[0].isupper() for word in before.strip(" ([").split() if len(word) > 3 and word[0].isalpha())
