"""A report to print: the same content as one HTML page, and as what the PDF is set from (views.pdf).

Nothing of a document is markup in either: the page escapes it, the PDF gets it as data.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tallystick.model.cards import PrintedReport, ReportedQuantity
from tallystick.model.claims import Factuality
from tallystick.model.constraints import Conflict, Side
from tallystick.model.quantities import Figure
from tallystick.model.records import DocumentRecord
from tallystick.model.tallies import Estimate, Origin, Series, Step, Tally
from tallystick.model.values import Number
from tallystick.views import charts, words
from tallystick.views.card_page import asset, environment, href, plain, policy
from tallystick.views.clashes import disputes
from tallystick.views.letters import mixed_words
from tallystick.views.tallies import said

Content = dict[str, Any]
# What is printed of each; the rest is counted, and the ledger holds it all.
QUOTED, LINES, REASONS, STEPS, CONFLICTS, REPAIRS, FIGURES = 3, 40, 4, 40, 12, 5, 400

METHOD = (
    "A figure is what one source in one document says. It stands here with its words, which are the document’s own, "
    "and with whoever said it.",
    "Figures that repeat one another are one origin: a number that ten outlets carry from one ministry was said once. "
    "Where it is not certain whether two are one, the number of origins is given as a range.",
    "Low, best and high are what the named policy makes of the origins’ words. An end that nobody states is open: “–” "
    "is open or not given, never nought. A policy is an approximation of published rules, not endorsed by those who "
    "wrote them.",
    "What cannot all be true is named with the words on both sides. The ways out are what arithmetic allows, not "
    "findings of fact.",
    "The report shows what the ledger held when it was made. It says who said how many, not how many there were.",
)


def page(report: PrintedReport) -> str:
    """The report as one string of HTML that needs no network and no script. The first call takes a second or two."""
    style = asset("printed.css")
    return (
        environment()
        .get_template("printed.html")
        .render(content(report), style=style, policy=policy(style), image=_image, href=href)
    )


def report_policy() -> str:
    """The Content-Security-Policy of every report's page, for whoever serves one."""
    return policy(asset("printed.css"))


def _image(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def content(report: PrintedReport) -> Content:
    """All that is printed, as strings, lists and dicts: numbers are in words, and what turns the writing is visible."""
    figures = {f.id: f for one in report.quantities for f in one.tally.figures} | {f.id: f for f in report.beside}
    numbers = {name: at for at, name in enumerate(_ordered(report, figures), 1)}
    told = _Told(figures, numbers)
    listed = sorted(figures.values(), key=lambda f: (numbers.get(f.document, 0), f.start or 0, f.id))
    return {
        "title": words.capital(plain(words.clean(report.title))),
        "kind": "quantity" if report.incident is None else "incident",
        "id": report.id,
        "made_by": report.made_by,
        "made_at": f"{report.made_at:%Y-%m-%d %H:%M} {report.made_at.tzname() or ''}".rstrip(),
        "letters": [plain(str(one)) for one in mixed_words(_names(report, figures.values()))],
        "scope": [*_scope(report), ["As of", _as_of(report)]],
        "quantities": [_quantity(one, told) for one in report.quantities],
        "left": report.left,
        "figures": [told.row(figure) for figure in listed[:FIGURES]],
        "more_figures": max(0, len(listed) - FIGURES),
        "documents": [_document(report.documents[name], at) for name, at in numbers.items()],
        "method": list(METHOD),
        "rules": [{"name": name, "does": plain(does)} for name, does in report.rules.items()],
        "log": {"origin": report.origin, "size": f"{report.size:,}", "root": report.root},
        "checkpoint": report.checkpoint or "",
    }


def _names(report: PrintedReport, figures: Iterable[Figure]) -> Iterator[str | None]:
    """Every name that is printed: of the quantities, of documents and their addresses, of who is quoted."""
    yield report.title
    for one in report.quantities:
        yield one.tally.label
    for document in report.documents.values():
        yield from (document.publisher, document.title, document.url)
    for figure in figures:
        yield from (figure.publisher, *(link.name for link in figure.chain))


def _ordered(report: PrintedReport, figures: dict[str, Figure]) -> list[str]:
    """The documents of the figures by their day, undated ones last."""
    used = {figure.document for figure in figures.values()}
    held = [report.documents[name] for name in used if name in report.documents]
    return [one.id for one in sorted(held, key=lambda d: (d.published is None, str(d.published), d.id))]


def _document(record: DocumentRecord, number: int) -> Content:
    return {
        "number": str(number),
        "publisher": plain(record.publisher) or "publisher unknown",
        "day": str(record.published) if record.published else words.inferred(record.published_bounds),
        "title": plain(words.clean(record.title or "")) or "no title",
        "url": plain(record.url),
        "captured": f"{record.captured_at:%Y-%m-%d}" if record.captured_at else "unknown",
        "sha256": record.sha256,
    }


def _scope(report: PrintedReport) -> Iterator[list[str]]:
    """What is counted, of whom, where and when, in words."""
    event = report.incident
    if event is not None:
        yield ["Where", words.clean(event.where.name) if event.where else words.UNKNOWN]
        yield ["When", words.days(event.window.start, event.window.end_latest or event.window.end)]
        yield ["Told by", words.counted(len({scene.partition("#")[0] for scene in event.scenes}), "report")]
        many = len(report.quantities) + report.left
        yield ["Quantities", f"{many:,}" + (f", of which {len(report.quantities)} are printed" if report.left else "")]
        return
    key = report.quantities[0].tally.key
    who = key.who
    facets = (who.actor, who.status, who.sex, who.age, who.unit, who.role, who.subset)
    yield ["Measure", key.measure.replace("_", " ") + (f" ({key.unit})" if key.unit else "")]
    told = ["people" if one == "person" else words.clean(one) for one in facets if one]
    yield ["Of whom", plain(", ".join(told)) or words.UNKNOWN]
    yield ["Where", plain(words.clean(key.where.name)) if key.where else words.UNKNOWN]
    yield ["When", words.days(key.window.start, key.window.end_latest or key.window.end)]
    yield ["Incident", key.incident or "none: a running total, or of no one event"]


def _as_of(report: PrintedReport) -> str:
    """By when what it shows was known."""
    known = f"the end of {report.known_by}: only what had been published by then" if report.known_by else ""
    held = f"{report.held_by:%Y-%m-%d %H:%M} UTC: only what the ledger had stored by then" if report.held_by else ""
    return "; ".join(part for part in (known, held) if part) or "the day on which this was made"


def _quantity(one: ReportedQuantity, told: _Told) -> Content:
    tally, series = one.tally, one.series
    follows = words.bounds(tally.bounds.low, tally.bounds.high)
    spec = _chart(series, tally) if series.points else None
    return {
        "heading": words.capital(plain(words.clean(tally.label))),
        "id": tally.id,
        "said": words.capital(said(tally.origins)),
        "follows": "" if follows == words.UNKNOWN else follows,
        "estimates": [_estimate(done, told) for done in one.estimates],
        "chart": "" if spec is None else charts.svg(spec),
        "chart_words": "" if spec is None else charts.description(series, tally),
        "drawn": series.policy,
        "days": [
            {"day": str(p.day), "value": charts.spoken(p), "note": words.capital(plain(words.clean(p.note)))}
            for p in series.points
        ],
        "origins": [_origin(origin, told) for origin in sorted(tally.origins.origins, key=_first)],
        "doubts": list(_doubts(tally)),
        "disputes": list(_disputes(tally, told)),
        "more_conflicts": max(0, len(tally.conflicts) - CONFLICTS),
        "notes": [plain(words.clean(note)) for note in tally.notes[:REASONS]],
    }


def _chart(series: Series, tally: Tally) -> Any:
    """The chart with room at its right: who prints it may have wider letters than who drew it."""
    return charts.chart(series, tally) | {"padding": {"left": 12, "top": 12, "right": 56, "bottom": 12}}


def _first(origin: Origin) -> tuple[int, str]:
    return -sum(len(voice.figures) for voice in origin.voices), origin.id


def _estimate(done: Estimate, told: _Told) -> Content:
    return {
        "policy": done.policy,
        "low": _end(done.low),
        "best": _end(done.best),
        "high": _end(done.high),
        "status": "; ".join(part for part in (done.status, done.caveat) if part),
        "steps": [_step(step, told) for step in done.steps[:STEPS]],
        "more": max(0, len(done.steps) - STEPS),
    }


def _step(step: Step, told: _Told) -> Content:
    # What was only kept or put together is quoted further down, where it decides something.
    shown = () if step.rule in ("select", "collapse") else step.figures
    return {
        "note": words.capital(plain(words.clean(step.note))),
        "quotes": [told.quote(name) for name in shown[:QUOTED]],
        "more": max(0, len(shown) - QUOTED),
    }


def _origin(origin: Origin, told: _Told) -> Content:
    names = [name for voice in origin.voices for name in voice.figures]
    current = dict.fromkeys(told.value(voice.current) for voice in origin.voices)
    reasons = list(dict.fromkeys(words.clean(one.note) for one in origin.reasons))
    return {
        "name": words.capital(plain(words.clean(origin.name))) if origin.name else "Source not named",
        "value": ", ".join(value for value in current if value),
        "mentions": words.counted(len(names), "mention"),
        "why": [plain(reason) for reason in reasons[:REASONS]],
        "lines": [told.quote(name) for name in names[:LINES]],
        "more": max(0, len(names) - LINES),
    }


def _doubts(tally: Tally) -> Iterator[str]:
    names = {one.id: words.clean(one.name) if one.name else "source not named" for one in tally.origins.origins}
    for doubt in tally.origins.doubts:
        why = "; ".join(words.clean(reason.note) for reason in doubt.reasons)
        yield plain(f"{names.get(doubt.a, doubt.a)} and {names.get(doubt.b, doubt.b)} may be one origin ({why}).")


def _disputes(tally: Tally, told: _Told) -> Iterator[Content]:
    """Conflicts that hang together, each with the words on every side, and the ways out of all of them."""
    for group in disputes(tally.conflicts[:CONFLICTS], [tally]):
        yield {
            "conflicts": [_conflict(one, told) for one in group.conflicts],
            "repairs": [words.capital(plain(words.clean(one.sentence))) for one in group.repairs[:REPAIRS]],
            "more": max(0, len(group.repairs) - REPAIRS),
        }


def _conflict(conflict: Conflict, told: _Told) -> Content:
    sides = [one for one in conflict.sides if one.low is not None or one.high is not None]
    line = words.clean(conflict.line or ("" if sides else conflict.sentence))
    return {
        "line": words.capital(plain(line)) or "These cannot all be true",
        "sides": [_side(side, told) for side in sides],
        "given": "; ".join(plain(words.clean(one)) for one in conflict.given),
    }


def _side(side: Side, told: _Told) -> Content:
    return {
        "says": words.capital(plain(f"{words.clean(side.about)}: {words.bounds(side.low, side.high)}")),
        "quotes": [told.quote(name) for name in side.figures[:QUOTED]],
        "more": max(0, len(side.figures) - QUOTED),
    }


def _end(value: Number | None) -> str:
    return "–" if value is None else words.number(value)


class _Told:
    """Figures in words, by their ids."""

    def __init__(self, figures: dict[str, Figure], numbers: dict[str, int]) -> None:
        self._figures = figures
        self._numbers = numbers

    def value(self, name: str) -> str:
        """ "at least 21", "denied"."""
        figure = self._figures.get(name)
        if figure is None:
            return ""
        given = words.bounds(figure.low, figure.high)
        if figure.factuality is Factuality.DENIED:
            return "denied" if given == words.UNKNOWN else f"denied, {given}"
        return given

    def quote(self, name: str) -> Content:
        """A figure's words, who said them and in which document."""
        figure = self._figures.get(name)
        if figure is None:
            return {"id": name, "words": "", "value": "", "who": "", "day": "", "document": ""}
        return {
            "id": figure.id,
            "words": plain(words.clean(figure.quote)),
            "value": self.value(name),
            # Each name apart: between two that are written from right to left the arrow would point the wrong way.
            "who": " ← ".join(f"\u2068{plain(name)}\u2069" for name in _chain(figure)),
            "day": str(figure.said or figure.published or "day unknown"),
            "document": str(self._numbers.get(figure.document, "")),
        }

    def row(self, figure: Figure) -> Content:
        """One line of the list of figures."""
        where = "" if figure.start is None else f"{figure.start}–{figure.end}"
        return self.quote(figure.id) | {"where": where}


def _chain(figure: Figure) -> Sequence[str]:
    """The outlet and whom it has it from, an outlet that names itself once."""
    names = [figure.publisher or "the report", *(link.name or "source not named" for link in figure.chain)]
    cleaned = [words.clean(name) for name in names]
    return [name for at, name in enumerate(cleaned) if not at or name.casefold() != cleaned[at - 1].casefold()]
