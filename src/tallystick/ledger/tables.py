"""The tables of the projections: what the log's entries say, laid out to be asked. All can be dropped and rebuilt.

seq is an entry's place in the log; document and scene columns hold the seq of that document's or scene's entry, which
grows as the ledger does: an index on it is appended to, where one on a random hash is written all over. Columns hold
what questions filter by; the whole claim stays in its entry's body.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Double, Index, Integer, Table, Text, event, text
from sqlalchemy.types import REAL, TypeEngine

from tallystick.ledger.schema import Whole, metadata

# Only to filter and sort by: a figure beyond 2**53 is rounded here, and exact in its entry's body.
Size: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")


def _table(name: str, *columns: Column[Any] | Index) -> Table:
    return Table(name, metadata, *columns, sqlite_strict=True)


def _words(name: str, *, needed: bool = False) -> Column[str]:
    return Column(name, Text, nullable=not needed)


def _seq(name: str, *, needed: bool = True) -> Column[int]:
    return Column(name, Whole, nullable=not needed)


def _key() -> Column[int]:
    return Column("seq", Whole, primary_key=True, autoincrement=False)


document = _table(
    "document",
    _key(),
    _words("id", needed=True),
    _words("sha256", needed=True),
    _words("text_sha256", needed=True),
    _words("outlet"),  # the publisher as written
    _words("publisher"),  # and folded
    _words("published"),
    _words("published_at"),
    _words("bounds"),  # [earliest, latest, reasons] as JSON
    _words("latest"),  # the last day it can have been published: at the latest that on which it was captured
    _words("title"),
    _words("url"),
    _words("name"),
    _words("language"),
    _words("reader", needed=True),
    _words("captured_at"),  # with the offset it was given with
    _words("captured"),
    _words("recorded", needed=True),
    _words("revision_of"),
    Column("fingerprints", Integer, nullable=False),  # how many its text has
    Index("document_id", "id"),
    Index("document_bytes", "sha256"),
    Index("document_url", "url"),
    Index("document_published", "published"),
    Index("document_publisher", "publisher", "published"),
)
Index("document_revision", document.c.seq, sqlite_where=document.c.revision_of.is_not(None),
      postgresql_where=document.c.revision_of.is_not(None))  # fmt: skip

capture = _table(
    "capture",
    _key(),
    _seq("document"),
    _words("sha256", needed=True),
    _words("captured", needed=True),
    _words("recorded", needed=True),
    _words("name"),
    _words("url"),
    _words("media_type"),
    _words("container"),
    Index("capture_document", "document"),
    Index("capture_url", "url"),
)

claim = _table(
    "claim",
    _key(),
    _seq("document"),
    _words("id", needed=True),
    _seq("scene", needed=False),
    _seq("passage", needed=False),  # the sentence's words, by the seq of the sentence's first claim
    _words("recorded", needed=True),
    _words("measure", needed=True),
    _words("unit"),
    Column("low", Size),
    Column("high", Size),
    _words("actor"),  # folded: whose people are counted
    _words("status"),
    _words("place"),  # folded: the gazetteer's name, or the words where it holds none
    Column("geonameid", Integer),
    _words("country"),
    _words("admin1"),
    _words("precision"),
    _words("since"),  # the event's first day
    _words("until"),  # and its last
    _words("accumulation"),
    _words("factuality", needed=True),
    _words("source"),  # folded: the innermost source
    _words("publisher"),  # folded
    _words("published"),
    _words("latest"),
    _words("said"),
    _words("captured"),
    Column("sentence_start", Integer, nullable=False),
    Column("sentence_end", Integer, nullable=False),
    Column("quote_start", Integer, nullable=False),
    _words("quote", needed=True),
    Index("claim_document", "document"),
    Index("claim_passage", "passage"),
)
# Narrow to what has one: most claims of a ledger name no actor.
Index("claim_actor", claim.c.actor, claim.c.measure, claim.c.latest, sqlite_where=claim.c.actor.is_not(None),
      postgresql_where=claim.c.actor.is_not(None))  # fmt: skip
Index("claim_place", claim.c.place, claim.c.measure, claim.c.latest, sqlite_where=claim.c.place.is_not(None),
      postgresql_where=claim.c.place.is_not(None))  # fmt: skip
Index("claim_source", claim.c.source, claim.c.said, sqlite_where=claim.c.source.is_not(None),
      postgresql_where=claim.c.source.is_not(None))  # fmt: skip
# In the order of a list: its first page is found without reading the rest. A country's claims are many.
Index("claim_country", claim.c.country, claim.c.said, claim.c.measure, claim.c.latest)
Index("claim_said", claim.c.said)

passage = _table(
    "passage",
    Column("id", Whole, primary_key=True, autoincrement=False),  # seq of the sentence's first claim, or of the document
    _seq("document"),
    _words("words", needed=True),
)

scene = _table(
    "scene",
    _key(),
    _seq("document"),
    Column("number", Integer, nullable=False),  # its place in the document
    _words("place"),
    _words("country"),
    _words("admin1"),
    _words("since"),
    _words("until"),
    Column("cumulative", Integer, nullable=False),
    Column("aside", Integer, nullable=False),
    Index("scene_document", "document"),
)

judgement = _table(
    "judgement",
    _key(),
    _words("id", needed=True),
    _words("verdict", needed=True),
    _words("about", needed=True),
    _words("subject", needed=True),
    _words("other"),
    _words("author", needed=True),
    _words("at", needed=True),
    _words("recorded", needed=True),
    _words("why"),
    _words("changes"),
    Index("judgement_id", "id"),
    Index("judgement_subject", "subject"),
    Index("judgement_other", "other"),
)

withdrawal = _table(
    "withdrawal",
    _key(),
    _words("judgement", needed=True),
    _words("author", needed=True),
    _words("at", needed=True),
    _words("recorded", needed=True),
    Index("withdrawal_judgement", "judgement"),
)

# Every fingerprint of a document, packed, to measure what two share; and a sample by hash, to find who might.
fingerprints = _table(
    "fingerprints",
    Column("document", Whole, primary_key=True, autoincrement=False),
    _words("packed", needed=True),
)
fingerprint = Table(
    "fingerprint",
    metadata,
    Column("hash", Whole, primary_key=True, autoincrement=False),  # as projections.in_era has it
    Column("document", Whole, primary_key=True, autoincrement=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

unread = _table(
    "unread",
    _key(),
    _words("recorded", needed=True),
    _words("name"),
    _words("url"),
    _words("error"),
    _words("reason"),
    _words("sha256"),
)

lattice = _table("lattice", _key(), _words("recorded", needed=True), _words("name"), _words("words"))

# What a language model proposed, a row a proposal: whether it waits is told by judgements and claims.
proposal = _table(
    "proposal",
    Column("key", Whole, primary_key=True, autoincrement=False),  # model.proposals.PER_ENTRY
    _seq("seq"),
    _words("aim", needed=True),
    _words("document", needed=True),  # the id
    _words("subject", needed=True),
    _words("other"),
    _words("model", needed=True),
    _words("recorded", needed=True),
    Index("proposal_document", "document"),
    Index("proposal_subject", "subject"),
)

PROJECTIONS = (
    document,
    capture,
    claim,
    passage,
    scene,
    judgement,
    withdrawal,
    fingerprints,
    fingerprint,
    unread,
    lattice,
    proposal,
)

# Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese write no spaces between words, so that unicode61 would make
# one word of a sentence: what holds such letters is indexed by three letters at a time as well.
_TOKENS = {"passage_words": "unicode61 remove_diacritics 2", "passage_letters": "trigram"}
_SEARCH = {
    name: f"USING fts5(words, content='passage', content_rowid='id', tokenize='{tokens}')"
    for name, tokens in _TOKENS.items()
}
SEARCH = tuple(_SEARCH)

MERGED = 10
"""Segments of one level of the full-text index that are merged together."""


@event.listens_for(passage, "after_create")
def _create_search(target: Table, connection: Connection, **_: object) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("CREATE INDEX IF NOT EXISTS passage_words ON passage USING gin (to_tsvector('simple', words))")
        )
        return
    for name, how in _SEARCH.items():
        connection.execute(text(f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} {how}"))
        # What is erased leaves the index at once, not at some later merge: see also erasure.
        if forgets_at_once(connection):
            connection.execute(text(f"INSERT INTO {name}({name}, rank) VALUES ('secure-delete', 1)"))
        # Words are merged half as often as by default: filling a ledger is faster, finding takes no longer.
        connection.execute(text(f"INSERT INTO {name}({name}, rank) VALUES ('automerge', {MERGED})"))


def forgets_at_once(connection: Connection) -> bool:
    """Whether this SQLite can drop words from a full-text index as they are deleted (3.42 and later)."""
    version: tuple[int, ...] = connection.dialect.dbapi.sqlite_version_info  # type: ignore[union-attr]
    return version >= (3, 42)


@event.listens_for(passage, "before_drop")
def _drop_search(target: Table, connection: Connection, **_: object) -> None:
    if connection.dialect.name == "sqlite":
        for name in SEARCH:
            connection.execute(text(f"DROP TABLE IF EXISTS {name}"))


def create(connection: Connection) -> None:
    """Creates the projections that are missing, with their indexes."""
    metadata.create_all(connection, tables=PROJECTIONS)


def drop(connection: Connection) -> None:
    """Drops every projection; nothing of the log is lost."""
    metadata.drop_all(connection, tables=PROJECTIONS)


_GROWING = ("claim_document", "claim_passage")


def late(connection: Connection) -> list[Index]:
    """The indexes of claims that a SQLite ledger lacks: an empty one is filled without them (filling). What they find
    is found without them too, only not as fast."""
    names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'claim'"))
    there = set(names)
    return [index for index in claim.indexes if index.name not in there]


def drop_late(connection: Connection) -> None:
    """Drops the indexes of claims from a SQLite ledger, until make_late makes them. Those that grow at their end only
    stay: a claim of theirs costs less then than later, and is written while the other process works."""
    for index in claim.indexes:
        if index.name not in _GROWING:
            index.drop(connection, checkfirst=True)


def make_late(connection: Connection) -> None:
    """Makes the indexes of claims that a SQLite ledger lacks, each at once: sorted rows take a fifth of the time."""
    for index in late(connection):
        index.create(connection)
