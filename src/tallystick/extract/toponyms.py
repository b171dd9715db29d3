"""Which names of a text may be places: the longest word sequences that the gazetteer knows, weighed by context.

No parse: what counts is the letters, the words on either side, and what the rest of the document says about the
same name. extract.disambiguate then says which places they are.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from tallystick.extract import toponym_starts as starts
from tallystick.extract.gazetteer import Gazetteer
from tallystick.extract.toponym_cues import place_cues
from tallystick.extract.toponym_weights import RESIDENCE, Weigher
from tallystick.extract.toponym_words import Text, possessive
from tallystick.extract.toponymy import Candidate, How
from tallystick.lexicon.gazetteer.countries import demonym_country, demonyms
from tallystick.lexicon.gazetteer.names import ARTICLES, key
from tallystick.model.text import Sentence

# Longest name looked up, in words. The longest indexed has six.
WINDOW = 6
# What an armed group's name and a demonym count for their country, beside 1 for a town there.
ACTOR = 0.4
DEMONYM = 0.5
OUTSIDER = 0.1  # "Saudi-led"
# Prepositions before a name that a word for its kind follows ("in X province").
_BEFORE_ANY = frozenset({"in", "near", "of", "at", "from", "to"})
# Words behind the first of a name within which its kind is named: the name is at most six words long.
_FARTHEST_KIND = 9
# Joins the halves of a Spanish or Portuguese name.
_OF = frozenset({"de", "del", "do", "da", "dos"})
# A record of this many people holds its own against the words that go on behind its name ("Geneva Call").
KNOWN_AT_ALL = 0.5


class Finder:
    """Finds the candidates of one document."""

    def __init__(self, index: Gazetteer, sentences: Sequence[Sentence]) -> None:
        self.index = index
        self.text = Text(sentences)
        self.cues = place_cues()
        self.weigher = Weigher(index, self.text)
        self._demonyms, self._demonym_starts = demonyms(), starts.demonym_starts()
        kinds = starts.kind_words()
        self._kinds_at = [n for n, lower in enumerate(self.text.lowers) if lower in kinds]

    def find(self) -> list[Candidate]:
        """Every candidate in text order, never overlapping; demonyms included."""
        found: list[Candidate] = []
        free = 0  # the first word that no candidate has taken
        for i in self._beginnings():
            candidate = self._at(i, found) if i >= free else None
            if candidate is not None:
                found.append(candidate)
                free = candidate.j + 1
        return found

    def _beginnings(self) -> Iterator[int]:
        """The words at which a candidate can begin: most words of prose have no capital."""
        text = self.text
        tokens, all_quiet = text.tokens, not (text.lower_case or text.any_loud)
        for i, (capital, lower) in enumerate(zip(text.capitals, text.lowers, strict=True)):
            if not all_quiet and text.one_case(i):
                if self._worth_it(i):
                    yield i
            elif capital:
                start = starts.start(tokens[i])
                if (
                    start == starts.ALONE
                    or (start == starts.LONGER and self._may_go_on(i))
                    or (start != starts.NOTHING and self._kind_beside(i))
                ):
                    yield i
            elif lower in starts.LOWER_STARTS and (lower == "capital" or self._may_be_article(i)):
                yield i

    def evidence(self, found: Iterable[Candidate]) -> dict[str, float]:
        """What demonyms, armed groups and local terms add for each country."""
        total: defaultdict[str, float] = defaultdict(float)
        for c in found:
            if c.demonym is not None:
                total[c.demonym] += OUTSIDER if self._acts_from_outside(c) else DEMONYM
        seen: Counter[tuple[str, ...]] = Counter()
        lowers, actors = self.text.lowers, self.cues.actors
        named = actors.keys() & set(lowers)
        for n in [n for n, lower in enumerate(lowers) if lower in named] if named else ():
            for phrase, countries in actors[lowers[n]]:
                if tuple(lowers[n : n + len(phrase)]) == phrase:
                    seen[phrase] += 1
                    for country in countries if seen[phrase] <= 3 else ():
                        total[country] += ACTOR / len(countries)
        return dict(total)

    def _acts_from_outside(self, c: Candidate) -> bool:
        after = self.text.after(c.j)
        return after is not None and after.gap == "-" and after.lower in self.cues.belonging

    def _at(self, i: int, found: list[Candidate]) -> Candidate | None:
        word, text = self.text.words[i], self.text
        if not text.names(word) and not self._article(i):
            return self._capital(i, found) if word.lower == "capital" else None
        if word.text[0].isdigit():
            return None
        if word.lower in self.cues.calendar and ((longer := self._longest(i)) is None or longer[0] == i):
            return None  # "Christmas", and not "Christmas Island"
        if (short := self._short(i, found)) is not None:
            return short
        demonym = self._demonym(i)
        match = self._longest(i)
        if demonym is not None and (match is None or match[0] <= demonym.j):
            return demonym
        if match is None:
            return self._unknown(i)
        j, name = match
        if i == j and text.quiet(word) and word.text.isupper() and len(word.text) < 6 and not self._dateline(i):
            return None  # "TAK": an acronym that is also a place's name
        if not text.quiet(word) and ((i == j and word.lower in self.cues.homonyms) or self._only_common(i, j)):
            return None  # "THE SAME TOWN", "THE EASTERN REGION"
        candidate = Candidate(i, j, word.start, text.words[j].end, name)
        self.weigher.weigh(candidate, found)
        if candidate.strength < KNOWN_AT_ALL or self._cut_short(candidate):
            # The index knows only a part of the name, or the name hardly passes for a place.
            unknown = self._unknown(i)
            if unknown is not None and (unknown.j > candidate.j or candidate.strength < 0):
                return unknown
        return candidate

    def _worth_it(self, i: int) -> bool:
        """False for the many words of a text in one case that neither begin nor are a name."""
        lowers = self.text.lowers
        after = lowers[i + 1] if i + 1 < len(lowers) else ""
        return (
            not starts.dull(lowers[i])
            or after in _OF
            or (lowers[i] in self.cues.homonyms and starts.pair(lowers[i], after))
        )

    def _the_before(self, i: int) -> bool:
        before = self.text.before(i)
        return before is not None and before.lower == "the" and self.text.words[i].gap == " "

    def _dateline(self, i: int) -> bool:
        """True for a word that opens its sentence with a dash, bracket or comma behind it ("GOMA -")."""
        after = self.text.after(i)
        return self.text.words[i].first and after is not None and after.gap.strip()[:1] in ("-", "–", "—", "(", ",")

    def _may_go_on(self, i: int) -> bool:
        """False where the word behind word i makes no longer name of the index: asks for less than _longest()."""
        text = self.text
        tokens = text.tokens
        if i + 1 == len(tokens) or text.begins(i + 1):
            return False
        after = text.lowers[i + 1]
        named = text.capitals[i + 1] or after in self.cues.joining or possessive(after)
        return bool(named) and starts.two_begin(tokens[i], tokens[i + 1])

    def _may_be_article(self, i: int) -> bool:
        """False at an article that no hyphen and capital follow: asks for less than _article() does."""
        text = self.text
        return i + 1 < len(text.lowers) and text.capitals[i + 1] and text.gaps[i + 1] == "-"

    def _article(self, i: int) -> bool:
        """True at the "al" of "al-Bab"."""
        words = self.text.words
        if words[i].lower not in ARTICLES or i + 1 == len(words):
            return False
        if words[i + 1].gap != "-" or not words[i + 1].capital or words[i + 1].first:
            return False
        words[i].key = words[i].lower
        return True

    def _only_common(self, i: int, j: int) -> bool:
        """True when words i to j are ordinary words that letters do not tell from a name in this text."""
        cues, words, after = self.cues, self.text.words.between(i, j + 1), self.text.after(j)
        if i == j and (after is None or after.lower not in cues.kinds):
            return words[0].lower in cues.direction or words[0].lower in cues.kinds
        return all(w.lower in cues.homonyms or w.lower in cues.direction or w.lower in cues.kinds for w in words)

    def _cut_short(self, c: Candidate) -> bool:
        """True when a little-known name is only the beginning of a longer one ("Ain" in "Ain al-Tamer")."""
        words = self.text.words
        after = self.text.after(c.j)
        if after is None or not self.text.joined(c.j + 1):
            return False
        if not self.text.quiet(words[c.i]):
            return after.lower in _OF
        if not after.capital:
            return self._article(c.j + 1)
        if self.weigher.standing(c.key) > 0.4 or c.kind is not None:
            return False
        cues = self.cues
        common = after.lower in cues.homonyms or after.lower in cues.kinds or after.lower in cues.organisation
        return not (common or after.lower in cues.calendar or after.lower in cues.brand or demonym_country(after.text))

    def _demonym(self, i: int) -> Candidate | None:
        text, words, known = self.text, self.text.words, self._demonyms
        first = words[i]
        if first.key in self._demonym_starts and i + 1 < len(words) and text.joined(i + 1) and text.names(words[i + 1]):
            second = words[i + 1]
            if country := known.get(f"{first.key} {second.key}"):
                return Candidate(i, i + 1, first.start, second.end, "", demonym=country)
        if country := known.get(first.key):
            return Candidate(i, i, first.start, first.end, "", demonym=country)
        return None

    def _short(self, i: int, found: list[Candidate]) -> Candidate | None:
        """A short form that the list knows in exactly these letters ("US", "Fla.")."""
        word = self.text.words[i]
        form = self.cues.short.get(word.text.replace(".", ""))
        if form is None or len(word.text) > 9:
            return None
        if word.shouted and "." not in word.text and not self._the_before(i):
            return None  # "LET US VOTE"
        name, country, when = form
        after_place = bool(found) and found[-1].j == i - 1 and word.gap.strip() == "," and found[-1].demonym is None
        if (when == "comma" and not after_place) or (when == "stops" and "." not in word.text and not after_place):
            return None
        candidate = Candidate(i, i, word.start, word.end, name, country=country or None)
        self.weigher.weigh(candidate, [])
        candidate.strength = max(candidate.strength, 0.0) + 2.5
        candidate.cues.append("place_abbreviations")
        if after_place:
            found[-1].container = len(found)
            found[-1].strength += 3.0
            candidate.cues += [cue for cue in found[-1].cues if cue == RESIDENCE]  # "of Buckeye, Ariz."
        return candidate

    def _longest(self, i: int) -> tuple[int, str] | None:
        """The last word and the key of the longest indexed name that begins at word i."""
        text, words, cues = self.text, self.text.words, self.cues
        if not starts.opens(words[i].key):
            return None
        pieces = [words[i].key]
        capitals, lowers, joining = text.capitals, text.lowers, cues.joining
        for j in range(i + 1, min(i + WINDOW, len(lowers))):
            if not (capitals[j] or text.lower_case or lowers[j] in joining or possessive(lowers[j])):
                break
            if not text.joined(j) or not (text.names(words[j]) or words[j].lower in cues.joining):
                break
            pieces.append(words[j].key or key(words[j].text))
            if j == i + 1 and not starts.goes_on(f"{pieces[0]} {pieces[1]}"):
                break
        known = starts.known(self.index, " ".join(pieces))
        for count in range(len(pieces), 0, -1):
            name = " ".join(pieces[:count])
            if name in known and text.names(words[i + count - 1]) and not (count == 1 and len(name) < 3):
                return i + count - 1, name
        return None

    # -- names that the index lacks

    def _unknown(self, i: int) -> Candidate | None:
        """A name that the index lacks or hardly knows, after words that say plainly that it is a place."""
        text, words, cues = self.text, self.text.words, self.cues
        if text.lower_case or not self._said_to_be_a_place(i) or (words[i].first and words[i].lower in cues.homonyms):
            return None
        loud = words[i].shouted
        if loud and (words[i].lower in cues.homonyms or words[i].lower in cues.surnames) and not self._spanish(i) > i:
            return None
        j = self._run(i) if text.quiet(words[i]) else self._spanish(i)
        if j == i and words[i].text.isupper() and not loud:
            return None
        names = [w for w in words.between(i, j + 1) if w.capital]
        if all(w.lower in cues.homonyms or w.lower in cues.kinds or demonym_country(w.text) for w in names):
            return None
        if words[i].lower in cues.given or words[i].lower in text.people or words[i].lower in cues.title:
            named = None
        else:
            named = self._named(i, j)
        before = text.before(i)
        beside = before is not None and before.lower in cues.weight and words[i].gap == " "
        if named is None and (not beside or (loud and i == j)):
            return None
        name = key(" ".join(w.text for w in words.between(i, j + 1)))
        candidate = Candidate(i, j, words[i].start, words[j].end, name, how=How.SOUND)
        self.weigher.weigh(candidate, [])
        if named is not None:
            candidate.kind, candidate.plain, candidate.strength = named or None, True, max(candidate.strength, 1.5)
            if "place_types" not in candidate.cues:
                candidate.cues.append("place_types")
            return candidate
        if before is None or before.lower == "of" or words[i].lower in text.people:
            return None
        if i == j and words[i].lower in cues.homonyms:
            return None
        candidate.plain = not text.quiet(words[i])
        return candidate

    def _said_to_be_a_place(self, i: int) -> bool:
        """False where no word beside word i can say that it is a place: so for most names of people.

        Asks for less than _unknown() does, so that the few words left are looked at closely.
        """
        return self.text.one_case(i) or self._kind_beside(i)

    def _kind_beside(self, i: int) -> bool:
        """True where a word that names a kind of place, or puts a name into one, stands beside word i."""
        text = self.text
        if not text.begins(i):
            before = text.lowers[i - 1]
            if before in _BEFORE_ANY or before in self.cues.weight or before in self.cues.kinds:
                return True
        at = bisect(self._kinds_at, i)
        return at < len(self._kinds_at) and self._kinds_at[at] < i + _FARTHEST_KIND

    def _run(self, i: int) -> int:
        """The last of the capitalised words that stand together from word i on, four at most."""
        text, words, j = self.text, self.text.words, i
        if words[i].lower in ARTICLES and i + 1 < len(words):
            j = i + 1
        while j + 1 < len(words) and j - i < 4 and text.joined(j + 1):
            if words[j + 1].capital and words[j + 1].lower not in self.cues.calendar:
                j += 1
            elif self._article(j + 1):
                j += 2
            else:
                break
        return j

    def _spanish(self, i: int) -> int:
        """The last word of a shouted name that "de" joins ("SAN LUIS DE ORO"); i where nothing joins one."""
        text, words = self.text, self.text.words
        for j in range(i + 1, min(i + 3, len(words) - 1)):
            if not text.joined(j):
                return i
            if words[j].lower in _OF and text.joined(j + 1):
                last = j + 1
                while (
                    last + 1 < len(words) and words[last].lower in ("la", "las", "los", "el") and text.joined(last + 1)
                ):
                    last += 1
                return last
        return i

    def _named(self, i: int, j: int) -> str | None:
        """The word for its kind that makes words i to j a place ("village"), "" where it is among them, else None."""
        text, words, cues = self.text, self.text.words, self.cues
        before, after = text.before(i), text.after(j)
        if before is not None and i >= 2:
            gap, kind = words[i].gap, words[i - 2].lower
            if before.lower == "of" and gap == " " and "named" in cues.roles(kind) and not before.first:
                return kind
            if "named" in cues.roles(before.lower) and gap == ", " and not before.capital:
                return before.lower
        inside = before is not None and words[i].gap == " " and before.lower in ("in", "near", "of", "at", "from", "to")
        if j > i and inside and cues.roles(words[j].lower) & {"area1", "area2", "town"}:
            return ""
        if after is None or not text.joined(j + 1):
            return None
        if after.capital and text.quiet(after) and after.lower not in ("lga", "local"):
            return None
        then = text.after(j + 1)
        if cues.area_after(after.lower, "" if then is None else then.lower) and (
            inside or "named" in cues.roles(after.lower)
        ):
            return after.lower
        return None

    def _capital(self, i: int, found: list[Candidate]) -> Candidate | None:
        """ "the Afghan capital", "Somalia's capital", "the capital": a place without a name."""
        text, words, cues = self.text, self.text.words, self.cues
        before, after = text.before(i), text.after(i)
        if before is None or before.lower in cues.other_capital:
            return None
        if (
            after is not None
            and (after.lower in cues.other_capital or after.capital)
            and after.gap.strip() in ("", ",")
        ):
            return None  # "the capital of", "the capital, Kabul"
        country, start = demonym_country(before.text), words[i].start
        if country is not None and words[i].gap == " ":
            start = before.start
        elif words[i].gap in ("'s ", "’s "):
            country = self._country_of(found[-1]) if found and found[-1].j == i - 1 else None
            if country is None and before.lower not in ("country", "nation"):
                return None
        elif before.lower != "the" or words[i].gap != " ":
            return None
        return Candidate(i, i, start, words[i].end, "capital", 1.0, ["place_cues/capital"], How.CAPITAL, country)

    def _country_of(self, c: Candidate) -> str | None:
        """The country that a candidate names, None when it names none."""
        for record in self.index.lookup(c.key)[0].tolist():
            if self.index.features[self.index.feature[record]] == "PCLI":
                country: str = self.index.countries[self.index.country[record]]
                return country
        return None
