"""What a changed figure says of itself."""

from __future__ import annotations

from tallystick.model.links import Change, FigureChange
from tallystick.model.text import Span


def test_a_change_without_a_notice_is_silent() -> None:
    notice = Span.of("Correction: nine, not ten.", 0, 26)

    assert FigureChange(Change.CHANGED).silent
    assert not FigureChange(Change.CHANGED, notice=notice).silent
