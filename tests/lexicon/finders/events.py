from tallystick.extract.events import find_events
from tallystick.extract.syntax import parse
from tallystick.model.text import Sentence


def find(text: str) -> list[tuple[str, int, int]]:
    parsed = parse([Sentence(0, len(text), text, 0, 0)])[0]
    found = []
    for event in find_events(parsed):
        for reason in event.reasons:
            if reason.span is not None and reason.rule.startswith("events/"):
                found.append((reason.rule.split("/")[1], reason.span.start, reason.span.end))
    return found
