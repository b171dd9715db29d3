"""Sentences of a document, at offsets of its text."""

from __future__ import annotations

import itertools
import re
from itertools import islice
from statistics import median

from sentencex import get_sentence_boundaries

from tallystick.model.text import Document, Sentence

# One sentence of a report is never longer; a longer run without a full stop (a table, a 20 MB line) is cut at
# white space so that no later step meets a text it cannot hold.
LONGEST_SENTENCE = 2_000

# Figures in one sentence. Among 100,000 sentences of annotated news none has more than thirty; a run of words
# with more than this is a table.
MOST_FIGURES = 100
_FIGURE = re.compile(r"\d+")

# A line that breaks off is at least this long; a heading or an item of a list is mostly shorter.
SHORTEST_LINE = 40
# How much of the line above is looked at.
LONGEST_LINE = 300

_LINE = re.compile(r"[^\n]+")
_NOT_SPACE = re.compile(r"\S(?:.*\S)?", re.DOTALL)
# sentencex ends a sentence after these although a name or a number follows (seen in press releases).
_NO_END = re.compile(
    r"(?:\b(?:No|Nos|approx|Maj|Brig|Capt|Col|Lt|Sgt|Cpl|Pvt|Adm|Gen|Gov|Sen|Rep|St|Mt|Ft|Jr|Sr|vs|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|\b[A-Z])\.\s*$"
)
# "about 8 a.m. Tuesday": the stop belongs to the clock where a day, a month or a zone follows.
_CLOCK = re.compile(r"\b[ap]\.\s?m\.\s*$", re.IGNORECASE)
_OF_CLOCK = re.compile(
    r"\s*(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Febr)uary|March|April|May \d|June|July|August"
    r"|(?:Septem|Octo|Novem|Decem)ber|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.|[ECMP][SD]?T\b|GMT|UTC|CET)"
)
# "RELATED | Three killed in raid | Daily Post": labels and headlines set side by side. Short cells are a table's.
_BAR = re.compile(r"\s\|\s")
SHORTEST_HEADLINE = 5
# "GAO, Mali – ", "NEW ULM, Nov. 12 (QNA) — ": not part of what the first sentence says, and read as its subject.
_DATELINE = re.compile(
    r"[A-Z][A-Z'’.-]+(?: [A-Z][A-Z'’.-]+){0,3}(?P<more>(?:, ?[^,()\n–—]{2,30}){0,3}(?: ?\([^()\n]{2,40}\))?)"
    r" ?(?:--|[-–—])\s+(?=[\"“‘']?[A-Z])"
)


def hard_wrapped(text: str) -> bool:
    """True when line breaks fall inside sentences, as in text cut to a fixed width."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 4:
        return False
    inner = [
        a
        for a, b in itertools.pairwise(lines)
        if b[:1].islower() or not a.rstrip().endswith((".", "!", "?", '"', "”", ":"))
    ]
    widths = [len(line) for line in lines]
    return len(inner) > 0.6 * len(lines) and 50 <= median(widths) <= 110 and max(widths) <= 1.5 * median(widths)


def split(document: Document) -> tuple[Sentence, ...]:
    """Every sentence with at least one letter or digit, in order; white space around it is left out.

    A blank line always ends a sentence. A single line break does too, unless the text is hard-wrapped or the
    line breaks off ("the autumn of / 2018").
    """
    text = document.text
    sentences: list[Sentence] = []
    for paragraph, (first, last) in enumerate(_paragraphs(text)):
        for start, end in _sentences_in(text, first, last):
            if any(c.isalnum() for c in text[start:end]):
                sentences.append(Sentence(start, end, text[start:end], len(sentences), paragraph))
    return tuple(sentences)


def tabular(text: str) -> bool:
    """True for a run of words with more figures than a sentence has: no figure in it can be tied to a word."""
    return len(text) > 2 * MOST_FIGURES and next(islice(_FIGURE.finditer(text), MOST_FIGURES, None), None) is not None


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Offsets of the stretches in which no sentence ends at a line break."""
    if hard_wrapped(text):
        return [block.span() for block in re.finditer(r"(?:[^\n]|\n(?!\s*\n))+", text) if block[0].strip()]
    paragraphs: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        if not line[0].strip():
            continue
        if paragraphs and line.start() == paragraphs[-1][1] + 1 and _breaks_off(text, paragraphs[-1], line[0]):
            paragraphs[-1] = (paragraphs[-1][0], line.end())
        else:
            paragraphs.append(line.span())
    return paragraphs


def _breaks_off(text: str, above: tuple[int, int], below: str) -> bool:
    """True when a sentence plainly goes on in the next line: it has no end here and no beginning there.

    Text without capital letters shows no beginnings, so that there every line stands for itself.
    """
    start, stop = above
    end = text[max(start, stop - LONGEST_LINE) : stop].rstrip()
    return (
        stop - start >= SHORTEST_LINE
        and (end[-1:].isalnum() or end[-1:] == ",")
        and (below[:1].islower() or below[:1].isdigit())
        and any(c.isupper() for c in end)
    )


def _sentences_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    block = text[start:end]
    if len(block) < 30:
        bounds = [(0, len(block))]
    else:
        bounds = [(b["start_index"], b["end_index"]) for b in get_sentence_boundaries("en", block)]
    if dateline := _dateline(block):
        bounds = [(0, dateline), *((max(first, dateline), last) for first, last in bounds if last > dateline)]
    joined: list[tuple[int, int]] = []
    for first, last in bounds:
        if joined and _goes_on(block[joined[-1][0] : joined[-1][1]], block[first:last]):
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    trimmed = []
    for first, last in (piece for bounds in joined for piece in _between_bars(block, *bounds)):
        if inside := _NOT_SPACE.search(block, first, last):
            trimmed.extend(_cut(text, start + inside.start(), start + inside.end()))
    return trimmed


def _goes_on(before: str, after: str) -> bool:
    """True where the full stop between the two is an abbreviation's."""
    return bool(_NO_END.search(before)) or bool(_CLOCK.search(before) and _OF_CLOCK.match(after))


def _between_bars(block: str, first: int, last: int) -> list[tuple[int, int]]:
    """The stretch, cut at its bars where one piece between them is as long as a headline."""
    bars = [bar for bar in _BAR.finditer(block, first, last) if not _quoted(block[first : bar.start()])]
    if not bars:
        return [(first, last)]
    starts = [first, *(bar.end() for bar in bars)]
    ends = [*(bar.start() for bar in bars), last]
    pieces = [
        (a, a + len(block[a:b].rstrip(" -–—"))) for a, b in zip(starts, ends, strict=True)
    ]  # "killed two - | News"
    return pieces if any(len(block[a:b].split()) >= SHORTEST_HEADLINE for a, b in pieces) else [(first, last)]


def _quoted(before: str) -> bool:
    """True where a quotation that opens in the text is not closed in it."""
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _dateline(block: str) -> int:
    """Where the date line at the head of a block ends, 0 where there is none."""
    found = _DATELINE.match(block)
    if found is None or (not found["more"] and block[found.end() : found.end() + 40].isupper()):
        return 0  # a dash within upper-case text may be any dash
    return found.end()


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces = []
    while end - start > LONGEST_SENTENCE:
        cut = text.rfind(" ", start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE)
        cut = cut if cut > start else start + LONGEST_SENTENCE
        pieces.append((start, cut))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        pieces.append((start, end))
    return pieces
