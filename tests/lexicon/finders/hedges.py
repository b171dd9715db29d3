from tallystick.extract.factuality import judge
from tallystick.extract.syntax import parse
from tallystick.model.text import Sentence


def find(text: str) -> list[tuple[str, int, int]]:
    parsed = parse([Sentence(0, len(text), text, 0, 0)])[0]
    found = []
    for token in parsed:
        for reason in judge(token, parsed)[1]:
            if reason.span is not None:
                found.append((reason.rule.split("/")[1], reason.span.start, reason.span.end))
    return found
