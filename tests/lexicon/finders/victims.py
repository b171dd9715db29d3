from tallystick.lexicon import fold, load


def find(text: str) -> list[tuple[str, int, int]]:
    return [(hit.entry.name, hit.start, hit.end) for hit in load("victims").matcher.find(fold(text))]
