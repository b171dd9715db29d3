"""The publication date as an interval, inferred from the text, with its evidence."""

from __future__ import annotations

from collections.abc import Sequence

from tallystick.model.mentions import TimeMention
from tallystick.model.text import DateBounds, Document


def infer_published(document: Document, times: Sequence[TimeMention]) -> DateBounds | None:
    """The first and last day on which the text can have been published; None when it fixes neither."""
    return None
