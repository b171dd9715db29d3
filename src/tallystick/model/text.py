"""A report's text, and places in it. Offsets count Unicode code points, as len() does; ends are exclusive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tallystick.errors import ImpossibleSpan


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Words of a document: text[start:end] == text. Never empty."""

    start: int
    end: int
    text: str

    def __post_init__(self) -> None:
        if self.start < 0 or self.end <= self.start or len(self.text) != self.end - self.start:
            raise ImpossibleSpan(
                f"span {self.start}:{self.end} cannot hold {len(self.text)} characters ({self.text[:40]!r}). "
                "Build spans with Span.of(text, start, end)."
            )

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Span:
        """The span of text[start:end]. Raises ImpossibleSpan outside the text."""
        if not 0 <= start < end <= len(text):
            raise ImpossibleSpan(f"span {start}:{end} lies outside a text of {len(text)} characters.")
        return cls(start, end, text[start:end])

    def overlaps(self, other: Span) -> bool:
        """True when the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """True when every character of the other lies in this one."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class DateBounds:
    """The first and last day that a date can be, both possible, with the words that say so.

    None is an end that nothing in the text fixes.
    """

    earliest: date | None
    latest: date | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One report as read.

    text is stored exactly as decoded: nothing is normalised, so that offsets hold. sha256 is that of the
    original bytes, text_sha256 that of the text in UTF-8. None means that the report does not say.
    """

    text: str
    sha256: str
    text_sha256: str
    name: str | None = None
    published: date | None = None
    published_bounds: DateBounds | None = None
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    language: str | None = None
    reader: str = "text/1"

    def span(self, start: int, end: int) -> Span:
        """The words between two code points. Raises ImpossibleSpan outside the text."""
        return Span.of(self.text, start, end)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a document. index counts from 0; paragraph too, and a paragraph ends at a line break."""

    start: int
    end: int
    text: str
    index: int
    paragraph: int

    def span(self, start: int, end: int) -> Span:
        """The words between two offsets *of the sentence*, as a span of the document."""
        if not 0 <= start < end <= len(self.text):
            raise ImpossibleSpan(
                f"span {start}:{end} lies outside sentence {self.index} of {len(self.text)} characters."
            )
        return Span(self.start + start, self.start + end, self.text[start:end])

    def whole(self) -> Span:
        """The whole sentence as a span of the document."""
        return Span(self.start, self.end, self.text)
