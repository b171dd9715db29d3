"""Words between quotation marks, and who speaks them.

Marks are paired within a paragraph. A quotation that runs over several paragraphs opens each of them with a
mark and closes only the last. A mark without a partner is left alone: nothing after it is lost.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tallystick.extract.coreference import named
from tallystick.extract.names import Names, names_of
from tallystick.extract.speakers import find_speaker
from tallystick.model.mentions import Quotation, QuoteKind
from tallystick.model.syntax import Parse
from tallystick.model.text import Document, Sentence

_MARK = re.compile(r"[\"“”„«»‹›'‘’]")
_PAIRS = {"“": "”", "„": "“”", "«": "»", "‹": "›", "‘": "’", '"': '"', "'": "'", "”": "”", "»": "«"}
_WORD = re.compile(r"\w+(?:['’]\w+)*")
# A single mark further than this from its opener is an apostrophe, not the end of a quotation.
LONGEST_SINGLE = 500
# Quotations inside quotations; a stack of more open marks is noise, and its oldest mark is dropped.
DEEPEST = 8
# Marks after a single opening one among which the closing one is looked for.
AHEAD = 40
# Two quoted words or fewer, without a comma or full stop inside, are a name or a term held at a distance.
SCARE_WORDS = 2
# A quoted clause shorter than this does not stand for itself ("it is" is part of the writer's sentence).
DIRECT_WORDS = 4


@dataclass(frozen=True, slots=True)
class _Paragraph:
    start: int
    end: int


def find_quotations(
    document: Document, sentences: Sequence[Sentence], parses: Mapping[int, Parse]
) -> tuple[Quotation, ...]:
    """Every outermost quotation of the document, in text order. Quotations inside another are part of it."""
    pairs = list(_pairs(document.text, list(_paragraphs(sentences))))
    found = []
    cursor = 0
    for start, end in pairs:
        while cursor + 1 < len(sentences) and sentences[cursor].end <= start:
            cursor += 1
        kind = _kind(document.text, start, end)
        span = document.span(start, end)
        found.append(find_speaker(Quotation(span, kind), cursor, document, sentences, parses))
    if not found:
        return ()
    names = names_of(document, tuple(sentences))
    starts = [sentence.start for sentence in sentences]
    return tuple(_with_name(quotation, names, starts) for quotation in _shared(found, document))


def _with_name(quotation: Quotation, names: Names, starts: Sequence[int]) -> Quotation:
    """The quotation with the fuller name of its speaker, where the document gives one."""
    if quotation.speaker_span is None:
        return quotation
    sentence = bisect_right(starts, quotation.speaker_span.start) - 1
    name = named(names, quotation.speaker_span, sentence)
    return quotation if name is None else replace(quotation, speaker=name)


def _paragraphs(sentences: Sequence[Sentence]) -> Iterator[_Paragraph]:
    start = end = number = -1
    for sentence in sentences:
        if sentence.paragraph != number:
            if end > start >= 0:
                yield _Paragraph(start, end)
            start, number = sentence.start, sentence.paragraph
        end = sentence.end
    if end > start >= 0:
        yield _Paragraph(start, end)


def _pairs(text: str, paragraphs: Sequence[_Paragraph]) -> Iterator[tuple[int, int]]:
    """Start and end of each outermost quotation, marks included."""
    running: tuple[int, str] | None = None  # a quotation left open by the paragraph before
    running_end = 0
    for number, paragraph in enumerate(paragraphs):
        start = paragraph.start
        before = paragraphs[number - 1].end if number else 0
        while start > before and not text[start - 1].isspace():
            start -= 1  # the sentence splitter may leave an opening mark outside
        end = paragraph.end
        while end < len(text) and not text[end].isspace():
            end += 1
        open_mark = None
        if running is not None:
            if text[start] == running[1] or (running[1] == "“" and text[start] == '"'):
                open_mark = running
            else:
                if running[1] == "“":
                    yield running[0], running_end
                running = None
        marks = list(_MARK.finditer(text, start + (1 if open_mark else 0), end))
        pairs, left = _paired(text, [m.start() for m in marks], open_mark)
        yield from pairs
        following = paragraphs[number + 1].start if number + 1 < len(paragraphs) else None
        running = None
        if left is not None:
            next_marks = text[max(0, following - 1) : following + 1] if following is not None else ""
            if any(mark in '“"' for mark in next_marks):
                running, running_end = left, end
            elif left[1] == "“" and (left[0] == start or open_mark is not None):
                yield left[0], end
    if running is not None and running[1] == "“":
        yield running[0], running_end


def _paired(
    text: str, marks: Sequence[int], open_mark: tuple[int, str] | None
) -> tuple[list[tuple[int, int]], tuple[int, str] | None]:
    """The outermost pairs among the marks of one paragraph, and the mark that stays open."""
    pairs: list[tuple[int, int]] = []
    stack: list[tuple[int, str]] = [open_mark] if open_mark else []
    for at, i in enumerate(marks):
        mark = text[i]
        del stack[:-DEEPEST]
        left = text[i - 1] if i else " "
        right = text[i + 1] if i + 1 < len(text) else " "
        if mark in "'‘’" and left.isalnum() and right.isalnum():
            continue
        if stack and mark in _PAIRS[stack[-1][1]] and not (mark in "\"'" and _opens(left, right)):
            if mark in "’'" and (i - stack[-1][0] > LONGEST_SINGLE or right.isalnum()):
                continue
            if _possessive(text, i) and _single_closes(text, stack[-1][0], marks[at + 1 : at + AHEAD]):
                continue
            start, _ = stack.pop()
            if not stack and i - start > 1:
                pairs.append((start, i + 1))
            continue
        outer = [k for k, (_, opener) in enumerate(stack) if mark in _PAIRS[opener] and mark not in "'’\""]
        if outer:  # inner marks without a partner do not keep the outer quotation open
            start = stack[outer[-1]][0]
            del stack[outer[-1] :]
            if not stack:
                pairs.append((start, i + 1))
            continue
        if mark in "”’»›" or (mark in "'\"" and not _opens(left, right)):
            if mark == "»" and _opens(left, right):
                stack.append((i, mark))
            elif mark == '"' and any(opener == '"' for _, opener in stack):
                while stack[-1][1] != '"':
                    stack.pop()
                start, _ = stack.pop()
                if not stack:
                    pairs.append((start, i + 1))
            continue
        if mark in "'‘" and not _single_closes(text, i, marks[at + 1 : at + AHEAD]):
            continue
        if mark == '"' and any(opener == '"' for _, opener in stack):
            # Two straight marks that both open: the earlier one has no partner.
            while stack and stack[-1][1] != '"':
                stack.pop()
            stack.pop()
        stack.append((i, mark))
    double = [(start, opener) for start, opener in stack if opener in '“"']
    return pairs, double[0] if double else None


def _opens(left: str, right: str) -> bool:
    """True for a straight mark that stands before a word."""
    return (
        not right.isspace()
        and (left.isspace() or left in "([{—–-/“‘\"'…:")
        and (right.isalnum() or right in "([$€£#@‘'“\".…*-—")
    )


def _possessive(text: str, i: int) -> bool:
    """True for the mark of "the soldiers' bridge"."""
    return (
        text[i] in "'’"
        and text[i - 1 : i] in ("s", "S")
        and text[i + 1 : i + 2] == " "
        and text[i + 2 : i + 3].islower()
    )


def _single_closes(text: str, start: int, marks: Sequence[int]) -> bool:
    """True when a later mark of the paragraph can close the single quotation that opens here."""
    for i in marks:
        if i > start + LONGEST_SINGLE:
            break
        if start + 1 < i and text[i] in "'’":
            left, right = text[i - 1], text[i + 1] if i + 1 < len(text) else " "
            if not right.isalnum() and not left.isspace() and not _possessive(text, i):
                return True
    return False


def _kind(text: str, start: int, end: int) -> QuoteKind:
    inside = text[start + 1 : end - 1].strip()
    words = _WORD.findall(inside[:400])
    closed = inside.endswith((".", "!", "?", ",", "…", "—", "--", ".'", ".’"))
    before = text[max(0, start - 2) : start].strip()
    after = text[end : end + 1]
    capital = inside[:1].isupper() or inside[:1] in "‘'“(…" or inside[:1].isdigit()
    if capital and (closed or after in ",.") and (len(words) >= DIRECT_WORDS or (closed and before in ("", ",", ":"))):
        return QuoteKind.DIRECT
    if before in (",", ":") and closed and len(words) >= DIRECT_WORDS:
        return QuoteKind.DIRECT
    if not before and closed and len(words) >= 2 * DIRECT_WORDS and start and text[start - 1] == "\n":
        return QuoteKind.DIRECT
    if len(words) <= SCARE_WORDS and not closed:
        return QuoteKind.SCARE
    return QuoteKind.MIXED


def _shared(found: Sequence[Quotation], document: Document) -> Iterator[Quotation]:
    """The quotations, each without a speaker given that of its neighbour in the paragraph when both are one speech."""
    done: list[Quotation] = list(found)
    for order in (range(1, len(done)), range(len(done) - 2, -1, -1)):
        step = -1 if order.step > 0 else 1
        for i in order:
            here, there = done[i], done[i + step]
            if here.speaker is not None or there.speaker is None or here.kind is not QuoteKind.DIRECT:
                continue
            between = document.text[min(here.span.end, there.span.end) : max(here.span.start, there.span.start)]
            if "\n" in between or there.kind is QuoteKind.SCARE or len(between) > 200:
                continue
            if step == 1 and between.strip():
                continue
            done[i] = Quotation(here.span, here.kind, there.speaker, there.speaker_span, there.cue, there.chain)
    return iter(done)
