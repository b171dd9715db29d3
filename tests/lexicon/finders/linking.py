from tests.lexicon.finders._words import by_words


def find(text: str) -> list[tuple[str, int, int]]:
    return by_words("linking", text)
