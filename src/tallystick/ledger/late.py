"""What is recorded of a document after the document itself: proposals, and the claims that they become."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from tallystick.ledger.tables import claim as claims
from tallystick.ledger.tables import scene
from tallystick.model.claims import Claim
from tallystick.model.proposals import PER_ENTRY, Assist, ProposedClaim

JOINS = "assist/scene"
"""The reason of a claim that was recorded after its document: its note is the scene that it belongs to."""


def told_to_join(claim: Claim) -> int | None:
    """The number of the scene that a claim says it belongs to; None for claims that their scene names."""
    for one in claim.reasons:
        if one.rule == JOINS:
            return int(one.note.rpartition("#")[2])
    return None


def proposal_rows(seq: int, recorded: str, assist: Assist) -> list[tuple[Any, ...]]:
    """The rows of one ASSIST entry."""
    rows: list[tuple[Any, ...]] = []
    for place, one in enumerate(assist.proposals):
        names = (one.document, one.id, None) if isinstance(one, ProposedClaim) else (assist.documents[0], one.a, one.b)
        rows.append((seq * PER_ENTRY + place, seq, assist.aim.value, *names, assist.model, recorded))
    return rows


def passage_before(connection: Connection, document: int, start: int, seq: int) -> int | None:
    """The passage of a sentence that a claim before seq stands in, by the document's seq; None where there is none."""
    c = claims.c
    first = select(func.min(c.passage)).where(c.document == document, c.sentence_start == start, c.seq < seq)
    found: int | None = connection.scalar(first)
    return found


def scene_numbered(connection: Connection, document: int, number: int) -> int | None:
    """The entry of a document's scene by its number; None where there is none."""
    return connection.scalar(select(scene.c.seq).where(scene.c.document == document, scene.c.number == number))
