"""What stands beside a quantity: those that hold it or are part of it, and the proofs of its bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from tallystick.ledger import tally_rows
from tallystick.ledger.tally_rows import Beside
from tallystick.model.constraints import Proof
from tallystick.model.quantities import Comparison, Figure
from tallystick.model.tallies import Tally
from tallystick.model.values import Number
from tallystick.reconcile.lattice import load_lattice
from tallystick.reconcile.scopes import compare
from tallystick.reconcile.systems import quantity as quantity_named

NEIGHBOURS = 40
"""Quantities of the same reports that are compared with one; 20 of those that stand above or below it are shown."""
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A quantity that lies in another or holds it. why are the reasons, one a facet; assuming what must be believed."""

    id: str
    label: str
    low: Number | None
    high: Number | None
    within: bool  # it is part of the one asked about; False: it holds it
    why: tuple[str, ...] = ()
    assuming: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proven:
    """One step of a proof, to be read: what follows, by what rule, from which figures, and from which steps before."""

    says: str
    why: str
    figures: tuple[Figure, ...] = ()
    uses: tuple[Proven, ...] = ()


def neighbours(connection: Connection, tally: Tally) -> tuple[Neighbour, ...]:
    """The quantities, worked out together with this one, that are part of it or hold it; those that hold it first."""
    lattice = load_lattice()
    found = []
    for other in tally_rows.beside(connection, tally.id, NEIGHBOURS):
        verdict = compare(other.key, tally.key, lattice)
        if verdict.comparison in (Comparison.PART_OF, Comparison.CONTAINS):
            within = verdict.comparison is Comparison.PART_OF
            ends = _whole(other.low), _whole(other.high)
            found.append(Neighbour(other.id, other.label, *ends, within, verdict.reasons, verdict.assuming))
    return tuple(sorted(found, key=lambda one: (one.within, bool(one.assuming), one.label))[:SHOWN])


def _whole(value: float | None) -> Number | None:
    """The table keeps numbers as floats: 12.0 is 12."""
    return int(value) if value is not None and float(value).is_integer() else value


_RULES = {
    "grow": "a toll told later is no smaller",
    "since": "a toll told later is no smaller",
    "told": "the reports tell of one event",
    "part": "a part is no larger than what holds it",
    "maybe": "a part is no larger than what holds it, if the assumption holds",
}


def proofs(connection: Connection, tally: Tally) -> tuple[Proven, ...]:
    """Why the quantity is at least and at most so many, step by step; empty where nothing more than figures says so."""
    given = [proof for proof in (tally.bounds.low_proof, tally.bounds.high_proof) if proof is not None]
    if not given:
        return ()
    told = _Told(tally, tally_rows.beside(connection, tally.id, NEIGHBOURS))
    return tuple(told.step(proof) for proof in given)


class _Told:
    """Words for the steps of a proof."""

    def __init__(self, tally: Tally, others: Sequence[Beside]) -> None:
        self._labels = {quantity_named(other.key): other.label for other in others}
        self._labels |= {quantity_named(figure.key): tally.label for figure in tally.figures}
        self._mine = {quantity_named(figure.key): tally.figures for figure in tally.figures}

    def step(self, proof: Proof) -> Proven:
        name, _, told_by = proof.quantity.partition("@")
        name = name.partition("/")[0].rstrip("~")
        label = self._labels.get(name, "a quantity that these reports also give")
        when = f", as told by {told_by[:10]}" if told_by else ""
        side = "at least" if proof.side == "low" else "at most"
        says = f"{label}{when}: {side} {proof.value:,}"
        if proof.uses:
            rule = _RULES.get(proof.by.partition(":")[0], "these parts together are the whole")
            return Proven(says, rule, (), tuple(self.step(one) for one in proof.uses))
        figures = tuple(
            f for f in self._mine.get(name, ()) if (f.low if proof.side == "low" else f.high) == proof.value
        )
        return Proven(says, "said so" if figures else "said so of that quantity", figures)
