"""Whose losses the innermost source counts: its own, its enemy's, or a third party's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from tallystick.lexicon import fold, load_rows
from tallystick.model.claims import Claim, Interest
from tallystick.model.values import Measure

# Abbreviations with points ("U.S.") are one word; "Hamas-run" is two, "Hamas" and "run".
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:'(?!s\b)[^\W_]+)?")

# A source's name is short; what follows this many words describes it and is not read.
_LONGEST_NAME = 40

# "US" is not "us": words in capitals up to this length are matched as written.
_LONGEST_ACRONYM = 4

# The side in lexicon/en/sides.tsv that stands for fighters whose group is not named.
_UNNAMED_GROUP = "insurgents"

# What is done to an enemy: only here does a side that did it make those counted the enemy's.
_HARM = frozenset(
    {
        Measure.KILLED,
        Measure.WOUNDED,
        Measure.CASUALTIES,
        Measure.CAPTURED,
        Measure.DETAINED,
        Measure.DESTROYED,
        Measure.DAMAGED,
        Measure.SEIZED,
        Measure.SHOT_DOWN,
        Measure.STRUCK,
    }
)


@dataclass(frozen=True, slots=True)
class Side:
    """A state, armed group or neutral body. foes are the names of those it has fought."""

    name: str
    kind: str
    beside: str | None
    foes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Sides:
    by_name: dict[str, Side]
    by_words: dict[tuple[str, ...], str]
    longest: int


def _words(name: str) -> list[str]:
    return [word.removesuffix("'s") for word in _WORD.findall(name.replace("’", "'"))]


def _key(word: str) -> str:
    return word if word.isupper() and len(word.replace(".", "")) <= _LONGEST_ACRONYM else fold(word)


@cache
def _sides() -> _Sides:
    rows = load_rows("sides")
    foes: dict[str, set[str]] = {row[0]: set() for row in rows}
    by_words: dict[tuple[str, ...], str] = {}
    for name, _, _, words, against in rows:
        for word in words.split("|"):
            by_words.setdefault(tuple(map(_key, _words(word))), name)
        for foe in against.split("|") if against != "-" else ():
            foes[name].add(foe)
            foes[foe].add(name)
    by_name = {}
    for name, kind, beside, _, _ in rows:
        inherited = foes[beside] - {name} if beside != "-" else set()
        by_name[name] = Side(name, kind, None if beside == "-" else beside, frozenset(foes[name] | inherited))
    return _Sides(by_name, by_words, max(map(len, by_words)))


def sides_in(name: str) -> list[Side]:
    """The sides that the words name, in text order, each once. "anti-Taliban" does not name the Taliban."""
    known = _sides()
    words = _words(name)[:_LONGEST_NAME]
    keys = [_key(word) for word in words]
    found: dict[str, Side] = {}
    i = 0
    while i < len(keys):
        for length in range(min(known.longest, len(keys) - i), 0, -1):
            side = known.by_words.get(tuple(keys[i : i + length]))
            if side is not None:
                if i == 0 or keys[i - 1] != "anti":
                    found[side] = known.by_name[side]
                i += length
                break
        else:
            i += 1
    return [side for side in found.values() if side.kind != "ignored"]


def side_of(name: str | None) -> Side | None:
    """The side that a source or population belongs to; None when the words name none.

    A neutral body keeps its neutrality whatever country it works in ("UN mission in Ukraine"); of several
    sides the first named speaks ("Russia's embassy in Kyiv").
    """
    if not name:
        return None
    named = sides_in(name)
    return next((side for side in named if side.kind == "neutral"), named[0] if named else None)


def interest_of(source_name: str | None, population_actor: str | None, actor: str | None = None) -> Interest | None:
    """Whose losses the source counts; None when the words settle it for neither the source nor those counted.

    actor is the counter-party, whoever did it: a source that counts those whom its own side killed counts its
    enemy's losses, also where the text does not name them ("killed 12 fighters, the Russian army said").
    """
    source, counted, doer = side_of(source_name), side_of(population_actor), side_of(actor)
    if source is None:
        return None
    if counted is not None and _same(source, counted):
        # "militants" need not be the same militants.
        return None if source.name == _UNNAMED_GROUP else Interest.OWN_LOSSES
    if source.kind == "neutral":
        return Interest.THIRD_PARTY
    if counted is None:
        return Interest.ENEMY_LOSSES if doer is not None and _same(source, doer) else None
    if _foes(source, counted):
        # Pakistani shelling of Afghans, counted by the Taliban: both may be the Taliban's foes.
        unclear = doer is not None and not _same(source, doer) and _foes(source, doer)
        return None if unclear else Interest.ENEMY_LOSSES
    if doer is not None and _same(source, doer):
        return Interest.ENEMY_LOSSES
    if _UNNAMED_GROUP in (source.name, counted.name):
        return None
    return Interest.THIRD_PARTY


def _same(one: Side, other: Side) -> bool:
    return other.name in (one.name, one.beside) or one.name == other.beside


def _foes(one: Side, other: Side) -> bool:
    if {one.kind, other.kind} == {"state", "group"} and _UNNAMED_GROUP in (one.name, other.name):
        return True
    return other.name in one.foes or one.name in other.foes


def with_interests(claims: Sequence[Claim], publisher: str | None) -> tuple[Claim, ...]:
    """The claims with whose losses their innermost source counts; without a chain the publisher is the source.

    A link without a source leaves the interest open: nobody knows who counted.
    """
    return tuple(replace(claim, interest=_of(claim, publisher)) for claim in claims)


def _of(claim: Claim, publisher: str | None) -> Interest | None:
    source = claim.attributions[-1].name if claim.attributions else publisher
    counted = claim.population.actor if claim.population is not None else None
    doer = claim.actor.actor or claim.actor.text if claim.actor is not None and claim.measure in _HARM else None
    return interest_of(source, counted, doer)
