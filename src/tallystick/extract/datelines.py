"""The date line of a report: the day of publication as the text itself states it."""

from __future__ import annotations

from collections.abc import Sequence

from tallystick.model.mentions import TimeMention
from tallystick.model.text import Document, Sentence

# A date line stands at the head of a report; wire reports put place and agency before it.
HEAD = 250


def dateline_date(
    document: Document, sentences: Sequence[Sentence], times: Sequence[TimeMention]
) -> TimeMention | None:
    """The date that the report's own date line states, None where no full date heads it.

    A date line is a full date near the start, outside running text: in brackets, at the start or the end of a
    line, or after a place in capitals ("SANTA ANA, 3 MAR 91").
    """
    for mention in times:
        if mention.span.start > HEAD:
            return None
        if mention.value is None or len(mention.value) != 10 or mention.anchor != "text":
            continue
        if _heads(document.text, mention.span.start, mention.span.end):
            return mention
    return None


def _heads(text: str, start: int, end: int) -> bool:
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    before = text[line_start:start].strip()
    after = text[end : line_end if line_end >= 0 else len(text)].lstrip()
    if before.endswith(("(", "[")) and after.startswith((")", "]")):
        return True
    if not before.strip(" -–—:|") and (not after or after[0] in "-–—:|(."):
        return True
    letters = [c for c in before if c.isalpha()]
    capitals = bool(letters) and sum(c.isupper() for c in letters) > 0.6 * len(letters)
    if capitals and (not after or after[0] in "-–—:|()[.") and len(before) < 80:
        return True
    return not after and len(before) < 60 and before.lower().rstrip(": ").endswith(("published", "posted", "updated", "date", "on", "|", "-"))
