"""Finding quoted words in a text: exactly, once, and as whole words, or not at all."""

from __future__ import annotations

import re

from tallystick.errors import AssistRefused
from tallystick.model.text import Span

SHOWN = 80


def located(text: str, words: str, within: Span | None = None) -> Span:
    """Where the words stand: once in within, else once in the text. Offsets count code points.

    Raises AssistRefused where they stand nowhere, or in several places.
    """
    if not words.strip():
        raise AssistRefused("it quotes nothing.")
    if words != words.strip():
        words = words.strip()
    if within is not None:
        inside = places(within.text, words)
        if len(inside) == 1:
            start = within.start + inside[0]
            return Span.of(text, start, start + len(words))
        if len(inside) > 1:
            raise AssistRefused(f"“{_shown(words)}” stands {len(inside)} times in its sentence: quote more of it.")
    found = places(text, words)
    if not found:
        raise AssistRefused(f"“{_shown(words)}” does not stand in the text.")
    if len(found) > 1:
        raise AssistRefused(f"“{_shown(words)}” stands {len(found)} times in the text: quote more of it.")
    return Span.of(text, found[0], found[0] + len(words))


def places(text: str, words: str) -> list[int]:
    """Every offset where the words stand, not inside a longer word or number. Two are enough to know of several."""
    found: list[int] = []
    at = text.find(words)
    while at >= 0 and len(found) < 3:
        if _whole(text, at, at + len(words)):
            found.append(at)
        at = text.find(words, at + 1)
    return found


def _whole(text: str, start: int, end: int) -> bool:
    cut_before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    cut_after = end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
    return not cut_before and not cut_after and not _in_number(text, start) and not _in_number(text, end)


def _in_number(text: str, at: int) -> bool:
    """Whether a cut there parts a number at its comma or point: "1" of "1,500"."""
    around = text[max(0, at - 2) : at + 2]
    return re.search(r"\d[.,]\d", around) is not None


def _shown(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
