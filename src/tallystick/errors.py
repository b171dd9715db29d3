"""Every error that Tallystick raises on purpose.

TallystickError
├── UnreadableDocument      the bytes hold no text that can be read
│   ├── EmptyDocument       nothing but white space
│   ├── BinaryDocument      the bytes are not text (an image, an archive, NULs)
│   └── DocumentTooLarge    more text than one document may hold
├── UnknownEncoding         no text encoding has that name
├── ExtractionFailed        a step or a worker process failed on one document
├── BadLexicon              an entry in lexicon/ breaks the rules of its file
├── BadGazetteer            the place index is missing or damaged
├── BadModelFiles           the syntax pipeline's files are not the ones that were pinned
├── UnknownPolicy           no policy has that name
├── UnknownClaim            no claim of the document has that id
└── ImpossibleValue         a value that contradicts itself (also a ValueError)
    ├── ImpossibleSpan      a span outside its text, or one whose words do not match
    ├── ImpossibleCount     low above high
    └── ImpossiblePeriod    start after end

Each message says what was found, where, and what to do next.
"""

from __future__ import annotations


class TallystickError(Exception):
    """Base of every error raised on purpose. Catch it to catch them all."""


class UnreadableDocument(TallystickError):
    """The bytes hold no text that can be read."""


class EmptyDocument(UnreadableDocument):
    """The document holds nothing but white space."""


class BinaryDocument(UnreadableDocument):
    """The bytes are not text: an image, an archive, or text in no known encoding."""


class DocumentTooLarge(UnreadableDocument):
    """The document holds more text than one report can."""


class UnknownEncoding(TallystickError):
    """No text encoding has that name."""


class ExtractionFailed(TallystickError):
    """A step failed on one document, or its worker process died. The other documents of the batch are unharmed."""


class BadLexicon(TallystickError):
    """A lexicon entry lacks a meaning or an example, or names a word twice."""


class BadGazetteer(TallystickError):
    """The place index is missing, damaged, or of another version."""


class BadModelFiles(TallystickError):
    """The syntax pipeline's files differ from the pinned ones."""


class UnknownPolicy(TallystickError):
    """No policy has that name."""


class UnknownClaim(TallystickError):
    """No claim of the document has that id."""


class ImpossibleValue(TallystickError, ValueError):
    """A value that contradicts itself."""


class ImpossibleSpan(ImpossibleValue):
    """A span outside its text, or one whose words do not match."""


class ImpossibleCount(ImpossibleValue):
    """A count whose low end is above its high end."""


class ImpossiblePeriod(ImpossibleValue):
    """A period that ends before it starts."""
