"""What waits for a person, read in the order of its weight: as much as is asked for and no more.

Walks along an index from where the last page ended, and leaves out on the way what has been judged often enough.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, or_, select, tuple_

from tallystick.ledger import codec, queries
from tallystick.ledger.computed_tables import conflict, conflict_figure, mark, scene_link, tally, tally_figure
from tallystick.ledger.lookups import some
from tallystick.ledger.projections import moment
from tallystick.ledger.stakes import CONFLICT
from tallystick.ledger.tables import judgement, withdrawal
from tallystick.model.quantities import LinkVerdict, SceneLink
from tallystick.model.records import Judgement, Verdict
from tallystick.model.tallies import Doubt, Tally

# Pages begin with "<= here", then leave out what was shown: an index finds the one, and no plan sorts for the other.
AT_A_TIME = 64
"""Conflicts, links or quantities looked at first; more at a time the further the walk goes."""
_MOST = 800

READING = ("claim", "settled")
"""What judgements are about that say how one figure is read."""


UNHEEDED = ("truth", "proposal")
"""What judgements are about that change no quantity."""


class Waiting(NamedTuple):
    """A figure that a person should look at: its weightiest conflict, what that weighs, and how many it is in."""

    figure: str
    consequence: float
    conflicts: int
    conflict: str = ""


class Decided(NamedTuple):
    """A judgement that has not been withdrawn, without its reasons."""

    id: str
    verdict: str
    about: str
    author: str
    seq: int


Subjects = frozenset[str]
"""One figure, or the two scenes or figures of a pair."""


def decided(connection: Connection, names: Iterable[Subjects], about: Collection[str]) -> dict[Subjects, list[Decided]]:
    """The standing judgements on each of these, oldest first; those without any are left out."""
    wanted = set(names)
    found: dict[Subjects, list[Decided]] = {}
    j, w = judgement.c, withdrawal.c
    for part in some(sorted({name for one in wanted for name in one})):
        rows = connection.execute(
            select(j.id, j.verdict, j.about, j.author, j.seq, j.subject, j.other)
            .outerjoin(withdrawal, w.judgement == j.id)
            .where(j.subject.in_(part), j.about.in_(tuple(about)), w.seq.is_(None))
            .order_by(j.seq)
        )
        for row in rows:
            subjects = frozenset(name for name in (row.subject, row.other) if name is not None)
            if subjects in wanted:
                found.setdefault(subjects, []).append(Decided(*row[:5]))
    return found


def standing(
    connection: Connection, keys: Sequence[tuple[str, str]], about: Collection[str] = ()
) -> dict[tuple[str, str], tuple[Judgement, ...]]:
    """The standing judgements on each of these (subject, other or ""), oldest first; about: only on these questions,
    else all but a figure's truth.
    """
    found: dict[tuple[str, str], list[Judgement]] = {key: [] for key in keys}
    j, w = judgement.c, withdrawal.c
    asked = j.about.in_(tuple(about)) if about else j.about.not_in(UNHEEDED)
    for part in some(keys):
        rows = connection.execute(
            select(j.id, j.verdict, j.subject, j.other, j.author, j.at, j.about, j.why, j.changes)
            .outerjoin(withdrawal, w.judgement == j.id)
            .where(j.subject.in_([subject for subject, _ in part]), w.seq.is_(None), asked)
            .order_by(j.seq)
        )
        for row in rows:
            if (row.subject, row.other or "") in found:
                subjects = tuple(name for name in (row.subject, row.other) if name is not None)
                found[row.subject, row.other or ""].append(Judgement(
                    row.id, Verdict(row.verdict), subjects, row.author, datetime.fromisoformat(row.at), row.about,
                    row.why, row.changes,
                ))  # fmt: skip
    return {key: tuple(made) for key, made in found.items()}


class By(NamedTuple):
    """For whom it waits: the person, None for anybody, and how many people must have judged it."""

    name: str | None = None
    coders: int = 1

    def done(self, made: Collection[Decided]) -> bool:
        """Whether it waits no longer: settled, judged by this person, or by as many as must."""
        authors = {one.author for one in made}
        return len(authors) >= self.coders or self.name in authors or any(one.about == "settled" for one in made)


ANYBODY = By()
"""What nobody has judged yet."""


def figures(
    connection: Connection,
    by: By = ANYBODY,
    *,
    after: Waiting | None = None,
    limit: int | None = None,
) -> Iterator[Waiting]:
    """The figures of conflicts that wait, the weightiest conflict's first, those of one conflict together."""
    c = conflict.c
    at: tuple[float, str] | None = None if after is None else (after.consequence, after.conflict)
    given, first = 0, after is not None
    size = AT_A_TIME if limit is None else min(AT_A_TIME, max(8, limit))
    while limit is None or given < limit:
        query = select(c.consequence, c.id).where(_open(by)).order_by(c.consequence.desc(), c.id).limit(size)
        if at is not None:
            same = c.id >= at[1] if first else c.id > at[1]  # the last page may have ended within a conflict
            query = query.where(c.consequence <= at[0], or_(c.consequence < at[0], same))
        rows = connection.execute(query).all()
        if not rows:
            return
        first = False
        inside = _inside(connection, [row.id for row in rows])
        own = _weightiest(connection, {name for names in inside.values() for name in names})
        judged = decided(connection, (frozenset((name,)) for name in own), READING)
        for row in rows:
            for name in inside.get(row.id, ()):
                top = own[name]
                passed = after is not None and row.id == after.conflict and name <= after.figure
                if top.conflict != row.id or passed or by.done(judged.get(frozenset((name,)), ())):
                    continue
                yield top
                given += 1
                if given == limit:
                    return
        at, size = (rows[-1].consequence, rows[-1].id), min(2 * size, _MOST)


def _open(by: By) -> Any:
    """That a conflict has a figure that is not surely done with, so that what was judged is not read to be left out."""
    j, f = judgement.c, conflict_figure.c
    taken = select(withdrawal.c.seq).where(withdrawal.c.judgement == j.id).exists()
    enough = [] if by.coders == 1 else [or_(j.author == by.name, j.about == "settled")]
    done = select(j.seq).where(j.subject == f.figure, j.other.is_(None), j.about.in_(READING), ~taken, *enough).exists()
    return select(f.figure).where(f.conflict == conflict.c.id, ~done).exists()


def _inside(connection: Connection, conflicts: list[str]) -> dict[str, list[str]]:
    c = conflict_figure.c
    found: dict[str, list[str]] = {}
    rows = connection.execute(select(c.conflict, c.figure).where(c.conflict.in_(conflicts)).order_by(c.figure))
    for row in rows:
        found.setdefault(row.conflict, []).append(row.figure)
    return found


def _weightiest(connection: Connection, names: Collection[str]) -> dict[str, Waiting]:
    """Each figure with its weightiest conflict, of equals the first by id."""
    c = conflict_figure.c
    found: dict[str, Waiting] = {}
    for part in some(sorted(names)):
        rows = connection.execute(
            select(c.figure, conflict.c.consequence, conflict.c.id)
            .join(conflict, conflict.c.id == c.conflict)
            .where(c.figure.in_(part))
        )
        for row in rows:
            before = found.get(row.figure)
            many = 1 if before is None else before.conflicts + 1
            mine = Waiting(row.figure, row.consequence, many, row.id)
            if before is not None and (-before.consequence, before.conflict) < (-row.consequence, row.id):
                mine = before._replace(conflicts=many)
            found[row.figure] = mine
    return found


def weight_of(connection: Connection, figure: str) -> Waiting | None:
    """What one figure weighs; None where it is in no conflict."""
    return _weightiest(connection, (figure,)).get(figure)


def links(
    connection: Connection,
    by: By = ANYBODY,
    *,
    after: tuple[float, str, str] | None = None,
    limit: int,
) -> Iterator[SceneLink]:
    """Pairs of scenes that may tell of one event and wait, the likeliest first."""
    c = scene_link.c
    given, size = 0, AT_A_TIME
    while given < limit:
        query = select(c.a, c.b, c.score, c.body).where(c.verdict == LinkVerdict.QUEUE.value)
        if after is not None:
            score, a, b = after
            query = query.where(c.score <= score, or_(c.score < score, tuple_(c.a, c.b) > tuple_(a, b)))
        rows = connection.execute(query.order_by(c.score.desc(), c.a, c.b).limit(size)).all()
        if not rows:
            return
        judged = decided(connection, (frozenset((row.a, row.b)) for row in rows), ("event",))
        for row in rows:
            if not by.done(judged.get(frozenset((row.a, row.b)), ())):
                yield codec.loads(SceneLink, row.body)
                given += 1
                if given == limit:
                    return
        after, size = (rows[-1].score, rows[-1].a, rows[-1].b), min(2 * size, _MOST)


def link_between(connection: Connection, a: str, b: str) -> SceneLink | None:
    """What is known of two scenes as a pair; None where they were never compared or are plainly two."""
    c = scene_link.c
    body = connection.scalar(select(c.body).where(tuple_(c.a, c.b).in_([(a, b), (b, a)])))
    return None if body is None else codec.loads(SceneLink, body)


class Doubted(NamedTuple):
    """Two figures that may rest on one origin, in a tally; rank is the doubt's place among those of the tally, weight
    what is kept as the tally's.
    """

    tally: Tally
    doubt: Doubt
    pair: tuple[str, str]
    rank: int
    weight: float = 0.0


def doubts(
    connection: Connection,
    by: By = ANYBODY,
    *,
    clashing: bool,
    after: tuple[float, str, int] | None = None,
    limit: int,
) -> Iterator[Doubted]:
    """Origins that may be one and wait, those of the weightiest quantities first: in conflict, or all the others."""
    t = tally.c
    given, size, rank = 0, 1, -1  # the weightiest quantities are the largest to read
    at: tuple[float, str] | None = None
    first = after is not None
    if after is not None:
        at, rank = (after[0], after[1]), after[2]
    kind = t.consequence >= CONFLICT if clashing else t.consequence < CONFLICT
    while given < limit:
        query = select(t.consequence, t.id, t.body).where(t.origins_at_least < t.origins_at_most, kind)
        rows = connection.execute(_from(query, at, first).limit(size)).all()
        if not rows:
            return
        first = False
        told = [one for row in rows for one in doubts_of(codec.loads(Tally, row.body), row.consequence)]
        judged = decided(connection, (frozenset(one.pair) for one in told), ("origin",))
        for one in told:
            passed = after is not None and one.tally.id == after[1] and one.rank <= rank
            if not passed and not by.done(judged.get(frozenset(one.pair), ())):
                yield one
                given += 1
                if given == limit:
                    return
        at, size = (rows[-1].consequence, rows[-1].id), min(2 * size, 128)


def _from(query: Any, at: tuple[float, str] | None, first: bool) -> Any:
    """Tallies by what they weigh, from a place on; first: the one at that place too. Both ways down, as the index is
    read backwards: those of one weight need no sorting."""
    place = tuple_(tally.c.consequence, tally.c.id)
    if at is not None:
        query = query.where(place <= tuple_(*at) if first else place < tuple_(*at))
    return query.order_by(tally.c.consequence.desc(), tally.c.id.desc())


def doubts_of(one: Tally, weight: float = 0.0) -> Iterator[Doubted]:
    """A tally's doubts, each with the two figures that stand for its origins."""
    for rank, doubt in enumerate(one.origins.doubts):
        pair = next((reason.figures for reason in doubt.reasons if len(set(reason.figures)) == 2), None)
        if pair is not None:
            yield Doubted(one, doubt, (pair[0], pair[1]), rank, weight)


class Unclashing(NamedTuple):
    """A figure of no conflict, with the tally it is in: what that weighs, and how many documents tell it."""

    weight: float
    tally: str
    figure: str
    documents: int


def unclashing(
    connection: Connection,
    by: By = ANYBODY,
    *,
    after: tuple[float, str, str] | None = None,
    limit: int,
) -> Iterator[Unclashing]:
    """Figures of no conflict that wait: first those of the weightiest quantities. after: weight, tally, figure."""
    t = tally.c
    given, size, first = 0, 2, after is not None
    at = None if after is None else (after[0], after[1])
    while given < limit:
        query = select(t.consequence, t.id, t.component, t.documents)
        rows = connection.execute(_from(query, at, first).limit(size)).all()
        if not rows:
            return
        first = False
        inside = _figures_of(connection, rows)
        told = [Unclashing(r.consequence, r.id, name, r.documents) for r in rows for name in inside.get(r.id, ())]
        clashing = _weightiest(connection, {one.figure for one in told})  # these came with their conflicts
        told = [one for one in told if one.figure not in clashing]
        judged = decided(connection, (frozenset((one.figure,)) for one in told), READING)
        for one in told:
            passed = after is not None and one.tally == after[1] and one.figure <= after[2]
            if not passed and not by.done(judged.get(frozenset((one.figure,)), ())):
                yield one
                given += 1
                if given == limit:
                    return
        at, size = (rows[-1].consequence, rows[-1].id), min(2 * size, 128)


def _figures_of(connection: Connection, tallies: Sequence[Any]) -> dict[str, list[str]]:
    """The figures of tallies, found by their components."""
    c = tally_figure.c
    wanted = (c.component.in_({row.component for row in tallies}), c.tally.in_([row.id for row in tallies]))
    found: dict[str, list[str]] = {}
    for row in connection.execute(select(c.tally, c.figure).where(*wanted).order_by(c.figure)):
        found.setdefault(row.tally, []).append(row.figure)
    return found


def last_by(connection: Connection, author: str, about: Collection[str]) -> str | None:
    """The id of the newest judgement of a person that was not withdrawn; None where there is none."""
    j = judgement.c
    taken = select(withdrawal.c.seq).where(withdrawal.c.judgement == j.id).exists()
    mine = (j.author == author, j.about.in_(tuple(about)), ~taken)
    return connection.scalar(select(j.id).where(*mine).order_by(j.seq.desc()).limit(1))


def judgement_named(connection: Connection, name: str) -> Judgement | None:
    """The judgement of that id, and whether it was withdrawn; None where there is none."""
    subject = connection.scalar(select(judgement.c.subject).where(judgement.c.id == name).limit(1))
    if subject is None:
        return None
    return next((one for one in queries.judgements(connection, subject) if one.id == name), None)


def judgements_after(
    connection: Connection, after: int, *, subject: str | None = None, by: str | None = None, limit: int
) -> list[tuple[int, Judgement]]:
    """Judgements with their entries, from the one after that entry on, each with when and by whom it was withdrawn."""
    j, w = judgement.c, withdrawal.c
    query = select(j.seq).where(j.seq > after).order_by(j.seq).limit(limit)
    if subject is not None:
        query = query.where(or_(j.subject == subject, j.other == subject))
    if by is not None:
        query = query.where(j.author == by)
    seqs = [row.seq for row in connection.execute(query)]
    found: dict[int, Judgement] = {}
    rows = connection.execute(
        select(judgement, w.at.label("taken"), w.author.label("taken_by"))
        .outerjoin(withdrawal, w.judgement == j.id)
        .where(j.seq.in_(seqs))
        .order_by(j.seq, w.seq)
    )
    for row in rows:
        if row.seq not in found:
            subjects = tuple(name for name in (row.subject, row.other) if name is not None)
            taken = None if row.taken is None else datetime.fromisoformat(row.taken)
            found[row.seq] = Judgement(
                row.id, Verdict(row.verdict), subjects, row.author, datetime.fromisoformat(row.at), row.about,
                row.why, row.changes, taken, row.taken_by,
            )  # fmt: skip
    return list(found.items())


def made_since(connection: Connection, author: str, since: datetime) -> int:
    """How many standing judgements a person made since then, by the clock of deciding."""
    found = 0
    j = judgement.c
    taken = select(withdrawal.c.seq).where(withdrawal.c.judgement == j.id).exists()
    query = select(j.author, j.at, j.recorded).where(~taken).order_by(j.seq.desc())
    with connection.execute(query, execution_options={"yield_per": 200}) as rows:
        for row in rows:
            if row.recorded < moment(since):
                break
            found += row.author == author and row.at >= moment(since)
    return found


def stamp(connection: Connection) -> tuple[str | None, int]:
    """What changes whenever something may come back to the queue: a reconcile, or a judgement taken back."""
    at = connection.scalar(select(mark.c.value).where(mark.c.name == "at"))
    return at, connection.scalar(select(func.max(withdrawal.c.seq))) or -1


def not_reconciled(connection: Connection) -> int:
    """How many judgements were made or withdrawn since the ledger was reconciled last."""
    done = connection.scalar(select(mark.c.value).where(mark.c.name == "done"))
    since = -1 if done is None else int(done)
    made = (
        select(func.count()).select_from(judgement).where(judgement.c.seq > since, judgement.c.about.not_in(UNHEEDED))
    )
    taken = select(func.count()).select_from(withdrawal).where(withdrawal.c.seq > since)
    return (connection.scalar(made) or 0) + (connection.scalar(taken) or 0)
