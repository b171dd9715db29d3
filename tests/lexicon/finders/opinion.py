from tallystick.extract.stance import cues_of


def find(text: str) -> list[tuple[str, int, int]]:
    cues = [cue for cue in cues_of(text) if cue.rule.startswith("opinion/")]
    return [(cue.rule.split("/")[1], cue.start, cue.end) for cue in cues]
