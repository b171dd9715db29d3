"""A ledger of invented reports at several places, told by several voices, for incidents, sources and search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from tallystick.jobs.reconciling import reconcile
from tallystick.ledger.store import Ledger
from tallystick.model.claims import Attribution, Interest
from tallystick.model.mentions import LinkKind
from tallystick.model.records import Recording
from tallystick.model.values import Place, Precision
from tests.ledger.reports import MONDAY, NOON, recording

EASTFORD = Place("Eastford", 9000001, 14.0, 0.75, "NE", Precision.TOWN, "Tillabéri")
WESTFORD = Place("Westford", 9000002, 14.3, 0.95, "NE", Precision.TOWN, "Tillabéri")
ISLES = Place("Far Isles", 9000003, -17.0, 179.5, "FJ", Precision.REGION)


def told(
    figure: int,
    place: Place | None,
    *,
    by: str | None = "the mayor",
    publisher: str = "The Ford Echo",
    day: date = MONDAY,
    interest: Interest | None = None,
) -> Recording:
    """One report of one event at a place."""
    made = recording(figure, publisher=publisher, published=day, more=f"Told by {publisher} on {day}.\n")
    chain = () if by is None else (Attribution(by, None, None, LinkKind.SAYS),)
    claims = tuple(replace(claim, attributions=chain, interest=interest) for claim in made.claims)
    text = made.text.replace("Eastford", place.name if place else "a place")
    scenes = tuple(
        replace(one, place=place, place_text=None, start=day, end=day, words=text, names=()) for one in made.scenes
    )
    return replace(made, claims=claims, scenes=scenes)


def several() -> list[Recording]:
    """Nine events: six at Eastford, one at Westford, one on the isles, one nobody knows where."""
    at_eastford = [told(20 + n, EASTFORD, day=MONDAY - timedelta(days=30 * n)) for n in range(6)]
    return [
        *at_eastford,
        told(3, WESTFORD, by="The Army", interest=Interest.ENEMY_LOSSES),
        told(4, ISLES, by="the army", publisher="Isles Post", interest=Interest.OWN_LOSSES),
        told(5, None, by=None, publisher="Isles Post"),
    ]


def ledger_of(reports: Sequence[Recording], where: str | Path, now: datetime = NOON) -> Ledger:
    """A reconciled ledger of these reports."""
    ledger = Ledger.create(where, now=now)
    ledger.add(reports, now=now, actor="test")
    reconcile(ledger, now=now)
    return ledger
