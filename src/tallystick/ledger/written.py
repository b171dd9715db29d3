"""What one entry of the log says, once decoded: what is handed to the projections as it is written or read again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from tallystick.model.claims import Claim
from tallystick.model.proposals import Assist
from tallystick.model.quantities import SceneLink
from tallystick.model.records import (
    Capture,
    DocumentRecord,
    EntryKind,
    Erasure,
    Judgement,
    LatticeFile,
    Scene,
    Unread,
)


class Text(NamedTuple):
    """A DOCUMENT entry: the record, its text, the fingerprints of the text, and whether its bytes were archived."""

    record: DocumentRecord
    text: str
    fingerprints: tuple[int, ...] = ()
    archived: bool = False


class Withdrawal(NamedTuple):
    """A WITHDRAWAL entry: the id of the judgement taken back, by whom, when, why."""

    judgement: str
    by: str
    at: datetime
    why: str | None


Thing = Text | Capture | Claim | Scene | SceneLink | Judgement | Withdrawal | Unread | Erasure | LatticeFile | Assist


class Written(NamedTuple):
    """An entry and what it says. document is the document's id for captures, claims and scenes, None otherwise.

    thing is None once the body is erased.
    """

    seq: int
    kind: EntryKind
    recorded_at: datetime
    actor: str
    document: str | None
    thing: Thing | None


Part = tuple[Any, ...]
"""What the projections hold of an entry, made before its place and time are known: see parts."""
