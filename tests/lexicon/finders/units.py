from tallystick.extract.counts import find_counts
from tallystick.model.text import Sentence
from tests.lexicon.finders._counts import by_counts
from tests.lexicon.finders._words import by_words


def find(text: str) -> list[tuple[str, int, int]]:
    """Classes of words fire wherever they stand, units only beside a number."""
    found = by_counts("units", text)
    rates = [
        ("rate-words", m.span.start, m.span.end)
        for m in find_counts(Sentence(0, len(text), text, 0, 0))
        if m.count.unit and "/" in m.count.unit
    ]
    return found + rates + [hit for hit in by_words("units", text) if hit[0] != "rate-words"]
