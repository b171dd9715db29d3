"""The lists that tell places from other names, loaded once: lexicon/en/place_*.toml and .tsv."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tallystick.extract.truecase import small_words
from tallystick.lexicon import fold, load, load_rows
from tallystick.lexicon.gazetteer.countries import country_names

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceCues:
    """Word lists by what they say about a name beside them. All words are folded."""

    weight: dict[str, tuple[str, float]]  # a preposition: its entry, what it adds
    near: frozenset[str]
    aside: frozenset[str]
    belonging: frozenset[str]
    residence: frozenset[str]
    street: frozenset[str]
    title: frozenset[str]
    organisation: frozenset[str]
    brand: frozenset[str]
    speech: frozenset[str]
    family: frozenset[str]
    calendar: frozenset[str]
    joining: frozenset[str]
    direction: frozenset[str]
    other_capital: frozenset[str]
    homonyms: frozenset[str]
    given: frozenset[str]
    surnames: frozenset[str]
    kinds: dict[str, frozenset[str]]  # a word for a kind of place: its roles
    short: dict[str, tuple[str, str, str]]  # a short form: key, country, when
    actors: dict[str, list[tuple[Phrase, list[str]]]]  # by first word

    def roles(self, word: str) -> frozenset[str]:
        """The roles of a word for a kind of place; empty for any other word."""
        return self.kinds.get(word, _NONE)

    def area_after(self, word: str, then: str = "") -> bool:
        """True when the word, behind a name, makes it the name of an area or settlement."""
        return bool(self.roles(word) & _AREA) or (word == "local" and then == "government")


_NONE: frozenset[str] = frozenset()
_AREA = frozenset({"area1", "area2", "town", "around"})


@lru_cache(maxsize=1)
def place_cues() -> PlaceCues:
    """The lists, from the lexicon."""
    cues = load("place_cues")
    weights = {
        word: (cues[name].id, float(cues[name].get("weight")))
        for name in ("within", "at", "of", "near")
        for word in cues[name].words
        if " " not in word
    }
    actors: dict[str, list[tuple[Phrase, list[str]]]] = {}
    for phrases, countries in load_rows("place_actors"):
        for phrase in map(str.split, phrases.split("|")):
            actors.setdefault(phrase[0], []).append((tuple(phrase), countries.split("|")))
    homonyms, given, surnames = (
        frozenset(fold(row[0]) for row in load_rows(name)) for name in ("place_homonyms", "given_names", "surnames")
    )
    return PlaceCues(
        weights,
        near=cues.words_of("near"),
        aside=cues.words_of("aside"),
        belonging=cues.words_of("belonging"),
        residence=cues.words_of("residence"),
        street=cues.words_of("street"),
        title=cues.words_of("title"),
        organisation=cues.words_of("organisation"),
        brand=cues.words_of("brand"),
        speech=cues.words_of("speech"),
        family=cues.words_of("family"),
        calendar=cues.words_of("calendar"),
        joining=cues.words_of("joining"),
        direction=cues.words_of("direction"),
        other_capital=cues.words_of("other-capital"),
        homonyms=homonyms | (small_words() - country_names()),
        given=given,
        surnames=surnames,
        kinds={word: frozenset(roles.split("|")) for word, roles in load_rows("place_types")},
        short={row[0]: (row[1], row[2], row[3]) for row in load_rows("place_abbreviations")},
        actors=actors,
    )
