"""How many, where no figure is written: one victim, two or more, a list of names, nobody, or not said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tallystick.extract.frames import Frame
from tallystick.extract.phrases import Phrase, Phrases, is_aged
from tallystick.extract.populations import kind_of
from tallystick.lexicon import load, load_rows
from tallystick.model.syntax import Parse, Token
from tallystick.model.values import Count, Form, Measure

_PLURAL = ("NNS", "NNPS")
_NAME = ("NNP", "NNPS")
# Deaths that the text only speaks of ("reports of deaths", "any casualties"): a claim only where they are denied.
MERE = "implicit/mere"
_SELF_COUNTED = (Measure.CASUALTIES, Measure.KILLED, Measure.WOUNDED)


@dataclass(frozen=True, slots=True)
class Implied:
    """A count that the grammar gives, and the rule that gave it."""

    count: Count
    rule: str


def implied(frame: Frame, head: Token, phrase: Phrase | None, parse: Parse, phrases: Phrases) -> Implied | None:
    """The count of a phrase without a figure; None when it says nothing of how many, or names nobody new."""
    if phrase is None:
        return None
    if says_none(head, phrase, parse):
        return Implied(Count(0, 0, 0, Form.CARDINAL, parse[phrase.first].text, unit="person"), "implicit/none")
    entry = frame.entry
    if entry is not None and (entry.get("needs_number") or entry.get("kind") == "toll"):
        return None
    if head.i == frame.trigger.i:
        return _counted_noun(frame, head, phrase, parse)
    determiner = parse[phrase.first].lower if parse[phrase.first].tag in ("DT", "PRP$", "PDT") else None
    if head.tag == "DT" and head.lower == "any":
        inner = phrases.after_of(phrase)  # "denied that any of its soldiers were captured"
        several = inner is not None and parse[inner.head].tag in _PLURAL
        return Implied(_plural(), "implicit/any") if several else None
    if head.tag == "PRP":
        if frame.measure not in (Measure.KILLED, Measure.WOUNDED):
            return None
        return Implied(_single(), "implicit/pronoun") if head.lower in _words("one-person") else None
    aged = head.tag == "JJ" and is_aged(head, parse)
    if head.tag not in ("NN", "NNS", "NNP", "NNPS") and not aged:
        return None
    if any(
        t.lower in _words("ordinal") or (t.tag == "JJ" and t.text[0].isdigit()) for t in _before_head(phrase, parse)
    ):
        return None  # "the third judge shot this year": the two before are not told of here
    if _attributive(frame, phrase) and determiner not in ("a", "an"):
        return None
    kind = kind_of(head, parse)
    if kind is not None and kind.of in ("groups", "units"):
        inner = phrases.after_of(phrase)
        people = inner is not None and parse[inner.head].tag in _PLURAL
        if people and determiner == "the":
            return None  # "the number of people killed": the figure stands elsewhere
        if kind.of == "units" or head.tag == "NN":
            if kind.of == "units" and people:
                return Implied(Count(1, None, form=Form.UNQUANTIFIED, unit="person"), "implicit/group")
            return Implied(_plural(), "implicit/group") if kind.of == "groups" else None
    if _generic(frame, head, parse) or (kind is None and head.tag in ("NN", "NNS") and head.lower in _kinds_of_place()):
        return None
    if head.tag in _PLURAL or head.lower in _words("plural-without-s"):
        if determiner in _words("told-of-before") and (kind is None or kind.of == "victims"):
            return None
        return Implied(_plural(kind.unit if kind else None), "implicit/plural")
    if entry is not None and entry.get("of_many") and kind is None:
        return None  # "the massacre of Meruna" names a place
    if head.tag in _NAME:
        return Implied(_single(), "implicit/name")
    if kind is not None and kind.unit is not None and determiner is None:
        return None  # "destroying property"
    return Implied(_single(kind.unit if kind else None), "implicit/single")


def _generic(frame: Frame, head: Token, parse: Parse) -> bool:
    """True for what happens to people in general: "strikes that kill civilians", "to kill rebels", "people held"."""
    trigger = frame.trigger
    if head.tag not in _PLURAL:
        return False
    if trigger.tag == "VB" or (trigger.tag in ("VBP", "VBZ") and trigger.dep in ("relcl", "acl", "advcl")):
        return True
    return trigger.dep == "acl" or (trigger.tag == "VBG" and trigger.dep in ("pcomp", "amod", "csubj", "nsubj"))


def says_none(head: Token, phrase: Phrase, parse: Parse) -> bool:
    """True for "no one", "nobody", "no civilians", "none"."""
    first = parse[phrase.first].lower
    none = _words("nobody")
    return first in none and (parse[phrase.first].tag in ("DT", "NN", "PRP") or head.lower in none)


@lru_cache(maxsize=1)
def _kinds_of_place() -> frozenset[str]:
    """Nouns for places: "the town and 18 guards were hit" counts nobody but the guards."""
    return frozenset(row[0] for row in load_rows("place_types"))


def _ordinal(token: Token) -> bool:
    return token.lower in _words("ordinal") or (token.tag == "JJ" and token.text[0].isdigit())


def _before_head(phrase: Phrase, parse: Parse) -> list[Token]:
    """The words before the head, less those of an age ("12-year-old")."""
    words = parse.tokens[phrase.first : phrase.head]
    return [t for t in words if "year" not in t.lower]


@lru_cache(maxsize=16)
def _words(entry: str) -> frozenset[str]:
    return load("relations").words_of(entry)


def _attributive(frame: Frame, phrase: Phrase) -> bool:
    return phrase.first <= frame.trigger.i <= phrase.last


def _counted_noun(frame: Frame, head: Token, phrase: Phrase, parse: Parse) -> Implied | None:
    """ "deaths", "heavy casualties", "the body of a man" with no figure of their own."""
    if frame.measure not in _SELF_COUNTED or head.tag != "NNS":
        return None
    first = parse[phrase.first]
    if first.lower == "any" or _told_of(head, phrase, parse):
        return Implied(Count(1, None, form=Form.UNQUANTIFIED, unit="person"), MERE)
    if first.tag in ("DT", "PRP$") or (first.i == head.i and head.dep not in ("dobj", "nsubjpass", "pobj", "conj")):
        return None
    if head.dep not in ("dobj", "nsubjpass") and parse.head(head).tag not in ("VBG", "VBD", "VBN"):
        return None
    return Implied(Count(1, None, form=Form.UNQUANTIFIED, unit="person"), "implicit/unquantified")


def _told_of(head: Token, phrase: Phrase, parse: Parse) -> bool:
    """True for the deaths of "reports of deaths"."""
    before = parse[phrase.first - 1] if phrase.first > 1 else None
    noun = parse[phrase.first - 2].lower if phrase.first > 1 else ""
    return before is not None and before.lower == "of" and noun in load("cues").words_of("statement-noun")


def _single(unit: str | None = None) -> Count:
    return Count(1, 1, 1, Form.SINGLE, unit=unit or "person")


def _plural(unit: str | None = None) -> Count:
    return Count(2, None, form=Form.IMPLICIT_PLURAL, unit=unit or "person")
