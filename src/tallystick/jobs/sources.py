"""Sources as pages and the API show them: who says so, what they have said over time, and about whose losses.

A voice is who is quoted; a publisher is who ran the document. One name can be both, and is counted for each apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection

from tallystick.errors import BadQuestion, UnknownSource
from tallystick.jobs.questions import check_reconciled
from tallystick.ledger import codec, computed, queries, source_rows, tally_rows
from tallystick.ledger.source_rows import AfterSaid, AfterSource, Clashing, Said, Side, SourceKind
from tallystick.lexicon.gazetteer.names import key as fold
from tallystick.model.claims import Interest
from tallystick.model.quantities import Figure
from tallystick.model.records import Held
from tallystick.model.values import Number

LOOKED = 100
"""A source's newest claims that are read whole: for whose losses they are about."""
FOLLOWED = 400
"""A source's newest claims that are followed into quantities and conflicts."""
DRAWN = 500
"""Claims of one chart."""
TALLIES = 40
BUDGET = 300_000
"""Characters of kept quantities that one page reads."""
CONFLICTS = 8

Json = dict[str, Any]
"""A part of a tally as it is kept."""

_PLACE = re.compile(r"([0-9-]{0,10})~([0-9]{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Source:
    """A voice or a publisher. key is its name folded, name as a document writes it; claims as of the last
    reconciliation.
    """

    kind: SourceKind
    key: str
    name: str
    claims: int


@dataclass(frozen=True, slots=True)
class SourceList:
    """One page of sources, those with most claims first. next is the next page's after, None on the last."""

    rows: tuple[Source, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Losses:
    """About whose losses somebody speaks, in their newest claims. looked: how many those are; own, enemy and third
    count those that say so; people are whose people are counted, most often first.
    """

    looked: int
    own: int
    enemy: int
    third: int
    people: tuple[tuple[str, int], ...]
    nobody: int  # claims that do not say whose people they count


@dataclass(frozen=True, slots=True)
class Revision:
    """Two figures of one voice on one quantity, the later one another number."""

    tally: str
    label: str
    before: Figure
    after: Figure


@dataclass(frozen=True, slots=True)
class Standing:
    """What part a source has in the quantities that its newest claims are in. tallies: how many were looked at.

    first: of how many it is an origin (a publisher: ran it before all others of that origin). passed_on: how often
    others printed what it said (a publisher: how often it printed what others said).
    """

    tallies: int
    first: int
    passed_on: int
    revisions: tuple[Revision, ...]


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source. also is its other kind, where the name is both; claims are one page, next the next page's after."""

    source: Source
    also: Source | None
    first: date | None
    last: date | None
    losses: Losses
    standing: Standing
    conflicts: tuple[Clashing, ...]
    claims: tuple[Held, ...]
    tallies: dict[str, str]
    next: str | None


@dataclass(frozen=True, slots=True)
class Dot:
    """One figure on the timeline of a source: low and high are None where open."""

    figure: str
    day: date
    measure: str
    low: Number | None
    high: Number | None
    actor: str | None


def listed(
    connection: Connection, kind: SourceKind, *, words: str | None = None, after: str | None = None, limit: int = 50
) -> SourceList:
    """One page of voices or publishers. words: each must stand in the name.

    Raises LedgerError where nothing has been reconciled, BadQuestion for a wrong after.
    """
    check_reconciled(connection)
    if not source_rows.ready(connection):
        return SourceList(())
    place = None
    if after:
        many, tilde, name = after.partition("~")
        if not tilde or not many.isdecimal() or len(many) > 12:
            raise BadQuestion(f"{after!r} is no place in this list. Begin with the first page.")
        place = AfterSource(int(many), name)
    wanted = fold(words or "").split()
    found = source_rows.sources(connection, kind, words=wanted, after=place, limit=limit + 1)
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    return SourceList(tuple(_named(connection, shown)), None if last is None else f"{last.claims}~{last.name}")


def _named(connection: Connection, rows: Sequence[source_rows.SourceRow]) -> Iterable[Source]:
    held = {one.seq: one for one in queries.held_at(connection, [row.claim for row in rows])}
    for row in rows:
        yield Source(row.kind, row.name, _as_written(row.kind, row.name, held.get(row.claim)), row.claims)


def _as_written(kind: SourceKind, key: str, one: Held | None) -> str:
    if one is None:  # erased
        return key
    if kind is SourceKind.PUBLISHER:
        return one.document.publisher or key
    return (one.claim.attributions[-1].name if one.claim.attributions else None) or key


def source_named(connection: Connection, kind: SourceKind, name: str) -> Source:
    """The source of that name, however it is written. Raises UnknownSource, LedgerError."""
    check_reconciled(connection)
    row = source_rows.source_named(connection, kind, fold(name)) if source_rows.ready(connection) else None
    if row is None:
        raise UnknownSource(
            f"no {kind.value} of this ledger is called “{name}”. Look it up in the list of sources; those of documents "
            "added since are listed once the ledger is reconciled."
        )
    (found,) = _named(connection, [row])
    return found


def view(
    connection: Connection, kind: SourceKind, name: str, *, after: str | None = None, limit: int = 20
) -> SourceView:
    """One source with all that a page shows. Raises UnknownSource, LedgerError, BadQuestion for a wrong after."""
    source = source_named(connection, kind, name)
    other = SourceKind.PUBLISHER if kind is SourceKind.VOICE else SourceKind.VOICE
    also = source_rows.source_named(connection, other, source.key)
    newest = source_rows.said(connection, kind, source.key, limit=FOLLOWED)
    if after is None and limit < FOLLOWED:
        page, following = _page(connection, newest, limit)
    else:
        page, following = claims(connection, kind, source.key, after=after, limit=limit)
    days = [one.said for one in newest if one.said]
    figures = [one.figure for one in newest]
    inside = _inside(connection, figures)
    inside |= computed.tallies_with(connection, [one.id for one in page if one.id not in inside])
    return SourceView(
        source,
        None if also is None else next(iter(_named(connection, [also]))),
        date.fromisoformat(min(days)) if days else None,
        date.fromisoformat(max(days)) if days else None,
        _losses(source_rows.sides(connection, [one.seq for one in newest[:LOOKED]])),
        _standing(connection, source, figures, inside),
        tuple(source_rows.clashing(connection, figures, CONFLICTS)),
        tuple(page),
        {one.id: inside[one.id][0] for one in page if one.id in inside},
        following,
    )


def _inside(connection: Connection, figures: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The quantities that the first of these figures are in, until there are TALLIES of them: no more are looked at."""
    found: dict[str, tuple[str, ...]] = {}
    for at in range(0, len(figures), 2 * TALLIES):
        found |= computed.tallies_with(connection, figures[at : at + 2 * TALLIES])
        if len({name for names in found.values() for name in names}) >= TALLIES:
            break
    return found


def claims(
    connection: Connection, kind: SourceKind, key: str, *, after: str | None = None, limit: int = 20
) -> tuple[list[Held], str | None]:
    """One page of a source's claims, the newest first, and the next page's after. Raises BadQuestion."""
    place = None
    if after:
        match = _PLACE.fullmatch(after)
        if match is None:
            raise BadQuestion(f"{after!r} is no place in this list. Begin with the first page.")
        place = AfterSaid(match[1], int(match[2]))
    return _page(connection, source_rows.said(connection, kind, key, after=place, limit=limit + 1), limit)


def _page(connection: Connection, found: Sequence[Said], limit: int) -> tuple[list[Held], str | None]:
    """The first of these claims, whole, and the next page's after where there are more."""
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    held = queries.held_at(connection, [one.seq for one in shown])
    return held, None if last is None else f"{last.said or ''}~{last.seq}"


def timeline(connection: Connection, kind: SourceKind, name: str) -> list[Dot]:
    """A source's newest dated figures, oldest first. Raises UnknownSource, LedgerError."""
    source = source_named(connection, kind, name)
    found = source_rows.said(connection, kind, source.key, limit=DRAWN)
    return [
        Dot(one.figure, date.fromisoformat(one.said), one.measure, _whole(one.low), _whole(one.high), one.actor)
        for one in reversed(found)
        if one.said and (one.low is not None or one.high is not None) and one.unit in (None, "person")
    ]


def _whole(value: float | None) -> Number | None:
    """Tables keep numbers as floats: 12.0 is 12."""
    return int(value) if value is not None and float(value).is_integer() else value


def _losses(sides: Sequence[Side]) -> Losses:
    interests = Counter(one.interest for one in sides)
    people = Counter(one.actor for one in sides if one.actor)
    return Losses(
        len(sides),
        interests[Interest.OWN_LOSSES],
        interests[Interest.ENEMY_LOSSES],
        interests[Interest.THIRD_PARTY],
        tuple(people.most_common(6)),
        len(sides) - people.total(),
    )


def _standing(
    connection: Connection, source: Source, figures: Sequence[str], inside: dict[str, tuple[str, ...]]
) -> Standing:
    mine = set(figures)
    names = list(dict.fromkeys(name for figure in figures for name in inside.get(figure, ())))[:TALLIES]
    bodies = tally_rows.bodies(connection, names)
    looked = first = passed_on = read = 0
    revisions: list[tuple[Json, Json, Json]] = []
    for name in names:
        body = bodies.get(name)
        if body is None or (read and read + len(body) > BUDGET):
            continue
        read += len(body)
        looked += 1
        tally = codec.unread(body)  # making Figures of hundreds for the few that are shown took half of a page's time
        held = {figure["id"]: figure for figure in tally["figures"]}
        for origin in tally["origins"].get("origins", ()):
            voices = [voice for voice in origin["voices"] if not mine.isdisjoint(voice["figures"])]
            if not voices:
                continue
            if source.kind is SourceKind.VOICE:
                if _is_origin(origin, voices):
                    first += 1
                    told = [held[f] for voice in origin["voices"] for f in voice["figures"] if f in held]
                    passed_on += max(0, len({figure.get("publisher") for figure in told}) - 1)
                revisions += [found for voice in voices for found in _revisions(tally, voice, held)]
            else:
                own = min(
                    (held[f] for v in origin["voices"] for f in v["figures"] if f in held), key=_when, default=None
                )
                mine_first = own is not None and own["id"] in mine
                first += mine_first
                passed_on += 0 if mine_first else 1
                revisions += [found for voice in voices for found in _revisions(tally, voice, held, among=mine)]
    revisions.sort(key=lambda one: _when(one[2]), reverse=True)
    return Standing(looked, first, passed_on, tuple(_revision(*one) for one in revisions[:12]))


def _is_origin(origin: Json, mine: Sequence[Json]) -> bool:
    """Whether one of these voices is the root that the others of the origin rest on."""
    if len(origin["voices"]) == 1:
        return bool(origin.get("known", True))
    return any(voice["name"] is not None and voice["name"] == origin["name"] for voice in mine)


def _when(figure: Json) -> tuple[str, str]:
    """Days as they are kept, ISO 8601: their order as text is their order in time."""
    return figure.get("said") or figure.get("published") or date.max.isoformat(), figure["id"]


def _revisions(
    tally: Json, voice: Json, held: dict[str, Json], among: set[str] | None = None
) -> Iterable[tuple[Json, Json, Json]]:
    said = sorted(
        (held[name] for name in voice["figures"] if name in held and (among is None or name in among)), key=_when
    )
    for before, after in pairwise(said):
        if (before["low"], before["high"]) != (after["low"], after["high"]) and before["document"] != after["document"]:
            yield tally, before, after


def _revision(tally: Json, before: Json, after: Json) -> Revision:
    return Revision(tally["id"], tally["label"], codec.read(Figure, before), codec.read(Figure, after))
