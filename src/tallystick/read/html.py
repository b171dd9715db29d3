"""Web pages: the text of the report, without the menus around it.

trafilatura finds the report; the metadata are read here (metadata.py), since its own guess dates from URLs and
prose. Two things are changed on the way: captions of pictures become paragraphs, because trafilatura drops them and
"A grave of seven soldiers" is a figure; and its tree is written out here, so that a table row is one line of cells.
A page whose text is no prose is refused: a menu read as a report would give figures that nobody wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import lxml.html
import trafilatura
from lxml import etree

from tallystick.errors import DocumentTooLarge, LimitExceeded, UnreadableDocument
from tallystick.lexicon import load_rows
from tallystick.read.charset import decode_web
from tallystick.read.limits import LIMITS, Limits
from tallystick.read.metadata import Metadata, read_metadata
from tallystick.read.parts import Item, described
from tallystick.read.sniff import charset_of
from tallystick.read.text import UNKNOWN, Origin, document_of

_ENDS = ".!?…。؟।।\"”’»')]"
# A line of prose: a caption or a row of a menu is shorter.
PROSE_WORDS = 6
# A page of fewer words that talks of consent or payment is the wall, not the report behind it.
WALL_WORDS = 160
# Above this share of its characters in lines that are links, a page is a list of links.
LINKS = 0.6
FEW_ATTRIBUTES = 60
MANY_CHILDREN = 1_500
_INLINE = frozenset(
    {"b", "i", "em", "strong", "u", "s", "span", "font", "small", "big", "mark", "a", "code", "q", "cite", "abbr"}
)
# Pages of more elements are read without the comparison with other extractors, which takes most of the time.
COMPARED = 15_000
_CAPTIONS = ("figcaption", "caption")
# A footnote's mark, alone or several; and what a superscript figure is a power of.
_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[a-z]|[*†‡§]+)[\])]?(?:[,;\s]+[\[(]?(?:\d{1,3}|[a-z])[\])]?)*", re.IGNORECASE)
_POWER = re.compile(r"(?:\b10|\b(?:k|c|m|d)?m|\bmi|\bft|\byd|\bin)$")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# fmt: off
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figure", "figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr",
    "ul",
})
_DROPPED = frozenset({
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "audio", "video",
    "select", "textarea", "button", "head", "title", "link", "meta", "input",
})
# fmt: on


@lru_cache(maxsize=1)
def reader_name() -> str:
    """The name of this reader and of what it rests on: "html/1 trafilatura 2.3.1"."""
    return f"html/1 trafilatura {version('trafilatura')}"


def read_html(data: bytes, origin: Origin = UNKNOWN, media_type: str | None = None, limits: Limits = LIMITS) -> Item:
    """The report on a web page, with what the page states about itself.

    What the origin states wins. Raises LimitExceeded for a page of more elements or bytes than a report has,
    UnreadableDocument where it holds no report: menus, links, a consent page, a paywall.
    """
    where = described(origin)
    if len(data) > limits.page:
        raise DocumentTooLarge(f"{where} is a web page of more than {limits.page:,} bytes. Save the report alone.")
    decoded = decode_web(data, origin.encoding or charset_of(media_type))
    tree = parse_html(decoded.text, where, limits)
    stated = read_metadata(tree, origin.url)
    anchors = {_line(a.text_content()) for a in tree.iter("a")}
    text = _report(tree)
    _require_report(text, anchors, stated, where)
    notes = []
    if decoded.spoilt:
        notes.append(f"{decoded.spoilt} characters are not {decoded.encoding}")
    if stated.paid:
        notes.append("the page says that it is not free to read: the text may be cut")
    about = merge(origin, stated)
    reader = reader_name()
    if stated.dated_by and origin.published is None:
        reader += f"; date from {stated.dated_by}"
    bounds = stated.bounds if about.published is None else None
    return Item(
        document=document_of(text, data, about, reader, bounds=bounds, code=stated.language),
        original=data,
        media_type="text/html",
        published_at=about.published_at,
        modified_at=stated.modified_at,
        captured_at=origin.captured_at,
        author=stated.author,
        url=origin.url,
        notes=tuple(notes),
    )


def merge(origin: Origin, stated: Metadata) -> Origin:
    """The origin with what the page states wherever the caller said nothing."""
    published_at = origin.published_at
    if published_at is None and origin.published in (None, stated.published):
        published_at = stated.published_at
    return replace(
        origin,
        published=origin.published or (origin.published_at.date() if origin.published_at else stated.published),
        published_at=published_at,
        publisher=origin.publisher or stated.publisher,
        title=origin.title or stated.title,
        url=stated.url or origin.url,
    )


def parse_html(text: str, where: str, limits: Limits = LIMITS) -> Any:
    """The tree of a page. Raises LimitExceeded above the limit of elements, UnreadableDocument for no page at all."""
    if text.count("<") > 4 * limits.elements:  # before the parser takes memory for them
        raise LimitExceeded(_too_many(where, limits))
    if len(text) > limits.attributes and _most_attributes(text) > limits.attributes:
        raise LimitExceeded(
            f"{where} has an element with more than {limits.attributes:,} attributes, as no report does. "
            "Save the report's text alone."
        )
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(
            _CONTROLS.sub(" ", text).encode("utf-8", "replace"), parser=parser, ensure_head_body=True
        )
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableDocument(f"{where} holds no web page: {error}. Check that the right file was given.") from None
    if sum(1 for _ in tree.iter()) > limits.elements:
        raise LimitExceeded(_too_many(where, limits))
    for element in list(tree.iter()):
        if len(element) > MANY_CHILDREN:
            _flatten(element)
    for element in tree.xpath("//body//*[@hidden and not(@hidden='until-found')]"):
        if element.getparent() is not None:
            element.drop_tree()  # what no reader of the page saw
    for element in tree.iter():
        if len(element.attrib) > FEW_ATTRIBUTES:  # each is copied and searched many times over
            element.attrib.clear()
    return tree


def _flatten(element: Any) -> None:
    """Put the words of inline children into the element: trafilatura's time grows with the square of their number."""
    kept: list[Any] = []
    runs: list[list[str]] = [[element.text or ""]]
    for child in list(element):
        if child.tag in _INLINE:
            runs[-1] += [child.text_content(), child.tail or ""]
        else:
            kept.append(child)
            runs.append([child.tail or ""])
    element[:] = kept
    element.text = "".join(runs[0])
    for child, run in zip(kept, runs[1:], strict=True):
        child.tail = "".join(run)


_IN_TAG = re.compile(r"[^\"'>]*+([\"'>])")


def _most_attributes(text: str) -> int:
    """About how many attributes the element with the most has: the parser's time grows with their square."""
    most, at = 0, text.find("<")
    while at >= 0:
        at += 1
        if text[at : at + 1].isalpha():
            count = 0
            while (step := _IN_TAG.match(text, at)) is not None:
                count += len(step[0].split())
                at = step.end()
                if step[1] == ">":
                    break
                closing = text.find(step[1], at)
                at = closing + 1 if closing >= 0 else len(text)
            else:
                count += len(text[at:].split())
                at = len(text)
            most = max(most, count)
        at = text.find("<", at)
    return most


def _too_many(where: str, limits: Limits) -> str:
    return f"{where} has more than {limits.elements:,} elements, as no report does. Save the report's text alone."


def _report(tree: Any) -> str:
    """The text of the report in a parsed page; "" where trafilatura finds none. Changes the tree."""
    _drop_marks(tree)
    _keep_captions(tree)
    try:
        found = trafilatura.bare_extraction(
            tree,
            fast=sum(1 for _ in tree.iter()) > COMPARED,
            favor_precision=True,
            include_comments=False,
            include_tables=True,
            with_metadata=False,
        )
    except (RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError, etree.LxmlError):
        return ""  # its faults on hostile pages are no faults of ours: no report was found
    if found is None or isinstance(found, dict) or found.body is None:
        return ""
    return "\n".join(_unlike_the_one_before(_lines(found.body)))


def _drop_marks(tree: Any) -> None:
    """Take out the marks of footnotes: "12<sup>1</sup> soldiers" is not 121. Powers of ten get a sign."""
    for mark in list(tree.iter("sup")):
        words = "".join(mark.itertext()).strip()
        if not _MARK.fullmatch(words):
            continue
        before = mark.getprevious()
        parent = mark.getparent()
        if parent is None:
            continue
        text = (before.tail if before is not None else parent.text) or ""
        if _POWER.search(text):
            mark.text = f"^{words}"
            for child in list(mark):
                mark.remove(child)
        else:
            mark.drop_tree()  # leaves what follows it


def _keep_captions(tree: Any) -> None:
    """Captions become paragraphs where they stand, so that they are kept in the report and dropped outside it."""
    for caption in list(tree.iter(*_CAPTIONS)):
        caption.tag = "p"
        caption.attrib.clear()
        figure = caption.getparent()
        if figure is not None and figure.tag == "figure":
            figure.tag = "div"
            figure.attrib.clear()


def _unlike_the_one_before(lines: Iterator[str]) -> Iterator[str]:
    """Without a sentence said twice in a row: a caption is often its picture's description too. Rows are all kept."""
    last = None
    for line in lines:
        if line != last or " | " in line or line.startswith("- ") or len(line.split()) < PROSE_WORDS:
            yield line
        last = line


def _lines(body: Any) -> Iterator[str]:
    """The lines of trafilatura's tree: paragraphs, list items with a dash, table rows with their cells in a line."""
    if body.text and body.text.strip():
        yield _line(body.text)
    for element in body:
        yield from _element_lines(element)
        if element.tail and element.tail.strip():
            yield _line(element.tail)


def _element_lines(element: Any) -> Iterator[str]:
    if element.tag == "table":
        for row in element.iter("row"):
            cells = [_line(" ".join(cell.itertext())) for cell in row.iter("cell")]
            if any(cells):
                yield " | ".join(cells)
    elif element.tag == "list":
        for item in element.iterchildren("item"):
            for line in _element_lines(item):
                yield line if line.startswith("- ") else f"- {line}"
    elif element.tag in ("quote", "div", "code") and len(element):
        yield from _lines(element)
    else:
        pieces = [element.text or ""]
        for child in element:
            if child.tag in ("lb", "p", "list", "table", "quote"):
                yield from filter(None, [_line("".join(pieces))])
                pieces = []
                if child.tag != "lb":
                    yield from _element_lines(child)
            else:
                pieces.append("".join(child.itertext()))
            pieces.append(child.tail or "")
        if line := _line("".join(pieces)):
            yield line


def _line(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class _Look:
    """What the lines of a text are made of."""

    words: int
    prose: int
    rows: int
    linked: float


def _look(text: str, anchors: set[str]) -> _Look:
    lines = [line for line in text.split("\n") if line.strip()]
    linked = sum(len(line) for line in lines if line.removeprefix("- ") in anchors)
    return _Look(
        words=len(text.split()),
        prose=sum(line[-1] in _ENDS and len(line.split()) >= PROSE_WORDS for line in lines),
        rows=sum(" | " in line and any(c.isdigit() for c in line) for line in lines),
        linked=linked / max(1, len(text)),
    )


def _require_report(text: str, anchors: set[str], stated: Metadata, where: str) -> None:
    remedy = "Save the report's own text and add that, or fetch the page again with access to it."
    look = _look(text, anchors)
    if look.words < WALL_WORDS and (wall := wall_in(text)):
        raise UnreadableDocument(f"{where} holds no report: it looks like {wall}. {remedy}")
    if not text.strip():
        raise UnreadableDocument(f"{where} is a web page without the text of a report. {remedy}")
    if look.linked > LINKS:
        raise UnreadableDocument(f"{where} is a list of links, not a report. Add the pages it leads to.")
    if look.prose == 0 and look.rows < 2:
        raise UnreadableDocument(
            f"{where} holds {look.words} words and no sentence: a menu or a form, not a report. {remedy}"
        )
    if stated.paid and look.words < 20:
        raise UnreadableDocument(f"{where} lies behind a paywall: {look.words} words of it are shown. {remedy}")


def wall_in(text: str) -> str | None:
    """What a short text is in place of a report ("a consent page"); None when its words do not say so."""
    lowered = " ".join(text.lower().replace("’", "'").split())
    found = [(phrase, what) for phrase, what in load_rows("walls") if phrase in lowered]
    sentences = [s for s in re.split(r"(?<=[.!?])\s+|\n", text.lower()) if s.strip()]
    spoken = sum(any(phrase in s for phrase, _ in found) for s in sentences)
    # One such sentence under a real report of a few is its footer.
    return found[0][1] if found and spoken * 4 >= len(sentences) else None


def text_of_markup(markup: str, where: str = "the text", limits: Limits = LIMITS) -> str:
    """The text of a piece of HTML that is all report: a feed's entry, a mail, a cell of a table.

    Scripts, styles and forms are dropped, blocks become lines, list items get a dash, table cells stand in a line.
    """
    if not markup.strip():
        return ""
    tree = parse_html(markup, where, limits)
    _drop_marks(tree)
    out: list[str] = []
    _walk(tree, out)
    lines = [_line(line) for line in "".join(out).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _walk(tree: Any, out: list[str]) -> None:
    """Append the text in document order. Without recursion: mails nest as deep as they like."""
    stack: list[tuple[Any, bool]] = [(tree, False)]
    while stack:
        element, leaving = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if leaving:
            if tag in ("td", "th"):
                out.append(" | " if element.getnext() is not None else "")
            elif tag in _BLOCKS:
                out.append("\n")
            out.append((element.tail or "").replace("\n", " ") if tag != "body" else "")
            continue
        if tag in _DROPPED or not tag:
            out.append((element.tail or "").replace("\n", " "))
            continue
        if tag == "br":
            out.append("\n")
        elif tag in _BLOCKS:
            out.append("\n- " if tag == "li" else "\n")
        stack.append((element, True))
        out.append((element.text or "").replace("\n", " ") if tag != "pre" else element.text or "")
        stack.extend((child, False) for child in reversed(element))
