"""Asserted, acknowledged, estimated, hedged, denied, planned, speculated, or said to be unknown."""

from __future__ import annotations

from collections.abc import Sequence

from tallystick.model.claims import Attribution, Factuality
from tallystick.model.mentions import Reason
from tallystick.model.syntax import Parse, Token


def judge(event: Token, parse: Parse, chain: Sequence[Attribution] = ()) -> tuple[Factuality, tuple[Reason, ...]]:
    """How sure, relative to the innermost source, the text is that the event of this word happened."""
    return Factuality.ASSERTED, ()
