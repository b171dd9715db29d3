"""One report as one HTML page that needs no network: the text with its figures marked, beside their fields.

The marks are made here, from code points, and never in the browser, whose offsets count UTF-16 units. The page
works without JavaScript (links join marks and cards); with it, j and k step through the figures. Its
Content-Security-Policy allows the page's own style and script by hash, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import jinja2

from tallystick.model.claims import Claim, Factuality
from tallystick.model.report import Report
from tallystick.model.text import Span
from tallystick.version import __version__
from tallystick.views import words

_TEMPLATES = resources.files(__package__) / "templates"
_LINE = re.compile(r"[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text under the same marks.

    claims are the numbers of the figures whose words it belongs to; first holds those that begin here. parts
    names what else it is to which figure ("3:source"); figure is True where a number itself stands.
    """

    text: str
    claims: tuple[int, ...]
    first: tuple[int, ...]
    parts: tuple[str, ...]
    figure: bool
    loaded: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One figure's fields in words. where_href leads to nothing outside the page: places are text only."""

    number: int
    id: str
    figure: str
    as_written: str
    note: str
    what: str
    who: str
    by: str
    where: str
    coordinates: str
    when: str
    chain: tuple[str, ...]
    sure: tuple[str, ...]
    relations: tuple[str, ...]
    quote: str
    rules: tuple[str, ...]
    tone: str


def page(report: Report) -> str:
    """The page as one string of HTML."""
    style, script = _asset("page.css"), _asset("page.js")
    numbers = {claim.id: index for index, claim in enumerate(report.claims, 1)}
    document = report.document
    return (
        _environment()
        .get_template("page.html")
        .render(
            title=words.clean(document.title or document.name or "Report"),
            document=document,
            published=words.published(document),
            reasons=() if document.published_bounds is None else document.published_bounds.reasons,
            publisher=words.publisher(document),
            paragraphs=tuple(paragraphs(report)),
            cards=[card(claim, report, numbers) for claim in report.claims],
            parsed=report.parsed,
            sentences=report.sentences,
            version=__version__,
            unknown=words.UNKNOWN,
            not_english=words.NOT_ENGLISH,
            style=style,
            script=script,
            policy=_policy(style, script),
        )
    )


def _asset(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8").strip()


def _policy(style: str, script: str) -> str:
    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    return (
        f"default-src 'none'; style-src {digest(style)}; script-src {digest(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def card(claim: Claim, report: Report, numbers: dict[str, int]) -> Card:
    """The claim's fields in words. numbers are the figures' numbers by claim id, for what refers to others."""
    unit, adds = words.unit(claim.count), words.accumulation(claim)
    place = None if claim.place is None else claim.place.place
    time = "" if claim.time is None or claim.period is None else f" “{words.clean(claim.time.span.text)}”"
    return Card(
        number=numbers[claim.id],
        id=claim.id,
        figure=words.figure(claim.count),
        as_written=words.as_written(claim),
        note=words.form_note(claim.count),
        what=words.measure(claim) + "".join(f" ({note})" for note in (unit, adds) if note),
        who=words.who(claim.population),
        by="" if claim.actor is None else words.who(claim.actor),
        where=words.where(claim.place),
        coordinates="" if place is None else f"{place.lat:.4f}, {place.lon:.4f}",
        when=words.when(claim.period, claim.time) + time,
        chain=words.chain(claim, report.document),
        sure=words.sure(claim),
        relations=tuple(words.relations(claim, numbers)),
        quote=claim.span.text,
        rules=claim.rules,
        tone=_tone(claim),
    )


def _tone(claim: Claim) -> str:
    if claim.factuality is Factuality.DENIED:
        return "denied"
    return "firm" if claim.factuality in (Factuality.ASSERTED, Factuality.ACKNOWLEDGED) else "soft"


def paragraphs(report: Report, start: int = 0, end: int | None = None) -> Iterator[tuple[Segment, ...]]:
    """The lines of the text, blank ones left out, each cut into segments; every character of a line is kept.

    start and end, in code points, give a part of it: marks that begin before it go on in it.
    """
    text = report.document.text
    marks = _marks(report.claims)
    cuts = sorted({at for mark in marks for at in mark[:2]})
    begins: dict[int, list[tuple[int, str]]] = {}
    ends: dict[int, list[tuple[int, str]]] = {}
    for first, last, claim, part in marks:
        begins.setdefault(first, []).append((claim, part))
        ends.setdefault(last, []).append((claim, part))
    under_way: dict[tuple[int, str], int] = {}
    started: set[int] = set()
    next_cut = 0
    for line in _LINE.finditer(text, start, len(text) if end is None else end):
        segments = []
        at = line.start()
        while at < line.end():
            while next_cut < len(cuts) and cuts[next_cut] <= at:
                _step(under_way, ends.get(cuts[next_cut], ()), -1)
                _step(under_way, begins.get(cuts[next_cut], ()), 1)
                next_cut += 1
            stop = min(line.end(), cuts[next_cut]) if next_cut < len(cuts) else line.end()
            segments.append(_segment(text[at:stop], under_way, started))
            at = stop
        if any(segment.text.strip() for segment in segments):
            yield tuple(segments)


def _step(under_way: dict[tuple[int, str], int], marks: Sequence[tuple[int, str]], by: int) -> None:
    for mark in marks:
        under_way[mark] = under_way.get(mark, 0) + by
        if not under_way[mark]:
            del under_way[mark]


def _segment(text: str, under_way: dict[tuple[int, str], int], started: set[int]) -> Segment:
    claims = tuple(sorted(number for number, part in under_way if part == "claim"))
    first = tuple(number for number in claims if number not in started)
    started.update(first)
    return Segment(
        text,
        claims,
        first,
        tuple(sorted(f"{number}:{part}" for number, part in under_way if part not in ("claim", "loaded"))),
        any(part == "figure" for _, part in under_way),
        any(part == "loaded" for _, part in under_way),
    )


def _marks(claims: Sequence[Claim]) -> list[tuple[int, int, int, str]]:
    found: list[tuple[int, int, int, str]] = []

    def mark(span: Span | None, number: int, part: str) -> None:
        if span is not None:
            found.append((span.start, span.end, number, part))

    for number, claim in enumerate(claims, 1):
        mark(claim.span, number, "claim")
        mark(claim.count_span, number, "figure")
        mark(claim.measure_span, number, "measure")
        mark(claim.place.span if claim.place else None, number, "place")
        mark(claim.time.span if claim.time else None, number, "time")
        for population in (claim.population, claim.actor):
            if population is not None:
                mark(population.span or population.antecedent, number, "who")
        for link in claim.attributions:
            mark(link.source_span, number, "source")
            mark(link.cue, number, "source")
        for span in claim.loaded:
            mark(span, number, "loaded")
    return found
