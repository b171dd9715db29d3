"""What a page states about itself: JSON-LD, OpenGraph, <meta>, <time>. Only what is stated: no date is ever taken from
the URL, from the prose or from today.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from tallystick.model.text import DateBounds
from tallystick.read.dates import Moment, read_moment

# schema.org types of one report. WebPage is the page around it: looked at last.
# fmt: off
_ARTICLES = frozenset({
    "Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BackgroundNewsArticle",
    "OpinionNewsArticle", "ReviewNewsArticle", "AskPublicNewsArticle", "AdvertiserContentArticle",
    "SatiricalArticle", "BlogPosting", "LiveBlogPosting", "Report", "SocialMediaPosting", "ScholarlyArticle",
    "TechArticle",
})
# fmt: on
_PAGES = frozenset({"WebPage", "ItemPage", "AboutPage"})
# JSON-LD of more bytes, or nested deeper, is no description of a report.
_LARGEST_SCRIPT, _MOST_SCRIPTS, _DEEPEST = 1_000_000, 40, 6
_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "citation_publication_date",
    "article.published",
    "published-date",
    "publish-date",
    "publishdate",
    "pubdate",
    "date.published",
    "date",
)
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified")
_TITLE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page states about itself; None is what it does not state.

    published is the day by the outlet's calendar, published_at the exact time in UTC where a zone is given. Where the
    page gives several days, published is None and bounds hold the first and the last. dated_by names the statement.
    """

    title: str | None = None
    publisher: str | None = None
    published: date | None = None
    published_at: datetime | None = None
    bounds: DateBounds | None = None
    dated_by: str | None = None
    modified_at: datetime | None = None
    url: str | None = None
    language: str | None = None
    author: str | None = None
    paid: bool = False  # it says that it is not free to read


def read_metadata(tree: Any, found_at: str | None = None) -> Metadata:
    """The metadata of a parsed page (lxml). found_at is the URL it came from, to judge its canonical URL by."""
    metas = _metas(tree)
    canonical = _canonical(tree, metas, found_at)
    nodes = list(_nodes(tree))
    article = _article(nodes, canonical or found_at)
    live = article is not None and "LiveBlogPosting" in _types(article)
    moment, bounds, dated_by = _published(tree, article, metas)
    changed = _first_moment([(article or {}).get("dateModified"), *(metas.get(name) for name in _MODIFIED)])
    if live and moment and changed and changed.day > moment.day:
        # A live blog is written over days: "Friday" in it is not the Friday before its first line.
        reasons = (f"live blog begun {moment.day}, last changed {changed.day}",)
        bounds = DateBounds(moment.day, changed.day, reasons)
        moment = None
    return Metadata(
        title=_clean((article or {}).get("headline"))
        or _clean(metas.get("og:title"))
        or _clean(metas.get("twitter:title"))
        or _only_text(tree, "//h1")
        or _only_text(tree, "//head/title"),
        publisher=_name((article or {}).get("publisher")) or _clean(metas.get("og:site_name")),
        published=moment.day if moment else None,
        published_at=moment.at if moment else None,
        bounds=bounds,
        dated_by=dated_by if moment or bounds else None,
        modified_at=changed.at if changed else None,
        url=canonical,
        language=_language(tree, article),
        author=_name((article or {}).get("author")) or _author(metas),
        paid=_is_paid(article),
    )


def _published(
    tree: Any, article: Mapping[str, Any] | None, metas: Mapping[str, str]
) -> tuple[Moment | None, DateBounds | None, str | None]:
    stated: list[tuple[str, Moment]] = []
    if article is not None and (moment := read_moment(article.get("datePublished"))):
        stated.append(("JSON-LD datePublished", moment))
    for name in _PUBLISHED:
        if moment := read_moment(metas.get(name)):
            stated.append((f"meta {name}", moment))
    stated += _marked_times(tree)
    if not stated:
        return None, None, None
    days = {moment.day for _, moment in stated}
    if (max(days) - min(days)).days > 1:
        # One day apart is one moment in two zones; more is two statements, of which one is wrong.
        said = tuple(f"{by}: {moment.day}" for by, moment in stated)
        return None, DateBounds(min(days), max(days), said), "several statements"
    by, best = next((s for s in stated if s[1].at is not None), stated[0])
    return best, None, by


def _marked_times(tree: Any) -> list[tuple[str, Moment]]:
    """<time> elements that say that they are the time of publication. Others can be anybody's: a live blog has many."""
    marked = tree.xpath(
        "//*[@itemprop='datePublished' and not(ancestor::*[@itemprop='comment' or @itemprop='liveBlogUpdate'])]"
        "|//time[@pubdate]"
        "|//time[contains(concat(' ', normalize-space(@class), ' '), ' dt-published ')]"
        "|//time[contains(concat(' ', normalize-space(@class), ' '), ' entry-date ')]"
    )
    moments = [
        ("time element", moment)
        for element in marked[:20]
        if (moment := read_moment(element.get("datetime") or element.get("content") or element.text_content()))
    ]
    return moments[:1] if len({m.at or m.day for _, m in moments}) == 1 else []


def _metas(tree: Any) -> dict[str, str]:
    """The first content of each <meta>, by its name in lower case."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content and len(found) < 500:
            found.setdefault(name.strip().lower(), content[:5000])
    return found


def _nodes(tree: Any) -> Iterator[Mapping[str, Any]]:
    scripts = tree.xpath("//script[contains(@type, 'ld+json')]")[:_MOST_SCRIPTS]
    for script in scripts:
        text = script.text or ""
        if len(text) > _LARGEST_SCRIPT:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _flatten(data, 0)


def _flatten(data: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    """Top-level nodes, those of @graph and the main entity: not the related stories, updates and comments in them."""
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for item in data[:200]:
            yield from _flatten(item, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if isinstance(data.get(key), list | dict):
                yield from _flatten(data[key], depth + 1)


def _types(node: Mapping[str, Any]) -> set[str]:
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return {v.rpartition("/")[2] for v in values if isinstance(v, str)}


def _article(nodes: list[Mapping[str, Any]], url: str | None) -> Mapping[str, Any] | None:
    """The node that describes this page's report; None when there is none, or several and none has its URL."""
    for wanted in (_ARTICLES, _PAGES):
        fitting = [node for node in nodes if _types(node) & wanted]
        if not fitting:
            continue
        here = [node for node in fitting if url and _same_page(_node_url(node), url)]
        if here or len(fitting) == 1 or len({str(n.get("datePublished")) for n in fitting}) == 1:
            return (here or fitting)[0]
    return None


def _node_url(node: Mapping[str, Any]) -> str:
    for key in ("url", "mainEntityOfPage", "@id"):
        value = node.get(key)
        value = value.get("@id") or value.get("url") if isinstance(value, dict) else value
        if isinstance(value, str) and value.startswith("http"):
            return value
    return ""


def _same_page(one: str, other: str) -> bool:
    try:
        a, b = urlsplit(one), urlsplit(other)
        return (_bare_host(a.hostname), a.path.rstrip("/")) == (_bare_host(b.hostname), b.path.rstrip("/"))
    except ValueError:
        return False


def _bare_host(host: str | None) -> str:
    return re.sub(r"^(?:www|m|amp|mobile)\.", "", (host or "").lower())


def _canonical(tree: Any, metas: Mapping[str, str], found_at: str | None) -> str | None:
    """The URL that the page calls its own; None where it names another host, or the home page."""
    links = tree.xpath("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")
    for href in [*links[:1], metas.get("og:url")]:
        if not href or len(href) > 2000:
            continue
        try:
            url = urljoin(found_at or "", str(href).strip())
            parts = urlsplit(url)
            here = urlsplit(found_at or url)
        except ValueError:
            continue
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            continue
        if _bare_host(parts.hostname) != _bare_host(here.hostname):
            continue
        if parts.path in ("", "/") and not parts.query and found_at is not None and here.path not in ("", "/"):
            continue
        return parts._replace(fragment="").geturl()
    return None


def _language(tree: Any, article: Mapping[str, Any] | None) -> str | None:
    for value in (
        tree.get("lang"),
        tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
        (article or {}).get("inLanguage"),
    ):
        if isinstance(value, str) and (found := re.match(r"[A-Za-z]{2,3}(?![A-Za-z])", value.strip())):
            return found[0].lower()
    return None


def _author(metas: Mapping[str, str]) -> str | None:
    for name in ("author", "article:author", "byl", "parsely-author", "dc.creator"):
        value = _clean(metas.get(name))
        if value and not value.startswith("http"):
            return value
    return None


def _is_paid(article: Mapping[str, Any] | None) -> bool:
    value = (article or {}).get("isAccessibleForFree")
    return value is False or (isinstance(value, str) and value.strip().lower() == "false")


def _first_moment(values: Iterable[Any]) -> Moment | None:
    return next((moment for value in values if (moment := read_moment(value))), None)


def _name(value: Any) -> str | None:
    """The name of a schema.org Person or Organization, or of several."""
    if isinstance(value, list):
        names = [name for item in value[:10] if (name := _name(item))]
        return ", ".join(names) or None
    return _clean(value.get("name") if isinstance(value, dict) else value)


def _clean(value: Any) -> str | None:
    """One line of text, entities resolved; None for anything else."""
    if not isinstance(value, str):
        return None
    line = " ".join(html.unescape(value[: 4 * _TITLE_LENGTH]).split())
    return line[:_TITLE_LENGTH] or None


def _only_text(tree: Any, path: str) -> str | None:
    found = tree.xpath(path)
    return _clean(found[0].text_content()) if len(found) == 1 else None
