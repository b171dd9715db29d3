"""Plain text in one of four encodings, decoded exactly: no character is normalised, dropped or replaced.

The rule, in order:
1. a byte order mark decides: UTF-8, UTF-16 or UTF-32 (the mark itself is not part of the text);
2. bytes that are valid UTF-8 are UTF-8;
3. bytes that hold both valid UTF-8 characters and invalid bytes are refused: two encodings were pasted together;
4. everything else is Windows-1252, the legacy encoding of English newsrooms. Bytes it leaves undefined are refused.
A caller who knows better names the encoding. Line ends (CRLF) stay as they are, so that offsets hold.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime

from tallystick.errors import BinaryDocument, DocumentTooLarge, EmptyDocument, UnknownEncoding, UnreadableDocument
from tallystick.model.text import DateBounds, Document
from tallystick.read.binary import recognise
from tallystick.read.language import language

# One report is never longer: a book has about 1 MB of text. Above it the file is something else (a dump, a
# log), and reading it would take minutes. A file at the limit takes about half a minute on one core.
LARGEST = 2_000_000

_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF8_CHARACTER = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HTML = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE)
# Text copied from a terminal or a PDF carries a stray control character; binary data is full of them.
CONTROLS_PER_CHARACTER = 0.01


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known about a document beside its bytes. None means unknown.

    What the caller states wins over what the bytes say of themselves. published is the day by the outlet's own
    calendar, published_at the exact time (with a zone). url is where the bytes were found, captured_at when an
    archive found them there.
    """

    name: str | None = None
    published: date | None = None
    publisher: str | None = None
    title: str | None = None
    url: str | None = None
    encoding: str | None = None
    published_at: datetime | None = None
    captured_at: datetime | None = None


UNKNOWN = Origin()


def decode(data: bytes, where: str = "the document", encoding: str | None = None) -> tuple[str, str]:
    """The text in these bytes, and the name of its encoding.

    Raises BinaryDocument when the bytes are no text in that encoding, or in any the rule above knows, and
    UnknownEncoding when Python has no codec of that name.
    """
    if encoding is not None:
        return _decode_as(data, where, encoding)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decode_as(data[len(mark) :], where, name)
    if found := recognise(data):
        what, remedy = found
        raise BinaryDocument(f"{where} is {what}, not plain text. {remedy}, then read the text.")
    if b"\x00" in data:
        raise BinaryDocument(_nul_message(data, where))
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        bad = error.start
    line = data.count(b"\n", 0, bad) + 1
    if _UTF8_CHARACTER.search(data):
        raise BinaryDocument(
            f"{where} mixes encodings: it holds UTF-8 characters, but byte {bad} (line {line}, 0x{data[bad]:02x}) is "
            "not UTF-8. Save it in one encoding, or name the one to use with --encoding."
        )
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as error:
        raise BinaryDocument(
            f"{where} is neither UTF-8 (byte {bad}, line {line}) nor Windows-1252 (byte {error.start}). Save it as "
            "UTF-8, or name its encoding with --encoding."
        ) from None


def _decode_as(data: bytes, where: str, encoding: str) -> tuple[str, str]:
    unknown = UnknownEncoding(
        f"{encoding!r} names no text encoding. Use a name such as utf-8, cp1252, iso-8859-1 or utf-16."
    )
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        raise unknown from None
    try:
        text = data.decode(name)
    except LookupError:  # a codec that makes no text, such as zip
        raise unknown from None
    except (UnicodeError, ValueError) as error:
        place = f" at byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        raise BinaryDocument(
            f"{where} is not valid {name}{place}. Check the file, or name another encoding with --encoding."
        ) from None
    return text.removeprefix("\ufeff"), name


def _nul_message(data: bytes, where: str) -> str:
    head = data[:2000]
    if len(head) >= 4 and head[1::2].count(0) > 0.6 * len(head[1::2]):
        guess = "It looks like UTF-16 without a byte order mark: try --encoding utf-16-le."
    elif len(head) >= 4 and head[0::2].count(0) > 0.6 * len(head[0::2]):
        guess = "It looks like UTF-16 without a byte order mark: try --encoding utf-16-be."
    else:
        guess = "Convert it to plain text in UTF-8 first."
    return f"{where} holds NUL bytes (the first at byte {data.index(0)}), so it is not plain text. {guess}"


def read_bytes(data: bytes, origin: Origin = Origin()) -> Document:
    """The document in these bytes.

    Raises DocumentTooLarge above LARGEST bytes, BinaryDocument where the bytes are not text, EmptyDocument
    where the text is white space.
    """
    where = origin.name or "the document"
    if len(data) > LARGEST:
        raise DocumentTooLarge(
            f"{where} has more than {LARGEST:,} bytes, the most that one report may have. Split it into single reports."
        )
    text, encoding = decode(data, where, origin.encoding)
    controls = len(_CONTROLS.findall(text))
    if "\x00" in text or controls > max(2, CONTROLS_PER_CHARACTER * len(text)):
        raise BinaryDocument(
            f"{where} holds {controls:,} control characters in {len(text):,}, so it is not plain text. "
            "Convert it to plain text in UTF-8 first."
        )
    if _HTML.match(text):
        raise UnreadableDocument(
            f"{where} is an HTML page, not plain text. Read it with read_one, so that menus and scripts are not taken "
            "for the report."
        )
    return document_of(text, data, origin, f"text/1 {encoding}")


def document_of(
    text: str, data: bytes, origin: Origin, reader: str, *, bounds: DateBounds | None = None, code: str | None = None
) -> Document:
    """The document of a text that was read from these bytes, as the origin describes it.

    code is the language that the bytes declare; the text's own words decide whether it is English. Raises
    EmptyDocument for white space, DocumentTooLarge for more text than one report has.
    """
    where = origin.name or "the document"
    if not text.strip().strip("\ufeff\u200b\u200e\u200f"):
        raise EmptyDocument(f"{where} holds nothing but white space. Check that the right file was given.")
    if len(text) > LARGEST:
        raise DocumentTooLarge(
            f"{where} has more than {LARGEST:,} characters, the most that one report may have. Split it."
        )
    return Document(
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        # A lone surrogate can only come from a codec that the caller named; it has no UTF-8 of its own.
        text_sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        name=origin.name,
        published=origin.published,
        published_bounds=bounds,
        publisher=origin.publisher,
        title=origin.title,
        url=origin.url,
        language=language(text) or (code if code != "en" else None),
        reader=reader,
    )
