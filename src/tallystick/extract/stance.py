"""Reporting or opinion, and the loaded words."""

from __future__ import annotations

from tallystick.model.claims import Stance
from tallystick.model.mentions import Reason
from tallystick.model.text import Sentence, Span


def stance_of(sentence: Sentence) -> tuple[Stance, tuple[Span, ...], tuple[Reason, ...]]:
    """Reporting or opinion, the loaded terms as spans, and the entries that say so. Needs no parse."""
    return Stance.REPORTING, (), ()
