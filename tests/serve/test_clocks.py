"""Days and times in addresses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tallystick.errors import BadQuestion
from tallystick.serve import clocks


def test_a_day_is_read_as_it_is_written_and_nothing_is_no_day():
    assert clocks.day("2024-06-08") == date(2024, 6, 8)
    assert clocks.day("") is None
    assert clocks.day(None) is None


@pytest.mark.parametrize("text", ["2024-W23-6", "20240608", "2023-02-29", "2024-6-8", "٢٠٢٤-٠٦-٠٨"])
def test_a_day_that_is_written_otherwise_or_that_no_calendar_has_is_refused(text: str):
    with pytest.raises(BadQuestion, match="no day"):
        clocks.day(text)


def test_a_day_given_for_a_time_stands_for_its_end():
    assert clocks.moment("2024-06-08") == datetime(2024, 6, 8, 23, 59, 59, 999999, tzinfo=UTC)
    assert clocks.moment("2024-06-08T12:30Z") == datetime(2024, 6, 8, 12, 30, tzinfo=UTC)
