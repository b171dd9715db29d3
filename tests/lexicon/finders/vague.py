from tests.lexicon.finders._counts import by_counts


def find(text: str) -> list[tuple[str, int, int]]:
    return by_counts("vague", text)
