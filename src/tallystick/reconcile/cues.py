"""Words of lexicon/en/incidents.toml in a piece of a report."""

from __future__ import annotations

from functools import lru_cache

from tallystick.lexicon import fold, load

# A cue at the head of a sentence starts within so many characters: room for a dateline or a quotation mark.
_HEAD = 3
# "separate night raids", "separate air and ground operations": the noun stands among the next words, these many less 1.
_EVENT_WITHIN = 5


def find_cues(text: str, *names: str) -> list[tuple[str, int, int]]:
    """(entry, start, end) of every cue, or of those of some entries; what counts at the head of a sentence, there."""
    found = load("incidents").only(*names) if names else load("incidents").matcher
    return [
        (hit.entry.name, hit.start, hit.end)
        for hit in found.find(fold(text))
        if not hit.entry.get("head") or hit.start < _HEAD
    ]


def has_cue(name: str, text: str) -> bool:
    """True when the text holds a cue of that entry."""
    return bool(find_cues(text, name))


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
