"""Evidence cards and printable reports, to open or to save: each is one file that needs no app afterwards."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from tallystick.jobs.cards import make_card
from tallystick.jobs.printing import printed_report
from tallystick.model.cards import PrintedReport
from tallystick.model.people import Permission, Person
from tallystick.model.reviewing import Reviewer
from tallystick.serve import clocks
from tallystick.serve.identity import At, Exporter
from tallystick.serve.service import Service
from tallystick.views import card, card_page, pdf, printed

router = APIRouter()

Policies = Annotated[list[str] | None, Query(max_length=12)]


@router.get("/cards/{figure}.html")
def card_html(at: At, person: Exporter, figure: str, policy: Policies = None, download: bool = False) -> Response:
    """A figure's evidence card as a page of its own; download: to be saved at once."""
    made = make_card(at.ledger, figure, at=at.now(), policies=policy or ("neutral",), who=_reviewer(at, person))
    headers = {"Content-Security-Policy": f"{card_page.card_policy()}; frame-ancestors 'none'"}
    return _file(card_page.page(made), "text/html", f"{made.figure}.html", headers, download)


@router.get("/cards/{figure}.json")
def card_json(at: At, person: Exporter, figure: str, policy: Policies = None) -> Response:
    """A figure's evidence card as JSON, to be saved."""
    made = make_card(at.ledger, figure, at=at.now(), policies=policy or ("neutral",), who=_reviewer(at, person))
    return _file(card.as_json(made), "application/json", f"{made.figure}.json", {}, True)


class Report:
    """Which report is asked for, from the address."""

    def __init__(
        self, name: str, policy: Policies = None, as_of: clocks.Day = None, held_by: clocks.Time = None
    ) -> None:
        self._name = name
        self._policies = [one for one in policy or () if one] or ["neutral"]
        self._known_by, self._held_by = clocks.day(as_of), clocks.moment(held_by)

    def report(self, at: Service) -> PrintedReport:
        """The report, made now."""
        return printed_report(
            at.ledger,
            self._name,
            at=at.now(),
            policies=self._policies,
            known_by=self._known_by,
            held_by=self._held_by,
        )


Wanted = Annotated[Report, Depends()]


@router.get("/reports/{name}.html")
def report_html(at: At, person: Exporter, wanted: Wanted, download: bool = False) -> Response:
    """The report of a quantity or an incident as a page of its own. The first one takes a second or two to draw."""
    made = wanted.report(at)
    headers = {"Content-Security-Policy": f"{printed.report_policy()}; frame-ancestors 'none'"}
    return _file(printed.page(made), "text/html", f"{made.id}.html", headers, download)


@router.get("/reports/{name}.pdf")
def report_pdf(at: At, person: Exporter, wanted: Wanted) -> Response:
    """The same as PDF, to be saved."""
    made = wanted.report(at)
    return _file(pdf.pdf(made), "application/pdf", f"{made.id}.pdf", {}, True)


def _reviewer(at: Service, person: Person) -> Reviewer:
    """Who asks, and by which rules they see what others decided."""
    return Reviewer(person.name, at.settings.coders, person.may(Permission.ADJUDICATE))


def _file(body: str | bytes, kind: str, name: str, headers: dict[str, str], download: bool) -> Response:
    how = "attachment" if download else "inline"
    plain = re.sub(r"[^\w.-]", "-", name, flags=re.ASCII)
    named = {"Content-Disposition": f'{how}; filename="tallystick-{plain}"', "Cache-Control": "private, no-store"}
    return Response(body, media_type=kind, headers=headers | named)
