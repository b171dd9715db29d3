"""Cells of a table of figures -> whole numbers and days. What cannot be read is unknown, and said to be so."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from tallystick.model.findings import Cell, Finding, FindingLevel

_GROUPED = re.compile(r"[+-]?\d{1,3}([,  ]\d{3})+")
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?")
_DAY = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y")
_AMBIGUOUS = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_NO_DAY, _WHICH_DAY = "is no day", "may be day and month or month and day"
# Cells shown for a column that holds the same unreadable thing many times.
_SHOWN = 5


@dataclass(slots=True)
class Reader:
    """Reads cells, and remembers those that it could not: one finding a column and content, however often it occurs."""

    unread: dict[tuple[str, str, str], list[Cell]] = field(default_factory=dict)
    times: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def number(self, cell: Cell) -> int | None:
        """The whole number of a cell; None where it is empty, negative, or no whole number."""
        text = cell.value.strip()
        if not text:
            return None
        if _GROUPED.fullmatch(text):
            text = re.sub(r"[,  ]", "", text)
        if not _PLAIN.fullmatch(text):
            self._cannot(cell, "is no number")
            return None
        if "." in text and text.rstrip("0")[-1] != ".":
            self._cannot(cell, "is no whole number, and people come in ones")
            return None
        value = int(text.partition(".")[0])
        if value < 0:
            self._cannot(cell, "is below 0, which no count can be")
            return None
        return value

    def day(self, cell: Cell) -> date | None:
        """The day of a cell; None where it is empty or cannot be read for certain."""
        text = cell.value.strip()
        if not text:
            return None
        for form in _DAY:
            try:
                return datetime.strptime(text[:10] if form == "%Y-%m-%d" else text, form).date()
            except ValueError:
                continue
        if _AMBIGUOUS.match(text):
            self._cannot(cell, _WHICH_DAY)
        else:
            self._cannot(cell, _NO_DAY)
        return None

    def _cannot(self, cell: Cell, why: str) -> None:
        key = (cell.column, cell.value.strip(), why)
        self.times[key] = self.times.get(key, 0) + 1
        seen = self.unread.setdefault(key, [])
        if len(seen) < _SHOWN:
            seen.append(cell)

    def findings(self) -> list[Finding]:
        """What could not be read, in the order of its first cell."""
        return [
            Finding("unreadable", FindingLevel.UNREADABLE, self._told(key, cells), tuple(cells))
            for key, cells in sorted(self.unread.items(), key=lambda item: (item[1][0].row, item[0]))
        ]

    def _told(self, key: tuple[str, str, str], cells: list[Cell]) -> str:
        column, value, why = key
        times = self.times[key]
        rows = f"row {cells[0].row}" if times == 1 else f"{times:,} rows, first row {cells[0].row}"
        day = why in (_NO_DAY, _WHICH_DAY)
        advice = "write days as 2024-05-31" if day else "leave a cell empty where the number is unknown"
        return f"In “{column}” ({rows}) “{value}” {why}: it is taken as unknown; {advice}."
