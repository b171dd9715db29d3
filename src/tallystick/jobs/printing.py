"""A quantity or an incident with everything that a printed report of it shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, select

from tallystick.errors import BadQuestion, UnknownTally
from tallystick.jobs.incidents import gravest_first
from tallystick.jobs.questions import answered, as_known, beside, check_reconciled, tally_for
from tallystick.ledger import computed, log, lookups, queries, schema
from tallystick.ledger.computed_tables import incident as incidents
from tallystick.ledger.store import Ledger
from tallystick.ledger.tables import document as held_document
from tallystick.model.cards import PrintedReport, ReportedQuantity
from tallystick.model.quantities import Incident
from tallystick.model.questions import Question
from tallystick.model.records import DocumentRecord
from tallystick.model.tallies import Tally
from tallystick.reconcile.labels import event as titled
from tallystick.reconcile.policies import NEUTRAL, Policy
from tallystick.reconcile.policies import policy as policy_called
from tallystick.reconcile.series import series
from tallystick.version import __version__

QUANTITIES = 12
"""Quantities of an incident that are printed: those with the weightiest conflicts. The rest are counted."""
COUNTED = 200
"""How many more of an incident are counted."""


def printed_report(
    ledger: Ledger,
    name: str,
    *,
    at: datetime,
    policies: Sequence[str] = (NEUTRAL.name,),
    known_by: date | None = None,
    held_by: datetime | None = None,
) -> PrintedReport:
    """The report of a quantity (its id, or a figure's in it) or an incident ("i3261…"), by the beginning of its id.

    The first policy is the one drawn over time. at is the time that it bears. known_by: only what had been published by
    the end of that day; held_by: only what the ledger had stored by then. Raises LedgerError where nothing has been
    reconciled, BadQuestion where nothing was known by then, UnknownTally, UnknownClaim, UnknownPolicy.
    """
    rules = [policy_called(one, ledger=True) for one in policies]
    origin = ledger.meta()["origin"]
    with ledger.reading() as connection:
        check_reconciled(connection)
        event = _incident(connection, name) if name.startswith("i") else None
        if event is None:
            tallies, left = [tally_for(connection, name)], 0
        else:
            found = list(computed.tallies(connection, Question(incident=event.id), limit=QUANTITIES + COUNTED))
            tallies, left = found[:QUANTITIES], max(0, len(found) - QUANTITIES)
            tallies.sort(key=lambda one: gravest_first(one.key.measure, len(one.conflicts), len(one.figures)))
        whole = tallies
        tallies = [then for one in whole if (then := as_known(connection, one, known_by, held_by)) is not None]
        if whole and not tallies:
            raise BadQuestion(f"nothing was known of {whole[0].label} by then. Ask as of a later day.")
        clashing = {figure for tally in tallies for one in tally.conflicts for figure in one.figures}
        others = beside(connection, [one for tally in tallies for one in tally.conflicts], tallies)
        figures = {f.id: f for tally in others for f in tally.figures if f.id in clashing}
        ids = {f.document for tally in tallies for f in tally.figures} | {f.document for f in figures.values()}
        head = log.head(connection)
        return PrintedReport(
            tallies[0].id if event is None else event.id,
            tallies[0].label if event is None else titled(event.label, event.where, event.window),
            at,
            f"tallystick {__version__}",
            tuple(_quantity(tally, rules, known_by) for tally in tallies),
            _documents(connection, ids),
            tuple(figures.values()),
            {one.name: one.summary + (f" ({one.caveat})" if one.caveat else "") for one in rules},
            origin,
            head.size,
            head.root.hex(),
            event,
            left,
            _checkpoint(connection),
            known_by,
            held_by,
        )


def _incident(connection: Connection, name: str) -> Incident:
    """The incident whose id begins so. Raises UnknownTally for none or several."""
    c = incidents.c.id
    ids = connection.scalars(select(c).where(c >= name, c < name + "\uffff").order_by(c).limit(4)).all()
    if name not in ids and len(ids) != 1:
        which = f"several incidents have ids that begin with “{name}”: {', '.join(ids[:3])}" if ids else ""
        raise UnknownTally(f"{which or f'no incident has an id that begins with “{name}”'}. Give one of its figures.")
    found = name if name in ids else ids[0]
    return computed.incidents(connection, [found])[found]


def _quantity(tally: Tally, rules: Sequence[Policy], known_by: date | None) -> ReportedQuantity:
    estimates = tuple(answered(tally, by, known_by) for by in rules)
    return ReportedQuantity(tally, estimates, series(tally, rules[0], until=known_by))


def _documents(connection: Connection, ids: Iterable[str]) -> dict[str, DocumentRecord]:
    seqs = [
        seq
        for part in lookups.some(sorted(ids))
        for seq in connection.scalars(select(held_document.c.seq).where(held_document.c.id.in_(part)))
    ]
    return {one.id: one for one in queries.documents_at(connection, seqs).values()}


def _checkpoint(connection: Connection) -> str | None:
    """The newest signed note kept here."""
    note: str | None = connection.scalar(
        select(schema.checkpoint.c.note)
        .order_by(schema.checkpoint.c.size.desc(), schema.checkpoint.c.signed_at.desc())
        .limit(1)
    )
    return note
