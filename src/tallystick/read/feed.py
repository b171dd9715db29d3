"""RSS 0.9 to 2.0 and Atom: one document an entry.

feedparser gets bytes and nothing else: it would open a string as a path or a URL. Entities are refused before it
parses. An entry's own bytes are a JSON object of what it states (title, link, published, content), so that the same
entry in tomorrow's feed is the same document, and it can be read again without the feed.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from importlib.metadata import version
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

from tallystick.errors import DamagedDocument, DocumentTooLarge, LimitExceeded, TallystickError, UnreadableDocument
from tallystick.read.charset import decode_web
from tallystick.read.dates import read_moment
from tallystick.read.html import text_of_markup, wall_in
from tallystick.read.limits import LIMITS, Limits
from tallystick.read.parts import Item, Refused, described
from tallystick.read.sniff import charset_of
from tallystick.read.text import UNKNOWN, Origin, document_of

_DTD = re.compile(rb"<!(?:ENTITY|DOCTYPE[^>\[]{0,500}\[)", re.IGNORECASE)
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]*\?>")
# References to characters beyond Unicode, to halves of characters, and broken ones.
_CHARACTER = re.compile(
    r"&#(?:x[0-9a-f]{6,}|[0-9]{7,}|x0*d[89a-f][0-9a-f]{2}|0*5[5-7][0-9]{3}|x(?![0-9a-f])|(?![0-9x]));?", re.IGNORECASE
)
LARGEST_FEED = 32 * 1024 * 1024


@lru_cache(maxsize=1)
def reader_name() -> str:
    """The name of this reader and of what it rests on: "feed/1 feedparser 6.0.14"."""
    return f"feed/1 feedparser {version('feedparser')}"


def read_feed(
    data: bytes, origin: Origin = UNKNOWN, media_type: str | None = None, limits: Limits = LIMITS
) -> Iterator[Item | Refused]:
    """A document for each entry, in the feed's order, named "feed.xml#1" and so on.

    Raises DamagedDocument for no feed, LimitExceeded for entities that stand for others.
    """
    where = described(origin)
    if len(data) > LARGEST_FEED:
        raise DocumentTooLarge(f"{where} is a feed of more than {LARGEST_FEED:,} bytes. Split it.")
    looked_at = data.replace(b"\x00", b"") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else data
    if _DTD.search(looked_at):
        raise LimitExceeded(f"{where} defines entities of its own, as no feed needs to. It was not read.")
    charset = origin.encoding or charset_of(media_type)
    headers = {"content-type": f"application/xml; charset={charset}"} if charset else {}
    if origin.url:
        headers["content-location"] = origin.url
    parsed = _parse(data, headers)
    if parsed is None:  # once more, without what feedparser cannot take
        cleaned = _XML_HEAD.sub("", _CHARACTER.sub("\ufffd", decode_web(data, charset).text))
        parsed = _parse(
            cleaned.encode("utf-8", "replace"), {**headers, "content-type": "application/xml; charset=utf-8"}
        )
    if parsed is None:
        raise DamagedDocument(f"{where} is no feed that can be read. Check the file, or add the pages it leads to.")
    if not parsed.get("version") and not parsed.entries:
        why = parsed.get("bozo_exception")
        raise DamagedDocument(f"{where} is no feed that can be read{f' ({why})' if why else ''}. Check the file.")
    if not parsed.entries:
        raise UnreadableDocument(f"{where} is a feed without entries. Nothing was added.")
    outlet = _text(parsed.feed.get("title"))
    for number, entry in enumerate(parsed.entries, 1):
        name = f"{where}#{number}"
        try:
            yield _read_entry(entry, replace(origin, name=name), outlet, limits)
        except TallystickError as error:
            yield Refused(name, error, _link(entry.get("link"), origin.url))
    if parsed.get("bozo") and _is_cut(parsed.get("bozo_exception")):
        yield Refused(
            where,
            DamagedDocument(
                f"{where} is not well-formed ({parsed.bozo_exception}): entries after number {len(parsed.entries)} may "
                "be missing. Fetch it again."
            ),
        )


def _parse(data: bytes, headers: dict[str, str]) -> Any:
    """What feedparser makes of these bytes; None where it fails, as it does on characters beyond Unicode."""
    try:
        return feedparser.parse(
            io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError):
        return None


def _is_cut(error: object) -> bool:
    """True for what can hide entries; a wrong content type or charset label cannot."""
    return type(error).__name__ == "SAXParseException"


def _read_entry(entry: Any, origin: Origin, outlet: str | None, limits: Limits) -> Item:
    where = described(origin)
    kind, content = _content(entry)
    link = _link(entry.get("link"), origin.url)
    published = entry.get("published") or entry.get("issued") or entry.get("created")
    updated = entry.get("updated") if "updated" in entry else None
    own = {
        "title": entry.get("title"),
        "url": link,
        "published": published or updated,
        "content": content,
        "id": entry.get("id"),
        "author": entry.get("author"),
    }
    original = json.dumps({k: v for k, v in own.items() if v}, ensure_ascii=False, sort_keys=True).encode(
        "utf-8", "surrogatepass"
    )
    text = text_of_markup(content, where, limits) if kind != "text/plain" else content.strip()
    if not text:
        raise UnreadableDocument(f"{where} has no text, only a headline and a link. Add {link or 'the page'} itself.")
    if wall := wall_in(text):
        raise UnreadableDocument(f"{where} holds no report: it looks like {wall}. Add {link or 'the page'} itself.")
    dated_by = "published" if published else "updated"
    moment = read_moment(published) or read_moment(updated)
    changed = read_moment(updated)
    origin = replace(
        origin,
        published=origin.published or (moment.day if moment else None),
        published_at=origin.published_at or (moment.at if moment and origin.published in (None, moment.day) else None),
        publisher=origin.publisher or outlet,
        title=_text(entry.get("title")),
        url=link,
    )
    reader = reader_name() + (f"; date from {dated_by}" if moment and origin.published == moment.day else "")
    notes = []
    if not entry.get("content") and len(text.split()) < 60:
        notes.append("a summary: the page it links to may say more")
    late = moment and moment.at and changed and changed.at and changed.at - moment.at > timedelta(minutes=1)
    return Item(
        document=document_of(text, original, origin, reader),
        original=original,
        media_type="application/json",
        published_at=origin.published_at,
        modified_at=changed.at if late and changed else None,
        captured_at=origin.captured_at,
        author=_text(entry.get("author")),
        url=link,
        notes=tuple(notes),
    )


def _content(entry: Any) -> tuple[str, str]:
    """The type and value of the entry's longest content, else of its summary."""
    values = [(c.get("type") or "text/html", c.get("value") or "") for c in entry.get("content") or []]
    if values and (best := max(values, key=lambda v: len(v[1])))[1].strip():
        return best
    detail = entry.get("summary_detail") or {}
    return detail.get("type") or "text/html", entry.get("summary") or ""


def _link(link: object, base: str | None) -> str | None:
    """An entry's link where it leads to the web; feeds can name files and scripts."""
    if not isinstance(link, str) or len(link) > 2000:
        return None
    try:
        url = urljoin(base or "", link.strip())
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else None


def _text(value: object) -> str | None:
    """A title or name as one line of text without markup."""
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        line = text_of_markup(value[:2000]) if "<" in value or "&" in value else value
    except TallystickError:
        return None
    return " ".join(line.split())[:500] or None
