"""Quantities: the list, and one with its range, origins, conflicts and estimates."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from markupsafe import Markup

from tallystick.jobs import asking, disputes, neighbours, quantities
from tallystick.jobs.documents import changed_quietly
from tallystick.jobs.quantities import Quantity
from tallystick.model.questions import Question, Understood
from tallystick.model.tallies import Tally
from tallystick.model.values import Measure
from tallystick.reconcile.policies import NEUTRAL, POLICIES
from tallystick.serve import clocks, rendering
from tallystick.serve.asked import after_tally, filled, next_tally
from tallystick.serve.clocks import Day, Time
from tallystick.serve.identity import At, Reader
from tallystick.serve.service import Service
from tallystick.views import charts, origin_graph, words

router = APIRouter()

ROWS = 25
"""Quantities of one page: what is worked out anew for a page stays under 50 ms."""
BUDGET = 800_000
"""Characters of kept tallies that one page reads anew, about 40 ms; longer ones are asked for one by one."""
MENTIONS = 60
"""Mentions that stand beside the graph; the rest are on pages of their own."""

STOPS = 60
"""Stops of the slider of a quantity of very many figures: no more can be told apart."""

Name = Annotated[str, Path(max_length=80, pattern=r"^[0-9a-z:]+$")]
Policy = Annotated[str | None, Query(max_length=40)]
Words = Annotated[str | None, Query(max_length=400)]
Cursor = Annotated[str | None, Query(max_length=80)]


class Filters:
    """What a list is asked for, as the address says it; "" is nothing asked."""

    def __init__(
        self,
        q: Words = None,
        measure: Annotated[list[str] | None, Query(max_length=12)] = None,
        actor: Words = None,
        status: Words = None,
        place: Words = None,
        country: Annotated[str | None, Query(max_length=2)] = None,
        since: Day = None,
        until: Day = None,
        policy: Policy = None,
    ) -> None:
        self.q, self.actor, self.place = (filled(text) for text in (q, actor, place))
        self.measures = tuple(name for name in measure or () if name)
        self.status, self.country = filled(status), filled(country)
        self.since, self.until = clocks.day(since), clocks.day(until)
        self.policy = filled(policy) or NEUTRAL.name

    @property
    def any(self) -> bool:
        """Whether anything is asked."""
        return self.address() != {"policy": self.policy}

    def address(self) -> dict[str, Any]:
        """What gives the same list again."""
        given = {
            "q": self.q, "measure": self.measures, "actor": self.actor, "status": self.status, "place": self.place,
            "country": self.country, "since": self.since, "until": self.until, "policy": self.policy,
        }  # fmt: skip
        return {name: value for name, value in given.items() if value}

    def question(self, at: Service) -> tuple[Question, Understood | None]:
        """The question, and how the plain words were read. Raises BadQuestion."""
        understood = asking.understand(self.q, at.now().date()) if self.q else None
        read = understood.question if understood is not None else Question()
        given = Question(
            measures=self.measures, actor=self.actor, status=self.status, place=self.place,
            country=self.country and self.country.upper(), since=self.since, until=self.until,
        )  # fmt: skip
        wanted = {name: value for name in given.__slots__ if (value := getattr(given, name)) not in (None, (), False)}
        return replace(read, **wanted), understood


@router.get("/quantities")
def index(
    request: Request, at: At, person: Reader, filters: Annotated[Filters, Depends()], after: Cursor = None
) -> Response:
    """The quantities asked for: those in conflict first, then by people and voices, then the newest."""
    asked, understood = filters.question(at)
    with at.reading() as connection:
        found = quantities.listed(
            connection, asked, policy=filters.policy, after=after_tally(after), limit=ROWS, budget=BUDGET
        )
    following = None
    if found.next is not None:
        following = f"/quantities?{urlencode(filters.address() | {'after': next_tally(found.next)}, doseq=True)}"
    return rendering.page(
        request, "quantities.html", filters=filters, found=found, understood=understood, following=following,
        measures=list(Measure), policies=POLICIES, first=after is None,
    )  # fmt: skip


@router.get("/quantities/{tally}/range")
def range_alone(request: Request, at: At, person: Reader, tally: Name, policy: Policy = None) -> Response:
    """Three cells of the list, for a quantity of so many figures that the list did not wait for it."""
    with at.reading() as connection:
        row = quantities.numbers_of(connection, tally, policy or NEUTRAL.name)
    return rendering.page(request, "_quantity_range.html", row=row)


class Asked:
    """Which quantity, under which policy, and as of when."""

    def __init__(self, at: At, tally: Name, policy: Policy = None, as_of: Day = None, held_by: Time = None) -> None:
        self.at = at
        self.name = tally
        self.policy = policy or NEUTRAL.name
        self.known_by, self.held_by = clocks.day(as_of), clocks.moment(held_by)
        clock = {"as_of": as_of, "held_by": held_by}
        self.clock = {name: value for name, value in clock.items() if value}

    def address(self, **more: str) -> str:
        """The query of an address for the same policy and time."""
        return urlencode({"policy": self.policy} | self.clock | more)


One = Annotated[Asked, Depends()]


@router.get("/quantities/{tally}")
def one(request: Request, person: Reader, asked: One, a: Policy = None, b: Policy = None) -> Response:
    """One quantity whole, or with htmx the part that changes with day and policy."""
    with asked.at.reading() as connection:
        found = _found(asked, connection)
        told = disputes.disputes_of(connection, found)
        near = neighbours.neighbours(connection, found.now)
        proofs = neighbours.proofs(connection, found.now) if found.as_it_stands else ()
        quiet = () if found.tally is None or found.large else changed_quietly(connection, found.tally.figures)
    values = _values(asked, found) | {"disputes": told, "neighbours": near, "proofs": proofs, "quiet": quiet}
    values |= _under_each(found, a, b) if not found.large else {"estimates": None}
    part = "hx-request" in request.headers and "hx-history-restore-request" not in request.headers
    said = "" if found.estimate is None else quote(f"{_as_of(found)}: {_spoken(found)}")
    headers = {"Vary": "Cookie, HX-Request"} | ({"X-Said": said} if part else {})
    template = "_quantity_answer.html" if part else "quantity.html"
    return rendering.page(request, template, headers=headers, **values)


def _named(tally: Tally) -> list[str | None]:
    """The names that the page of a quantity shows: outlets and those quoted, each once."""
    names = {name for f in tally.figures for name in (f.publisher, *(link.name for link in f.chain))}
    return [tally.label, *sorted(name for name in names if name)]


def _found(asked: Asked, connection: Any) -> Quantity:
    return quantities.quantity(
        connection, asked.name, policy=asked.policy, known_by=asked.known_by, held_by=asked.held_by
    )


def _values(asked: Asked, found: Quantity) -> dict[str, Any]:
    """What the templates of one quantity share."""
    tally = found.tally
    values: dict[str, Any] = {
        "asked": asked, "found": found, "tally": tally, "done": found.estimate, "policies": POLICIES,
        "as_of": _as_of(found), "series": None, "days": _days(found), "graph": None,
    }  # fmt: skip
    if tally is None:
        return values
    drawn = origin_graph.graph(tally)
    label = f"{words.capital(words.clean(tally.label))}: reports, the voices in them, and the origins behind those"
    values["graph"] = drawn
    values["named"] = _named(tally)
    values["drawing"] = Markup(origin_graph.svg(drawn, label)) if drawn.nodes else None
    values["mentions"] = disputes.mentions_of(tally, most=MENTIONS)
    values["more_mentions"] = max(0, len(tally.figures) - MENTIONS)
    values["voices"] = _voices(tally, {quote.figure for quote in values["mentions"]})
    values["doubts"] = disputes.doubts_of(tally)
    if not found.large:
        values["series"] = quantities.over_time(tally, found.policy, until=found.known_by)
    return values


def _days(found: Quantity) -> list[str]:
    """The stops of the slider: days on which something changed, or of very many figures days of publication."""
    if not found.large:
        return [str(point.day) for point in quantities.over_time(found.now, found.policy).points]
    known = {day for f in found.now.figures if (day := f.published or (f.captured and f.captured.date()))}
    days = [str(day) for day in sorted(known)]
    every = max(1, -(-len(days) // STOPS))
    return days[::-1][::every][::-1]


def _voices(tally: Tally, of: set[str]) -> dict[str, tuple[str, str]]:
    """For each figure the names of its voice and its origin."""
    named = words.capital
    return {
        figure: (
            named(words.clean(voice.name)) if voice.name else "source not named",
            named(words.clean(origin.name)) if origin.name else "source not named",
        )
        for origin in tally.origins.origins
        for voice in origin.voices
        for figure in voice.figures
        if figure in of
    }


def _as_of(found: Quantity) -> str:
    """Which clock the answer goes by, in words."""
    parts = []
    if found.known_by is not None:
        parts.append(f"as publicly known at the end of {rendering.day(found.known_by)}")
    if found.held_by is not None:
        parts.append(f"as this ledger held it on {rendering.moment(found.held_by)}")
    return words.capital(" and ".join(parts)) or "As it stands now"


def _spoken(found: Quantity) -> str:
    done = found.estimate
    if done is None:
        return "nothing was known"
    given = words.bounds(done.low, done.high)
    return given if done.best is None else f"{given}, best {words.number(done.best)}"


def _under_each(found: Quantity, a: str | None, b: str | None) -> dict[str, Any]:
    """Every policy's estimate, and what moves between two of them where two are asked for."""
    if found.tally is None:
        return {"estimates": (), "diff": None}
    diff = quantities.differences(found.tally, a, b, found.known_by) if a and b else None
    return {"estimates": quantities.estimates(found.tally, found.known_by), "diff": diff}


@router.get("/quantities/{tally}/estimates")
def under_each(request: Request, person: Reader, asked: One, a: Policy = None, b: Policy = None) -> Response:
    """What each policy makes of the quantity: a part of its page, and a page for itself."""
    with asked.at.reading() as connection:
        found = _found(asked, connection)
    values = {"asked": asked, "found": found, "tally": found.tally, "policies": POLICIES} | _under_each(found, a, b)
    return _part(request, "_quantity_estimates.html", "Under each policy", values)


@router.get("/quantities/{tally}/series")
def over_time(request: Request, person: Reader, asked: One) -> Response:
    """The table of a quantity over time: a part of its page, and a page for itself."""
    with asked.at.reading() as connection:
        found = _found(asked, connection)
    series = found.tally and quantities.over_time(found.tally, found.policy, until=found.known_by)
    values = {"asked": asked, "found": found, "series": series}
    return _part(request, "_quantity_series.html", "Day by day", values)


@router.get("/quantities/{tally}/mentions")
def mentions(
    request: Request, person: Reader, asked: One, after: Annotated[int, Query(ge=0, le=10**6)] = 0
) -> Response:
    """All that was said of the quantity, page by page."""
    with asked.at.reading() as connection:
        found = _found(asked, connection)
    told = [] if found.tally is None else disputes.mentions_of(found.tally, after, MENTIONS)
    of = 0 if found.tally is None else len(found.tally.figures)
    values: dict[str, Any] = {
        "asked": asked, "found": found, "mentions": told, "more_mentions": 0,
        "voices": {} if found.tally is None else _voices(found.tally, {quote.figure for quote in told}), "of": of,
        "following": after + MENTIONS if of > after + MENTIONS else None,
    }  # fmt: skip
    return rendering.page(request, "quantity_mentions.html", **values)


def _part(request: Request, template: str, heading: str, values: dict[str, Any]) -> Response:
    if "hx-request" in request.headers:
        return rendering.page(request, template, headers={"Vary": "Cookie, HX-Request"}, **values)
    headers = {"Vary": "Cookie, HX-Request"}
    return rendering.page(request, "quantity_part.html", headers=headers, part=template, heading=heading, **values)


@router.get("/quantities/{tally}/chart.json")
def chart_json(person: Reader, asked: One) -> Response:
    """The chart's Vega-Lite specification, which the page draws."""
    return _chart_file(asked, "json")


@router.get("/quantities/{tally}/chart.svg")
def chart_svg(person: Reader, asked: One) -> Response:
    """The chart as SVG, drawn on the server."""
    return _chart_file(asked, "svg")


@router.get("/quantities/{tally}/chart.png")
def chart_png(person: Reader, asked: One) -> Response:
    """The chart as PNG, drawn on the server."""
    return _chart_file(asked, "png")


def _chart_file(asked: Asked, kind: str) -> Response:
    with asked.at.reading() as connection:
        found = _found(asked, connection)
    tally = found.tally
    series = quantities.over_time(tally or replace(found.now, figures=()), found.policy, until=found.known_by)
    spec = charts.chart(series, tally and quantities.drawn(tally, series))
    name = f'inline; filename="tallystick-{found.now.id.replace(":", "-")}.{kind}"'
    headers = {"Cache-Control": "private, no-cache", "Vary": "Cookie", "Content-Disposition": name}
    if kind == "json":
        return Response(charts.as_json(spec), media_type="application/json", headers=headers)
    if kind == "svg":
        return Response(charts.svg(spec), media_type="image/svg+xml", headers=headers)
    return Response(charts.png(spec), media_type="image/png", headers=headers)
