"""Every error that Tallystick raises on purpose.

TallystickError
├── UnreadableDocument      the bytes hold no text that can be read
│   ├── EmptyDocument       nothing but white space
│   ├── BinaryDocument      the bytes are not text (an image, an archive, NULs)
│   ├── DocumentTooLarge    more text than one document may hold
│   ├── LimitExceeded       a page, archive or PDF inflates, nests or takes longer than allowed
│   └── DamagedDocument     a PDF, feed or archive is truncated or not what it claims to be
├── FetchFailed             a URL could not be fetched
│   └── ForbiddenAddress    it leads to this machine, a private network, or a scheme other than http(s)
├── LedgerError             a ledger cannot do what was asked
│   ├── NoLedger            there is no ledger at that path or URL
│   ├── LedgerExists        there is one already
│   ├── LedgerVersion       it was written by another version
│   ├── LedgerBusy          another writer held it too long
│   ├── LedgerDamaged       an entry, a hash or a page is not what it was
│   └── StorageFull         the disk is full; nothing acknowledged was lost
├── BadCard                 a file is no evidence card, or one of another version
├── BadJudgement            a judgement names nothing in the ledger, or makes no sense
│   └── AlreadyJudged       somebody decided it meanwhile, or it is settled
├── BadLattice              a part-of file breaks its rules, or holds a circle
├── BadTable                a table to lint or import lacks a column or holds a bad value
├── BadQuestion             a question cannot be understood
├── NotSignedIn             the web app does not know who asks
├── NotAllowed              it does, and they may not
├── BadAccount              an account, password or token cannot be as asked
├── BadSettings             the web app cannot be run as its settings say
├── UnknownTask             no long job of the web app has that id
├── TooManyRequests         one person or address asked too often
├── AssistRefused           an LLM's proposal is not grounded in the text, or no endpoint answers
├── ExportFailed            a format cannot be written here
├── UnknownEncoding         no text encoding has that name
├── ExtractionFailed        a step or a worker process failed on one document
├── BadLexicon              an entry in lexicon/ breaks the rules of its file
├── BadGazetteer            the place index is missing or damaged
├── BadModelFiles           the syntax pipeline's files are not the ones that were pinned
├── UnknownPolicy           no policy has that name
├── UnknownClaim            no claim of the document has that id
├── UnknownDocument         no document of the ledger has that id, or several begin with it
├── UnknownTally            no tally has that id, or several begin with it
├── UnknownIncident         no incident has that id
├── UnknownSource           no voice or publisher has that name
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


class LimitExceeded(UnreadableDocument):
    """Reading was stopped: the input inflates, nests or takes longer than one report may."""


class DamagedDocument(UnreadableDocument):
    """The input is truncated, or not what it claims to be."""


class FetchFailed(TallystickError):
    """A URL could not be fetched: no answer, an error status, too slow, too large."""


class ForbiddenAddress(FetchFailed):
    """A URL leads to this machine, to a private network, or uses a scheme other than http and https."""


class LedgerError(TallystickError):
    """A ledger cannot do what was asked of it."""


class NotReconciled(LedgerError):
    """What was asked for is known only once the ledger has been reconciled."""


class NoLedger(LedgerError):
    """There is no ledger at that path or URL."""


class LedgerExists(LedgerError):
    """There is a ledger already where a new one was to be made."""


class LedgerVersion(LedgerError):
    """The ledger was written by another version of Tallystick and must be migrated, or this one is too old."""


class LedgerBusy(LedgerError):
    """Another writer held the ledger for longer than we wait."""


class LedgerDamaged(LedgerError):
    """An entry, a hash or a page of the ledger is not what it was when it was written."""


class StorageFull(LedgerError):
    """The disk is full. What was acknowledged is safe; run the same command again when there is room."""


class BadCard(TallystickError):
    """A file is no evidence card, or one that this version does not know."""


class BadJudgement(TallystickError):
    """A judgement names nothing that the ledger holds, or contradicts itself."""


class AlreadyJudged(BadJudgement):
    """An item is not as it was when it was shown: it was judged meanwhile, by as many as must, or settled."""


class BadLattice(TallystickError):
    """A part-of file breaks its rules, names an unknown node, or holds a circle."""


class BadTable(TallystickError):
    """A table lacks a column that is needed, or holds a value that cannot be read."""


class BadQuestion(TallystickError):
    """A question names nothing that can be asked for."""


class NotSignedIn(TallystickError):
    """The web app does not know who asks."""


class NotAllowed(TallystickError):
    """Whoever asks may not do that."""


class BadAccount(TallystickError):
    """An account, password, role or token cannot be as asked."""


class BadSettings(TallystickError):
    """The web app cannot be run as its settings say."""


class UnknownTask(TallystickError):
    """No long job of the web app has that id."""


class TooManyRequests(TallystickError):
    """One person or address asked too often. retry_after is in seconds."""

    def __init__(self, message: str, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AssistRefused(TallystickError):
    """An LLM's proposal is not grounded in the text, or its endpoint gives no answer."""


class ExportFailed(TallystickError):
    """A format cannot be written: a package is missing, or the place cannot be written to."""


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


class UnknownDocument(TallystickError):
    """No document of the ledger has that id, or several have ids that begin so."""


class UnknownTally(TallystickError):
    """No tally has that id, or several have ids that begin so."""


class UnknownIncident(TallystickError):
    """No incident has that id."""


class UnknownSource(TallystickError):
    """No voice or publisher of the ledger has that name."""


class ImpossibleValue(TallystickError, ValueError):
    """A value that contradicts itself."""


class ImpossibleSpan(ImpossibleValue):
    """A span outside its text, or one whose words do not match."""


class ImpossibleCount(ImpossibleValue):
    """A count whose low end is above its high end."""


class ImpossiblePeriod(ImpossibleValue):
    """A period that ends before it starts."""
