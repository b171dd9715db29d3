"""Where a parsed sentence says that somebody said something: the words of lexicon/en/cues.toml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tallystick.lexicon import Entry, fold, load
from tallystick.model.syntax import Parse, Token

# Words of a cue may be parted by an object or an adverb ("laid the men to rest"); further apart than this they
# belong to different phrases.
FARTHEST = 6

_TAGS = ("verb", "noun")


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue in a sentence. entries are all that hold its words, in file order; tokens begin with its head."""

    entries: tuple[Entry, ...]
    tokens: tuple[Token, ...]

    @property
    def head(self) -> Token:
        """The word that governs the others."""
        return self.tokens[0]

    @property
    def last(self) -> Token:
        """The rightmost word."""
        return self.tokens[-1]


@lru_cache(maxsize=1)
def _index() -> dict[str, list[tuple[tuple[str, ...], Entry]]]:
    index: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
    for entry in load("cues"):
        if entry.get("pos") in ("continuation", "mark"):
            continue
        for word in entry.words:
            words = tuple(fold(word).split())
            index.setdefault(words[0], []).append((words, entry))
    for rows in index.values():
        rows.sort(key=lambda row: -len(row[0]))
    return index


def find_cues(parse: Parse) -> list[Cue]:
    """Every cue of the sentence, of those with the same head the longest, in text order."""
    index = _index()
    cues: list[Cue] = []
    taken: set[int] = set()
    for token in parse.tokens:
        rows = index.get(token.lower)
        if rows is None or token.i in taken:
            continue
        best: tuple[Token, ...] | None = None
        entries: list[Entry] = []
        for words, entry in rows:
            if best is not None and len(words) < len(best):
                break
            found = _match(parse, token, words) if _fits(parse, token, entry, len(words)) else None
            if found is not None:
                best = found
                entries.append(entry)
        if best is not None:
            taken.update(t.i for t in best)
            cues.append(Cue(tuple(entries), best))
    return cues


def _fits(parse: Parse, token: Token, entry: Entry, length: int) -> bool:
    pos = entry.get("pos")
    if pos in _TAGS:
        verbal = token.tag.startswith("VB") or _governs_as_verb(parse, token)
        if verbal is (pos == "noun"):
            return False
        if pos == "verb":
            return token.dep not in ("amod", "compound", "aux", "auxpass")
        return token.tag.startswith("NN") and token.dep != "compound"
    if pos == "adjective":
        return token.dep == "amod"
    if pos == "adverb":
        return length > 1 or token.pos == "ADV"
    return length > 1 or token.pos in ("ADP", "SCONJ")


def _match(parse: Parse, head: Token, words: tuple[str, ...]) -> tuple[Token, ...] | None:
    tokens = [head]
    for word in words[1:]:
        at = tokens[-1].i + 1
        found = None
        for j in range(at, min(at + FARTHEST, len(parse.tokens))):
            token = parse.tokens[j]
            if token.lower == word and (j == at or (token.head == head.i and token.dep in ("prt", "prep"))):
                found = token
                break
        if found is None:
            return None
        tokens.append(found)
    return tuple(tokens)


def _governs_as_verb(parse: Parse, token: Token) -> bool:
    """True for a verb that the tagger took for a noun: it has a subject ("the embassy pegs")."""
    return token.tag.startswith("NN") and any(parse.tokens[i].dep == "nsubj" for i in parse.children[token.i])
