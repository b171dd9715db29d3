from tallystick.reconcile.cues import find_cues


def find(text: str) -> list[tuple[str, int, int]]:
    return find_cues(text)
