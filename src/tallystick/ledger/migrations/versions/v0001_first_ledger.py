"""The first ledger: the log, its tree and roots, the projections, and the tables of what is computed.

Written out, and not taken from the tables as the code now has them: those may change, and this may not.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from tallystick.ledger.migrations.triggers import guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_WHOLE: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_REAL: Any = sa.Double().with_variant(sa.REAL(), "sqlite")

_SEARCH = {"passage_words": "unicode61 remove_diacritics 2", "passage_letters": "trigram"}


def _column(name: str, kind: Any, key: bool, empty: bool) -> sa.Column[Any]:
    # A key of one whole number is no counter: entries are numbered by the ledger.
    counted: Any = False if key and kind is _WHOLE else "auto"
    return sa.Column(name, kind, primary_key=key, nullable=empty, autoincrement=counted)


def whole(name: str, *, key: bool = False, empty: bool = False) -> sa.Column[Any]:
    """A whole number of sixty-four bits."""
    return _column(name, _WHOLE, key, empty)


def small(name: str, *, key: bool = False, empty: bool = False) -> sa.Column[Any]:
    """A whole number of thirty-two bits."""
    return _column(name, sa.Integer(), key, empty)


def real(name: str, *, empty: bool = False) -> sa.Column[Any]:
    """A number with a fraction."""
    return _column(name, _REAL, False, empty)


def words(name: str, *, key: bool = False, empty: bool = False) -> sa.Column[Any]:
    """Text."""
    return _column(name, sa.Text(), key, empty)


def data(name: str, *, empty: bool = False) -> sa.Column[Any]:
    """Bytes."""
    return _column(name, sa.LargeBinary(), False, empty)


def table(name: str, *columns: sa.Column[Any], rowid: bool = True) -> None:
    """A table, STRICT on SQLite."""
    op.create_table(name, *columns, sqlite_strict=True, sqlite_with_rowid=rowid)


def index(name: str, on: str, *columns: str, where: str | None = None) -> None:
    """An index, of the rows for which where holds."""
    only = None if where is None else sa.text(where)
    op.create_index(name, on, list(columns), sqlite_where=only, postgresql_where=only)


def search() -> None:
    """Full text: FTS5 over the passages on SQLite, a GIN index on PostgreSQL."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("CREATE INDEX passage_words ON passage USING gin (to_tsvector('simple', words))")
        return
    for name, tokens in _SEARCH.items():
        how = f"fts5(words, content='passage', content_rowid='id', tokenize='{tokens}')"
        op.execute(f"CREATE VIRTUAL TABLE {name} USING {how}")
        if tuple(connection.dialect.dbapi.sqlite_version_info) >= (3, 42):  # type: ignore[union-attr]
            op.execute(f"INSERT INTO {name}({name}, rank) VALUES ('secure-delete', 1)")
        op.execute(f"INSERT INTO {name}({name}, rank) VALUES ('automerge', 10)")


def upgrade() -> None:
    """Makes all tables, indexes and triggers."""
    table(
        "entry",
        whole("seq", key=True),
        words("kind"),
        words("recorded_at"),
        words("actor"),
        words("body", empty=True),
        data("salt", empty=True),
        data("commitment"),
    )
    index("entry_kind", "entry", "kind", "seq", where="kind <> 'claim'")
    table("node", small("level", key=True), whole("place", key=True), data("hash"))
    table(
        "root",
        whole("size", key=True),
        data("hash"),
        words("recorded_at"),
        words("actor"),
        words("clock"),
        data("seal"),
    )
    table("checkpoint", whole("size", key=True), words("signed_at", key=True), words("note"))
    table("erased", whole("seq", key=True), whole("erasure"))
    table(
        "blob",
        words("sha256", key=True),
        whole("size"),
        words("method"),
        data("content", empty=True),
        whole("erased_by", empty=True),
    )
    table("meta", words("name", key=True), words("value"))
    table(
        "document",
        whole("seq", key=True),
        words("id"),
        words("sha256"),
        words("text_sha256"),
        words("outlet", empty=True),
        words("publisher", empty=True),
        words("published", empty=True),
        words("published_at", empty=True),
        words("bounds", empty=True),
        words("latest", empty=True),
        words("title", empty=True),
        words("url", empty=True),
        words("name", empty=True),
        words("language", empty=True),
        words("reader"),
        words("captured_at", empty=True),
        words("captured", empty=True),
        words("recorded"),
        words("revision_of", empty=True),
        small("fingerprints"),
    )
    index("document_bytes", "document", "sha256")
    index("document_id", "document", "id")
    index("document_published", "document", "published")
    index("document_publisher", "document", "publisher", "published")
    index("document_revision", "document", "seq", where="revision_of IS NOT NULL")
    index("document_url", "document", "url")
    table(
        "capture",
        whole("seq", key=True),
        whole("document"),
        words("sha256"),
        words("captured"),
        words("recorded"),
        words("name", empty=True),
        words("url", empty=True),
        words("media_type", empty=True),
        words("container", empty=True),
    )
    index("capture_document", "capture", "document")
    index("capture_url", "capture", "url")
    table(
        "claim",
        whole("seq", key=True),
        whole("document"),
        words("id"),
        whole("scene", empty=True),
        whole("passage", empty=True),
        words("recorded"),
        words("measure"),
        words("unit", empty=True),
        real("low", empty=True),
        real("high", empty=True),
        words("actor", empty=True),
        words("status", empty=True),
        words("place", empty=True),
        small("geonameid", empty=True),
        words("country", empty=True),
        words("admin1", empty=True),
        words("precision", empty=True),
        words("since", empty=True),
        words("until", empty=True),
        words("accumulation", empty=True),
        words("factuality"),
        words("source", empty=True),
        words("publisher", empty=True),
        words("published", empty=True),
        words("latest", empty=True),
        words("said", empty=True),
        words("captured", empty=True),
        small("sentence_start"),
        small("sentence_end"),
        small("quote_start"),
        words("quote"),
    )
    index("claim_actor", "claim", "actor", "measure", "latest", where="actor IS NOT NULL")
    index("claim_country", "claim", "country", "said", "measure", "latest")
    index("claim_document", "claim", "document")
    index("claim_passage", "claim", "passage")
    index("claim_place", "claim", "place", "measure", "latest", where="place IS NOT NULL")
    index("claim_said", "claim", "said")
    index("claim_source", "claim", "source", "said", where="source IS NOT NULL")
    table("passage", whole("id", key=True), whole("document"), words("words"))
    table(
        "scene",
        whole("seq", key=True),
        whole("document"),
        small("number"),
        words("place", empty=True),
        words("country", empty=True),
        words("admin1", empty=True),
        words("since", empty=True),
        words("until", empty=True),
        small("cumulative"),
        small("aside"),
    )
    index("scene_document", "scene", "document")
    table(
        "judgement",
        whole("seq", key=True),
        words("id"),
        words("verdict"),
        words("about"),
        words("subject"),
        words("other", empty=True),
        words("author"),
        words("at"),
        words("recorded"),
        words("why", empty=True),
        words("changes", empty=True),
    )
    index("judgement_id", "judgement", "id")
    index("judgement_other", "judgement", "other")
    index("judgement_subject", "judgement", "subject")
    table("withdrawal", whole("seq", key=True), words("judgement"), words("author"), words("at"), words("recorded"))
    index("withdrawal_judgement", "withdrawal", "judgement")
    table("fingerprints", whole("document", key=True), words("packed"))
    table("fingerprint", whole("hash", key=True), whole("document", key=True), rowid=False)
    table(
        "unread",
        whole("seq", key=True),
        words("recorded"),
        words("name", empty=True),
        words("url", empty=True),
        words("error", empty=True),
        words("reason", empty=True),
        words("sha256", empty=True),
    )
    table("lattice", whole("seq", key=True), words("recorded"), words("name", empty=True), words("words", empty=True))
    table(
        "proposal",
        whole("key", key=True),
        whole("seq"),
        words("aim"),
        words("document"),
        words("subject"),
        words("other", empty=True),
        words("model"),
        words("recorded"),
    )
    index("proposal_document", "proposal", "document")
    index("proposal_subject", "proposal", "subject")
    table("component", words("name", key=True), words("stage"), words("inputs"))
    table(
        "incident",
        words("id", key=True),
        words("component"),
        words("home"),
        words("label"),
        words("node", empty=True),
        words("place", empty=True),
        words("place_key", empty=True),
        words("country", empty=True),
        words("admin1", empty=True),
        words("precision", empty=True),
        real("lat", empty=True),
        real("lon", empty=True),
        words("since", empty=True),
        words("until", empty=True),
        words("day"),
        small("scenes"),
        words("body"),
    )
    index("incident_component", "incident", "component")
    index("incident_home", "incident", "home")
    index(
        "incident_list", "incident", "day", "id", "until", "country", "admin1", "node", "place_key", "precision",
        "lat", "lon", "place", "scenes",
    )  # fmt: skip
    table("scene_incident", whole("scene", key=True), words("incident"), words("component"))
    index("scene_incident_component", "scene_incident", "component")
    index("scene_incident_incident", "scene_incident", "incident")
    table(
        "scene_link",
        words("a", key=True),
        words("b", key=True),
        words("component"),
        words("verdict"),
        real("score"),
        words("body"),
    )
    index("scene_link_b", "scene_link", "b")
    index("scene_link_component", "scene_link", "component")
    index("scene_link_queue", "scene_link", "verdict", "score")
    table(
        "tally",
        words("id", key=True),
        words("component"),
        words("measure"),
        words("actor", empty=True),
        words("status", empty=True),
        words("node", empty=True),
        words("place", empty=True),
        words("country", empty=True),
        words("incident", empty=True),
        words("unit", empty=True),
        words("since", empty=True),
        words("until", empty=True),
        words("label"),
        real("low", empty=True),
        real("high", empty=True),
        small("mentions"),
        small("documents"),
        small("carriers"),
        small("origins_at_least"),
        small("origins_at_most"),
        small("conflicts"),
        real("consequence"),
        words("inputs"),
        words("body"),
    )
    index("tally_component", "tally", "component")
    index("tally_country", "tally", "country", "measure")
    index("tally_incident", "tally", "incident")
    index(
        "tally_list", "tally", "consequence", "id", "measure", "actor", "status", "place", "country", "incident",
        "since", "until",
    )  # fmt: skip
    table("tally_figure", words("figure", key=True), words("tally", key=True), words("component"), rowid=False)
    op.create_index("tally_told", "tally", [sa.text("documents DESC"), "id"])
    index("tally_undecided", "tally", "consequence", "id", where="origins_at_least < origins_at_most")
    index("tally_figure_component", "tally_figure", "component")
    table(
        "conflict",
        words("id", key=True),
        words("component"),
        words("kind"),
        words("sentence"),
        real("consequence"),
        words("body"),
    )
    index("conflict_component", "conflict", "component")
    index("conflict_consequence", "conflict", "consequence", "id")
    table("conflict_figure", words("conflict", key=True), words("figure", key=True), words("component"), rowid=False)
    index("conflict_figure_component", "conflict_figure", "component")
    index("conflict_figure_figure", "conflict_figure", "figure")
    table("block", words("key", key=True), whole("scene", key=True), rowid=False)
    index("block_scene", "block", "scene")
    table(
        "weighing", words("block", key=True), whole("scene", key=True), small("settled"), words("packed"), rowid=False
    )
    table("total", words("id", key=True), whole("document"), words("component"), words("body"))
    index("total_component", "total", "component")
    index("total_document", "total", "document")
    table(
        "overflow",
        words("tally", key=True),
        words("country", empty=True),
        real("gap"),
        words("sentence"),
        words("body"),
    )
    index("overflow_country", "overflow", "country")
    table(
        "source_count", words("kind", key=True), words("name", key=True), whole("claims"), whole("claim"), rowid=False
    )
    index("source_count_list", "source_count", "kind", "claims", "name")
    table("mark", words("name", key=True), words("value"))
    search()
    for statement in guards(op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)
