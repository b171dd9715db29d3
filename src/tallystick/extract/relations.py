"""Stretches of a sentence that name parts of a figure, or its total."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from tallystick.lexicon import Entry, Found, Matcher, fold, load
from tallystick.model.syntax import Parse
from tallystick.model.text import Span

# Longer words than this do not stand in "not_after" lists.
_WORD = 12
_FINITE = ("VBD", "VBZ", "VBP", "MD")


@dataclass(frozen=True, slots=True)
class Region:
    """Words that list some of those counted before them. cue is the words that say so."""

    start: int
    end: int
    cue: Span
    entry: Entry
    opens: bool


@cache
def _matcher() -> Matcher:
    lexicon = load("relations")
    return Matcher(lexicon.of(kind="part") + lexicon.of(kind="part-before") + lexicon.of(kind="total"))


@cache
def _sources() -> Matcher:
    """Words that a source follows: "according to"."""
    return Matcher([load("cues")["according-to"]])


@lru_cache(maxsize=4)
def _hits(text: str) -> tuple[Found, ...]:
    return tuple(_matcher().longest(fold(text)))


def part_regions(parse: Parse) -> list[Region]:
    """The stretches of a sentence that name parts ("including three pupils and a nurse")."""
    sentence = parse.sentence
    found: list[Region] = []
    for hit in _hits(sentence.text):
        if hit.entry.get("kind") != "part":
            continue
        start, end = sentence.start + hit.start, sentence.start + hit.end
        opens = bool(hit.entry.get("opens"))
        before = sentence.text[max(0, hit.start - _WORD) : hit.start].split()
        if before and fold(before[-1]) in hit.entry.get("not_after", ()):
            continue
        if found and start < found[-1].end:
            continue
        found.append(
            Region(
                end, _end_of(end, parse, opens), Span(start, end, sentence.text[hit.start : hit.end]), hit.entry, opens
            )
        )
    return found


def parts_before(parse: Parse) -> list[Region]:
    """The cues of a sentence that follow their part ("two of them")."""
    return _cues(parse, "part-before")


def totals(parse: Parse) -> list[Region]:
    """The cues of a sentence that a total follows ("bringing the total to")."""
    return _cues(parse, "total")


def _cues(parse: Parse, kind: str) -> list[Region]:
    sentence = parse.sentence
    found = []
    for hit in _hits(sentence.text):
        if hit.entry.get("kind") == kind:
            cue = sentence.span(hit.start, hit.end)
            found.append(Region(cue.end, cue.end, cue, hit.entry, True))
    return found


def _end_of(start: int, parse: Parse, opens: bool) -> int:
    """Where the list ends: before a finite verb that is not inside a relative clause, a clause mark or a source."""
    depth = 0
    last = start
    said = {parse.sentence.start + hit.start for hit in _sources().find(fold(parse.sentence.text))}
    for token in parse.tokens:
        if token.start < start:
            continue
        if token.start in said:
            break  # "including two guards, according to police and medics": the medics are no part of the dead
        if token.text in ("(", ")", ";", "--", "—", "–", "."):
            break
        if token.tag in ("WP", "WDT"):
            depth += 1
        elif token.tag in _FINITE or (token.tag == "VBG" and token.dep == "advcl"):
            if depth == 0 and not opens:
                break
            depth = max(0, depth - 1)
        last = token.end
    return last
