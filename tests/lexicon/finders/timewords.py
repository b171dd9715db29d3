from tests.lexicon.finders._times import by_word


def find(text: str) -> list[tuple[str, int, int]]:
    return by_word(text)
