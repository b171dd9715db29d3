"""Days that lean on another event, over invented reports."""

from __future__ import annotations

from datetime import date

import pytest

from tallystick.extract import extract
from tallystick.model.claims import Claim
from tallystick.model.text import Document
from tallystick.reconcile import code

PUBLISHED = date(2031, 5, 18)  # a Sunday


def claims(text: str) -> tuple[Claim, ...]:
    return extract(Document(text, "0" * 64, "0" * 64, published=PUBLISHED)).claims


def day_of(figure: str, text: str) -> date | None:
    claim = next(c for c in claims(text) if c.count_span.text == figure)
    return None if claim.period is None else claim.period.start


TWO_EVENTS = (
    "Six soldiers were killed in an ambush near Dunmere on Tuesday. "
    "Eight shepherds were killed in an air strike the day after the ambush."
)


def test_the_day_after_an_event_is_counted_from_that_event() -> None:
    assert day_of("Six", TWO_EVENTS) == date(2031, 5, 13)
    assert day_of("Eight", TWO_EVENTS) == date(2031, 5, 14)


def test_what_happened_the_day_after_an_event_is_coded_apart() -> None:
    report = extract(Document(TWO_EVENTS, "0" * 64, "0" * 64, published=PUBLISHED))
    assert [row.killed.best for row in code([report])] == [6, 8]


@pytest.mark.parametrize(
    "text",
    [
        "Eight shepherds were killed in an air strike the day after the ambush.",
        "Forty soldiers were killed last week. Eight civilians died in an air strike a day after the battle.",
    ],
)
def test_where_the_events_day_is_unknown_so_is_the_day_after(text: str) -> None:
    assert day_of("Eight", text) is None


@pytest.mark.parametrize(
    "text",
    [
        "The army's last figure, given on Thursday, was 11 dead.",
        "The toll, released on Thursday, stood at 11 dead.",
    ],
)
def test_the_day_on_which_a_figure_was_given_is_not_that_of_the_deaths(text: str) -> None:
    assert day_of("11", text) is None
