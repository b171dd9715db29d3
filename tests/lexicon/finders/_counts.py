"""For files whose entries are the reasons of counts."""

from tallystick.extract.counts import find_counts
from tallystick.model.text import Sentence


def by_counts(name: str, text: str) -> list[tuple[str, int, int]]:
    mentions = find_counts(Sentence(0, len(text), text, 0, 0))
    return [
        (reason.rule.partition("/")[2], reason.span.start, reason.span.end)
        for mention in mentions
        for reason in mention.reasons
        if reason.span and reason.rule.startswith(f"{name}/")
    ]
