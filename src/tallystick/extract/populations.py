"""Who is counted: nationality, side, status, sex, age, unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from tallystick.extract.interest import side_of
from tallystick.extract.phrases import Phrase, Phrases, is_aged
from tallystick.lexicon import fold, load, load_rows
from tallystick.model.claims import Population, Status
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Span

_NOUN = ("NN", "NNS", "NNP", "NNPS")
_PEOPLE = frozenset(("people", "combatants", "victims", "groups"))
# How many words of a relative clause or prepositional phrase may belong to a population's words.
_LONGEST_TAIL = 12
_UNIT = re.compile(
    r"\b\d{1,3}(?:st|nd|rd|th)\b[^,.;]{0,40}?\b(?:[Bb]rigade|[Bb]attalion|[Rr]egiment|[Dd]ivision|[Cc]orps)\b"
)
_AGE = re.compile(r"\b(\d{1,3})-year-olds?\b|\baged? (\d{1,3})\b")
_ADULT = 18


@dataclass(frozen=True, slots=True)
class Kind:
    """What the lexicon says of a word for people or things."""

    rule: str
    of: str
    status: Status = Status.UNKNOWN
    sex: str | None = None
    age: str | None = None
    unit: str | None = None
    occupation: str | None = None


@cache
def _kinds() -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for entry in load("populations"):
        kind = Kind(
            entry.id,
            str(entry.get("class")),
            Status(entry.get("status", "unknown")),
            entry.get("sex"),
            entry.get("age"),
            entry.get("unit"),
        )
        if kind.of == "linking":
            continue
        for word in (*entry.words, *entry.get("weak", ())):
            kinds.setdefault(fold(word), kind)
    for word, occupation, status in load_rows("occupations"):
        known = kinds.get(word)
        if known is None:
            known = Kind(f"occupations/{word}", "people", Status.UNKNOWN if status == "-" else Status(status))
            if status == "combatant":
                known = replace(known, of="combatants")
        kinds[word] = replace(known, occupation=occupation)
    return kinds


@cache
def _whose() -> frozenset[str]:
    return frozenset(load("populations")["whose"].get("weak"))


def kind_of(token: Token, parse: Parse) -> Kind | None:
    """What the lexicon knows of the word, read with the one or two words before it ("police officers")."""
    kinds = _kinds()
    for back in (2, 1, 0):
        if token.i - back < 0:
            continue
        words = " ".join(t.lower for t in parse.tokens[token.i - back : token.i + 1])
        if words in kinds:
            return kinds[words]
    if is_aged(token, parse):
        return Kind(load("timewords")["aged"].id, "people")
    return kinds.get(token.lemma) if token.tag in _NOUN else None


def rule_of(words: str) -> str | None:
    """The entry that the last known word of a phrase belongs to ("populations/soldiers"); None when none is known."""
    for word in reversed(fold(words).split()):
        if word in _kinds():
            return _kinds()[word].rule
    return None


def counts_people(token: Token, parse: Parse) -> bool | None:
    """True when the word stands for people, False when for things, None when the lexicon does not say."""
    kind = kind_of(token, parse)
    if kind is not None:
        return kind.of in _PEOPLE
    return None


def population_of(head: Token, parse: Parse, phrases: Phrases | None = None) -> Population | None:
    """The population that the phrase of a head noun names; None when it names none (a bare number, "it")."""
    phrases = phrases or Phrases(parse)
    phrase = phrases.at(head.i)
    if phrase is None:
        return None
    chain = _inward(phrase, parse, phrases)
    core = chain[-1]
    noun = parse[core.head]
    first = _start(chain[0], parse)
    if noun.tag not in _NOUN and noun.tag not in ("JJ", "VBN", "DT", "PRP"):
        return None
    if noun.tag in ("DT", "PRP") and kind_of(noun, parse) is None:
        return None
    span = parse.span(parse[first], parse[chain[-1].last])
    return _described(noun, chain, span, parse, phrases)


def _inward(phrase: Phrase, parse: Parse, phrases: Phrases) -> list[Phrase]:
    """The phrase, and those that "of" hangs below it where it only holds or measures them ("a group of men")."""
    chain = [phrase]
    while len(chain) < 4:
        inner = phrases.after_of(chain[-1])
        if inner is None or not _holds(chain[-1], inner, parse):
            break
        if parse[inner.head].tag not in _NOUN:
            break
        chain.append(inner)
    return chain


def _holds(outer: Phrase, inner: Phrase, parse: Parse) -> bool:
    head = parse[outer.head]
    if head.tag in ("CD", "DT", "JJ", "JJR", "JJS", "RB"):
        return True
    kind = kind_of(head, parse)
    below = kind_of(parse[inner.head], parse)
    if kind is None or kind.of not in ("groups", "victims", "units"):
        return False
    return below is None or below.of in _PEOPLE or kind.of == "groups"


def _start(phrase: Phrase, parse: Parse) -> int:
    """Index of the first word of the phrase that names people rather than counts them."""
    first = phrase.first
    while first < phrase.last and parse[first].tag in ("DT", "PDT", "EX", "PRP$"):
        first += 1
    for i in range(first, phrase.last):
        if parse[i].tag == "CD" and parse[i + 1].tag != "HYPH" and not parse[i + 1].lower.startswith("year"):
            first = i + 1
    return first


def _described(noun: Token, chain: list[Phrase], span: Span, parse: Parse, phrases: Phrases) -> Population:
    kind = kind_of(noun, parse)
    words = [t for p in chain for t in parse.tokens[p.first : p.last + 1]]
    # "Many of her relatives" are not women for that: whose they are says nothing of their sex.
    others = [k for t in words if t.tag != "PRP$" and (k := kind_of(t, parse)) is not None and t.i != noun.i]
    tail = _tail(chain[-1], parse)
    status = kind.status if kind else Status.UNKNOWN
    sex, age = (kind.sex, kind.age) if kind else (None, None)
    occupation = kind.occupation if kind else None
    for other in others:
        if other.of in ("victims", "groups", "units", "things", "weapons", "events"):
            continue
        if status is Status.UNKNOWN:
            status = other.status
        sex, age = sex or other.sex, age or other.age
        occupation = occupation or other.occupation
    text = span.text if not tail else span.text + " " + tail
    named = any(t.tag in ("NNP", "NNPS", "JJ") and t.text[:1].isupper() for t in words)
    side = None if _bears_a_name(noun, parse) else side_of(span.text) or side_of(_unnamed(tail))
    if side is not None and side.kind == "neutral" and not named:
        side = None  # "reporters" are no side's; "UN peacekeepers" are
    years = _AGE.search(text)
    if years is not None:  # before what a noun says: "a 38-year-old man" is no "old man"
        number = int(years[1] or years[2])
        age = "child" if number < _ADULT else str(number)
    unit = _UNIT.search(text)
    return Population(
        span.text, span, side.name if side else None, status, sex, age, unit[0] if unit else None, occupation
    )


def _unnamed(tail: str) -> str:
    """The words behind the noun; "" where they name a family ("of the al-Manar family")."""
    return "" if fold(tail).rpartition(" ")[2] in load("relations").words_of("bears-a-name") else tail


def _bears_a_name(noun: Token, parse: Parse) -> bool:
    """True for "the al-Manar family": its name, though a town's, says nothing of whose side it is on."""
    before = parse[noun.i - 1] if noun.i else noun
    return (
        noun.lower in load("relations").words_of("bears-a-name")
        and before.tag in ("NNP", "NNPS")
        and before.i != noun.i
    )


def _tail(phrase: Phrase, parse: Parse) -> str:
    """The words after the phrase that say whose people they are ("of the Afghan army", "from Nepal"), or ""."""
    i = phrase.last + 1
    if i >= len(parse) or parse[i].tag != "IN" or parse[i].dep not in ("prep",):
        return ""
    governor = parse[parse[i].head]
    if not phrase.first <= governor.i <= phrase.last or parse[i].lower not in _whose():
        return ""
    below = [t for t in parse.subtree(parse[i]) if t.i < i + _LONGEST_TAIL]
    return parse.span(parse[i], below[-1]).text
