"""The syntax of one sentence, as values: no step after the parser knows which parser made them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter

from tallystick.model.text import Sentence, Span

_START, _END = attrgetter("start"), attrgetter("end")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a sentence.

    start and end are offsets of the *document*. head is the index of the governing token, its own index for
    a root. tag is a Penn Treebank tag, pos a universal one, dep a ClearNLP label as spaCy's English pipelines
    give it. entity is the name label ("ORG", "GPE" ...) or None when none was looked for or found.
    """

    i: int
    start: int
    end: int
    text: str
    lower: str
    lemma: str
    tag: str
    pos: str
    dep: str
    head: int
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class Parse:
    """A parsed sentence. tokens cover every word of the sentence, in order; white space is left out."""

    sentence: Sentence
    tokens: tuple[Token, ...]
    children: tuple[tuple[int, ...], ...] = field(default=())

    def __post_init__(self) -> None:
        if not self.children:
            below: list[list[int]] = [[] for _ in self.tokens]
            for token in self.tokens:
                if token.head != token.i:
                    below[token.head].append(token.i)
            object.__setattr__(self, "children", tuple(tuple(c) for c in below))

    def __len__(self) -> int:
        return len(self.tokens)

    def __iter__(self) -> Iterator[Token]:
        return iter(self.tokens)

    def __getitem__(self, i: int) -> Token:
        return self.tokens[i]

    def head(self, token: Token) -> Token:
        """The governing token; the token itself for a root."""
        return self.tokens[token.head]

    def kids(self, token: Token, *deps: str) -> list[Token]:
        """Direct dependents in text order, only those with one of the labels where labels are given."""
        below = self.children[token.i]
        if not below:  # most words govern nothing, and this is asked of every word many times
            return []
        tokens = self.tokens
        if not deps:
            return [tokens[j] for j in below]
        return [tokens[j] for j in below if tokens[j].dep in deps]

    def subtree(self, token: Token) -> list[Token]:
        """The token and all it governs, in text order."""
        seen = [token.i]
        for i in seen:
            seen.extend(self.children[i])
        return [self.tokens[i] for i in sorted(seen)]

    def ancestors(self, token: Token) -> Iterator[Token]:
        """Governing tokens from the nearest to the root."""
        while token.head != token.i:
            token = self.tokens[token.head]
            yield token

    def span(self, first: Token, last: Token) -> Span:
        """The words from the first token to the last, both included."""
        base = self.sentence.start
        return self.sentence.span(first.start - base, last.end - base)

    def subtree_span(self, token: Token) -> Span:
        """The words from the leftmost to the rightmost token that this one governs."""
        below = self.subtree(token)
        return self.span(below[0], below[-1])

    def at(self, start: int, end: int) -> list[Token]:
        """Tokens that touch the document offsets start:end, in text order."""
        first = bisect_right(self.tokens, start, key=_END)
        return list(self.tokens[first : bisect_left(self.tokens, end, first, key=_START)])
