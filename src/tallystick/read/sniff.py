"""What kind of input bytes are: first by their beginning, then by their declared type, then by their name."""

from __future__ import annotations

import re
from enum import StrEnum

from tallystick.read.binary import recognise
from tallystick.read.columns import is_header


class Kind(StrEnum):
    """The formats that can be read, and the two that cannot."""

    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    FEED = "feed"
    WARC = "warc"
    JSON = "json"  # an array of articles, or one
    JSONL = "jsonl"
    TABLE = "table"  # CSV, TSV
    MAIL = "mail"
    MBOX = "mbox"
    ZIP = "zip"
    GZIP = "gzip"
    XML = "xml"  # of no kind known here
    BINARY = "binary"


_MARKUP = re.compile(r"(?:\s|<\?[^>]{0,400}>|<!--.{0,4000}?-->|<!doctype\s(?!html)[^>\[]{0,400}>)*", re.I | re.S)
_ROOT = re.compile(r"<(!doctype\s+html|!doctype|[a-z_][\w.-]*(?::[\w.-]+)?)", re.IGNORECASE)
_FEEDS = {"rss", "feed", "rdf:rdf", "channel"}
# Elements that only a page begins with; a page saved without its <html> is common in archives.
_PAGES = {"!doctype html", "html", "head", "body", "meta", "title", "article", "div", "p", "h1", "section", "main"}
_HEADER = re.compile(r"([A-Za-z][\w-]{1,40}):[ \t]?[^\n]*\n(?:[ \t][^\n]*\n)*")
_FROM_LINE = re.compile(r"From \S+ .*\d{1,2}:\d{2}.*\n[A-Za-z-]+:")
_MAIL_MARKS = {"message-id", "mime-version", "received", "return-path", "delivered-to", "x-mailer", "content-type"}
_TYPES = {
    "text/html": Kind.HTML,
    "application/xhtml+xml": Kind.HTML,
    "application/pdf": Kind.PDF,
    "application/x-pdf": Kind.PDF,
    "application/rss+xml": Kind.FEED,
    "application/atom+xml": Kind.FEED,
    "application/rdf+xml": Kind.FEED,
    "application/warc": Kind.WARC,
    "application/jsonl": Kind.JSONL,
    "application/x-ndjson": Kind.JSONL,
    "application/json": Kind.JSON,
    "text/csv": Kind.TABLE,
    "text/tab-separated-values": Kind.TABLE,
    "message/rfc822": Kind.MAIL,
    "application/mbox": Kind.MBOX,
    "text/plain": Kind.TEXT,
}
_NAMES = {
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".rss": Kind.FEED,
    ".atom": Kind.FEED,
    ".warc": Kind.WARC,
    ".jsonl": Kind.JSONL,
    ".ndjson": Kind.JSONL,
    ".json": Kind.JSON,
    ".csv": Kind.TABLE,
    ".tsv": Kind.TABLE,
    ".tab": Kind.TABLE,
    ".eml": Kind.MAIL,
    ".mbox": Kind.MBOX,
    ".mbx": Kind.MBOX,
    ".pdf": Kind.PDF,
}


def sniff(data: bytes, media_type: str | None = None, name: str | None = None) -> Kind:
    """The kind of these bytes. TEXT where nothing says otherwise: its reader refuses what is no text."""
    declared = _TYPES.get(base_type(media_type))
    named = _NAMES.get(f".{name.lower().rpartition('.')[2]}") if name and "." in name else None
    if (magic := _by_magic(data, Kind.PDF in (declared, named))) is not None:
        return magic
    head = _head(data)
    if (kind := _by_markup(head, declared, named)) is not None:
        return kind
    if (kind := _by_lines(head, declared, named)) is not None:
        return kind
    for kind in (declared, named):
        if kind is not None and kind not in (Kind.PDF, Kind.WARC, Kind.FEED):  # these show their kind, or are none
            return kind
    return Kind.TEXT


def base_type(media_type: str | None) -> str:
    """The type of a Content-Type header, in lower case and without its parameters; "" for none."""
    return (media_type or "").partition(";")[0].strip().lower()


def charset_of(media_type: str | None) -> str | None:
    """The charset parameter of a Content-Type header."""
    found = re.search(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", media_type or "", re.IGNORECASE)
    return found[1] if found else None


def _by_magic(data: bytes, pdf_expected: bool) -> Kind | None:
    if data.startswith(b"%PDF-") or (pdf_expected and b"%PDF-" in data[:1024]):
        return Kind.PDF
    if data.startswith(b"WARC/"):
        return Kind.WARC
    if data.startswith(b"PK\x03\x04"):
        return Kind.ZIP
    if data.startswith(b"\x1f\x8b"):
        return Kind.GZIP
    return Kind.BINARY if recognise(data) else None


def _head(data: bytes) -> str:
    """The beginning as text that patterns can look at; characters beyond ASCII do not matter."""
    start = data[:16_384]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start.decode("utf-16", "replace")
    return start.decode("latin-1").removeprefix("\xef\xbb\xbf").replace("\r\n", "\n")


def _by_markup(head: str, declared: Kind | None, named: Kind | None) -> Kind | None:
    start = _MARKUP.match(head)
    root = _ROOT.match(head, start.end() if start else 0)
    if root is None:
        return None
    tag = root[1].lower()
    if re.match(r"!doctype\s+html", tag):
        tag = "!doctype html"
    if tag in _FEEDS or (tag == "!doctype" and re.search(r"<(?:rss|feed|rdf:RDF)[\s>]", head)):
        return Kind.FEED
    if tag == "html" or tag == "!doctype html":
        return Kind.HTML
    if Kind.HTML in (declared, named) or (tag in _PAGES and "</" in head):
        return Kind.HTML
    return Kind.XML if head.lstrip().startswith("<?xml") or tag == "!doctype" else None


def _by_lines(head: str, declared: Kind | None, named: Kind | None) -> Kind | None:
    if _FROM_LINE.match(head):
        return Kind.MBOX
    if _is_mail(head):
        return Kind.MAIL
    stripped = head.lstrip()
    if re.match(r"\[\s*\{\s*\"", stripped):
        return Kind.JSON
    if re.match(r"\{\s*\"", stripped):
        if Kind.JSONL in (declared, named):
            return Kind.JSONL
        first = stripped.partition("\n")[0].rstrip()
        more = stripped[len(first) :].lstrip()
        return Kind.JSONL if first.endswith("}") and more.startswith("{") else Kind.JSON
    if Kind.TABLE not in (declared, named) and "\n" in head and is_header(head.partition("\n")[0]):
        return Kind.TABLE
    return None


def _is_mail(head: str) -> bool:
    names, at = set(), 0
    while (line := _HEADER.match(head, at)) is not None:
        names.add(line[1].lower())
        at = line.end()
    blank = head[at : at + 1] in ("\n", "")
    if not blank or not names & {"from", "sender"}:
        return False
    # A memo can begin with "From:" and "Subject:"; only machines write the others.
    return bool(names & _MAIL_MARKS) or {"from", "to", "date", "subject"} <= names
