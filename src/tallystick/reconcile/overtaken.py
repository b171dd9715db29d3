"""Ceilings that a report itself goes beyond.

"Four men were taken to hospital … two men, 28 and 22, were hit in the leg": nobody who writes so contradicts himself.
The smaller figure counts some of the larger one's people, and bounds them from below only. Rival voices keep theirs:
an army's 11 and its enemy's 60 in one report are two answers to one question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from tallystick.lexicon import fold
from tallystick.model.quantities import Figure, Key, Window
from tallystick.reconcile.halves import limits

_ANYONE = ("person", "victim")


def overtaken(figures: Iterable[Figure]) -> set[str]:
    """Ids of figures whose ceiling another figure of the same report, key and voice exceeds.

    Where an event has no sides (a shooting, a fire), all of a report's voices count as one.
    """
    figures = list(figures)
    sided = {f.key.incident for f in figures if f.key.who.status == "combatant" or f.key.who.actor is not None}
    groups: defaultdict[tuple[str, Key], list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.binds and figure.key.incident is not None:
            # Where and when of one event, and whether "people" or "victims", may be told loosely within one report.
            who = replace(figure.key.who, role=None) if figure.key.who.role in _ANYONE else figure.key.who
            groups[figure.document, replace(figure.key, who=who, where=None, window=Window())].append(figure)
    found = set()
    for group in groups.values():
        if len(group) < 2:
            continue
        for figure in group:
            high = limits(figure)[1]
            if high is None:
                continue
            for other in group:
                low = limits(other)[0]
                if low is not None and low > high and (figure.key.incident not in sided or _one_voice(figure, other)):
                    found.add(figure.id)
    return found


def _one_voice(a: Figure, b: Figure) -> bool:
    mine, theirs = (fold(f.chain[-1].name) if f.chain and f.chain[-1].name else "" for f in (a, b))
    return mine == theirs or bool(mine and theirs and (mine in theirs or theirs in mine))
