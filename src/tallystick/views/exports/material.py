"""What there is to export: claims as held, and what follows from them, gathered by a job for any of the formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tallystick.model.quantities import Incident
from tallystick.model.records import Checkpoint, DocumentRecord, Held, Judgement, Verdict
from tallystick.model.tallies import Estimate, Tally


def not_estimated(tally: Tally) -> Estimate:
    """No figure at all: what a material without a policy answers."""
    return Estimate("none")


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a format may draw on. Every format uses what it can hold and says what it loses.

    held can be gone through more than once, in the order of the log; a large ledger hands in an iterable that reads
    again each time. texts gives a document's text by DocumentRecord.id, None where it was erased. estimate is the
    policy, already chosen. generated_at (UTC) and version are written wherever a format has room for them; nothing
    reads the clock. origin names the ledger; checkpoint is the size and root of its log, None where nobody gave one.
    """

    held: Iterable[Held]
    texts: Callable[[str], str | None]
    generated_at: datetime
    version: str
    policy: str = "none"
    tallies: Sequence[Tally] = ()
    estimate: Callable[[Tally], Estimate] = not_estimated
    incidents: Sequence[Incident] = ()
    judgements: Sequence[Judgement] = ()
    checkpoint: Checkpoint | None = None
    origin: str = "tallystick"

    def verdicts(self) -> Mapping[str, Judgement]:
        """Figure id -> the newest judgement on how it was read that nobody has withdrawn; first one that settles it."""
        return {j.subjects[0]: j for about in ("claim", "settled") for j in self._standing(about)}

    def truths(self) -> Mapping[str, Judgement]:
        """Figure id -> the newest verdict of a person on whether the figure is right, none withdrawn."""
        return {j.subjects[0]: j for j in self._standing("truth")}

    def _standing(self, about: str) -> Iterator[Judgement]:
        found = [j for j in self.judgements if j.about == about and j.withdrawn is None and len(j.subjects) == 1]
        yield from sorted(found, key=lambda j: (j.at, j.id))

    def kept(self) -> Iterator[Held]:
        """The claims that no person has rejected as misread, in order."""
        verdicts = self.verdicts()
        for held in self.held:
            judged = verdicts.get(held.id)
            if judged is None or judged.verdict is not Verdict.REJECT:
                yield held

    def by_document(self) -> Iterator[tuple[DocumentRecord, tuple[Held, ...]]]:
        """Each document with its kept claims in text order, in the order in which the log names them."""
        found: dict[str, list[Held]] = {}
        for held in self.kept():
            found.setdefault(held.document.id, []).append(held)
        for claims in found.values():
            yield claims[0].document, tuple(sorted(claims, key=lambda h: (h.claim.span.start, h.claim.id)))


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote: the files, main one first; rows of the main file; what this run left out, in words."""

    files: tuple[Path, ...]
    rows: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """One way to export. name is what the command takes; suffix is the main file's, "" for a folder of files.

    loses says in plain words what the format cannot hold, or holds only in a side file. policy is the one that its
    low, best and high are estimated under unless another is asked for; None where it holds no estimate.
    Raised by write: ExportFailed.
    """

    name: str
    summary: str
    suffix: str
    loses: tuple[str, ...]
    write: Callable[[Material, Path], Written]
    policy: str | None = None
    columns: tuple[str, ...] = field(default=())
