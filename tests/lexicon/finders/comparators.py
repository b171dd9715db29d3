from tests.lexicon.finders._counts import by_counts
from tests.lexicon.finders._words import by_words


def find(text: str) -> list[tuple[str, int, int]]:
    return by_counts("comparators", text) + [
        hit for hit in by_words("comparators", text) if hit[0] in ("fillers", "hedged-range")
    ]
