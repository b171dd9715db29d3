"""Capital letters as ordinary prose has them, for text set wholly in upper case (wire copy, teletype)."""

from __future__ import annotations


def shouts(text: str) -> bool:
    """True when nearly every letter is upper case, in a text long enough to tell."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 20 and sum(c.isupper() for c in letters) > 0.8 * len(letters)


def truecase(text: str) -> str:
    """The text as ordinary prose would set it, code point for code point; unchanged unless it shouts."""
    if not shouts(text):
        return text
    lowered = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    return lowered[:1].upper() + lowered[1:]
