"""Tallies, estimates and series as JSON records. Keys stay stable; null is open or unknown, never 0."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from tallystick.model.questions import Understood
from tallystick.model.tallies import Estimate, Series, Tally

Record = dict[str, Any]


def tally_record(tally: Tally, estimate: Estimate | None = None) -> Record:
    """One tally with its figures, origins, conflicts and repairs; estimate under its own key where one is given."""
    record: Record = plain(tally)
    if estimate is not None:
        record["estimate"] = plain(estimate)
    return record


def series_record(series: Series) -> Record:
    """A quantity over time."""
    record: Record = plain(series)
    return record


def understood_record(understood: Understood) -> Record:
    """How a question was read."""
    return {
        "question": {key: value for key, value in plain(understood.question).items() if value not in (None, [], False)},
        "read": [{"words": words, "as": meaning} for words, meaning in understood.read],
        "left": list(understood.left),
    }


def plain(value: Any) -> Any:
    """Model objects as dicts, lists and strings that json.dumps takes; fields keep their names."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return {str(key): plain(item) for key, item in dict(value).items()}
