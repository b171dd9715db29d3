"""Where an incident was, when its claims do not say: from what the whole report says about places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tallystick.lexicon.gazetteer.countries import country_place, demonym_country
from tallystick.model.coding import CodedRow, Scope
from tallystick.model.geography import FINENESS, main_place
from tallystick.model.report import Report

_WORD = re.compile(r"[^\W\d_]+")


def placed(rows: Sequence[CodedRow], report: Report) -> tuple[CodedRow, ...]:
    """The rows, the place of a report's only incident made that of the report where that is as exact or better.

    A report on one event gives its town in one sentence and its figures in another. Reports on several events are
    left as they are: nothing says which of them a place without a figure belongs to. A report that names no place
    at all is put in the country whose people it speaks of most ("four Yemeni civilians"), with a note.
    """
    incidents = [row for row in rows if row.scope is Scope.INCIDENT]
    if len(incidents) != 1:
        return tuple(rows)
    return tuple(_placed(row, report) if row.scope is Scope.INCIDENT else row for row in rows)


def _placed(row: CodedRow, report: Report) -> CodedRow:
    mention = main_place(report.places)
    if mention is not None and mention.place is not None:
        if row.place is not None and FINENESS[row.place.precision] > FINENESS[mention.place.precision]:
            return row
        return replace(row, place=mention.place, place_text=mention.span.text)
    country = country_by_demonyms(report.document.text)
    place = None if row.place is not None or country is None else country_place(country)
    if place is None:
        return row
    note = f"place: no place is named; {place.name} is the country whose people the report speaks of most"
    return replace(row, place=place, notes=(*row.notes, note))


def country_by_demonyms(text: str) -> str | None:
    """The alpha-2 code of the country whose demonyms stand most often in the text, the first of equals."""
    words = [match[0] for match in _WORD.finditer(text)]
    counts: Counter[str] = Counter()
    skip = False
    for word, then in zip(words, [*words[1:], ""], strict=True):
        if skip:
            skip = False
            continue
        pair = demonym_country(f"{word} {then}")
        country = pair or demonym_country(word)
        if country is not None and not word.islower():
            counts[country] += 1
            skip = pair is not None
    return counts.most_common(1)[0][0] if counts else None
