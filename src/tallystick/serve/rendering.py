"""Pages from templates. Everything is escaped; nothing of an ingested page is ever rendered as markup."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import quote

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from tallystick.model.people import Permission
from tallystick.model.values import Number
from tallystick.serve.identity import visitor
from tallystick.serve.service import service
from tallystick.version import __version__
from tallystick.views import words
from tallystick.views.card_page import plain
from tallystick.views.letters import mixed_words

STATIC = resources.files(__package__) / "static"


def page(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> HTMLResponse:
    """The template as a page. Templates have person, local, path and at (the service's settings) beside the values.

    Templates whose name begins with "_" are parts of pages: what htmx puts in the place of another.
    """
    person = visitor(request)
    text = (
        environment()
        .get_template(template)
        .render(
            values
            | {
                "person": person,
                "may": (lambda name: person is not None and person.may(Permission(name))),
                "settings": service(request).settings,
                "path": request.url.path,
                "request": request,
            }
        )
    )
    return HTMLResponse(text, status, {"Cache-Control": "private, no-cache", "Vary": "Cookie"} | dict(headers or {}))


@cache
def environment() -> jinja2.Environment:
    """The one set of templates, with its filters."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("tallystick.serve"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=seen,
    )
    made.filters.update(number=number, day=day, moment=moment, short=short)
    made.globals.update(asset=asset, version=__version__, bounds=words.bounds, mixed=mixed_words)
    return made


def seen(value: object) -> object:
    """What a template puts on a page. Text with marks that turn the writing, or controls, shows these: a name with
    U+202E would make the number beside it read backwards. Markup passes as it is: what a form gives back ({{ x | e }})
    and drawings, which are made without such marks."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def number(value: Number | None) -> str:
    """A number as people read it: 4,700; “unknown” for None."""
    return words.UNKNOWN if value is None else words.number(value)


def day(value: date | None) -> str:
    """A day as 14 May 2024; “day unknown” for None."""
    return "day unknown" if value is None else f"{value.day} {value:%B %Y}"


def moment(value: datetime | None) -> str:
    """A time as 2024-05-14 09:30 UTC; “never” for None."""
    return "never" if value is None else f"{value:%Y-%m-%d %H:%M} UTC"


def short(text: str | None, most: int = 120) -> str:
    """The text on one line, cut at a word, with an ellipsis where it was cut."""
    line = " ".join((text or "").split())
    return line if len(line) <= most else line[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


@cache
def asset(name: str) -> str:
    """The address of a static file, with its digest, so that browsers may keep it for good."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def quoted(request: Request) -> str:
    """The request's own path and query, as a query value."""
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(request.url.path + query, safe="")
