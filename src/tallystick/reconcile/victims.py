"""Who died, by name: the people whom a report names among its dead, each once.

A floor for what is coded, never a figure of its own: a name counts only where the words beside it say that the person
died, and nobody counts who speaks, mourns or lived. Two spellings that can be one person are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tallystick.lexicon import Entry, Matcher, fold, load
from tallystick.model.report import Report
from tallystick.reconcile.personalnames import Key, key_of, other_age, same_name

_TOKEN = re.compile(r"@?\w[\w'’ʼ`]*(?:[-‑–]\w[\w'’ʼ`]*)*|[^\w\s]")
_BRACKETS = re.compile(r"\([^()\n]{0,300}\)")
_BREAK = re.compile(r"(?<=[.!?])[\"”’)\]]*\s+(?=[\"“‘(]?[A-Z0-9@#])|\n+")
_INITIAL = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Eng|Prof|St|Gen|Col|[A-Z])\.$")
_YEARS = re.compile(r"\b\d{1,2}\b")
# "12-year-old", and what is left of "12-year old" before "old".
_OLD = re.compile(r"(\d{1,3}|[a-z]+)-(?:year|month|week|day)s?(?:-old)?$")
_AGE_BEHIND = re.compile(
    r"\s?,\s?(?:aged )?(?:(\d{1,2})\b(?! ?[a-z]*(?:people|civilians|others))|[a-z]+[- ](?:years?|months?)[- ]old)"
)
_APPOSITION = re.compile(r"\s?,[^,.;]{3,60},\s(\w+)")
# Characters between a name and the bracket that holds its age.
_BESIDE = 3
# The longest name in words, and how far ahead of it a word tells that the person lived ("was also severely injured").
_LONGEST = 7
_AHEAD = 8
_LIVED_WITHIN = 6
_SENTENCE = 4_000


@dataclass(frozen=True, slots=True)
class Victim:
    """Somebody named among the dead: the name as first written in full, and the age in years where it is given."""

    name: str
    age: int | None
    key: Key


@dataclass(frozen=True, slots=True)
class _Name:
    """A personal name in a sentence: its tokens, and whether an age stands beside it."""

    words: tuple[str, ...]
    first: int
    last: int
    start: int
    end: int
    aged: bool
    age: int | None


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence, its brackets blanked, and where its tokens, ages and words for death stand."""

    text: str
    tokens: tuple[tuple[str, int], ...]
    folded: tuple[str, ...]
    ages: tuple[tuple[int, int], ...]
    deaths: tuple[tuple[int, int], ...]
    rolls: tuple[int, ...]

    def before(self, i: int, n: int = 4) -> tuple[str, ...]:
        return self.folded[max(0, i - n) : i]

    def after(self, i: int) -> tuple[str, ...]:
        return self.folded[i : i + _AHEAD]


def named_dead(report: Report) -> tuple[Victim, ...]:
    """The people named among the dead of a report, the longest names first."""
    dead: list[tuple[Key, _Name]] = []
    alive = [key_of(_capitals(a.source.text)) for a in report.attributions if a.source is not None]
    listing = False  # the sentence before told of dead by name: ages and names go on
    for line in _lines(report.document.text):
        told = False
        for name in _names(line):
            key = key_of(name.words)
            verdict = _verdict(name, line, listing)
            if verdict and key:
                told = True
                dead.append((key, name))
            elif verdict is False:
                alive.append(key)
        listing = told
    places = {fold(place.span.text) for place in report.places}
    return tuple(_once(dead, [key for key in alive if len(key) > 1], places))


def _once(dead: list[tuple[Key, _Name]], alive: list[Key], places: set[str]) -> Iterator[Victim]:
    kept: list[Victim] = []
    for key, name in sorted(dead, key=lambda pair: -len(pair[0])):
        if fold(" ".join(name.words)) in places or any(
            key == other or (same_name(key, other) and not name.aged) for other in alive
        ):
            continue
        if any(same_name(key, v.key) and not other_age(name.age, v.age) for v in kept):
            continue
        victim = Victim(" ".join(name.words), name.age, key)
        kept.append(victim)
        yield victim


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    breaks = [(m.start(), m.end()) for m in _BREAK.finditer(text)] + [(len(text), len(text))]
    for end, then in breaks:
        if end < len(text) and text[then - 1] != "\n" and _INITIAL.search(text[max(start, end - 8) : end]):
            continue
        if end > start:
            yield _line(text[start : min(end, start + _SENTENCE)])
        start = then


def _line(text: str) -> _Line:
    brackets = [m.span() for m in _BRACKETS.finditer(text) if _YEARS.search(m[0])]
    blank = _BRACKETS.sub(lambda m: " " * len(m[0]), text)
    tokens = tuple((m[0], m.start()) for m in _TOKEN.finditer(blank))
    folded = fold(blank)
    return _Line(
        text,
        tokens,
        tuple(fold(word) for word, _ in tokens),
        tuple(brackets),
        tuple((hit.start, hit.end) for hit in _matcher("died").longest(folded)),
        tuple(hit.end for hit in _matcher("roll").longest(folded)),
    )


def _names(line: _Line) -> Iterator[_Name]:
    """Runs of capitalised words that can name a person, titles and kinship left out."""
    i = 0
    while i < len(line.tokens):
        if not _capital(line.tokens[i][0]):
            i += 1
            continue
        first = i
        while i < len(line.tokens) and (_capital(line.tokens[i][0]) or _inside(line, i)):
            i += 1
            if line.folded[i - 1].endswith(("'s", "'")):
                break
        name = _name(line, first, i)
        if name is not None:
            yield name


def _inside(line: _Line, i: int) -> bool:
    """True for a particle between two parts of a name: "Ilse van Darro"."""
    return line.folded[i] in _words("particle") and i + 1 < len(line.tokens) and _capital(line.tokens[i + 1][0])


def _name(line: _Line, first: int, last: int) -> _Name | None:
    if line.folded[last - 1].endswith(("'s", "'")):
        return None  # "Vask's wife"
    while first < last and line.folded[first] in _words("before-a-name"):
        first += 1
    folded = line.folded[first:last]
    if not folded or len(folded) > _LONGEST or _words("no-person") & {*folded}:
        return None
    if folded[0].partition("-")[0] in _words("family-alone"):
        return None
    start = line.tokens[first][1]
    end = line.tokens[last - 1][1] + len(line.tokens[last - 1][0])
    aged, age = _age(line, first, end)
    if not aged and (len(folded) < 2 or folded[0] in _words("by-name-of-a-child")):
        return None
    return _Name(tuple(word for word, _ in line.tokens[first:last]), first, last, start, end, aged, age)


def _age(line: _Line, first: int, end: int) -> tuple[bool, int | None]:
    """Whether an age stands beside a name, and how many years it says: "(28)", ", 28", "28-year-old"."""
    for start, close in line.ages:
        if 0 <= start - end <= _BESIDE:
            found = _YEARS.search(line.text[start:close])
            return True, int(found[0]) if found else None
    before = line.before(first, 2)
    stem = before[0] if len(before) == 2 and before[-1] == "old" else before[-1] if before else ""
    old = _OLD.match(stem)
    if old is not None:
        return True, _number(old[1]) if "year" in stem else None
    behind = _AGE_BEHIND.match(line.text, end)
    return behind is not None, int(behind[1]) if behind is not None and behind[1] else None


def _number(word: str) -> int | None:
    if word.isdecimal():
        return int(word)
    years = load("victims")["years"].words
    return years.index(word) + 1 if word in years else None


def _verdict(name: _Name, line: _Line, listing: bool) -> bool | None:
    """True for one of the dead, False for somebody who lives, None where the sentence does not say."""
    before, after = line.before(name.first), line.after(name.last)
    if _lives(name, line, after):
        return False
    last = before[-1] if before else ""
    if last in _words("from-somebody"):
        return None if name.aged else False
    if last in _words("not-a-patient") and not (
        last == "of" and before[-2:-1] and before[-2] in _words("what-is-left")
    ):
        return None
    if _words("all-but") & {*before}:
        return None if name.aged else False
    if name.aged and (line.deaths or line.rolls or listing):
        return True
    return True if _listed(name, line) or _told_dead(name, line) else None


def _lives(name: _Name, line: _Line, after: Sequence[str]) -> bool:
    """True where the words behind a name show that the person lives."""
    verb = after[0] if after else ""
    second = after[1] if len(after) > 1 else ""
    if verb in _words("speaks") or (verb == "who" and second in _words("speaks")):
        return True
    if verb in _words("lost") and (len(after) < 3 or after[2] not in _words("life")):
        return True
    for word in after[:_LIVED_WITHIN]:
        if word in _words("lived"):
            return True
        if word not in _words("passive") and not word.endswith("ly") and word not in ("suffered", ","):
            break
    apposition = _APPOSITION.match(line.text, name.end)
    return apposition is not None and fold(apposition[1]) in _words("speaks") and not name.aged


def _listed(name: _Name, line: _Line) -> bool:
    """True where a word for death or a list stands before the name, and no other clause begins between them."""
    ends = [end for _, end in line.deaths if end <= name.start] + [end for end in line.rolls if end <= name.start]
    if not ends:
        return False
    between = [fold(word) for word, at in line.tokens if max(ends) <= at < name.start]
    others = _words("other-clause") | (_words("speaks") - _words("names-somebody"))
    return not others & {*between}


def _told_dead(name: _Name, line: _Line) -> bool:
    """True where the person is what died: "Vask was also killed", "Vask died"."""
    starts = [start for start, _ in line.deaths if start >= name.end]
    if not starts:
        return False
    between = [fold(word) for word, at in line.tokens if name.end <= at < starts[0]]
    others = (_words("other-clause") - _words("passive")) | _words("speaks") | {"of"}
    if others & {*between}:
        return False
    verb = next((word for (_, at), word in zip(line.tokens, line.folded, strict=True) if at == starts[0]), "")
    return bool(_words("passive") & {*between}) or (verb in _words("dies-himself") and len(between) <= 3)


def _capital(word: str) -> bool:
    """True for a word that can be part of a name: "Vask", "al-Vask", not "UN"."""
    stem = word.rsplit("-", 1)[-1] if word[:1].islower() and "-" in word[:5] else word
    return (stem[:1].isupper() and len(stem) > 1 and not word.isupper()) or (
        word[:1].isupper() and fold(word) in _words("particle")
    )


def _capitals(text: str) -> list[str]:
    return [word for word in _TOKEN.findall(text) if _capital(word)]


def _words(entry: str) -> frozenset[str]:
    return load("victims").words_of(entry)


@lru_cache(maxsize=4)
def _matcher(name: str) -> Matcher:
    entry: Entry = load("victims")[name]
    return Matcher([entry])
