"""Incidents in good English: where, when and whom, and no more than is known."""

from __future__ import annotations

from datetime import date

import pytest

from tallystick.model.quantities import Where, Window
from tallystick.reconcile.labels import event

DAY = Window(date(2024, 7, 15), date(2024, 7, 15))
MONTH = Window(date(2024, 7, 1), date(2024, 7, 31))
TOWN = Where("geo:1", "Eastford", "XX", precision="town")


@pytest.mark.parametrize(
    ("name", "where", "window", "title"),
    [
        ("Eastford, 2024-07-15, traders", TOWN, DAY, "Incident in Eastford on 15 July 2024, affecting traders"),
        ("Eastford, 2024-07-15, people", TOWN, DAY, "Incident in Eastford on 15 July 2024"),
        ("Eastford, 2024-07-15", TOWN, DAY, "Incident in Eastford on 15 July 2024"),
        ("Eastford, 2024-07-01, traders", TOWN, MONTH, "Incident in Eastford in July 2024, affecting traders"),
        ("2024-07-15, traders", None, DAY, "Incident on 15 July 2024, affecting traders"),
        ("Eastford, traders", TOWN, Window(None, None), "Incident in Eastford, affecting traders"),
        ("Eastford", Where("geo:1", "Eastford", precision="near"), Window(None, None), "Incident near Eastford"),
        ("something else", TOWN, DAY, "Incident in Eastford on 15 July 2024"),
        ("", None, Window(None, None), "Incident"),
    ],
)
def test_an_incidents_title_says_where_when_and_whom(
    name: str, where: Where | None, window: Window, title: str
) -> None:
    assert event(name, where, window) == title
