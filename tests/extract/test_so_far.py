"""What “so far” adds up: a war until now, or the victims of one event that have been counted."""

from __future__ import annotations

from datetime import date

import pytest

from tallystick.extract import extract
from tallystick.model.values import Accumulation
from tests.extract.parsing import document


def read_off(text: str) -> list[tuple[object, Accumulation | None]]:
    return [(c.count.value, c.accumulation) for c in extract(document(text)).claims]


@pytest.mark.parametrize(
    "text",
    [
        "So far 12 miners have died in the blast at the mine.",
        "The deadly bus crash near Ansongo has killed 12 people so far.",
        "Rescuers have so far pulled 12 bodies from the rubble after Monday's strike on a hotel.",
        "At least 12 people have died to date in the raid on Ansongo on 3 May 2031.",
    ],
)
def test_so_far_beside_one_event_counts_its_victims(text: str) -> None:
    assert read_off(text) == [(12, Accumulation.INCIDENT)]


@pytest.mark.parametrize(
    "text",
    [
        "Rebels have killed 12 people so far.",
        "So far 12 people have died in strikes on Ansongo.",
        "So far 12 people have died in the attack on the north.",  # no day: it may last for weeks
        "So far 12 people have died in the war, in the blast and in the fire.",
        "So far this year 12 people have died in the blast season.",
        "Since March 12 people have died so far in the strike zone.",
        "So far 12 people have died in the fighting, and the blast was only the last of it.",
    ],
)
def test_so_far_without_one_event_runs_on(text: str) -> None:
    assert [kind for value, kind in read_off(text) if value == 12] == [Accumulation.CUMULATIVE]


def test_a_part_of_a_running_total_is_one_event_and_the_total_is_not() -> None:
    whole, part = read_off("So far 900 people have been killed, including 12 in a strike on 3 May 2031.")

    assert whole == (900, Accumulation.CUMULATIVE)
    assert part == (12, Accumulation.INCIDENT)


def test_so_far_is_no_day_where_the_event_has_one() -> None:
    (claim,) = extract(document("So far 12 people have been killed in the strike on Ansongo on 3 May 2031.")).claims

    assert claim.period is not None
    assert (claim.period.start, claim.period.end) == (date(2031, 5, 3), date(2031, 5, 3))
