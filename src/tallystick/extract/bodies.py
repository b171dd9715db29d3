"""Which body "it" and "its", and which people "they", stand for as sources, where only one can be meant."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from tallystick.extract.coreference import fullest, resolve_name
from tallystick.extract.names import Names
from tallystick.extract.phrases import Phrases
from tallystick.extract.populations import counts_people
from tallystick.extract.sources import is_report, source_words
from tallystick.lexicon import fold, load
from tallystick.model.mentions import AttributionMention
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Span

# Sentences back in which the body is looked for.
REACH = 2

_SUBJECTS = ("nsubj", "nsubjpass")


@lru_cache(maxsize=1)
def _its() -> frozenset[str]:
    return load("speakers").words_of("body-pronoun")


def stands_for_a_body(source: str) -> bool:
    """True for "it" and "its": alone they name nobody."""
    return fold(source) in _its()


def resolved_bodies(
    found: Sequence[AttributionMention], parses: Mapping[int, Parse], names: Names
) -> list[AttributionMention]:
    """The attributions, those of "it" and "its" with the name of the body; unchanged where two can be meant."""
    parsed = sorted(parses)
    done = []
    for mention in found:
        if mention.source is not None and mention.resolved is None and stands_for_a_body(mention.source.text):
            start = mention.source.start
            at = next((i for i in parsed if parses[i].sentence.start <= start < parses[i].sentence.end), None)
            name = None if at is None else _before(mention.source, at, parses, names)
            mention = mention if name is None else replace(mention, resolved=name)
        done.append(mention)
    return done


def resolved_many(
    found: Sequence[AttributionMention], parses: Mapping[int, Parse], names: Names
) -> list[AttributionMention]:
    """The attributions, those of "they" with the words for the people: the only ones, or the only ones who spoke, in
    their own sentence or else the one before; unchanged where it names others too or was not parsed.
    """
    starts = [sentence.start for sentence in names.sentences]
    done = []
    for mention in found:
        source = mention.source
        if source is not None and mention.resolved is None and fold(source.text) in _many():
            at = bisect_right(starts, source.start) - 1
            people = _people_of(parses.get(at), source.start) or _people_of(parses.get(at - 1), source.start)
            mention = replace(mention, resolved=people.pop()) if len(people) == 1 else mention
        done.append(mention)
    return done


@lru_cache(maxsize=1)
def _many() -> frozenset[str]:
    return load("speakers").words_of("many-pronoun")


def _people_of(parse: Parse | None, end: int) -> set[str]:
    """The words for several people that end before the offset: those who speak, else all that are named."""
    if parse is None:
        return set()
    phrases = Phrases(parse)
    named = [t for t in parse.tokens if t.end <= end and t.tag in ("NNS", "NNPS") and counts_people(t, parse) is True]
    named += [t for t in parse.tokens if t.end <= end and t.lower in load("relations").words_of("plural-without-s")]
    spoke = [t for t in named if _speaks(parse, t)]
    others = [t for t in parse.tokens if t.end <= end and _speaks(parse, t) and t not in spoke]
    found = set()
    for token in [] if others else spoke or named:
        phrase = phrases.at(token.i)
        if phrase is not None and phrase.head == token.i:
            found.add(parse.span(parse[phrase.first], parse[phrase.last]).text)
    return found


def _before(pronoun: Span, at: int, parses: Mapping[int, Parse], names: Names) -> str | None:
    for index in range(at, max(-1, at - REACH - 1), -1):
        parse = parses.get(index)
        if parse is None:
            words = set(fold(names.sentences[index].text).split())
            if words & source_words("body"):
                return None  # a body in a sentence that was not parsed: it may be the one
            continue
        bodies = [t for t in parse.tokens if t.end <= pronoun.start and _is_body(parse, t, names)]
        others = [t for t in parse.tokens if t.end <= pronoun.start and _speaks(parse, t) and t not in bodies]
        if bodies:
            chosen = bodies if len(bodies) == 1 and not others else [t for t in bodies if _speaks(parse, t)]
            called = {resolve_name(names, parse, t.i, True) for t in chosen}
            return called.pop() if len(called) == 1 and not others else None
        if any(t.lower not in _its() and t.tag != "NNS" for t in others):
            return None  # somebody else spoke since
    return None


def _speaks(parse: Parse, token: Token) -> bool:
    """True for the subject of a verb that says something."""
    return token.dep in _SUBJECTS and is_report(parse.head(token))


def _is_body(parse: Parse, token: Token, names: Names) -> bool:
    """True for one organisation: a noun such as "ministry", or a name that is no person's and no place's."""
    if token.dep in ("compound", "poss", "amod") or token.tag not in ("NN", "NNP"):
        return False
    if token.lower in source_words("body"):
        return True
    if token.tag != "NNP":
        return False
    name = fullest(names, parse, token.i)
    return name is not None and name.organisation
