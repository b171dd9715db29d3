"""Spans of a document from sets of tokens: what a clause, a noun phrase or a quotation covers."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Document, Span

CLAUSAL = ("ccomp", "xcomp", "advcl", "relcl", "acl", "csubj", "csubjpass", "parataxis", "pcomp")
_MARKS = frozenset("\"'“”‘’«»()[]$")


def below(parse: Parse, token: Token, without: Collection[int] = (), drop: Collection[str] = ()) -> set[int]:
    """Indexes of the token and all it governs, branches at the indexes or with the labels left out."""
    seen = {token.i}
    waiting = [token.i]
    while waiting:
        for j in parse.children[waiting.pop()]:
            if j not in without and j not in seen and parse.tokens[j].dep not in drop:
                seen.add(j)
                waiting.append(j)
    return seen


def spans(parse: Parse, indexes: Iterable[int]) -> tuple[Span, ...]:
    """The words at the indexes as unbroken spans; punctuation between them is kept, at their edges left out."""
    runs: list[list[int]] = []
    for i in sorted(indexes):
        if runs and all(parse.tokens[j].pos == "PUNCT" for j in range(runs[-1][-1] + 1, i)):
            runs[-1].append(i)
        else:
            runs.append([i])
    found = []
    for run in runs:
        kept = trimmed(parse, run[0], run[-1])
        if kept is not None:
            found.append(parse.span(parse.tokens[kept[0]], parse.tokens[kept[1]]))
    return tuple(found)


def trimmed(parse: Parse, first: int, last: int) -> tuple[int, int] | None:
    """The run of tokens without punctuation at its edges; quotation marks and brackets stay. None if empty."""
    while first <= last and _loose(parse.tokens[first]):
        first += 1
    while last >= first and _loose(parse.tokens[last]):
        last -= 1
    return (first, last) if first <= last else None


def _loose(token: Token) -> bool:
    return token.text not in _MARKS and not any(c.isalnum() or c in _MARKS for c in token.text)


def merged(document: Document, pieces: Iterable[Span]) -> tuple[Span, ...]:
    """The same characters as spans that do not overlap, in text order."""
    ends: list[list[int]] = []
    for piece in sorted(pieces):
        if ends and piece.start <= ends[-1][1]:
            ends[-1][1] = max(ends[-1][1], piece.end)
        else:
            ends.append([piece.start, piece.end])
    return tuple(document.span(start, end) for start, end in ends)


def listed_before(parse: Parse, verb: Token) -> Token | None:
    """The verb of the clause that headline style sets beside this one: "Army admits 11 dead, denies losing 60".

    The parser takes the first clause for what the second verb says. None where the verb has a subject of its own, or
    where no comma alone parts two verbs of one form.
    """
    if verb.i < 2 or parse.tokens[verb.i - 1].text != "," or parse.kids(verb, "nsubj", "nsubjpass"):
        return None
    for clause in parse.kids(verb, "ccomp"):
        if clause.i < verb.i and clause.tag == verb.tag == "VBZ" and parse.kids(clause, "nsubj"):
            return clause
    return None
