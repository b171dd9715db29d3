"""Noun and adjective frames: "the deaths of nine", "70 deaths", "12 dead", "the toll rose to 41"."""

from __future__ import annotations

from functools import lru_cache

from tallystick.extract.phrases import Phrase, Phrases
from tallystick.lexicon import load
from tallystick.model.syntax import Parse, Token

_VERB = ("VB", "VBD", "VBG", "VBN", "VBP", "VBZ")
# "the toll, which officials had put at 30 on Monday, rose to 41": how far the figure may stand from its noun.
_FURTHEST = 24
_NEAREST = 6


def has_number(phrase: Phrase, parse: Parse) -> bool:
    """True when a numeral stands in the phrase."""
    return any(t.tag == "CD" for t in parse.tokens[phrase.first : phrase.last + 1])


def joined(phrase: Phrase, links: frozenset[str], parse: Parse, phrases: Phrases) -> Phrase | None:
    """The phrase that one of the words joins to this one ("among", "to")."""
    i = phrase.last + 1
    if i + 1 < len(parse) and parse[i].lower in links:
        return phrases.starting_at(i + 1)
    return None


def figure_after(noun: Token, far: bool, parse: Parse, phrases: Phrases, skip: frozenset[str]) -> Token | None:
    """The figure that a noun's predicate gives: after "to", "at", "of", "is" or a colon; None without one.

    Figures after a word of skip ("from 30 to 41") are passed over.
    """
    limit = noun.i + (_FURTHEST if far else _NEAREST)
    for phrase in phrases.all:
        if phrase.first <= noun.i:
            continue
        if phrase.first > limit:
            break
        between = parse.tokens[noun.i + 1 : phrase.first]
        if any(t.text in (";", ".") for t in between):
            break
        if not has_number(phrase, parse) and not (
            phrases.after_of(phrase) is not None and parse[phrase.head].lemma.endswith(("ozen", "undred", "housand"))
        ):
            continue
        if parse[phrase.head].lower == "one" and phrases.after_of(phrase) is not None:
            break  # "this murder is one of five"
        j = phrase.first - 1
        while j > noun.i and parse[j].tag in ("RB", "JJR", "RBR", "JJS", "RBS", "DT", "JJ"):
            j -= 1
        while j > noun.i and parse[j].dep in ("quantmod", "advmod") and parse[j].tag in ("IN", "RB", "JJR"):
            j -= 1
        link = parse[j]
        if link.lower in skip or (link.i == noun.i and far):
            continue
        if link.text == ":" and parse[min(phrase.last + 1, len(parse) - 1)].tag in ("JJ", "VBN", "VBD"):
            continue  # "Casualties: 12 dead, 30 wounded"
        if link.lower in words("figure-links") or _predicate(link, noun, parse):
            return parse[phrase.head]
    return None


@lru_cache(maxsize=16)
def words(entry: str) -> frozenset[str]:
    """The words of an entry of relations.toml."""
    return load("relations").words_of(entry)


def _predicate(link: Token, noun: Token, parse: Parse) -> bool:
    """True when the word is the verb that the noun is the subject of: "the toll reached 41"."""
    says = link.lower in words("figure-verbs") or link.lemma in words("figure-verbs")
    return says and link.tag in _VERB and noun.dep in ("nsubj", "nsubjpass") and parse.head(noun).i == link.i


def said_of(state: Token, parse: Parse, phrases: Phrases) -> tuple[Token, ...] | None:
    """Heads of the phrases that a word like "dead" is said of; None when it is said of nobody counted here."""
    own = phrases.at(state.i)
    if own is not None and own.head > state.i:
        return (parse[own.head],)  # "12 dead soldiers"
    i = state.i - 1
    while (i >= 0 and parse[i].tag in ("RB", "RBR")) or (i >= 0 and parse[i].text in (":", "-")):
        i -= 1
    before = phrases.at(i) if i >= 0 else None
    other = before is not None and before is not own and before.head != state.i
    while before is not None and before.first > 1 and parse[before.first - 1].lower == "of":
        outer = phrases.at(before.first - 2)  # "five members of one family dead"
        if outer is None or has_number(before, parse) or not has_number(outer, parse):
            break
        before = outer
    if before is not None and other and parse[before.head].tag not in ("WP", "EX"):
        return _conjoined_left(parse[before.head], parse, phrases)
    if own is not None and own.head == state.i and own.first < state.i:
        numbers = [t for t in parse.tokens[own.first : state.i] if t.tag == "CD"]
        if numbers:
            return (parse[own.head],)  # tagged a noun: "the 12 dead"
        return None
    return None


def _conjoined_left(head: Token, parse: Parse, phrases: Phrases) -> tuple[Token, ...]:
    found = {head.i: head}
    token = head
    while token.dep == "conj" and parse.head(token).i < token.i and parse.head(token).tag.startswith(("NN", "CD")):
        between = parse.tokens[parse.head(token).i + 1 : token.i]
        if any(t.tag in _VERB or (t.tag == "JJ" and t.lower == "dead") for t in between):
            break
        token = parse.head(token)
        found[phrases.head_of(token).i] = phrases.head_of(token)
    return tuple(found[i] for i in sorted(found))
