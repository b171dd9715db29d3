"""Judgements in tests, recorded as the command line records them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tallystick.jobs import deciding, judging
from tallystick.ledger.store import Ledger
from tallystick.model.records import Judgement


def decide(ledger: Ledger, verdict: str, subjects: Sequence[str], *, now: datetime, **given: Any) -> Judgement:
    """given is by, and what else judging.prepared takes."""
    made = judging.prepared(ledger, verdict, subjects, now=now, **given)
    deciding.put(ledger, made, now=now)
    return made
