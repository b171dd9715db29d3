"""Invented reports as they reach the ledger: with text, claims, scenes, and the bytes they came as."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from tallystick.model.claims import Claim
from tallystick.model.records import Capture, DocumentRecord, Recording, Scene, document_id
from tallystick.model.values import Count, Measure
from tests.builders import SUMY, claim

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MONDAY = date(2026, 3, 2)


def line(figure: int, place: str = "Eastford") -> str:
    return f"At least {figure} people were killed in {place}, the mayor said.\n"


def recording(*figures: int, url: str | None = None, name: str | None = None, **given: Any) -> Recording:
    """One report, a line and a claim a figure."""
    text = "".join(line(figure) for figure in figures) + given.pop("more", "")
    original = given.pop("original", text.encode())
    captured: datetime = given.pop("captured", NOON)
    digest = hashlib.sha256(original or text.encode()).hexdigest()
    publisher, published = given.pop("publisher", "The Ford Echo"), given.pop("published", MONDAY)
    claims: list[Claim] = []
    for figure in figures:
        count = Count(figure, None, figure, unit="person")
        claims.append(claim(text, f"{figure} people were killed", str(figure), count, Measure.KILLED))
    key = document_id(digest, publisher, published)
    record = DocumentRecord(
        key,
        digest,
        hashlib.sha256(text.encode()).hexdigest(),
        publisher,
        published,
        url=url,
        name=name,
        captured_at=captured,
        **given,
    )
    scenes = (
        (Scene(key, 0, tuple(c.id for c in claims), SUMY, "Eastford", MONDAY, MONDAY, words=text),) if claims else ()
    )
    capture = Capture(digest, captured, name, url, "text/plain")
    return Recording(record, text, capture, tuple(claims), scenes, (2**63 + figures[0], 7) if figures else (), original)
