"""Held claims in a few words, the same in every format that has a free-text field."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tallystick.model.records import DocumentRecord, Held
from tallystick.views import words


def file_name(document: DocumentRecord) -> str | None:
    """The name of the file it came from, without its folders: where it lay on somebody's machine is nobody's business.

    An item of an archive or feed keeps its number: "feed.xml#3". None where it came from no file.
    """
    return None if document.name is None else re.split(r"[/\\]", document.name)[-1] or None


def source(held: Held) -> str | None:
    """The innermost source; None where a source is cited and not named. The publisher where it speaks for itself."""
    links = held.claim.attributions
    if links:
        return None if links[-1].name is None else words.clean(links[-1].name)
    return None if held.document.publisher is None else words.clean(held.document.publisher)


def chain(held: Held) -> tuple[str, ...]:
    """Who passed it on, from the publisher to whoever said it first."""
    links = tuple(words.source(link) for link in held.claim.attributions)
    outlet = held.document.publisher
    return (words.clean(outlet), *links) if outlet else links


def figure(held: Held) -> str:
    """Figure and what befell whom: "at least 12 killed (civilians)"."""
    claim = held.claim
    unit = words.unit(claim.count)
    said = f"{words.figure(claim.count)} {unit}".strip()
    who = "" if claim.population is None else f" ({words.clean(claim.population.text)})"
    note = "" if claim.factuality.value in ("asserted", "acknowledged") else f", {words.sure(claim)[0]}"
    return f"{said} {words.measure(claim)}{who}{note}"


def cited(held: Held) -> str:
    """The figure with its source and day: "at least 12 killed: the governor, in Lowland Radio, 2031-05-02"."""
    said = source(held) or "source not named"
    outlet = held.document.publisher
    where = f", in {words.clean(outlet)}" if outlet and words.clean(outlet) != said else ""
    day = held.document.published
    return f"{figure(held)}: {said}{where}{f', {day}' if day else ''} [{held.id}]"


def dispute(held: Iterable[Held]) -> str:
    """Every figure with who said it, so that a disagreement stays visible where only one figure fits."""
    return "; ".join(dict.fromkeys(cited(one) for one in held))


def quote(held: Held) -> str:
    """The words of the claim, on one line."""
    return words.clean(held.claim.span.text)
