"""For files whose entries fire wherever their words stand."""

from __future__ import annotations

from tallystick.lexicon import fold, load


def by_words(name: str, text: str) -> list[tuple[str, int, int]]:
    return [(hit.entry.name, hit.start, hit.end) for hit in load(name).matcher.find(fold(text))]
