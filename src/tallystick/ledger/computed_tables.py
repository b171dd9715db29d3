"""The tables of what reconciling computes. No part of the log: all can be dropped, and is computed again.

A component is what can be computed on its own: scenes that may be linked, figures that bear on one another. Its rows
bear its name, and are replaced together.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Double, Index, Integer, Table, Text
from sqlalchemy.types import REAL, TypeEngine

from tallystick.ledger.schema import Whole, metadata

Size: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")


def _table(name: str, *columns: Column[Any] | Index) -> Table:
    return Table(name, metadata, *columns, sqlite_strict=True)


def _slim(name: str, *columns: Column[Any] | Index) -> Table:
    """A table of short rows that are found by their key alone."""
    return Table(name, metadata, *columns, sqlite_strict=True, sqlite_with_rowid=False)


def _words(name: str, *, needed: bool = False, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=not (needed or key))


component = _table(
    "component",
    _words("name", key=True),
    _words("stage", needed=True),  # linked, tallied
    _words("inputs", needed=True),
)
incident = _table(
    "incident",
    _words("id", key=True),
    _words("component", needed=True),
    _words("home", needed=True),  # the block of its first scene
    _words("label", needed=True),
    _words("node"),
    _words("place"),  # its name
    _words("place_key"),  # and folded
    _words("country"),
    _words("admin1"),
    _words("precision"),
    Column("lat", Size),
    Column("lon", Size),
    _words("since"),
    _words("until"),
    _words("day", needed=True),  # the first day it can have been, "" where nobody says: the order of a list
    Column("scenes", Integer, nullable=False),
    _words("body", needed=True),
    Index("incident_component", "component"),
    Index("incident_home", "home"),
    # In the order of a list, with all that a list or a map asks for: bodies are long, and are not gone through.
    Index(
        "incident_list",
        "day",
        "id",
        "until",
        "country",
        "admin1",
        "node",
        "place_key",
        "precision",
        "lat",
        "lon",
        "place",
        "scenes",
    ),
)
scene_incident = _table(
    "scene_incident",
    Column("scene", Whole, primary_key=True, autoincrement=False),  # the seq of its entry
    _words("incident", needed=True),
    _words("component", needed=True),
    Index("scene_incident_incident", "incident"),
    Index("scene_incident_component", "component"),
)
scene_link = _table(
    "scene_link",
    _words("a", key=True),
    _words("b", key=True),
    _words("component", needed=True),
    _words("verdict", needed=True),
    Column("score", Size, nullable=False),
    _words("body", needed=True),
    Index("scene_link_component", "component"),
    Index("scene_link_queue", "verdict", "score"),
    Index("scene_link_b", "b"),
)
tally = _table(
    "tally",
    _words("id", key=True),
    _words("component", needed=True),
    _words("measure", needed=True),
    _words("actor"),
    _words("status"),
    _words("node"),
    _words("place"),  # folded
    _words("country"),
    _words("incident"),
    _words("unit"),
    _words("since"),
    _words("until"),
    _words("label", needed=True),
    Column("low", Size),
    Column("high", Size),
    Column("mentions", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("carriers", Integer, nullable=False),
    Column("origins_at_least", Integer, nullable=False),
    Column("origins_at_most", Integer, nullable=False),
    Column("conflicts", Integer, nullable=False),
    Column("consequence", Size, nullable=False),
    _words("inputs", needed=True),
    _words("body", needed=True),
    Index("tally_component", "component"),
    # With all that totals are held against: rows are a page long each, and a country has thousands.
    Index(
        "tally_country",
        "country",
        "measure",
        "incident",
        "unit",
        "actor",
        "status",
        "since",
        "until",
        "low",
        "high",
        "node",
        "id",
    ),
    Index("tally_incident", "incident"),
    # In the order of a list, with all that a list is asked for: what nobody was told of is found without reading rows.
    Index(
        "tally_list",
        "consequence",
        "id",
        "measure",
        "actor",
        "status",
        "place",
        "country",
        "incident",
        "since",
        "until",
    ),
)
# What most documents tell, in the order of the end of the review queue.
Index("tally_told", tally.c.documents.desc(), tally.c.id)
# Few have origins in doubt; those that do wait for a person, in this order.
Index("tally_undecided", tally.c.consequence, tally.c.id,
      sqlite_where=tally.c.origins_at_least < tally.c.origins_at_most,
      postgresql_where=tally.c.origins_at_least < tally.c.origins_at_most)  # fmt: skip
tally_figure = _slim(
    "tally_figure",
    _words("figure", key=True),
    _words("tally", key=True),
    _words("component", needed=True),
    Index("tally_figure_component", "component"),
)
conflict = _table(
    "conflict",
    _words("id", key=True),
    _words("component", needed=True),
    _words("kind", needed=True),
    _words("sentence", needed=True),
    Column("consequence", Size, nullable=False),
    _words("body", needed=True),
    Index("conflict_component", "component"),
    Index("conflict_consequence", "consequence", "id"),
)
conflict_figure = _slim(
    "conflict_figure",
    _words("conflict", key=True),
    _words("figure", key=True),
    _words("component", needed=True),
    Index("conflict_figure_figure", "figure"),
    Index("conflict_figure_component", "component"),
)
block = _slim(
    "block",
    _words("key", key=True),
    Column("scene", Whole, primary_key=True, autoincrement=False),
    Index("block_scene", "scene"),
)
weighing = _slim(
    "weighing",
    _words("block", key=True),
    Column("scene", Whole, primary_key=True, autoincrement=False),
    Column("settled", Integer, nullable=False),
    _words("packed", needed=True),
)
"""What each scene of a block weighs with those recorded before it, as long as settled documents say what is rare."""
total = _table(
    "total",
    _words("id", key=True),  # the figure's
    Column("document", Whole, nullable=False),
    _words("component", needed=True),
    _words("body", needed=True),
    Index("total_component", "component"),
    Index("total_document", "document"),
)
"""Figures of no one event, which meet others of their country and month whatever document they are in."""
overflow = _table(
    "overflow",
    _words("tally", key=True),
    _words("country"),
    Column("gap", Size, nullable=False),
    _words("sentence", needed=True),
    _words("body", needed=True),
    Index("overflow_country", "country"),
)
"""Totals that are below what their incidents add up to."""
source_count = _slim(
    "source_count",
    _words("kind", key=True),  # voice: who is quoted; publisher: who ran the document
    _words("name", key=True),  # folded
    Column("claims", Whole, nullable=False),
    Column("claim", Whole, nullable=False),  # the newest one: it has the name as written
    Index("source_count_list", "kind", "claims", "name"),
)
"""How many claims each source and each publisher has in the log, as far as it was counted."""
mark = _table("mark", _words("name", key=True), _words("value", needed=True))
"""How far reconciling has come."""

COMPUTED = (
    component, incident, scene_incident, scene_link, tally, tally_figure, conflict, conflict_figure, block, weighing,
    total, overflow, source_count, mark,
)  # fmt: skip


def create(connection: Connection) -> None:
    """Creates the tables that are missing, with their indexes."""
    metadata.create_all(connection, tables=COMPUTED)


def drop(connection: Connection) -> None:
    """Drops all that was computed; reconciling computes it again."""
    metadata.drop_all(connection, tables=COMPUTED)
