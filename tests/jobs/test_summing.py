"""A total that is below what its incidents add up to is told by count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from tallystick.jobs.summing import overflows, sum_up
from tallystick.ledger import computed
from tallystick.ledger.store import Ledger
from tallystick.model.constraints import Interval
from tallystick.model.quantities import Figure, Key, Where, Who, Window
from tallystick.model.tallies import Origins, Tally
from tallystick.model.values import Accumulation

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MALI = Where("country:ML", "Mali", "ML", precision="country")


def incident(number: int, dead: int, day: date, measure: str = "killed") -> Tally:
    where = Where(f"geo:{number}", f"Town {number}", "ML", precision="town")
    key = Key(measure, Who(role="person"), where, Window(day, day), f"i{number}")
    return Tally(f"t:i{number}{measure}", key, f"killed in Town {number}", (), Origins(1, 1, 1), Interval(dead, None))


def total(most: int, until: date, who: Who = Who()) -> Tally:  # noqa: B008
    key = Key("killed", who, MALI, Window(date(2025, 1, 1), until))
    told = Figure(
        "a:b", key, most, most, "d", f"{most} killed", 0, 9, published=until, accumulation=Accumulation.CUMULATIVE
    )
    return Tally("t:total", key, "killed in Mali", (told,), Origins(1, 1, 1), Interval(most, most))


@pytest.fixture
def ledger(where: str) -> Iterator[Ledger]:
    with Ledger.create(where, now=NOW) as made:
        with made.writing() as connection:
            computed.create(connection)
        yield made


def found(ledger: Ledger, *made: Tally) -> list[str]:
    with ledger.writing() as connection:
        computed.write(connection, computed.tallying_rows("all", "x", made))
        sum_up(connection, None)
        return [one.sentence for one in overflows(connection)]


def test_incidents_that_add_up_to_more_than_the_total_are_told_by_count(ledger: Ledger) -> None:
    made = [incident(n, 20, date(2025, 1 + n, 5)) for n in range(6)]

    (sentence,) = found(ledger, *made, total(100, date(2025, 12, 31)))

    assert "6 incidents add up to at least 120" in sentence
    assert "100" in sentence


def test_incidents_after_the_total_was_told_of_do_not_count(ledger: Ledger) -> None:
    made = [incident(n, 20, date(2025, 1 + n, 5)) for n in range(6)]

    assert found(ledger, *made, total(100, date(2025, 5, 31))) == []


def test_other_measures_do_not_count(ledger: Ledger) -> None:
    made = [incident(n, 20, date(2025, 1 + n, 5), "wounded") for n in range(6)]

    assert found(ledger, *made, total(100, date(2025, 12, 31))) == []


def test_a_total_of_one_side_is_not_held_against_people_of_no_named_side(ledger: Ledger) -> None:
    made = [incident(n, 20, date(2025, 1 + n, 5)) for n in range(6)]

    assert found(ledger, *made, total(100, date(2025, 12, 31), Who("north guard"))) == []
