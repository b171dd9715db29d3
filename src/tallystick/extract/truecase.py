"""Capital letters as ordinary prose has them, for text set wholly in upper case (wire copy, teletype).

A word that English writes in small letters (lexicon/en/smallwords.tsv) is set so; any other is a name and gets a
capital, or stays in capitals where it looks like an acronym. lexicon/en/truecase.toml decides the words that can
be either ("3 MAY" but "may"). Nothing moves: every code point stays where it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tallystick.lexicon import Entry, load, load_rows

_WORD = re.compile(r"[^\W\d_]+")
_VOWEL = re.compile(r"[aeiouyáéíóúü]")
_STOP = re.compile(r"[.!?:]|--")
# Shorter texts shout only when two of their words are everyday words: "NATO" and "IAEA, OPCW" do not.
_ENOUGH_LETTERS = 20
# Names no entry lists: an unknown word this short is read as an acronym ("ELN"), a longer one as a name.
_SHORT = 3


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    low: str
    glued: bool  # to a digit before it: "20TH"


def shouts(text: str) -> bool:
    """True when nearly every letter is upper case, in a text long enough to tell."""
    if text.islower() or sum(map(str.isupper, text[:12])) < 2:
        return False
    letters = [c for c in text if c.isalpha()]
    upper = sum(c.isupper() for c in letters)
    if len(letters) >= _ENOUGH_LETTERS:
        return upper > 0.8 * len(letters)
    return 0 < len(letters) == upper and sum(w[0].lower() in small_words() for w in _WORD.finditer(text)) > 1


def truecase(text: str) -> str:
    """The text as ordinary prose would set it, code point for code point; unchanged unless it shouts."""
    if not shouts(text):
        return text
    letters = [low if len(low := c.lower()) == 1 else c for c in text]
    for word, setting, _ in _settings(text):
        last = word.end if setting == "upper" else word.start + 1
        letters[word.start : last] = text[word.start : last].upper() if setting != "lower" else word.low[:1]
    return "".join(letters)


def find_names(text: str) -> list[tuple[str, int, int]]:
    """Words of a shouting text that an entry of lexicon/en/truecase.toml capitalised: (entry, start, end)."""
    return [(entry.name, word.start, word.end) for word, _, entry in _settings(text) if entry is not None]


@lru_cache(maxsize=1)
def small_words() -> frozenset[str]:
    """Every word that English prose writes in small letters."""
    return frozenset(word for _, words in load_rows("smallwords") for word in words.split())


@lru_cache(maxsize=1)
def _entries() -> dict[str, list[Entry]]:
    by_word: dict[str, list[Entry]] = {}
    for entry in load("truecase"):
        for word in entry.words:
            by_word.setdefault(word, []).append(entry)
    return by_word


def _settings(text: str) -> Iterator[tuple[_Word, str, Entry | None]]:
    words = [
        _Word(m.start(), m.end(), m[0].lower(), text[m.start() - 1 : m.start()].isdigit()) for m in _WORD.finditer(text)
    ]
    after = _first_word_after(text, words)
    held: _Word | None = None  # the name just before, None after an everyday word
    names = [_is_name(text, word) for word in words]
    in_phrase: dict[int, Entry] = {}
    for i, (word, follower) in enumerate(pairwise(words)):
        if phrase := _entries().get(f"{word.low} {follower.low}"):
            in_phrase[i] = in_phrase[i + 1] = phrase[0]
    for i, word in enumerate(words):
        if len(word.low) != word.end - word.start:  # a letter that grows when lowered: leave the word alone
            continue
        follows = i + 1 < len(words) and names[i + 1] and not text[word.end : words[i + 1].start].strip(" .-")
        leads = held is not None and not text[held.end : word.start].strip(" .")
        entry = in_phrase.get(i) or _entry(text, word, follows, leads)
        if entry is not None:
            setting = "upper" if entry.get("cue") == "letters" else "title"
        elif names[i]:
            setting = "upper" if _is_acronym(text, word) else "title"
        else:
            setting = "title" if word.start in after else "lower"
        titled = any(e.get("cue") == "before-name" for e in _entries().get(word.low, ()))
        held = word if entry is not None or names[i] or titled else None
        if setting != "lower":
            yield word, setting, entry


def _first_word_after(text: str, words: list[_Word]) -> set[int]:
    """Where a sentence or a quotation begins."""
    starts = {words[0].start} if words else set()
    for before, word in pairwise(words):
        between = text[before.end : word.start]
        stopped = len(before.low) > 1 and _STOP.search(between) and text[word.end : word.end + 1] != "."
        quoted = between.endswith('"') and "," in between
        if stopped or quoted or _ends_label(text, word.start, between):
            starts.add(word.start)
    return starts


def _ends_label(text: str, start: int, between: str) -> bool:
    """True after the label of a wire report, "-- [TEXT] ", not after a gloss, "THE EPL [POPULAR ARMY] "."""
    if not between.rstrip().endswith("]"):
        return False
    opened = text.rfind("[", 0, start)
    return opened >= 0 and text[:opened].rstrip()[-1:] in ("", "-", "]", ".", ")")


def _entry(text: str, word: _Word, follows: bool, leads: bool) -> Entry | None:
    if word.glued or _clipped(text, word):
        return None
    for entry in _entries().get(word.low, ()):
        cue = entry.get("cue")
        fires = {
            "always": True,
            "letters": True,
            "before-name": follows,
            "after-name": leads,
            "phrase": False,
            "number": cue == "number" and _dated(text, word),
        }
        if fires[cue]:
            return entry
    return None


_TIME_BEFORE = re.compile(
    r"(?:\b(?:in|of|by|since|until|last|next|during|early|mid|late)[ -]|\d(?:st|nd|rd|th)?(?: of)? )$", re.I
)
_NUMBER_AFTER = re.compile(r"[.,]? ?\d|\s*[.,;:)]|\s*$|-")


def _dated(text: str, word: _Word) -> bool:
    """True where a month may stand: "4 MAY", "IN MAY 1991", "MAY 4"."""
    before = _TIME_BEFORE.search(text[max(0, word.start - 10) : word.start])
    after = _NUMBER_AFTER.match(text[word.end : word.end + 4])
    digit_after = after is not None and after[0][-1:].isdigit()
    return digit_after or (before is not None and (before[0][0].isdigit() or after is not None))


def _clipped(text: str, word: _Word) -> bool:
    """True for what stands behind an apostrophe: 'S, 'LL."""
    return len(word.low) <= 2 and text[word.start - 1 : word.start] in ("'", "’")


def _is_name(text: str, word: _Word) -> bool:
    low = word.low
    if word.glued or _clipped(text, word):
        return False
    if len(low) == 1:
        return low != "a" or text[word.end : word.end + 1] == "."
    if low in small_words():
        return False
    if low in _entries():
        cues = {entry.get("cue") for entry in _entries()[low]}
        return bool(cues & {"always", "letters"}) or cues == {"before-name"} or "after-name" in cues
    ends = [low[: -len(end)] for end in ("s", "es", "ed", "d", "ing", "ly", "er", "ers") if low.endswith(end)]
    starts = [low[len(start) :] for start in ("anti", "counter", "non", "un", "re", "ex") if low.startswith(start)]
    return not any(len(stem) > 3 and stem in small_words() for stem in ends + starts)


def _is_acronym(text: str, word: _Word) -> bool:
    low = word.low
    if len(low) <= 1 or not _VOWEL.search(low):
        return True
    bracketed = text[word.start - 1 : word.start] in ("[", "(") and text[word.end : word.end + 1] in ("]", ")")
    return (bracketed and len(low) <= 8) or (len(low) <= _SHORT and low not in _entries())
