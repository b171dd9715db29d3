"""The tallies that a question asks for, found in the database: by what they count, and by the claims behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, case, func, select

from tallystick.ledger import codec, filters
from tallystick.ledger.computed import tally_conditions
from tallystick.ledger.computed_tables import tally, tally_figure
from tallystick.ledger.filters import Scope
from tallystick.ledger.stakes import CONFLICT
from tallystick.ledger.tables import claim, document
from tallystick.model.questions import Question
from tallystick.model.tallies import Tally

_BEGINS = 8  # characters of a document's and a claim's id in a figure's: see records.figure_id


def tallies(
    connection: Connection, question: Question, scope: Scope | None = None, *, limit: int | None = None
) -> Iterator[Tally]:
    """All tallies asked for, those with the weightiest conflicts first, then those most often said.

    Place, outlet, source, document and words are asked of the claims, all else that a tally has of the tally: whom a
    figure counts may only be known from its neighbours. known_by and held_by are passed over. Raises UnknownDocument,
    and BadQuestion for words that hold no letter.
    """
    c = tally.c
    query = select(c.body).where(*_conditions(connection, question, scope))
    clash = case((c.consequence >= CONFLICT, c.consequence), else_=0.0)
    query = query.order_by(clash.desc(), c.mentions.desc(), c.label, c.id).limit(limit)
    with connection.execute(query, execution_options={"yield_per": 100}) as result:
        for body in result.scalars():
            yield codec.loads(Tally, body)


def number(connection: Connection, question: Question, scope: Scope | None = None) -> int:
    """How many tallies are asked for."""
    query = select(func.count()).select_from(tally).where(*_conditions(connection, question, scope))
    return connection.scalar(query) or 0


def _conditions(connection: Connection, question: Question, scope: Scope | None) -> list[Any]:
    scope = scope or Scope()
    if not any((question.place, question.publisher, question.source, question.document, question.words)):
        return tally_conditions(question, scope.actors)
    told = replace(question, measures=(), actor=None, status=None, known_by=None, held_by=None)
    wanted = filters.conditions(connection, filters.prepare(connection, told, Scope(places=scope.places)))
    own = func.substr(document.c.id, 1, _BEGINS) + ":" + func.substr(claim.c.id, 1, _BEGINS)
    claims = select(own).select_from(claim).join(document, document.c.seq == claim.c.document).where(*wanted)
    inside = select(tally_figure.c.tally).where(tally_figure.c.figure.in_(claims))
    of_tally = Question(measures=question.measures, actor=question.actor, status=question.status)
    return [tally.c.id.in_(inside), *tally_conditions(of_tally, scope.actors)]
