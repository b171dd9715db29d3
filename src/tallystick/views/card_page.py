"""An evidence card as one HTML file: needs no network, no script and no app, and bears its own data.

The page is made from the card alone, so that whoever reads the data out of it can make the page again and compare.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

import jinja2

from tallystick.errors import BadCard
from tallystick.model.cards import Card, Quoted
from tallystick.views import card as cards
from tallystick.views import words
from tallystick.views.letters import mixed_words

_TEMPLATES = resources.files(__package__) / "templates"
_DATA = re.compile(r'<script type="application/json" id="card">\n(.*?)</script>', re.DOTALL)
# Marks that turn the direction of writing, and controls: a number could be made to read backwards.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
FIGURES = 12
"""Ids of the quantity's figures that are shown; the data hold more."""


class Run(NamedTuple):
    """A run of a sentence: part of the claim's words, of the figure's, or of neither ("")."""

    text: str
    mark: str


def page(card: Card, *, warned: bool = True) -> str:
    """The page as one string of HTML. warned False: as pages were before they marked names that mix scripts."""
    style = asset("card.css")
    evidence = card.evidence
    return (
        environment()
        .get_template("card.html")
        .render(
            card=card,
            evidence=evidence,
            told=card.told,
            proof=card.proof,
            runs=runs(evidence.sentence, evidence.quote, evidence.figure),
            letters=mixed(card) if warned else (),
            title=f"{evidence.headline} {evidence.what}",
            data=cards.as_json(card),
            style=style,
            policy=policy(style),
        )
    )


def mixed(card: Card) -> tuple[str, ...]:
    """What is to be said of names on the card whose letters are of several scripts that look alike."""
    evidence, told = card.evidence, card.told
    names = (told.title, evidence.document.publisher, told.url, *(link.name for link in evidence.chain))
    return tuple(map(str, mixed_words(names)))


def policy(style: str) -> str:
    """A Content-Security-Policy that allows this style by its hash, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


def card_policy() -> str:
    """The policy of every card's page, for whoever serves one."""
    return policy(asset("card.css"))


def json_of(page: str) -> str:
    """The card's JSON in a page. Raises BadCard where there is none, or more than one."""
    found = _DATA.findall(page)
    if len(found) != 1:
        raise BadCard("this file bears no evidence card's data. Give a card's HTML or JSON, as it was written.")
    data: str = found[0]
    return data


def runs(sentence: Quoted, quote: Quoted, figure: Quoted) -> tuple[Run, ...]:
    """The sentence in runs of one mark each; words outside of it mark nothing."""
    cuts = {sentence.start, sentence.end}
    cuts |= {at for part in (quote, figure) for at in (part.start, part.end) if sentence.start < at < sentence.end}
    ordered = sorted(cuts)
    made = []
    for start, end in pairwise(ordered):
        mark = "figure" if _in(figure, start) else "quote" if _in(quote, start) else ""
        made.append(Run(sentence.text[start - sentence.start : end - sentence.start], mark))
    return tuple(made)


def _in(part: Quoted, at: int) -> bool:
    return part.start <= at < part.end


def plain(text: str | None) -> str:
    """The words with what would turn or hide them made visible: "⟨U+202E⟩"."""
    return _HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text or "")


def href(url: str | None) -> str:
    """The address where it is safe to follow, "" otherwise."""
    return url if url and re.match(r"https?://[^\s<>\"']+\Z", url, re.IGNORECASE) else ""


def hexed(digest: str) -> str:
    """A hash in groups of eight, which can be read aloud and broken over lines."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def few(ids: Sequence[str]) -> str:
    """The first ids, and how many more there are."""
    rest = len(ids) - FIGURES
    return ", ".join(ids[:FIGURES]) + (f" and {rest:,} more" if rest > 0 else "")


@cache
def environment() -> jinja2.Environment:
    """The templates of what is handed out, with their filters."""
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(plain=plain, href=href, hexed=hexed, few=few, number=words.number, spoken=words.capital)
    made.filters["day"] = lambda at: f"{at:%Y-%m-%d}"
    made.filters["moment"] = lambda at: f"{at:%Y-%m-%d %H:%M:%S} {at.tzname() or ''}".rstrip()
    made.globals.update(counted=words.counted, bounds=words.bounds)
    return made


def asset(name: str) -> str:
    """A template or style of what is handed out, as text."""
    return (_TEMPLATES / name).read_text(encoding="utf-8").strip()
