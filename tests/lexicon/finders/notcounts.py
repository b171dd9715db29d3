from tallystick.extract.notcounts import find_notcounts
from tallystick.extract.numerals import find_numerals
from tallystick.extract.words import Words
from tallystick.lexicon import load
from tests.lexicon.finders._words import by_words


def find(text: str) -> list[tuple[str, int, int]]:
    """Phrases and classes of words fire wherever they stand, the others at the number they rule out."""
    words = Words.of(text)
    numerals = find_numerals(words)
    shaped = {"label", "follows", "leads"}
    found = [hit for hit in by_words("notcounts", text) if load("notcounts")[hit[0]].get("how") not in shaped]
    for i, rule in find_notcounts(words, numerals).items():
        found.append((rule.partition("/")[2], words[numerals[i].first].start, words[numerals[i].last].end))
    return found
