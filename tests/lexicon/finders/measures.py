"""The step that reads measures.toml: an entry fires where find_frames says so."""

from tallystick.extract.measures import find_frames
from tests.extract.parsing import parsed


def find(text: str) -> list[tuple[str, int, int]]:
    found = []
    for parse in parsed(text):
        for frame in find_frames(parse):
            for reason in frame.reasons:
                if reason.span is not None:
                    first = reason.span
                    name = reason.rule.removeprefix("measures/")
                    found += [(name, first.start, first.end), (name, frame.trigger.start, frame.trigger.end)]
    return found
