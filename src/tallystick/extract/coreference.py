"""What pronouns, short names and definite nouns stand for, as far as sources need it.

Names are read off the capital letters of every sentence, parsed or not. Where two people are possible the answer
is None: a figure in the wrong mouth is worse than one in "he".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tallystick.extract.names import WORD, Name, Names, bare, name_words, names_of
from tallystick.lexicon import fold
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Document, Sentence, Span

# How many sentences back a pronoun can reach.
REACH = 3


def fullest(names: Names, parse: Parse, head: int) -> Name | None:
    """The name that a source's head word stands for, at its fullest; None where two are possible."""
    return _resolve(names, parse, parse.tokens[head])


def resolve_name(names: Names, parse: Parse, head: int | None, relative: bool) -> str | None:
    """The fuller name of a source's head word, None where the text gives none or leaves two open."""
    if head is None:
        return None
    token = parse.tokens[head]
    found = _resolve(names, parse, token)
    if found is not None and (not found.organisation or _as_long(parse, token, found)):
        return names.document.text[found.start : found.end]
    if relative:
        return parse.span(*_core(parse, token)).text
    return None


def _as_long(parse: Parse, token: Token, name: Name) -> bool:
    """False where the source itself says more of a body than the name that was found."""
    left, right = _core(parse, token)
    own = [t for t in parse.tokens[left.i : right.i + 1] if t.dep not in ("det", "case")]
    return len(name.words) >= len(own)


def named(names: Names, speaker: Span, sentence: int | None = None) -> str | None:
    """The fuller name of a speaker known by his words alone, without a parse.

    sentence is the index of the sentence that names him; a pronoun is resolved only where it is given.
    """
    folded = fold(speaker.text)
    if folded in ("he", "she"):
        found = None if sentence is None else _pronoun(names, folded, sentence, speaker.start)
        return None if found is None else " ".join(found.words)
    if folded.startswith(("a ", "an ")):
        return None
    words = [bare(m[0]) for m in WORD.finditer(speaker.text) if m[0][0].isupper()]
    while words and fold(words[0]) in name_words("title") | name_words("not-a-name"):
        words = words[1:]
    found = names.fullest(words[-1:]) if words else None
    return " ".join(found.words) if found is not None and len(found.words) > 1 else None


def resolve_person(
    token: Token, parse: Parse, document: Document, sentences: Sequence[Sentence], parses: Mapping[int, Parse]
) -> Span | None:
    """The full name that a pronoun, short name or "the marshal" stands for; None when the text does not settle it."""
    del parses
    found = _resolve(names_of(document, tuple(sentences)), parse, token)
    return None if found is None else document.span(found.start, found.end)


def introduction(name: Span, document: Document, sentences: Sequence[Sentence]) -> Span:
    """The words that introduce a name, with what stands before it: "Lowland marshal Ivo Brandt"; else the name."""
    for sentence in sentences:
        if sentence.start <= name.start < sentence.end:
            head = sentence.text[: name.start - sentence.start]
            kept = len(head)
            for word in reversed(list(re.finditer(r"\S+", head))):
                bare = fold(word[0]).strip(".")
                if bare in name_words("title") or (
                    word[0][0].isupper() and bare not in name_words("not-a-name") and word.end() + 1 >= kept
                ):
                    kept = word.start()
                else:
                    break
            return document.span(sentence.start + kept, name.end)
    return name


def _core(parse: Parse, token: Token) -> tuple[Token, Token]:
    """The unbroken noun phrase left of and including the head word."""
    left = token.i
    below = {t.i for t in parse.subtree(token)}
    while left - 1 in below and left - 1 >= 0 and parse.tokens[left - 1].pos != "PUNCT":
        left -= 1
    return parse.tokens[left], token


def _resolve(names: Names, parse: Parse, token: Token) -> Name | None:
    if token.pos == "PROPN":
        return _short_name(names, parse, token)
    if token.lower in name_words("man") | name_words("woman") and token.pos == "PRON":
        return _pronoun(names, token.lower, parse.sentence.index, token.start)
    if token.pos == "NOUN":
        return _noun(names, parse, token)
    return None


def _short_name(names: Names, parse: Parse, token: Token) -> Name | None:
    if any(k.lower in ("a", "an") for k in parse.kids(token, "det")):
        return None  # "a Lower Marsh officer" is nobody in particular
    words = [token.text]
    i = token.i - 1
    while i >= 0 and parse.tokens[i].pos == "PROPN" and parse.tokens[i].head in (token.i, i + 1):
        words.insert(0, parse.tokens[i].text)
        i -= 1
    while len(words) > 1 and fold(words[0].rstrip(".")) in name_words("title"):
        words = words[1:]
    if len(words) == 1 and any(k.i > token.i and k.pos in ("PROPN", "NOUN") for k in parse.kids(token, "conj")):
        return None  # "Activist and journalist Ida Kemm" is not called Activist
    if len(words) == 1 and token.text in names.abbreviations:
        return names.abbreviations[token.text]
    found = names.fullest(words)
    return found if found is not None and (len(found.words) > 1 or found.start == token.start) else None


def _gender(name: Name) -> str | None:
    for title in name.titles:
        if title in name_words("woman"):
            return "woman"
        if title in name_words("man"):
            return "man"
    return None


def _pronoun(names: Names, word: str, at: int, start: int) -> Name | None:
    """The one person whom the sentence of a pronoun, or the nearest before it that names any, can mean."""
    wanted = "woman" if word in name_words("woman") else "man"
    for back in range(REACH + 1):
        near = [n for n in names.within(at - back) if n.end <= start]
        people: dict[tuple[str, ...], Name] = {}
        for near_name in near:
            best = names.fullest(near_name.words) or near_name
            if best.organisation or near_name.placed or (len(best.words) == 1 and not near_name.person):
                continue
            if _gender(near_name) in (None, wanted) and _gender(best) in (None, wanted):
                people.setdefault(best.key, best)
        if people:
            key, found = next(iter(people.items()))
            return found if len(people) == 1 and names.is_person(key) else None
    return None


def _noun(names: Names, parse: Parse, token: Token) -> Name | None:
    definite = any(k.lower in ("the", "this", "that") for k in parse.kids(token, "det"))
    if not definite or parse.kids(token, "prep", "relcl", "acl", "poss", "amod", "compound"):
        return None
    if token.lower in name_words("person-noun"):
        forms = names.titled(token.lower)
    else:
        forms = {f: n for f, n in names.forms(token.lower).items() if _ends_in(f, token.lower)}
    before = [name for name in forms.values() if name.start < token.start]
    return before[0] if len(before) == 1 else None


def _ends_in(form: tuple[str, ...], noun: str) -> bool:
    """True for "Defence Ministry" and "Ministry of Defence", asked for "ministry"."""
    return len(form) > 1 and (form[-1] == noun or (form[0] == noun and form[1] in ("of", "for")))
