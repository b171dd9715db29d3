from tallystick.extract.truecase import find_names


def find(text: str) -> list[tuple[str, int, int]]:
    return find_names(text)
