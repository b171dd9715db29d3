"""A ledger -> files in one of the formats, with a side file that says what the format loses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, select

from tallystick.errors import ExportFailed, UnknownClaim, UnknownDocument
from tallystick.jobs.rankings import ranked
from tallystick.ledger import codec, computed, corrections, log, queries
from tallystick.ledger.computed_tables import incident
from tallystick.ledger.filters import Scope
from tallystick.ledger.store import Ledger
from tallystick.model.quantities import Incident
from tallystick.model.questions import Question
from tallystick.model.records import Checkpoint, Held, Judgement, Verdict
from tallystick.model.tallies import Estimate, Tally
from tallystick.reconcile.estimates import estimate
from tallystick.reconcile.policies import Policy
from tallystick.version import __version__
from tallystick.views.exports import FORMATS, notes
from tallystick.views.exports.material import Format, Material
from tallystick.views.exports.writing import write_text

# These show the reading as it was recorded, with what people decided beside it. All others take people's corrections.
AS_RECORDED = ("csv", "jsonl", "parquet", "annotations", "prov")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: files, the main one first and the notes last; rows of the main file; what the format loses.

    left_out is what this run left out, policy the one that the figures were estimated under, None for none.
    """

    files: tuple[Path, ...]
    rows: int
    loses: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    policy: str | None = None


def format_called(name: str) -> Format:
    """The format of that name. Raises ExportFailed with the names there are."""
    if name not in FORMATS:
        raise ExportFailed(f"there is no format {name!r}. Choose among {', '.join(FORMATS)}.")
    return FORMATS[name]


def export(
    ledger: Ledger,
    name: str,
    out: Path,
    *,
    now: datetime,
    question: Question = Question(),  # noqa: B008
    policy: str | Policy | None = None,
    ranking: Sequence[str] = (),
    scope: Scope | None = None,
) -> Exported:
    """Writes what the question asks for as the format of that name, and notes beside it on what the format loses.

    out is a file, or for “webanno” a folder. policy names how low, best and high are estimated; None takes the
    format's own. ranking names sources, the most trusted first, for a policy that goes by one. question.known_by
    estimates from what was public by then. scope widens actor and place to their parts. Raises ExportFailed,
    UnknownPolicy, and BadQuestion.
    """
    form = format_called(name)
    if form.policy is not None and question.held_by is not None:
        raise ExportFailed(
            f"“{name}” holds estimates, and they rest on what is reconciled now, not on what the ledger held on "
            f"{question.held_by:%Y-%m-%d}. Ask by what was public then (known_by), or export csv or jsonl."
        )
    by = ranked(policy or form.policy, ranking) if form.policy is not None else None
    under = None if by is None else by.name
    with ledger.reading() as connection:
        found = material(connection, ledger, form, now=now, question=question, policy=by, scope=scope)
        if form.policy is not None and not found.incidents and any(held.scene for held in found.held):
            raise ExportFailed(
                f"“{name}” holds events, and nothing in this ledger has been put together into events yet. "
                "Run “tallystick reconcile” first."
            )
        written = form.write(found, out)
    left_out = (*written.left_out, *_narrowed(question)) if form.policy is not None else written.left_out
    side = out.with_name(f"{out.stem}.notes.txt")
    write_text(side, notes(form, left_out, under, found))
    return Exported((*written.files, side), written.rows, form.loses, left_out, under)


def _narrowed(question: Question) -> tuple[str, ...]:
    """What a reader of estimates must know when the question leaves figures out that the estimates rest on."""
    asked = {"publisher": question.publisher, "source": question.source, "document": question.document,
             "words": question.words}  # fmt: skip
    given = [name for name, value in asked.items() if value is not None]
    if not given:
        return ()
    return (
        f"the {' and '.join(given)} asked for choose which events and claims are shown; low, best and high rest on all "
        "figures of the event, those of others too.",
    )


def material(
    connection: Connection,
    ledger: Ledger,
    form: Format,
    *,
    now: datetime,
    question: Question = Question(),  # noqa: B008
    policy: Policy | None = None,
    scope: Scope | None = None,
) -> Material:
    """What a format may draw on, read as it is asked for while the connection is open."""
    decided = queries.judgements(connection, held_by=question.held_by)
    actors = scope.actors if scope is not None else ()
    head, named = log.head(connection), ledger.meta().get("origin", "tallystick")
    reconciled = inspect(connection).has_table(incident.name)
    return Material(
        held=_Claims(connection, question, scope, decided, as_recorded=form.name in AS_RECORDED),
        texts=_texts(connection),
        generated_at=now,
        version=__version__,
        policy=policy.name if policy else "none",
        tallies=tuple(computed.tallies(connection, question, actors=actors)) if reconciled else (),
        estimate=_estimator(policy, question),
        incidents=_incidents(connection) if reconciled else (),
        judgements=decided,
        origin=named,
        checkpoint=Checkpoint(named, head.size, head.root),
    )


class _Claims:
    """The claims asked for, read from the ledger again each time somebody goes through them."""

    def __init__(
        self,
        connection: Connection,
        question: Question,
        scope: Scope | None,
        decided: tuple[Judgement, ...],
        *,
        as_recorded: bool,
    ) -> None:
        self._connection, self._question, self._scope = connection, question, scope
        self._as_recorded = as_recorded
        last = corrections.in_force(decided, question.held_by)
        self._rejected = [name for name, one in last.items() if one.verdict is Verdict.REJECT]

    def __iter__(self) -> Iterator[Held]:
        asked = queries.held(self._connection, self._question, scope=self._scope, judged=not self._as_recorded)
        yield from asked
        # Formats that list what was deleted must see it; it is rejected, and no figure is taken from it.
        for name in () if self._as_recorded else self._rejected:
            try:
                yield queries.figure(self._connection, name)
            except UnknownClaim:  # erased since
                continue


def _texts(connection: Connection) -> Callable[[str], str | None]:
    def text(document: str) -> str | None:
        try:
            return queries.text(connection, document)
        except UnknownDocument:
            return None

    return text


def _estimator(policy: Policy | None, question: Question) -> Callable[[Tally], Estimate]:
    if policy is None:
        return lambda tally: Estimate("none")
    made: dict[str, Estimate] = {}

    def under(tally: Tally) -> Estimate:
        if tally.id not in made:
            made[tally.id] = estimate(tally, policy, as_of=question.known_by)
        return made[tally.id]

    return under


def _incidents(connection: Connection) -> tuple[Incident, ...]:
    bodies = connection.execution_options(yield_per=1000).scalars(select(incident.c.body).order_by(incident.c.id))
    return tuple(codec.loads(Incident, body) for body in bodies)
