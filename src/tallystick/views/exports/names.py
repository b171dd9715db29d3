"""Victims that a report names: one a name, read off the claims that list them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tallystick.model.records import Held
from tallystick.model.values import Form
from tallystick.views import words

_BETWEEN = re.compile(r"\s*(?:,\s*and\b|;\s*and\b|,|;|\band\b|&)\s*")


@dataclass(frozen=True, slots=True)
class Victim:
    """One person whom one claim names as killed. key is the name folded, to find the same name again."""

    name: str
    key: str
    held: Held


def victims(held: Iterable[Held]) -> Iterator[Victim]:
    """The people named as killed. A list that does not come apart into as many names as it counts gives none."""
    for one in held:
        claim = one.claim
        if claim.measure.value != "killed" or claim.count.form is not Form.NAMED:
            continue
        text = words.clean(claim.count_span.text)
        if claim.count.value == 1:
            found = [text]
        else:
            found = [name for name in _BETWEEN.split(text) if name]
        if len(found) != claim.count.value or any(not name[0].isupper() for name in found):
            continue
        for name in found:
            yield Victim(name, " ".join(name.casefold().split()), one)


def unread(held: Iterable[Held]) -> int:
    """How many claims count people without naming them: their figures are no list."""
    kept = [one for one in held if one.claim.measure.value == "killed"]
    named = {victim.held.id for victim in victims(kept)}
    return sum(1 for one in kept if one.id not in named)
