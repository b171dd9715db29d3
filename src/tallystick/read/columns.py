"""Which column of a table of articles holds what."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields

# Names in the order of trust, as export tools, archives and conflict databases write them.
_NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "text",
        "body",
        "full_text",
        "fulltext",
        "article_text",
        "article_body",
        "maintext",
        "main_text",
        "content",
        "content_text",
        "content_html",
        "article",
        "story",
        "raw_text",
        "notes",
        "description",
        "summary",
    ),
    "title": ("title", "headline", "article_title", "head", "subject"),
    "published": (
        "published_at",
        "published",
        "date_published",
        "datepublished",
        "publish_date",
        "publication_date",
        "pub_date",
        "pubdate",
        "published_date",
        "article_date",
        "date",
        "datetime",
        "created_at",
    ),
    "url": ("url", "link", "article_url", "source_url", "permalink", "canonical_url", "href"),
    "publisher": (
        "publisher",
        "outlet",
        "source_name",
        "source",
        "site",
        "sitename",
        "newspaper",
        "publication",
        "media",
        "domain",
    ),
    "id": ("id", "article_id", "doc_id", "document_id", "uid", "guid", "uuid"),
    "author": ("author", "authors", "byline", "creator"),
    "language": ("language", "lang"),
}


# A cell of a header is a short name, not a clause.
_CELL = re.compile(r"[^.:!?\"“”]{0,40}")


@dataclass(frozen=True, slots=True)
class Columns:
    """The name of the column for each thing; None where there is none."""

    text: str | None = None
    title: str | None = None
    published: str | None = None
    url: str | None = None
    publisher: str | None = None
    id: str | None = None
    author: str | None = None
    language: str | None = None

    def given(self) -> dict[str, str]:
        """The columns that are named, by what they hold."""
        return {f.name: name for f in fields(self) if (name := getattr(self, f.name)) is not None}


def plain(name: str) -> str:
    """A column's name as it is compared: small letters, one underscore between words ("publishedAt" too)."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")


def find_columns(names: Iterable[str], given: Columns | None = None) -> Columns:
    """The columns that hold the text, the title and so on; those in `given` are taken as they are."""
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(plain(name), name)
    found = {
        what: next((by_plain[candidate] for candidate in candidates if candidate in by_plain), None)
        for what, candidates in _NAMES.items()
    }
    return Columns(**{**found, **(given.given() if given else {})})


def is_header(line: str) -> bool:
    """True when a line is the head of a table of articles: short cells, a text column and at least one other known."""
    for delimiter in ",\t;|":
        if delimiter not in line or len(line) > 2000:
            continue
        try:
            cells = next(csv.reader([line.strip("\r\n")], delimiter=delimiter), [])
        except csv.Error:
            continue
        if len(cells) < 2 or not all(_CELL.fullmatch(cell) for cell in cells):
            continue
        columns = find_columns(cells)
        known = columns.given()
        if columns.text and len(known) >= 2 and 2 * len(known) >= min(len(cells), 6):
            return True
    return False
