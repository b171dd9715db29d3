"""Attempts to sign in wait after failures, and for nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tallystick.errors import TooManyRequests
from tallystick.office import attempts
from tallystick.office.store import Office

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_who_asked_earlier_and_is_let_in_later_need_not_wait(office: Office) -> None:
    attempts.begin(office, "ada", "192.0.2.7", now=NOW)
    attempts.begin(office, "bob", "192.0.2.7", now=NOW - timedelta(milliseconds=200))
    attempts.begin(office, "ada", "192.0.2.7", now=NOW - timedelta(milliseconds=300))


def test_after_too_many_failures_everybody_of_that_name_waits(office: Office) -> None:
    for _ in range(4):
        attempts.begin(office, "ada", "192.0.2.7", now=NOW)
    with pytest.raises(TooManyRequests, match="Wait 1 second"):
        attempts.begin(office, "ada", "192.0.2.7", now=NOW)
    attempts.begin(office, "bob", "192.0.2.7", now=NOW)
