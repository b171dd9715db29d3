"""How much speaks for a name's being a place: its standing, the words on either side, people of the same name.

Weights add up to a candidate's strength; above places.PLACE_AT it is taken for a place. The weights were set by
hand and swept on annotated news (python -m eval.score toponym): halving or doubling any one moves F1 by less
than 0.01.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import compress

from tallystick.extract.gazetteer import Gazetteer
from tallystick.extract.toponym_cues import PlaceCues, place_cues
from tallystick.extract.toponym_words import Text, Word
from tallystick.extract.toponymy import Candidate
from tallystick.lexicon.gazetteer.countries import demonym_country
from tallystick.lexicon.gazetteer.records import NOTHING

RESIDENCE = "place_cues/residence"
HOMONYM = 1.2  # "Reading" within a sentence
HOMONYM_UNMARKED = 2.2  # where its capital letter means nothing
PERSON = 2.5  # a surname that the document introduces
PERSON_NAME = 0.7  # a given name or surname of the lists
TITLE = 4.0
GIVEN_BESIDE = 3.5
NAME_BEFORE = 2.0  # a capitalised word directly before
NAME_GOES_ON = 0.7  # a capitalised word directly behind
BRAND = 3.0
FAMILY = 3.0  # "the Manama family"
KIND_BEHIND = 2.0  # "Tver region"
KIND_BEFORE = 2.2  # "the village of X"
APPOSITION = 1.5
DATELINE = 2.0
LISTED = 0.6
CONTAINED = 1.0


@lru_cache(maxsize=50_000)
def _standing(index: Gazetteer, name_key: str) -> float:
    ids, main = index.lookup(name_key)
    if not len(ids):
        return -0.6
    features = [index.features[f] for f in index.feature[ids].tolist()]
    if "PCLI" in features or "CONT" in features:
        return 2.5
    mains = main.tolist()
    if any(f in ("ADM1", "PPLC", "RGN") and m for f, m in zip(features, mains, strict=True)):
        return 1.2
    people = index.population[ids].tolist()
    if not any(mains):
        return 0.4 if max(people) >= 200_000 else 0.1 if max(people) >= 20_000 else -0.6
    if NOTHING in compress(index.geonameid[ids].tolist(), mains):
        return 0.5  # the overlay lists what conflict reports name
    largest = max(compress(people, mains))
    return 1.0 if largest >= 200_000 else 0.5 if largest >= 20_000 else 0.0


@lru_cache(maxsize=1)
def _pair_ends() -> frozenset[str]:
    """Last words of the cues of more than one word that stand before a name."""
    return frozenset(cue.rpartition(" ")[2] for cue in place_cues().aside | place_cues().near if " " in cue)


class Weigher:
    """Adds up the evidence for the candidates of one text."""

    def __init__(self, index: Gazetteer, text: Text) -> None:
        self.index = index
        self.text = text
        self.cues: PlaceCues = place_cues()

    def weigh(self, c: Candidate, found: list[Candidate]) -> None:
        """Sets the candidate's strength, cues, kind and nearness, and what it contains of those found before."""
        words, cues = self.text.words, self.cues
        first = words[c.i]
        quiet = self.text.quiet(first)
        strength = self.standing(c.key)
        if c.i != c.j:
            strength += 0.4
        elif first.lower in cues.homonyms:
            strength -= HOMONYM_UNMARKED if first.first or not quiet else HOMONYM
        if c.i == c.j:
            if first.lower in self.text.people:
                strength -= PERSON
            elif first.lower in cues.surnames or first.lower in cues.given:
                strength -= PERSON_NAME
        strength += self._left(c, quiet) + self._right(c, quiet) + self._chain(c, found)
        c.strength = strength

    def standing(self, name_key: str) -> float:
        """How well known the name is as a place: countries and large towns need no cue."""
        return _standing(self.index, name_key)

    def _chain(self, c: Candidate, found: list[Candidate]) -> float:
        """ "Cottonport, Louisiana": the former lies in the latter, if the gazetteer agrees. Lists: "Kyiv and Lviv"."""
        if not found or found[-1].demonym is not None or found[-1].strength <= 0:
            return 0.0
        last, first = found[-1], self.text.words[c.i]
        if last.j == c.i - 1 and first.gap.strip() == "," and not first.first:
            last.container = len(found)
            c.cues += [cue for cue in last.cues if cue == RESIDENCE]
            return CONTAINED
        if last.j == c.i - 1 and first.gap in ("'s ", "’s "):  # "Iraq's Kirkuk"
            c.container, c.contained = len(found) - 1, True
            return CONTAINED
        if self._lies_in(last, c):
            last.container, last.contained = len(found), True
        if last.j == c.i - 2 and self.text.words[c.i - 1].lower in ("and", "or"):
            return LISTED
        return 0.0

    def _lies_in(self, last: Candidate, c: Candidate) -> bool:
        """True for "X in northern Y" and "X area of Y", with nothing but such words between."""
        if not 0 < c.i - last.j - 1 <= 4:
            return False
        between = self.text.words.between(last.j + 1, c.i)
        if not any(w.lower in ("in", "of") for w in between):
            return False
        cues = self.cues
        for word in between:
            plain = word.lower in ("in", "of", "the") or word.lower in cues.direction or word.lower in cues.kinds
            if not plain or word.first or word.gap.strip() not in ("", ","):
                return False
        return not self.text.words[c.i].first and self.text.words[c.i].gap.strip() == ""

    # -- the left side

    def _left(self, c: Candidate, quiet: bool) -> float:
        words, cues = self.text.words, self.cues
        at = c.i - 1
        before = self.text.before(c.i)
        if before is None:
            return 0.3 if words[c.i].text.isupper() and quiet else 0.0
        gap, strength = words[c.i].gap, 0.0
        while before.lower in cues.direction and gap in (" ", "-") and not before.first and at:
            strength = 0.6
            gap, at = before.gap, at - 1
            before = words[at]
        if before.lower == "the" and gap == " " and at and not before.first:
            strength -= 0.3
            gap, at = before.gap, at - 1
            before = words[at]
        pair = before.lower
        if at and not before.first:
            pair = f"{words[at - 1].lower} {pair}" if pair in _pair_ends() else ""
        if pair in cues.aside or before.lower in cues.aside:
            c.cues.append("place_cues/aside")
        elif before.lower in cues.residence and self._behind_comma(at):
            c.cues.append(RESIDENCE)
        if (before.lower in cues.near and gap == " ") or pair in cues.near:
            c.near = True
            c.cues.append("place_cues/near")
            return strength + 1.6
        if before.lower == "of" and at and "of" in cues.roles(words[at - 1].lower):
            c.kind = words[at - 1].lower
            c.cues.append("place_types")
            if at > 1 and not words[at - 1].first and not before.first:
                c.country = demonym_country(words[at - 2].text)  # "the Tunisian town of X"
            return strength + KIND_BEFORE
        if weight := cues.weight.get(before.lower):
            if gap not in (" ", "\n"):
                return strength
            c.cues.append(weight[0])
            return strength + weight[1]
        return strength + self._name_before(before, gap, quiet)

    def _behind_comma(self, i: int) -> bool:
        """True for the "of" of "Venn, of Brindle" and of "Venn, 39, of Brindle", whose age takes the comma with it."""
        words = self.text.words
        if not i or words[i].first:
            return False
        return words[i].gap.strip() == "," or words[i - 1].text.endswith(",")

    def _name_before(self, before: Word, gap: str, quiet: bool) -> float:
        cues = self.cues
        if before.lower in cues.title and gap in (" ", ". "):
            if before.capital and quiet:
                return -TITLE
            return -1.0
        roles = cues.roles(before.lower)
        if roles and gap == " ":
            return 0.8 if roles & {"town", "area"} else 0.2
        if "town" in roles and gap == ", ":  # "the capital, Kabul"
            return APPOSITION
        if not quiet or not before.capital or gap not in (" ", "-", ". ") or before.lower in cues.calendar:
            return 0.0
        if before.lower in cues.given:
            return -GIVEN_BESIDE
        if len(before.text) == 1 and gap == "-":  # "D-Raleigh"
            return 0.0
        if demonym_country(before.text) or (before.first and before.lower in cues.homonyms):
            return 0.0
        return -NAME_BEFORE

    # -- the right side

    def _right(self, c: Candidate, quiet: bool) -> float:
        words, cues = self.text.words, self.cues
        if c.j > c.i and cues.roles(words[c.j].lower) & {"area1", "area2", "town"}:
            c.kind = words[c.j].lower
            c.cues.append("place_types")
            return KIND_BEHIND
        after = self.text.after(c.j)
        if after is None:
            return 0.0
        if (
            words[c.i].first
            and words[c.j].text.isupper()
            and quiet
            and after.gap.strip()[:1] in ("-", "–", "—", "(", ",")
        ):
            c.cues.append("places/dateline")
            return DATELINE
        if not self.text.joined(c.j + 1):
            return 0.0
        if after.gap == "-" and after.lower in cues.belonging:
            c.cues.append("place_cues/belonging")
            return 0.0
        if after.capital and quiet and after.lower in cues.street:
            c.cues.append("place_cues/street")
        then = self.text.after(c.j + 1) if after.lower == "local" else None
        if cues.area_after(after.lower, "" if then is None else then.lower):
            return self._kind_behind(c, after)
        if roles := cues.roles(after.lower):
            c.kind = c.kind or (after.lower if "water" in roles else None)
            return 0.8
        if after.lower in cues.brand and after.capital and quiet:
            return -BRAND
        if after.lower in cues.organisation:
            return -0.2
        if after.lower in cues.family:
            return -FAMILY
        if after.lower in cues.speech:
            return -PERSON_NAME
        if after.capital and quiet and not demonym_country(after.text) and after.lower not in cues.calendar:
            return -GIVEN_BESIDE if words[c.i].lower in cues.given else -NAME_GOES_ON
        return 0.0

    def _kind_behind(self, c: Candidate, after: Word) -> float:
        roles = self.cues.roles(after.lower)
        c.kind = c.kind or after.lower
        c.cues.append("place_types")
        if "around" in roles:
            c.near = True
        elif roles & {"area1", "area2"} or after.lower in ("city", "town", "village"):
            c.end, c.j = after.end, c.j + 1
        return KIND_BEHIND
