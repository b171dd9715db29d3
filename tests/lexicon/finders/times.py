from tests.lexicon.finders._times import by_entry


def find(text: str) -> list[tuple[str, int, int]]:
    return by_entry(text)
