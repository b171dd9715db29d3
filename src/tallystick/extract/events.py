"""Events with their PLOVER types."""

from __future__ import annotations

from tallystick.model.mentions import EventMention
from tallystick.model.syntax import Parse


def find_events(parse: Parse) -> tuple[EventMention, ...]:
    """Every event of a sentence, in text order."""
    return ()
