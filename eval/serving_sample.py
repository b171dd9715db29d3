"""What the people of eval.serving open: addresses from all over a ledger, not only its lists’ first pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import Column, Connection, func, select

from tallystick.ledger.computed_tables import conflict, conflict_figure, incident, tally
from tallystick.ledger.schema import entry
from tallystick.ledger.store import Ledger
from tallystick.ledger.tables import claim, document, judgement
from tallystick.model.records import figure_id

EACH = 200
"""Things of each kind that are drawn from the ledger."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Ids and names in the ledger. stretches are places in the review queue; days are those of publication; entries are
    places in the log; revised are documents with a capture of the same address before them.
    """

    documents: tuple[str, ...]
    tallies: tuple[str, ...]
    incidents: tuple[str, ...]
    figures: tuple[str, ...]
    towns: tuple[str, ...]
    countries: tuple[str, ...]
    voices: tuple[str, ...]
    publishers: tuple[str, ...]
    days: tuple[str, ...]
    stretches: tuple[str, ...]
    entries: tuple[str, ...] = ()
    revised: tuple[str, ...] = ()
    judgements: tuple[str, ...] = ()


def sample(ledger: Ledger, random: Random) -> Sample:
    """Draws from the whole ledger, and beside that what weighs most: the largest quantities, the worst conflicts."""
    with ledger.reading() as connection:
        claims = [
            row
            for seq in _spread(connection, claim.c.seq, random)
            for row in connection.execute(_claims().where(claim.c.seq >= seq).limit(1))
        ]
        seqs = _spread(connection, document.c.seq, random)
        largest = connection.scalars(select(tally.c.id).order_by(tally.c.mentions.desc()).limit(EACH // 10))
        weightiest = connection.scalars(select(tally.c.id).order_by(tally.c.consequence.desc()).limit(EACH // 4))
        disputed = connection.execute(
            select(conflict.c.consequence, conflict.c.id).order_by(conflict.c.consequence.desc()).limit(20 * EACH)
        ).all()
        drawn = random.sample(disputed, min(EACH, len(disputed)))
        inside = select(conflict_figure.c.figure).where(conflict_figure.c.conflict.in_([row.id for row in drawn]))
        revised = select(document.c.id).where(document.c.revision_of.is_not(None)).order_by(document.c.seq).limit(EACH)
        return Sample(
            documents=tuple(_at(connection, document.c.id, document.c.seq, seqs)),
            tallies=(*largest, *weightiest, *_any(connection, tally.c.id, "t:", random)),
            incidents=tuple(_any(connection, incident.c.id, "i", random)),
            figures=(*connection.scalars(inside), *(figure_id(row.document, row.id) for row in claims)),
            towns=_filled(row.place for row in claims),
            countries=_filled(row.country for row in claims),
            voices=_filled(row.source for row in claims),
            publishers=_filled(row.publisher for row in claims),
            days=_filled(row.published for row in claims),
            stretches=tuple(f"1~{row.consequence}~{row.id}~0" for row in drawn),
            entries=tuple(map(str, _spread(connection, entry.c.seq, random))),
            revised=tuple(connection.scalars(revised)),
            judgements=tuple(connection.scalars(select(judgement.c.id).order_by(judgement.c.seq.desc()).limit(EACH))),
        )


def _claims() -> Any:
    c = claim.c
    columns = (c.id, document.c.id.label("document"), c.place, c.country, c.source, c.publisher, c.published)
    return select(*columns).join(document, document.c.seq == c.document).order_by(c.seq)


def _spread(connection: Connection, column: Column[int], random: Random) -> list[int]:
    first, last = connection.execute(select(func.min(column), func.max(column))).one()
    return [] if first is None else [random.randint(first, last) for _ in range(EACH)]


def _at(connection: Connection, column: Column[str], by: Column[int], seqs: Sequence[int]) -> list[str]:
    found = (connection.scalar(select(column).where(by >= seq).order_by(by).limit(1)) for seq in seqs)
    return [name for name in found if name is not None]


def _any(connection: Connection, column: Column[str], mark: str, random: Random) -> list[str]:
    """Ids from all over a column of hashes, which follow a mark: those that come after a random one."""
    starts = [f"{mark}{random.randrange(16**6):06x}" for _ in range(EACH)]
    found = (connection.scalar(select(column).where(column >= at).order_by(column).limit(1)) for at in starts)
    return [name for name in found if name is not None]


def _filled(values: Any) -> tuple[str, ...]:
    return tuple(value for value in values if value)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of page. address writes the address of one of them; None where the ledger holds nothing to show.

    part: htmx asks for it, within a page.
    """

    name: str
    address: Callable[[Random, Sample], str | None]
    part: bool = False


def _one(path: str, among: Callable[[Sample], Sequence[str]]) -> Callable[[Random, Sample], str | None]:
    def address(random: Random, of: Sample) -> str | None:
        names = among(of)
        return path.replace("NAME", quote(random.choice(names), safe=":")) if names else None

    return address


def _plain(path: str) -> Callable[[Random, Sample], str | None]:
    return lambda random, of: path


def _asked(path: str, **fields: Callable[[Sample], Sequence[str]]) -> Callable[[Random, Sample], str | None]:
    def address(random: Random, of: Sample) -> str | None:
        given = {name: random.choice(values) for name, among in fields.items() if (values := among(of))}
        return f"{path}?{urlencode(given)}" if given.keys() == fields.keys() else None

    return address


KINDS = {
    kind.name: kind
    for kind in (
        Kind("dashboard", _plain("/")),
        Kind("documents", _plain("/documents")),
        Kind("documents with a word", _asked("/documents", q=lambda s: s.towns)),
        Kind("documents of a publisher", _asked("/documents", publisher=lambda s: s.publishers)),
        Kind("documents since a day", _asked("/documents", since=lambda s: s.days)),
        Kind("document", _one("/documents/NAME", lambda s: s.documents)),
        Kind("document: changes", _one("/documents/NAME/changes", lambda s: s.revised), part=True),
        Kind("document: copies", _one("/documents/NAME/copies", lambda s: s.documents), part=True),
        Kind("figure in its document", _one("/review?item=NAME", lambda s: s.figures)),
        Kind("quantities", _plain("/quantities")),
        Kind("quantities of a country", _asked("/quantities", country=lambda s: s.countries)),
        Kind("quantities of a place", _asked("/quantities", place=lambda s: s.towns)),
        Kind("quantity", _one("/quantities/NAME", lambda s: s.tallies)),
        Kind("quantity as of a day", _asked("/quantities/NAME", as_of=lambda s: s.days), part=True),
        Kind("quantity: chart data", _one("/quantities/NAME/chart.json", lambda s: s.tallies)),
        Kind("quantity: range", _one("/quantities/NAME/range", lambda s: s.tallies), part=True),
        Kind("quantity: every policy", _one("/quantities/NAME/estimates", lambda s: s.tallies), part=True),
        Kind("quantity: over time", _one("/quantities/NAME/series", lambda s: s.tallies), part=True),
        Kind("quantity: mentions", _one("/quantities/NAME/mentions", lambda s: s.tallies)),
        Kind("evidence card", _one("/cards/NAME.html", lambda s: s.figures)),
        Kind("conflicts", _plain("/conflicts")),
        Kind("judging a conflict", _one("/conflicts/judge?verdict=reject&subject=NAME", lambda s: s.figures)),
        Kind("incidents", _plain("/incidents")),
        Kind("incidents of a country", _asked("/incidents", country=lambda s: s.countries)),
        Kind("incident", _one("/incidents/NAME", lambda s: s.incidents)),
        Kind("incidents on a map", _plain("/incidents/map")),
        Kind("map of a country", _asked("/incidents/map", country=lambda s: s.countries), part=True),
        Kind("map drawn", _asked("/incidents/map.svg", country=lambda s: s.countries)),
        Kind("incident: map drawn", _one("/incidents/NAME/map.svg", lambda s: s.incidents)),
        Kind("sources", _plain("/sources")),
        Kind("source", _one("/sources/voice/NAME", lambda s: s.voices)),
        Kind("source: chart data", _one("/sources/voice/NAME/chart.json", lambda s: s.voices)),
        Kind("publisher", _one("/sources/publisher/NAME", lambda s: s.publishers)),
        Kind("search", _asked("/search", q=lambda s: s.towns)),
        Kind("review: agreement", _plain("/review/agreement")),
        Kind("account", _plain("/account")),
        Kind("tasks", _plain("/tasks")),
        Kind("add documents", _plain("/add")),
        Kind("API documents", _plain("/api/v1/documents")),
        Kind("API claims", _plain("/api/v1/claims")),
        Kind("API claims of a country", _asked("/api/v1/claims", country=lambda s: s.countries)),
        Kind("API claims with words", _asked("/api/v1/claims", words=lambda s: s.towns)),
        Kind("API tallies", _asked("/api/v1/tallies", country=lambda s: s.countries)),
        Kind("API tally", _one("/api/v1/tallies/NAME", lambda s: s.tallies)),
        Kind("API conflicts", _plain("/api/v1/conflicts")),
        Kind("API judgements", _plain("/api/v1/judgements")),
        Kind("API judgement", _one("/api/v1/judgements/NAME", lambda s: s.judgements)),
        Kind("API document", _one("/api/v1/documents/NAME", lambda s: s.documents)),
        Kind("API text of a document", _one("/api/v1/documents/NAME/text", lambda s: s.documents)),
        Kind("API claims of a document", _one("/api/v1/documents/NAME/claims", lambda s: s.documents)),
        Kind("API claims of a place", _asked("/api/v1/claims", place=lambda s: s.towns)),
        Kind("API claims of a source", _asked("/api/v1/claims", source=lambda s: s.voices)),
        Kind("API claims of a publisher", _asked("/api/v1/claims", publisher=lambda s: s.publishers)),
        Kind("API claim", _one("/api/v1/claims/NAME", lambda s: s.figures)),
        Kind("API proof of a claim", _one("/api/v1/claims/NAME/proof", lambda s: s.figures)),
        Kind("API card", _one("/api/v1/cards/NAME", lambda s: s.figures)),
        Kind("API tallies of a source", _asked("/api/v1/tallies", source=lambda s: s.voices)),
        Kind("API estimates", _one("/api/v1/tallies/NAME/estimates", lambda s: s.tallies)),
        Kind("API series", _one("/api/v1/tallies/NAME/series", lambda s: s.tallies)),
        Kind("API origins", _one("/api/v1/tallies/NAME/origins", lambda s: s.tallies)),
        Kind("API conflicts of a tally", _one("/api/v1/tallies/NAME/conflicts", lambda s: s.tallies)),
        Kind(
            "API policies compared",
            _one("/api/v1/tallies/NAME/policy-diff?a=neutral/1&b=both-sides/1", lambda s: s.tallies),
        ),
        Kind("API incidents", _asked("/api/v1/incidents", country=lambda s: s.countries)),
        Kind("API incident", _one("/api/v1/incidents/NAME", lambda s: s.incidents)),
        Kind("API links of an incident", _one("/api/v1/incidents/NAME/links", lambda s: s.incidents)),
        Kind("API map", _asked("/api/v1/map.geojson", country=lambda s: s.countries)),
        Kind("API sources", _plain("/api/v1/sources")),
        Kind("API source", _one("/api/v1/sources/voice/NAME", lambda s: s.voices)),
        Kind("API what a source said", _one("/api/v1/sources/voice/NAME/claims", lambda s: s.voices)),
        Kind("API search", _asked("/api/v1/search", q=lambda s: s.towns)),
        Kind("API question", _asked("/api/v1/understand", q=lambda s: s.towns)),
        Kind("API queue", _plain("/api/v1/judgements/queue")),
        Kind("API item", _one("/api/v1/judgements/item?key=NAME", lambda s: s.figures)),
        Kind("API agreement", _plain("/api/v1/judgements/agreement")),
        Kind("API ledger", _plain("/api/v1/ledger")),
        Kind("API checkpoint", _plain("/api/v1/ledger/checkpoint")),
        Kind("API proof of an entry", _one("/api/v1/ledger/entries/NAME/proof", lambda s: s.entries)),
        Kind("API consistency", _one("/api/v1/ledger/consistency?old=NAME", lambda s: s.entries[1:])),
        Kind("API policies", _plain("/api/v1/policies")),
        Kind("API formats", _plain("/api/v1/formats")),
        Kind("API me", _plain("/api/v1/me")),
        Kind("API tokens", _plain("/api/v1/tokens")),
        Kind("API tasks", _plain("/api/v1/tasks")),
    )
}
"""Every kind of page but those of the review queue, which people walk: see serving_people."""


LEFT_OUT = {
    "/quantities/{tally}/chart.svg": "a file to keep, drawn on the server by a browser's engine",
    "/quantities/{tally}/chart.png": "a file to keep",
    "/sources/{kind}/{name}/chart.svg": "a file to keep",
    "/reports/{name}.html": "a file to print, with charts drawn on the server",
    "/reports/{name}.pdf": "a file to print",
    "/api/v1/reports/{name}": "a file to print",
    "/documents/{name}/original": "a file to keep; invented documents have none",
    "/api/v1/documents/{name}/original": "a file to keep; invented documents have none",
    "/cards/{figure}.json": "a file to keep; as “API card”",
    "/api/v1/audit.csv": "a file to keep",
    "/administration/audit.csv": "a file to keep",
    "/administration": "for administrators; the people of the walk are coders",
    "/administration/audit": "for administrators",
    "/api/v1/accounts": "for administrators",
    "/api/v1/audit": "for administrators",
    "/review/differing": "for adjudicators",
    "/api/v1/judgements/differing": "for adjudicators",
    "/tasks/{name}": "nobody begins a job meanwhile",
    "/tasks/{name}/file": "nobody begins a job meanwhile",
    "/api/v1/tasks/{name}": "nobody begins a job meanwhile",
    "/api/v1/tasks/{name}/file": "nobody begins a job meanwhile",
    "/api/v1/tasks/{name}/events": "nobody begins a job meanwhile",
    "/sign-in": "what is sent there is measured",
    "/sign-in/provider": "needs an identity provider",
    "/sign-in/provider/back": "needs an identity provider",
    "/start": "for one person on this machine",
    "/review/item": "walked: see serving_people",
    "/review/progress": "walked: see serving_people",
}
"""What the app answers and nobody of the walk asks for, by its route, with the reason."""


def address_of(kind: Kind, random: Random, of: Sample) -> str | None:
    """The address of one page of that kind; None where the ledger holds nothing to show."""
    found = kind.address(random, of)
    if found is not None and "/NAME" in found:  # a page of one thing that is asked for a day
        return None if not of.tallies else found.replace("NAME", quote(random.choice(of.tallies), safe=":"))
    return found
