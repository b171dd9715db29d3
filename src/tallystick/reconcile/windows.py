"""How stretches of time compare when their ends are uncertain: certainly within, possibly within, apart."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tallystick.errors import BadLattice
from tallystick.model.quantities import Window


class Inclusion(StrEnum):
    """Whether one window lies in another."""

    CERTAIN = "certain"  # whatever the uncertain ends turn out to be
    POSSIBLE = "possible"  # for some choice of them
    NO = "no"


def inclusion(part: Window, whole: Window) -> Inclusion:
    """Whether the part lies in the whole. Equal windows do: equal uncertain ends are taken for one and the same.

    A start of None reaches back to the beginning of whatever is counted; an end of None is not known.
    """
    ends = (_starts_within(part, whole), _ends_within(part, whole))
    if Inclusion.NO in ends:
        return Inclusion.NO
    return Inclusion.POSSIBLE if Inclusion.POSSIBLE in ends else Inclusion.CERTAIN


def _starts_within(part: Window, whole: Window) -> Inclusion:
    if whole.start is None or (part.start, part.start_latest) == (whole.start, whole.start_latest):
        return Inclusion.CERTAIN
    if part.start is None:
        return Inclusion.NO
    if (whole.start_latest or whole.start) <= part.start:
        return Inclusion.CERTAIN
    return Inclusion.POSSIBLE if whole.start <= (part.start_latest or part.start) else Inclusion.NO


def _ends_within(part: Window, whole: Window) -> Inclusion:
    if (part.end, part.end_latest) == (whole.end, whole.end_latest):
        return Inclusion.CERTAIN
    if part.end is None or whole.end is None:
        return Inclusion.POSSIBLE
    if (part.end_latest or part.end) <= whole.end:
        return Inclusion.CERTAIN
    return Inclusion.POSSIBLE if part.end <= (whole.end_latest or whole.end) else Inclusion.NO


def outreaches(whole: Window, part: Window) -> Inclusion:
    """POSSIBLE when the whole's uncertain ends reach at least as far as the part's on both sides, else NO.

    An end that nobody knows reaches no distance.
    """
    ends = (whole.end_latest or whole.end, part.end_latest or part.end)
    starts = whole.start is None or (part.start is not None and whole.start <= part.start)
    if not starts or None in ends or ends[0] < ends[1]:  # type: ignore[operator]
        return Inclusion.NO
    return Inclusion.POSSIBLE


def apart(a: Window, b: Window) -> bool:
    """True when no day can lie in both."""
    return _before(a, b) or _before(b, a)


def _before(a: Window, b: Window) -> bool:
    last = a.end_latest or a.end
    return last is not None and b.start is not None and last < b.start


def parse_window(text: str) -> Window:
    """The window that a part-of file writes as "2024-09-01~2024-12-21/2025-01-31"; ".." is an open end.

    Raises BadLattice.
    """
    try:
        start, end = text.split("/")
        (s, s_latest), (e, e_latest) = _edge(start), _edge(end)
    except ValueError as error:
        raise BadLattice(f"“{text}” is not a window ({error}). Write START/END, as in “2024-03-01/..”.") from error
    return Window(s, e, s_latest, e_latest)


def _edge(text: str) -> tuple[date | None, date | None]:
    if text.strip() == "..":
        return None, None
    first, _, last = text.strip().partition("~")
    return date.fromisoformat(first), date.fromisoformat(last) if last else None
