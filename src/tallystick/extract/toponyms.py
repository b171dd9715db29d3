"""Which names of a text are places: every word sequence that the gazetteer knows, and the evidence for each.

No parse: what counts is the letters, the words on either side, and what the rest of the document says about the
same name. resolve them with extract.disambiguate.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tallystick.extract.gazetteer import Gazetteer, gazetteer
from tallystick.extract.truecase import shouts
from tallystick.lexicon import load, load_rows
from tallystick.lexicon.gazetteer.countries import demonym_country
from tallystick.lexicon.gazetteer.names import key
from tallystick.model.text import Sentence

_WORD = re.compile(r"[^\W\d_](?:\.[^\W\d_])+\b\.?|[^\W\d_]+(?:['’‘ʼ`´][^\W\d_]+)*|\d[\d.,:]*")
GIVEN = 1.4
SURNAME = 0.7
NAME_GOES_ON = 1.2
# What an armed group's name counts for its country, beside 1 for a town there.
ACTOR = 0.4
# Longest name looked up, in words. The longest indexed has six.
WINDOW = 6


@dataclass(slots=True)
class Word:
    """A word of the document. gap is the text between it and the word before ("" at a sentence's start)."""

    start: int
    end: int
    text: str
    lower: str
    key: str
    gap: str
    capital: bool
    shouted: bool
    first: bool


@dataclass(slots=True)
class Candidate:
    """Words i to j (both included) that may name a place.

    key is what the index knows them as; strength the evidence for a place, above 0 for a likely one. kind is the
    word for its kind beside it ("district"), container the position among the candidates of the place that the
    text puts it in. demonym is the country of a demonym, which is never a place.
    """

    i: int
    j: int
    start: int
    end: int
    key: str
    strength: float
    cues: list[str] = field(default_factory=list)
    country: str | None = None
    kind: str | None = None
    near: bool = False
    container: int | None = None
    known: bool = True
    demonym: str | None = None


@dataclass(frozen=True, slots=True)
class _Cues:
    weight: dict[str, tuple[str, float]]
    near: frozenset[str]
    title: frozenset[str]
    organisation: frozenset[str]
    brand: frozenset[str]
    speech: frozenset[str]
    calendar: frozenset[str]
    joining: frozenset[str]
    direction: frozenset[str]
    homonyms: frozenset[str]
    given: frozenset[str]
    surnames: frozenset[str]
    kinds: dict[str, frozenset[str]]
    short: dict[str, tuple[str, str, str]]


@lru_cache(maxsize=1)
def _cues() -> _Cues:
    cues = load("place_cues")
    weights = {
        word: (entry.id, float(entry.get("weight")))
        for name in ("within", "at", "of", "near")
        for entry in (cues[name],)
        for word in entry.words
        if " " not in word
    }
    return _Cues(
        weights,
        *(cues.words_of(n) for n in ("near", "title", "organisation", "brand", "speech", "calendar", "joining", "direction")),
        *(frozenset(row[0] for row in load_rows(name)) for name in ("place_homonyms", "given_names", "surnames")),
        {word: frozenset(roles.split("|")) for word, roles in load_rows("place_types")},
        {row[0]: (row[1], row[2], row[3]) for row in load_rows("place_abbreviations")},
    )  # fmt: skip


@lru_cache(maxsize=1)
def _actors() -> dict[str, list[tuple[tuple[str, ...], list[str]]]]:
    found: dict[str, list[tuple[tuple[str, ...], list[str]]]] = {}
    for phrases, countries in load_rows("place_actors"):
        for phrase in phrases.split("|"):
            words = tuple(phrase.split())
            found.setdefault(words[0], []).append((words, countries.split("|")))
    return found


def words_of(sentences: Sequence[Sentence]) -> list[Word]:
    """The words of the sentences in order, possessive endings left out."""
    words: list[Word] = []
    for sentence in sentences:
        text, base, last = sentence.text, sentence.start, 0
        loud = shouts(text)
        for match in _WORD.finditer(text):
            token, start, end = match[0], match.start(), match.end()
            lower = token.lower()
            if len(token) > 2 and token[-2] in "'’" and lower[-1] == "s":
                end -= 2
                token, lower = token[:-2], lower[:-2]
            upper = token[0] != lower[0]
            words.append(
                Word(
                    base + start,
                    base + end,
                    token,
                    lower,
                    "",
                    text[last:start] if start else "",
                    upper,
                    loud,
                    last == 0,
                )  # fmt: skip
            )
            last = end
    return words


def _joined(word: Word) -> bool:
    """True when the word stands beside the one before it with nothing but a space or hyphen between."""
    return not word.first and (word.gap in (" ", "-", "‑", "\n", "  ") or word.gap == ". ")


_SHORT_BEFORE_STOP = frozenset({"st", "ste", "mt", "ft", "pt"})


@lru_cache(maxsize=50_000)
def _opens(word_key: str) -> bool:
    return gazetteer().opens(word_key)


class Finder:
    """Candidates of one document."""

    def __init__(self, index: Gazetteer, sentences: Sequence[Sentence]) -> None:
        self.gazetteer = index
        self.words = words_of(sentences)
        self.cues = _cues()
        letters = sum(w.capital for w in self.words)
        # A text without capitals gives none to go by; below 1 word in 50 is no ordinary prose.
        self.lower_case = bool(self.words) and letters < len(self.words) / 50
        self.people: set[str] = set()
        self.evidence: dict[str, float] = {}

    def find(self) -> list[Candidate]:
        """Every candidate in text order, never overlapping; demonyms included."""
        words = self.words
        for word in words:
            if word.capital or self.lower_case:
                word.key = key(word.text)
        self._remember_people()
        self._remember_actors()
        found: list[Candidate] = []
        i = 0
        while i < len(words):
            candidate = self._at(i, found)
            if candidate is None:
                i += 1
            else:
                found.append(candidate)
                i = candidate.j + 1
        return found

    # -- people

    def _remember_people(self) -> None:
        """Surnames of the document: the last word of "Given Name" and "Title Name"."""
        words, cues = self.words, self.cues
        for n in range(1, len(words)):
            word, before = words[n], words[n - 1]
            if not word.capital or not before.capital or word.shouted or word.gap not in (" ", ". "):
                continue
            if before.lower in cues.title and before.gap != "-" and word.lower not in cues.kinds:
                self.people.add(word.lower)
                if n + 1 < len(words) and words[n + 1].capital and words[n + 1].gap == " ":
                    self.people.add(words[n + 1].lower)
            elif word.gap == " " and before.lower in cues.given and word.lower not in cues.kinds and not before.first:
                self.people.add(word.lower)

    def _remember_actors(self) -> None:
        """Countries that armed groups and local terms speak for. One name counts at most three times."""
        words, actors = self.words, _actors()
        seen: Counter[tuple[str, ...]] = Counter()
        for n, word in enumerate(words):
            for phrase, countries in actors.get(word.lower, ()):
                if all(n + k < len(words) and words[n + k].lower == p for k, p in enumerate(phrase)):
                    seen[phrase] += 1
                    if seen[phrase] <= 3:
                        for country in countries:
                            self.evidence[country] = self.evidence.get(country, 0.0) + ACTOR / len(countries)

    # -- one position

    def _at(self, i: int, found: list[Candidate]) -> Candidate | None:
        word, cues = self.words[i], self.cues
        if not word.capital and not self.lower_case:
            return None
        if word.lower in cues.calendar or word.text[0].isdigit():
            return None
        demonym = self._demonym(i)
        short = self._short(i, found)
        if short is not None:
            return short
        match = self._longest(i)
        if demonym is not None and (match is None or match[0] <= demonym.j):
            return demonym
        if match is None:
            return self._unknown(i)
        j, name = match
        candidate = Candidate(i, j, word.start, self.words[j].end, name, 0.0)
        self._weigh(candidate, found)
        return candidate

    def _demonym(self, i: int) -> Candidate | None:
        words = self.words
        for j in (i + 1, i):
            if j < len(words) and (j == i or (_joined(words[j]) and (words[j].capital or self.lower_case))):
                country = demonym_country(words[i].text if i == j else f"{words[i].text} {words[j].text}")
                if country:
                    return Candidate(i, j, words[i].start, words[j].end, "", -9.0, demonym=country)
        return None

    def _short(self, i: int, found: list[Candidate]) -> Candidate | None:
        """A short form that the list knows in exactly these letters."""
        word = self.words[i]
        if len(word.text) > 9 or (
            word.shouted and "." not in word.text and word.text not in ("US", "USA", "UK", "USSR")
        ):
            return None
        form = self.cues.short.get(word.text.replace(".", ""))
        if form is None:
            return None
        name, country, when = form
        after_place = bool(found) and found[-1].j == i - 1 and word.gap.strip() == "," and found[-1].demonym is None
        if (when == "comma" and not after_place) or (when == "stops" and "." not in word.text and not after_place):
            return None
        candidate = Candidate(i, i, word.start, word.end, name, 2.5, country=country or None)
        candidate.cues.append("place_abbreviations")
        if after_place:
            found[-1].container = len(found)
            found[-1].strength += 3.0
        return candidate

    def _longest(self, i: int) -> tuple[int, str] | None:
        """The last word and the key of the longest name that begins at word i."""
        words, cues = self.words, self.cues
        if not _opens(words[i].key):
            return None
        pieces = [words[i].key]
        ends = [i]
        for j in range(i + 1, min(i + WINDOW, len(words))):
            word = words[j]
            if word.first or not (
                word.gap in (" ", "-", "‑", "\n", "  ")
                or (word.gap == ". " and words[j - 1].lower in _SHORT_BEFORE_STOP)
            ):
                break
            if not word.capital and not self.lower_case and word.lower not in cues.joining:
                break
            pieces.append(word.key or key(word.text))
            ends.append(j)
        whole = " ".join(pieces)
        prefixes = self.gazetteer.prefixes(whole)
        if not prefixes:
            return None
        known = set(prefixes)
        for count in range(len(ends), 0, -1):
            name = " ".join(pieces[:count])
            last = words[ends[count - 1]]
            if name in known and (last.capital or self.lower_case) and not (count == 1 and len(name) < 3):
                return ends[count - 1], name
        return None

    # -- evidence

    def _weigh(self, c: Candidate, found: list[Candidate]) -> None:
        words, cues = self.words, self.cues
        first, last = words[c.i], words[c.j]
        before = words[c.i - 1] if c.i and not first.first else None
        after = words[c.j + 1] if c.j + 1 < len(words) and not words[c.j + 1].first else None
        single = c.i == c.j
        quiet = not first.shouted and not self.lower_case
        strength = 0.4 if not single else 0.0
        if single and first.lower in cues.homonyms:
            strength -= 2.2 if (first.first or not quiet) else 1.2
        if single and first.lower in self.people:
            strength -= 2.5
        elif (single and first.lower in cues.surnames) or (single and first.lower in cues.given):
            strength -= 0.7
        strength += self._standing(c)
        strength += self._before(c, before, quiet)
        strength += self._after(c, after, quiet)
        if (
            found
            and found[-1].demonym is None
            and found[-1].j == c.i - 1
            and found[-1].strength > 0
            and first.gap.strip() == ","
        ):
            # "Cottonport, Louisiana": the former lies in the latter, if the gazetteer agrees.
            strength += 1.0
            found[-1].container = len(found)
        elif (
            found
            and found[-1].strength > 0
            and found[-1].j == c.i - 2
            and before is not None
            and before.lower in ("and", "or")
        ):
            strength += 0.6
        c.strength = strength

    def _standing(self, c: Candidate) -> float:
        """How well known the name is as a place: countries and large towns need no cue."""
        ids, main = self.gazetteer.lookup(c.key)
        features = [self.gazetteer.features[f] for f in self.gazetteer.feature[ids]]
        if any(f == "PCLI" or f == "CONT" for f in features):
            return 2.5
        if any(f in ("ADM1", "PPLC", "RGN") and m for f, m in zip(features, main, strict=True)):
            return 1.2
        people = self.gazetteer.population[ids[main]]
        largest = int(people.max()) if len(people) else 0
        if not len(people):
            return -0.6
        return 1.0 if largest >= 200_000 else 0.5 if largest >= 20_000 else 0.0

    def _before(self, c: Candidate, before: Word | None, quiet: bool) -> float:
        cues, words = self.cues, self.words
        if before is None:
            return 0.3 if words[c.i].first and words[c.i].text.isupper() and quiet else 0.0
        gap = words[c.i].gap
        at = c.i - 1
        strength = 0.0
        while before.lower in cues.direction and gap in (" ", "-") and not words[at].first and at:
            strength = max(strength, 0.6)
            gap, at = before.gap, at - 1
            before = words[at]
        if before.lower == "the" and gap == " " and at and not before.first:
            strength -= 0.3
            gap, at = before.gap, at - 1
            before = words[at]
            if before.lower in cues.direction:
                before = words[at]
        kind = cues.kinds.get(before.lower)
        pair = f"{words[at - 1].lower} {before.lower}" if at else before.lower
        if (before.lower in cues.near and gap == " ") or pair in cues.near:
            c.near = True
            c.cues.append("place_cues/near")
            return strength + 1.6
        if before.lower == "of" and at and "of" in cues.kinds.get(words[at - 1].lower, ()):
            c.kind = words[at - 1].lower
            c.cues.append("place_types")
            return strength + 2.2
        if weight := cues.weight.get(before.lower):
            if gap in (" ", "\n"):
                c.cues.append(weight[0])
                return strength + weight[1]
            return strength
        if (
            before.lower in cues.title
            and gap in (" ", ". ")
            and (
                before.capital
                or not quiet
                or before.lower not in ("chief", "major", "residents", "resident", "father", "private")
            )
        ):
            return strength + (-4.0 if quiet and before.capital else -1.0)
        if kind is not None and gap == " ":
            return strength + (0.8 if "town" in kind or "area" in kind else 0.2)
        if quiet and before.capital and gap in (" ", "-", ". ") and before.lower not in cues.calendar:
            if before.lower in cues.given:
                return strength - 3.5
            if len(before.text) == 1 and gap == "-":
                return strength  # "D-Raleigh"
            if demonym_country(before.text) or (before.first and before.lower in cues.homonyms):
                return strength
            return strength - 2.0
        return strength

    def _after(self, c: Candidate, after: Word | None, quiet: bool) -> float:
        cues, words = self.cues, self.words
        if c.j > c.i and cues.kinds.get(words[c.j].lower, frozenset()) & {"area1", "area2", "town"}:
            c.kind = words[c.j].lower
            c.cues.append("place_types")
            return 2.0
        if after is None:
            return 0.0
        if words[c.i].first and words[c.j].text.isupper() and quiet and after.gap.strip()[:1] in ("-", "–", "—", "(", ","):
            return 2.0  # a dateline
        kind = cues.kinds.get(after.lower)
        if kind and _joined(after):
            if kind & {"area1", "area2", "town"} or after.lower == "area":
                c.kind = c.kind or after.lower
                c.cues.append("place_types")
                if kind & {"area1", "area2"} or after.lower in ("city", "town", "village"):
                    c.end, c.j = after.end, c.j + 1
                return 2.0
            return 0.8
        if not _joined(after):
            return 0.0
        if after.lower in cues.brand and (after.capital or not quiet):
            return -3.0
        if after.lower in cues.organisation:
            return -0.2
        if after.lower in cues.speech:
            return -0.7
        if after.capital and quiet:
            if demonym_country(after.text) or after.lower in cues.calendar:
                return 0.0
            if words[c.i].lower in cues.given:
                return -3.5
            return -NAME_GOES_ON
        return 0.0

    def _unknown(self, i: int) -> Candidate | None:
        """A name that the index lacks, after words that say plainly that it is a place ("the village of X")."""
        words, cues = self.words, self.cues
        if words[i].shouted or self.lower_case or words[i].first or i < 2:
            return None
        j = i
        while (
            j + 1 < len(words)
            and j - i < 3
            and words[j + 1].capital
            and words[j + 1].gap in (" ", "-")
            and not words[j + 1].first
        ):
            j += 1
        area = cues.kinds.get(words[j].lower, frozenset()) & {"area1", "area2", "town"} if j > i else frozenset()
        following = words[j + 1] if j + 1 < len(words) and not words[j + 1].first and words[j + 1].gap == " " else None
        if not area and following is not None and not following.capital:
            area = cues.kinds.get(following.lower, frozenset()) & {"area1", "area2"}
        preceded = (
            words[i - 1].lower == "of" and "of" in cues.kinds.get(words[i - 2].lower, ()) and not words[i - 1].first
        )
        inside = words[i - 1].lower in ("in", "near", "of") and bool(area) and words[i].gap == " "
        if not (preceded and words[i].gap == " ") and not inside:
            return None
        c = Candidate(
            i, j, words[i].start, words[j].end, key(" ".join(w.text for w in words[i : j + 1])), 1.5, known=False
        )
        c.kind = words[i - 2].lower if preceded else None
        c.cues.append("place_types")
        return c
