"""Words of lexicon/en/incidents.toml in a piece of a report."""

from __future__ import annotations

from functools import lru_cache

from tallystick.lexicon import fold, load

# A cue at the head of a sentence starts within so many characters: room for a dateline or a quotation mark.
_HEAD = 3
# "separate night raids", "separate air and ground operations": the noun stands among the next words, these many less 1.
_EVENT_WITHIN = 5


def find_cues(text: str) -> list[tuple[str, int, int]]:
    """(entry, start, end) of every cue; those that only count at the head of a sentence only there."""
    found = []
    for hit in load("incidents").matcher.find(fold(text)):
        if not hit.entry.get("head") or hit.start < _HEAD:
            found.append((hit.entry.name, hit.start, hit.end))
    return found


def has_cue(name: str, text: str) -> bool:
    """True when the text holds a cue of that entry."""
    return any(entry == name for entry, _, _ in find_cues(text))


def several_events(text: str) -> bool:
    """True when the text sums up events told of one by one: "in separate attacks", "in separate night raids"."""
    if has_cue("several-events", text):
        return True
    entries = load("incidents")
    words = [word.strip(".,;:") for word in fold(text).split()]
    apart, events = entries.words_of("separate"), entries.words_of("event-plurals")
    return any(word in apart and events & {*words[i + 1 : i + _EVENT_WITHIN]} for i, word in enumerate(words))


@lru_cache(maxsize=1)
def words_for_anyone() -> frozenset[str]:
    """Words for people of no particular kind."""
    return load("incidents").words_of("anyone")


@lru_cache(maxsize=1)
def pronouns() -> frozenset[str]:
    """Words that stand for somebody told of before."""
    return load("incidents").words_of("pronouns")
