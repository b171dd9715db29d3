"""What was added to a ledger, and what it holds, as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Protocol

from tallystick.model.links import Change, CopyLink, FigureChange
from tallystick.model.records import Added, DocumentRecord, Judgement, Unread
from tallystick.views import words

# Pairs and changes that are named; the rest are counted.
SHOWN = 12
# The part of the shorter report's words from which on a pair is shown with them.
MAINLY = 0.5
_KINDS = {
    Change.ADDED: "new",
    Change.REMOVED: "gone",
    Change.MOVED: "moved",
}


class Counts(Protocol):
    """How much a ledger holds."""

    @property
    def documents(self) -> int: ...
    @property
    def captures(self) -> int: ...
    @property
    def claims(self) -> int: ...
    @property
    def scenes(self) -> int: ...
    @property
    def judgements(self) -> int: ...
    @property
    def unread(self) -> int: ...
    @property
    def said(self) -> tuple[date, date] | None: ...


def lines(
    added: Added,
    unread: Sequence[Unread],
    copied: Sequence[CopyLink],
    revised: Sequence[tuple[DocumentRecord, DocumentRecord, Sequence[FigureChange]]],
    renewed: Sequence[tuple[DocumentRecord, DocumentRecord]] = (),
) -> Iterator[str]:
    """The summary of an add: counts, revisions with the figures that changed, changed files, and shared wording."""
    parts = [f"{words.counted(len(added.documents), 'new document')} with {words.counted(added.claims, 'claim')}"]
    if added.duplicates:
        parts.append(f"{len(added.duplicates):,} held already")
    if added.erased:
        parts.append(f"{len(added.erased):,} left out: erased by order before")
    if unread:
        parts.append(f"{len(unread):,} not read")
    yield f"Added {', '.join(parts)}. The log has {words.counted(added.size, 'entry', 'entries')}."
    for new, before, changes in revised:
        yield from _revision(new, before, changes)
    for now, then in renewed[:SHOWN]:
        yield from _renewal(now, then)
    if len(renewed) > SHOWN:
        yield f"… and {len(renewed) - SHOWN:,} more files that were added before and have changed."
    alike = [link for link in copied if link.containment >= MAINLY][:SHOWN]
    for link in alike:
        first = f": “{words.shorten(link.passages[0].a.text, 90)}”" if link.passages else ""
        yield f"Shared words: {link.a[:8]} and {link.b[:8]} share {link.containment:.0%} of the shorter{first}"
    if rest := len(copied) - len(alike):
        yield f"… and {words.counted(rest, 'more pair' if alike else 'pair')} of reports with some words in common."
    if added.documents:
        yield "Next: tallystick reconcile"


def committed(name: str, document: str, claims: int, *, new: bool, erased: bool = False) -> str:
    """One document that is on the disk, on one line."""
    what = words.counted(claims, "claim") if new else "erased by order" if erased else "held already"
    return f"{document}  {what:>15}  {words.clean(name)}"


def kept(documents: int) -> str:
    """What is safe when an add was stopped, and how to go on."""
    if not documents:
        return "Nothing was added yet; the same command begins again."
    verb = "is" if documents == 1 else "are"
    return f"{words.counted(documents, 'document')} {verb} on the disk; the same command adds the rest."


def _renewal(new: DocumentRecord, before: DocumentRecord) -> Iterator[str]:
    where = words.clean(new.name or new.id)
    what = "with other words" if new.text_sha256 != before.text_sha256 else "as of another day or outlet"
    yield f"Added before: {where}, {what} ({before.id[:8]}, now {new.id[:8]}). Both count."


def _revision(new: DocumentRecord, before: DocumentRecord, changes: Sequence[FigureChange]) -> Iterator[str]:
    where = words.clean(new.url or new.name or new.id)
    if not changes:
        yield f"Revised: {where} ({before.id[:8]} → {new.id[:8]}): the figures are as they were."
        return
    silent = all(change.silent for change in changes)
    notice = next((change.notice for change in changes if change.notice is not None), None)
    says = "without saying so" if silent or notice is None else f"it says: “{words.shorten(notice.text, 120)}”"
    yield f"Revised: {where} ({before.id[:8]} → {new.id[:8]}): {words.counted(len(changes), 'figure')} changed, {says}"
    for change in changes[:SHOWN]:
        yield f"  {_KINDS.get(change.kind, 'changed')}: {words.clean(change.note)}"
    if len(changes) > SHOWN:
        yield f"  … and {len(changes) - SHOWN:,} more"


def status(name: str, counts: Counts, size: int, reconciled: datetime | None, waiting: int = 0) -> Iterator[str]:
    """What a ledger holds. waiting: the reports added since it was reconciled."""
    yield f"ledger       {name}"
    yield f"documents    {counts.documents:,} in {words.counted(counts.captures, 'capture')}"
    yield f"claims       {counts.claims:,} in {words.counted(counts.scenes, 'scene')}"
    said = "unknown" if counts.said is None else f"{counts.said[0]} to {counts.said[1]}"
    yield f"published    {said}"
    yield f"judgements   {counts.judgements:,}"
    yield f"not read     {counts.unread:,}"
    yield f"log          {words.counted(size, 'entry', 'entries')}"
    if reconciled is None:
        yield "reconciled   not yet: tallystick reconcile"
    else:
        since = f"; {words.counted(waiting, 'report')} added since: tallystick reconcile" if waiting else ""
        yield f"reconciled   {reconciled:%Y-%m-%d %H:%M} UTC{since}"


def document(record: DocumentRecord) -> str:
    """One document on one line."""
    day = str(record.published) if record.published else words.inferred(record.published_bounds)
    outlet = words.clean(record.publisher) if record.publisher else "unknown outlet"
    title = words.shorten(record.title or record.name or record.url or "", 80)
    revision = f"  (revises {record.revision_of[:8]})" if record.revision_of else ""
    return f"{record.id}  {day:<12}  {outlet}  {title}{revision}".rstrip()


def judgement(made: Judgement) -> str:
    """One judgement on one line."""
    parts = [f"{made.id}  {made.at:%Y-%m-%d %H:%M}  {made.verdict.value} {' and '.join(made.subjects)}"]
    if made.changes:
        parts.append(f"  {words.clean(made.changes)}")
    parts.append(f"  by {words.clean(made.by)}")
    if made.why:
        parts.append(f": “{words.clean(made.why)}”")
    if made.withdrawn is not None:
        parts.append(f"  (withdrawn {made.withdrawn:%Y-%m-%d} by {words.clean(made.withdrawn_by or 'unknown')})")
    return "".join(parts)


def judgements(found: Iterable[Judgement]) -> Iterator[str]:
    """All judgements, one a line."""
    yield from map(judgement, found)
