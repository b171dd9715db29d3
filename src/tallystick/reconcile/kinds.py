"""Whether two figures can count the same people: what sort of people each counts, and how it brings them in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tallystick.lexicon import fold, load
from tallystick.model.claims import Claim, Status
from tallystick.model.values import Form
from tallystick.reconcile.cues import has_cue, pronouns, words_for_anyone

_OF_THE = re.compile(r"\s*of (?:the|them|whom|those|these|which)\b")
# Characters between "also" and the figure that it adds: "also detained a suspected".
_ALSO_WITHIN = 25
_TAIL = frozenset(("of", "from", "in", "who", "at", "with", "on", "near", "and", "for", "to", "by"))
VAGUE_FORMS = (Form.VAGUE, Form.IMPLICIT_PLURAL, Form.UNQUANTIFIED)


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of people a claim counts, as far as its words say.

    head is the noun without its plural "s", anyone is True for people of no particular sort ("people", "others",
    "victims"), name is the folded words of a proper name, empty for others. sort is the lexicon entry of a noun that
    says which side or service people are of (soldiers, insurgents, police, civilians), side a named one.
    """

    head: str
    anyone: bool
    name: frozenset[str] = frozenset()
    sort: str | None = None
    status: Status = Status.UNKNOWN
    sex: str | None = None
    age: str | None = None
    side: str | None = None
    occupation: str | None = None
    loose: bool = False  # a word for anyone, whatever else the phrase says: "individuals tied to the militia"

    def namesake(self, other: Kind) -> bool:
        """True when one name is the other, or a shorter form of it. A family name shared is not enough."""
        return bool(self.name and other.name) and (self.name <= other.name or other.name <= self.name)

    def clashes(self, other: Kind) -> bool:
        """True when nobody can be of both sorts: soldiers and civilians, a girl and a man, two nationalities."""
        pairs = (
            (self.side, other.side),
            (self.sex, other.sex),
            (self.occupation, other.occupation),
            (self.age, other.age),
            (self.sort, other.sort),
            (_known(self.status), _known(other.status)),
        )
        if any(mine and theirs and mine != theirs for mine, theirs in pairs):
            return True
        if {"child"} & {self.age, other.age} and Status.COMBATANT in (self.status, other.status):
            return True
        return bool(self.name and other.name) and not self.namesake(other)

    def alike(self, other: Kind) -> bool:
        """True when both are named by the same noun, or by nouns for one side, or by none: figures for one another."""
        if self.clashes(other) or self.name or other.name:
            return False
        return self.head == other.head or (self.sort is not None and self.sort == other.sort)

    def may_hold(self, other: Kind) -> bool:
        """True when the other's people can be among this one's, or the same."""
        if self.anyone or other.anyone:
            return True
        if self.clashes(other):
            return False
        if (self.loose and self.side) or (other.loose and other.side):
            return True
        if self.head == other.head or (self.sort is not None and self.sort == other.sort):
            return True
        if self.status is other.status is Status.COMBATANT:
            return True
        if Status.COMBATANT in (self.status, other.status):
            return False
        return bool(self.sex or self.age or other.sex or other.age) or Status.CIVILIAN in (self.status, other.status)


def kind_of(claim: Claim) -> Kind:
    """The sort of people that a claim counts."""
    population = claim.population
    text = population.text if population is not None else ""
    words = [w for w in (w.strip(".,;:'\"()[]-") for w in fold(text).split()) if w]
    figure = fold(claim.count_span.text)
    if (
        population is None
        or not words
        or (claim.count.value is not None and fold(text) == figure and " " not in figure)
    ):
        name = _name(claim.count_span.text) if claim.count.form in (Form.SINGLE, Form.NAMED) else frozenset()
        return Kind("", not name, name)
    cut = next((i for i, w in enumerate(words) if i and w in _TAIL), len(words))
    last = words[cut - 1]
    marked = population.status is not Status.UNKNOWN or population.age or population.unit or population.occupation
    bare = last in words_for_anyone() or last.removesuffix("s") in words_for_anyone()
    name = _name(text) if claim.count.form in (Form.SINGLE, Form.NAMED) else frozenset()
    return Kind(
        last.removesuffix("s"),
        bare and not marked and not population.actor and not name,
        name,
        _sorts().get(last),
        population.status,
        population.sex,
        population.age,
        population.actor if population.actor and population.actor[:1].isupper() else None,
        population.occupation,
        bare,
    )


@lru_cache(maxsize=1)
def _sorts() -> dict[str, str]:
    """Nouns that say which side or service people are of, by the lexicon entry that holds them."""
    entries = [e for e in load("populations") if e.get("status") or e.name == "police"]
    return {fold(word): entry.name for entry in entries for word in entry.words}


def _known(status: Status) -> Status | None:
    return None if status is Status.UNKNOWN else status


def _name(text: str) -> frozenset[str]:
    """The capitalised words that end a phrase: "the mayor, Orben Vask". Empty where it does not end in one."""
    words = text.split()
    if text.isupper() and (len(words) < 2 or has_cue("article", words[0])):
        return frozenset()  # in capitals every word looks like a name: "A POLICE COLONEL", "PEASANT"
    taken: list[str] = []
    for word in reversed(words):
        bare = word.strip(".,;:'\"()[]-").removesuffix("'s").removesuffix("’s")
        if not bare[:1].isupper():
            break
        taken.append(bare.lower())
    return frozenset(taken)


def is_single(claim: Claim) -> bool:
    """True for one person, numbered or not."""
    return claim.count.low == claim.count.high == 1


def is_pronoun(claim: Claim) -> bool:
    """True where the words for those counted are a pronoun."""
    text = claim.population.text if claim.population is not None else claim.count_span.text
    return fold(text) in pronouns()


def is_vague(claim: Claim) -> bool:
    """True where the words give no number."""
    return claim.count.form in (*VAGUE_FORMS, Form.ADDITIVE) and claim.count.value is None


def on_top(claim: Claim) -> bool:
    """True when the words say that these come on top of others: "another three", "two more"."""
    if claim.count.form is Form.ADDITIVE:
        return True
    words = claim.count_span.text if claim.population is None else f"{claim.count_span.text} {claim.population.text}"
    start, end = claim.count_span.start - claim.sentence.start, claim.count_span.end - claim.sentence.start
    told = claim.measure_span.end - claim.sentence.start if claim.measure_span is not None else 0
    beside = (claim.sentence.text[max(0, start - _ALSO_WITHIN) : max(0, start)], claim.sentence.text[end:told])
    return has_cue("on-top", words) or any(has_cue("also", text) for text in beside)


def others_than(claim: Claim) -> bool:
    """True for "six others" beside people of another fate: not the killed, but perhaps the six told of before."""
    words = {*fold(claim.count_span.text).split()}
    words |= {*fold(claim.population.text).split()} if claim.population is not None else set()
    return bool(words & {"other", "others"}) and not words & {"another", "more", "additional", "further"}


def partitive(claim: Claim) -> bool:
    """True for "one of the", "three of whom": some of people told of elsewhere."""
    start = claim.count_span.end - claim.sentence.start
    inside = claim.count_span.text.partition(" of ")
    return bool(_OF_THE.match(fold(claim.sentence.text[start : start + 12]))) or bool(
        inside[1] and _OF_THE.match(fold(f" of {inside[2]} "))
    )


def introduced(claim: Claim) -> bool:
    """True when the words bring in somebody new: "a guard", "one guard", not "the guard" and not a name."""
    words = fold(claim.count_span.text).split()
    before = fold(claim.sentence.text[: claim.count_span.start - claim.sentence.start]).split()
    return bool({"a", "an", "one"} & {words[0] if words else "", before[-1] if before else ""})
