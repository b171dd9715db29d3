"""A measure frame, and the words of lexicon/en/measures.toml that open one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tallystick.lexicon import Entry, fold, load
from tallystick.model.mentions import Reason
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Span
from tallystick.model.values import Measure

_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Frame:
    """A word that names a measure, with those it befell and those who did it (heads of their phrases).

    words is the whole of the measure's words ("shot dead"). counted holds the head of each phrase of those
    counted; within a noun frame it is the noun itself where a figure counts the noun ("70 deaths").
    population is the head of the phrase that says who they are where counted does not ("among the recruits").
    """

    measure: Measure
    trigger: Token
    counted: tuple[Token, ...]
    actors: tuple[Token, ...] = ()
    negated: bool = False
    reasons: tuple[Reason, ...] = ()
    words: Span | None = None
    entry: Entry | None = None
    population: Token | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """Words of an entry at the tokens first to last of a sentence. token is the one that governs the rest."""

    entry: Entry
    first: int
    last: int

    def token(self, parse: Parse) -> Token:
        """The governing word: the verb of "shot dead", the noun of "heavy losses"."""
        if self.entry.get("kind") == "list":
            return parse[self.last]
        if str(self.entry.get("kind")) in ("noun", "toll"):
            nouns = [t for t in parse.tokens[self.first : self.last + 1] if t.tag.startswith("NN")]
            if nouns and parse[self.last].lower != "of":
                return nouns[-1]
        words = parse.tokens[self.first : self.last + 1]
        if self.entry.get("kind") == "state":
            return words[0]  # "dead and wounded"
        return next((t for t in words if t.tag.startswith("VB")), words[0])


@cache
def _table() -> dict[str, list[tuple[tuple[str, ...], Entry]]]:
    table: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
    for entry in load("measures"):
        for word in dict.fromkeys((*entry.words, *entry.get("weak", ()))):
            parts = tuple(_WORD.findall(fold(word)))
            table.setdefault(parts[0], []).append((parts, entry))
    for rows in table.values():
        rows.sort(key=lambda row: -len(row[0]))
    return table


def triggers(parse: Parse) -> Iterator[list[Trigger]]:
    """For every word that can open a frame, the entries it can open, those with the most words first."""
    table = _table()
    lowers = [t.lower if t.text.isascii() else fold(t.text) for t in parse.tokens]
    for i, lower in enumerate(lowers):
        rows = table.get(lower)
        if not rows:
            continue
        hits = [
            Trigger(entry, i, i + len(parts) - 1)
            for parts, entry in rows
            if len(parts) == 1 or tuple(lowers[i : i + len(parts)]) == parts
        ]
        if hits:
            yield hits
